//! SplitIncident: one incident is two, and no call is lost or left without an incident.

use crate::room::{LAT, LON, add_call, at, call_ids, close, give, incident, merge, report, resolve, unit, unmerge};
use domain::classification::Classification;
use domain::command::{Command, SplitIncident};
use domain::ids::{CallId, CategoryKey, IncidentId, TypeKey};
use domain::reason::Reason;
use domain::rejection::Rejection;
use domain::testing::{Bench, unknown_id};

fn split(bench: &mut Bench, incident_id: IncidentId, call_id: CallId) -> Result<IncidentId, Rejection> {
    let classification = Classification { category: CategoryKey::new("criminal").unwrap(), kind: Some(TypeKey::new("robbery").unwrap()) };
    let place = at(bench, LAT + 0.01, LON);
    let command = SplitIncident { incident_id, call_id, classification, place, expected_revision: 0 };
    give(bench, Command::SplitIncident(command)).map(|step| step.reply.reported.unwrap().0)
}

#[test]
fn a_call_goes_with_the_second_incident_which_is_dispatched_by_its_own_mode() {
    let mut bench = Bench::new(1);
    let a1 = unit(&mut bench, "A1");
    let first = report(&mut bench, "dispute/neighbour");
    let call_id = add_call(&mut bench, first).unwrap();
    let second = split(&mut bench, first, call_id).unwrap();
    assert_eq!(call_ids(&bench, second), vec![call_id]);
    assert!(!call_ids(&bench, first).contains(&call_id));
    let opened = incident(&bench, second);
    assert_eq!((opened.split_from, opened.number), (Some(first), 2));
    assert!(opened.owner_reasons.contains(&Reason::split_from(1)));
    assert!(opened.repeats.is_empty(), "what it was split from is no repeat");
    let on_it: Vec<_> = bench.world.active_assignments(&opened).map(|held| held.unit_id.clone()).collect();
    assert_eq!(on_it, vec![a1], "a robbery is ordered at once");
    bench.assert_sound();
}

#[test]
fn an_only_call_stays_with_both() {
    let mut bench = Bench::new(1);
    let first = report(&mut bench, "dispute/neighbour");
    let call_id = call_ids(&bench, first)[0];
    let second = split(&mut bench, first, call_id).unwrap();
    assert_eq!((call_ids(&bench, first), call_ids(&bench, second)), (vec![call_id], vec![call_id]));
    // Merged again, it is one call; unmerged, each has it.
    merge(&mut bench, second, first).unwrap();
    assert_eq!(call_ids(&bench, first), vec![call_id]);
    unmerge(&mut bench, second).unwrap();
    assert_eq!((call_ids(&bench, first), call_ids(&bench, second)), (vec![call_id], vec![call_id]));
    bench.assert_sound();
}

#[test]
fn what_a_split_took_is_not_taken_back_by_an_unmerge_unless_nothing_else_is_left() {
    let mut bench = Bench::new(1);
    let merged = report(&mut bench, "dispute/neighbour");
    let stays = report(&mut bench, "dispute/neighbour");
    let (kept, taken) = (call_ids(&bench, merged)[0], add_call(&mut bench, merged).unwrap());
    merge(&mut bench, merged, stays).unwrap();
    let second = split(&mut bench, stays, taken).unwrap();
    unmerge(&mut bench, merged).unwrap();
    assert_eq!((call_ids(&bench, merged), call_ids(&bench, second)), (vec![kept], vec![taken]));
    merge(&mut bench, merged, stays).unwrap();
    let third = split(&mut bench, stays, kept).unwrap();
    unmerge(&mut bench, merged).unwrap();
    assert_eq!((call_ids(&bench, merged), call_ids(&bench, third)), (vec![kept], vec![kept]), "no incident is without a call");
    bench.assert_sound();
}

#[test]
fn a_call_of_another_incident_or_of_a_closed_one_is_refused() {
    let mut bench = Bench::new(1);
    let first = report(&mut bench, "consultation/advice");
    let refused = split(&mut bench, first, CallId(unknown_id())).unwrap_err();
    assert!(matches!(&refused, Rejection::Invalid { field: "call_id", .. }), "{refused}");
    let call_id = call_ids(&bench, first)[0];
    resolve(&mut bench, first, "advised");
    close(&mut bench, first);
    let refused = split(&mut bench, first, call_id).unwrap_err();
    assert!(matches!(&refused, Rejection::IllegalMove { state: "closed", .. }), "{refused}");
}
