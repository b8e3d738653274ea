//! Response plans, chosen jointly, and explained.

use crate::room::Room;
use domain::alarm::AlarmKind;
use domain::assignment::AssignmentRole::{Backup, Overwatch, Primary};
use domain::classification::Team;
use domain::command::{Command, ConfirmAlarm};
use domain::event::Event;
use domain::policy::PlanSlot;
use domain::testing::{profile, station_id};
use domain::unit::{UnitKind, UnitProfile};

fn drone(call_sign: &str) -> UnitProfile {
    UnitProfile { kind: UnitKind::Drone, sworn: 0, ..profile(call_sign, station_id(1)) }
}

#[test]
fn every_place_of_the_plan_is_filled_in_one_commit() {
    let mut room = Room::new();
    room.car("A1", Team::Case, 1.0);
    room.car("A2", Team::Case, 2.0);
    room.car("A3", Team::Case, 3.0);
    room.unit(drone("D1"), 0.1);
    let id = room.report("criminal/weapon");
    assert_eq!(room.sent(id), [("A1".to_owned(), Primary), ("A2".to_owned(), Backup), ("D1".to_owned(), Overwatch)]);
    let plan = room.incident(id).plan.clone().unwrap();
    assert_eq!((plan.plan.as_str(), plan.unfilled), ("armed", vec![]));
    assert!(room.alarms(id).is_empty());
    room.bench.assert_sound();
}

#[test]
fn the_choice_is_joint() {
    let mut room = Room::new();
    // The nearest is the only one of the case team, whom the second place is for.
    room.car("A1", Team::Case, 1.0);
    room.car("C1", Team::Community, 2.0);
    let id = room.report("dispute/family_violence");
    assert_eq!(room.sent(id), [("C1".to_owned(), Primary), ("A1".to_owned(), Backup)]);
    let primary = room.bench.world.active_assignments(room.incident(id)).next().unwrap();
    let behind = primary.not_taken.iter().find(|line| line.unit_id.as_str() == "610824-a1").unwrap();
    let why: Vec<String> = behind.reasons.iter().map(ToString::to_string).collect();
    assert!(why.contains(&"taken_for(backup)".to_owned()), "{why:?}");
    assert!(!why.iter().any(|why| why.starts_with("ranked_behind")), "{why:?}");
    room.bench.assert_sound();
}

#[test]
fn what_the_place_wants_is_a_why_not() {
    let mut room = Room::new();
    room.policy(|policy| {
        let plan = policy.plans.iter_mut().find(|plan| plan.key.as_str() == "armed").unwrap();
        let slot = |role| PlanSlot { role, count: 1, kinds: vec![], team: None, capabilities: [].into(), sworn: 0 };
        let backup = PlanSlot { kinds: vec![UnitKind::Car], capabilities: ["shield".into()].into(), sworn: 3, ..slot(Backup) };
        plan.slots = vec![slot(Primary), PlanSlot { team: Some(Team::Patrol), ..backup }];
    });
    let shield = ["shield".into()].into();
    room.car("A1", Team::Case, 1.0);
    room.unit(drone("D1"), 1.0);
    let fit = UnitProfile { team: Team::Patrol, sworn: 3, capabilities: shield, ..profile("P1", station_id(1)) };
    room.unit(fit.clone(), 9.0);
    let id = room.report("criminal/weapon");
    assert_eq!(room.sent(id), [("A1".to_owned(), Primary), ("P1".to_owned(), Backup)]);
    let backup = room.bench.world.active_assignments(room.incident(id)).nth(1).unwrap();
    let why = |unit: &str| {
        let line = backup.not_taken.iter().find(|line| line.unit_id.as_str() == unit).unwrap();
        line.reasons.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let wanted = ["slot_wants_team(patrol)", "slot_wants_capability(shield)", "slot_wants_sworn(3)"];
    assert!(wanted.iter().all(|code| why("610824-a1").contains(&(*code).to_owned())), "{:?}", why("610824-a1"));
    assert!(why("610824-d1").contains(&"slot_wants_kind(car)".to_owned()), "{:?}", why("610824-d1"));
    room.bench.assert_sound();
}

#[test]
fn a_place_that_stays_empty_is_an_alarm_once() {
    let mut room = Room::new();
    let a1 = room.car("A1", Team::Case, 1.0);
    let id = room.report("criminal/weapon");
    assert_eq!(room.incident(id).plan.clone().unwrap().unfilled, [Backup, Overwatch]);
    assert_eq!(room.alarms(id), [AlarmKind::PlanIncomplete]);
    let alarm_id = room.bench.world.standing_alarms(id).next().unwrap().alarm_id;
    room.operate(Command::ConfirmAlarm(ConfirmAlarm { alarm_id })).unwrap();
    let order = room.order_of(&a1);
    room.decline(order);
    room.car("A2", Team::Case, 1.0);
    room.bench.pass(6_000);
    assert_eq!(room.sent(id), [("A2".to_owned(), Primary)]);
    assert_eq!(room.alarmed(id, AlarmKind::PlanIncomplete), 1);
    room.bench.assert_sound();
}

#[test]
fn without_a_primary_nobody_goes_yet() {
    let mut room = Room::new();
    room.unit(drone("D1"), 1.0);
    let id = room.report("criminal/weapon");
    assert!(room.sent(id).is_empty());
    assert!(room.alarms(id).contains(&AlarmKind::NoUnit));
    assert!(room.incident(id).plan.is_none());
    room.car("A1", Team::Case, 1.0);
    room.bench.pass(5_000);
    assert_eq!(room.sent(id), [("A1".to_owned(), Primary), ("D1".to_owned(), Overwatch)]);
    room.bench.assert_sound();
}

#[test]
fn a_drone_is_overwatch_and_never_a_backup() {
    let mut room = Room::new();
    room.car("A1", Team::Community, 1.0);
    room.unit(drone("D1"), 0.1);
    room.unit(drone("D2"), 0.2);
    let id = room.report("help/missing_child");
    assert_eq!(room.sent(id), [("A1".to_owned(), Primary), ("D1".to_owned(), Overwatch)]);
    assert_eq!(room.incident(id).plan.clone().unwrap().unfilled, [Backup, Backup]);
    room.bench.assert_sound();
}

#[test]
fn without_a_plan_none_is_recorded() {
    let mut room = Room::new();
    room.car("A1", Team::Case, 1.0);
    let id = room.report("criminal/robbery");
    assert!(room.incident(id).plan.is_none());
    assert!(!room.bench.log().iter().any(|recorded| matches!(recorded.event, Event::IncidentPlanChosen(_))));
    room.bench.assert_sound();
}
