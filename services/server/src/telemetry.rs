//! Logs for people or machines, and traces over OTLP when a collector is named. The server runs the same without one.

use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{ExporterBuildError, SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{BatchConfigBuilder, BatchSpanProcessor, SdkTracerProvider};
use std::io::IsTerminal;
use std::time::Duration;
use tracing_subscriber::filter::{EnvFilter, FilterFn, LevelFilter};
use tracing_subscriber::fmt;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::{SubscriberInitExt, TryInitError};

/// Finished spans that wait for the collector, at most; more are dropped.
const SPAN_QUEUE: usize = 8_192;
/// Spans sent in one request, at most.
const SPAN_BATCH: usize = 512;
/// How often spans are sent.
const SEND_EVERY: Duration = Duration::from_secs(2);
/// How long the collector may take for one request, and at the end for the last one.
const COLLECTOR_TIMEOUT: Duration = Duration::from_secs(3);
/// Crates whose spans are about the transport, not about incidents.
const TRANSPORT: [&str; 6] = ["h2", "hyper", "hyper_util", "tonic", "tower", "rustls"];

/// How logs are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, clap::ValueEnum)]
pub enum LogFormat {
    /// For people on a terminal, JSON otherwise.
    #[default]
    Auto,
    /// Lines for people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Why telemetry could not be started.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The collector's address is not valid.
    #[error("otlp_endpoint: {0}: expected a URL such as http://127.0.0.1:4317")]
    Exporter(#[from] ExporterBuildError),
    /// Something else receives this process's logs.
    #[error(transparent)]
    Installed(#[from] TryInitError),
    /// The filter is not valid.
    #[error("RUST_LOG: {0}: expected a filter such as info,runtime=debug")]
    Filter(#[from] tracing_subscriber::filter::FromEnvError),
}

/// Keeps the exporter alive; [`Telemetry::shut_down`] sends what is left.
#[derive(Default)]
#[must_use]
pub struct Telemetry {
    provider: Option<SdkTracerProvider>,
}

/// Starts logs, and traces if `otlp_endpoint` names a collector. Must be called inside a Tokio runtime then.
///
/// # Errors
/// [`TelemetryError`]. A collector that does not answer is not an error.
pub fn start(format: LogFormat, otlp_endpoint: Option<&str>) -> Result<Telemetry, TelemetryError> {
    let filter = EnvFilter::builder().with_default_directive(LevelFilter::INFO.into()).from_env()?;
    let json = match format {
        LogFormat::Auto => !std::io::stderr().is_terminal(),
        LogFormat::Text => false,
        LogFormat::Json => true,
    };
    let lines = if json {
        fmt::layer().json().flatten_event(true).with_writer(std::io::stderr).boxed()
    } else {
        fmt::layer().with_target(false).with_writer(std::io::stderr).boxed()
    };
    let provider = otlp_endpoint.map(exporter).transpose()?;
    let traces = provider.as_ref().map(|provider| {
        let own = FilterFn::new(|metadata| {
            let root = metadata.target().split("::").next().unwrap_or_default();
            *metadata.level() <= tracing::Level::INFO && !TRANSPORT.contains(&root)
        });
        tracing_opentelemetry::layer().with_tracer(provider.tracer("oneroom")).with_filter(own)
    });
    tracing_subscriber::registry().with(traces).with(lines.with_filter(filter)).try_init()?;
    Ok(Telemetry { provider })
}

fn exporter(endpoint: &str) -> Result<SdkTracerProvider, ExporterBuildError> {
    let exporter = SpanExporter::builder().with_tonic().with_endpoint(endpoint).with_timeout(COLLECTOR_TIMEOUT).build()?;
    let batches = BatchConfigBuilder::default()
        .with_max_queue_size(SPAN_QUEUE)
        .with_max_export_batch_size(SPAN_BATCH)
        .with_scheduled_delay(SEND_EVERY)
        .build();
    let processor = BatchSpanProcessor::builder(exporter).with_batch_config(batches).build();
    let resource = Resource::builder().with_service_name("oneroom").build();
    Ok(SdkTracerProvider::builder().with_span_processor(processor).with_resource(resource).build())
}

impl Telemetry {
    /// Sends what is left, for a short while. It blocks on the exporter's own thread, so it runs beside the runtime, never on it.
    pub async fn shut_down(self) {
        let Some(provider) = self.provider else { return };
        let ended = tokio::task::spawn_blocking(move || provider.shutdown_with_timeout(COLLECTOR_TIMEOUT)).await;
        if !matches!(ended, Ok(Ok(()))) {
            tracing::debug!("the last spans did not reach the collector");
        }
    }
}
