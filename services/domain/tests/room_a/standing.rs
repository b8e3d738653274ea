//! Owner and priority: overridden with a reason, kept or not when an incident is verified to be something else.

use super::{county, incident, key, names, report, says, south, stands, with_mode};
use domain::alarm::AlarmKind;
use domain::classification::{Priority, Team};
use domain::command::{Command, HoldIncident, Reclassify, SetOwner, SetPriority};
use domain::ids::IncidentId;
use domain::incident::IncidentState;
use domain::policy::DispatchMode;
use domain::rejection::Rejection;
use domain::testing::{Bench, call, profile, station_id};

fn set_priority(id: IncidentId, level: u8) -> Command {
    Command::SetPriority(SetPriority { incident_id: id, priority: Priority::new(level).unwrap(), expected_revision: 0 })
}

fn set_owner(id: IncidentId, owner: Team, reason: &str) -> Command {
    Command::SetOwner(SetOwner { incident_id: id, owner, reason: key(reason), expected_revision: 0 })
}

fn reclassify(bench: &Bench, id: IncidentId, what: &str) -> Command {
    let verified_as = call(what, south(bench)).classification;
    Command::Reclassify(Reclassify { incident_id: id, verified_as, expected_revision: 0 })
}

fn dispatch_by(bench: &Bench, id: IncidentId) -> i64 {
    match incident(bench, id).state {
        IncidentState::Classified { clock: Some(clock), .. } => clock.dispatch_by.0,
        ref other => panic!("{other:?}"),
    }
}

#[test]
fn an_owner_is_overridden_for_a_reason_that_stays_beside_the_tables_and_buys_no_time() {
    let mut bench = Bench::new(1);
    let place = south(&bench);
    let id = report(&mut bench, "dispute/neighbour", place);
    let before = dispatch_by(&bench, id);
    bench.now = bench.now.plus_ms(10_000);
    bench.run(&county(), set_owner(id, Team::Case, "capacity")).unwrap();
    let after = incident(&bench, id);
    assert_eq!(after.owner, Team::Case);
    assert!(says(&after.owner_reasons, "owner_by_operator(community, case, capacity)"), "{:?}", after.owner_reasons);
    assert!(says(&after.owner_reasons, "owner_by_table(dispute/neighbour, community)"), "{:?}", after.owner_reasons);
    assert_eq!(dispatch_by(&bench, id), before);
    for (owner, reason, field) in [(Team::Case, "capacity", "owner"), (Team::Room, "no_such_reason", "reason")] {
        let refused = bench.run(&county(), set_owner(id, owner, reason)).unwrap_err();
        assert!(matches!(&refused, Rejection::Invalid { field: f, .. } if *f == field), "{refused}");
    }
    bench.assert_sound();
}

#[test]
fn a_new_priority_runs_a_fresh_clock_and_priority_one_is_dispatched_at_once() {
    let mut bench = Bench::new(1);
    let place = south(&bench);
    let id = report(&mut bench, "dispute/neighbour", place);
    bench.now = bench.now.plus_ms(10_000);
    // The same priority, now by an operator: no time is bought.
    let before = dispatch_by(&bench, id);
    bench.run(&county(), set_priority(id, 3)).unwrap();
    assert_eq!(dispatch_by(&bench, id), before);
    let refused = bench.run(&county(), set_priority(id, 3)).unwrap_err().to_string();
    assert!(refused.contains("an operator set it for incident 1 already"), "{refused}");
    let step = bench.run(&county(), set_priority(id, 2)).unwrap();
    assert_eq!(names(&step.events), ["incident_priority_set", "incident_arrival_clock_set"], "it became urgent");
    assert_eq!(dispatch_by(&bench, id), bench.now.plus_ms(15_000).0);
    assert!(says(&incident(&bench, id).owner_reasons, "priority_by_operator(2, 3)"));
    let a1 = bench.unit(profile("A1", station_id(1)), 37.55, 108.80);
    let step = bench.run(&county(), set_priority(id, 1)).unwrap();
    assert_eq!(names(&step.events)[..2], ["incident_priority_set", "assignment_offered"]);
    assert!(bench.world.unit(&a1).unwrap().engaged_in().is_some());
    bench.assert_sound();
}

#[test]
fn priority_one_ends_a_hold() {
    let mut bench = Bench::new(1);
    let place = south(&bench);
    let id = report(&mut bench, "dispute/neighbour", place);
    let until = bench.now.plus_ms(60_000);
    bench
        .run(&county(), Command::HoldIncident(HoldIncident { incident_id: id, reason: key("call_back"), until, expected_revision: 0 }))
        .unwrap();
    bench.run(&county(), set_priority(id, 1)).unwrap();
    assert!(incident(&bench, id).hold.is_none());
    assert!(stands(&bench, id, AlarmKind::NoUnit));
    bench.assert_sound();
}

#[test]
fn a_reclassification_keeps_an_operators_priority_unless_the_table_is_more_urgent() {
    let mut bench = Bench::new(1);
    let place = south(&bench);
    let id = report(&mut bench, "dispute/neighbour", place);
    bench.run(&county(), set_priority(id, 2)).unwrap();
    let command = reclassify(&bench, id, "dispute/debt");
    bench.run(&county(), command).unwrap();
    let kept = incident(&bench, id);
    assert_eq!((kept.priority.level(), kept.priority_by_operator), (2, true));
    assert!(says(&kept.owner_reasons, "priority_by_operator(2, 4)"), "{:?}", kept.owner_reasons);
    // The table says the same now: it is still the operator's, and says so.
    let command = reclassify(&bench, id, "criminal/burglary");
    bench.run(&county(), command).unwrap();
    assert!(incident(&bench, id).priority_by_operator && says(&incident(&bench, id).owner_reasons, "priority_by_operator(2, 2)"));
    let command = reclassify(&bench, id, "criminal/assault");
    bench.run(&county(), command).unwrap();
    let raised = incident(&bench, id);
    assert_eq!((raised.priority.level(), raised.priority_by_operator, raised.owner), (1, false, Team::Case));
    bench.assert_sound();
}

#[test]
fn an_owner_that_changes_lets_the_rules_look_again_at_once() {
    let mut bench = Bench::new(1);
    with_mode(&mut bench, 3, DispatchMode::Automatic);
    bench.unit(profile("A1", station_id(1)), 37.55, 108.80);
    let place = south(&bench);
    let id = report(&mut bench, "dispute/neighbour", place);
    assert_eq!(incident(&bench, id).state_name(), "classified", "the case team is not borrowed at once");
    bench.run(&county(), set_owner(id, Team::Case, "capacity")).unwrap();
    assert_eq!(incident(&bench, id).state_name(), "dispatched");
    bench.assert_sound();
}
