//! Writers that race.

use super::fixture::{append, commit, log};
use crate::{AppendOutcome, Head, Store, link};
use domain::ids::Seq;
use std::sync::Arc;

/// How many writers race, and how many appends each gets through.
const WRITERS: usize = 8;
const APPENDS_EACH: usize = 12;

/// Each writer appends at the head it knows until all of its are in: every position has one winner, and the chain holds.
pub async fn of_writers_that_race_one_wins_each_position(store: Arc<dyn Store>) {
    let log = log("610824");
    let mut tasks = tokio::task::JoinSet::new();
    for writer in 0..WRITERS {
        let (store, log) = (Arc::clone(&store), log.clone());
        tasks.spawn(async move {
            let mut won = Vec::new();
            let mut known = Head::EMPTY;
            while won.len() < APPENDS_EACH {
                let event = format!("{writer}.{}", won.len());
                known = match store.append(&log, known, vec![commit(&[&event])]).await {
                    AppendOutcome::Appended(head) => {
                        won.push((head.seq.0, event));
                        head
                    }
                    AppendOutcome::Conflict(head) => head,
                    other => panic!("{other:?}"),
                };
            }
            won
        });
    }
    let mut won: Vec<_> = tasks.join_all().await.into_iter().flatten().collect();
    won.sort();
    let rows = store.read(&log, Seq(0), 10_000).await.unwrap();
    let stored: Vec<_> = rows.iter().map(|row| (row.seq.0, String::from_utf8(row.bytes.clone()).unwrap())).collect();
    assert_eq!(won, stored, "what was acknowledged is what is stored, each once");
    assert_eq!(stored.iter().map(|(seq, _)| *seq).collect::<Vec<_>>(), (1..=(WRITERS * APPENDS_EACH) as u64).collect::<Vec<_>>());
    let mut hash = [0; 32];
    for row in rows {
        hash = link(&hash, &log, row.seq, &row.bytes);
        assert_eq!(hash, row.hash);
    }
    assert_eq!(store.head(&log).await.unwrap().hash, hash);
}

/// Appends of many logs share transactions; a conflict or violation in one hurts no other.
pub async fn logs_do_not_hinder_each_other(store: Arc<dyn Store>) {
    let taken = crate::Commit { request: Some(super::fixture::request("op-1", 1)), ..commit(&["taken"]) };
    append(&*store, &log("first"), Head::EMPTY, vec![taken.clone()]).await;
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..60_u64 {
        let (store, taken) = (Arc::clone(&store), taken.clone());
        tasks.spawn(async move {
            let log = log(&format!("log-{number}"));
            match number % 3 {
                0 => {
                    let head = append(&*store, &log, Head::EMPTY, vec![commit(&["a", "b"])]).await;
                    assert_eq!(store.head(&log).await.unwrap(), head, "an append is read at once");
                }
                1 => {
                    let wrong = Head { seq: Seq(number), hash: [1; 32] };
                    assert_eq!(store.append(&log, wrong, vec![commit(&["a"])]).await, AppendOutcome::Conflict(Head::EMPTY));
                }
                _ => {
                    let violated = AppendOutcome::Violated { name: "request_id", index: 1 };
                    assert_eq!(store.append(&log, Head::EMPTY, vec![commit(&["a"]), taken]).await, violated);
                    assert!(store.read(&log, Seq(0), 10).await.unwrap().is_empty(), "nothing of it is written with the others");
                }
            }
        });
    }
    tasks.join_all().await;
    let logs = store.logs().await.unwrap();
    assert_eq!(logs.len(), 21, "one log before, and the twenty whose appends were right");
    assert!(logs.iter().filter(|l| l.log_id.as_str() != "first").all(|l| l.head.seq == Seq(2)));
}
