//! Each invariant of the rules of the room can fail: a World in order is broken by hand, and the predicate says so.

use super::*;
use crate::alarm::AlarmKind;
use crate::assignment::{AssignmentState, UnitClock};
use crate::command::{Command, RaiseEmergency};
use crate::event::{Event, Recorded};
use crate::ids::{CallId, IncidentId, UnitId};
use crate::incident::{ArrivalClock, Incident, IncidentState};
use crate::place::Place;
use crate::testing::{Bench, call, locate, operator, profile, station_id, tap, unit_principal};
use crate::unit::Unit;
use std::sync::Arc;
use uuid::Uuid;

/// A robbery that A12 is at, and a theft that waits.
fn in_order() -> (Bench, IncidentId, IncidentId) {
    let mut bench = Bench::new(1);
    let unit_id = bench.unit(profile("A12", station_id(1)), 37.55, 108.80);
    let report = |bench: &mut Bench, what| {
        let place = locate(&bench.agencies, 37.55, 108.81);
        let step = bench.run(&operator("610824"), Command::ReportIncident(call(what, place))).unwrap();
        (step.reply.reported.unwrap().0, step.reply.assignments)
    };
    let (robbery, ids) = report(&mut bench, "criminal/robbery");
    bench.run(&unit_principal(&unit_id), Command::Acknowledge(tap(ids[0]))).unwrap();
    bench.run(&unit_principal(&unit_id), Command::MarkOnScene(tap(ids[0]))).unwrap();
    let (theft, _) = report(&mut bench, "criminal/theft");
    bench.assert_sound();
    (bench, robbery, theft)
}

fn ids(found: &[Violation]) -> Vec<&'static str> {
    let mut ids: Vec<_> = found.iter().map(|violation| violation.id).collect();
    ids.dedup();
    ids
}

fn check(bench: &Bench) -> Vec<&'static str> {
    ids(&check_world(&bench.world, &bench.agencies, bench.now))
}

/// What changed in `bench` since `before`, as a commit that touched these would say.
fn check_after(bench: &Bench, before: &World, changed: &[PostImage]) -> Vec<&'static str> {
    ids(&check_changed(before, &bench.world, &bench.agencies, changed, bench.now))
}

fn edit(bench: &mut Bench, id: IncidentId, change: impl FnOnce(&mut Incident)) -> PostImage {
    let incident = bench.world.incidents.get_mut(&id).unwrap();
    change(Arc::make_mut(incident));
    PostImage::Incident(Arc::clone(incident))
}

fn edit_unit(bench: &mut Bench, change: impl FnOnce(&mut Unit)) -> PostImage {
    let unit = bench.world.units.get_mut(&UnitId::new("610824-a12").unwrap()).unwrap();
    change(Arc::make_mut(unit));
    PostImage::Unit(Arc::clone(unit))
}

#[test]
fn inc_3_sees_a_lost_caller_a_doubled_one_and_one_that_a_merge_sent_nowhere() {
    let (mut bench, robbery, theft) = in_order();
    let before = bench.world.clone();
    let own = bench.world.incidents[&robbery].calls[0].clone();
    let lost = edit(&mut bench, robbery, |incident| incident.calls.clear());
    assert_eq!(check_after(&bench, &before, &[lost]), [INC_3]);
    let told = bench.log().iter().filter_map(call_of).collect::<Vec<_>>();
    assert_eq!(told.len(), 2);
    assert_eq!(ids(&check_calls(told.clone(), bench.world.incidents().map(|it| &**it))), [INC_3]);

    bench.world = before.clone();
    assert!(check_calls(told, bench.world.incidents().map(|it| &**it)).is_empty());
    let doubled = edit(&mut bench, theft, |incident| incident.calls.push(own.clone()));
    assert_eq!(check(&bench), [INC_3]);
    let both = [doubled, PostImage::Incident(Arc::clone(&bench.world.incidents[&robbery]))];
    assert_eq!(check_after(&bench, &before, &both), [INC_3]);
    // A split that leaves its only call with both is in order.
    edit(&mut bench, theft, |incident| {
        incident.split_from = Some(robbery);
        incident.calls[1].moved_from = Some(robbery);
    });
    assert_eq!(check(&bench), Vec::<&str>::new());

    bench.world = before.clone();
    let twice = edit(&mut bench, robbery, |incident| incident.calls.push(own.clone()));
    assert_eq!(check_after(&bench, &before, &[twice]), [INC_3]);

    bench.world = before.clone();
    let merged = edit(&mut bench, theft, |incident| incident.state = IncidentState::Merged { into: robbery });
    assert_eq!(check_after(&bench, &before, &[merged]), [INC_3]);
    assert_eq!(check(&bench), [INC_3]);
}

#[test]
fn inc_3_sees_a_call_that_the_log_brought_in_and_no_incident_has() {
    let (bench, ..) = in_order();
    let mut added: Recorded = bench.log().iter().find(|recorded| call_of(recorded).is_some()).unwrap().clone();
    let Event::IncidentReported(reported) = &mut added.event else { panic!("a report") };
    reported.call.call_id = CallId(Uuid::from_u128(99));
    let told = bench.log().iter().chain([&added]).filter_map(call_of);
    let found = check_calls(told, bench.world.incidents().map(|it| &**it));
    assert_eq!(ids(&found), [INC_3]);
}

#[test]
fn unit_1_sees_a_queue_and_an_order_that_do_not_agree() {
    let (mut bench, robbery, _) = in_order();
    let before = bench.world.clone();
    let id = bench.world.incidents[&robbery].assignments[0];
    let active = edit_unit(&mut bench, |unit| unit.queue.push(id));
    assert_eq!(check_after(&bench, &before, &[active]), [UNIT_1], "an active order waits for nobody");

    bench.world = before.clone();
    let mut waits = (*bench.world.assignments[&id]).clone();
    waits.assignment_id = crate::ids::AssignmentId(Uuid::from_u128(99));
    waits.state = AssignmentState::Queued;
    waits.safety_check = None;
    bench.world.assignments.insert(waits.assignment_id, Arc::new(waits.clone()));
    let image = PostImage::Assignment(Arc::new(waits.clone()));
    assert_eq!(check_after(&bench, &before, &[image]), [UNIT_1], "no unit knows of it");
    edit_unit(&mut bench, |unit| unit.queue = vec![waits.assignment_id]);
    assert!(check(&bench).is_empty());
    edit_unit(&mut bench, |unit| unit.queue.push(waits.assignment_id));
    assert_eq!(check(&bench), [UNIT_1], "it is there twice");
    bench.world.assignments.remove(&waits.assignment_id);
    edit_unit(&mut bench, |unit| unit.queue = vec![waits.assignment_id]);
    assert_eq!(check(&bench), [UNIT_1], "it is not known");
}

#[test]
fn dlv_1_sees_every_clock_that_nobody_fired_but_not_within_the_grace() {
    let (mut bench, robbery, theft) = in_order();
    let before = bench.world.clone();
    let at = bench.now;
    let id = bench.world.incidents[&robbery].assignments[0];
    bench.now = at.plus_ms(GRACE_MS);
    edit(&mut bench, theft, |incident| incident.arrival = Some(ArrivalClock { arrive_by: at, alarmed: false }));
    Arc::make_mut(bench.world.assignments.get_mut(&id).unwrap()).safety_check = Some(UnitClock { due_at: at, alarmed: false });
    assert!(check(&bench).is_empty());
    bench.now = at.plus_ms(GRACE_MS + 1);
    let found = check_world(&bench.world, &bench.agencies, bench.now);
    assert_eq!((ids(&found), found.len()), (vec![DLV_1], 2), "{found:?}");

    // Lapsed without an alarm: only the commit itself can tell.
    bench.world = before.clone();
    bench.now = at;
    let arrival = edit(&mut bench, theft, |incident| incident.arrival = Some(ArrivalClock { arrive_by: at, alarmed: true }));
    assert_eq!(check_after(&bench, &before, &[arrival]), [DLV_1]);
    let order = bench.world.assignments.get_mut(&id).unwrap();
    Arc::make_mut(order).safety_check = Some(UnitClock { due_at: at, alarmed: true });
    let order = PostImage::Assignment(Arc::clone(order));
    assert_eq!(check_after(&bench, &before, &[order]), [DLV_1]);
    let lost = edit_unit(&mut bench, |unit| unit.contact_lost_at = Some(at));
    assert_eq!(check_after(&bench, &before, &[lost]), [DLV_1]);
}

#[test]
fn dlv_1_sees_two_alarms_that_stand_for_one_thing() {
    let (mut bench, _, theft) = in_order();
    bench.pass(120_000);
    let alarm = bench.world.standing_alarms(theft).find(|alarm| alarm.kind == AlarmKind::NotDispatched).unwrap().clone();
    let mut doubled = (*alarm).clone();
    doubled.alarm_id = crate::ids::AlarmId(Uuid::from_u128(99));
    bench.world.alarms_by_incident.insert((theft, doubled.alarm_id));
    bench.world.alarms.insert(doubled.alarm_id, Arc::new(doubled));
    assert_eq!(check(&bench), [DLV_1]);
}

#[test]
fn safe_1_sees_an_emergency_that_the_room_forgot_or_never_heard_of() {
    let (mut bench, robbery, _) = in_order();
    let unit_id = UnitId::new("610824-a12").unwrap();
    let press = RaiseEmergency { unit_id: unit_id.clone(), place: Place::Unverified, occurred_at: None };
    bench.run(&unit_principal(&unit_id), Command::RaiseEmergency(press)).unwrap();
    let before = bench.world.clone();
    assert!(check(&bench).is_empty());
    let emergency = bench.world.units[&unit_id].emergency.clone().unwrap();

    let disposition = crate::ids::ReasonKey::new("handled").unwrap();
    let closed = edit(&mut bench, emergency.incident_id, |incident| incident.state = IncidentState::Closed { disposition });
    assert_eq!(check_after(&bench, &before, &[closed]), [SAFE_1]);

    bench.world = before.clone();
    edit_unit(&mut bench, |unit| unit.emergency.as_mut().unwrap().incident_id = robbery);
    assert_eq!(check(&bench), [SAFE_1], "nobody was alarmed of it there");

    bench.world = before.clone();
    let alarm_id = bench.world.alarms_of(emergency.incident_id).find(|alarm| alarm.kind == AlarmKind::Emergency).unwrap().alarm_id;
    let alarm = bench.world.alarms.get_mut(&alarm_id).unwrap();
    Arc::make_mut(alarm).end = Some(crate::alarm::AlarmEnd::Over { at: bench.now });
    let alarm = PostImage::Alarm(Arc::clone(alarm));
    assert_eq!(check_after(&bench, &before, &[alarm]), [SAFE_1], "it ended by itself");
}
