//! The callers: calls at times that were fixed before, whatever the server does.

use crate::sockets::Shared;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use server::drivers::link::fresh_request_id;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::time::sleep_until;
use wire::v1alpha1::intake_service_client::IntakeServiceClient;
use wire::v1alpha1::{CallSource, Classification, Datum, Position, ReportIncidentRequest};

/// A call comes in within this distance of a unit in each direction, in degrees × 10⁷: about 500 m.
const NEAR_E7: i32 = 45_000;
/// How long after the last call frames may still come.
const FRAMES_WITHIN: Duration = Duration::from_secs(5);

/// What became of the calls of one run.
pub(crate) struct CallRun {
    /// Calls that were made.
    pub(crate) calls: u64,
    /// Calls that the server did not take.
    pub(crate) refused: u64,
    /// Calls that it took and whose frame did not come.
    pub(crate) lost: usize,
    /// From when the call was meant to be sent to its frame at a unit's socket.
    pub(crate) latencies: Vec<Duration>,
    /// How late the load sent each call: what the load adds itself.
    pub(crate) lateness: Vec<Duration>,
}

/// One call: when it is meant to be sent, after the run begins, near which unit, and how far from it.
struct Planned {
    at: Duration,
    unit: usize,
    away_e7: (i32, i32),
}

/// Arrivals of a Poisson process: independent callers. The same seed gives the same calls.
fn plan(seconds: f64, per_second: f64, units: usize, seed: u64) -> Vec<Planned> {
    let mut rng = StdRng::seed_from_u64(seed);
    let (mut calls, mut at) = (Vec::new(), 0.0);
    loop {
        at += -f64::ln(1.0 - rng.random::<f64>()) / per_second;
        if at >= seconds || units == 0 {
            return calls;
        }
        let away_e7 = (rng.random_range(-NEAR_E7..=NEAR_E7), rng.random_range(-NEAR_E7..=NEAR_E7));
        calls.push(Planned { at: Duration::from_secs_f64(at), unit: rng.random_range(0..units), away_e7 });
    }
}

/// Calls for `seconds`, then waits for the frames.
pub(crate) async fn run(shared: &Arc<Shared>, seconds: f64, per_second: f64, seed: u64) -> CallRun {
    let planned = plan(seconds, per_second, shared.ready.units.len(), seed);
    let refused = Arc::new(AtomicU64::new(0));
    let (calls, begin) = (planned.len() as u64, shared.begin.elapsed());
    let mut lateness = Vec::new();
    for call in planned {
        let intended = begin + call.at;
        sleep_until(shared.begin + intended).await;
        lateness.push(shared.begin.elapsed().saturating_sub(intended));
        let (message, refused) = (request(shared, &call), Arc::clone(&refused));
        let shared = Arc::clone(shared);
        shared.tasks.clone().spawn(async move {
            let request = shared.operator.request(message);
            match IntakeServiceClient::new(shared.link.channel()).report_incident(request).await {
                Ok(answer) => shared.matching.lock().answered(&answer.get_ref().incident_id, intended),
                Err(status) => {
                    if refused.fetch_add(1, Ordering::Relaxed) == 0 {
                        eprintln!("loadtest: a call was refused, the first of them: {:?}: {}", status.code(), status.message());
                    }
                }
            }
        });
    }
    let last = tokio::time::Instant::now();
    while last.elapsed() < FRAMES_WITHIN && (!shared.tasks.is_empty() || shared.matching.lock().missing() > 0) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let mut matching = shared.matching.lock();
    let (lost, refused) = (matching.missing(), refused.load(Ordering::Relaxed));
    CallRun { calls, refused, lost, latencies: matching.take(), lateness }
}

fn request(shared: &Shared, call: &Planned) -> ReportIncidentRequest {
    let at = shared.ready.units.get(call.unit).map(|unit| (unit.lat_e7 + call.away_e7.0, unit.lon_e7 + call.away_e7.1));
    ReportIncidentRequest {
        request_id: fresh_request_id(),
        source: CallSource::Emergency110 as i32,
        classification: Some(Classification { category: "public_order".to_owned(), r#type: "weapon_seen".to_owned() }),
        position: at.map(|(lat_e7, lon_e7)| Position { lat_e7, lon_e7 }),
        datum: Datum::Wgs84 as i32,
        address: "东市，灯塔街口".to_owned(),
        narrative: "有人持刀。Somebody has a knife.".to_owned(),
        desk_log_id: shared.ready.log_id.clone(),
        ..ReportIncidentRequest::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_come_at_the_rate_asked_for_and_the_same_for_the_same_seed() {
        let calls = plan(1_000.0, 20.0, 120, 3);
        assert!((19_000..21_000).contains(&calls.len()), "{}", calls.len());
        assert!(calls.is_sorted_by_key(|call| call.at) && calls.iter().all(|call| call.unit < 120));
        let times = |seed| plan(10.0, 20.0, 120, seed).iter().map(|call| call.at).collect::<Vec<_>>();
        assert_eq!(times(3), times(3));
        assert_ne!(times(3), times(4));
    }
}
