//! Each invariant about orders, support, contact and emergencies can fail in every of its parts: broken by hand, and told as what it is.

use super::*;
use crate::alarm::AlarmKind;
use crate::assignment::AssignmentState;
use crate::classification::Team;
use crate::command::{AssignUnits, Command, NoteContact, RaiseEmergency, RequestSupport, UnitOrder, WhenEngaged};
use crate::ids::{AgencyId, AssignmentId, IncidentId, ReasonKey};
use crate::support::WhistleState;
use crate::testing::{Bench, LOG, call, locate, operator, profile, server, station_id, tap, unit_principal};
use std::sync::Arc;

/// Two cars; a robbery has the first of them.
fn in_order() -> (Bench, IncidentId, AssignmentId) {
    let mut bench = Bench::new(2);
    bench.unit(profile("A12", station_id(1)), 37.551, 108.801);
    bench.unit(profile("B07", station_id(1)), 37.570, 108.820);
    let id = report(&mut bench, "criminal/robbery");
    let assignment = bench.world.incidents[&id].assignments[0];
    (bench, id, assignment)
}

fn report(bench: &mut Bench, what: &str) -> IncidentId {
    let place = locate(&bench.agencies, 37.550, 108.800);
    bench.run(&operator(LOG), Command::ReportIncident(call(what, place))).unwrap().reply.reported.unwrap().0
}

fn other(bench: &Bench) -> UnitId {
    bench.world.unit_by_call_sign("B07").unwrap().profile.unit_id.clone()
}

#[track_caller]
fn told(bench: &Bench, id: &str, detail: &str) {
    let found = check_world(&bench.world, &bench.agencies, bench.now);
    assert!(found.iter().any(|found| found.id == id && found.detail.contains(detail)), "{found:#?}");
}

/// What is found after the last step, against the World before it.
#[track_caller]
fn told_after(before: &World, bench: &Bench, changed: PostImage, detail: &str) {
    let found = check_changed(before, &bench.world, &bench.agencies, &[changed], bench.now);
    assert!(found.iter().any(|found| found.id == DLV_1 && found.detail.contains(detail)), "{found:#?}");
}

/// Every alarm of these is another unit's.
fn of_another(bench: &mut Bench, kind: AlarmKind) {
    let another = other(bench);
    let ids: Vec<_> = bench.world.alarms().filter(|alarm| alarm.kind == kind).map(|alarm| alarm.alarm_id).collect();
    assert!(!ids.is_empty());
    for id in ids {
        Arc::make_mut(bench.world.alarms.get_mut(&id).unwrap()).unit_id = Some(another.clone());
    }
}

#[test]
fn an_engagement_and_a_queue_of_another_unit_are_told_as_that() {
    let (mut bench, _, id) = in_order();
    let a12 = bench.world.assignments[&id].unit_id.clone();
    let theft = report(&mut bench, "criminal/theft");
    let orders = vec![UnitOrder { unit_id: a12, role: None, when_engaged: WhenEngaged::Queue }];
    let assign = AssignUnits { incident_id: theft, orders, expected_revision: 0 };
    let queued = bench.run(&operator(LOG), Command::AssignUnits(assign)).unwrap().reply.assignments[0];
    let sound = bench.world.clone();
    let another = other(&bench);
    for (id, told_of) in [(id, "is engaged in assignment"), (queued, "in the queue of 610824-a12 is 610824-b07's")] {
        bench.world = sound.clone();
        Arc::make_mut(bench.world.assignments.get_mut(&id).unwrap()).unit_id = another.clone();
        told(&bench, UNIT_1, told_of);
        told(&bench, UNIT_1, "is 610824-b07's");
    }
}

#[test]
fn an_order_that_its_incident_does_not_list_is_told() {
    let (mut bench, incident_id, id) = in_order();
    Arc::make_mut(bench.world.incidents.get_mut(&incident_id).unwrap()).assignments.clear();
    told(&bench, INC_2, &format!("does not list its assignment {id}"));
}

#[test]
fn an_order_past_its_clocks_by_more_than_the_grace_is_told() {
    let (mut bench, _, id) = in_order();
    let AssignmentState::Offered { deliver_by, acknowledge_by, .. } = bench.world.assignments[&id].state else { panic!("offered") };
    for (due_at, detail) in [(deliver_by, "is not delivered"), (acknowledge_by, "is not acknowledged")] {
        bench.now = due_at.plus_ms(GRACE_MS);
        let found = check_world(&bench.world, &bench.agencies, bench.now);
        assert!(!found.iter().any(|found| found.detail.contains(detail)), "{found:#?}");
        bench.now = due_at.plus_ms(GRACE_MS + 1);
        told(&bench, DLV_1, detail);
    }
}

#[test]
fn an_order_that_was_not_taken_is_heard_of_as_this_units() {
    for kind in [AlarmKind::Undelivered, AlarmKind::Unacknowledged] {
        let (mut bench, _, id) = in_order();
        if kind == AlarmKind::Unacknowledged {
            let a12 = bench.world.assignments[&id].unit_id.clone();
            bench.run(&unit_principal(&a12), Command::MarkDelivered(tap(id))).unwrap();
        }
        bench.pass(60_000);
        assert_eq!(bench.world.assignments[&id].state, AssignmentState::Expired);
        bench.assert_sound();
        of_another(&mut bench, kind);
        told(&bench, DLV_1, "610824-a12 is expired and the room was never alarmed");
        bench.world.alarms.clear();
        bench.world.alarms_by_incident.clear();
        told(&bench, DLV_1, "610824-a12 is expired and the room was never alarmed");
    }
}

#[test]
fn support_that_nobody_answered_and_nobody_heard_of_is_told() {
    let (mut bench, incident_id, _) = in_order();
    let reason = ReasonKey::new("more_units").unwrap();
    let asked = RequestSupport { incident_id, to: AgencyId::new(LOG).unwrap(), team: Some(Team::Patrol), reason };
    let whistle_id = bench.run(&operator("610824-01"), Command::RequestSupport(asked)).unwrap().reply.whistle.unwrap();
    let before = bench.world.clone();
    let whistle = bench.world.whistles.get_mut(&whistle_id).unwrap();
    Arc::make_mut(whistle).state = WhistleState::Unanswered;
    let changed = PostImage::Whistle(Arc::clone(whistle));
    told_after(&before, &bench, changed.clone(), "lapsed and the room is not alarmed: expected SupportUnanswered");
    let known = bench.world.clone();
    assert_eq!(check_changed(&known, &bench.world, &bench.agencies, &[changed], bench.now), [], "it is told when it happens");
}

#[test]
fn contact_that_was_lost_is_heard_of_as_this_units() {
    let (mut bench, _, id) = in_order();
    let a12 = bench.world.assignments[&id].unit_id.clone();
    bench.run(&unit_principal(&a12), Command::Acknowledge(tap(id))).unwrap();
    let before = bench.world.clone();
    bench.run(&server(), Command::NoteContact(NoteContact { unit_id: a12.clone(), lost: true })).unwrap();
    let changed = PostImage::Unit(Arc::clone(bench.world.unit(&a12).unwrap()));
    assert_eq!(check_changed(&before, &bench.world, &bench.agencies, std::slice::from_ref(&changed), bench.now), []);
    of_another(&mut bench, AlarmKind::LostContact);
    told_after(&before, &bench, changed.clone(), "contact with 610824-a12 lapsed");
    of_kind(&mut bench, AlarmKind::LostContact, AlarmKind::NoUnit, &a12);
    told_after(&before, &bench, changed, "contact with 610824-a12 lapsed");
}

/// Every alarm of one kind is of another, and this unit's.
fn of_kind(bench: &mut Bench, kind: AlarmKind, instead: AlarmKind, unit_id: &UnitId) {
    let ids: Vec<_> = bench.world.alarms().filter(|alarm| alarm.kind == kind).map(|alarm| alarm.alarm_id).collect();
    for id in ids {
        let alarm = Arc::make_mut(bench.world.alarms.get_mut(&id).unwrap());
        (alarm.kind, alarm.unit_id) = (instead, Some(unit_id.clone()));
    }
}

#[test]
fn an_emergency_is_heard_of_as_an_emergency_of_this_unit() {
    let (mut bench, ..) = in_order();
    let b07 = other(&bench);
    let place = locate(&bench.agencies, 37.551, 108.80);
    let raise = RaiseEmergency { unit_id: b07.clone(), place, occurred_at: None };
    bench.run(&unit_principal(&b07), Command::RaiseEmergency(raise)).unwrap();
    bench.assert_sound();
    let sound = bench.world.clone();
    let a12 = bench.world.unit_by_call_sign("A12").unwrap().profile.unit_id.clone();
    of_kind(&mut bench, AlarmKind::Emergency, AlarmKind::Emergency, &a12);
    told(&bench, SAFE_1, "the emergency of 610824-b07 stands and no alarm of it does");
    bench.world = sound;
    of_kind(&mut bench, AlarmKind::Emergency, AlarmKind::LostContact, &b07);
    told(&bench, SAFE_1, "the emergency of 610824-b07 stands and no alarm of it does");
}

#[test]
fn a_private_word_of_four_bytes_is_looked_for_and_a_shorter_one_is_not() {
    let found = |word: &str| check_private("said abcd and xyz", [word]).len();
    assert_eq!([found("abcd"), found("xyz"), found("ab")], [1, 0, 0]);
}
