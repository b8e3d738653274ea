//! Repeats: the same place, the same caller, or both, the newest first.

use crate::room::{LAT, LON, close, incident, merge, report, report_at, resolve, unmerge};
use domain::incident::{IncidentFlag, MAX_REPEATS, RepeatBy};
use domain::testing::{Bench, DAY_MS};

#[test]
fn a_dispute_at_the_same_place_is_a_repeat_with_how_it_ended() {
    let mut bench = Bench::new(1);
    let first = report(&mut bench, "dispute/neighbour");
    resolve(&mut bench, first, "mediated");
    close(&mut bench, first);
    report(&mut bench, "criminal/theft");
    bench.pass(3 * DAY_MS);
    let again = report_at(&mut bench, "dispute/family", LAT + 0.0004, LON);
    let found = &incident(&bench, again).repeats;
    assert_eq!(found.len(), 1, "the theft is of another category: {found:?}");
    assert_eq!((found[0].incident_id, found[0].by, found[0].distance_m), (first, RepeatBy::Place, Some(44)));
    assert_eq!(found[0].disposition.as_ref().map(|key| key.as_str()), Some("mediated"));
    assert!(incident(&bench, again).flags.contains(&IncidentFlag::Repeat));
    bench.assert_sound();
}

#[test]
fn farther_than_the_place_or_longer_ago_than_the_window_is_none() {
    let mut bench = Bench::new(1);
    report(&mut bench, "dispute/neighbour");
    let elsewhere = report_at(&mut bench, "dispute/neighbour", LAT + 0.0006, LON);
    assert!(incident(&bench, elsewhere).repeats.is_empty(), "67 m is another place");
    assert!(!incident(&bench, elsewhere).flags.contains(&IncidentFlag::Repeat));
    bench.pass(30 * DAY_MS + 1);
    let late = report(&mut bench, "dispute/neighbour");
    assert!(incident(&bench, late).repeats.is_empty(), "30 days are over");
}

#[test]
fn the_same_caller_counts_whatever_the_category_and_both_are_told_apart() {
    let mut bench = Bench::new(1);
    let here = report(&mut bench, "dispute/neighbour");
    bench.pass(60_000);
    let elsewhere = report_at(&mut bench, "help/lockout", LAT + 0.05, LON);
    bench.pass(60_000);
    let stranger = report(&mut bench, "dispute/debt");
    bench.pass(60_000);
    bench.same_caller = vec![elsewhere, here];
    let now = report(&mut bench, "dispute/neighbour");
    let found: Vec<_> = incident(&bench, now).repeats.iter().map(|repeat| (repeat.incident_id, repeat.by)).collect();
    assert_eq!(found, vec![(stranger, RepeatBy::Place), (elsewhere, RepeatBy::Caller), (here, RepeatBy::PlaceAndCaller)]);
    assert_eq!(incident(&bench, now).repeats[0].disposition, None, "it is open");
}

#[test]
fn only_the_newest_are_kept() {
    let mut bench = Bench::new(1);
    let mut all = Vec::new();
    for _ in 0..MAX_REPEATS + 3 {
        all.push(report(&mut bench, "dispute/neighbour"));
        bench.pass(1_000);
    }
    let found: Vec<_> = incident(&bench, all[MAX_REPEATS + 2]).repeats.iter().map(|repeat| repeat.incident_id).collect();
    let newest: Vec<_> = all[2..MAX_REPEATS + 2].iter().rev().copied().collect();
    assert_eq!(found, newest);
}

#[test]
fn a_merged_incident_counts_as_the_one_it_was_merged_into() {
    let mut bench = Bench::new(1);
    let merged = report(&mut bench, "dispute/neighbour");
    let stays = report(&mut bench, "dispute/neighbour");
    merge(&mut bench, merged, stays).unwrap();
    bench.same_caller = vec![merged];
    let again = report(&mut bench, "dispute/neighbour");
    let found: Vec<_> = incident(&bench, again).repeats.iter().map(|repeat| (repeat.incident_id, repeat.by)).collect();
    assert_eq!(found, vec![(stays, RepeatBy::PlaceAndCaller)]);
    unmerge(&mut bench, merged).unwrap();
    bench.same_caller.clear();
    let once_more = report(&mut bench, "dispute/neighbour");
    assert!(incident(&bench, once_more).repeats.iter().any(|repeat| repeat.incident_id == merged), "it stands on its own again");
    bench.assert_sound();
}
