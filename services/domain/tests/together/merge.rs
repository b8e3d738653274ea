//! MergeIncidents: calls, units and urgency go with the incident that stays.

use crate::room::{
    acknowledge, add_call, assignment, call_ids, clear, give, go_on_scene, has, incident, merge, names, order, order_as, report, report_at,
    resolve, standing, unit, unmerge,
};
use domain::alarm::AlarmKind;
use domain::assignment::{AssignmentRole, AssignmentState};
use domain::command::{Command, HoldIncident, WhenEngaged};
use domain::event::Event;
use domain::incident::IncidentState;
use domain::reason::Reason;
use domain::rejection::Rejection;
use domain::testing::Bench;

#[test]
fn calls_and_units_go_with_the_one_that_stays() {
    let mut bench = Bench::new(1);
    let a1 = unit(&mut bench, "A1");
    let merged = report(&mut bench, "public_order/disturbance");
    let stays = report(&mut bench, "public_order/disturbance");
    let call = add_call(&mut bench, merged).unwrap();
    let assignment_id = order(&mut bench, merged, &a1);
    go_on_scene(&mut bench, assignment_id);
    let step = merge(&mut bench, merged, stays).unwrap();
    assert_eq!(incident(&bench, merged).state, IncidentState::Merged { into: stays });
    assert_eq!(incident(&bench, stays).state, IncidentState::OnScene);
    assert_eq!(incident(&bench, stays).calls.len(), 3);
    assert!(call_ids(&bench, stays).contains(&call));
    let moved = assignment(&bench, assignment_id);
    assert_eq!((moved.incident_id, moved.role, &moved.state), (stays, AssignmentRole::Primary, &AssignmentState::OnScene));
    let dispatched = names(&step).iter().position(|name| *name == "incident_dispatched").unwrap();
    assert_eq!(names(&step)[dispatched + 1], "incident_on_scene");
    clear(&mut bench, assignment_id, Some("handled"));
    assert_eq!(incident(&bench, stays).state.name(), "resolved", "the unit's outcome settles the one that stays");
    bench.assert_sound();
}

#[test]
fn one_of_two_primaries_stays_primary() {
    let mut bench = Bench::new(1);
    let (a1, a2) = (unit(&mut bench, "A1"), unit(&mut bench, "A2"));
    let merged = report(&mut bench, "public_order/disturbance");
    let stays = report(&mut bench, "public_order/disturbance");
    let theirs = order(&mut bench, merged, &a1);
    let own = order(&mut bench, stays, &a2);
    merge(&mut bench, merged, stays).unwrap();
    assert_eq!(assignment(&bench, own).role, AssignmentRole::Primary);
    assert_eq!(assignment(&bench, theirs).role, AssignmentRole::Backup);
    assert_eq!(incident(&bench, stays).state, IncidentState::Dispatched);
    acknowledge(&mut bench, theirs);
    bench.assert_sound();
}

#[test]
fn a_unit_that_waits_for_both_waits_once() {
    let mut bench = Bench::new(1);
    let a1 = unit(&mut bench, "A1");
    let busy = report(&mut bench, "public_order/disturbance");
    let merged = report(&mut bench, "public_order/fight");
    let stays = report(&mut bench, "public_order/fight");
    order(&mut bench, busy, &a1);
    let theirs = order_as(&mut bench, merged, &a1, None, WhenEngaged::Queue);
    let own = order_as(&mut bench, stays, &a1, None, WhenEngaged::Queue);
    merge(&mut bench, merged, stays).unwrap();
    assert_eq!(bench.world.unit(&a1).unwrap().queue, vec![own]);
    assert!(matches!(&assignment(&bench, theirs).state, AssignmentState::Recalled { reason } if reason.as_str() == "superseded"));
    // The other way round: bound by the one that goes, waiting for the one that stays.
    let last = report(&mut bench, "public_order/disturbance");
    let waits = order_as(&mut bench, last, &a1, None, WhenEngaged::Queue);
    merge(&mut bench, busy, last).unwrap();
    assert!(matches!(assignment(&bench, waits).state, AssignmentState::Recalled { .. }));
    assert_eq!(incident(&bench, last).state, IncidentState::Dispatched);
    assert_eq!(bench.world.unit(&a1).unwrap().queue, vec![own]);
    bench.assert_sound();
}

#[test]
fn the_more_urgent_priority_holds_and_a_priority_that_is_automatic_is_dispatched() {
    let mut bench = Bench::new(1);
    // Nobody is on duty: the robbery waits, and its room is alarmed.
    let robbery = report(&mut bench, "criminal/robbery");
    let theft = report_at(&mut bench, "criminal/theft", 37.551, 108.80);
    assert_eq!(standing(&bench, robbery), vec![AlarmKind::NoUnit]);
    let step = merge(&mut bench, robbery, theft).unwrap();
    let stays = incident(&bench, theft);
    assert_eq!(stays.priority.level(), 1);
    assert!(stays.owner_reasons.contains(&Reason::priority_by_merge(stays.priority, incident(&bench, robbery).number)));
    assert!(has(&step, |event| matches!(event, Event::IncidentPrioritySet(_))));
    assert!(standing(&bench, robbery).is_empty(), "what the merged one was alarmed about is over");
    assert_eq!(standing(&bench, theft), vec![AlarmKind::NoUnit], "and stands for the one that is to be served");
    let a1 = unit(&mut bench, "A1");
    bench.pass(10_000);
    let on_it: Vec<_> = bench.world.active_assignments(&incident(&bench, theft)).map(|held| held.unit_id.clone()).collect();
    assert_eq!(on_it, vec![a1]);
    bench.assert_sound();
}

#[test]
fn a_less_urgent_one_changes_neither_priority_nor_clock() {
    let mut bench = Bench::new(1);
    let stays = report(&mut bench, "criminal/theft");
    bench.pass(5_000);
    let merged = report(&mut bench, "dispute/debt");
    let before = incident(&bench, stays);
    merge(&mut bench, merged, stays).unwrap();
    let after = incident(&bench, stays);
    assert_eq!((after.priority, &after.state, &after.owner_reasons), (before.priority, &before.state, &before.owner_reasons));
    bench.assert_sound();
}

#[test]
fn what_a_unit_is_to_be_sent_to_does_not_lose_its_clock_in_what_nobody_is_sent_to() {
    let mut bench = Bench::new(1);
    let stays = report(&mut bench, "tip_off/other");
    assert!(matches!(incident(&bench, stays).state, IncidentState::Classified { clock: None, .. }));
    let merged = report(&mut bench, "dispute/debt");
    merge(&mut bench, merged, stays).unwrap();
    assert!(matches!(incident(&bench, stays).state, IncidentState::Classified { clock: Some(_), .. }));
    bench.assert_sound();
}

#[test]
fn a_clock_that_has_run_out_is_due_now_on_the_one_that_stays() {
    let mut bench = Bench::new(1);
    let merged = report(&mut bench, "public_order/fight");
    bench.pass(20_000);
    assert_eq!(standing(&bench, merged), vec![AlarmKind::NotDispatched]);
    let stays = report(&mut bench, "criminal/theft");
    merge(&mut bench, merged, stays).unwrap();
    bench.pass(0);
    assert_eq!(standing(&bench, stays), vec![AlarmKind::NotDispatched], "still nobody was sent");
    assert!(standing(&bench, merged).is_empty());
    bench.assert_sound();
}

#[test]
fn the_one_that_goes_must_be_open_and_so_must_the_one_that_stays() {
    let mut bench = Bench::new(1);
    let first = report(&mut bench, "dispute/neighbour");
    let second = report(&mut bench, "dispute/neighbour");
    let third = report(&mut bench, "dispute/neighbour");
    let itself = merge(&mut bench, first, first).unwrap_err();
    assert!(matches!(&itself, Rejection::Invalid { field: "into", .. }), "{itself}");
    merge(&mut bench, first, second).unwrap();
    let back = merge(&mut bench, second, first).unwrap_err().to_string();
    assert!(back.contains("merged"), "no circle: {back}");
    let twice = merge(&mut bench, first, third).unwrap_err();
    assert!(matches!(&twice, Rejection::IllegalMove { state: "merged", event: "incident_merged", .. }), "{twice}");
    resolve(&mut bench, third, "advised");
    let resolved = merge(&mut bench, second, third).unwrap_err().to_string();
    assert!(resolved.contains("resolved"), "{resolved}");
    bench.assert_sound();
}

#[test]
fn more_calls_than_an_incident_holds_are_not_merged() {
    let mut bench = Bench::new(1);
    bench.full_check_every = 1_000;
    let first = report(&mut bench, "tip_off/other");
    let second = report(&mut bench, "tip_off/other");
    for _ in 0..150 {
        add_call(&mut bench, first).unwrap();
        add_call(&mut bench, second).unwrap();
    }
    let refused = merge(&mut bench, first, second).unwrap_err().to_string();
    assert!(refused.contains("302 calls") && refused.contains("at most 200"), "{refused}");
    assert_eq!(incident(&bench, first).state.name(), "classified");
}

#[test]
fn what_was_held_is_not_held_after_it_and_does_not_come_back() {
    let mut bench = Bench::new(1);
    let merged = report(&mut bench, "dispute/neighbour");
    let stays = report(&mut bench, "dispute/neighbour");
    let hold = HoldIncident {
        incident_id: merged,
        reason: crate::room::key("call_back"),
        until: bench.now.plus_ms(600_000),
        expected_revision: 0,
    };
    give(&mut bench, Command::HoldIncident(hold)).unwrap();
    merge(&mut bench, merged, stays).unwrap();
    assert_eq!(incident(&bench, merged).hold, None);
    unmerge(&mut bench, merged).unwrap();
    assert_eq!(incident(&bench, merged).hold, None);
    bench.assert_sound();
}
