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
    let confirmed = runtime::redecide::redecide(store.as_ref(), &log_id).await.unwrap();
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
    ];
    for (name, expected, change) in table {
        write(name, change);
        let imported = run(&["org", "import", &dir, "--data", &house.data()]);
        assert_eq!(imported.status.code(), Some(2), "{expected}: {}", complaint(&imported));
        assert!(complaint(&imported).contains(expected), "{expected}: {}", complaint(&imported));
        assert_eq!(rows(), before, "{expected}: something was applied");
    }
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
