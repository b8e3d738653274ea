//! What follows: from an order that is taken back or not taken, from an incident that comes back, from what waits in a queue.

use crate::room::{LAT, LON, acknowledge, agency, at, car, clear, give, incident, key, order, orders, report, report_at, sent, standing};
use domain::alarm::AlarmKind;
use domain::assignment::AssignmentRole;
use domain::classification::{Classification, Team};
use domain::command::{
    AssignUnits, CancelIncident, Command, Decline, HoldIncident, MergeIncidents, RecallUnit, Reclassify, ReopenIncident, ReportIncident,
    UnitOrder, UnmergeIncidents, WhenEngaged,
};
use domain::ids::{AssignmentId, CategoryKey, IncidentId, TypeKey, UnitId};
use domain::incident::{Attendance, IncidentState};
use domain::policy::DispatchMode;
use domain::testing::{Bench, call, operator, profile, station_id, tap, unit_principal};
use domain::unit::UnitProfile;
use std::sync::Arc;

fn with_mode(bench: &mut Bench, level: u8, mode: DispatchMode) {
    let mut policy = (*bench.policy).clone();
    policy.priorities.iter_mut().filter(|rule| rule.level == level).for_each(|rule| rule.mode = mode);
    bench.policy = Arc::new(policy);
}

fn as_backup(bench: &mut Bench, incident_id: IncidentId, unit_id: &UnitId) -> AssignmentId {
    let role = Some(AssignmentRole::Backup);
    let orders = vec![UnitOrder { unit_id: unit_id.clone(), role, when_engaged: WhenEngaged::Refuse }];
    give(bench, Command::AssignUnits(AssignUnits { incident_id, orders, expected_revision: 0 })).unwrap().reply.assignments[0]
}

fn recall(bench: &mut Bench, assignment_id: AssignmentId) {
    give(bench, Command::RecallUnit(RecallUnit { assignment_id, reason: key("mistake") })).unwrap();
}

fn decline(bench: &mut Bench, id: AssignmentId) {
    let unit_id = crate::room::assignment(bench, id).unit_id.clone();
    bench.run(&unit_principal(&unit_id), Command::Decline(Decline { tap: tap(id), reason: key("too_far") })).unwrap();
}

fn officer(bench: &mut Bench, call_sign: &str) -> UnitId {
    bench.unit(UnitProfile { team: Team::Community, ..profile(call_sign, agency("610824-01-01")) }, 37.69, 108.84)
}

#[test]
fn by_the_rules_a_primary_that_is_taken_back_is_replaced_at_once_beside_its_backup() {
    let mut bench = Bench::new(1);
    let cars: Vec<_> = (1..=3).map(|n| car(&mut bench, &format!("A{n}"), Team::Case, f64::from(n))).collect();
    let id = report(&mut bench, "criminal/robbery");
    as_backup(&mut bench, id, &cars[1]);
    let primary = incident(&bench, id).assignments[0];
    recall(&mut bench, primary);
    let expected = [(cars[1].to_string(), "backup"), (cars[2].to_string(), "primary")];
    assert_eq!(sent(&bench, id), expected);
    bench.assert_sound();
}

#[test]
fn where_an_operator_chooses_a_backup_that_declines_leaves_the_others_as_they_are() {
    let mut bench = Bench::new(1);
    let cars: Vec<_> = (1..=3).map(|n| car(&mut bench, &format!("A{n}"), Team::Case, f64::from(n))).collect();
    let id = report(&mut bench, "criminal/theft");
    let (first, _) = (as_backup(&mut bench, id, &cars[0]), as_backup(&mut bench, id, &cars[1]));
    decline(&mut bench, first);
    assert_eq!(sent(&bench, id), [(cars[1].to_string(), "backup")]);
    bench.assert_sound();
}

#[test]
fn an_officer_who_is_there_stays_when_the_primary_is_taken_back_and_one_on_the_way_does_not() {
    for arrives in [true, false] {
        let mut bench = Bench::new(1);
        let a1 = car(&mut bench, "A1", Team::Case, 11.0);
        let c1 = officer(&mut bench, "C1");
        let id = report_at(&mut bench, "public_order/disturbance", 37.65, LON);
        let primary = order(&mut bench, id, &a1);
        let attends = bench.world.unit(&c1).unwrap().engaged_in().unwrap();
        acknowledge(&mut bench, attends);
        if arrives {
            bench.run(&unit_principal(&c1), Command::MarkOnScene(tap(attends))).unwrap();
        }
        recall(&mut bench, primary);
        let expected = if arrives { vec![(c1.to_string(), "beat_attendance")] } else { vec![] };
        assert_eq!(sent(&bench, id), expected);
        let state = incident(&bench, id).state.clone();
        assert_eq!(matches!(state, IncidentState::Classified { clock: Some(_), .. }), !arrives, "{state:?}");
        assert_eq!(standing(&bench, id).contains(&AlarmKind::NotDispatched), arrives);
        bench.assert_sound();
    }
}

#[test]
fn who_declined_is_not_asked_for_the_next_in_the_same_breath() {
    let mut bench = Bench::new(1);
    let c1 = officer(&mut bench, "C1");
    let off = domain::command::SignOff { unit_id: c1.clone(), occurred_at: None };
    bench.run(&unit_principal(&c1), Command::SignOff(off)).unwrap();
    let ids: Vec<_> = (1..=4u32)
        .map(|number| {
            let a = car(&mut bench, &format!("A{number}"), Team::Case, 11.0);
            let id = report_at(&mut bench, "public_order/disturbance", 37.65, LON + 0.001 * f64::from(number));
            order(&mut bench, id, &a);
            id
        })
        .collect();
    let on = domain::command::SignOn { unit_id: c1.clone(), crew: None, occurred_at: None };
    bench.run(&unit_principal(&c1), Command::SignOn(on)).unwrap();
    let first = bench.world.unit(&c1).unwrap().engaged_in().unwrap();
    decline(&mut bench, first);
    let owed = |bench: &Bench| {
        let owed = |id: &&IncidentId| matches!(incident(bench, **id).attendance, Some(Attendance::Owed { .. }));
        ids.iter().filter(owed).copied().collect::<Vec<_>>()
    };
    assert_eq!(owed(&bench), [ids[0], ids[2], ids[3]], "only what waited for it goes out");
    bench.assert_sound();
}

#[test]
fn what_comes_back_or_is_held_to_be_something_else_is_owed_a_visit() {
    let what = |category: &str, kind: &str| Classification { category: CategoryKey::new(category).unwrap(), kind: TypeKey::new(kind).ok() };
    let owed = |bench: &Bench, id| matches!(incident(bench, id).attendance, Some(Attendance::Owed { .. }));
    let mut bench = Bench::new(1);
    let north = |bench: &mut Bench, what: &str, east: f64| report_at(bench, what, 37.65, LON + east);
    let cancelled = north(&mut bench, "dispute/debt", 0.0);
    let cancel = CancelIncident { incident_id: cancelled, reason: key("caller_withdrew"), expected_revision: 0 };
    give(&mut bench, Command::CancelIncident(cancel)).unwrap();
    let (merged, into) = (north(&mut bench, "dispute/debt", 0.01), north(&mut bench, "dispute/debt", 0.02));
    give(&mut bench, Command::MergeIncidents(MergeIncidents { incident_id: merged, into, expected_revision: 0 })).unwrap();
    let tip = north(&mut bench, "tip_off/other", 0.03);
    officer(&mut bench, "C1");
    let reopen = ReopenIncident { incident_id: cancelled, reason: key("new_information"), expected_revision: 0 };
    give(&mut bench, Command::ReopenIncident(reopen)).unwrap();
    give(&mut bench, Command::UnmergeIncidents(UnmergeIncidents { incident_id: merged })).unwrap();
    let reclassify = Reclassify { incident_id: tip, verified_as: what("dispute", "debt"), expected_revision: 0 };
    give(&mut bench, Command::Reclassify(reclassify)).unwrap();
    assert_eq!([owed(&bench, cancelled), owed(&bench, merged), owed(&bench, tip)], [true; 3]);
    bench.assert_sound();
}

#[test]
fn an_owed_visit_is_listed_oldest_first_until_the_incident_is_over() {
    let mut bench = Bench::new(1);
    officer(&mut bench, "C1");
    let beat = agency("610824-01-01");
    let ids: Vec<_> = (0..3)
        .map(|number| {
            bench.pass(1_000);
            report_at(&mut bench, "dispute/debt", 37.65, LON + 0.005 * f64::from(number))
        })
        .collect();
    let owed = |bench: &Bench| bench.world.owed_visits(&beat).collect::<Vec<_>>();
    assert_eq!(owed(&bench), ids);
    let cancel = CancelIncident { incident_id: ids[1], reason: key("caller_withdrew"), expected_revision: 0 };
    give(&mut bench, Command::CancelIncident(cancel)).unwrap();
    assert_eq!(owed(&bench), [ids[0], ids[2]]);
    bench.assert_sound();
}

#[test]
fn a_plan_that_is_not_filled_is_heard_of_whatever_else_was() {
    let mut bench = Bench::new(1);
    let id = report(&mut bench, "criminal/weapon");
    assert_eq!(standing(&bench, id), [AlarmKind::NoUnit]);
    car(&mut bench, "A1", Team::Case, 1.0);
    bench.pass(10_000);
    assert!(standing(&bench, id).contains(&AlarmKind::PlanIncomplete), "{:?}", standing(&bench, id));
    bench.assert_sound();
}

#[test]
fn a_proposal_ends_the_alarm_that_nobody_was_found_and_no_other() {
    let mut bench = Bench::new(1);
    with_mode(&mut bench, 3, DispatchMode::Confirm);
    let mut policy = (*bench.policy).clone();
    policy.lending.steps = vec![domain::incident::LendingStep::OwnTeam];
    policy.priorities.iter_mut().filter(|rule| rule.level == 3).for_each(|rule| rule.confirm_ms = 60_000);
    bench.policy = Arc::new(policy);
    let id = report(&mut bench, "criminal/theft");
    assert_eq!(standing(&bench, id), [AlarmKind::NoUnit]);
    car(&mut bench, "A1", Team::Case, 1.0);
    bench.pass(10_000);
    assert!(incident(&bench, id).proposal.is_some());
    assert_eq!(standing(&bench, id), []);
    bench.assert_sound();
}

#[test]
fn an_operator_who_lets_it_wait_for_a_busy_unit_does_not_make_the_rules_look_again() {
    let mut bench = Bench::new(1);
    let a1 = car(&mut bench, "A1", Team::Case, 1.0);
    let busy = report(&mut bench, "criminal/theft");
    order(&mut bench, busy, &a1);
    let waits = report_at(&mut bench, "criminal/robbery", LAT, LON + 0.01);
    bench.pass(2_000);
    let step = give(&mut bench, orders(waits, &[&a1], WhenEngaged::Queue)).unwrap();
    let names = crate::room::names(&step);
    assert!(!names.contains(&"incident_waiting"), "{names:?}");
    bench.assert_sound();
}

#[test]
fn a_backup_that_waited_goes_out_beside_the_primary() {
    let mut bench = Bench::new(1);
    let (a1, a2) = (car(&mut bench, "A1", Team::Case, 1.0), car(&mut bench, "A2", Team::Case, 2.0));
    let busy = report(&mut bench, "criminal/theft");
    let held = order(&mut bench, busy, &a1);
    let next = report_at(&mut bench, "criminal/theft", LAT, LON + 0.01);
    order(&mut bench, next, &a2);
    give(&mut bench, orders(next, &[&a1], WhenEngaged::Queue)).unwrap();
    acknowledge(&mut bench, held);
    clear(&mut bench, held, Some("handled"));
    assert_eq!(sent(&bench, next), [(a2.to_string(), "primary"), (a1.to_string(), "backup")]);
    bench.assert_sound();
}

#[test]
fn what_comes_to_an_incident_that_has_its_primary_asks_for_no_second() {
    let mut bench = Bench::new(1);
    let (a1, a2) = (car(&mut bench, "A1", Team::Case, 1.0), car(&mut bench, "A2", Team::Case, 2.0));
    let merged = report(&mut bench, "criminal/robbery");
    let stays = report_at(&mut bench, "criminal/theft", LAT, LON + 0.01);
    give(&mut bench, Command::MergeIncidents(MergeIncidents { incident_id: merged, into: stays, expected_revision: 0 })).unwrap();
    assert_eq!(sent(&bench, stays), [(a1.to_string(), "primary")]);
    assert_eq!(bench.world.unit(&a2).unwrap().engaged_in(), None);
    bench.assert_sound();
}

fn passed_down(bench: &mut Bench, what: &str) -> IncidentId {
    let report = ReportIncident { desk: Some(agency("610824")), ..call(what, at(bench, LAT, LON)) };
    give(bench, Command::ReportIncident(report)).unwrap().reply.reported.unwrap().0
}

#[test]
fn only_an_operator_of_the_station_signs_by_ordering_at_once_or_in_a_queue() {
    let mut bench = Bench::new(1);
    let (a1, a2) = (car(&mut bench, "A1", Team::Case, 1.0), car(&mut bench, "A2", Team::Case, 2.0));
    let urgent = passed_down(&mut bench, "criminal/robbery");
    let signed = |bench: &Bench, id| incident(bench, id).passing.as_ref().unwrap().signed.is_some();
    let first = incident(&bench, urgent).assignments[0];
    decline(&mut bench, first);
    assert_eq!(sent(&bench, urgent), [(a2.to_string(), "primary")]);
    assert!(!signed(&bench, urgent), "a unit signs nothing, nor do the rules");
    let busy = report_at(&mut bench, "criminal/theft", LAT, LON + 0.01);
    order(&mut bench, busy, &a1);
    let waits = passed_down(&mut bench, "criminal/burglary");
    bench.run(&operator("610824-01"), orders(waits, &[&a1], WhenEngaged::Queue)).unwrap();
    assert!(signed(&bench, waits));
    bench.assert_sound();
}

#[test]
fn while_it_is_held_the_rules_do_not_look_for_whom_it_waited_for() {
    let mut bench = Bench::new(1);
    let a1 = car(&mut bench, "A1", Team::Case, 1.0);
    let busy = report(&mut bench, "criminal/theft");
    order(&mut bench, busy, &a1);
    let id = report_at(&mut bench, "criminal/theft", LAT, LON + 0.01);
    let waits = give(&mut bench, orders(id, &[&a1], WhenEngaged::Queue)).unwrap().reply.assignments[0];
    let reason = bench.policy.reasons.hold[0].key.clone();
    let until = bench.now.plus_ms(bench.policy.room_clocks.hold_max_ms);
    give(&mut bench, Command::HoldIncident(HoldIncident { incident_id: id, reason, until, expected_revision: 0 })).unwrap();
    with_mode(&mut bench, 3, DispatchMode::Automatic);
    let step = give(&mut bench, Command::RecallUnit(RecallUnit { assignment_id: waits, reason: key("mistake") })).unwrap();
    assert_eq!(crate::room::names(&step), ["assignment_recalled"]);
    bench.assert_sound();
}

#[test]
fn who_waited_to_be_primary_gives_way_to_one_who_took_over_meanwhile() {
    let mut bench = Bench::new(1);
    let a9 = car(&mut bench, "A9", Team::Case, 1.0);
    let busy = report(&mut bench, "criminal/theft");
    let held = order(&mut bench, busy, &a9);
    let id = report_at(&mut bench, "criminal/robbery", LAT, LON + 0.01);
    give(&mut bench, orders(id, &[&a9], WhenEngaged::Queue)).unwrap();
    let a1 = car(&mut bench, "A1", Team::Case, 1.0);
    let takes_over = as_backup(&mut bench, id, &a1);
    acknowledge(&mut bench, takes_over);
    give(&mut bench, Command::MarkOnScene(tap(takes_over))).unwrap();
    assert_eq!(sent(&bench, id), [(a1.to_string(), "primary")]);
    acknowledge(&mut bench, held);
    clear(&mut bench, held, Some("handled"));
    assert_eq!(sent(&bench, id), [(a1.to_string(), "primary")]);
    assert_eq!(bench.world.unit(&a9).unwrap().engaged_in(), None);
    bench.assert_sound();
}

#[test]
fn while_it_is_held_lending_does_not_widen() {
    let mut bench = Bench::new(1);
    with_mode(&mut bench, 3, DispatchMode::Automatic);
    let id = report(&mut bench, "criminal/theft");
    let lending = incident(&bench, id).lending;
    assert!(lending.next_at.is_some());
    let reason = bench.policy.reasons.hold[0].key.clone();
    let until = bench.now.plus_ms(bench.policy.room_clocks.hold_max_ms);
    give(&mut bench, Command::HoldIncident(HoldIncident { incident_id: id, reason, until, expected_revision: 0 })).unwrap();
    bench.pass(bench.policy.lending.step_ms + 1);
    let after = incident(&bench, id).lending;
    assert_eq!((after.step, after.next_at), (lending.step, None));
    bench.assert_sound();
}

#[test]
fn while_somebody_is_proposed_lending_does_not_widen() {
    let mut bench = Bench::new(1);
    with_mode(&mut bench, 3, DispatchMode::Confirm);
    let mut policy = (*bench.policy).clone();
    policy.priorities.iter_mut().filter(|rule| rule.level == 3).for_each(|rule| rule.confirm_ms = 60_000);
    bench.policy = Arc::new(policy);
    let id = report(&mut bench, "criminal/theft");
    let lending = incident(&bench, id).lending;
    assert!(lending.next_at.is_some());
    bench.pass(bench.policy.lending.step_ms - 8_000);
    car(&mut bench, "A1", Team::Case, 1.0);
    bench.pass(9_000);
    let after = incident(&bench, id);
    assert!(after.proposal.is_some());
    assert_eq!((after.lending.step, after.lending.next_at), (lending.step, None));
    bench.assert_sound();
}

#[test]
fn a_step_that_the_policy_dropped_is_followed_by_the_first_that_is_wider() {
    use domain::incident::LendingStep::{AdjacentBeat, NeighbourStation, OtherTeam, OwnTeam};
    let mut bench = Bench::new(2);
    with_mode(&mut bench, 3, DispatchMode::Automatic);
    let steps = |bench: &mut Bench, steps: Vec<_>| {
        let mut policy = (*bench.policy).clone();
        policy.lending.steps = steps;
        bench.policy = Arc::new(policy);
    };
    steps(&mut bench, vec![OwnTeam, OtherTeam, AdjacentBeat, NeighbourStation]);
    let id = report(&mut bench, "criminal/theft");
    bench.pass(2 * bench.policy.lending.step_ms);
    assert_eq!(incident(&bench, id).lending.step, AdjacentBeat);
    steps(&mut bench, vec![OwnTeam, OtherTeam, NeighbourStation]);
    bench.pass(bench.policy.lending.step_ms);
    assert_eq!(incident(&bench, id).lending.step, NeighbourStation);
    bench.assert_sound();
}

#[test]
fn a_primary_is_sought_step_by_step_beside_the_backup() {
    use domain::incident::LendingStep;
    let mut bench = Bench::new(2);
    with_mode(&mut bench, 3, DispatchMode::Automatic);
    let a1 = car(&mut bench, "A1", Team::Case, 1.0);
    let id = report(&mut bench, "criminal/theft");
    let a2 = car(&mut bench, "A2", Team::Case, 2.0);
    as_backup(&mut bench, id, &a2);
    let beside = bench.unit(UnitProfile { team: Team::Case, ..profile("B1", station_id(2)) }, LAT, 108.90);
    let first = incident(&bench, id).assignments[0];
    assert_eq!(crate::room::assignment(&bench, first).unit_id, a1);
    decline(&mut bench, first);
    assert_eq!(sent(&bench, id), [(a2.to_string(), "backup")]);
    let backup = incident(&bench, id).assignments[1];
    acknowledge(&mut bench, backup);
    bench.pass(bench.policy.lending.step_ms - 1_000);
    assert_eq!(incident(&bench, id).lending.step, LendingStep::OwnTeam);
    bench.pass(2 * bench.policy.lending.step_ms + 11_000);
    assert_eq!(incident(&bench, id).lending.step, LendingStep::NeighbourStation);
    assert!(sent(&bench, id).contains(&(beside.to_string(), "primary")), "{:?}", sent(&bench, id));
    bench.assert_sound();
}
