//! What is not gRPC on the port: health, metrics, the WebSocket, the console; and which of both a request is.

use super::auth::bearer;
use super::grpc::{check_origin, is_grpc};
use super::origin::OriginRule;
use super::watch::{self, ServeSocket};
use super::{Peer, console};
use crate::config::Role;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use domain::principal;
use http::header::{CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS};
use http::{HeaderMap, HeaderValue, StatusCode};
use metrics_exporter_prometheus::PrometheusHandle;
use runtime::identity::Authenticator;
use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

/// What the handlers share.
#[derive(Clone)]
pub struct Web {
    /// Whether all logs are open and the server is not stopping.
    pub ready: Arc<AtomicBool>,
    /// The process's metrics.
    pub prometheus: PrometheusHandle,
    /// Whose token it is.
    pub authenticator: Arc<Authenticator>,
    /// Serves a viewer's socket.
    pub serve_socket: ServeSocket,
    /// The sockets that are being served.
    pub sockets: TaskTracker,
}

impl Web {
    /// Whether a request comes with an operator's token.
    pub async fn is_operator(&self, headers: &HeaderMap) -> bool {
        is_operator(&self.authenticator, headers).await
    }
}

/// Everything on the port: gRPC by its content type, the rest by path. An unknown gRPC method is answered as gRPC does. `more` are
/// pages of whoever drives this server.
pub fn router(web: Web, origins: Arc<OriginRule>, grpc: Router, roles: &BTreeSet<Role>, more: Option<Router<Web>>) -> Router {
    let mut pages =
        Router::new().route("/healthz", get(|| async { "ok\n" })).route("/readyz", get(readyz)).route("/metrics", get(metrics_page));
    if roles.contains(&Role::Push) {
        let watch = Router::new().route("/v1alpha1/watch", any(watch::upgrade));
        pages = pages.merge(watch.layer(from_fn_with_state(origins, check_origin)));
    }
    if let Some(more) = more {
        pages = pages.merge(more);
    }
    if roles.contains(&Role::Console) {
        pages = pages.fallback(console::serve);
    }
    let pages = pages.layer(map_response(secured)).with_state(web);
    Router::new().fallback_service(tower::service_fn(move |request: Request| {
        let router = if is_grpc(request.headers()) { grpc.clone() } else { pages.clone() };
        async move { Ok::<_, Infallible>(router.oneshot(request).await.into_response()) }
    }))
}

async fn secured(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(console::CONTENT_SECURITY_POLICY));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    response
}

async fn readyz(State(web): State<Web>) -> (StatusCode, &'static str) {
    if web.ready.load(Ordering::Relaxed) { (StatusCode::OK, "ready\n") } else { (StatusCode::SERVICE_UNAVAILABLE, "not ready\n") }
}

/// Metrics say how busy a station is: for this machine and its operators only.
async fn metrics_page(State(web): State<Web>, request: Request) -> Response {
    let local = request.extensions().get::<Peer>().is_some_and(|Peer(peer)| peer.ip().to_canonical().is_loopback());
    if !local && !is_operator(&web.authenticator, request.headers()).await {
        let text = "expected a connection from this machine, or «authorization: Bearer …» of an operator\n";
        return (StatusCode::UNAUTHORIZED, text).into_response();
    }
    let mut response = Response::new(Body::from(web.prometheus.render()));
    response.headers_mut().insert(http::header::CONTENT_TYPE, HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8"));
    response
}

async fn is_operator(authenticator: &Authenticator, headers: &HeaderMap) -> bool {
    let Ok(token) = bearer(headers) else { return false };
    let principal = authenticator.authenticate(token).await;
    principal.is_ok_and(|principal| matches!(principal.role, principal::Role::Operator { .. } | principal::Role::System))
}
