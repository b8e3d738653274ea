//! The command line on a record that is being served, and on one that was damaged.

use super::house::{House, LOG, complaint, done, org_dir, run, with};
use super::load::{Case, Line, People};
use domain::ids::LogId;
use rusqlite::{Connection, params};
use std::path::Path;
use store::{SqliteOptions, SqliteStore};
use wire::v1alpha1::{GetIncidentRequest, GetSessionRequest};

/// What is changed in a file.
type Change<'a> = &'a dyn Fn(String) -> String;

/// Cases worked through before and after a backup.
const CASES: usize = 6;

async fn worked(line: &mut Line, count: usize) -> Vec<Case> {
    let mut cases = Vec::new();
    for number in 0..count {
        let mut case = Case::new(number % 2 == 0);
        assert!(line.advance(&mut case).await.is_ok(), "a running server does not answer");
        cases.push(case);
    }
    cases
}

fn incident_of(case: &Case) -> String {
    case.report.answer.as_ref().unwrap().incident_id.clone()
}

async fn holds(house: &House, incident_id: &str) -> bool {
    let get = GetIncidentRequest { log_id: LOG.to_owned(), incident_id: incident_id.to_owned(), min_seq: 0 };
    house.records().await.get_incident(with(&house.operator, get)).await.is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_a_served_record_is_restored_verified_and_decided_again() {
    let mut house = House::open().await;
    house.all_on_duty().await;
    let people = People::of(&house);
    let mut line = Line::open(house.address(), &people).await.ok().unwrap();
    let before = worked(&mut line, CASES).await;
    let (file, restored) = (house.beside("backup.db"), house.beside("restored"));
    done(&run(&["backup", &file, "--data", &house.data()]));
    let after = worked(&mut line, CASES).await;
    // A backup is never overwritten, and a record never restored over another.
    assert_eq!(run(&["backup", &file, "--data", &house.data()]).status.code(), Some(2));
    assert_eq!(run(&["restore", &file, "--data", &house.data()]).status.code(), Some(2));

    done(&run(&["restore", &file, "--data", &restored]));
    done(&run(&["audit", "verify", "--data", &restored]));
    let store = SqliteStore::open(Path::new(&restored), SqliteOptions::default()).unwrap();
    let log_id = LogId::new(LOG).unwrap();
    let confirmed = runtime::redecide::redecide(store.as_ref(), &log_id).await.unwrap().confirmed;
    let answers: usize = before.iter().map(Case::answers).sum();
    assert!(confirmed >= u64::try_from(answers).unwrap(), "{confirmed} commits were decided again, {answers} requests were answered");
    store.close().await;
    drop(store);

    for case in before.iter().chain(&after) {
        assert!(holds(&house, &incident_of(case)).await, "the served record lost {}", incident_of(case));
    }
    house.serve_other(&restored);
    for case in &before {
        assert!(holds(&house, &incident_of(case)).await, "the restored record lacks {}", incident_of(case));
    }
    for case in &after {
        assert!(!holds(&house, &incident_of(case)).await, "the backup has {}, which came after it", incident_of(case));
    }
    println!("redecide: confirmed={confirmed} commits of the restored record");
}

#[tokio::test(flavor = "multi_thread")]
async fn audit_verify_names_the_first_bad_row() {
    let mut house = House::open().await;
    house.all_on_duty().await;
    let mut line = Line::open(house.address(), &People::of(&house)).await.ok().unwrap();
    worked(&mut line, CASES).await;
    house.kill();
    let data = house.data();
    assert!(done(&run(&["audit", "verify", "--data", &data])).contains("events hold"));
    let database = Connection::open(Path::new(&data).join(store::RECORD_FILE)).unwrap();
    let head: i64 = database.query_row("SELECT max(seq) FROM events", [], |row| row.get(0)).unwrap();
    assert!(head > 20);
    for (column, seq) in [("bytes", 9), ("hash", 5)] {
        let (read, write) = (
            format!("SELECT {column} FROM events WHERE log_id = ?1 AND seq = ?2"),
            format!("UPDATE events SET {column} = ?3 WHERE log_id = ?1 AND seq = ?2"),
        );
        // A later row is damaged as well: the first one counts.
        for damaged in [seq, head - 3] {
            let mut content: Vec<u8> = database.query_row(&read, params![LOG, damaged], |row| row.get(0)).unwrap();
            let middle = content.len() / 2;
            content[middle] ^= 1;
            assert_eq!(database.execute(&write, params![LOG, damaged, content]).unwrap(), 1);
        }
        let verified = run(&["audit", "verify", "--data", &data]);
        assert_eq!(verified.status.code(), Some(1), "{column}");
        let said = complaint(&verified);
        assert!(said.contains(&format!("event {seq} of log {LOG}")), "{column}: {said}");
    }
}

#[test]
fn a_broken_policy_is_told_by_file_and_line() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("night.toml");
    let shown = file.to_str().unwrap();
    std::fs::write(&file, domain::policy::DEFAULT_TEXT).unwrap();
    assert!(done(&run(&["policy", "check", shown])).contains("valid"));
    let line_of = |text: &str| domain::policy::DEFAULT_TEXT.lines().position(|line| line == text).unwrap() + 1;
    let table = [
        ("key = \"dispute\"", "key = \"Dispute\"", "category"),
        ("mode = \"automatic\"", "mode = \"sometimes\"", "mode"),
        ("acknowledge_ms = 30000", "acknowledge_ms = -1", "acknowledge_ms"),
    ];
    for (good, bad, field) in table {
        let line = domain::policy::DEFAULT_TEXT.lines().find(|line| line.starts_with(good)).unwrap();
        std::fs::write(&file, domain::policy::DEFAULT_TEXT.replacen(good, bad, 1)).unwrap();
        let checked = run(&["policy", "check", shown]);
        // The thing that was checked does not hold; 2 would be a file that can't be read.
        assert_eq!(checked.status.code(), Some(1), "{bad}");
        let (said, expected) = (complaint(&checked), format!("{shown}:{}: ", line_of(line)));
        assert!(said.contains(&expected) && said.contains(field), "{bad}: expected {expected} and {field} in {said}");
    }
    assert_eq!(run(&["policy", "check", dir.path().join("none.toml").to_str().unwrap()]).status.code(), Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_import_is_told_by_file_and_line_and_applies_nothing() {
    let house = House::open().await;
    let dir = house.beside("org");
    let write = |name: &str, change: Change| {
        std::fs::create_dir_all(&dir).unwrap();
        for file in ["org.toml", "boundaries.geojson", "units.csv"] {
            let text = std::fs::read_to_string(org_dir().join(file)).unwrap();
            let text = if file == name { change(text) } else { text };
            std::fs::write(Path::new(&dir).join(file), text).unwrap();
        }
    };
    let rows = || {
        let database = Connection::open(Path::new(&house.data()).join(store::RECORD_FILE)).unwrap();
        let count = |sql: &str| database.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
        (count("SELECT count(*) FROM events"), count("SELECT count(*) FROM units"), count("SELECT count(*) FROM blobs"))
    };
    let before = rows();
    // The first rows of each file are good and new: none of them may be taken.
    let new_unit = |text: String, bad: &str| text + "610824-a14,A14,car,610824-01,case,2,1,\n" + bad;
    let table: &[(&str, &str, Change)] = &[
        ("units.csv", "units.csv:9: kind", &|text| new_unit(text, "610824-a15,A15,tank,610824-01,case,2,1,\n")),
        ("units.csv", "units.csv:9: home", &|text| new_unit(text, "610824-a15,A15,car,610824-09,case,2,1,\n")),
        ("units.csv", "units.csv:9: unit_id", &|text| new_unit(text, "610824-a14,A15,car,610824-01,case,2,1,\n")),
        ("units.csv", "call sign A11", &|text| text.replace("610824-a11,A11", "610824-a16,A11")),
        ("org.toml", "org.toml", &|text| text.replace("\"county\"", "\"village\"")),
        ("boundaries.geojson", "boundaries.geojson", &|text| text.replace("108.90, 37.50", "1108.90, 37.50")),
        ("boundaries.geojson", "boundaries.geojson", &|text| text[..text.len() / 2].to_owned()),
        ("units.csv", "units.csv:9: unit_id: 610824-a11 is in line 2 already with home 610824-01, here with 610824-02", &|text| {
            new_unit(text, "610824-a11,A15,car,610824-02,case,2,1,\n")
        }),
        ("boundaries.geojson", "the tree runs in a circle: 610824-01 → 610824-02 → 610824-01", &|text| {
            text.replacen("\"parent\": \"610824\"", "\"parent\": \"610824-02\"", 1).replacen(
                "\"parent\": \"610824\"",
                "\"parent\": \"610824-01\"",
                1,
            )
        }),
        ("boundaries.geojson", "properties.agency_id: agency 610824-01 appears twice", &|text| text.replace("610824-02", "610824-01")),
        ("boundaries.geojson", "properties.parent: agency 610824-01 names parent 610899", &|text| {
            text.replacen("\"parent\": \"610824\"", "\"parent\": \"610899\"", 1)
        }),
        ("boundaries.geojson", "geometry: agency 610824-01 and agency 610824-02 overlap by", &|text| {
            text.replacen("[108.80, 37.50]", "[108.75, 37.50]", 2)
        }),
        ("boundaries.geojson", "geometry: agency 610824-03 and agency 610824-04 overlap by", &|text| {
            let beat = |id: &str, west: f64| {
                format!(
                    r#"{{"type": "Feature", "properties": {{"agency_id": "{id}", "parent": "610824-01", "level": "beat", "name_zh": "警务区",
                    "name_en": "Beat"}}, "geometry": {{"type": "Polygon", "coordinates":
                    [[[{west}, 37.52], [{0}, 37.52], [{0}, 37.60], [{west}, 37.60], [{west}, 37.52]]]}}}},"#,
                    west + 0.04
                )
            };
            let beats = beat("610824-03", 108.81) + &beat("610824-04", 108.83);
            text.replacen("\"features\": [", &format!("\"features\": [{beats}"), 1)
        }),
        ("boundaries.geojson", "feature 0: geometry: agency 610824-03 lies outside 610824-01", &|text| {
            let beat = r#"{"type": "Feature", "properties": {"agency_id": "610824-03", "parent": "610824-01", "level": "beat", "name_zh": "警务区",
                "name_en": "Beat"}, "geometry": {"type": "Polygon", "coordinates": [[[109.80, 37.50], [109.90, 37.50], [109.90, 37.70], [109.80, 37.50]]]}},"#;
            text.replacen("\"features\": [", &format!("\"features\": [{beat}"), 1)
        }),
    ];
    for (name, expected, change) in table {
        write(name, change);
        let imported = run(&["org", "import", &dir, "--data", &house.data()]);
        assert_eq!(imported.status.code(), Some(2), "{expected}: {}", complaint(&imported));
        assert!(complaint(&imported).contains(expected), "{expected}: {}", complaint(&imported));
        assert_eq!(rows(), before, "{expected}: something was applied");
    }
    // A row of the policy for nobody is named, and asked to be strict nothing is taken.
    write("units.csv", &|text| new_unit(text, ""));
    let strict = run(&["org", "import", &dir, "--strict", "--data", &house.data()]);
    assert_eq!(strict.status.code(), Some(1));
    let said = complaint(&strict) + &String::from_utf8_lossy(&strict.stdout);
    assert!(said.contains("category traffic.owner: no registered unit is of team traffic"), "{said}");
    assert_eq!(rows(), before, "something was applied");
    // The same files without a mistake are taken, also beside the server.
    write("units.csv", &|text| new_unit(text, ""));
    done(&run(&["org", "import", &dir, "--data", &house.data()]));
    assert_eq!(rows().1, before.1 + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_shut_out_is_refused_and_a_revoked_token_too() {
    let house = House::open().await;
    let data = house.data();
    let mut sessions = wire::v1alpha1::session_service_client::SessionServiceClient::new(house.channel().await);
    let unit = house.token_of("610824-a11");
    assert!(sessions.get_session(with(&unit, GetSessionRequest {})).await.is_ok());
    done(&run(&["token", "revoke", "610824-a11", "--data", &data]));
    done(&run(&["user", "disable", super::house::OPERATOR, "--data", &data]));
    for token in [&unit, &house.operator] {
        // A server may remember a token for a few seconds.
        let refused = async {
            while sessions.clone().get_session(with(token, GetSessionRequest {})).await.is_ok() {
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(super::house::PATIENCE, refused).await.expect("the token is still taken");
    }
}

#[test]
fn an_import_is_checked_without_a_record_and_warnings_stop_it_only_when_asked() {
    let dir = tempfile::tempdir().unwrap();
    for file in ["org.toml", "boundaries.geojson", "units.csv"] {
        std::fs::copy(org_dir().join(file), dir.path().join(file)).unwrap();
    }
    let boundaries = dir.path().join("boundaries.geojson");
    let staffed = std::fs::read_to_string(&boundaries).unwrap().replacen("\"level\"", "\"staffing\": \"urban_station\", \"level\"", 1);
    std::fs::write(&boundaries, staffed).unwrap();
    let (org, data) = (dir.path().to_str().unwrap(), dir.path().join("no-record"));
    let flags = ["org", "import", org, "--check", "--data", data.to_str().unwrap()];
    let said = done(&run(&flags));
    let staffing = "boundaries.geojson:2: feature 0: properties.staffing: agency 610824-01 has";
    assert!(said.contains(&format!("warning: {staffing}")) && said.contains("nothing applied"), "{said}");
    assert!(said.contains("category traffic.owner: no registered unit is of team traffic"), "{said}");
    let strict = run(&[&flags[..], &["--strict", "--json"]].concat());
    assert_eq!(strict.status.code(), Some(1));
    let object: serde_json::Value = serde_json::from_slice(&strict.stdout).unwrap();
    assert_eq!((&object["ok"], &object["applied"], &object["borders"]), (&false.into(), &false.into(), &1.into()), "{object}");
    let fields: Vec<_> = object["errors"].as_array().unwrap().iter().map(|error| error["field"].as_str().unwrap()).collect();
    assert!(fields.contains(&"properties.staffing") && fields.contains(&"category traffic.owner"), "{object}");
    assert!(!data.exists(), "a check opens no record");
    // Errors of all files come at once.
    std::fs::write(dir.path().join("units.csv"), "unit_id,call_sign,kind,home,team,sworn,auxiliary,capabilities\nu1,A1,tank,x,case,1,0,\n")
        .unwrap();
    std::fs::write(dir.path().join("org.toml"), "log_id = \"610824\"\ntime_zone = \"Peking\"\n").unwrap();
    let wrong = run(&flags);
    assert_eq!(wrong.status.code(), Some(2));
    let said = complaint(&wrong);
    assert!(said.contains("org.toml:2: time_zone") && said.contains("units.csv:2: kind"), "{said}");
}

#[test]
fn a_policy_row_for_nobody_is_told_by_line_and_every_mistake_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("p.toml");
    let shown = file.to_str().unwrap();
    let line_of = |text: &str, needle: &str| text.lines().position(|line| line.contains(needle)).unwrap() + 1;
    std::fs::write(&file, domain::policy::DEFAULT_TEXT).unwrap();
    let checked = run(&["policy", "check", shown, "--org", org_dir().to_str().unwrap()]);
    assert_eq!(checked.status.code(), Some(1));
    let expected = format!("{shown}:{}: category traffic.owner: ", line_of(domain::policy::DEFAULT_TEXT, "owner = \"traffic\""));
    assert!(complaint(&checked).contains(&expected), "{}", complaint(&checked));
    let text = domain::policy::DEFAULT_TEXT.replacen("owner = \"traffic\"", "owner = \"roads\"", 1).replacen(
        "deliver_ms = 10000",
        "deliver_ms = \"soon\"",
        1,
    );
    std::fs::write(&file, &text).unwrap();
    let checked = run(&["policy", "check", shown]);
    let said = complaint(&checked);
    for (needle, field) in [("\"roads\"", "owner"), ("\"soon\"", "deliver_ms")] {
        assert!(said.contains(&format!("{shown}:{}: {field}: ", line_of(&text, needle))), "{needle}: {said}");
    }
}

#[test]
fn a_policy_is_explained_in_both_languages_and_at_a_place() {
    let org = org_dir();
    let org = org.to_str().unwrap();
    let zh = done(&run(&["policy", "explain", "dispute/family_violence", "37.60,108.85", "--org", org, "--lang", "zh"]));
    for expected in ["社区警务队", "东派出所 610824-01", "与西派出所 610824-02相邻", "城区：5分钟内到场", "儿童是否在场"]
    {
        assert!(zh.contains(expected), "{expected} in {zh}");
    }
    let en = done(&run(&["policy", "explain", "non_police/noise", "--lang", "en"]));
    assert!(en.contains("nobody is sent; the command room handles it") && en.contains("12345, the citizens' line"), "{en}");
    let json = done(&run(&["policy", "explain", "criminal/robbery", "37.60,120.0", "--org", org, "--json"]));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((json["station"].as_str(), json["inside_boundary"].as_bool()), (Some("610824"), Some(false)), "{json}");
    assert_eq!((json["owner"].as_str(), json["priority"].as_u64(), json["any_team"].as_bool()), (Some("case"), Some(1), Some(true)));
    assert_eq!(run(&["policy", "explain", "weather"]).status.code(), Some(2));
}
