//! How long past incidents are remembered, and how they are found.

use crate::room::{LAT, LON, close, report_at, resolve};
use domain::history::{History, REMEMBER_MS};
use domain::place::Position;
use domain::testing::Bench;

const DAY_MS: u64 = 86_400_000;

#[test]
fn an_incident_is_remembered_for_sixty_days_and_no_longer() {
    assert_eq!(REMEMBER_MS, 5_184_000_000);
    let mut bench = Bench::new(1);
    let old = report_at(&mut bench, "dispute/neighbour", LAT, LON);
    resolve(&mut bench, old, "mediated");
    close(&mut bench, old);
    bench.pass(60 * DAY_MS);
    let at_the_end = report_at(&mut bench, "dispute/neighbour", LAT, LON);
    assert!(bench.world.history().get(&old).is_some(), "this is the last millisecond");
    bench.pass(1);
    let after = report_at(&mut bench, "dispute/neighbour", LAT + 0.01, LON);
    let history = bench.world.history();
    assert!(history.get(&old).is_none() && history.get(&at_the_end).is_some() && history.get(&after).is_some());
    assert_eq!((history.len(), history.is_empty()), (2, false));
    let here = Position::from_degrees(LAT, LON).unwrap();
    let near: Vec<_> = history.near(here, 10, bench.now).into_iter().map(|(_, known)| known.incident_id).collect();
    assert!(near.is_empty(), "reported before: {near:?}");
    let near: Vec<_> = history.near(here, 10, domain::testing::BASE).into_iter().map(|(_, known)| known.incident_id).collect();
    assert_eq!(near, [at_the_end]);
}

#[test]
fn nothing_is_remembered_of_nothing() {
    let history = History::default();
    assert_eq!((history.len(), history.is_empty()), (0, true));
}
