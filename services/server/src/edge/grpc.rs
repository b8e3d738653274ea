//! The layers around the gRPC services: origin, gRPC-Web, panics, trace, deadline, idle bodies, authentication.

use super::auth::{self, Gate};
use super::origin::OriginRule;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry::trace::TraceContextExt;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use runtime::edge::TraceParent;
use std::any::Any;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tonic::service::Routes;
use tonic::{Code, Status};
use tonic_web::GrpcWebLayer;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutBody;
use tracing::Instrument;
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// How long an answer may take to begin, when the caller sets no shorter `grpc-timeout`.
pub const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a request's body may be silent before it is given up.
pub const BODY_IDLE_TIMEOUT: Duration = Duration::from_secs(8);
/// The same for streams of positions, whose fleet may stand still.
pub const STREAM_IDLE_TIMEOUT: Duration = Duration::from_secs(90);
/// Methods whose request is a stream.
const STREAMS: &str = "/oneroom.v1alpha1.PositionService/";
/// How gRPC and gRPC-Web requests say what they are.
const GRPC_CONTENT: &str = "application/grpc";

/// Whether a request is gRPC or gRPC-Web, whatever its path.
#[must_use]
pub fn is_grpc(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(|value| value.starts_with(GRPC_CONTENT))
}

/// Puts the layers around the services, the outermost last.
pub fn router(routes: Routes, gate: Gate, origins: Arc<OriginRule>) -> Router {
    routes
        .into_axum_router()
        .layer(from_fn_with_state(gate, auth::authenticate))
        .layer(from_fn(observe))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(GrpcWebLayer::new())
        .layer(from_fn_with_state(origins, check_origin))
}

fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    metrics::counter!("oneroom_panics_total").increment(1);
    tracing::error!("a request ended in a panic");
    Status::internal("the server failed on this request").into_http()
}

/// Refuses pages of other origins; other programs send no Origin.
pub async fn check_origin(State(origins): State<Arc<OriginRule>>, request: Request, next: Next) -> Response {
    match origins.check(request.headers(), request.uri()) {
        Ok(()) => next.run(request).await,
        Err(foreign) => {
            metrics::counter!("oneroom_foreign_origins_total").increment(1);
            let mut response = Response::new(Body::from(format!("{foreign}\n")));
            *response.status_mut() = StatusCode::FORBIDDEN;
            response
        }
    }
}

/// Trace, deadline, idle body, and one measurement of each request.
async fn observe(request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let started = Instant::now();
    let span = tracing::info_span!("rpc", otel.name = %path, otel.kind = "server", rpc.system = "grpc");
    let parent = TraceContextPropagator::new().extract(&Headers(request.headers()));
    let given = if parent.span().span_context().is_valid() { header(request.headers(), "traceparent") } else { String::new() };
    // Without a collector the span has no OpenTelemetry side: the caller's own trace is handed on.
    let _ = span.set_parent(parent);
    let own = trace_parent(&span);
    let wanted = header(request.headers(), "grpc-timeout");
    let limit = grpc_timeout(&wanted).map_or(ANSWER_TIMEOUT, |wanted| wanted.min(ANSWER_TIMEOUT));
    let idle = if path.starts_with(STREAMS) { STREAM_IDLE_TIMEOUT } else { BODY_IDLE_TIMEOUT };
    let mut request = request.map(|body| Body::new(TimeoutBody::new(idle, body)));
    request.extensions_mut().insert(TraceParent(own.unwrap_or(given)));
    let response = match tokio::time::timeout(limit, next.run(request).instrument(span)).await {
        Ok(response) => response,
        Err(_) => Status::deadline_exceeded(format!("no answer within {} ms", limit.as_millis())).into_http(),
    };
    measure(&path, &response, started);
    response
}

fn measure(path: &str, response: &Response, started: Instant) {
    let status = response.headers().get("grpc-status");
    let code = status.map_or(Code::Ok, |value| Code::from_bytes(value.as_bytes()));
    // Names that nobody serves would make a series each.
    let known = !matches!(code, Code::Unimplemented | Code::Unauthenticated);
    let method = if known { path.to_owned() } else { "other".to_owned() };
    let elapsed_ms = started.elapsed().as_secs_f64() * 1_000.0;
    metrics::histogram!("oneroom_rpc_ms", "method" => method.clone()).record(elapsed_ms);
    metrics::counter!("oneroom_rpc_total", "method" => method, "code" => i32::from(code).to_string()).increment(1);
}

fn header(headers: &HeaderMap, name: &str) -> String {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

/// The W3C traceparent of a span; none when nobody collects traces.
fn trace_parent(span: &tracing::Span) -> Option<String> {
    let context = span.context();
    let span = context.span();
    let span = span.span_context();
    span.is_valid().then(|| format!("00-{}-{}-{:02x}", span.trace_id(), span.span_id(), span.trace_flags().to_u8()))
}

/// `grpc-timeout` of the gRPC protocol: at most 8 digits and a unit.
fn grpc_timeout(text: &str) -> Option<Duration> {
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.is_empty() || digits.len() > 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let amount: u64 = digits.parse().ok()?;
    Some(match unit {
        "H" => Duration::from_secs(amount.saturating_mul(3_600)),
        "M" => Duration::from_secs(amount.saturating_mul(60)),
        "S" => Duration::from_secs(amount),
        "m" => Duration::from_millis(amount),
        "u" => Duration::from_micros(amount),
        "n" => Duration::from_nanos(amount),
        _ => return None,
    })
}

struct Headers<'a>(&'a HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).and_then(|value| value.to_str().ok())
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(http::HeaderName::as_str).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grpc_timeout_is_read_or_ignored() {
        assert_eq!(grpc_timeout("250m"), Some(Duration::from_millis(250)));
        assert_eq!(grpc_timeout("99999999H"), Some(Duration::from_secs(99_999_999 * 3_600)));
        for wrong in ["", "m", "5", "5x", "-5m", "999999999m", "5é"] {
            assert_eq!(grpc_timeout(wrong), None, "{wrong:?}");
        }
    }
}
