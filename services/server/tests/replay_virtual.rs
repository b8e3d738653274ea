//! `oneroom replay --virtual` and `--compare-policy` from end to end: dirty rows, sums, the same again, and what two policies change.
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

fn whole(value: &Value) -> u64 {
    value.as_u64().unwrap()
}

/// What must be true of every run.
fn assert_sums(report: &Value) {
    let refused: u64 = report["refused"].as_object().unwrap().values().map(whole).sum();
    assert_eq!(whole(&report["sent"]), whole(&report["accepted"]) + refused, "{report}");
    assert_eq!(report["accepted"], report["recorded"]);
    let teams: u64 = report["teams"].as_object().unwrap().values().map(whole).sum();
    assert_eq!(teams, whole(&report["recorded"]));
    assert_eq!(report["audit_ok"], true);
    let times = &report["virtual"]["times"];
    let closed = whole(&report["closed"]);
    assert_eq!(closed + whole(&report["left_open"]), whole(&report["recorded"]));
    assert_eq!(whole(&times["all"]["to_close"]["count"]), closed);
    for group in ["by_team", "by_category", "by_priority", "by_place_class"] {
        let parts: u64 = times[group].as_object().unwrap().values().map(|times| whole(&times["to_close"]["count"])).sum();
        assert_eq!(parts, closed, "{group} adds up");
    }
    let attendance = &report["attendance"];
    let excused: u64 = attendance["excused"].as_object().unwrap().values().map(whole).sum();
    assert!(whole(&attendance["attended"]) + excused <= whole(&attendance["due"]), "{attendance}");
}

#[test]
fn invented_calls_on_the_virtual_clock_add_up_and_come_out_the_same_again() {
    let first = report(&invented(&["--virtual", "--json", "--seed", "5"]));
    assert_eq!((&first["clock"], &first["sent"], &first["accepted"]), (&json!("virtual"), &json!(300), &json!(299)));
    assert_eq!(first["refused"], json!({ "invalid_position_lat_e7": 1 }));
    assert_eq!(first["rows_with_flaws"], json!({ "bad_coordinates": 1, "no_position": 5, "unknown_category": 1 }));
    assert_sums(&first);
    // The way to the one that lies far outside may take longer than the day that is waited.
    assert!(whole(&first["left_open"]) <= whole(&first["flagged"]["outside_boundaries"]), "{first}");
    let (again, other) =
        (report(&invented(&["--virtual", "--json", "--seed", "5"])), report(&invented(&["--virtual", "--json", "--seed", "6"])));
    assert_eq!(first["virtual"]["chain"], again["virtual"]["chain"], "the same seed writes the same record");
    assert_eq!(first["virtual"]["times"], again["virtual"]["times"]);
    assert_ne!(first["virtual"]["chain"], other["virtual"]["chain"]);
}

#[test]
fn every_kind_of_dirty_row_is_sent_counted_and_put_in_its_place() {
    let dir = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    };
    let map = file(
        "map.toml",
        "time_format = \"%Y-%m-%d %H:%M:%S\"\ntime_zone = \"UTC\"\ndefault = \"help/other\"\n[columns]\ntime = \"at\"\nlat = \"lat\"\n\
         lon = \"lon\"\ncategory = \"kind\"\nnumber = \"no\"\n[categories]\n\"theft\" = \"criminal/theft\"\n",
    );
    let mut rows = String::from("no,at,lat,lon,kind\n");
    for minute in 0..40 {
        rows.push_str(&format!("A{minute},2026-01-01 10:{minute:02}:00,37.6{minute:02},108.8{minute:02},theft\n"));
    }
    rows.push_str("A7,2026-01-01 11:00:00,37.61,108.81,theft\n"); // its number stood further up
    rows.push_str("B1,2026-01-01 09:00:00,37.61,108.81,theft\n"); // before the row above
    rows.push_str("B2,soon,37.61,108.81,theft\n"); // no time
    rows.push_str("B3,2026-01-01 11:01:00,,,theft\n"); // no place
    rows.push_str("B4,2026-01-01 11:02:00,north,108.81,theft\n"); // a place that is no number
    rows.push_str("B5,2026-01-01 11:03:00,97.6,108.81,theft\n"); // a place that can't be
    rows.push_str("B6,2026-01-01 11:04:00,10.0,20.0,theft\n"); // far outside
    rows.push_str("B7,2026-01-01 11:05:00,37.61,108.81,sorcery\n"); // nobody knows what
    rows.push_str("B8,1990-01-01 00:00:00,37.61,108.81,theft\n"); // from before such systems
    let calls = file("dirty.csv", &rows);
    let report = report(&replay(&calls, &map, &["--virtual", "--json"]));
    assert_sums(&report);
    assert_eq!(report["sent"], 49, "no row is dropped");
    let flaws = json!({
        "bad_coordinates": 2, "bad_time": 1, "no_position": 1, "repeated_number": 1, "time_goes_back": 2, "unknown_category": 1
    });
    assert_eq!(report["rows_with_flaws"], flaws);
    assert_eq!(report["refused"], json!({ "invalid_occurred_at": 1, "invalid_position_lat_e7": 1 }));
    let flagged = &report["flagged"];
    assert_eq!((&flagged["outside_boundaries"], &flagged["unverified_location"]), (&json!(1), &json!(2)), "{flagged}");
    assert_eq!(flagged.get("time_clamped"), None, "calls come in by their time, whatever order the file has: {flagged}");
}

#[test]
fn a_policy_compared_with_itself_differs_in_nothing() {
    let policy = repository().join("services/domain/src/policy/default.toml");
    let policy = policy.to_str().unwrap();
    let compared = report(&invented(&["--compare-policy", policy, "--compare-policy", policy, "--json", "--limit", "120"]));
    assert_eq!(compared["a"]["virtual"]["chain"], compared["b"]["virtual"]["chain"]);
    let differences = compared["differences"].as_array().unwrap();
    assert!(differences.len() > 15, "{differences:?}");
    for line in differences {
        assert_eq!(line["a"], line["b"], "{line}");
        assert!(line["difference"].is_null() || line["difference"] == 0.0, "{line}");
    }
}

#[test]
fn another_rule_shows_in_the_comparison_and_only_there() {
    let dir = tempfile::tempdir().unwrap();
    let shipped = std::fs::read_to_string(repository().join("services/domain/src/policy/default.toml")).unwrap();
    let dispute = "key = \"dispute\"\nname_zh = \"纠纷\"\nname_en = \"Dispute\"\nowner = \"community\"";
    assert!(shipped.contains(dispute));
    let write = |name: &str, text: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (a, b) = (write("a.toml", &shipped), write("b.toml", &shipped.replace(dispute, &dispute.replace("community", "case"))));
    let compared = report(&invented(&["--compare-policy", &a, "--compare-policy", &b, "--json"]));
    assert_sums(&compared["a"]);
    assert_sums(&compared["b"]);
    let line = |figure: &str| compared["differences"].as_array().unwrap().iter().find(|line| line["figure"] == figure).unwrap().clone();
    let (case, community) = (line("owned by case, %"), line("owned by community, %"));
    assert!(case["difference"].as_f64().unwrap() > 10.0, "disputes go to the case team: {case}");
    assert!(community["difference"].as_f64().unwrap() < -10.0, "{community}");
    assert_eq!(line("owned by traffic, %")["difference"], 0.0);
    assert_eq!(compared["a"]["sent"], compared["b"]["sent"]);
}

fn assert_bad_input(output: &Output, expected: &str) {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert_eq!(stderr.lines().count(), 1, "one line: {stderr}");
    assert!(stderr.contains(expected), "{stderr}\nexpected: {expected}");
    assert!(output.stdout.is_empty());
}

#[test]
fn what_does_not_fit_together_is_said_in_one_line() {
    let dir = tempfile::tempdir().unwrap();
    let bad = dir.path().join("bad.toml");
    std::fs::write(&bad, "name = \"x\"\nclocks = 3\n").unwrap();
    let (bad, absent) = (bad.to_str().unwrap(), dir.path().join("absent.toml"));
    assert_bad_input(&invented(&["--compare-policy", bad]), "--compare-policy: given 1 time(s): expected two policy files");
    assert_bad_input(&invented(&["--virtual", "--policy", bad]), "bad.toml");
    assert_bad_input(&invented(&["--policy", absent.to_str().unwrap()]), "absent.toml");
    let untimed = dir.path().join("untimed.csv");
    std::fs::write(&untimed, "call_no,call_time,lat,lon,category,outcome\n1,soon,37.5,108.9,x,\n").unwrap();
    let map = repository().join("loadtest/mappings/invented.toml");
    assert_bad_input(&replay(&untimed, &map, &["--virtual"]), "untimed.csv: no call has a time: expected");
    let keep = dir.path().join("kept");
    let keep = keep.to_str().unwrap();
    report(&invented(&["--virtual", "--json", "--limit", "20", "--keep", keep]));
    assert_bad_input(&invented(&["--virtual", "--limit", "20", "--keep", keep]), "expected an empty directory for a virtual run");
}

#[test]
fn all_four_sets_run_on_the_virtual_clock() {
    let Some(data) = std::env::var_os("ONEROOM_DATA_DIR") else {
        println!("SKIPPED all_four_sets_run_on_the_virtual_clock: ONEROOM_DATA_DIR is not set");
        return;
    };
    for set in ["milwaukee_2018_05", "seattle_2015", "montgomery_2015_2016", "san_antonio_2022_2024"] {
        let calls = Path::new(&data).join(format!("calls/{set}.csv.gz"));
        let map = repository().join(format!("loadtest/mappings/{set}.toml"));
        let report = report(&replay(&calls, &map, &["--virtual", "--json", "--limit", "400"]));
        assert_eq!(report["sent"], 400, "{set}");
        assert_sums(&report);
    }
}
