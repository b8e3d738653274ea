//! Seeking a primary while others are on the incident.

use crate::room::Room;
use domain::alarm::AlarmKind;
use domain::assignment::AssignmentRole::{Overwatch, Primary};
use domain::classification::Team;
use domain::command::{Command, ConfirmAlarm, WhenEngaged};
use domain::ids::{IncidentId, UnitId};
use domain::testing::{operator, profile, station_id};
use domain::unit::{UnitKind, UnitProfile};

/// An armed person, one car and a drone on it, and nobody else.
fn alone(room: &mut Room) -> (IncidentId, UnitId) {
    let a1 = room.car("A1", Team::Case, 1.0);
    room.unit(UnitProfile { kind: UnitKind::Drone, sworn: 0, ..profile("D1", station_id(1)) }, 1.0);
    let id = room.report("criminal/weapon");
    assert_eq!(room.sent(id).len(), 2);
    (id, a1)
}

fn stay(room: &mut Room) {
    // The drone takes its order, so that nobody but the primary falls out.
    let drone = UnitId::new("610824-d1").unwrap();
    let order = room.order_of(&drone);
    room.acknowledge(order);
}

#[test]
fn the_rules_look_until_there_is_one_and_alarm_once() {
    let mut room = Room::new();
    let (id, a1) = alone(&mut room);
    stay(&mut room);
    let order = room.order_of(&a1);
    room.decline(order);
    assert_eq!(room.sent(id), [("D1".to_owned(), Overwatch)]);
    assert_eq!(room.incident(id).state.name(), "dispatched");
    assert_eq!(room.alarmed(id, AlarmKind::NoUnit), 1);
    let heard = room.bench.world.standing_alarms(id).find(|alarm| alarm.kind == AlarmKind::NoUnit).unwrap().alarm_id;
    room.bench.run(&operator("610824"), Command::ConfirmAlarm(ConfirmAlarm { alarm_id: heard })).unwrap();
    room.bench.pass(60_000);
    assert_eq!(room.alarmed(id, AlarmKind::NoUnit), 1, "one lapse, one alarm");
    room.car("A2", Team::Case, 3.0);
    room.bench.pass(5_000);
    assert!(room.sent(id).contains(&("A2".to_owned(), Primary)), "{:?}", room.sent(id));
    assert_eq!(room.incident(id).seek_primary_at, None);
    room.bench.assert_sound();
}

#[test]
fn a_second_primary_that_falls_out_is_a_second_lapse() {
    let mut room = Room::new();
    let (id, a1) = alone(&mut room);
    stay(&mut room);
    let order = room.order_of(&a1);
    room.decline(order);
    let a2 = room.car("A2", Team::Case, 3.0);
    room.bench.pass(5_000);
    assert!(!room.alarms(id).contains(&AlarmKind::NoUnit), "one was found");
    let order = room.order_of(&a2);
    room.bench.pass(1);
    room.decline(order);
    assert_eq!(room.alarmed(id, AlarmKind::NoUnit), 2);
    room.bench.assert_sound();
}

#[test]
fn an_operators_primary_ends_it() {
    let mut room = Room::new();
    let (id, a1) = alone(&mut room);
    stay(&mut room);
    let order = room.order_of(&a1);
    room.decline(order);
    // The operator may ask the same unit again.
    room.order(id, &a1, WhenEngaged::Refuse).unwrap();
    assert_eq!(room.incident(id).seek_primary_at, None);
    assert!(!room.alarms(id).contains(&AlarmKind::NoUnit));
    room.bench.assert_sound();
}

#[test]
fn what_is_resolved_is_not_looked_for() {
    let mut room = Room::new();
    let (id, a1) = alone(&mut room);
    stay(&mut room);
    let order = room.order_of(&a1);
    room.decline(order);
    let drone = room.order_of(&UnitId::new("610824-d1").unwrap());
    room.clear(drone, Some("no_trace"));
    assert_eq!((room.incident(id).state.name(), room.incident(id).seek_primary_at), ("resolved", None));
    room.bench.pass(20_000);
    room.bench.assert_sound();
}
