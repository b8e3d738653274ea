//! Dispatch modes: automatic, confirm with a countdown, manual.

use crate::room::{Room, names, reason};
use domain::assignment::AssignmentRole::{Backup, Primary};
use domain::classification::Team;
use domain::command::{Command, ConfirmProposal, RejectProposal, SetAvailability, SetPriority, WhenEngaged};
use domain::ids::IncidentId;
use domain::policy::DispatchMode;
use domain::rejection::Rejection;
use domain::testing::{Step, unit_principal};
use domain::unit::Availability;

/// Priority 2 with a countdown of ten seconds.
fn room() -> Room {
    let mut room = Room::new();
    room.mode(2, DispatchMode::Confirm);
    room
}

fn confirm(room: &mut Room, incident_id: IncidentId) -> Result<Step, Rejection> {
    room.operate(Command::ConfirmProposal(ConfirmProposal { incident_id, expected_revision: 0 }))
}

fn reject(room: &mut Room, incident_id: IncidentId) -> Result<Step, Rejection> {
    room.operate(Command::RejectProposal(RejectProposal { incident_id, expected_revision: 0 }))
}

fn available(room: &mut Room, unit_id: &domain::ids::UnitId, availability: Availability) {
    let command = SetAvailability { unit_id: unit_id.clone(), availability, occurred_at: None };
    room.bench.run(&unit_principal(unit_id), Command::SetAvailability(command)).unwrap();
}

#[test]
fn a_proposal_is_sent_when_its_countdown_ends() {
    let mut room = room();
    let a1 = room.car("A1", Team::Case, 1.0);
    let id = room.report("criminal/burglary");
    let proposal = room.incident(id).proposal.clone().unwrap();
    assert_eq!(proposal.orders.len(), 1);
    assert_eq!((&proposal.orders[0].ranking.unit_id, proposal.orders[0].role), (&a1, Primary));
    assert_eq!(proposal.send_at, room.bench.now.plus_ms(10_000));
    room.bench.pass(9_999);
    assert!(room.sent(id).is_empty(), "the countdown runs");
    let steps = room.bench.pass(1);
    let sent: Vec<_> = steps.iter().flat_map(names).collect();
    let at = |name| sent.iter().position(|sent| *sent == name).unwrap();
    assert!(at("incident_proposal_ended") < at("assignment_offered"));
    assert_eq!(room.sent(id), [("A1".to_owned(), Primary)]);
    assert!(room.incident(id).proposal.is_none());
    room.bench.assert_sound();
}

#[test]
fn who_goes_is_ranked_again_when_the_proposal_is_sent() {
    let mut room = room();
    let a1 = room.car("A1", Team::Case, 1.0);
    room.car("A2", Team::Case, 2.0);
    let id = room.report("criminal/burglary");
    available(&mut room, &a1, Availability::OutOfService { reason: reason("meal") });
    room.bench.pass(10_000);
    assert_eq!(room.sent(id), [("A2".to_owned(), Primary)]);
    room.bench.assert_sound();
}

#[test]
fn an_operator_confirms_at_once() {
    let mut room = room();
    room.car("A1", Team::Case, 1.0);
    let id = room.report("criminal/burglary");
    confirm(&mut room, id).unwrap();
    assert_eq!(room.sent(id), [("A1".to_owned(), Primary)]);
    let refused = confirm(&mut room, id).unwrap_err();
    assert!(refused.to_string().contains("nothing is proposed") && refused.to_string().contains("dispatched"), "{refused}");
    assert!(refused.to_string().contains("A1"), "{refused}");
    room.bench.assert_sound();
}

#[test]
fn what_was_rejected_is_not_proposed_again_until_something_changes() {
    let mut room = room();
    room.car("A1", Team::Case, 1.0);
    let id = room.report("criminal/burglary");
    reject(&mut room, id).unwrap();
    room.bench.pass(600_000);
    assert!(room.incident(id).proposal.is_none() && room.sent(id).is_empty());
    assert!(reject(&mut room, id).is_err());
    room.reclassify(id, "public_order/fight");
    assert!(room.incident(id).proposal.is_some(), "it is something else now");
    room.bench.assert_sound();
}

#[test]
fn without_anybody_it_waits_and_is_proposed_once_somebody_is_there() {
    let mut room = room();
    room.policy(|policy| policy.lending.steps.clear());
    let id = room.report("criminal/burglary");
    assert!(room.incident(id).proposal.is_none());
    room.bench.pass(12_000);
    let a1 = room.car("A1", Team::Case, 1.0);
    room.bench.pass(5_000);
    let proposal = room.incident(id).proposal.clone().unwrap();
    assert_eq!(proposal.orders[0].ranking.unit_id, a1);
    room.bench.pass(10_000);
    assert_eq!(room.sent(id), [("A1".to_owned(), Primary)]);
    room.bench.assert_sound();
}

#[test]
fn an_operators_order_ends_the_proposal() {
    let mut room = room();
    room.car("A1", Team::Case, 1.0);
    let a2 = room.car("A2", Team::Case, 2.0);
    let id = room.report("criminal/burglary");
    let order = room.order(id, &a2, WhenEngaged::Refuse).unwrap();
    room.acknowledge(order);
    room.bench.pass(20_000);
    assert_eq!(room.sent(id), [("A2".to_owned(), Primary)]);
    room.bench.assert_sound();
}

#[test]
fn what_comes_back_to_the_queue_is_proposed_anew() {
    let mut room = room();
    let a1 = room.car("A1", Team::Case, 1.0);
    let id = room.report("criminal/burglary");
    confirm(&mut room, id).unwrap();
    room.car("A2", Team::Case, 2.0);
    let order = room.order_of(&a1);
    room.recall(order).unwrap();
    let proposal = room.incident(id).proposal.clone().unwrap();
    assert_eq!(proposal.orders[0].ranking.unit_id.as_str(), "610824-a2", "not the unit that was just taken back");
    room.bench.assert_sound();
}

#[test]
fn the_mode_of_the_new_priority_applies() {
    let mut room = room();
    room.car("A1", Team::Case, 1.0);
    let manual = room.report("criminal/burglary");
    let command = SetPriority { incident_id: manual, priority: Room::p(3), expected_revision: 0 };
    room.operate(Command::SetPriority(command)).unwrap();
    assert!(room.incident(manual).proposal.is_none(), "priority 3 is an operator's to dispatch");
    let automatic = room.report("public_order/fight");
    let command = SetPriority { incident_id: automatic, priority: Room::p(1), expected_revision: 0 };
    room.operate(Command::SetPriority(command)).unwrap();
    assert!(room.incident(automatic).proposal.is_none());
    assert_eq!(room.sent(automatic), [("A1".to_owned(), Primary)]);
    room.bench.pass(10_000);
    assert!(room.sent(manual).is_empty());
    room.bench.assert_sound();
}

#[test]
fn saying_what_it_is_does_not_buy_time_for_a_proposal() {
    let mut room = room();
    room.car("A1", Team::Case, 1.0);
    let id = room.report("criminal/burglary");
    let send_at = room.incident(id).proposal.clone().unwrap().send_at;
    room.bench.pass(4_000);
    room.reclassify(id, "public_order/fight");
    assert_eq!(room.incident(id).proposal.clone().unwrap().send_at, send_at);
    room.bench.assert_sound();
}

#[test]
fn a_resolved_incident_has_no_proposal() {
    let mut room = room();
    room.car("A1", Team::Case, 1.0);
    let id = room.report("criminal/burglary");
    room.resolve(id);
    assert!(room.incident(id).proposal.is_none());
    room.bench.pass(60_000);
    room.bench.assert_sound();
}

#[test]
fn the_plan_goes_again_when_everybody_fell_out() {
    let mut room = Room::new();
    let a1 = room.car("A1", Team::Case, 1.0);
    let id = room.report("criminal/weapon");
    assert_eq!(room.sent(id), [("A1".to_owned(), Primary)]);
    room.car("A2", Team::Case, 2.0);
    room.car("A3", Team::Case, 3.0);
    let order = room.order_of(&a1);
    room.decline(order);
    assert_eq!(room.sent(id), [("A2".to_owned(), Primary), ("A3".to_owned(), Backup)]);
    room.bench.assert_sound();
}

#[test]
fn what_was_rejected_is_not_proposed_again_by_looking_wider() {
    let mut room = room();
    let id = room.report("criminal/burglary");
    assert!(room.incident(id).lending.next_at.is_some(), "nobody was found so near");
    room.car("A1", Team::Case, 1.0);
    room.bench.pass(5_000);
    assert!(room.incident(id).proposal.is_some());
    reject(&mut room, id).unwrap();
    room.bench.pass(600_000);
    assert!(room.incident(id).proposal.is_none() && room.sent(id).is_empty());
    room.bench.assert_sound();
}
