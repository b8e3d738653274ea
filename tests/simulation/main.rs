//! Runs the simulation over many seeds.
//!
//! `ONEROOM_SEEDS` sets how many, 200 without it; `ONEROOM_SEED` runs one and says what happened in it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

use domain::event::{Event, Recorded};
use tests::simulation::{Simulation, Tally, run};

fn number(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} is {text:?}: expected a number")))
}

#[test]
fn the_county_keeps_its_promises_whatever_goes_wrong() {
    if let Some(seed) = number("ONEROOM_SEED") {
        println!("seed {seed}: {:#?}", run(seed, |_| {}).unwrap_or_else(|error| panic!("{error}")));
        return;
    }
    let seeds = number("ONEROOM_SEEDS").unwrap_or(200);
    let threads = std::thread::available_parallelism().map_or(1, |cores| cores.get() as u64);
    let part = |thread: u64| (thread..seeds).step_by(usize::try_from(threads).unwrap()).map(|seed| run(seed, |_| {})).collect::<Vec<_>>();
    let results: Vec<_> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|thread| scope.spawn(move || part(thread))).collect();
        running.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    let mut all = Tally::default();
    for tally in results {
        let tally = tally.unwrap_or_else(|error| panic!("{error}"));
        all.events += tally.events;
        all.incidents += tally.incidents;
        all.refused += tally.refused;
        all.not_taken += tally.not_taken;
        all.alarms += tally.alarms;
        all.jumps += tally.jumps;
    }
    println!("{all:?}");
    // What never went wrong proved nothing.
    assert!(all.refused > 0 && all.not_taken > 0 && all.alarms > 0 && all.jumps > 0, "{all:?}");
}

#[test]
fn a_seed_decides_everything() {
    let (first, again, other) = (run(7, |_| {}), run(7, |_| {}), run(8, |_| {}));
    assert_eq!(first, again);
    assert_ne!(first, other);
}

/// Plants a bug into what the core decides, and returns what the simulation says of it.
fn found(bug: impl Fn(&mut Vec<Recorded>) + Copy + 'static) -> String {
    let plant = move |simulation: &mut Simulation| simulation.bench.edit = Some(Box::new(bug));
    (0..20).find_map(|seed| run(seed, plant).err()).expect("20 seeds do not find the bug")
}

#[test]
fn a_planted_bug_is_found_and_the_failure_says_how_to_run_it_again() {
    let error = found(|events| events.retain(|recorded| !matches!(recorded.event, Event::AssignmentExpired { .. })));
    assert!(error.contains("violated"), "{error}");
    assert!(error.contains("run it again: ONEROOM_SEED=") && error.contains("cargo nextest run -p tests --test simulation"), "{error}");
    // An alarm that is not raised, and an incident that is never looked at again.
    let error = found(|events| events.retain(|recorded| !matches!(recorded.event, Event::AlarmRaised { .. })));
    assert!(error.contains("DLV-1"), "{error}");
    let error = found(|events| events.retain(|recorded| !matches!(recorded.event, Event::IncidentReturnedToQueue { .. })));
    // Either it stands dispatched with nobody on it, or it is dispatched a second time, which no table lets happen.
    assert!(error.contains("INC-2") || error.contains("STATES"), "{error}");
}
