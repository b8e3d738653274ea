//! Each invariant can fail: a World in order is broken by hand, and the predicate says so.

use super::*;
use crate::assignment::AssignmentState;
use crate::command::{Command, Decline};
use crate::event::{Event, Recorded};
use crate::ids::{AgencyId, AlarmId, AssignmentId, IncidentId, LogId, ReasonKey, Seq};
use crate::incident::IncidentState;
use crate::testing::{Bench, call, locate, operator, profile, station_id, tap, tree, unit_principal};
use crate::unit::Duty;
use std::sync::Arc;
use uuid::Uuid;

/// Two cars; a robbery has the first of them.
fn in_order() -> (Bench, IncidentId, AssignmentId) {
    let mut bench = Bench::new(2);
    bench.unit(profile("A12", station_id(1)), 37.601, 108.801);
    bench.unit(profile("B07", station_id(1)), 37.620, 108.820);
    let place = locate(&bench.agencies, 37.600, 108.800);
    let step = bench.run(&operator("610824"), Command::ReportIncident(call("criminal/robbery", place))).unwrap();
    bench.assert_sound();
    (bench, step.reply.reported.unwrap().0, step.reply.assignments[0])
}

fn ids(found: &[Violation]) -> Vec<&'static str> {
    let mut ids: Vec<_> = found.iter().map(|violation| violation.id).collect();
    ids.dedup();
    ids
}

fn check(bench: &Bench) -> Vec<&'static str> {
    ids(&check_world(&bench.world, &bench.agencies, bench.now))
}

fn set_incident(bench: &mut Bench, id: IncidentId, state: IncidentState) {
    Arc::make_mut(bench.world.incidents.get_mut(&id).unwrap()).state = state;
}

#[test]
fn unit_1_sees_a_unit_with_two_active_assignments() {
    let (mut bench, incident_id, id) = in_order();
    let mut doubled = (*bench.world.assignments[&id]).clone();
    doubled.assignment_id = AssignmentId(Uuid::from_u128(99));
    let incident = Arc::make_mut(bench.world.incidents.get_mut(&incident_id).unwrap());
    incident.assignments.push(doubled.assignment_id);
    bench.world.assignments.insert(doubled.assignment_id, Arc::new(doubled));
    let found = check_world(&bench.world, &bench.agencies, bench.now);
    assert_eq!(ids(&found), [UNIT_1]);
    assert!(found[0].detail.contains("610824-a12 has 2 active assignments"), "{}", found[0]);
}

#[test]
fn unit_1_sees_a_unit_that_does_not_know_what_it_is_engaged_in() {
    let (mut bench, _, id) = in_order();
    let unit_id = bench.world.assignments[&id].unit_id.clone();
    let unit = Arc::make_mut(bench.world.units.get_mut(&unit_id).unwrap());
    let Duty::On { engaged_in, .. } = &mut unit.duty else { panic!("on duty") };
    *engaged_in = None;
    assert_eq!(check(&bench), [UNIT_1]);
}

#[test]
fn unit_1_sees_a_unit_engaged_in_what_has_ended_and_what_is_another_units() {
    let (mut bench, incident_id, id) = in_order();
    let other = bench.world.unit_by_call_sign("B07").unwrap().profile.unit_id.clone();
    let before = bench.world.clone();
    Arc::make_mut(bench.world.assignments.get_mut(&id).unwrap()).unit_id = other;
    assert_eq!(check(&bench), [UNIT_1]);

    bench.world = before;
    let ended = AssignmentState::Cleared { reason: ReasonKey::new("done").unwrap(), disposition: None };
    Arc::make_mut(bench.world.assignments.get_mut(&id).unwrap()).state = ended;
    set_incident(&mut bench, incident_id, IncidentState::Classified { clock: None, alarmed: false, retry_at: None });
    assert_eq!(check(&bench), [UNIT_1]);
}

#[test]
fn unit_1_after_a_commit_sees_the_assignment_a_unit_walked_away_from() {
    let (mut bench, _, id) = in_order();
    let before = bench.world.clone();
    let unit_id = bench.world.assignments[&id].unit_id.clone();
    let unit = Arc::make_mut(bench.world.units.get_mut(&unit_id).unwrap());
    let Duty::On { engaged_in, .. } = &mut unit.duty else { panic!("on duty") };
    *engaged_in = None;
    let changed = [PostImage::Unit(Arc::clone(&bench.world.units[&unit_id]))];
    assert_eq!(ids(&check_changed(&before, &bench.world, &bench.agencies, &changed, bench.now)), [UNIT_1]);
}

#[test]
fn inc_2_sees_an_incident_that_forgot_its_unit_and_one_that_imagines_one() {
    let (mut bench, incident_id, _) = in_order();
    let before = bench.world.clone();
    set_incident(&mut bench, incident_id, IncidentState::Resolved { disposition: ReasonKey::new("handled").unwrap() });
    assert_eq!(check(&bench), [INC_2]);
    bench.world = before;
    Arc::make_mut(bench.world.incidents.get_mut(&incident_id).unwrap()).assignments.clear();
    assert_eq!(check(&bench), [INC_2]);
}

#[test]
fn dlv_1_sees_an_order_past_each_of_its_clocks_but_not_within_the_grace() {
    let (mut bench, _, id) = in_order();
    let AssignmentState::Offered { deliver_by, acknowledge_by } = bench.world.assignments[&id].state else { panic!("offered") };
    bench.now = deliver_by.plus_ms(GRACE_MS);
    assert!(check(&bench).is_empty());
    bench.now = deliver_by.plus_ms(GRACE_MS + 1);
    assert_eq!(check(&bench), [DLV_1]);
    for state in [AssignmentState::Delivered { acknowledge_by }, AssignmentState::Seen { acknowledge_by }] {
        Arc::make_mut(bench.world.assignments.get_mut(&id).unwrap()).state = state;
        bench.now = acknowledge_by.plus_ms(GRACE_MS);
        assert!(check(&bench).is_empty());
        bench.now = acknowledge_by.plus_ms(GRACE_MS + 1);
        assert_eq!(check(&bench), [DLV_1]);
    }
}

#[test]
fn dlv_1_sees_an_incident_past_its_clock_without_an_alarm() {
    let mut bench = Bench::new(1);
    let place = locate(&bench.agencies, 37.600, 108.800);
    bench.run(&operator("610824"), Command::ReportIncident(call("dispute/family", place))).unwrap();
    bench.now = bench.now.plus_ms(60_000 + GRACE_MS);
    assert!(check(&bench).is_empty());
    bench.now = bench.now.plus_ms(1);
    assert_eq!(check(&bench), [DLV_1]);
}

#[test]
fn dlv_1_sees_a_waiting_incident_that_is_forgotten_and_an_alarm_that_never_sounded() {
    let mut bench = Bench::new(1);
    let place = locate(&bench.agencies, 37.600, 108.800);
    bench.run(&operator("610824"), Command::ReportIncident(call("criminal/robbery", place))).unwrap();
    let before = bench.world.clone();
    bench.now = bench.now.plus_ms(bench.policy.clocks.retry_ms + GRACE_MS + 1);
    assert_eq!(check(&bench), [DLV_1]);
    bench.now = before.last_recorded_at;
    bench.world.alarms.clear();
    bench.world.alarms_by_incident.clear();
    assert_eq!(check(&bench), [DLV_1]);
}

#[test]
fn dlv_1_sees_a_declined_order_without_an_alarm() {
    let (mut bench, _, id) = in_order();
    let reason = ReasonKey::new("vehicle_trouble").unwrap();
    let unit_id = bench.world.assignments[&id].unit_id.clone();
    bench.run(&unit_principal(&unit_id), Command::Decline(Decline { tap: tap(id), reason })).unwrap();
    assert!(check(&bench).is_empty());
    bench.world.alarms.clear();
    bench.world.alarms_by_incident.clear();
    assert_eq!(check(&bench), [DLV_1]);
}

#[test]
fn jur_1_sees_a_foreign_station_a_foreign_place_and_a_foreign_tree() {
    let (mut bench, incident_id, _) = in_order();
    let before = bench.world.clone();
    Arc::make_mut(bench.world.incidents.get_mut(&incident_id).unwrap()).station = AgencyId::new("610825-01").unwrap();
    assert_eq!(check(&bench), [JUR_1]);

    bench.world = before.clone();
    let foreign = locate(&tree(9), 37.6, 109.5);
    Arc::make_mut(bench.world.incidents.get_mut(&incident_id).unwrap()).place = foreign;
    assert_eq!(check(&bench), [JUR_1]);

    bench.world = before.clone();
    bench.world.log_id = LogId::new("610825").unwrap();
    assert_eq!(check(&bench), [JUR_1]);

    bench.world = before;
    let unit_id = bench.world.unit_by_call_sign("B07").unwrap().profile.unit_id.clone();
    Arc::make_mut(bench.world.units.get_mut(&unit_id).unwrap()).profile.home = AgencyId::new("610825-01").unwrap();
    assert_eq!(check(&bench), [JUR_1]);
}

#[test]
fn jur_1_sees_a_unit_engaged_for_an_incident_of_another_log() {
    let (mut bench, incident_id, _) = in_order();
    bench.world.incidents.remove(&incident_id);
    assert_eq!(check(&bench), [JUR_1, INC_2]);
}

#[test]
fn jur_1_sees_an_alarm_in_the_wrong_room() {
    let (mut bench, incident_id, _) = in_order();
    bench.pass(10_000);
    let alarm_id: AlarmId = bench.world.alarms_of(incident_id).next().unwrap().alarm_id;
    Arc::make_mut(bench.world.alarms.get_mut(&alarm_id).unwrap()).station = station_id(2);
    assert_eq!(check(&bench), [JUR_1]);
}

#[test]
fn inc_1_sees_an_incident_that_is_missing_doubled_or_numbered_otherwise() {
    let told = |seq, number| IncidentEntry { incident_id: IncidentId(Uuid::from_u128(seq)), number, seq: Seq(7) };
    assert!(check_acknowledged([told(1, 1)], [told(1, 1), told(2, 2)]).is_empty());
    assert_eq!(ids(&check_acknowledged([told(1, 1), told(2, 2)], [told(1, 1)])), [INC_1]);
    assert_eq!(ids(&check_acknowledged([told(1, 1)], [told(1, 1), told(1, 1)])), [INC_1]);
    assert_eq!(ids(&check_acknowledged([told(1, 1)], [told(1, 2)])), [INC_1]);
}

#[test]
fn aud_1_sees_a_changed_byte_a_changed_hash_a_missing_row_and_a_swapped_one() {
    let link = |previous: &[u8; 32], seq: Seq, stored: &[u8]| {
        let mut hash = *previous;
        for (place, byte) in seq.0.to_be_bytes().iter().chain(stored).enumerate() {
            hash[place % 32] = hash[place % 32].wrapping_mul(31).wrapping_add(*byte);
        }
        hash
    };
    let mut hash = [7; 32];
    let stored: Vec<&[u8]> = vec![b"reported", b"offered", b"delivered"];
    let rows: Vec<_> = (1..)
        .zip(&stored)
        .map(|(seq, stored)| {
            hash = link(&hash, Seq(seq), stored);
            ChainRow { seq: Seq(seq), stored, hash }
        })
        .collect();
    let verify = |rows: Vec<ChainRow<'_>>| ids(&check_chain((Seq(0), [7; 32]), rows, link));
    assert!(verify(rows.clone()).is_empty());
    let mut changed = rows.clone();
    changed[1].stored = b"0ffered";
    assert_eq!(verify(changed), [AUD_1]);
    let mut rehashed = rows.clone();
    rehashed[2].hash[0] ^= 1;
    assert_eq!(verify(rehashed), [AUD_1]);
    assert_eq!(verify(vec![rows[0], rows[2]]), [AUD_1]);
    assert_eq!(verify(vec![rows[1], rows[0], rows[2]]), [AUD_1]);
    assert_eq!(ids(&check_chain((Seq(0), [8; 32]), rows, link)), [AUD_1]);
}

#[test]
fn prv_1_sees_names_words_and_phone_numbers_and_nothing_in_a_clean_event() {
    let (bench, ..) = in_order();
    let private = ["王小明", "他说:\"有人抢劫\"", "138 0013 8000", "12"];
    let text = |recorded: &Recorded| format!("{recorded:?}");
    assert!(bench.log().iter().all(|recorded| check_private(&text(recorded), private).is_empty()));

    let mut leaking = bench.log().iter().find(|recorded| matches!(recorded.event, Event::IncidentReported(_))).unwrap().clone();
    let Event::IncidentReported(reported) = &mut leaking.event else { panic!("a report") };
    for word in ["王小明报警", "他说:\"有人抢劫\"", "call 13800138000", "138 0013 8000"] {
        reported.owner_reasons[0].values[0] = word.to_owned();
        assert_eq!(ids(&check_private(&format!("{:?}", reported.owner_reasons), private)), [PRV_1], "{word}");
    }
    assert_eq!(ids(&check_private("values: [\"15912345678\"]", [])), [PRV_1]);
    assert!(check_private("recorded_at: 1795190400000ms, 8959123456789ab, 21912345678", []).is_empty());
}
