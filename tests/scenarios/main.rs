//! Runs every scenario, and checks that together they go through everything the core can do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

use domain::states::{ASSIGNMENT, INCIDENT, Move, UNIT};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use tests::scenario::{Covered, run_file};

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "scenario"));
    files.sort();
    files
}

fn all() -> (Covered, Vec<String>) {
    let (mut all, mut errors) = (Covered::default(), Vec::new());
    for path in files() {
        match run_file(&path) {
            Ok(mut covered) => {
                all.moves.append(&mut covered.moves);
                all.commands.append(&mut covered.commands);
                all.refusals.append(&mut covered.refusals);
                all.reasons.append(&mut covered.reasons);
                all.events.append(&mut covered.events);
                all.alarms.append(&mut covered.alarms);
            }
            Err(error) => errors.push(error),
        }
    }
    (all, errors)
}

#[test]
fn every_scenario_holds() {
    let (_, errors) = all();
    assert!(files().len() >= 90, "the scenarios are missing");
    assert!(errors.is_empty(), "\n{}", errors.join("\n\n"));
}

/// Rows of the state tables that no scenario goes through, and why.
const NOT_GONE_THROUGH: &[(&str, &str, &str, &str)] = &[
    // The command is checked against these rows; the order it gives is in the log before, and with an order it is `classified`.
    ("incident", "passed_down", "incident_dispatched", "its order comes first"),
    ("incident", "signed", "incident_dispatched", "its order comes first"),
    ("assignment", "queued", "assignment_role_changed", "who waits is asked what for again when it goes out: no rule changes it before"),
];

#[test]
fn the_scenarios_go_through_every_row_of_the_state_tables() {
    let (all, _) = all();
    for (subject, table) in [("incident", INCIDENT), ("assignment", ASSIGNMENT), ("unit", UNIT)] {
        let gone: Vec<_> = all.moves.iter().filter(|moved| moved.subject == subject).filter_map(domain::testing::Moved::row).collect();
        let excused =
            |row: &Move| NOT_GONE_THROUGH.iter().any(|(of, from, event, _)| (*of, *from, *event) == (subject, row.from, row.event));
        let missing: Vec<_> = table.iter().filter(|row| !gone.contains(row) && !excused(row)).collect();
        assert!(missing.is_empty(), "no scenario goes through these rows of the {subject} table: {missing:#?}");
        let stale: Vec<_> = gone.iter().filter(|row| excused(row)).collect();
        assert!(stale.is_empty(), "these rows of the {subject} table are gone through: take them off the list: {stale:#?}");
    }
}

/// What stands in quotes after `before` in a source of the core, each once: so that what is added there must be gone through here.
fn quoted<'t>(source: &'t str, before: &str) -> BTreeSet<&'t str> {
    source.split(before).skip(1).filter_map(|rest| rest.strip_prefix('"')?.split('"').next()).collect()
}

/// The variants of an enum in a source of the core.
fn variants(source: &str, name: &str) -> BTreeSet<String> {
    let body = source.split(&format!("pub enum {name} {{")).nth(1).and_then(|rest| rest.split("\n}").next()).unwrap();
    let names = body.lines().filter_map(|line| line.strip_prefix("    ")).filter(|line| line.starts_with(char::is_uppercase));
    names.map(|line| line.chars().take_while(|c| c.is_alphanumeric()).collect()).collect()
}

fn snake(name: &str) -> String {
    let parts = name.char_indices().map(|(at, c)| if c.is_uppercase() && at > 0 { format!("_{c}") } else { c.to_string() });
    parts.collect::<String>().to_lowercase()
}

fn missing<'a>(expected: impl IntoIterator<Item = &'a str>, found: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let found: BTreeSet<_> = found.collect();
    expected.into_iter().filter(|name| !found.contains(name)).collect()
}

#[test]
fn the_scenarios_use_every_command_and_see_every_event() {
    let (all, _) = all();
    let commands = quoted(include_str!("../../services/domain/src/command/mod.rs"), "=> ");
    assert!(commands.len() >= 59, "{commands:?}");
    assert_eq!(missing(commands, all.commands.iter().copied()), [""; 0], "commands");
    let events = quoted(include_str!("../../services/domain/src/event/name.rs"), "=> ");
    assert!(events.len() >= 70, "{events:?}");
    assert_eq!(missing(events, all.events.iter().copied()), [""; 0], "events");
}

/// Refusals that no scenario can see, and why.
const NOT_SEEN: [&str; 1] = [
    "SituationLacks", // the bench gathers whatever a decision asks for
];

#[test]
fn the_scenarios_see_every_refusal_every_alarm_and_every_reason() {
    let (all, _) = all();
    let refusals = variants(include_str!("../../services/domain/src/rejection.rs"), "Rejection");
    let refusals = refusals.iter().map(String::as_str).filter(|name| !NOT_SEEN.contains(name));
    assert_eq!(missing(refusals, all.refusals.iter().map(String::as_str)), [""; 0], "refusals");
    let alarms: Vec<_> = variants(include_str!("../../services/domain/src/alarm.rs"), "AlarmKind").iter().map(|name| snake(name)).collect();
    assert!(alarms.len() >= 18, "{alarms:?}");
    assert_eq!(missing(alarms.iter().map(String::as_str), all.alarms.iter().map(String::as_str)), [""; 0], "alarms");
    let reasons = quoted(include_str!("../../services/domain/src/reason.rs"), "reason(");
    assert!(reasons.len() >= 24, "{reasons:?}");
    assert_eq!(missing(reasons, all.reasons.iter().map(String::as_str)), [""; 0], "reasons");
}

fn error_of(text: &str) -> String {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("scenario-{}", text.len()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("wrong.scenario");
    std::fs::write(&path, text).unwrap();
    run_file(&path).err().expect("an error")
}

#[test]
fn a_wrong_scenario_is_pointed_at_by_file_and_line() {
    let unit = "given unit A12 car at 37.601,108.801\n";
    let call = "at 09:00:00 call criminal/robbery at 37.600,108.800\n";
    let cases = [
        (format!("{unit}{call}then incident 1 is on_scene\n"), ":3:", "expected \"on_scene\", got \"dispatched\""),
        (format!("{unit}{call}\n# a comment\nthen A12 is acknowledged incident 1\n"), ":5:", "expected \"acknowledged\", got \"offered\""),
        (format!("{unit}at 9 o'clock call criminal\n"), ":2:", "is not a time"),
        (format!("{unit}{call}at 09:00:01 A12 signs off\nthen A12 is off_duty\n"), ":4:", "it was refused"),
        (format!("{unit}{call}at 09:00:01 A12 signs off\nat 09:00:02 time passes\n"), ":4:", "nothing expected it"),
        (format!("{unit}{call}at 09:00:01 A12 signs off\n"), ":3:", "the last line was refused"),
        (format!("{unit}{call}then refused \"anything\"\n"), ":3:", "it was not refused"),
        (format!("{unit}at 07:00:00 time passes\n"), ":2:", "does not run backwards"),
        (format!("{unit}{call}then the room is alarmed: undelivered A12\n"), ":3:", "these alarms stand"),
        ("given unit A12 tank\n".to_owned(), ":1:", "expected one of foot, car"),
        ("sometimes it rains\n".to_owned(), ":1:", "expected given, at or then"),
    ];
    for (text, line, message) in cases {
        let error = error_of(&text);
        assert!(error.contains(&format!("wrong.scenario{line}")) && error.contains(message), "{text}\n{error}");
    }
}
