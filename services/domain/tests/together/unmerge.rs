//! UnmergeIncidents: a merged incident stands on its own again, with its calls.

use crate::room::{
    LAT, LON, add_call, assignment, call_ids, go_on_scene, has, incident, merge, order, report, report_at, resolve, unit, unmerge,
};
use domain::command::{Command, ReopenIncident};
use domain::event::Event;
use domain::incident::IncidentState;
use domain::rejection::Rejection;
use domain::testing::Bench;
use domain::world::KEEP_CLOSED_MS;

#[test]
fn its_calls_go_back_and_its_units_stay() {
    let mut bench = Bench::new(1);
    let a1 = unit(&mut bench, "A1");
    let merged = report(&mut bench, "public_order/disturbance");
    let stays = report(&mut bench, "public_order/disturbance");
    let (theirs, own) = (call_ids(&bench, merged), call_ids(&bench, stays));
    let assignment_id = order(&mut bench, merged, &a1);
    go_on_scene(&mut bench, assignment_id);
    merge(&mut bench, merged, stays).unwrap();
    bench.pass(1_000);
    unmerge(&mut bench, merged).unwrap();
    assert_eq!((call_ids(&bench, merged), call_ids(&bench, stays)), (theirs, own));
    assert_eq!(assignment(&bench, assignment_id).incident_id, stays);
    let IncidentState::Classified { clock: Some(clock), alarmed: false, .. } = incident(&bench, merged).state else { panic!("it waits") };
    assert_eq!(clock.dispatch_by, bench.now.plus_ms(60_000), "with a fresh clock");
    bench.assert_sound();
}

#[test]
fn what_is_automatic_is_dispatched_at_its_own_place() {
    let mut bench = Bench::new(1);
    let merged = report(&mut bench, "criminal/robbery");
    let stays = report(&mut bench, "criminal/robbery");
    merge(&mut bench, merged, stays).unwrap();
    let a1 = unit(&mut bench, "A1");
    bench.pass(10_000);
    let a2 = unit(&mut bench, "A2");
    unmerge(&mut bench, merged).unwrap();
    let on_it = |id| bench.world.active_assignments(&incident(&bench, id)).map(|held| held.unit_id.clone()).collect::<Vec<_>>();
    assert_eq!((on_it(stays), on_it(merged)), (vec![a1], vec![a2]));
    bench.assert_sound();
}

#[test]
fn calls_that_went_on_with_a_second_merge_are_found() {
    let mut bench = Bench::new(1);
    let first = report(&mut bench, "dispute/neighbour");
    let second = report(&mut bench, "dispute/neighbour");
    let third = report(&mut bench, "dispute/neighbour");
    let (of_first, of_second) = (call_ids(&bench, first), call_ids(&bench, second));
    merge(&mut bench, first, second).unwrap();
    merge(&mut bench, second, third).unwrap();
    assert_eq!(call_ids(&bench, third).len(), 3);
    unmerge(&mut bench, first).unwrap();
    assert_eq!(call_ids(&bench, first), of_first);
    assert_eq!(call_ids(&bench, third).len(), 2);
    unmerge(&mut bench, second).unwrap();
    assert_eq!(call_ids(&bench, second), of_second);
    assert_eq!(call_ids(&bench, third).len(), 1);
    bench.assert_sound();
}

#[test]
fn it_comes_back_after_it_was_let_go_and_after_the_other_was() {
    let mut bench = Bench::new(1);
    let merged = report(&mut bench, "consultation/advice");
    let stays = report(&mut bench, "consultation/advice");
    add_call(&mut bench, merged).unwrap();
    merge(&mut bench, merged, stays).unwrap();
    resolve(&mut bench, stays, "advised");
    crate::room::close(&mut bench, stays);
    bench.pass(KEEP_CLOSED_MS + 1);
    report_at(&mut bench, "consultation/advice", LAT, LON + 0.01);
    assert!(bench.world.incident(&merged).is_none() && bench.world.incident(&stays).is_none());
    let step = unmerge(&mut bench, merged).unwrap();
    assert!(has(&step, |event| matches!(event, Event::IncidentUnmerged(unmerged) if unmerged.rehydrated.is_some())));
    assert_eq!(incident(&bench, merged).calls.len(), 2);
    assert!(bench.world.history().get(&merged).unwrap().open);
    bench.assert_sound();
}

#[test]
fn calls_that_were_let_go_with_the_other_are_not_doubled_when_it_opens_again() {
    let mut bench = Bench::new(1);
    let first = report(&mut bench, "consultation/advice");
    let second = report(&mut bench, "consultation/advice");
    let third = report(&mut bench, "consultation/advice");
    merge(&mut bench, first, second).unwrap();
    merge(&mut bench, second, third).unwrap();
    resolve(&mut bench, third, "advised");
    crate::room::close(&mut bench, third);
    bench.pass(KEEP_CLOSED_MS + 1);
    unmerge(&mut bench, first).unwrap();
    let reopen = ReopenIncident { incident_id: third, reason: crate::room::key("again"), expected_revision: 0 };
    crate::room::give(&mut bench, Command::ReopenIncident(reopen)).unwrap();
    assert_eq!((call_ids(&bench, first).len(), call_ids(&bench, third).len()), (1, 2));
    bench.assert_sound();
}

#[test]
fn what_is_let_go_by_the_very_event_that_unmerges_it_is_not_lost() {
    let mut bench = Bench::new(1);
    let merged = report(&mut bench, "consultation/advice");
    let stays = report(&mut bench, "consultation/advice");
    merge(&mut bench, merged, stays).unwrap();
    bench.pass(KEEP_CLOSED_MS);
    unmerge(&mut bench, merged).unwrap();
    assert_eq!(incident(&bench, merged).calls.len(), 1);
    assert_eq!(incident(&bench, stays).calls.len(), 1);
    bench.assert_sound();
}

#[test]
fn only_a_merged_one_is_unmerged() {
    let mut bench = Bench::new(1);
    let id = report(&mut bench, "dispute/neighbour");
    let refused = unmerge(&mut bench, id).unwrap_err();
    assert!(matches!(&refused, Rejection::IllegalMove { state: "classified", event: "incident_unmerged", .. }), "{refused}");
}
