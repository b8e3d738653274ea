//! What one priority-1 call costs in a county of 100, 10,000 and 100,000 units: gathering and deciding alone, and the whole way
//! through the log loop to a durable commit. Run it in the release profile:
//! `cargo run --release -p runtime --features testing --example call_cost`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, reason = "a measurement prints, and may stop at any surprise")]

use domain::assignment::Assignment;
use domain::classification::{CallSource, Classification, Team};
use domain::command::{Clear, Command, RegisterUnits, ReportIncident, SignOn, Tap};
use domain::decide::decide;
use domain::ids::{AgencyId, CategoryKey, LogId, ReasonKey, TypeKey, UnitId};
use domain::place::{Datum, Place, Position};
use domain::principal::authorize;
use domain::time::Timestamp;
use domain::unit::{UnitKind, UnitProfile};
use rand::RngExt;
use runtime::fleet::{FixBatch, ReportedFix};
use runtime::gather::{FromRecord, gather};
use runtime::testing::{BEGIN, Bench, LOG, WEST_STATION, operator};
use std::sync::Arc;
use std::time::Instant;

const CALLS: usize = 400;

fn somewhere() -> Position {
    let mut rng = rand::rng();
    Position::from_degrees(rng.random_range(37.5..37.7), rng.random_range(108.75..108.85)).unwrap()
}

fn call() -> Command {
    let position = somewhere();
    let agency = AgencyId::new(WEST_STATION).unwrap();
    Command::ReportIncident(ReportIncident {
        source: CallSource::Emergency110,
        classification: Classification { category: CategoryKey::new("criminal").unwrap(), kind: Some(TypeKey::new("robbery").unwrap()) },
        place: Place::Located { position, datum: Datum::Wgs84, h3_cell: places::h3_cell(position), agency },
        private: None,
        occurred_at: None,
        answered_at: None,
        priority: None,
        desk: None,
    })
}

async fn crew(bench: &Arc<Bench>, count: usize) {
    let ids: Vec<UnitId> = (0..count).map(|n| UnitId::new(&format!("{LOG}-u{n}")).unwrap()).collect();
    for part in ids.chunks(1_000) {
        let profiles = part.iter().map(|unit_id| UnitProfile {
            unit_id: unit_id.clone(),
            call_sign: unit_id.as_str()[7..].to_uppercase().into(),
            kind: UnitKind::Car,
            team: Team::Case,
            home: AgencyId::new(WEST_STATION).unwrap(),
            sworn: 2,
            auxiliary: 0,
            capabilities: Default::default(),
        });
        bench.as_server(LOG, Command::RegisterUnits(RegisterUnits { profiles: profiles.collect() })).await;
    }
    for part in ids.chunks(256) {
        let each = part.iter().cloned().map(|unit_id| {
            let bench = Arc::clone(bench);
            tokio::spawn(async move { bench.as_server(LOG, Command::SignOn(SignOn { unit_id, crew: None, occurred_at: None })).await })
        });
        for one in each.collect::<Vec<_>>() {
            one.await.unwrap();
        }
    }
    let view = bench.edge.runtime.view(&LogId::new(LOG).unwrap()).unwrap();
    for part in ids.chunks(10_000) {
        let fixes: Vec<ReportedFix> = part
            .iter()
            .map(|unit| {
                let at = somewhere();
                ReportedFix {
                    unit: unit.clone(),
                    lat_e7: at.lat_e7(),
                    lon_e7: at.lon_e7(),
                    device_time: BEGIN,
                    device_epoch: 0,
                    sequence: 1,
                    speed_cm_per_s: None,
                    heading_deg: None,
                    accuracy_m: None,
                }
            })
            .collect();
        view.fleet.apply_batch(&FixBatch { sent_at: Some(BEGIN), fixes: &fixes }, BEGIN).unwrap();
    }
}

fn micros(samples: &mut [u128], share: f64) -> f64 {
    samples.sort_unstable();
    samples[((samples.len() - 1) as f64 * share) as usize] as f64 / 1_000.0
}

async fn done(bench: &Bench, assignment: &Assignment) {
    let tap = Tap { assignment_id: assignment.assignment_id, occurred_at: None };
    bench.as_server(LOG, Command::Acknowledge(tap.clone())).await;
    let clear =
        Clear { tap, reason: ReasonKey::new("done").unwrap(), disposition: Some(ReasonKey::new("handled").unwrap()), feedback: None };
    bench.as_server(LOG, Command::Clear(clear)).await;
}

#[tokio::main]
async fn main() {
    println!("{:>8} {:>16} {:>16} {:>16} {:>16}", "units", "decide p50 µs", "decide p99 µs", "durable p50 µs", "durable p99 µs");
    for count in [100, 10_000, 100_000] {
        let bench = Arc::new(Bench::county().await);
        crew(&bench, count).await;
        let runtime = &bench.edge.runtime;
        let log = LogId::new(LOG).unwrap();
        let (mut deciding, mut durable) = (Vec::new(), Vec::new());
        for _ in 0..CALLS {
            let view = runtime.view(&log).unwrap();
            let command = call();
            let started = Instant::now();
            let situation = gather(
                &command,
                &view.world,
                &view.context,
                &view.fleet,
                (bench.clock.as_ref(), Timestamp(BEGIN.0)),
                FromRecord::default(),
            );
            let authorized = authorize(&operator(&[LOG]), command.clone(), &view.world, &situation).unwrap();
            let decision = decide(&view.world, &authorized, &situation, Timestamp(BEGIN.0)).unwrap();
            deciding.push(started.elapsed().as_nanos());
            assert!(
                !decision.reply.assignments.is_empty(),
                "somebody is sent, and where the first is of another team, one of the owner's too"
            );
            let started = Instant::now();
            let outcome = bench.as_server(LOG, command).await;
            durable.push(started.elapsed().as_nanos());
            let view = runtime.view(&log).unwrap();
            for id in &outcome.reply.assignments {
                done(&bench, view.world.assignment(id).unwrap()).await;
            }
        }
        println!(
            "{count:>8} {:>16.1} {:>16.1} {:>16.1} {:>16.1}",
            micros(&mut deciding, 0.5),
            micros(&mut deciding, 0.99),
            micros(&mut durable, 0.5),
            micros(&mut durable, 0.99)
        );
        runtime.drain().await;
    }
}
