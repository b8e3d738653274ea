//! Contact is lost with a unit whose fix gets old while it is on an order, and only then.

use super::*;
use domain::alarm::AlarmKind;
use domain::classification::{CallSource, Classification};
use domain::command::{ReportIncident, Tap};
use domain::ids::{AgencyId, AssignmentId, CategoryKey, IncidentId, LogId, TypeKey};
use domain::place::{Datum, Place, Position};
use runtime::fleet::{FixBatch, ReportedFix};
use runtime::testing::{BEGIN, Bench, IN_WEST, LOG, operator, unit};

fn log() -> LogId {
    LogId::new(LOG).unwrap()
}

fn view(bench: &Bench) -> Arc<LogView> {
    bench.edge.runtime.view(&log()).unwrap()
}

/// What the log holds of contact with the unit: whether it is lost, and the standing alarms about it.
fn contact(bench: &Bench, unit_id: &UnitId, incident_id: IncidentId) -> (bool, usize) {
    let world = &view(bench).world;
    let alarms = world.standing_alarms(incident_id).filter(|alarm| alarm.kind == AlarmKind::LostContact).count();
    (world.unit(unit_id).unwrap().contact_lost_at.is_some(), alarms)
}

async fn give(bench: &Bench, principal: Principal, command: Command) -> runtime::Outcome {
    let request = Request { principal, command, request: None, private: Vec::new(), trace_parent: String::new() };
    bench.edge.runtime.execute(&log(), request).await.unwrap()
}

/// A robbery and the unit that was ordered to it.
async fn robbery(bench: &Bench) -> (IncidentId, AssignmentId, UnitId) {
    let position = Position::from_e7(IN_WEST.0, IN_WEST.1).unwrap();
    let agency = AgencyId::new("610824-01-01").unwrap();
    let command = ReportIncident {
        source: CallSource::Emergency110,
        classification: Classification { category: CategoryKey::new("criminal").unwrap(), kind: Some(TypeKey::new("robbery").unwrap()) },
        place: Place::Located { position, datum: Datum::Wgs84, h3_cell: places::h3_cell(position), agency },
        private: None,
        occurred_at: None,
        answered_at: None,
        priority: None,
        desk: None,
    };
    let outcome = give(bench, operator(&[LOG]), Command::ReportIncident(command)).await;
    let (incident_id, ..) = outcome.reply.reported.unwrap();
    let view = view(bench);
    let incident = view.world.incident(&incident_id).unwrap();
    let assignment = view.world.active_assignments(incident).next().unwrap();
    (incident_id, assignment.assignment_id, assignment.unit_id.clone())
}

fn fix(bench: &Bench, unit_id: &UnitId, sequence: u64) {
    let now = bench.edge.runtime.clock().now();
    let reported = ReportedFix {
        unit: unit_id.clone(),
        lat_e7: IN_WEST.0,
        lon_e7: IN_WEST.1,
        device_time: now,
        device_epoch: 1,
        sequence,
        speed_cm_per_s: None,
        heading_deg: None,
        accuracy_m: None,
    };
    view(bench).fleet.apply_batch(&FixBatch { sent_at: None, fixes: &[reported] }, now).unwrap();
    assert_eq!(view(bench).fleet.latest(unit_id).map(|fix| fix.sequence), Some(sequence), "it was taken");
}

#[tokio::test]
async fn a_unit_that_falls_silent_on_its_order_alarms_the_room_once_and_a_fresh_fix_ends_it() {
    let bench = Bench::county().await;
    let lost_contact_ms = view(&bench).context.policy.room_clocks.lost_contact_ms;
    let (incident_id, assignment_id, unit_id) = robbery(&bench).await;
    fix(&bench, &unit_id, 1);
    give(&bench, unit(unit_id.as_str()), Command::Acknowledge(Tap { assignment_id, occurred_at: None })).await;
    bench.pass(lost_contact_ms);
    once(&bench.edge.runtime, BEGIN).await;
    assert_eq!(contact(&bench, &unit_id, incident_id), (false, 0), "as long as the policy allows");
    bench.pass(1);
    once(&bench.edge.runtime, BEGIN).await;
    let head = view(&bench).head.seq;
    once(&bench.edge.runtime, BEGIN).await;
    assert_eq!(contact(&bench, &unit_id, incident_id), (true, 1));
    assert_eq!(view(&bench).head.seq, head, "told once");
    fix(&bench, &unit_id, 2);
    once(&bench.edge.runtime, BEGIN).await;
    assert_eq!(contact(&bench, &unit_id, incident_id), (false, 0));
}

#[tokio::test]
async fn without_any_fix_the_time_runs_from_when_the_order_was_taken() {
    let bench = Bench::county().await;
    let lost_contact_ms = view(&bench).context.policy.room_clocks.lost_contact_ms;
    let (incident_id, assignment_id, unit_id) = robbery(&bench).await;
    bench.pass(10_000);
    give(&bench, unit(unit_id.as_str()), Command::Acknowledge(Tap { assignment_id, occurred_at: None })).await;
    bench.pass(lost_contact_ms);
    once(&bench.edge.runtime, BEGIN).await;
    assert_eq!(contact(&bench, &unit_id, incident_id), (false, 0), "it said something when it took the order");
    bench.pass(1);
    once(&bench.edge.runtime, BEGIN).await;
    assert_eq!(contact(&bench, &unit_id, incident_id), (true, 1));
    once(&bench.edge.runtime, BEGIN).await;
    assert_eq!(contact(&bench, &unit_id, incident_id), (true, 1), "told once");
    fix(&bench, &unit_id, 1);
    once(&bench.edge.runtime, BEGIN).await;
    assert_eq!(contact(&bench, &unit_id, incident_id), (false, 0));
}

#[tokio::test]
async fn after_a_restart_the_time_runs_anew_and_who_stays_silent_is_lost() {
    let bench = Bench::county().await;
    let lost_contact_ms = view(&bench).context.policy.room_clocks.lost_contact_ms;
    let (incident_id, assignment_id, unit_id) = robbery(&bench).await;
    give(&bench, unit(unit_id.as_str()), Command::Acknowledge(Tap { assignment_id, occurred_at: None })).await;
    fix(&bench, &unit_id, 1);
    // What was heard before a restart is not known any more.
    view(&bench).fleet.forget_fix(&unit_id);
    bench.pass(lost_contact_ms);
    let restarted = bench.edge.runtime.clock().now();
    bench.pass(lost_contact_ms);
    once(&bench.edge.runtime, restarted).await;
    assert_eq!(contact(&bench, &unit_id, incident_id), (false, 0), "a restart makes nobody lost");
    bench.pass(1);
    once(&bench.edge.runtime, restarted).await;
    assert_eq!(contact(&bench, &unit_id, incident_id), (true, 1), "and hides nobody");
    let again = bench.edge.runtime.clock().now();
    once(&bench.edge.runtime, again).await;
    assert_eq!(contact(&bench, &unit_id, incident_id), (true, 1), "nothing was heard since another restart");
}
