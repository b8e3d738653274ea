//! Attendance of a beat that has two officers, or one who is asked for more than can be done at once.

use crate::room::{LON, acknowledge, agency, car, give, incident, order, report_at};
use domain::assignment::{Assignment, AssignmentRole, AssignmentState};
use domain::classification::Team;
use domain::command::{AssignUnits, Clear, Command, RecallUnit, ReportIncident, SetAvailability, SignOff, SignOn, UnitOrder, WhenEngaged};
use domain::decide::decide;
use domain::ids::{AssignmentId, IncidentId, UnitId};
use domain::incident::Attendance;
use domain::principal::authorize;
use domain::situation::Situation;
use domain::testing::{Bench, call, locate, operator, profile, tap, unit_principal};
use domain::unit::{Availability, MAX_QUEUED, UnitProfile};
use std::sync::Arc;

/// In the beat of the station.
const NORTH: f64 = 37.65;

fn officer(bench: &mut Bench, call_sign: &str) -> UnitId {
    bench.unit(UnitProfile { team: Team::Community, ..profile(call_sign, agency("610824-01-01")) }, 37.69, 108.84)
}

fn orders_of(bench: &Bench, id: IncidentId, unit_id: &UnitId) -> Vec<Arc<Assignment>> {
    let all = incident(bench, id).assignments.clone();
    all.iter().filter_map(|id| bench.world.assignment(id).cloned()).filter(|order| &order.unit_id == unit_id).collect()
}

fn attendance(bench: &Bench, id: IncidentId) -> (&'static str, Option<AssignmentId>) {
    match incident(bench, id).attendance.as_ref().unwrap() {
        Attendance::Owed { .. } => ("owed", None),
        Attendance::Ordered { assignment_id, .. } => ("ordered", Some(*assignment_id)),
        Attendance::Attended { assignment_id, .. } => ("attended", Some(*assignment_id)),
        Attendance::Excused { .. } => ("excused", None),
    }
}

fn sign_off(bench: &mut Bench, unit_id: &UnitId) {
    bench.run(&unit_principal(unit_id), Command::SignOff(SignOff { unit_id: unit_id.clone(), occurred_at: None })).unwrap();
}

fn sign_on(bench: &mut Bench, unit_id: &UnitId) {
    let sign_on = SignOn { unit_id: unit_id.clone(), crew: None, occurred_at: None };
    bench.run(&unit_principal(unit_id), Command::SignOn(sign_on)).unwrap();
}

/// An incident of the beat that a case car of its own responds to.
fn responded(bench: &mut Bench, number: u32) -> IncidentId {
    let a = car(bench, &format!("A{number}"), Team::Case, 11.0);
    let id = report_at(bench, "public_order/disturbance", NORTH, LON + 0.001 * f64::from(number));
    order(bench, id, &a);
    id
}

#[test]
fn an_officer_who_comes_on_duty_is_ordered_to_two_at_once_and_to_the_next_when_free() {
    let mut bench = Bench::new(1);
    let c1 = officer(&mut bench, "C1");
    sign_off(&mut bench, &c1);
    let ids: Vec<_> = (1..=4).map(|number| responded(&mut bench, number)).collect();
    assert!(ids.iter().all(|id| attendance(&bench, *id).0 == "owed"));
    sign_on(&mut bench, &c1);
    let states: Vec<_> = ids.iter().map(|id| attendance(&bench, *id).0).collect();
    assert_eq!(states, ["ordered", "ordered", "owed", "owed"]);
    let of_c1: Vec<_> = ids.iter().flat_map(|id| orders_of(&bench, *id, &c1)).map(|order| order.state.name()).collect();
    assert_eq!(of_c1, ["offered", "queued"]);
    bench.assert_sound();
}

#[test]
fn whoever_is_there_has_attended_whoever_else_was_ordered_first() {
    let mut bench = Bench::new(1);
    let (c1, c2) = (officer(&mut bench, "C1"), officer(&mut bench, "C2"));
    let id = responded(&mut bench, 1);
    let ordered = orders_of(&bench, id, &c1)[0].assignment_id;
    assert_eq!(attendance(&bench, id), ("ordered", Some(ordered)));
    let also = order(&mut bench, id, &c2);
    acknowledge(&mut bench, also);
    bench.run(&unit_principal(&c2), Command::MarkOnScene(tap(also))).unwrap();
    assert_eq!(attendance(&bench, id), ("attended", Some(also)));
    bench.assert_sound();
}

#[test]
fn one_who_waits_in_a_queue_gives_way_to_another_who_goes() {
    let mut bench = Bench::new(1);
    let c1 = officer(&mut bench, "C1");
    let busy = report_at(&mut bench, "dispute/neighbour", NORTH, LON);
    order(&mut bench, busy, &c1);
    let id = responded(&mut bench, 1);
    let waits = orders_of(&bench, id, &c1)[0].assignment_id;
    assert_eq!(attendance(&bench, id), ("ordered", Some(waits)));
    let c2 = officer(&mut bench, "C2");
    let goes = order(&mut bench, id, &c2);
    assert_eq!(attendance(&bench, id), ("ordered", Some(goes)));
    let state = &orders_of(&bench, id, &c1)[0].state;
    assert!(matches!(state, AssignmentState::Recalled { reason } if reason.as_str() == "superseded"), "{state:?}");
    assert_eq!(orders_of(&bench, id, &c2)[0].state.name(), "offered", "not the one that goes");
    bench.assert_sound();
}

#[test]
fn one_who_waits_to_attend_gives_way_to_another_whose_turn_comes_first() {
    let mut bench = Bench::new(1);
    let officers: Vec<_> = (1..=2).map(|number| officer(&mut bench, &format!("C{number}"))).collect();
    let held: Vec<_> = (0..2u32)
        .map(|number| {
            let busy = report_at(&mut bench, "dispute/debt", 37.55, LON + 0.01 * f64::from(number));
            order(&mut bench, busy, &officers[number as usize])
        })
        .collect();
    let id = responded(&mut bench, 1);
    let waits = orders_of(&bench, id, &officers[0])[0].assignment_id;
    let orders = vec![UnitOrder { unit_id: officers[1].clone(), role: None, when_engaged: WhenEngaged::Queue }];
    give(&mut bench, Command::AssignUnits(AssignUnits { incident_id: id, orders, expected_revision: 0 })).unwrap();
    assert_eq!(attendance(&bench, id), ("ordered", Some(waits)));
    acknowledge(&mut bench, held[1]);
    crate::room::clear(&mut bench, held[1], Some("mediated"));
    let goes = orders_of(&bench, id, &officers[1])[0].clone();
    assert_eq!((goes.state.name(), attendance(&bench, id)), ("offered", ("ordered", Some(goes.assignment_id))));
    assert_eq!(bench.world.assignment(&waits).unwrap().state.name(), "recalled");
    bench.assert_sound();
}

#[test]
fn an_officer_who_left_or_was_taken_back_is_not_asked_again() {
    let mut bench = Bench::new(1);
    let c1 = officer(&mut bench, "C1");
    let (left, taken_back) = (responded(&mut bench, 1), responded(&mut bench, 2));
    let order_left = orders_of(&bench, left, &c1)[0].assignment_id;
    acknowledge(&mut bench, order_left);
    let reason = crate::room::key("not_needed");
    bench.run(&unit_principal(&c1), Command::Clear(Clear { tap: tap(order_left), reason, disposition: None, feedback: None })).unwrap();
    assert_eq!((attendance(&bench, left).0, orders_of(&bench, left, &c1).len()), ("owed", 1));
    let order_back = orders_of(&bench, taken_back, &c1)[0].assignment_id;
    let reason = crate::room::key("mistake");
    give(&mut bench, Command::RecallUnit(RecallUnit { assignment_id: order_back, reason })).unwrap();
    assert_eq!((attendance(&bench, taken_back).0, orders_of(&bench, taken_back, &c1).len()), ("owed", 1));
    sign_off(&mut bench, &c1);
    sign_on(&mut bench, &c1);
    assert_eq!((attendance(&bench, left).0, attendance(&bench, taken_back).0), ("owed", "owed"));
    bench.assert_sound();
}

#[test]
fn attendance_is_no_urgent_work() {
    let mut bench = Bench::new(1);
    let c1 = officer(&mut bench, "C1");
    let set = |bench: &mut Bench, availability| {
        let set = SetAvailability { unit_id: c1.clone(), availability, occurred_at: None };
        bench.run(&unit_principal(&c1), Command::SetAvailability(set)).unwrap();
    };
    set(&mut bench, Availability::Conditional { reason: crate::room::key("meal") });
    let id = responded(&mut bench, 1);
    assert_eq!((attendance(&bench, id).0, orders_of(&bench, id, &c1).len()), ("owed", 0));
    set(&mut bench, Availability::Available);
    assert_eq!((attendance(&bench, id).0, orders_of(&bench, id, &c1).len()), ("ordered", 1));
    bench.assert_sound();
}

#[test]
fn no_more_waits_for_an_officer_than_a_queue_holds() {
    let mut bench = Bench::new(1);
    let c1 = officer(&mut bench, "C1");
    let busy = report_at(&mut bench, "dispute/neighbour", NORTH, LON);
    order(&mut bench, busy, &c1);
    let ids: Vec<_> = (1..=u32::try_from(MAX_QUEUED).unwrap()).map(|number| responded(&mut bench, number)).collect();
    assert!(ids.iter().all(|id| attendance(&bench, *id).0 == "ordered"));
    let one_more = responded(&mut bench, u32::try_from(MAX_QUEUED).unwrap() + 1);
    assert_eq!(attendance(&bench, one_more), ("owed", None));
    assert_eq!(bench.world.unit(&c1).unwrap().queue.len(), MAX_QUEUED);
    bench.assert_sound();
}

#[test]
fn without_an_id_for_it_attendance_stays_owed_and_the_command_goes_through() {
    let mut bench = Bench::new(1);
    let a1 = car(&mut bench, "A1", Team::Case, 11.0);
    let c1 = officer(&mut bench, "C1");
    let place = locate(&bench.agencies, NORTH, LON);
    let report = Command::ReportIncident(call("criminal/robbery", place));
    let all = bench.gather(&report);
    let authorized = authorize(&operator("610824"), report, &bench.world, &all).unwrap();
    // The incident, its call, the order of the car; and the order of the officer.
    for (ids, ordered) in [(3, vec![a1.clone()]), (4, vec![a1.clone(), c1])] {
        let situation = Situation { fresh_ids: all.fresh_ids[..ids].to_vec(), ..all.clone() };
        let decision = decide(&bench.world, &authorized, &situation, bench.now).unwrap();
        let (id, ..) = decision.reply.reported.unwrap();
        let incident = decision.world.incident(&id).unwrap();
        let sent: Vec<_> = decision.world.active_assignments(incident).map(|order| order.unit_id.clone()).collect();
        assert_eq!(sent, ordered);
        assert!(decision.world.active_assignments(incident).skip(1).all(|order| order.role == AssignmentRole::BeatAttendance));
    }
}

#[test]
fn only_a_sworn_officer_of_the_community_team_attends_and_only_in_the_own_beat() {
    let mut bench = Bench::new(2);
    let of_beat = |bench: &mut Bench, sign: &str, beat: &str, team, sworn| {
        bench.unit(UnitProfile { team, sworn, auxiliary: 1, ..profile(sign, agency(beat)) }, 37.69, 108.84)
    };
    let case = of_beat(&mut bench, "B1", "610824-01-01", Team::Case, 2);
    let helpers = of_beat(&mut bench, "B2", "610824-01-01", Team::Community, 0);
    let id = responded(&mut bench, 1);
    assert_eq!(incident(&bench, id).attendance, None, "the beat has no officer");
    let c1 = of_beat(&mut bench, "C1", "610824-01-01", Team::Community, 1);
    sign_off(&mut bench, &c1);
    let other_beat = of_beat(&mut bench, "C2", "610824-02-01", Team::Community, 1);
    let id = responded(&mut bench, 2);
    for unit in [&case, &helpers, &other_beat] {
        let role = Some(AssignmentRole::Backup);
        let orders = vec![UnitOrder { unit_id: unit.clone(), role, when_engaged: WhenEngaged::Refuse }];
        give(&mut bench, Command::AssignUnits(AssignUnits { incident_id: id, orders, expected_revision: 0 })).unwrap();
        assert_eq!(attendance(&bench, id), ("owed", None), "{unit}");
    }
    bench.assert_sound();
}

#[test]
fn that_the_officer_attends_signs_nothing_for_the_station() {
    let mut bench = Bench::new(1);
    let c1 = officer(&mut bench, "C1");
    sign_off(&mut bench, &c1);
    let ids: Vec<_> = (1..=2u32)
        .map(|number| {
            car(&mut bench, &format!("A{number}"), Team::Case, 11.0);
            let place = locate(&bench.agencies, NORTH, LON + 0.001 * f64::from(number));
            let passed = ReportIncident { desk: Some(agency("610824")), ..call("criminal/robbery", place) };
            give(&mut bench, Command::ReportIncident(passed)).unwrap().reply.reported.unwrap().0
        })
        .collect();
    let on = SignOn { unit_id: c1.clone(), crew: None, occurred_at: None };
    bench.run(&operator("610824-01"), Command::SignOn(on)).unwrap();
    for (id, state) in ids.into_iter().zip(["offered", "queued"]) {
        assert_eq!(orders_of(&bench, id, &c1)[0].state.name(), state);
        assert!(incident(&bench, id).passing.as_ref().unwrap().signed.is_none());
    }
    bench.assert_sound();
}
