//! `oneroom replay` from end to end: the invented calls through a real server over gRPC, counted from the record.
#![allow(clippy::unwrap_used)] // a failed unwrap in a test's helper is the test failing too

use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn replay(calls: &Path, map: &Path, more: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_oneroom"));
    command.arg("replay").arg("--calls").arg(calls).arg("--map").arg(map).args(more).output().unwrap()
}

fn invented(more: &[&str]) -> Output {
    let folder = repository().join("loadtest");
    replay(&folder.join("calls/invented.csv"), &folder.join("mappings/invented.toml"), more)
}

fn report(output: &Output) -> Value {
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{stdout}{stderr}");
    assert_eq!(stdout.lines().count(), 1, "one JSON object: {stdout}");
    serde_json::from_str(&stdout).unwrap()
}

#[test]
fn every_call_is_answered_recorded_and_worked_on() {
    let report = report(&invented(&["--json"]));
    assert_eq!(report["sent"], 300);
    assert_eq!(report["accepted"], 299);
    assert_eq!(report["refused"], json!({ "invalid_position_lat_e7": 1 }), "row 200 has a latitude beyond 90");
    assert_eq!(report["recorded"], 299);
    assert_eq!(report["flagged"], json!({ "nuisance": 4, "outside_boundaries": 1, "unverified_location": 5 }));
    assert_eq!(report["teams"], json!({ "case": 48, "community": 130, "room": 50, "traffic": 71 }));
    assert_eq!(report["rows_with_flaws"], json!({ "bad_coordinates": 1, "no_position": 5, "unknown_category": 1 }));
    assert_eq!(report["audit_ok"], true);
    assert_eq!((&report["closed"], &report["left_open"]), (&json!(299), &json!(0)), "{report}");
    assert_eq!(report["events"]["incident_reported"], 299);
    // 50 go to the room: nobody is sent to them.
    assert!(report["acknowledged"].as_u64().unwrap() >= 249, "{report}");
    assert!(report["calls_per_s"].as_f64().unwrap() > 0.0);
    assert!(report["peak_rss_bytes"].as_u64().unwrap() > 1 << 20);
    let positions = &report["positions"];
    assert!(positions["accepted"].as_u64().unwrap() >= report["layout"]["units"].as_u64().unwrap(), "{positions}");
    assert_eq!((&positions["unknown_unit"], &positions["impossible"]), (&json!(0), &json!(0)));
}

#[test]
fn the_same_calls_again_add_nothing_and_left_work_is_taken_up() {
    let dir = tempfile::tempdir().unwrap();
    let keep = dir.path().to_str().unwrap();
    let first = report(&invented(&["--json", "--keep", keep, "--wait-s", "0"]));
    assert_eq!((&first["recorded"], &first["already_recorded"]), (&json!(299), &json!(0)));
    let second = report(&invented(&["--json", "--keep", keep]));
    assert_eq!((&second["sent"], &second["accepted"], &second["recorded"]), (&json!(300), &json!(299), &json!(299)));
    assert_eq!(second["already_recorded"], 299);
    assert_eq!(second["events"].get("incident_reported"), None, "{}", second["events"]);
    assert_eq!(second["left_open"], 0, "{second}");
    assert_eq!(second["audit_ok"], true);
}

#[test]
fn a_record_with_another_county_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let keep = dir.path().to_str().unwrap();
    report(&invented(&["--json", "--keep", keep, "--wait-s", "0", "--limit", "20"]));
    let other = invented(&["--json", "--keep", keep]);
    assert_bad_input(&other, "the record has another county under log replay: expected");
}

fn assert_bad_input(output: &Output, expected: &str) {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert_eq!(stderr.lines().count(), 1, "one line: {stderr}");
    assert!(stderr.contains(expected), "{stderr}\nexpected: {expected}");
    assert!(output.stdout.is_empty());
}

#[test]
fn bad_input_is_named_by_file_line_and_field() {
    let dir = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    };
    let mapping = "time_format = \"%Y-%m-%d %H:%M:%S\"\ntime_zone = \"UTC\"\ndefault = \"help/other\"\n[columns]\ntime = \"at\"\nlat = \"lat\"\nlon = \"lon\"\ncategory = \"kind\"\n[categories]\n";
    let map = file("map.toml", mapping);
    let good = "at,lat,lon,kind\n2026-01-01 00:00:00,37.6,108.8,x\n";

    let bad_map = file("bad_map.toml", &mapping.replace("UTC", "Nowhere"));
    assert_bad_input(
        &replay(&file("good.csv", good), &bad_map, &[]),
        "bad_map.toml, line 2, time_zone: \"Nowhere\" is not a time zone: expected",
    );
    let torn = file("torn.csv", &format!("{good}2026-01-01 00:00:01,37.6\n"));
    assert_bad_input(&replay(&torn, &map, &[]), "torn.csv, line 3, row: it has 2 fields: expected 4");
    let no_column = file("no_column.csv", "at,lat,kind\n");
    assert_bad_input(&replay(&no_column, &map, &[]), "no_column.csv, line 1, lon: no such column: expected");
    let empty = file("empty.csv", "at,lat,lon,kind\n");
    assert_bad_input(&replay(&empty, &map, &[]), "empty.csv, line 2: there is no call: expected");
    let nowhere = file("nowhere.csv", "at,lat,lon,kind\n2026-01-01 00:00:00,,,x\n");
    assert_bad_input(&replay(&nowhere, &map, &[]), "no call has a position: expected");
    assert_bad_input(&replay(&dir.path().join("absent.csv"), &map, &[]), "absent.csv");
    assert_bad_input(&replay(&file("good.csv", good), &map, &["--speed", "0"]), "--speed 0: expected");
}

#[test]
fn an_agency_folder_decides_the_boundaries() {
    let dir = tempfile::tempdir().unwrap();
    let layout = sim::county::invented_county(7).unwrap();
    std::fs::write(dir.path().join("org.toml"), layout.org_toml()).unwrap();
    std::fs::write(dir.path().join("boundaries.geojson"), layout.boundaries_geojson()).unwrap();
    let report = report(&invented(&["--json", "--org", dir.path().to_str().unwrap(), "--wait-s", "0"]));
    assert_eq!((&report["layout"]["source"], &report["layout"]["stations"]), (&json!("org"), &json!(6)));
    assert_eq!((&report["layout"]["log_id"], &report["recorded"]), (&json!("990001"), &json!(299)));
}

#[test]
fn real_calls_are_all_recorded() {
    let Some(data) = std::env::var_os("ONEROOM_DATA_DIR") else {
        println!("SKIPPED real_calls_are_all_recorded: ONEROOM_DATA_DIR is not set");
        return;
    };
    let calls = Path::new(&data).join("calls/milwaukee_2018_05.csv.gz");
    let map = repository().join("loadtest/mappings/milwaukee_2018_05.toml");
    let report = report(&replay(&calls, &map, &["--json", "--limit", "2000", "--wait-s", "0"]));
    assert_eq!((&report["sent"], &report["recorded"]), (&json!(2_000), &report["accepted"]));
    assert_eq!(report["audit_ok"], true);
    assert!(report["flagged"]["outside_boundaries"].as_u64().unwrap() > 0, "{report}");
}
