//! What is particular to the file: a full disk, a newer version, what erasing leaves, closing and opening again.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failed unwrap here is the test failing")]

use domain::ids::Seq;
use rusqlite::Connection;
use std::path::Path;
use std::sync::Arc;
use store::conformance::fixture::{append, commit, log, private};
use store::{AppendOutcome, Commit, ERASURES_FILE, Head, RECORD_FILE, SqliteOptions, SqliteStore, Store, StoreError, WRITE_QUEUE};

fn opened(dir: &Path) -> Arc<SqliteStore> {
    SqliteStore::open(dir, SqliteOptions::default()).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_refuses_writes_and_serves_reads_and_recovers() {
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(dir.path(), SqliteOptions { max_bytes: Some(400_000), ..SqliteOptions::default() }).unwrap();
    let log = log("610824");
    let large = "x".repeat(20_000);
    let mut head = Head::EMPTY;
    let reason = loop {
        match store.append(&log, head, vec![commit(&[&large])]).await {
            AppendOutcome::Appended(now) => head = now,
            AppendOutcome::Unavailable(reason) => break reason,
            other => panic!("{other:?}"),
        }
        assert!(head.seq < Seq(100), "the limit holds");
    };
    assert!(reason.contains("full"), "{reason}");
    assert!(head.seq > Seq(2));
    assert_eq!(store.head(&log).await.unwrap(), head);
    assert_eq!(store.read(&log, Seq(0), 1_000).await.unwrap().len() as u64, head.seq.0);
    // A conflict is still told, and once there is room again it goes on where it was.
    assert_eq!(store.append(&log, Head::EMPTY, vec![commit(&["a"])]).await, AppendOutcome::Conflict(head));
    store.close().await;
    append(&*opened(dir.path()), &log, head, vec![commit(&[&large])]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_append_that_does_not_fit_hurts_no_small_one_beside_it() {
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(dir.path(), SqliteOptions { max_bytes: Some(1_000_000), ..SqliteOptions::default() }).unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..40 {
        let store = Arc::clone(&store);
        tasks.spawn(async move {
            let too_large = number % 4 == 0;
            let bytes = "x".repeat(if too_large { 2_000_000 } else { 100 });
            let outcome = store.append(&log(&format!("log-{number}")), Head::EMPTY, vec![commit(&[&bytes])]).await;
            (too_large, outcome)
        });
    }
    for (too_large, outcome) in tasks.join_all().await {
        match outcome {
            AppendOutcome::Appended(_) => assert!(!too_large),
            // A full disk ends the transaction that it is met in; whoever was in it is told that nothing was written.
            AppendOutcome::Unavailable(_) => {}
            other => panic!("{other:?}"),
        }
    }
    for summary in store.logs().await.unwrap() {
        assert_eq!(store.read(&summary.log_id, Seq(0), 10).await.unwrap().len() as u64, summary.head.seq.0);
    }
    append(&*store, &log("after"), Head::EMPTY, vec![commit(&["a"])]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_of_a_newer_program_is_refused_in_plain_words() {
    let dir = tempfile::tempdir().unwrap();
    opened(dir.path()).close().await;
    Connection::open(dir.path().join(RECORD_FILE)).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let Err(StoreError::Damaged(reason)) = SqliteStore::open(dir.path(), SqliteOptions::default()) else { panic!("it was opened") };
    assert!(reason.contains("version 99") && reason.contains("newer program"), "{reason}");
}

/// Every file of the record.
fn is_anywhere(dir: &Path, text: &str) -> bool {
    let files = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    files.map(|path| std::fs::read(path).unwrap()).any(|bytes| bytes.windows(text.len()).any(|window| window == text.as_bytes()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_erased_is_in_no_file_any_more() {
    let dir = tempfile::tempdir().unwrap();
    let store = opened(dir.path());
    let entries: Vec<_> = (0..200).map(|number| private(number, &format!("caller-{number}-name"))).collect();
    append(&*store, &log("610824"), Head::EMPTY, vec![Commit { private: entries.clone(), ..commit(&["a"]) }]).await;
    assert!(is_anywhere(dir.path(), "caller-77-name"));
    assert!(store.erase_private(entries[77].private_ref).await.unwrap());
    assert!(!is_anywhere(dir.path(), "caller-77-name"));
    assert!(is_anywhere(dir.path(), "caller-78-name"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_list_of_erasures_is_completed_after_a_crash_cut_it_short() {
    let dir = tempfile::tempdir().unwrap();
    let store = opened(dir.path());
    let entries: Vec<_> = (0..3).map(|number| private(number, "x")).collect();
    append(&*store, &log("610824"), Head::EMPTY, vec![Commit { private: entries.clone(), ..commit(&["a"]) }]).await;
    for entry in &entries {
        store.erase_private(entry.private_ref).await.unwrap();
    }
    store.close().await;
    let list = dir.path().join(ERASURES_FILE);
    let text = std::fs::read_to_string(&list).unwrap();
    for cut in [1, 10, 37, 38, 50] {
        std::fs::write(&list, &text[..text.len() - cut]).unwrap();
        opened(dir.path()).close().await;
        assert_eq!(std::fs::read_to_string(&list).unwrap(), text, "cut by {cut}");
    }
    assert_eq!(store::read_erasures(&list).unwrap(), entries.iter().map(|entry| entry.private_ref).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_queued_is_written_before_a_close_and_refused_after_it() {
    let dir = tempfile::tempdir().unwrap();
    let store = opened(dir.path());
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..WRITE_QUEUE + 200 {
        let store = Arc::clone(&store);
        tasks.spawn(async move { store.append(&log(&format!("log-{number}")), Head::EMPTY, vec![commit(&["a"])]).await });
    }
    tokio::task::yield_now().await;
    store.close().await;
    let outcomes = tasks.join_all().await;
    let refused = store.append(&log("late"), Head::EMPTY, vec![commit(&["a"])]).await;
    assert!(matches!(refused, AppendOutcome::Unavailable(_)), "{refused:?}");
    assert!(store.head(&log("late")).await.is_err());
    let acknowledged = outcomes.iter().filter(|outcome| matches!(outcome, AppendOutcome::Appended(_))).count();
    let refused = outcomes.iter().filter(|outcome| matches!(outcome, AppendOutcome::Unavailable(_))).count();
    assert_eq!(acknowledged + refused, outcomes.len(), "nobody is left in doubt");
    assert_eq!(opened(dir.path()).logs().await.unwrap().len(), acknowledged, "what was acknowledged is there, and nothing else");
}
