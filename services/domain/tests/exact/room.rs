//! A room with a bench, and the commands these tests give in short.

use domain::alarm::AlarmKind;
use domain::assignment::Assignment;
use domain::classification::Team;
use domain::command::{AssignUnits, Clear, CloseIncident, Command, ResolveIncident, UnitOrder, WhenEngaged};
use domain::ids::{AgencyId, AssignmentId, IncidentId, ReasonKey, UnitId};
use domain::incident::Incident;
use domain::place::Place;
use domain::rejection::Rejection;
use domain::testing::{Bench, LOG, Step, call, locate, operator, profile, station_id, tap, unit_principal};
use domain::unit::UnitProfile;
use std::sync::Arc;

/// South of the beat, so that no community officer is owed.
pub(crate) const LAT: f64 = 37.55;
pub(crate) const LON: f64 = 108.80;

pub(crate) fn key(text: &str) -> ReasonKey {
    ReasonKey::new(text).unwrap()
}

pub(crate) fn agency(code: &str) -> AgencyId {
    AgencyId::new(code).unwrap()
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

/// A car of `team` of the first station, `km` north of [`LAT`].
pub(crate) fn car(bench: &mut Bench, call_sign: &str, team: Team, km: f64) -> UnitId {
    bench.unit(UnitProfile { team, ..profile(call_sign, station_id(1)) }, LAT + km / 111.195, LON)
}

pub(crate) fn orders(incident_id: IncidentId, units: &[&UnitId], when_engaged: WhenEngaged) -> Command {
    let orders = units.iter().map(|id| UnitOrder { unit_id: (*id).clone(), role: None, when_engaged }).collect();
    Command::AssignUnits(AssignUnits { incident_id, orders, expected_revision: 0 })
}

pub(crate) fn order(bench: &mut Bench, incident_id: IncidentId, unit_id: &UnitId) -> AssignmentId {
    give(bench, orders(incident_id, &[unit_id], WhenEngaged::Refuse)).unwrap().reply.assignments[0]
}

pub(crate) fn acknowledge(bench: &mut Bench, id: AssignmentId) {
    let unit_id = assignment(bench, id).unit_id.clone();
    bench.run(&unit_principal(&unit_id), Command::Acknowledge(tap(id))).unwrap();
}

pub(crate) fn clear(bench: &mut Bench, id: AssignmentId, disposition: Option<&str>) -> Step {
    let command = Clear { tap: tap(id), reason: key("done"), disposition: disposition.map(key), feedback: None };
    give(bench, Command::Clear(command)).unwrap()
}

pub(crate) fn resolve(bench: &mut Bench, incident_id: IncidentId, disposition: &str) -> Step {
    let command = ResolveIncident { incident_id, disposition: key(disposition), expected_revision: 0 };
    give(bench, Command::ResolveIncident(command)).unwrap()
}

pub(crate) fn close(bench: &mut Bench, incident_id: IncidentId) -> Step {
    let command = CloseIncident { incident_id, excuse: None, expected_revision: 0 };
    give(bench, Command::CloseIncident(command)).unwrap()
}

pub(crate) fn incident(bench: &Bench, id: IncidentId) -> Arc<Incident> {
    Arc::clone(bench.world.incident(&id).unwrap())
}

pub(crate) fn assignment(bench: &Bench, id: AssignmentId) -> Arc<Assignment> {
    Arc::clone(bench.world.assignment(&id).unwrap())
}

pub(crate) fn standing(bench: &Bench, id: IncidentId) -> Vec<AlarmKind> {
    bench.world.standing_alarms(id).map(|alarm| alarm.kind).collect()
}

/// The active orders of an incident: who, as what.
pub(crate) fn sent(bench: &Bench, id: IncidentId) -> Vec<(String, &'static str)> {
    let incident = incident(bench, id);
    bench.world.active_assignments(&incident).map(|order| (order.unit_id.to_string(), order.role.key())).collect()
}

/// The names of the events of a step, in order.
pub(crate) fn names(step: &Step) -> Vec<&'static str> {
    step.events.iter().map(|recorded| recorded.event.name()).collect()
}

/// The field and what was expected of a command that was refused as invalid.
pub(crate) fn invalid<T: std::fmt::Debug>(result: Result<T, Rejection>) -> (&'static str, String) {
    match result.unwrap_err() {
        Rejection::Invalid { field, expected, .. } => (field, expected),
        other => panic!("{other}"),
    }
}
