//! Metrics for Prometheus: one recorder for the whole process, and its upkeep.

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use parking_lot::Mutex;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often the recorder folds its samples into histograms; without it they would pile up.
const UPKEEP_EVERY: Duration = Duration::from_secs(5);
/// Upper bounds of durations, in milliseconds.
const BUCKETS_MS: &[f64] = &[0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1_000.0, 2_000.0, 5_000.0, 10_000.0];
/// Upper bounds of everything else: sizes and counts.
const BUCKETS_OTHER: &[f64] = &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1_024.0, 4_096.0, 16_384.0, 65_536.0];

static HANDLE: Mutex<Option<PrometheusHandle>> = Mutex::new(None);

/// Installs the process's recorder, or gives the one that is installed.
///
/// # Errors
/// [`BuildError`] when another recorder was installed before.
pub fn install() -> Result<PrometheusHandle, BuildError> {
    let mut handle = HANDLE.lock();
    if let Some(handle) = handle.as_ref() {
        return Ok(handle.clone());
    }
    let installed = PrometheusBuilder::new()
        .set_buckets(BUCKETS_OTHER)?
        .set_buckets_for_metric(Matcher::Suffix("_ms".to_owned()), BUCKETS_MS)?
        .install_recorder()?;
    *handle = Some(installed.clone());
    Ok(installed)
}

/// Folds samples until `stop`.
pub async fn upkeep(handle: PrometheusHandle, stop: CancellationToken) {
    let mut tick = tokio::time::interval(UPKEEP_EVERY);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = tick.tick() => handle.run_upkeep(),
            () = stop.cancelled() => return,
        }
    }
}
