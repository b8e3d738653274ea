//! What goes over to the incident that stays when two are merged: attendance, arrival, urgency, and a primary that is missing.

use crate::room::{LAT, LON, acknowledge, agency, car, clear, give, incident, order, orders, report, report_at, sent, standing};
use domain::alarm::AlarmKind;
use domain::classification::{CallSource, Priority, Team};
use domain::command::{
    AddCall, Command, Decline, ExcuseAttendance, MergeIncidents, NoteContact, RecallUnit, SetPriority, UnitOrder, WhenEngaged,
};
use domain::ids::{IncidentId, UnitId};
use domain::incident::{Attendance, DispatchClock, IncidentState, MAX_CALLS};
use domain::rejection::Rejection;
use domain::testing::{Bench, Step, profile, server, tap, unit_principal};
use domain::unit::UnitProfile;

fn merge(bench: &mut Bench, incident_id: IncidentId, into: IncidentId) -> Result<Step, Rejection> {
    give(bench, Command::MergeIncidents(MergeIncidents { incident_id, into, expected_revision: 0 }))
}

fn has(step: &Step, name: &str) -> bool {
    step.events.iter().any(|recorded| recorded.event.name() == name)
}

fn set_priority(bench: &mut Bench, incident_id: IncidentId, level: u8) {
    let priority = Priority::new(level).unwrap();
    give(bench, Command::SetPriority(SetPriority { incident_id, priority, expected_revision: 0 })).unwrap();
}

/// An incident in the beat of station `number` that its officer has attended; a case car is still on it.
fn attended(bench: &mut Bench, officer: &str, case: &str) -> IncidentId {
    let c1 = bench.unit(UnitProfile { team: Team::Community, ..profile(officer, agency("610824-01-01")) }, 37.69, 108.84);
    let a1 = car(bench, case, Team::Case, 11.0);
    let id = report_at(bench, "public_order/disturbance", 37.65, LON);
    order(bench, id, &a1);
    let attends = bench.world.unit(&c1).unwrap().engaged_in().unwrap();
    acknowledge(bench, attends);
    bench.run(&unit_principal(&c1), Command::MarkOnScene(tap(attends))).unwrap();
    clear(bench, attends, None);
    assert!(matches!(incident(bench, id).attendance, Some(Attendance::Attended { .. })));
    id
}

#[test]
fn what_the_officer_of_the_beat_has_attended_is_not_owed_again() {
    let mut bench = Bench::new(1);
    let merged = attended(&mut bench, "C1", "A1");
    let stays = report_at(&mut bench, "public_order/disturbance", 37.651, LON);
    assert!(matches!(incident(&bench, stays).attendance, Some(Attendance::Owed { .. })));
    let had = incident(&bench, merged).attendance.clone();
    let step = merge(&mut bench, merged, stays).unwrap();
    assert_eq!(incident(&bench, stays).attendance, had);
    assert!(!has(&step, "assignment_offered"), "the officer is not ordered again");
    bench.assert_sound();
}

#[test]
fn attendance_elsewhere_or_excused_stays_as_it_is() {
    let mut bench = Bench::new(1);
    let merged = attended(&mut bench, "C1", "A1");
    let excused = report_at(&mut bench, "public_order/disturbance", 37.651, LON);
    give(&mut bench, Command::ExcuseAttendance(ExcuseAttendance { incident_id: excused, reason: crate::room::key("remote") })).unwrap();
    let before = incident(&bench, excused).attendance.clone();
    merge(&mut bench, merged, excused).unwrap();
    assert_eq!(incident(&bench, excused).attendance, before);
    let mut bench = Bench::new(2);
    let merged = attended(&mut bench, "C1", "A1");
    bench.unit(UnitProfile { team: Team::Community, ..profile("C2", agency("610824-02-01")) }, 37.69, 108.90);
    let other_beat = report_at(&mut bench, "public_order/disturbance", 37.65, 108.90);
    merge(&mut bench, merged, other_beat).unwrap();
    let beat = incident(&bench, other_beat).attendance.as_ref().unwrap().beat().clone();
    assert_eq!(beat, agency("610824-02-01"));
    assert!(matches!(incident(&bench, other_beat).attendance, Some(Attendance::Ordered { .. })), "its own officer is sent");
    bench.assert_sound();
}

#[test]
fn somebody_should_be_there_as_soon_as_either_caller_was_told() {
    let mut bench = Bench::new(1);
    let early = report(&mut bench, "criminal/robbery");
    bench.pass(20_000);
    let late = report_at(&mut bench, "criminal/robbery", LAT, LON + 0.001);
    let by = |bench: &Bench, id| incident(bench, id).arrival.unwrap().arrive_by;
    assert_eq!(by(&bench, late).since_ms(by(&bench, early)), 20_000);
    let promised = by(&bench, early);
    let step = merge(&mut bench, early, late).unwrap();
    assert!(has(&step, "incident_arrival_clock_set"));
    assert_eq!(by(&bench, late), promised);
    // One that was told later changes nothing, nor one that was told the same.
    let later = report_at(&mut bench, "criminal/robbery", LAT, LON + 0.002);
    let same = report_at(&mut bench, "criminal/robbery", LAT, LON + 0.003);
    assert!(!has(&merge(&mut bench, later, late).unwrap(), "incident_arrival_clock_set"));
    assert_eq!(by(&bench, late), promised);
    let again = report_at(&mut bench, "criminal/robbery", LAT, LON + 0.004);
    assert!(!has(&merge(&mut bench, again, same).unwrap(), "incident_arrival_clock_set"));
    // Where somebody is on scene nobody is awaited.
    let a1 = car(&mut bench, "A1", Team::Case, 1.0);
    let held = order(&mut bench, same, &a1);
    acknowledge(&mut bench, held);
    bench.run(&unit_principal(&a1), Command::MarkOnScene(tap(held))).unwrap();
    assert!(!has(&merge(&mut bench, late, same).unwrap(), "incident_arrival_clock_set"));
    bench.assert_sound();
}

fn clock(bench: &Bench, id: IncidentId) -> DispatchClock {
    match incident(bench, id).state {
        IncidentState::Classified { clock, .. } => clock.unwrap(),
        ref other => panic!("{other:?}"),
    }
}

#[test]
fn of_two_equally_urgent_incidents_the_older_clock_runs_on() {
    let two = |first: &str, then: &str| {
        let mut bench = Bench::new(1);
        let older = report(&mut bench, first);
        bench.pass(5_000);
        let newer = report_at(&mut bench, then, LAT, LON + 0.001);
        (bench, older, newer)
    };
    let (mut bench, older, newer) = two("criminal/theft", "criminal/theft");
    let runs = clock(&bench, older);
    assert!(has(&merge(&mut bench, older, newer).unwrap(), "incident_priority_set"));
    assert_eq!(clock(&bench, newer), runs);
    let (mut bench, older, newer) = two("criminal/theft", "criminal/theft");
    let same = report_at(&mut bench, "criminal/theft", LAT, LON + 0.002);
    assert!(!has(&merge(&mut bench, newer, older).unwrap(), "incident_priority_set"));
    let same_again = report_at(&mut bench, "criminal/theft", LAT, LON + 0.003);
    assert!(!has(&merge(&mut bench, same, same_again).unwrap(), "incident_priority_set"));
    // Of what was less urgent the clock says nothing, nor where the room has heard already.
    let mut bench = Bench::new(1);
    let less = report(&mut bench, "criminal/theft");
    bench.pass(50_000);
    let more = report_at(&mut bench, "public_order/fight", LAT, LON + 0.001);
    assert!(clock(&bench, less).dispatch_by < clock(&bench, more).dispatch_by);
    assert!(!has(&merge(&mut bench, less, more).unwrap(), "incident_priority_set"));
    let (mut bench, older, newer) = two("public_order/fight", "public_order/fight");
    bench.pass(15_000);
    assert_eq!(standing(&bench, newer), [AlarmKind::NotDispatched]);
    assert!(!has(&merge(&mut bench, older, newer).unwrap(), "incident_priority_set"));
    bench.assert_sound();
}

#[test]
fn an_urgency_that_an_operator_set_goes_over_as_the_operators() {
    for (theirs, own, of_operator) in [(Some(2), None, true), (None, None, false), (None, Some(4), true)] {
        let mut bench = Bench::new(1);
        let merged = report(&mut bench, if theirs.is_some() { "criminal/theft" } else { "public_order/fight" });
        let stays = report_at(&mut bench, "dispute/neighbour", LAT, LON + 0.001);
        theirs.into_iter().for_each(|level| set_priority(&mut bench, merged, level));
        own.into_iter().for_each(|level| set_priority(&mut bench, stays, level));
        merge(&mut bench, merged, stays).unwrap();
        let stays = incident(&bench, stays);
        assert_eq!((stays.priority.level(), stays.priority_by_operator), (2, of_operator), "{theirs:?} {own:?}");
    }
}

#[test]
fn a_less_urgent_word_of_an_operator_goes_over_with_its_clock_alone() {
    let mut bench = Bench::new(1);
    // By the table nobody is sent to a tip-off; what an operator called less urgent than it still has a clock.
    let stays = report(&mut bench, "tip_off/other");
    let merged = report_at(&mut bench, "criminal/burglary", LAT, LON + 0.001);
    set_priority(&mut bench, merged, 4);
    let before = incident(&bench, stays);
    merge(&mut bench, merged, stays).unwrap();
    let after = incident(&bench, stays);
    assert_eq!((after.priority, after.priority_by_operator), (before.priority, false));
    assert!(matches!(after.state, IncidentState::Classified { clock: Some(_), .. }));
    bench.assert_sound();
}

#[test]
fn what_nobody_is_sent_to_takes_no_clock_away() {
    let mut bench = Bench::new(1);
    let merged = report(&mut bench, "tip_off/other");
    set_priority(&mut bench, merged, 2);
    let stays = report_at(&mut bench, "criminal/theft", LAT, LON + 0.001);
    let before = incident(&bench, stays);
    merge(&mut bench, merged, stays).unwrap();
    let after = incident(&bench, stays);
    assert_eq!((after.priority.level(), &after.state), (2, &before.state), "it goes on as it ran");
    bench.assert_sound();
}

fn as_backup(bench: &mut Bench, incident_id: IncidentId, unit_id: &UnitId) {
    let role = Some(domain::assignment::AssignmentRole::Backup);
    let orders = vec![UnitOrder { unit_id: unit_id.clone(), role, when_engaged: WhenEngaged::Refuse }];
    give(bench, Command::AssignUnits(domain::command::AssignUnits { incident_id, orders, expected_revision: 0 })).unwrap();
}

#[test]
fn a_primary_is_sought_for_the_one_that_stays_where_none_came_with_the_other() {
    // Where an operator chooses, nothing is sought while a backup is there; the one that stays is dispatched by the rules.
    let mut bench = Bench::new(1);
    let (a1, a2) = (car(&mut bench, "A1", Team::Case, 1.0), car(&mut bench, "A2", Team::Case, 2.0));
    let merged = report(&mut bench, "criminal/theft");
    let held = order(&mut bench, merged, &a1);
    as_backup(&mut bench, merged, &a2);
    let off = domain::command::SetAvailability {
        unit_id: a1.clone(),
        availability: domain::unit::Availability::OutOfService { reason: crate::room::key("training") },
        occurred_at: None,
    };
    give(&mut bench, Command::RecallUnit(RecallUnit { assignment_id: held, reason: crate::room::key("mistake") })).unwrap();
    bench.run(&unit_principal(&a1), Command::SetAvailability(off)).unwrap();
    let stays = report_at(&mut bench, "criminal/robbery", LAT, LON + 0.001);
    assert!(matches!(incident(&bench, stays).state, IncidentState::Classified { .. }));
    assert_eq!(incident(&bench, merged).seek_primary_at, None);
    merge(&mut bench, merged, stays).unwrap();
    assert_eq!(incident(&bench, stays).state, IncidentState::Dispatched);
    assert!(incident(&bench, stays).seek_primary_at.is_some());
    bench.assert_sound();
}

#[test]
fn a_primary_that_was_sought_is_sought_on() {
    let mut bench = Bench::new(1);
    let (a1, a2) = (car(&mut bench, "A1", Team::Case, 1.0), car(&mut bench, "A2", Team::Case, 2.0));
    let stays = report(&mut bench, "criminal/theft");
    as_backup(&mut bench, stays, &a2);
    let merged = report_at(&mut bench, "criminal/robbery", LAT, LON + 0.001);
    let a3 = car(&mut bench, "A3", Team::Case, 3.0);
    as_backup(&mut bench, merged, &a3);
    let primary = incident(&bench, merged).assignments[0];
    assert_eq!(bench.world.assignment(&primary).unwrap().unit_id, a1);
    let decline = Decline { tap: tap(primary), reason: crate::room::key("too_far") };
    bench.run(&unit_principal(&a1), Command::Decline(decline)).unwrap();
    assert!(incident(&bench, merged).seek_primary_at.is_some());
    merge(&mut bench, merged, stays).unwrap();
    // Whoever declined the one was not asked for the other yet.
    assert!(sent(&bench, stays).contains(&(a1.to_string(), "primary")), "{:?}", sent(&bench, stays));
    bench.assert_sound();
}

#[test]
fn a_primary_stays_primary_beside_a_backup_and_those_that_are_bound_go_first() {
    let mut bench = Bench::new(1);
    let cars: Vec<_> = (1..=3).map(|n| car(&mut bench, &format!("A{n}"), Team::Case, f64::from(n))).collect();
    let busy = report_at(&mut bench, "criminal/theft", LAT, LON + 0.01);
    order(&mut bench, busy, &cars[2]);
    let merged = report(&mut bench, "criminal/theft");
    let primary = order(&mut bench, merged, &cars[0]);
    let waits = give(&mut bench, orders(merged, &[&cars[2]], WhenEngaged::Queue)).unwrap().reply.assignments[0];
    give(&mut bench, Command::RecallUnit(RecallUnit { assignment_id: primary, reason: crate::room::key("mistake") })).unwrap();
    let goes = order(&mut bench, merged, &cars[0]);
    let stays = report_at(&mut bench, "criminal/theft", LAT, LON + 0.001);
    as_backup(&mut bench, stays, &cars[1]);
    merge(&mut bench, merged, stays).unwrap();
    let stays = incident(&bench, stays);
    assert_eq!(stays.assignments[1..], [goes, waits], "it was ordered after the one that waits");
    assert_eq!(bench.world.assignment(&goes).unwrap().role.key(), "primary");
    bench.assert_sound();
}

#[test]
fn together_they_have_as_many_calls_as_one_may_have() {
    let mut bench = Bench::new(1);
    bench.full_check_every = 100;
    let (full, one) = (report(&mut bench, "dispute/debt"), report_at(&mut bench, "dispute/debt", LAT, LON + 0.01));
    let add = |bench: &mut Bench| {
        let add = AddCall { incident_id: full, source: CallSource::WalkIn, private: None, occurred_at: None };
        give(bench, Command::AddCall(add))
    };
    for _ in 1..MAX_CALLS - 1 {
        add(&mut bench).unwrap();
    }
    merge(&mut bench, one, full).unwrap();
    assert_eq!(incident(&bench, full).calls.len(), MAX_CALLS);
    let (field, expected) = crate::room::invalid(add(&mut bench));
    assert!(field == "incident_id" && expected.contains(&MAX_CALLS.to_string()), "{field} {expected}");
    let another = report_at(&mut bench, "dispute/debt", LAT, LON + 0.01);
    let (field, expected) = crate::room::invalid(merge(&mut bench, another, full));
    assert_eq!((field, expected.as_str()), ("into", "at most 200 calls together"));
    bench.assert_sound();
}

#[test]
fn the_silence_of_a_unit_goes_with_it_and_one_that_is_heard_of_brings_none() {
    for silent in [true, false] {
        let mut bench = Bench::new(1);
        let a1 = car(&mut bench, "A1", Team::Case, 1.0);
        let merged = report(&mut bench, "criminal/theft");
        let held = order(&mut bench, merged, &a1);
        acknowledge(&mut bench, held);
        if silent {
            let lost = NoteContact { unit_id: a1.clone(), lost: true };
            bench.run(&server(), Command::NoteContact(lost)).unwrap();
            assert_eq!(standing(&bench, merged), [AlarmKind::LostContact]);
        }
        let stays = report_at(&mut bench, "criminal/theft", LAT, LON + 0.001);
        merge(&mut bench, merged, stays).unwrap();
        assert_eq!(standing(&bench, stays).contains(&AlarmKind::LostContact), silent);
        bench.assert_sound();
    }
}
