//! Planted bugs: what the core decides is changed on its way into the log, and an invariant must notice.
//!
//! Prints a table, name → caught by. A bug that nothing catches fails the test.
#![allow(clippy::unwrap_used)]

mod bugs;
mod morning;
mod room_bugs;

use domain::event::Recorded;
use domain::invariants::ALL;
use domain::testing::Bench;
use std::collections::BTreeSet;

const NARRATIVE: &str = "two men with knives took his bag";
const PHONE: &str = "138 0013 8000";

/// What goes wrong: in the events of a decision, or in the log behind the core's back.
enum Bug {
    /// Changes the events of each decision before they are committed.
    Events(fn(&mut Vec<Recorded>)),
    /// Changes the bench after the day's work.
    After(fn(&mut Bench)),
}

/// Name, the invariant that must notice, the bug.
type Planted = (&'static str, &'static str, Bug);

fn without(events: &mut Vec<Recorded>, name: &str) {
    events.retain(|recorded| recorded.event.name() != name);
}

fn has(events: &[Recorded], name: &str) -> bool {
    events.iter().any(|recorded| recorded.event.name() == name)
}

#[test]
fn a_morning_without_a_bug_is_in_order() {
    let bench = morning::morning(None);
    bench.assert_sound();
    assert!(bench.log().len() > 150, "{}", bench.log().len());
    let happened: BTreeSet<_> = bench.log().iter().map(|recorded| recorded.event.name()).collect();
    for name in room_bugs::NEEDED {
        assert!(happened.contains(name), "{name} is planted in and never happens");
    }
}

#[test]
fn every_planted_bug_is_caught_by_the_invariant_that_guards_against_it() {
    let (mut table, mut missed, mut red) = (String::new(), Vec::new(), BTreeSet::new());
    for (name, guard, bug) in bugs::bugs().into_iter().chain(room_bugs::bugs()) {
        let caught: BTreeSet<_> = morning::morning(Some(bug)).violations.iter().map(|violation| violation.id).collect();
        table += &format!("{name:<60} → {}\n", caught.iter().copied().collect::<Vec<_>>().join(", "));
        if !caught.contains(guard) {
            missed.push(format!("{name}: expected {guard}, caught by {caught:?}"));
        }
        red.insert(guard);
    }
    println!("{table}");
    assert!(missed.is_empty(), "{}\n{table}", missed.join("\n"));
    assert_eq!(red, BTreeSet::from(ALL), "an invariant has no planted bug");
}
