//! Undo: the last change of an incident, while nothing came after it.

use crate::room::{Room, reason, what};
use domain::assignment::AssignmentRole::Primary;
use domain::assignment::AssignmentState;
use domain::classification::Team;
use domain::command::{CancelIncident, CloseIncident, Command, SetPriority, WhenEngaged};
use domain::ids::{IncidentId, Seq};
use domain::incident::IncidentFlag;
use domain::rejection::Rejection;

fn close(room: &mut Room, incident_id: IncidentId) {
    let command = CloseIncident { incident_id, expected_revision: 0, excuse: None };
    room.operate(Command::CloseIncident(command)).unwrap();
}

fn why(refused: Result<domain::testing::Step, Rejection>) -> String {
    match refused {
        Err(Rejection::CanNotUndo { why, .. }) => why,
        other => panic!("{other:?}"),
    }
}

#[test]
fn who_owns_it_and_how_urgent_it_is_stand_again() {
    let mut room = Room::new();
    let id = room.report("dispute/neighbour");
    let before = room.incident(id).standing();
    room.reclassify(id, "criminal/burglary");
    assert_eq!(room.incident(id).owner, Team::Case);
    room.undo(id).unwrap();
    assert_eq!(room.incident(id).standing(), before);
    assert_eq!(room.incident(id).classification(), &what("dispute/neighbour"));
    assert!(why(room.undo(id)).contains("can not be undone"));
    room.bench.assert_sound();
}

#[test]
fn orders_that_nobody_took_are_taken_back() {
    let mut room = Room::new();
    let (a1, a2) = (room.car("A1", Team::Case, 1.0), room.car("A2", Team::Case, 2.0));
    let id = room.report("public_order/fight");
    let first = room.order(id, &a1, WhenEngaged::Refuse).unwrap();
    room.bench.pass(100);
    let second = room.order(id, &a2, WhenEngaged::Refuse).unwrap();
    room.undo(id).unwrap();
    assert_eq!(room.assignment(second).state, AssignmentState::Recalled { reason: reason("undone") });
    assert_eq!((room.state(first), room.on(&a2).engaged_in()), ("offered", None));
    assert_eq!(room.sent(id), [("A1".to_owned(), Primary)], "the order before it stays");
    room.bench.assert_sound();
}

#[test]
fn the_only_order_of_an_incident_is_taken_back_to_the_queue() {
    let mut room = Room::new();
    let a1 = room.car("A1", Team::Case, 1.0);
    let id = room.report("public_order/fight");
    room.order(id, &a1, WhenEngaged::Refuse).unwrap();
    room.undo(id).unwrap();
    assert_eq!(room.incident(id).state.name(), "classified");
    assert_eq!(room.on(&a1).engaged_in(), None);
    room.bench.assert_sound();
}

#[test]
fn a_queued_order_is_undone_too() {
    let mut room = Room::new();
    let a1 = room.car("A1", Team::Case, 1.0);
    let first = room.report("public_order/fight");
    room.order(first, &a1, WhenEngaged::Refuse).unwrap();
    let second = room.report("public_order/trespass");
    let waits = room.order(second, &a1, WhenEngaged::Queue).unwrap();
    room.undo(second).unwrap();
    assert_eq!((room.state(waits), room.on(&a1).queue.len()), ("recalled", 0));
    assert_eq!(room.incident(second).state.name(), "classified");
    room.bench.assert_sound();
}

#[test]
fn an_order_that_a_unit_took_is_not_undone() {
    let mut room = Room::new();
    let (a1, a2) = (room.car("A1", Team::Case, 1.0), room.car("A2", Team::Case, 2.0));
    let id = room.report("public_order/fight");
    let first = room.order(id, &a1, WhenEngaged::Refuse).unwrap();
    room.acknowledge(first);
    assert!(why(room.undo(id)).contains("can not be undone"));
    assert_eq!(room.state(first), "acknowledged");
    let second = room.order(id, &a2, WhenEngaged::Refuse).unwrap();
    room.undo(id).unwrap();
    assert_eq!((room.state(first), room.state(second)), ("acknowledged", "recalled"));
    room.bench.assert_sound();
}

#[test]
fn a_hold_is_undone() {
    let mut room = Room::new();
    let id = room.report("public_order/fight");
    room.hold(id, 60_000).unwrap();
    room.undo(id).unwrap();
    assert!(room.incident(id).hold.is_none());
    room.bench.assert_sound();
}

#[test]
fn what_was_closed_is_resolved_again_as_it_was() {
    let mut room = Room::new();
    let a1 = room.car("A1", Team::Case, 1.0);
    let id = room.report("criminal/robbery");
    let order = room.order_of(&a1);
    room.acknowledge(order);
    room.clear(order, Some("false_call"));
    close(&mut room, id);
    room.undo(id).unwrap();
    assert_eq!(room.incident(id).state, domain::incident::IncidentState::Resolved { disposition: reason("false_call") });
    assert!(room.incident(id).flags.contains(&IncidentFlag::FalseCall));
    room.bench.pass(60_000);
    assert!(room.sent(id).is_empty(), "nobody is sent to what was dealt with");
    close(&mut room, id);
    room.bench.assert_sound();
}

#[test]
fn what_was_cancelled_waits_again() {
    let mut room = Room::new();
    room.car("A1", Team::Case, 1.0);
    let id = room.report("public_order/fight");
    let command = CancelIncident { incident_id: id, reason: reason("caller_withdrew"), expected_revision: 0 };
    room.operate(Command::CancelIncident(command)).unwrap();
    room.undo(id).unwrap();
    assert_eq!(room.incident(id).state.name(), "classified");
    room.bench.pass(15_000);
    assert_eq!(room.alarms(id), [domain::alarm::AlarmKind::NotDispatched], "its clock runs");
    room.bench.assert_sound();
}

#[test]
fn only_the_last_change_and_only_for_ten_minutes() {
    let mut room = Room::new();
    let id = room.report("public_order/trespass");
    let set = |room: &mut Room, level| {
        let command = SetPriority { incident_id: id, priority: Room::p(level), expected_revision: 0 };
        room.operate(Command::SetPriority(command)).unwrap();
        room.bench.world.head()
    };
    let first = set(&mut room, 4);
    let second = set(&mut room, 2);
    let why_not = why(room.undo_at(id, first));
    assert!(why_not.contains("it changed since") && why_not.contains("priority"), "{why_not}");
    assert!(why(room.undo_at(id, Seq(0))).contains("it changed since"));
    room.hold(id, 1_700_000).unwrap();
    let held = room.bench.world.head();
    room.bench.pass(600_001);
    assert!(why(room.undo_at(id, held)).contains("at most 600000 ms"));
    assert!(room.incident(id).hold.is_some());
    assert!(second < held);
    room.bench.assert_sound();
}
