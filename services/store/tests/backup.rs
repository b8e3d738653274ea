//! Backups: out of a record in use, back into an empty directory, proven, and what was erased stays erased.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failed unwrap here is the test failing")]

use domain::ids::PrivateRef;
use rusqlite::Connection;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use store::backup::{BackupError, backup, restore};
use store::conformance::fixture::{append, commit, commit_of, incident, incident_image, log, private, request};
use store::{Commit, ERASURES_FILE, EncodedEvent, Head, SqliteOptions, SqliteStore, Store};

fn nothing_erased(_: &[u8]) -> Option<PrivateRef> {
    None
}

fn opened(dir: &std::path::Path) -> Arc<SqliteStore> {
    SqliteStore::open(dir, SqliteOptions::default()).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_of_a_record_in_use_is_one_moment_of_it() {
    let dir = tempfile::tempdir().unwrap();
    let (live, copy, file) = (dir.path().join("live"), dir.path().join("copy"), dir.path().join("backup.db"));
    let store = opened(&live);
    let log = log("610824");
    let keyed = |number: u64| Commit {
        request: Some(request("op-1", number.into())),
        changed: vec![incident_image(&incident(u32::try_from(number).unwrap()))],
        ..commit(&[&"x".repeat(4_000)])
    };
    let mut head = Head::EMPTY;
    for number in 1..=300 {
        head = append(&*store, &log, head, vec![keyed(number)]).await;
    }
    let before = head;
    let done = Arc::new(AtomicBool::new(false));
    let writing = tokio::spawn({
        let (store, log, done) = (Arc::clone(&store), log.clone(), Arc::clone(&done));
        async move {
            while !done.load(Ordering::Relaxed) {
                head = append(&*store, &log, head, vec![keyed(head.seq.0 + 1)]).await;
            }
            head
        }
    });
    backup(&live, &file).await.unwrap();
    done.store(true, Ordering::Relaxed);
    let after = writing.await.unwrap();
    let refused = backup(&live, &file).await;
    assert!(matches!(refused, Err(BackupError::Exists(_))), "a backup is not overwritten: {refused:?}");
    let beside: Vec<_> = std::fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(beside.len(), 2, "one file and nothing beside it: {beside:?}");

    let restored = restore(&file, &copy, None, &nothing_erased).await.unwrap();
    let (restored_log, verified) = &restored.logs[0];
    assert_eq!(restored_log, &log);
    assert!(before.seq <= verified.head.seq && verified.head.seq <= after.seq);
    let copied = opened(&copy);
    for number in 1..=verified.head.seq.0 {
        let key = request("op-1", number.into());
        let found = copied.find_request(&key.principal_id, key.request_id).await.unwrap().unwrap();
        assert_eq!(found.seq.0, number);
    }
    assert!(copied.incident(&log, incident(300).incident_id).await.unwrap().is_some());
    append(&*copied, &log, verified.head, vec![commit(&["the restored record goes on"])]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_record_can_be_backed_up_too() {
    let dir = tempfile::tempdir().unwrap();
    let live = dir.path().join("live");
    let store = opened(&live);
    append(&*store, &log("610824"), Head::EMPTY, vec![commit(&["a"])]).await;
    store.close().await;
    backup(&live, &dir.path().join("backup.db")).await.unwrap();
    restore(&dir.path().join("backup.db"), &dir.path().join("copy"), None, &nothing_erased).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_erased_is_erased_again_from_the_log_and_from_the_list() {
    let dir = tempfile::tempdir().unwrap();
    let (live, copy, file) = (dir.path().join("live"), dir.path().join("copy"), dir.path().join("backup.db"));
    let store = opened(&live);
    let log = log("610824");
    let entries: Vec<_> = (1..=4).map(|number| private(number, "张三")).collect();
    // The event of the second's erasure is in the log, the erasure itself did not get done before the backup.
    let erased = EncodedEvent { bytes: entries[1].private_ref.0.as_bytes().to_vec(), name: "private_erased", incident_id: None };
    let other = EncodedEvent { bytes: entries[3].private_ref.0.as_bytes().to_vec(), name: "private_read", incident_id: None };
    let commits = vec![Commit { private: entries.clone(), events: vec![erased, other], ..commit(&[]) }];
    append(&*store, &log, Head::EMPTY, commits).await;
    assert!(store.erase_private(entries[0].private_ref).await.unwrap());
    backup(&live, &file).await.unwrap();
    // After the backup: only the list knows.
    assert!(store.erase_private(entries[2].private_ref).await.unwrap());
    store.close().await;

    let by_event = |bytes: &[u8]| uuid::Uuid::from_slice(bytes).ok().map(PrivateRef);
    let restored = restore(&file, &copy, Some(&live.join(ERASURES_FILE)), &by_event).await.unwrap();
    assert_eq!(restored.erased_again, 2);
    let copied = opened(&copy);
    for (index, entry) in entries.iter().enumerate() {
        assert_eq!(copied.get_private(entry.private_ref).await.unwrap().is_some(), index == 3, "{index}");
    }
    let lists = [&live, &copy].map(|dir| store::read_erasures(&dir.join(ERASURES_FILE)).unwrap());
    assert_eq!(lists[1].len(), 3, "the restored record's list has all of them");
    assert!(lists[0].iter().all(|private_ref| lists[1].contains(private_ref)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restore_refuses_what_does_not_hold_and_a_directory_in_use() {
    let dir = tempfile::tempdir().unwrap();
    let (live, file) = (dir.path().join("live"), dir.path().join("backup.db"));
    let store = opened(&live);
    append(&*store, &log("610824"), Head::EMPTY, vec![commit_of("a", vec![]), commit(&["b", "c"])]).await;
    backup(&live, &file).await.unwrap();
    let into_live = restore(&file, &live, None, &nothing_erased).await;
    assert!(matches!(into_live, Err(BackupError::Exists(_))), "{into_live:?}");

    Connection::open(&file).unwrap().execute("UPDATE events SET bytes = x'00' WHERE seq = 2", []).unwrap();
    let tampered = restore(&file, &dir.path().join("tampered"), None, &nothing_erased).await;
    assert!(matches!(&tampered, Err(BackupError::Chain(bad)) if bad.seq.0 == 2), "{tampered:?}");

    std::fs::write(&file, "this is no record").unwrap();
    let garbage = restore(&file, &dir.path().join("garbage"), None, &nothing_erased).await;
    assert!(matches!(garbage, Err(BackupError::Store(_))), "{garbage:?}");
    let missing = restore(&dir.path().join("missing.db"), &dir.path().join("none"), None, &nothing_erased).await;
    assert!(matches!(missing, Err(BackupError::Store(_))), "{missing:?}");
}
