//! Runs the simulation over many seeds.
//!
//! `ONEROOM_SEEDS` sets how many, 1,000 without it, from `ONEROOM_FIRST_SEED` on, 0 without it. `ONEROOM_SEED` runs one and says what
//! happened in it, with the last `ONEROOM_EVENTS` events, 40 without it, when it fails.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

use domain::event::{Event, Recorded};
use tests::simulation::{Simulation, Tally, run, run_telling};

fn number(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} is {text:?}: expected a number")))
}

#[test]
fn the_county_keeps_its_promises_whatever_goes_wrong() {
    if let Some(seed) = number("ONEROOM_SEED") {
        let told = number("ONEROOM_EVENTS").and_then(|events| usize::try_from(events).ok()).unwrap_or(40);
        println!("seed {seed}: {:#?}", run_telling(seed, told, |_| {}).unwrap_or_else(|error| panic!("{error}")));
        return;
    }
    let first = number("ONEROOM_FIRST_SEED").unwrap_or(0);
    let seeds = number("ONEROOM_SEEDS").unwrap_or(1_000);
    let threads = std::thread::available_parallelism().map_or(1, |cores| cores.get() as u64);
    let part = |thread: u64| {
        (first + thread..first + seeds).step_by(usize::try_from(threads).unwrap()).map(|seed| run(seed, |_| {})).collect::<Vec<_>>()
    };
    let results: Vec<_> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|thread| scope.spawn(move || part(thread))).collect();
        running.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    let failed: Vec<_> = results.iter().filter_map(|result| result.as_ref().err()).collect();
    let shown: Vec<_> = failed.iter().take(10).map(|error| error.as_str()).collect();
    assert!(failed.is_empty(), "{} of {seeds} seeds failed:\n{}", failed.len(), shown.join("\n\n"));
    let mut all = Tally::default();
    for tally in results.into_iter().flatten() {
        all.events += tally.events;
        all.incidents += tally.incidents;
        all.refused += tally.refused;
        all.not_taken += tally.not_taken;
        all.alarms += tally.alarms;
        all.jumps += tally.jumps;
        all.accepted.extend(tally.accepted);
        for (kind, times) in tally.kinds {
            *all.kinds.entry(kind).or_default() += times;
        }
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

/// Kinds of event of which not one may get lost unseen: what they begin or end is checked by an invariant or a state table. What is
/// not here changes nothing that is owed (a call that is added, a unit that was seen); scenarios and the reference model watch those.
const MISSED_WHEN_LOST: [&str; 26] = [
    "incident_reported",
    "incident_dispatch_lapsed",
    "incident_dispatched",
    "incident_returned_to_queue",
    "incident_resolved",
    "incident_sign_lapsed",
    "incident_proposed",
    "incident_proposal_ended",
    "incident_hold_ended",
    "incident_arrival_lapsed",
    "incident_merged",
    "incident_unmerged",
    "incident_transfer_ended",
    "incident_cancelled",
    "incident_reopened",
    "assignment_offered",
    "assignment_acknowledged",
    "assignment_declined",
    "assignment_cleared",
    "assignment_activated",
    "assignment_recalled",
    "assignment_moved",
    "alarm_ended",
    "shift_ended",
    "wartime_ended",
    "premise_note_ended",
];

#[test]
fn an_event_that_gets_lost_is_found() {
    let lost = |name: &'static str| {
        let lose = move |events: &mut Vec<Recorded>| events.retain(|recorded| recorded.event.name() != name);
        let plant = move |simulation: &mut Simulation| simulation.bench.edit = Some(Box::new(lose));
        (0..60).all(|seed| run(seed, plant).is_ok())
    };
    let unseen: Vec<_> = MISSED_WHEN_LOST.into_iter().filter(|name| lost(name)).collect();
    assert!(unseen.is_empty(), "60 seeds do not miss these: {unseen:?}");
}
