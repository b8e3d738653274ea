//! Runs every scenario, and checks that together they go through everything the core can do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

use domain::states::{ASSIGNMENT, INCIDENT, UNIT};
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
            }
            Err(error) => errors.push(error),
        }
    }
    (all, errors)
}

#[test]
fn every_scenario_holds() {
    let (_, errors) = all();
    assert!(files().len() >= 20, "the scenarios are missing");
    assert!(errors.is_empty(), "\n{}", errors.join("\n\n"));
}

#[test]
fn the_scenarios_go_through_every_row_of_the_state_tables() {
    let (all, _) = all();
    for (subject, table) in [("incident", INCIDENT), ("assignment", ASSIGNMENT), ("unit", UNIT)] {
        let gone: Vec<_> = all.moves.iter().filter(|moved| moved.subject == subject).filter_map(domain::testing::Moved::row).collect();
        let missing: Vec<_> = table.iter().filter(|row| !gone.contains(row)).collect();
        assert!(missing.is_empty(), "no scenario goes through these rows of the {subject} table: {missing:#?}");
    }
}

fn missing<'a>(expected: &[&'a str], found: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let found: BTreeSet<_> = found.collect();
    expected.iter().filter(|name| !found.contains(*name)).copied().collect()
}

#[test]
fn the_scenarios_use_every_command_every_refusal_and_every_reason() {
    let (all, _) = all();
    let commands = [
        "report_incident",
        "assign_units",
        "mark_delivered",
        "mark_seen",
        "acknowledge",
        "decline",
        "mark_en_route",
        "mark_on_scene",
        "clear",
        "resolve_incident",
        "close_incident",
        "reclassify",
        "sign_on",
        "sign_off",
        "set_availability",
        "confirm_alarm",
        "fire_deadline",
        "activate_policy",
        "activate_agency_tree",
        "register_units",
        "read_private",
        "erase_private",
    ];
    assert_eq!(missing(&commands, all.commands.iter().copied()), [""; 0], "commands");
    let refusals =
        ["Invalid", "NotFound", "IllegalMove", "LostRace", "StaleRevision", "NotEligible", "Forbidden", "NotReady", "DeadlineGone"];
    assert_eq!(missing(&refusals, all.refusals.iter().map(String::as_str)), [""; 0], "refusals");
    let reasons = [
        "owner_by_table",
        "priority_by_table",
        "priority_by_operator",
        "owner_moved",
        "type_not_in_policy",
        "desk_handles",
        "any_team_for_p1",
        "nearest",
        "own_team",
        "borrowed",
        "own_station",
        "other_station",
        "from_station",
        "no_position",
        "off_duty",
        "engaged",
        "out_of_service",
        "urgent_work_only",
        "no_sworn_officer",
        "kind_never_primary",
        "already_tried",
        "ranked_behind",
        "chosen_by_operator",
        "next_candidate",
    ];
    assert_eq!(missing(&reasons, all.reasons.iter().map(String::as_str)), [""; 0], "reasons");
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
