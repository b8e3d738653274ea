//! What is kept beside the log: requests, blobs, snapshots, the vault.

use super::fixture::{START_MS, append, commit, log, private, request, uuid};
use crate::{Commit, Head, Snapshot, Store};
use domain::ids::{BlobHash, IncidentId, PrivateRef};
use domain::time::Timestamp;
use std::sync::Arc;

/// Requests older than their time are forgotten, younger ones are not.
pub async fn requests_are_forgotten_by_age(store: Arc<dyn Store>) {
    let log = log("610824");
    let at = |number: u128, after_ms: i64| Commit {
        request: Some(request("op-1", number)),
        recorded_at: Timestamp(START_MS + after_ms),
        ..commit(&["a"])
    };
    append(&*store, &log, Head::EMPTY, vec![at(1, 0), at(2, 10), at(3, 20)]).await;
    assert_eq!(store.forget_requests(START_MS + 20).await.unwrap(), 2);
    assert_eq!(store.forget_requests(START_MS + 20).await.unwrap(), 0);
    let find = |number: u128| {
        let key = request("op-1", number);
        let store = Arc::clone(&store);
        async move { store.find_request(&key.principal_id, key.request_id).await.unwrap() }
    };
    assert!(find(1).await.is_none() && find(2).await.is_none());
    assert!(find(3).await.is_some());
}

/// A blob's address is its content's hash.
pub async fn blobs_are_kept_under_their_hash(store: Arc<dyn Store>) {
    let hash = store.put_blob(b"policy".to_vec()).await.unwrap();
    assert_eq!(hash, BlobHash::of(b"policy"));
    assert_eq!(store.put_blob(b"policy".to_vec()).await.unwrap(), hash);
    assert_eq!(store.get_blob(hash).await.unwrap().as_deref(), Some(b"policy".as_slice()));
    assert_eq!(store.get_blob(BlobHash::of(b"other")).await.unwrap(), None);
}

/// A snapshot comes back only for its state version, and only while the log has its head in it.
pub async fn a_snapshot_replaces_the_last_and_is_of_its_version_and_history(store: Arc<dyn Store>) {
    let (log, other) = (log("610824"), log("610825"));
    let first = append(&*store, &log, Head::EMPTY, vec![commit(&["a"])]).await;
    let second = append(&*store, &log, first, vec![commit(&["b"])]).await;
    let at = |head: Head, bytes: &[u8]| Snapshot { state_version: 3, head, bytes: bytes.to_vec() };
    store.put_snapshot(&log, at(first, b"one")).await.unwrap();
    assert_eq!(store.get_snapshot(&log, 3).await.unwrap(), Some(at(first, b"one")));
    store.put_snapshot(&log, at(second, b"two")).await.unwrap();
    assert_eq!(store.get_snapshot(&log, 3).await.unwrap(), Some(at(second, b"two")));
    assert_eq!(store.get_snapshot(&log, 4).await.unwrap(), None);
    assert_eq!(store.get_snapshot(&other, 3).await.unwrap(), None);
    store.put_snapshot(&log, at(Head { hash: [1; 32], ..second }, b"of another history")).await.unwrap();
    assert_eq!(store.get_snapshot(&log, 3).await.unwrap(), None);
}

/// What is erased is gone, and erasing again says so.
pub async fn the_vault_gives_back_and_erases(store: Arc<dyn Store>) {
    let log = log("610824");
    let (zhang, li) = (private(1, "张三"), private(2, "李四"));
    append(&*store, &log, Head::EMPTY, vec![Commit { private: vec![zhang.clone(), li.clone()], ..commit(&["a"]) }]).await;
    assert_eq!(store.get_private(zhang.private_ref).await.unwrap(), Some(zhang.content));
    assert!(store.erase_private(zhang.private_ref).await.unwrap());
    assert_eq!(store.get_private(zhang.private_ref).await.unwrap(), None);
    assert!(!store.erase_private(zhang.private_ref).await.unwrap());
    assert_eq!(store.get_private(li.private_ref).await.unwrap(), Some(li.content));
    assert!(!store.erase_private(PrivateRef(uuid(99))).await.unwrap());
}

/// What must be erased by itself is found by its log, longest past first.
pub async fn what_is_past_its_time_in_the_vault_is_listed_by_log(store: Arc<dyn Store>) {
    let (here, there) = (log("610824"), log("610825"));
    let until = |number: u128, erase_at_ms: i64| crate::PrivateEntry { erase_at: Timestamp(erase_at_ms), ..private(number, "x") };
    append(&*store, &here, Head::EMPTY, vec![Commit { private: vec![until(1, 30), until(2, 10), until(3, 40)], ..commit(&["a"]) }]).await;
    append(&*store, &there, Head::EMPTY, vec![Commit { private: vec![until(4, 10)], ..commit(&["a"]) }]).await;
    let numbers = |refs: Vec<PrivateRef>| refs.into_iter().map(|r| r.0.as_u128()).collect::<Vec<_>>();
    assert_eq!(numbers(store.due_private(&here, 30, 10).await.unwrap()), [2, 1]);
    assert_eq!(numbers(store.due_private(&here, 30, 1).await.unwrap()), [2]);
    assert!(store.due_private(&here, 9, 10).await.unwrap().is_empty());
}

/// The same number, however it is written, finds its incidents, newest first; another log's and erased ones are not found.
pub async fn incidents_of_one_caller_are_found_until_they_are_erased(store: Arc<dyn Store>) {
    let (here, there) = (log("610824"), log("610825"));
    let called = |number: u128, phone: &str| {
        let mut entry = private(number, "x");
        entry.content.caller_phone = phone.to_owned();
        let mut commit = Commit { private: vec![entry], ..commit(&["a"]) };
        commit.events.iter_mut().for_each(|event| event.incident_id = Some(IncidentId(uuid(number + 100))));
        commit
    };
    let calls = vec![called(1, "139-1234-5678"), called(2, "13800000000"), called(3, "+86 13912345678"), called(4, "110")];
    append(&*store, &here, Head::EMPTY, calls).await;
    append(&*store, &there, Head::EMPTY, vec![called(5, "13912345678")]).await;
    let of = |phone: &'static str, limit: usize| {
        let (store, here) = (Arc::clone(&store), here.clone());
        async move {
            let found = store.incidents_of_caller(&here, phone, limit).await.unwrap();
            found.into_iter().map(|id| id.0.as_u128() - 100).collect::<Vec<_>>()
        }
    };
    assert_eq!(of("13912345678", 10).await, [3, 1]);
    assert_eq!(of("13912345678", 1).await, [3]);
    assert!(of("110", 10).await.is_empty(), "too short a number says nothing of who called");
    assert!(of("", 10).await.is_empty());
    store.erase_private(PrivateRef(uuid(3))).await.unwrap();
    assert_eq!(of("13912345678", 10).await, [1]);
}
