//! Stacking: orders wait for an engaged unit, in an order, and go out when it is free.

use crate::room::{Room, reason};
use domain::assignment::AssignmentRole::{Backup, Primary};
use domain::assignment::AssignmentState;
use domain::classification::Team;
use domain::command::{Command, ReorderQueue, SetAvailability, SignOff, WhenEngaged};
use domain::ids::{AssignmentId, IncidentId, UnitId};
use domain::rejection::Rejection;
use domain::testing::unit_principal;
use domain::unit::Availability;

/// A unit on one incident, and others that wait.
fn engaged(room: &mut Room) -> (UnitId, AssignmentId) {
    let a1 = room.car("A1", Team::Case, 1.0);
    let first = room.report("public_order/fight");
    let order = room.order(first, &a1, WhenEngaged::Refuse).unwrap();
    room.acknowledge(order);
    (a1, order)
}

fn queue(room: &mut Room, kind: &str, unit_id: &UnitId) -> (IncidentId, AssignmentId) {
    let id = room.report(kind);
    let order = room.order(id, unit_id, WhenEngaged::Queue).unwrap();
    (id, order)
}

fn reorder(room: &mut Room, unit_id: &UnitId, queue: Vec<AssignmentId>) -> Result<(), Rejection> {
    room.operate(Command::ReorderQueue(ReorderQueue { unit_id: unit_id.clone(), queue })).map(drop)
}

#[test]
fn what_waits_goes_out_in_order_when_the_unit_is_free() {
    let mut room = Room::new();
    let (a1, first) = engaged(&mut room);
    let (second, waits) = queue(&mut room, "public_order/trespass", &a1);
    let (third, last) = queue(&mut room, "public_order/trespass", &a1);
    assert_eq!((room.state(waits), room.incident(second).state.name()), ("queued", "classified"));
    assert_eq!(room.on(&a1).queue, [waits, last]);
    room.clear(first, Some("handled"));
    assert_eq!((room.state(waits), room.incident(second).state.name()), ("offered", "dispatched"));
    let AssignmentState::Offered { deliver_by, acknowledge_by } = room.assignment(waits).state else { panic!("it is offered") };
    assert_eq!((deliver_by, acknowledge_by), (room.bench.now.plus_ms(10_000), room.bench.now.plus_ms(30_000)));
    assert_eq!((room.on(&a1).engaged_in(), &room.on(&a1).queue), (Some(waits), &vec![last]));
    assert_eq!(room.incident(third).state.name(), "classified");
    room.bench.assert_sound();
}

#[test]
fn the_clock_of_what_waits_runs_on() {
    let mut room = Room::new();
    let (a1, _) = engaged(&mut room);
    let (second, _) = queue(&mut room, "public_order/fight", &a1);
    room.bench.pass(20_000);
    assert!(room.alarms(second).contains(&domain::alarm::AlarmKind::NotDispatched));
    room.bench.assert_sound();
}

#[test]
fn a_silent_unit_is_freed_for_what_waits() {
    let mut room = Room::new();
    let a1 = room.car("A1", Team::Case, 1.0);
    let first = room.report("public_order/fight");
    room.order(first, &a1, WhenEngaged::Refuse).unwrap();
    let (_, waits) = queue(&mut room, "public_order/trespass", &a1);
    room.bench.pass(11_000);
    assert_ne!(room.state(waits), "queued");
    room.bench.assert_sound();
}

#[test]
fn an_operator_orders_the_queue() {
    let mut room = Room::new();
    let (a1, first) = engaged(&mut room);
    let (_, second) = queue(&mut room, "public_order/trespass", &a1);
    let (_, third) = queue(&mut room, "public_order/trespass", &a1);
    for wrong in [vec![second], vec![second, second], vec![second, third, first], vec![]] {
        let refused = reorder(&mut room, &a1, wrong).unwrap_err().to_string();
        assert!(refused.contains("A1") && refused.contains(&second.to_string()) && refused.contains(&third.to_string()), "{refused}");
    }
    reorder(&mut room, &a1, vec![third, second]).unwrap();
    room.clear(first, Some("handled"));
    assert_eq!((room.state(third), room.state(second)), ("offered", "queued"));
    room.bench.assert_sound();
}

#[test]
fn at_most_eight_wait_for_one_unit_and_each_incident_once() {
    let mut room = Room::new();
    let (a1, _) = engaged(&mut room);
    let (waiting, _) = queue(&mut room, "public_order/trespass", &a1);
    let refused = room.order_as(waiting, &a1, WhenEngaged::Queue, Some(Backup)).unwrap_err();
    assert!(refused.to_string().contains("does not wait for already"), "{refused}");
    for _ in 1..8 {
        queue(&mut room, "public_order/trespass", &a1);
    }
    let ninth = room.report("public_order/trespass");
    let refused = room.order(ninth, &a1, WhenEngaged::Queue).unwrap_err().to_string();
    assert!(refused.contains("with 8 orders waiting for A1") && refused.contains("fewer than 8"), "{refused}");
    room.bench.assert_sound();
}

#[test]
fn there_is_one_primary_and_one_that_waits_to_be_it() {
    let mut room = Room::new();
    let (a1, _) = engaged(&mut room);
    let a2 = room.car("A2", Team::Case, 2.0);
    let (id, waits) = queue(&mut room, "public_order/trespass", &a1);
    let busy = room.report("public_order/fight");
    room.order(busy, &a2, WhenEngaged::Refuse).unwrap();
    let refused = room.order_as(id, &a2, WhenEngaged::Queue, Some(Primary)).unwrap_err();
    assert!(refused.to_string().contains("A1 waits to be primary"), "{refused}");
    let second = room.order(id, &a2, WhenEngaged::Queue).unwrap();
    assert_eq!(room.assignment(second).role, Backup);
    // A unit that goes at once is primary; who waited to be it is not needed any more.
    let a3 = room.car("A3", Team::Case, 3.0);
    room.order(id, &a3, WhenEngaged::Refuse).unwrap();
    assert_eq!((room.state(waits), room.state(second)), ("recalled", "queued"));
    assert_eq!(room.assignment(waits).state, AssignmentState::Recalled { reason: reason("superseded") });
    assert!(room.on(&a1).queue.is_empty());
    room.bench.assert_sound();
}

#[test]
fn the_rules_take_the_place_of_one_that_waits() {
    let mut room = Room::new();
    let (a1, _) = engaged(&mut room);
    let (id, waits) = queue(&mut room, "criminal/robbery", &a1);
    let a2 = room.car("A2", Team::Case, 2.0);
    room.bench.pass(6_000);
    assert_eq!(room.sent(id), [("A2".to_owned(), Primary)]);
    assert_eq!((room.state(waits), room.on(&a2).queue.len()), ("recalled", 0));
    room.bench.assert_sound();
}

#[test]
fn what_is_over_does_not_wait() {
    let mut room = Room::new();
    let (a1, first) = engaged(&mut room);
    let (second, waits) = queue(&mut room, "public_order/trespass", &a1);
    room.resolve(second);
    assert_eq!(room.assignment(waits).state, AssignmentState::Recalled { reason: reason("closed") });
    room.clear(first, Some("handled"));
    assert_eq!(room.on(&a1).engaged_in(), None);
    room.bench.assert_sound();
}

#[test]
fn a_unit_out_of_service_takes_it_when_it_is_back() {
    let mut room = Room::new();
    let (a1, first) = engaged(&mut room);
    let (_, waits) = queue(&mut room, "public_order/trespass", &a1);
    let set = |room: &mut Room, availability| {
        let command = SetAvailability { unit_id: a1.clone(), availability, occurred_at: None };
        room.bench.run(&unit_principal(&a1), Command::SetAvailability(command)).unwrap();
    };
    set(&mut room, Availability::OutOfService { reason: reason("meal") });
    room.clear(first, Some("handled"));
    assert_eq!(room.state(waits), "queued");
    set(&mut room, Availability::Available);
    assert_eq!(room.state(waits), "offered");
    room.bench.assert_sound();
}

#[test]
fn who_goes_off_duty_leaves_what_waits_to_others() {
    let mut room = Room::new();
    let (a1, first) = engaged(&mut room);
    let (automatic, waits) = queue(&mut room, "criminal/robbery", &a1);
    let set =
        SetAvailability { unit_id: a1.clone(), availability: Availability::OutOfService { reason: reason("meal") }, occurred_at: None };
    room.bench.run(&unit_principal(&a1), Command::SetAvailability(set)).unwrap();
    room.clear(first, Some("handled"));
    let off = SignOff { unit_id: a1.clone(), occurred_at: None };
    room.bench.run(&unit_principal(&a1), Command::SignOff(off)).unwrap();
    assert_eq!(room.assignment(waits).state, AssignmentState::Recalled { reason: reason("replaced") });
    room.car("A2", Team::Case, 2.0);
    room.bench.pass(5_000);
    assert_eq!(room.sent(automatic), [("A2".to_owned(), Primary)]);
    room.bench.assert_sound();
}

#[test]
fn without_a_word_an_engaged_unit_is_refused_with_who_has_it() {
    let mut room = Room::new();
    let (a1, order) = engaged(&mut room);
    let holder = room.incident(room.assignment(order).incident_id).number;
    let id = room.report("public_order/trespass");
    assert_eq!(room.order(id, &a1, WhenEngaged::Refuse), Err(Rejection::LostRace { unit: "A1".to_owned(), holder }));
    let same = room.assignment(order).incident_id;
    assert!(matches!(room.order(same, &a1, WhenEngaged::Queue), Err(Rejection::LostRace { .. })));
    room.bench.assert_sound();
}

#[test]
fn what_waited_for_one_who_goes_off_duty_is_proposed_again() {
    let mut room = Room::new();
    room.mode(3, domain::policy::DispatchMode::Confirm);
    let (a1, first) = engaged(&mut room);
    room.car("A2", Team::Case, 2.0);
    let (id, _) = queue(&mut room, "public_order/trespass", &a1);
    assert!(room.incident(id).proposal.is_none(), "the operator has chosen");
    let set =
        SetAvailability { unit_id: a1.clone(), availability: Availability::OutOfService { reason: reason("meal") }, occurred_at: None };
    room.bench.run(&unit_principal(&a1), Command::SetAvailability(set)).unwrap();
    room.clear(first, Some("handled"));
    room.bench.run(&unit_principal(&a1), Command::SignOff(SignOff { unit_id: a1.clone(), occurred_at: None })).unwrap();
    room.bench.pass(0);
    assert!(room.incident(id).proposal.is_some());
    room.bench.assert_sound();
}
