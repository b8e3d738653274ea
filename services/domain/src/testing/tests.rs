//! The bench is what the tests stand on: what it checks can fail, and its county is where it says.

use super::checks::{has_stopped, redecided, renumber, rows_follow_from_state};
use super::{
    Bench, LOG, call, county, distance_m, gather, locate, moves, operator, profile, station_id, tap, travel_ms, tree, unit_principal,
};
use crate::classification::Classification;
use crate::command::{
    ActivateAgencyTree, AssignUnits, Clear, Command, OpenOnTheSpot, RaiseEmergency, SplitIncident, UnitOrder, WhenEngaged,
};
use crate::decide::{Decision, Reply, decide};
use crate::event::Event;
use crate::ids::{AgencyId, BlobHash, CallId, CategoryKey, IncidentId, ReasonKey, Seq};
use crate::invariants::Violation;
use crate::place::{Place, Position};
use crate::principal::authorize;
use crate::rejection::Rejection;
use crate::situation::TravelSource;
use crate::world::World;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use uuid::Uuid;

const NORTH_111_M: f64 = 0.001;

fn at(bench: &Bench, lon: f64) -> Place {
    locate(&bench.agencies, 37.55, lon)
}

fn report(bench: &mut Bench, what: &str) -> IncidentId {
    let place = at(bench, 108.80);
    bench.run(&operator(LOG), Command::ReportIncident(call(what, place))).unwrap().reply.reported.unwrap().0
}

#[test]
#[should_panic(expected = "UNIT-1 violated: found by hand")]
fn a_bench_in_which_something_was_found_fails_its_test() {
    let mut bench = Bench::new(1);
    bench.assert_sound();
    bench.violations.push(Violation { id: "UNIT-1", detail: "found by hand".to_owned() });
    bench.assert_sound();
}

#[test]
fn what_is_acknowledged_to_a_reporter_is_kept() {
    let mut bench = Bench::new(1);
    let id = report(&mut bench, "dispute/debt");
    assert_eq!(bench.acknowledged().iter().map(|entry| entry.incident_id).collect::<Vec<_>>(), [id]);
}

#[test]
fn a_tree_that_is_activated_is_the_one_in_force() {
    let mut bench = Bench::new(1);
    let hash = BlobHash::of(b"another tree");
    bench.trees.insert(hash, Arc::new(tree(3)));
    bench.run(&county::server(), Command::ActivateAgencyTree(ActivateAgencyTree { hash })).unwrap();
    assert_eq!(bench.agencies.nodes().count(), 7);
}

/// A decision, and the same command decided again.
fn decided() -> (Bench, Decision) {
    let bench = Bench::new(1);
    let command = Command::ReportIncident(call("dispute/debt", at(&bench, 108.80)));
    let situation = bench.gather(&command);
    let authorized = authorize(&operator(LOG), command, &bench.world, &situation).unwrap();
    let decision = decide(&bench.world, &authorized, &situation, bench.now).unwrap();
    (bench, decision)
}

#[test]
fn two_decisions_are_one_only_when_all_of_them_is() {
    let (bench, decision) = decided();
    let differs = |edit: &dyn Fn(&mut Decision)| {
        let mut again = decision.clone();
        edit(&mut again);
        redecided(&Ok(decision.clone()), &Ok(again)).is_some()
    };
    assert!(!differs(&|_| {}));
    assert!(differs(&|again| again.events.clear()));
    assert!(differs(&|again| again.changed.clear()));
    assert!(differs(&|again| again.world = bench.world.clone()));
    assert!(differs(&|again| again.reply = Reply::default()));
    let refused = |what| Err(Rejection::SituationLacks(what));
    assert!(redecided(&refused("a"), &refused("a")).is_none());
    assert!(redecided(&refused("a"), &refused("b")).is_some() && redecided(&Ok(decision), &refused("a")).is_some());
}

#[test]
fn events_that_were_edited_follow_the_log() {
    let (bench, decision) = decided();
    let mut events = [decision.events.clone(), decision.events].concat();
    events.iter_mut().for_each(|recorded| recorded.meta.seq = Seq(77));
    renumber(&bench.world, &mut events);
    let seqs: Vec<_> = events.iter().map(|recorded| recorded.meta.seq.0).collect();
    let from = bench.world.head().0 + 1;
    assert_eq!(seqs, (from..from + seqs.len() as u64).collect::<Vec<_>>());
}

#[test]
fn a_deadline_that_runs_on_and_one_that_nothing_runs_for_are_found() {
    let mut bench = Bench::new(1);
    report(&mut bench, "dispute/debt");
    let mut rows: BTreeSet<_> = bench.deadlines().cloned().collect();
    let first = rows.first().cloned().unwrap();
    assert!(rows_follow_from_state(&bench.world, &rows).is_none() && has_stopped(&rows, &first).is_some());
    rows.remove(&first);
    assert!(rows_follow_from_state(&bench.world, &rows).is_some() && has_stopped(&rows, &first).is_none());
}

#[test]
fn the_county_lies_from_west_to_east() {
    let tree = tree(3);
    let neighbours = |code: &str| {
        let node = tree.get(&AgencyId::new(code).unwrap()).unwrap();
        node.neighbours.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(neighbours("610824-01"), ["610824-02"]);
    assert_eq!(neighbours("610824-02"), ["610824-01", "610824-03"]);
    assert_eq!(neighbours("610824-03"), ["610824-02"]);
    assert_eq!(neighbours("610824-02-01"), ["610824-01-01", "610824-03-01"]);
    let seats: Vec<_> = (1..=3).map(|number| tree.get(&station_id(number)).unwrap().seat.unwrap().lon_e7()).collect();
    assert_eq!(seats, [1_088_000_000, 1_089_000_000, 1_090_000_000]);
    let Place::Located { h3_cell, .. } = locate(&tree, 37.6, 108.8) else { panic!("located") };
    assert_eq!(h3_cell.to_string(), "8900000005bcc0", "376,000 thousandths of a degree below the resolution");
}

#[test]
fn distances_and_times_are_those_of_a_straight_line() {
    let position = |lat, lon| Position::from_degrees(lat, lon).unwrap();
    let (here, north, east) = (position(37.6, 108.8), position(37.6 + NORTH_111_M, 108.8), position(37.6, 108.801));
    assert!((distance_m(here, north) - 111.195).abs() < 0.01, "{}", distance_m(here, north));
    assert!((distance_m(here, east) - 88.099).abs() < 0.01, "{}", distance_m(here, east));
    let mut bench = Bench::new(1);
    let a1 = bench.unit(profile("A1", station_id(1)), 37.6, 108.8);
    // 111.195 m at 11 m/s.
    assert_eq!(travel_ms(&bench.policy, bench.world.unit(&a1).unwrap(), here, north), 10_109);
}

#[test]
fn who_can_be_sent_comes_before_who_is_nearer() {
    let mut bench = Bench::new(1);
    let near = bench.unit(profile("A1", station_id(1)), 37.551, 108.80);
    report(&mut bench, "criminal/robbery");
    let far = bench.unit(profile("A2", station_id(1)), 37.58, 108.80);
    assert!(bench.world.unit(&near).unwrap().engaged_in().is_some());
    let target = Position::from_degrees(37.55, 108.80).ok();
    let found = gather::candidates(&bench.world, &bench.policy, &bench.agencies, &bench.fixes, target);
    let order: Vec<_> = found.iter().map(|candidate| (candidate.unit_id.clone(), candidate.source)).collect();
    assert_eq!(order, [(far, TravelSource::StraightLine), (near, TravelSource::StraightLine)]);
}

#[test]
fn candidates_are_for_the_place_that_a_command_brings() {
    let mut bench = Bench::new(1);
    let a1 = bench.unit(profile("A1", station_id(1)), 37.551, 108.80);
    let id = report(&mut bench, "dispute/debt");
    let known = bench.world.incident(&id).unwrap();
    let (place, brought) = (at(&bench, 108.84), Position::from_degrees(37.55, 108.84).ok());
    let what = Classification { category: CategoryKey::new("dispute").unwrap(), kind: None };
    let (unit_id, classification) = (a1.clone(), what.clone());
    let opened = OpenOnTheSpot { unit_id, classification, place: place.clone(), private: None, occurred_at: None };
    let call_id = CallId(Uuid::from_u128(1));
    let split = SplitIncident { incident_id: id, call_id, classification: what, place: place.clone(), expected_revision: 0 };
    for command in [
        Command::ReportIncident(call("dispute/debt", place.clone())),
        Command::OpenOnTheSpot(opened),
        Command::SplitIncident(split),
        Command::RaiseEmergency(RaiseEmergency { unit_id: a1, place, occurred_at: None }),
    ] {
        assert_eq!(gather::target(Some(known), &command), brought, "{command:?}");
    }
    let other = Command::SignIncident(crate::command::SignIncident { incident_id: id });
    assert_eq!(gather::target(Some(known), &other), Position::from_degrees(37.55, 108.80).ok());
}

#[test]
fn an_order_that_goes_out_from_a_queue_moves_its_unit() {
    let mut bench = Bench::new(1);
    let a1 = bench.unit(profile("A1", station_id(1)), 37.551, 108.80);
    let assign = |bench: &mut Bench, when_engaged| {
        let incident_id = report(bench, "criminal/theft");
        let orders = vec![UnitOrder { unit_id: a1.clone(), role: None, when_engaged }];
        let assign = AssignUnits { incident_id, orders, expected_revision: 0 };
        bench.run(&operator(LOG), Command::AssignUnits(assign)).unwrap().reply.assignments[0]
    };
    let first = assign(&mut bench, WhenEngaged::Refuse);
    assign(&mut bench, WhenEngaged::Queue);
    bench.run(&unit_principal(&a1), Command::Acknowledge(tap(first))).unwrap();
    let reason = ReasonKey::new("done").unwrap();
    let clear = Clear { tap: tap(first), reason, disposition: ReasonKey::new("handled").ok(), feedback: None };
    bench.run(&unit_principal(&a1), Command::Clear(clear)).unwrap();
    let mut world = World::new(bench.world.log_id().clone());
    let mut of_units = BTreeMap::new();
    for recorded in bench.log() {
        let watched = moves::watch(&world, recorded);
        crate::apply::apply(&mut world, recorded);
        let moved = watched.moved(&world).into_iter().filter(|moved| moved.subject == "unit").map(|moved| (moved.event, moved.to));
        of_units.entry(recorded.event.name()).or_insert_with(Vec::new).extend(moved);
    }
    assert!(bench.log().iter().any(|recorded| matches!(recorded.event, Event::AssignmentActivated(_))));
    assert_eq!(of_units["assignment_activated"], [("assignment_offered", "engaged")]);
    assert_eq!(of_units["assignment_cleared"], [("assignment_ended", "available")]);
}
