//! A policy or an agency tree is activated on a running room: nothing that is open falls through.

use super::{arrive, assign, clear, county, incident, key, report, south};
use domain::agency::AgencyTree;
use domain::command::{ActivateAgencyTree, ActivatePolicy, CloseIncident, Command, Reclassify, SetPriority};
use domain::decide::{Decision, decide};
use domain::event::Event;
use domain::ids::BlobHash;
use domain::incident::IncidentFlag;
use domain::principal::authorize;
use domain::rejection::Rejection;
use domain::situation::{Incoming, Situation};
use domain::testing::{Bench, call, profile, server, station_id, tree};
use std::sync::Arc;

fn activate(bench: &Bench, command: Command, incoming: Incoming) -> Result<Decision, Rejection> {
    let situation = Situation { incoming: Some(incoming), ..bench.gather(&command) };
    let authorized = authorize(&server(), command, &bench.world, &situation).unwrap();
    decide(&bench.world, &authorized, &situation, bench.now)
}

fn without(bench: &Bench, category: &str) -> Arc<domain::policy::Policy> {
    let mut policy = (*bench.policy).clone();
    policy.categories.retain(|rule| rule.key.as_str() != category);
    Arc::new(policy)
}

#[test]
fn a_category_that_is_withdrawn_while_in_use_is_flagged() {
    let mut bench = Bench::new(1);
    let place = south(&bench);
    let gone = report(&mut bench, "dispute/debt", place.clone());
    let stays = report(&mut bench, "help/escort", place.clone());
    let verified = report(&mut bench, "dispute/debt", place.clone());
    let verified_as = call("help/escort", place).classification;
    bench.run(&county(), Command::Reclassify(Reclassify { incident_id: verified, verified_as, expected_revision: 0 })).unwrap();
    let policy = without(&bench, "dispute");
    let command = Command::ActivatePolicy(ActivatePolicy { hash: BlobHash::of(b"another") });
    let decision = activate(&bench, command.clone(), Incoming::Policy(Arc::clone(&policy))).unwrap();
    let flagged: Vec<_> = decision
        .events
        .iter()
        .filter_map(|recorded| match &recorded.event {
            Event::IncidentFlagged { incident_id, flag: IncidentFlag::CategoryWithdrawn } => Some(*incident_id),
            _ => None,
        })
        .collect();
    assert_eq!(flagged, [gone], "neither {stays} nor {verified}");
    assert_eq!(decision.events[0].event.name(), "policy_activated");
}

#[test]
fn more_than_one_commit_may_hold_are_flagged_by_the_same_command_again() {
    let mut bench = Bench::new(1);
    bench.full_check_every = 10_000;
    let place = south(&bench);
    for _ in 0..1_001 {
        report(&mut bench, "dispute/debt", place.clone());
        bench.pass(1_000);
    }
    let command = || Command::ActivatePolicy(ActivatePolicy { hash: BlobHash::of(b"another") });
    let policy = without(&bench, "dispute");
    let flags_of = |bench: &mut Bench| {
        let decision = activate(bench, command(), Incoming::Policy(Arc::clone(&policy))).unwrap();
        let flags = decision.events.iter().filter(|recorded| recorded.event.name() == "incident_flagged").count();
        bench.world = decision.world;
        (flags, decision.events.len())
    };
    assert_eq!(flags_of(&mut bench), (1_000, 1_001), "with the activation itself");
    assert_eq!(flags_of(&mut bench), (1, 1), "which is not repeated");
    assert_eq!(flags_of(&mut bench), (0, 0));
}

#[test]
fn an_incident_of_a_withdrawn_category_is_worked_to_its_end() {
    let mut bench = Bench::new(1);
    let a1 = bench.unit(profile("A1", station_id(1)), 37.55, 108.80);
    let place = south(&bench);
    let id = report(&mut bench, "dispute/debt", place);
    bench.policy = without(&bench, "dispute");
    let priority = domain::classification::Priority::new(2).unwrap();
    bench.run(&county(), Command::SetPriority(SetPriority { incident_id: id, priority, expected_revision: 0 })).unwrap();
    assign(&mut bench, &county(), id, &a1).unwrap();
    arrive(&mut bench, &a1);
    clear(&mut bench, &a1, None);
    assert_eq!(incident(&bench, id).state_name(), "classified");
    assign(&mut bench, &county(), id, &a1).unwrap();
    arrive(&mut bench, &a1);
    clear(&mut bench, &a1, Some("mediated"));
    bench.run(&county(), Command::CloseIncident(CloseIncident { incident_id: id, excuse: None, expected_revision: 0 })).unwrap();
    assert_eq!(incident(&bench, id).state_name(), "closed");
    assert_eq!(key("mediated").as_str(), "mediated");
    bench.assert_sound();
}

#[test]
fn a_tree_without_what_the_log_works_with_is_refused_and_the_first_missing_named() {
    let mut bench = Bench::new(2);
    let command = Command::ActivateAgencyTree(ActivateAgencyTree { hash: BlobHash::of(b"smaller") });
    let smaller = || Incoming::AgencyTree(Arc::new(tree(1)));
    assert!(activate(&bench, command.clone(), smaller()).is_ok());
    bench.unit(profile("A2", station_id(2)), 37.55, 108.90);
    let refused = activate(&bench, command.clone(), smaller()).unwrap_err().to_string();
    assert!(refused.contains("agency_tree") && refused.contains("a tree with 610824-02: A2 belongs to it"), "{refused}");
    assert!(activate(&bench, command.clone(), Incoming::AgencyTree(Arc::new(tree(3)))).is_ok());

    let mut bench = Bench::new(2);
    let place = domain::testing::locate(&bench.agencies, 37.65, 108.90);
    report(&mut bench, "dispute/debt", place);
    // The station stays, its beat would be gone.
    let nodes = bench.agencies.nodes().filter(|node| node.agency_id != super::beat(2)).cloned().collect();
    let without_beat = AgencyTree::new(bench.agencies.log_id().clone(), "Asia/Shanghai".to_owned(), nodes).unwrap();
    let refused = activate(&bench, command, Incoming::AgencyTree(Arc::new(without_beat))).unwrap_err().to_string();
    assert!(refused.contains("a tree with 610824-02-01: incident 1 belongs to it"), "{refused}");
}
