//! Appends: the head as the lock, batches, requests, constraints.

use super::fixture::{append, assignment, assignment_image, commit, commit_of, incident, incident_image, log, private, request};
use crate::{AppendOutcome, Commit, EncodedEvent, Head, IncidentFilter, Store, link};
use domain::assignment::AssignmentState;
use domain::ids::{PrivateRef, ReasonKey, Seq};
use std::sync::Arc;

/// The head after an append is the chain's, and what is read back is what was appended.
pub async fn an_append_moves_the_head_and_is_read_back_in_order(store: Arc<dyn Store>) {
    let log = log("610824");
    let head = append(&*store, &log, Head::EMPTY, vec![commit(&["a", "b"])]).await;
    let first = link(&[0; 32], &log, Seq(1), b"a");
    let second = link(&first, &log, Seq(2), b"b");
    assert_eq!(head, Head { seq: Seq(2), hash: second });
    assert_eq!(store.head(&log).await.unwrap(), head);
    let rows = store.read(&log, Seq(0), 10).await.unwrap();
    let got: Vec<_> = rows.iter().map(|row| (row.seq.0, row.hash, row.bytes.as_slice())).collect();
    assert_eq!(got, [(1, first, b"a".as_slice()), (2, second, b"b".as_slice())]);
    let logs = store.logs().await.unwrap();
    assert_eq!(logs.iter().map(|l| (l.log_id.as_str(), l.head)).collect::<Vec<_>>(), [("610824", head)]);
}

/// Neither a stale position nor another history at the same position is taken.
pub async fn an_append_at_another_head_is_a_conflict_and_writes_nothing(store: Arc<dyn Store>) {
    let log = log("610824");
    let head = append(&*store, &log, Head::EMPTY, vec![commit(&["a"])]).await;
    let other_history = Head { seq: Seq(1), hash: [9; 32] };
    let ahead = Head { seq: Seq(5), hash: head.hash };
    for expected in [Head::EMPTY, other_history, ahead] {
        let keyed = Commit { request: Some(request("op-1", 1)), private: vec![private(5, "x")], ..commit(&["b"]) };
        assert_eq!(store.append(&log, expected, vec![keyed]).await, AppendOutcome::Conflict(head));
    }
    assert_eq!(store.head(&log).await.unwrap(), head);
    assert_eq!(store.read(&log, Seq(0), 10).await.unwrap().len(), 1);
    assert_eq!(store.find_request(&request("op-1", 1).principal_id, request("op-1", 1).request_id).await.unwrap(), None);
    assert_eq!(store.get_private(PrivateRef(super::fixture::uuid(5))).await.unwrap(), None);
    assert_eq!(store.append(&super::fixture::log("other"), head, vec![commit(&["b"])]).await, AppendOutcome::Conflict(Head::EMPTY));
}

/// Several commits in one append are one chain; a commit without events leaves the head; pages join up.
pub async fn a_batch_is_chained_through_its_commits_and_pages_are_read_in_order(store: Arc<dyn Store>) {
    let log = log("610824");
    let batch = vec![commit(&["1", "2"]), commit(&[]), commit(&["3"]), commit(&["4", "5"])];
    let head = append(&*store, &log, Head::EMPTY, batch).await;
    assert_eq!(head.seq, Seq(5));
    assert_eq!(append(&*store, &log, head, vec![]).await, head, "an append of nothing changes nothing");
    let mut after = Seq(0);
    let mut bytes = Vec::new();
    loop {
        let page = store.read(&log, after, 2).await.unwrap();
        assert!(page.len() <= 2);
        let Some(last) = page.last() else { break };
        after = last.seq;
        bytes.extend(page.into_iter().flat_map(|row| row.bytes));
    }
    assert_eq!(bytes, b"12345");
}

/// The same request id of the same principal is one request, whichever log it goes to; another principal's is another.
pub async fn a_request_is_taken_once_in_the_whole_record(store: Arc<dyn Store>) {
    let (here, there) = (log("610824"), log("610825"));
    let keyed = |who: &str| Commit { request: Some(request(who, 42)), reply: b"reply".to_vec(), ..commit(&["a", "b"]) };
    let head = append(&*store, &here, Head::EMPTY, vec![keyed("op-1")]).await;
    let again = AppendOutcome::Violated { name: "request_id", index: 0 };
    assert_eq!(store.append(&here, head, vec![keyed("op-1")]).await, again);
    assert_eq!(store.append(&there, Head::EMPTY, vec![keyed("op-1")]).await, again);
    assert_eq!(store.head(&there).await.unwrap(), Head::EMPTY);
    append(&*store, &there, Head::EMPTY, vec![keyed("op-2")]).await;

    let key = request("op-1", 42);
    let found = store.find_request(&key.principal_id, key.request_id).await.unwrap().unwrap();
    assert_eq!((found.log_id, found.digest, found.reply.as_slice(), found.seq), (here, key.digest, b"reply".as_slice(), Seq(2)));
    assert_eq!(store.find_request(&key.principal_id, request("op-1", 43).request_id).await.unwrap(), None);
}

/// A batch with one violation is not written at all, and the index names the commit.
pub async fn one_violation_leaves_nothing_of_its_batch(store: Arc<dyn Store>) {
    let log = log("610824");
    let keyed = |number: u128| Commit { request: Some(request("op-1", number)), ..commit(&["a"]) };
    let head = append(&*store, &log, Head::EMPTY, vec![keyed(1)]).await;
    let first = Commit { private: vec![private(8, "x")], changed: vec![incident_image(&incident(1))], ..keyed(2) };
    let outcome = store.append(&log, head, vec![first, keyed(3), keyed(1), keyed(4)]).await;
    assert_eq!(outcome, AppendOutcome::Violated { name: "request_id", index: 2 });
    let twice = store.append(&log, head, vec![keyed(5), keyed(5)]).await;
    assert_eq!(twice, AppendOutcome::Violated { name: "request_id", index: 1 });
    assert_eq!(store.head(&log).await.unwrap(), head);
    assert_eq!(store.get_private(PrivateRef(super::fixture::uuid(8))).await.unwrap(), None);
    let filter = IncidentFilter { limit: 10, ..IncidentFilter::default() };
    assert!(store.search_incidents(&log, filter).await.unwrap().incidents.is_empty());
    assert!(store.deadlines(&log, i64::MAX, 10).await.unwrap().is_empty());
    assert_eq!(store.find_request(&request("op-1", 2).principal_id, request("op-1", 2).request_id).await.unwrap(), None);
    append(&*store, &log, head, vec![keyed(2), keyed(3)]).await;
}

/// UNIT-1 stands behind the core in the record itself.
pub async fn a_unit_has_one_active_assignment_across_logs(store: Arc<dyn Store>) {
    let (here, there) = (log("610824"), log("610825"));
    let mut held = assignment(1, incident(1).incident_id, "a-1");
    let head = append(&*store, &here, Head::EMPTY, vec![commit_of("a", vec![assignment_image(&held)])]).await;
    let second = commit_of("b", vec![assignment_image(&assignment(2, incident(2).incident_id, "a-1"))]);
    let violated = AppendOutcome::Violated { name: "one_active_assignment", index: 1 };
    assert_eq!(store.append(&here, head, vec![commit(&["x"]), second.clone()]).await, violated);
    assert_eq!(store.append(&there, Head::EMPTY, vec![commit(&["x"]), second.clone()]).await, violated);
    held.state = AssignmentState::Recalled { reason: ReasonKey::new("mistake").unwrap() };
    append(&*store, &here, head, vec![commit_of("c", vec![assignment_image(&held)])]).await;
    append(&*store, &there, Head::EMPTY, vec![second]).await;
}

/// The order of post-images within one commit doesn't matter.
pub async fn a_unit_freed_and_ordered_again_in_one_commit_is_no_violation(store: Arc<dyn Store>) {
    let log = log("610824");
    let mut old = assignment(1, incident(1).incident_id, "a-1");
    let head = append(&*store, &log, Head::EMPTY, vec![commit_of("a", vec![assignment_image(&old)])]).await;
    old.state = AssignmentState::Expired;
    let new = assignment(2, incident(2).incident_id, "a-1");
    append(&*store, &log, head, vec![commit_of("b", vec![assignment_image(&new), assignment_image(&old)])]).await;
}

/// A log that nobody wrote to is empty, not an error.
pub async fn an_unknown_log_is_empty(store: Arc<dyn Store>) {
    let log = log("nowhere");
    assert_eq!(store.head(&log).await.unwrap(), Head::EMPTY);
    assert!(store.read(&log, Seq(0), 10).await.unwrap().is_empty());
    assert!(store.logs().await.unwrap().is_empty());
    assert!(store.incident(&log, incident(1).incident_id).await.unwrap().is_none());
}

/// Time lines read only their incident's events, of their log.
pub async fn events_of_one_incident_are_read_alone(store: Arc<dyn Store>) {
    let log = log("610824");
    let event = |bytes: &str, of: Option<u32>| EncodedEvent {
        bytes: bytes.as_bytes().to_vec(),
        name: "incident_reported",
        incident_id: of.map(|number| incident(number).incident_id),
    };
    let events = vec![event("1", Some(1)), event("2", Some(2)), event("3", None), event("4", Some(1)), event("5", Some(1))];
    append(&*store, &log, Head::EMPTY, vec![Commit { events, ..commit(&[]) }]).await;
    let read = |after: u64, limit: usize| store.read_incident(&log, incident(1).incident_id, Seq(after), limit);
    let seqs = |rows: Vec<crate::StoredRow>| rows.into_iter().map(|row| row.seq.0).collect::<Vec<_>>();
    assert_eq!(seqs(read(0, 10).await.unwrap()), [1, 4, 5]);
    assert_eq!(seqs(read(1, 1).await.unwrap()), [4]);
    let elsewhere = super::fixture::log("610825");
    assert!(store.read_incident(&elsewhere, incident(1).incident_id, Seq(0), 10).await.unwrap().is_empty());
}
