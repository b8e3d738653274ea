//! What of several orders of one command can still be undone, and what a split keeps when a merge before it is taken back.

use crate::room::{LAT, LON, car, give, incident, key, order, report, report_at, sent};
use domain::classification::{CallSource, Team};
use domain::command::{
    AddCall, AssignUnits, Command, MergeIncidents, RecallUnit, SplitIncident, Undo, UnitOrder, UnmergeIncidents, WhenEngaged,
};
use domain::ids::{CallId, IncidentId, UnitId};
use domain::testing::{Bench, Step};

fn assign(bench: &mut Bench, incident_id: IncidentId, units: &[(&UnitId, WhenEngaged)]) -> Step {
    let orders = units.iter().map(|(id, when_engaged)| UnitOrder { unit_id: (*id).clone(), role: None, when_engaged: *when_engaged });
    let command = AssignUnits { incident_id, orders: orders.collect(), expected_revision: 0 };
    give(bench, Command::AssignUnits(command)).unwrap()
}

fn undo(bench: &mut Bench, incident_id: IncidentId, of: &Step) -> Result<Step, domain::rejection::Rejection> {
    let seq = of.events.last().unwrap().meta.seq;
    give(bench, Command::Undo(Undo { incident_id, seq }))
}

#[test]
fn an_order_that_its_own_command_took_back_leaves_the_others_to_be_undone() {
    let mut bench = Bench::new(1);
    let (a1, a2, a3) =
        (car(&mut bench, "A1", Team::Case, 1.0), car(&mut bench, "A2", Team::Case, 2.0), car(&mut bench, "A3", Team::Case, 3.0));
    let busy = report(&mut bench, "criminal/theft");
    order(&mut bench, busy, &a1);
    let id = report_at(&mut bench, "criminal/theft", LAT, LON + 0.01);
    // A1 waits to be primary until A2, of the same command, goes at once.
    let step = assign(&mut bench, id, &[(&a1, WhenEngaged::Queue), (&a2, WhenEngaged::Refuse), (&a3, WhenEngaged::Refuse)]);
    assert_eq!(sent(&bench, id), [(a2.to_string(), "primary"), (a3.to_string(), "backup")]);
    bench.pass(1_000);
    undo(&mut bench, id, &step).unwrap();
    assert_eq!(sent(&bench, id), []);
    bench.assert_sound();
}

#[test]
fn an_order_that_is_taken_back_later_or_was_the_only_one_leaves_nothing_to_undo() {
    let mut bench = Bench::new(1);
    let (a1, a2) = (car(&mut bench, "A1", Team::Case, 1.0), car(&mut bench, "A2", Team::Case, 2.0));
    let id = report(&mut bench, "criminal/theft");
    let recall = |bench: &mut Bench, step: &Step| {
        let assignment_id = step.reply.assignments[0];
        give(bench, Command::RecallUnit(RecallUnit { assignment_id, reason: key("mistake") })).unwrap();
    };
    let both = assign(&mut bench, id, &[(&a1, WhenEngaged::Refuse), (&a2, WhenEngaged::Refuse)]);
    bench.pass(1_000);
    recall(&mut bench, &both);
    assert!(refused(undo(&mut bench, id, &both)).contains("by what can not be undone"), "an operator has decided since");
    assert_eq!(sent(&bench, id), [(a2.to_string(), "backup")]);
    let other = report_at(&mut bench, "criminal/theft", LAT, LON + 0.01);
    let only = assign(&mut bench, other, &[(&a1, WhenEngaged::Refuse)]);
    recall(&mut bench, &only);
    assert!(refused(undo(&mut bench, other, &only)).contains("by what can not be undone"), "in the same millisecond, by another command");
    let waits = assign(&mut bench, other, &[(&a2, WhenEngaged::Queue)]);
    recall(&mut bench, &waits);
    assert!(refused(undo(&mut bench, other, &waits)).contains("by what can not be undone"), "nor what only waited");
    bench.assert_sound();
}

fn refused(result: Result<Step, domain::rejection::Rejection>) -> String {
    result.unwrap_err().to_string()
}

fn calls(bench: &Bench, id: IncidentId) -> Vec<CallId> {
    incident(bench, id).calls.iter().map(|call| call.call_id).collect()
}

#[test]
fn what_was_split_off_keeps_the_call_it_was_opened_with() {
    let mut bench = Bench::new(1);
    let merge = |bench: &mut Bench, incident_id, into| {
        give(bench, Command::MergeIncidents(MergeIncidents { incident_id, into, expected_revision: 0 })).unwrap();
    };
    let (first, then) = (report(&mut bench, "dispute/debt"), report_at(&mut bench, "dispute/debt", LAT, LON + 0.001));
    let opened_by = calls(&bench, first)[0];
    let add = AddCall { incident_id: then, source: CallSource::WalkIn, private: None, occurred_at: None };
    give(&mut bench, Command::AddCall(add)).unwrap();
    merge(&mut bench, first, then);
    let split = SplitIncident {
        incident_id: then,
        call_id: opened_by,
        classification: incident(&bench, then).classification().clone(),
        place: crate::room::at(&bench, LAT, LON + 0.002),
        expected_revision: 0,
    };
    let split = give(&mut bench, Command::SplitIncident(split)).unwrap().reply.reported.unwrap().0;
    merge(&mut bench, then, split);
    give(&mut bench, Command::UnmergeIncidents(UnmergeIncidents { incident_id: first })).unwrap();
    assert_eq!(calls(&bench, split)[0], opened_by);
    assert_eq!(calls(&bench, split).len(), 3);
    bench.assert_sound();
}
