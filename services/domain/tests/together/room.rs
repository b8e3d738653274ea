//! A room of one station with a bench, and the commands these tests give in short.

use domain::assignment::{Assignment, AssignmentRole};
use domain::command::{
    AddCall, AssignUnits, Clear, CloseIncident, Command, MergeIncidents, ResolveIncident, UnitOrder, UnmergeIncidents, WhenEngaged,
};
use domain::event::Event;
use domain::ids::{AssignmentId, CallId, IncidentId, ReasonKey, UnitId};
use domain::incident::Incident;
use domain::place::Place;
use domain::rejection::Rejection;
use domain::testing::{Bench, LOG, Step, call, locate, operator, profile, station_id, tap, unit_principal};
use std::sync::Arc;

/// South of the beat, so that no community officer is owed.
pub(crate) const LAT: f64 = 37.55;
pub(crate) const LON: f64 = 108.80;

pub(crate) fn key(text: &str) -> ReasonKey {
    ReasonKey::new(text).unwrap()
}

pub(crate) fn at(bench: &Bench, lat: f64, lon: f64) -> Place {
    locate(&bench.agencies, lat, lon)
}

pub(crate) fn give(bench: &mut Bench, command: Command) -> Result<Step, Rejection> {
    bench.run(&operator(LOG), command)
}

pub(crate) fn report_at(bench: &mut Bench, what: &str, lat: f64, lon: f64) -> IncidentId {
    let place = at(bench, lat, lon);
    give(bench, Command::ReportIncident(call(what, place))).unwrap().reply.reported.unwrap().0
}

pub(crate) fn report(bench: &mut Bench, what: &str) -> IncidentId {
    report_at(bench, what, LAT, LON)
}

pub(crate) fn unit(bench: &mut Bench, call_sign: &str) -> UnitId {
    bench.unit(profile(call_sign, station_id(1)), LAT + 0.01, LON)
}

pub(crate) fn order_as(
    bench: &mut Bench,
    incident_id: IncidentId,
    unit_id: &UnitId,
    role: Option<AssignmentRole>,
    when_engaged: WhenEngaged,
) -> AssignmentId {
    let orders = vec![UnitOrder { unit_id: unit_id.clone(), role, when_engaged }];
    let command = Command::AssignUnits(AssignUnits { incident_id, orders, expected_revision: 0 });
    give(bench, command).unwrap().reply.assignments[0]
}

pub(crate) fn order(bench: &mut Bench, incident_id: IncidentId, unit_id: &UnitId) -> AssignmentId {
    order_as(bench, incident_id, unit_id, None, WhenEngaged::Refuse)
}

pub(crate) fn acknowledge(bench: &mut Bench, id: AssignmentId) {
    let unit_id = bench.world.assignment(&id).unwrap().unit_id.clone();
    bench.run(&unit_principal(&unit_id), Command::Acknowledge(tap(id))).unwrap();
}

pub(crate) fn go_on_scene(bench: &mut Bench, id: AssignmentId) {
    let unit_id = bench.world.assignment(&id).unwrap().unit_id.clone();
    acknowledge(bench, id);
    bench.run(&unit_principal(&unit_id), Command::MarkOnScene(tap(id))).unwrap();
}

pub(crate) fn clear(bench: &mut Bench, id: AssignmentId, disposition: Option<&str>) {
    let command = Clear { tap: tap(id), reason: key("done"), disposition: disposition.map(key), feedback: None };
    give(bench, Command::Clear(command)).unwrap();
}

pub(crate) fn resolve(bench: &mut Bench, incident_id: IncidentId, disposition: &str) -> Step {
    let command = ResolveIncident { incident_id, disposition: key(disposition), expected_revision: 0 };
    give(bench, Command::ResolveIncident(command)).unwrap()
}

pub(crate) fn close(bench: &mut Bench, incident_id: IncidentId) {
    let command = CloseIncident { incident_id, excuse: None, expected_revision: 0 };
    give(bench, Command::CloseIncident(command)).unwrap();
}

pub(crate) fn add_call(bench: &mut Bench, incident_id: IncidentId) -> Result<CallId, Rejection> {
    let command = AddCall { incident_id, source: domain::classification::CallSource::WalkIn, private: None, occurred_at: None };
    give(bench, Command::AddCall(command)).map(|step| step.reply.call.unwrap())
}

pub(crate) fn merge(bench: &mut Bench, incident_id: IncidentId, into: IncidentId) -> Result<Step, Rejection> {
    give(bench, Command::MergeIncidents(MergeIncidents { incident_id, into, expected_revision: 0 }))
}

pub(crate) fn unmerge(bench: &mut Bench, incident_id: IncidentId) -> Result<Step, Rejection> {
    give(bench, Command::UnmergeIncidents(UnmergeIncidents { incident_id }))
}

pub(crate) fn incident(bench: &Bench, id: IncidentId) -> Arc<Incident> {
    Arc::clone(bench.world.incident(&id).unwrap())
}

pub(crate) fn assignment(bench: &Bench, id: AssignmentId) -> Arc<Assignment> {
    Arc::clone(bench.world.assignment(&id).unwrap())
}

pub(crate) fn call_ids(bench: &Bench, id: IncidentId) -> Vec<CallId> {
    incident(bench, id).calls.iter().map(|call| call.call_id).collect()
}

pub(crate) fn standing(bench: &Bench, id: IncidentId) -> Vec<domain::alarm::AlarmKind> {
    bench.world.standing_alarms(id).map(|alarm| alarm.kind).collect()
}

/// The names of the events of a step, in order.
pub(crate) fn names(step: &Step) -> Vec<&'static str> {
    step.events.iter().map(|recorded| recorded.event.name()).collect()
}

/// Whether one of the events of a step is as said.
pub(crate) fn has(step: &Step, is: impl Fn(&Event) -> bool) -> bool {
    step.events.iter().any(|recorded| is(&recorded.event))
}
