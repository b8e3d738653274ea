//! Recall: the room takes an order back.

use crate::room::{Room, reason};
use domain::alarm::AlarmKind;
use domain::assignment::AssignmentRole::{Backup, Primary};
use domain::classification::Team;
use domain::command::{Command, RecallUnit, WhenEngaged};
use domain::rejection::Rejection;

#[test]
fn an_automatic_incident_gets_another_unit_but_not_the_same() {
    let mut room = Room::new();
    let a1 = room.car("A1", Team::Case, 1.0);
    let id = room.report("criminal/robbery");
    let order = room.order_of(&a1);
    room.acknowledge(order);
    room.recall(order).unwrap();
    assert_eq!((room.state(order), room.incident(id).state.name()), ("recalled", "classified"));
    assert!(room.incident(id).tried.is_empty(), "it did not refuse");
    assert_eq!(room.alarmed(id, AlarmKind::Declined) + room.alarmed(id, AlarmKind::Unacknowledged), 0);
    room.bench.pass(20_000);
    assert!(room.sent(id).is_empty(), "the rules do not undo what the operator did");
    room.car("A2", Team::Case, 3.0);
    room.bench.pass(5_000);
    assert_eq!(room.sent(id), [("A2".to_owned(), Primary)]);
    // The operator may.
    room.order(id, &a1, WhenEngaged::Refuse).unwrap();
    assert_eq!(room.sent(id).len(), 2);
    room.bench.assert_sound();
}

#[test]
fn where_an_operator_chooses_it_waits_with_a_clock() {
    let mut room = Room::new();
    let a1 = room.car("A1", Team::Case, 1.0);
    room.car("A2", Team::Case, 2.0);
    let id = room.report("public_order/fight");
    let order = room.order(id, &a1, WhenEngaged::Refuse).unwrap();
    room.recall(order).unwrap();
    assert_eq!(room.incident(id).state.name(), "classified");
    assert!(room.sent(id).is_empty() && room.alarms(id).is_empty());
    room.bench.pass(15_000);
    assert_eq!(room.alarms(id), [AlarmKind::NotDispatched]);
    room.bench.assert_sound();
}

#[test]
fn who_else_is_on_it_goes_on() {
    let mut room = Room::new();
    let (a1, a2) = (room.car("A1", Team::Case, 1.0), room.car("A2", Team::Case, 2.0));
    let id = room.report("public_order/fight");
    let first = room.order(id, &a1, WhenEngaged::Refuse).unwrap();
    let second = room.order(id, &a2, WhenEngaged::Refuse).unwrap();
    room.recall(second).unwrap();
    assert_eq!(room.sent(id), [("A1".to_owned(), Primary)]);
    let third = room.order(id, &a2, WhenEngaged::Refuse).unwrap();
    room.recall(first).unwrap();
    assert_eq!(room.sent(id), [("A2".to_owned(), Backup)], "whom an operator sends is primary");
    room.recall(third).unwrap();
    room.bench.assert_sound();
}

#[test]
fn an_order_that_waits_is_taken_back_and_the_unit_goes_on() {
    let mut room = Room::new();
    let a1 = room.car("A1", Team::Case, 1.0);
    let first = room.report("public_order/fight");
    let bound = room.order(first, &a1, WhenEngaged::Refuse).unwrap();
    let second = room.report("public_order/trespass");
    let waits = room.order(second, &a1, WhenEngaged::Queue).unwrap();
    room.recall(waits).unwrap();
    assert_eq!((room.state(waits), room.state(bound)), ("recalled", "offered"));
    assert!(room.on(&a1).queue.is_empty());
    assert_eq!(room.incident(second).state.name(), "classified");
    room.bench.assert_sound();
}

#[test]
fn what_ended_or_has_no_reason_is_refused() {
    let mut room = Room::new();
    let a1 = room.car("A1", Team::Case, 1.0);
    let id = room.report("public_order/fight");
    let order = room.order(id, &a1, WhenEngaged::Refuse).unwrap();
    let refused = room.operate(Command::RecallUnit(RecallUnit { assignment_id: order, reason: reason("because") })).unwrap_err();
    assert!(refused.to_string().contains("not_needed") && refused.to_string().contains("reason"), "{refused}");
    room.recall(order).unwrap();
    let again = room.recall(order).unwrap_err();
    let Rejection::IllegalMove { state, holder, event, .. } = &again else { panic!("{again}") };
    assert_eq!((*state, holder.as_deref(), *event), ("recalled", Some("nobody"), "assignment_recalled"));
    room.bench.assert_sound();
}

#[test]
fn the_unit_is_free_for_what_waits() {
    let mut room = Room::new();
    let a1 = room.car("A1", Team::Case, 1.0);
    let first = room.report("public_order/fight");
    let bound = room.order(first, &a1, WhenEngaged::Refuse).unwrap();
    let second = room.report("public_order/trespass");
    let waits = room.order(second, &a1, WhenEngaged::Queue).unwrap();
    room.recall(bound).unwrap();
    assert_eq!(room.on(&a1).engaged_in(), Some(waits));
    room.bench.assert_sound();
}

/// A room with a beat's officer, and an incident in the beat that an operator sent A1 to; the officer attends.
fn in_the_beat(room: &mut Room) -> (domain::ids::IncidentId, domain::ids::AssignmentId, domain::ids::UnitId) {
    use domain::testing::{call, locate, profile};
    room.policy(|policy| policy.attendance.enabled = true);
    let a1 = room.car("A1", Team::Case, 1.0);
    let beat = domain::ids::AgencyId::new("610824-01-01").unwrap();
    let officer = domain::unit::UnitProfile { team: Team::Community, ..profile("B1", beat) };
    let officer = room.bench.unit(officer, 37.66, 108.80);
    let place = locate(&room.bench.agencies, 37.65, 108.80);
    let step = room.operate(Command::ReportIncident(call("public_order/fight", place))).unwrap();
    let id = step.reply.reported.unwrap().0;
    let order = room.order(id, &a1, WhenEngaged::Refuse).unwrap();
    assert_eq!(room.sent(id).len(), 2, "{:?}", room.sent(id));
    (id, order, officer)
}

#[test]
fn an_officer_who_attends_is_no_response() {
    let mut room = Room::new();
    let (id, order, officer) = in_the_beat(&mut room);
    room.recall(order).unwrap();
    assert_eq!(room.incident(id).state.name(), "classified", "the operator took the only response back");
    assert_eq!(room.on(&officer).engaged_in(), None);
    // Attendance is still owed, and goes with whom is sent next.
    let a2 = room.car("A2", Team::Case, 2.0);
    room.order(id, &a2, WhenEngaged::Refuse).unwrap();
    assert_eq!(room.sent(id).len(), 2);
    room.bench.assert_sound();
}

#[test]
fn an_officer_who_attends_goes_on_while_a_primary_is_sought() {
    let mut room = Room::new();
    let (id, order, officer) = in_the_beat(&mut room);
    let attends = room.order_of(&officer);
    room.acknowledge(attends);
    room.decline(order);
    assert_eq!((room.state(attends), room.incident(id).state.name()), ("acknowledged", "dispatched"));
    room.car("A2", Team::Case, 2.0);
    room.bench.pass(5_000);
    assert!(room.sent(id).contains(&("A2".to_owned(), Primary)), "{:?}", room.sent(id));
    room.bench.assert_sound();
}

#[test]
fn undoing_an_order_takes_the_attendance_along() {
    let mut room = Room::new();
    let (id, _, officer) = in_the_beat(&mut room);
    room.undo(id).unwrap();
    assert_eq!(room.incident(id).state.name(), "classified");
    assert_eq!(room.on(&officer).engaged_in(), None);
    room.bench.assert_sound();
}
