//! The rules of the room: standing, passing down, lending, attendance, support, wartime mode and activation, each on the bench.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod activation;
mod attendance;
mod lending;
mod passing;
mod standing;
mod support;
mod wartime;

use domain::agency::{AgencyNode, AgencyTree};
use domain::alarm::AlarmKind;
use domain::classification::Team;
use domain::command::{AssignUnits, Clear, Command, UnitOrder, WhenEngaged};
use domain::event::Recorded;
use domain::ids::{AgencyId, AssignmentId, IncidentId, ReasonKey, UnitId};
use domain::incident::Incident;
use domain::place::Place;
use domain::policy::{DispatchMode, Policy};
use domain::principal::Principal;
use domain::reason::Reason;
use domain::rejection::Rejection;
use domain::testing::{Bench, LOG, Step, call, locate, operator, profile, station_id, tap, unit_principal};
use domain::unit::UnitProfile;
use std::sync::Arc;

fn key(text: &str) -> ReasonKey {
    ReasonKey::new(text).unwrap()
}

fn agency(text: &str) -> AgencyId {
    AgencyId::new(text).unwrap()
}

/// The beat of station `number`.
fn beat(number: usize) -> AgencyId {
    agency(&format!("{}-01", station_id(number)))
}

fn county() -> Principal {
    operator(LOG)
}

/// A car of the community team.
fn community(call_sign: &str, home: AgencyId) -> UnitProfile {
    UnitProfile { team: Team::Community, ..profile(call_sign, home) }
}

/// The policy with something changed.
fn with_policy(bench: &mut Bench, change: impl FnOnce(&mut Policy)) {
    let mut policy = (*bench.policy).clone();
    change(&mut policy);
    bench.policy = Arc::new(policy);
}

/// A priority is dispatched in another mode.
fn with_mode(bench: &mut Bench, level: u8, mode: DispatchMode) {
    with_policy(bench, |policy| policy.priorities.iter_mut().filter(|rule| rule.level == level).for_each(|rule| rule.mode = mode));
}

/// The tree with every node changed.
fn with_tree(bench: &mut Bench, change: impl Fn(&mut AgencyNode)) {
    let nodes = bench.agencies.nodes().cloned().map(|mut node| {
        change(&mut node);
        node
    });
    let tree = AgencyTree::new(bench.agencies.log_id().clone(), bench.agencies.time_zone().to_owned(), nodes.collect()).unwrap();
    bench.agencies = Arc::new(tree);
}

/// Two nodes border on each other.
fn with_border(bench: &mut Bench, a: &AgencyId, b: &AgencyId) {
    with_tree(bench, |node| {
        if &node.agency_id == a {
            node.neighbours.insert(b.clone());
        }
    });
}

/// In the south of station 1, in no beat.
fn south(bench: &Bench) -> Place {
    locate(&bench.agencies, 37.55, 108.80)
}

/// In the beat of station 1.
fn north(bench: &Bench) -> Place {
    locate(&bench.agencies, 37.65, 108.80)
}

fn report(bench: &mut Bench, what: &str, place: Place) -> IncidentId {
    let step = bench.run(&county(), Command::ReportIncident(call(what, place))).unwrap();
    step.reply.reported.unwrap().0
}

fn incident(bench: &Bench, id: IncidentId) -> Arc<Incident> {
    Arc::clone(bench.world.incident(&id).unwrap())
}

fn assign(bench: &mut Bench, who: &Principal, id: IncidentId, unit_id: &UnitId) -> Result<Step, Rejection> {
    let order = UnitOrder { unit_id: unit_id.clone(), role: None, when_engaged: WhenEngaged::Refuse };
    bench.run(who, Command::AssignUnits(AssignUnits { incident_id: id, orders: vec![order], expected_revision: 0 }))
}

/// The order a unit has now.
fn order_of(bench: &Bench, unit_id: &UnitId) -> AssignmentId {
    bench.world.unit(unit_id).unwrap().engaged_in().unwrap()
}

fn acknowledge(bench: &mut Bench, unit_id: &UnitId) {
    let order = order_of(bench, unit_id);
    bench.run(&unit_principal(unit_id), Command::Acknowledge(tap(order))).unwrap();
}

fn arrive(bench: &mut Bench, unit_id: &UnitId) {
    acknowledge(bench, unit_id);
    let order = order_of(bench, unit_id);
    bench.run(&unit_principal(unit_id), Command::MarkOnScene(tap(order))).unwrap();
}

fn clear(bench: &mut Bench, unit_id: &UnitId, disposition: Option<&str>) -> Step {
    let tap = tap(order_of(bench, unit_id));
    let clear = Clear { tap, reason: key("done"), disposition: disposition.map(key), feedback: None };
    bench.run(&unit_principal(unit_id), Command::Clear(clear)).unwrap()
}

fn names(events: &[Recorded]) -> Vec<&'static str> {
    events.iter().map(|recorded| recorded.event.name()).collect()
}

/// How often the room was alarmed of this.
fn alarms(bench: &Bench, id: IncidentId, kind: AlarmKind) -> usize {
    bench.world.alarms_of(id).filter(|alarm| alarm.kind == kind).count()
}

fn stands(bench: &Bench, id: IncidentId, kind: AlarmKind) -> bool {
    bench.world.standing_alarms(id).any(|alarm| alarm.kind == kind)
}

/// Whether one of the reasons reads like this.
fn says(reasons: &[Reason], wanted: &str) -> bool {
    reasons.iter().any(|reason| reason.to_string() == wanted)
}
