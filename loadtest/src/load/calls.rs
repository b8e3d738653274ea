//! The callers: calls at times that were fixed before, whatever the server does.

use super::devices::Shared;
use crate::engine::schedule::{Arrivals, schedule};
use crate::engine::tally::Times;
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
    pub(crate) latencies: Times,
    /// How late the load sent each call: what the load adds itself.
    pub(crate) lateness: Times,
}

/// One call: when it is meant to be sent, after the run begins, near which unit, and how far from it.
pub(crate) struct Planned {
    at: Duration,
    unit: usize,
    away_e7: (i32, i32),
}

/// Who calls: how often, how regularly, and by which seed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rate {
    pub(crate) per_second: f64,
    pub(crate) arrivals: Arrivals,
    pub(crate) seed: u64,
}

/// The calls of several kinds of callers together, in order. The same seeds give the same calls.
pub(crate) fn plan(seconds: f64, rates: &[Rate], units: usize) -> Vec<Planned> {
    let mut calls = Vec::new();
    for rate in rates.iter().filter(|_| units > 0) {
        let mut rng = StdRng::seed_from_u64(rate.seed);
        calls.extend(schedule(seconds, rate.per_second, rate.arrivals, rate.seed).into_iter().map(|at| {
            let away_e7 = (rng.random_range(-NEAR_E7..=NEAR_E7), rng.random_range(-NEAR_E7..=NEAR_E7));
            Planned { at, unit: rng.random_range(0..units), away_e7 }
        }));
    }
    calls.sort_by_key(|call| call.at);
    calls
}

/// Calls for `seconds`, then waits for the frames.
pub(crate) async fn run(shared: &Arc<Shared>, seconds: f64, rates: &[Rate]) -> CallRun {
    let planned = plan(seconds, rates, shared.ready.units.len());
    let refused = Arc::new(AtomicU64::new(0));
    let (calls, begin) = (planned.len() as u64, shared.begin.elapsed());
    let mut lateness = Times::default();
    for call in planned {
        let intended = begin + call.at;
        sleep_until(shared.begin + intended).await;
        lateness.record(shared.begin.elapsed().saturating_sub(intended));
        let (message, refused) = (urgent(shared, call.unit, call.away_e7), Arc::clone(&refused));
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
    CallRun { calls, refused, lost, latencies: matching.take().into_iter().collect(), lateness }
}

/// A call that is ordered at once: somebody near a unit has a knife.
pub(crate) fn urgent(shared: &Shared, unit: usize, away_e7: (i32, i32)) -> ReportIncidentRequest {
    call(shared, unit, away_e7, "weapon_seen")
}

/// A call that waits for an operator.
pub(crate) fn quiet(shared: &Shared, unit: usize, away_e7: (i32, i32)) -> ReportIncidentRequest {
    call(shared, unit, away_e7, "disturbance")
}

fn call(shared: &Shared, unit: usize, away_e7: (i32, i32), r#type: &str) -> ReportIncidentRequest {
    let at = shared.ready.units.get(unit).map(|unit| (unit.lat_e7 + away_e7.0, unit.lon_e7 + away_e7.1));
    ReportIncidentRequest {
        request_id: fresh_request_id(),
        source: CallSource::Emergency110 as i32,
        classification: Some(Classification { category: "public_order".to_owned(), r#type: r#type.to_owned() }),
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
    fn two_kinds_of_callers_call_in_one_order_and_the_same_for_the_same_seeds() {
        let rates = |seed| {
            let often = Rate { per_second: 20.0, arrivals: Arrivals::Poisson, seed };
            [often, Rate { per_second: 5.0, arrivals: Arrivals::Even, ..often }]
        };
        let calls = plan(1_000.0, &rates(3), 120);
        assert!((24_000..26_000).contains(&calls.len()), "{}", calls.len());
        assert!(calls.is_sorted_by_key(|call| call.at) && calls.iter().all(|call| call.unit < 120));
        let times = |seed| plan(10.0, &rates(seed), 120).iter().map(|call| (call.at, call.unit)).collect::<Vec<_>>();
        assert_eq!(times(3), times(3));
        assert_ne!(times(3), times(4));
        assert!(plan(10.0, &rates(3), 0).is_empty(), "nobody to call for");
    }
}
