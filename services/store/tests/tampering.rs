//! Whatever row of the file is changed, the audit names it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failed unwrap here is the test failing")]

use domain::ids::Seq;
use proptest::prelude::*;
use rusqlite::{Connection, params};
use std::path::Path;
use store::audit::{Audit, FirstBad, Verified, verify};
use store::conformance::fixture::{append, commit, log};
use store::{Checkpoint, Head, RECORD_FILE, SqliteOptions, SqliteStore, Store};
use tokio::sync::OnceCell;

const LOG: &str = "610824";
const EVENTS: u64 = 40;

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap().block_on(future)
}

/// A record of some events, closed, and its checkpoints after each append. It is made once and copied.
async fn recorded(dir: &Path) -> Vec<Checkpoint> {
    static MADE: OnceCell<(tempfile::TempDir, Vec<Checkpoint>)> = OnceCell::const_new();
    let made = async || {
        let template = tempfile::tempdir().unwrap();
        let checkpoints = make(template.path()).await;
        (template, checkpoints)
    };
    let (template, checkpoints) = MADE.get_or_init(made).await;
    std::fs::copy(template.path().join(RECORD_FILE), dir.join(RECORD_FILE)).unwrap();
    checkpoints.clone()
}

async fn make(dir: &Path) -> Vec<Checkpoint> {
    let store = SqliteStore::open(dir, SqliteOptions::default()).unwrap();
    let mut checkpoints: Vec<Checkpoint> = Vec::new();
    append(&*store, &log("other"), Head::EMPTY, vec![commit(&["of another log"])]).await;
    for number in 0..EVENTS / 2 {
        let head = checkpoints.last().map_or(Head::EMPTY, |checkpoint| checkpoint.head);
        let head = append(&*store, &log(LOG), head, vec![commit(&[&format!("first {number}"), &format!("second {number}")])]).await;
        checkpoints.push(Checkpoint { log_id: log(LOG), head, signed_at_ms: 0 });
    }
    store.close().await;
    checkpoints
}

async fn audited(dir: &Path, audit: &Audit) -> Result<Verified, FirstBad> {
    let store = SqliteStore::open(dir, SqliteOptions::default()).unwrap();
    let outcome = verify(&*store, &log(LOG), audit).await.unwrap();
    store.close().await;
    outcome
}

/// What somebody with the file in their hands may do to one row.
#[derive(Clone, Debug)]
enum Tampering {
    FlipBytes { seq: u64, at: prop::sample::Index, bit: u8 },
    FlipHash { seq: u64, at: prop::sample::Index, bit: u8 },
    CutHash { seq: u64 },
    Delete { seq: u64 },
    Swap { seq: u64, with: u64 },
    MoveToAnotherLog { seq: u64 },
    Insert { seq: u64 },
    Truncate { seq: u64 },
    MoveHead { seq: u64 },
    DropHead,
}

fn any_tampering() -> impl Strategy<Value = Tampering> {
    let seq = || 1..=EVENTS;
    let flip = (seq(), any::<prop::sample::Index>(), 0..8_u8);
    prop_oneof![
        flip.clone().prop_map(|(seq, at, bit)| Tampering::FlipBytes { seq, at, bit }),
        flip.prop_map(|(seq, at, bit)| Tampering::FlipHash { seq, at, bit }),
        seq().prop_map(|seq| Tampering::CutHash { seq }),
        seq().prop_map(|seq| Tampering::Delete { seq }),
        (1..EVENTS).prop_flat_map(|seq| (Just(seq), seq + 1..=EVENTS)).prop_map(|(seq, with)| Tampering::Swap { seq, with }),
        seq().prop_map(|seq| Tampering::MoveToAnotherLog { seq }),
        (EVENTS + 1..EVENTS + 3).prop_map(|seq| Tampering::Insert { seq }),
        seq().prop_map(|seq| Tampering::Truncate { seq }),
        (1..EVENTS).prop_map(|seq| Tampering::MoveHead { seq }),
        Just(Tampering::DropHead),
    ]
}

/// Does it; gives the row that must be named.
fn tamper(dir: &Path, tampering: &Tampering) -> u64 {
    let conn = Connection::open(dir.join(RECORD_FILE)).unwrap();
    let flip = |column: &str, seq: u64, at: prop::sample::Index, bit: u8| {
        let read = format!("SELECT {column} FROM events WHERE log_id = ? AND seq = ?");
        let mut bytes: Vec<u8> = conn.query_row(&read, params![LOG, seq as i64], |row| row.get(0)).unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        conn.execute(&format!("UPDATE events SET {column} = ? WHERE log_id = ? AND seq = ?"), params![bytes, LOG, seq as i64]).unwrap();
        seq
    };
    let run = |sql: &str, seq: u64| assert_ne!(conn.execute(sql, params![LOG, seq as i64]).unwrap(), 0);
    match *tampering {
        Tampering::FlipBytes { seq, at, bit } => flip("bytes", seq, at, bit),
        Tampering::FlipHash { seq, at, bit } => flip("hash", seq, at, bit),
        Tampering::CutHash { seq } => {
            run("UPDATE events SET hash = x'00' WHERE log_id = ? AND seq = ?", seq);
            seq
        }
        Tampering::Delete { seq } => {
            run("DELETE FROM events WHERE log_id = ? AND seq = ?", seq);
            seq
        }
        Tampering::Swap { seq, with } => {
            let move_to = "UPDATE events SET seq = ?3 WHERE log_id = ?1 AND seq = ?2";
            for (from, to) in [(seq as i64, -1), (with as i64, seq as i64), (-1, with as i64)] {
                assert_eq!(conn.execute(move_to, params![LOG, from, to]).unwrap(), 1);
            }
            seq
        }
        Tampering::MoveToAnotherLog { seq } => {
            run("UPDATE events SET log_id = 'elsewhere' WHERE log_id = ? AND seq = ?", seq);
            seq
        }
        Tampering::Insert { seq } => {
            let sql = "INSERT INTO events (log_id, seq, hash, bytes, name, recorded_at_ms) VALUES (?, ?, zeroblob(32), x'00', 'x', 0)";
            run(sql, seq);
            EVENTS + 1
        }
        Tampering::Truncate { seq } => {
            run("DELETE FROM events WHERE log_id = ? AND seq >= ?", seq);
            seq
        }
        Tampering::MoveHead { seq } => {
            run("UPDATE heads SET seq = ?2 WHERE log_id = ?1", seq);
            seq + 1
        }
        Tampering::DropHead => {
            conn.execute("DELETE FROM heads WHERE log_id = ?", [LOG]).unwrap();
            1
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, max_shrink_iters: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_first_row_that_was_tampered_with_is_named(tampering in any_tampering()) {
        let dir = tempfile::tempdir().unwrap();
        block_on(async {
            recorded(dir.path()).await;
            let bad = tamper(dir.path(), &tampering);
            let found = audited(dir.path(), &Audit::default()).await.unwrap_err();
            assert_eq!(found.seq, Seq(bad), "{found}");
        });
    }
}

#[test]
fn an_untouched_log_holds_from_the_start_and_from_each_checkpoint() {
    let dir = tempfile::tempdir().unwrap();
    block_on(async {
        let witnesses = recorded(dir.path()).await;
        let head = witnesses.last().unwrap().head;
        let all = Audit { from: None, witnesses: witnesses.clone() };
        assert_eq!(audited(dir.path(), &all).await, Ok(Verified { events: EVENTS, head }));
        for checkpoint in witnesses.clone() {
            let events = EVENTS - checkpoint.head.seq.0;
            let audit = Audit { from: Some(checkpoint), witnesses: witnesses.clone() };
            assert_eq!(audited(dir.path(), &audit).await, Ok(Verified { events, head }));
        }
        let elsewhere = Checkpoint { log_id: log("other"), ..witnesses[0].clone() };
        assert!(audited(dir.path(), &Audit { from: Some(elsewhere), witnesses: vec![] }).await.is_err());
    });
}

/// Cuts the log's end off, head and all, so that the file agrees with itself again.
fn cut_cleanly(dir: &Path, last: u64) {
    let conn = Connection::open(dir.join(RECORD_FILE)).unwrap();
    conn.execute("DELETE FROM events WHERE log_id = ? AND seq > ?", params![LOG, last as i64]).unwrap();
    conn.execute(
        "UPDATE heads SET seq = ?2, hash = (SELECT hash FROM events WHERE log_id = ?1 AND seq = ?2) WHERE log_id = ?1",
        params![LOG, last as i64],
    )
    .unwrap();
}

#[test]
fn a_log_that_was_cut_cleanly_contradicts_its_checkpoints() {
    let dir = tempfile::tempdir().unwrap();
    block_on(async {
        let witnesses = recorded(dir.path()).await;
        cut_cleanly(dir.path(), 30);
        assert!(audited(dir.path(), &Audit::default()).await.is_ok(), "the file alone can't tell");
        let found = audited(dir.path(), &Audit { from: None, witnesses: witnesses.clone() }).await.unwrap_err();
        assert_eq!(found.seq, Seq(31), "{found}");
        let last = witnesses.last().cloned();
        assert_eq!(audited(dir.path(), &Audit { from: last, witnesses: vec![] }).await.unwrap_err().seq, Seq(31));
    });
}

#[test]
fn a_log_that_was_rewritten_with_right_hashes_contradicts_its_checkpoints() {
    let dir = tempfile::tempdir().unwrap();
    block_on(async {
        let witnesses = recorded(dir.path()).await;
        cut_cleanly(dir.path(), 30);
        let store = SqliteStore::open(dir.path(), SqliteOptions::default()).unwrap();
        let head = store.head(&log(LOG)).await.unwrap();
        let head = append(&*store, &log(LOG), head, vec![commit(&["invented"; 10])]).await;
        assert_eq!(head.seq, Seq(EVENTS));
        store.close().await;
        assert!(audited(dir.path(), &Audit::default()).await.is_ok(), "the file alone can't tell");
        let found = audited(dir.path(), &Audit { from: None, witnesses: witnesses.clone() }).await.unwrap_err();
        assert_eq!(found.seq, Seq(32), "the first position that was signed: {found}");
        let last = witnesses.last().cloned();
        assert_eq!(audited(dir.path(), &Audit { from: last, witnesses: vec![] }).await.unwrap_err().seq, Seq(EVENTS));
    });
}
