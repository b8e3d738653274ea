//! Hold: an operator keeps an incident back, with a reason and an end.

use crate::room::{Room, reason};
use domain::alarm::AlarmKind;
use domain::assignment::AssignmentRole::Primary;
use domain::classification::Team;
use domain::command::{Command, HoldIncident, ReleaseHold, SetPriority, WhenEngaged};
use domain::ids::IncidentId;
use domain::incident::{DispatchClock, IncidentState};
use domain::policy::DispatchMode;
use domain::rejection::Rejection;

fn clock(room: &Room, id: IncidentId) -> DispatchClock {
    match room.incident(id).state {
        IncidentState::Classified { clock: Some(clock), .. } => clock,
        _ => panic!("it waits with a clock"),
    }
}

fn release(room: &mut Room, incident_id: IncidentId) -> Result<(), Rejection> {
    room.operate(Command::ReleaseHold(ReleaseHold { incident_id })).map(drop)
}

#[test]
fn nothing_is_looked_for_and_nobody_alarmed_while_it_is_held() {
    let mut room = Room::new();
    room.mode(2, DispatchMode::Automatic);
    let id = room.report("public_order/fight");
    room.bench.pass(1_000);
    let alarms = room.alarms(id);
    room.hold(id, 600_000).unwrap();
    room.car("A1", Team::Case, 1.0);
    room.bench.pass(599_000);
    assert!(room.sent(id).is_empty());
    assert_eq!(room.alarms(id), alarms);
    room.bench.pass(1_000);
    assert_eq!(room.sent(id), [("A1".to_owned(), Primary)], "the rules look when the hold ends");
    room.bench.assert_sound();
}

#[test]
fn a_hold_that_ends_by_itself_alarms_and_the_clock_runs_anew() {
    let mut room = Room::new();
    room.car("A1", Team::Case, 1.0);
    let id = room.report("public_order/fight");
    room.hold(id, 120_000).unwrap();
    room.bench.pass(120_000);
    assert!(room.incident(id).hold.is_none());
    assert_eq!(room.alarms(id), [AlarmKind::HoldExpired]);
    assert_eq!(clock(&room, id).dispatch_by, room.bench.now.plus_ms(15_000));
    room.bench.pass(15_000);
    assert_eq!(room.alarms(id), [AlarmKind::HoldExpired, AlarmKind::NotDispatched]);
    room.bench.assert_sound();
}

#[test]
fn a_release_and_an_order_end_it() {
    let mut room = Room::new();
    let a1 = room.car("A1", Team::Case, 1.0);
    let id = room.report("public_order/fight");
    room.hold(id, 120_000).unwrap();
    room.bench.pass(10_000);
    release(&mut room, id).unwrap();
    assert_eq!(clock(&room, id).dispatch_by, room.bench.now.plus_ms(15_000));
    let refused = release(&mut room, id).unwrap_err().to_string();
    assert!(refused.contains("nobody holds") && refused.contains("classified"), "{refused}");
    room.hold(id, 120_000).unwrap();
    room.order(id, &a1, WhenEngaged::Refuse).unwrap();
    assert!(room.incident(id).hold.is_none());
    room.bench.pass(5_000);
    assert_eq!(room.alarmed(id, AlarmKind::HoldExpired), 0);
    room.bench.assert_sound();
}

#[test]
fn a_proposal_ends_with_it_and_comes_back_after() {
    let mut room = Room::new();
    room.mode(2, DispatchMode::Confirm);
    room.car("A1", Team::Case, 1.0);
    let id = room.report("public_order/fight");
    room.hold(id, 120_000).unwrap();
    assert!(room.incident(id).proposal.is_none());
    room.bench.pass(60_000);
    assert!(room.sent(id).is_empty());
    release(&mut room, id).unwrap();
    assert!(room.incident(id).proposal.is_some());
    room.bench.assert_sound();
}

#[test]
fn what_can_not_be_held_is_refused_with_why() {
    let mut room = Room::new();
    let urgent = room.report("criminal/robbery");
    let refused = room.hold(urgent, 60_000).unwrap_err().to_string();
    assert!(refused.contains("priority 1") && refused.contains("2, 3, 4"), "{refused}");
    let id = room.report("public_order/fight");
    for ahead_ms in [0, 1_800_001] {
        let refused = room.hold(id, ahead_ms).unwrap_err().to_string();
        assert!(refused.contains("until") && refused.contains("1800000 ms"), "{refused}");
    }
    let until = room.bench.now.plus_ms(60_000);
    let command = HoldIncident { incident_id: id, reason: reason("because"), until, expected_revision: 0 };
    let refused = room.operate(Command::HoldIncident(command)).unwrap_err().to_string();
    assert!(refused.contains("call_back"), "{refused}");
    room.hold(id, 60_000).unwrap();
    let refused = room.hold(id, 60_000).unwrap_err().to_string();
    assert!(refused.contains("held by op-610824-01"), "{refused}");
    let a1 = room.car("A1", Team::Case, 1.0);
    room.order(id, &a1, WhenEngaged::Refuse).unwrap();
    let refused = room.hold(id, 60_000).unwrap_err();
    assert!(matches!(&refused, Rejection::IllegalMove { state: "dispatched", holder: Some(holder), .. } if holder == "A1"), "{refused}");
    room.bench.assert_sound();
}

#[test]
fn what_may_not_be_held_any_more_is_not() {
    let mut room = Room::new();
    room.car("A1", Team::Case, 1.0);
    let id = room.report("public_order/fight");
    room.hold(id, 120_000).unwrap();
    let command = SetPriority { incident_id: id, priority: Room::p(1), expected_revision: 0 };
    room.operate(Command::SetPriority(command)).unwrap();
    assert!(room.incident(id).hold.is_none());
    assert_eq!(room.sent(id), [("A1".to_owned(), Primary)]);
    room.bench.assert_sound();
}

#[test]
fn how_far_the_rules_looked_begins_again_after_it() {
    let mut room = Room::new();
    room.mode(2, DispatchMode::Automatic);
    let id = room.report("public_order/fight");
    assert!(room.incident(id).lending.next_at.is_some());
    room.hold(id, 600_000).unwrap();
    assert_eq!(room.incident(id).lending.next_at, None);
    room.bench.pass(300_000);
    release(&mut room, id).unwrap();
    assert_eq!(room.incident(id).lending.next_at, Some(room.bench.now.plus_ms(30_000)));
    room.bench.pass(60_000);
    room.bench.assert_sound();
}

#[test]
fn a_queued_order_ends_it_and_the_rules_look_again() {
    let mut room = Room::new();
    room.mode(2, DispatchMode::Automatic);
    let a1 = room.car("A1", Team::Case, 1.0);
    room.report("criminal/robbery");
    let id = room.report("public_order/fight");
    room.hold(id, 600_000).unwrap();
    room.order(id, &a1, WhenEngaged::Queue).unwrap();
    assert!(room.incident(id).hold.is_none());
    room.car("A2", Team::Case, 2.0);
    room.bench.pass(5_000);
    assert_eq!(room.sent(id), [("A2".to_owned(), Primary)]);
    room.bench.assert_sound();
}
