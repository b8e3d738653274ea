//! Durable commits over the API: an urgent call, then what its units and the operator say about it.

use crate::engine::process::Process;
use crate::engine::tally::Tally;
use crate::figures::{Figures, count};
use crate::load::calls::urgent;
use crate::load::devices::Shared;
use server::drivers::county::cannot;
use server::exit::Failure;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::time::Instant;
use wire::v1alpha1::intake_service_client::IntakeServiceClient;

/// How long a call's units may take to be done with it.
const SETTLED_WITHIN: Duration = Duration::from_secs(5);

/// `clients` call one call after the other, each when the last is closed. What a call took is from sending it to its answer; all
/// commits count, the later steps' too.
pub(crate) async fn run(shared: &Arc<Shared>, process: &Process, seconds: f64, clients: usize, seed: u64) -> Result<Figures, Failure> {
    let (cpu_us, steps, begin) = (process.cpu_us()?, shared.steps_done.load(Ordering::Relaxed), Instant::now());
    let calling = (0..clients).map(|client| tokio::spawn(call_on(Arc::clone(shared), client, clients, begin, seconds, seed)));
    let mut tally = Tally::default();
    for calls in calling.collect::<Vec<_>>() {
        tally.merge(calls.await.map_err(cannot)?);
    }
    let elapsed_s = begin.elapsed().as_secs_f64();
    let commits = count(tally.latency.count() + shared.steps_done.load(Ordering::Relaxed) - steps);
    if let Some(why) = &tally.first_failure {
        eprintln!("loadtest: a call was refused, the first of them: {why}");
    }
    Ok(commit_figures(&tally, commits, elapsed_s, process.cpu_us()? - cpu_us))
}

/// The figures of commits.
pub(crate) fn commit_figures(tally: &Tally, commits: f64, elapsed_s: f64, cpu_us: f64) -> Figures {
    Figures::default()
        .with("p50_ms", tally.latency.percentile_ms(50.0))
        .with("p99_ms", tally.latency.percentile_ms(99.0))
        .with("commits_per_s", commits / elapsed_s)
        .with("failed", count(tally.failed))
        .with("cpu_us_per_commit", cpu_us / commits.max(1.0))
}

async fn call_on(shared: Arc<Shared>, client: usize, clients: usize, begin: Instant, seconds: f64, seed: u64) -> Tally {
    let mut tally = Tally::default();
    // Clients call from different places, so that they don't fight for units.
    let mut unit = client + usize::try_from(seed).unwrap_or(0);
    while begin.elapsed().as_secs_f64() < seconds {
        unit += clients;
        let request = shared.operator.request(urgent(&shared, unit % shared.ready.units.len().max(1), (0, 0)));
        let sent = begin.elapsed();
        let answer = IntakeServiceClient::new(shared.link.channel()).report_incident(request).await;
        tally.record(sent, sent, begin.elapsed(), answer.map(drop).map_err(|status| status.to_string()));
        if let Ok(Ok(settled)) = tokio::time::timeout(SETTLED_WITHIN, shared.settled.acquire()).await {
            settled.forget();
        }
    }
    tally
}
