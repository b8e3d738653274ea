//! A log from before the rules of the room: what an earlier release decided is read and passed over, what follows is confirmed.

use crate::room::{A11, Room, call, log};
use bus::LocalBus;
use domain::apply::apply;
use domain::command::{Command, Tap, WhenEngaged};
use domain::event::Event;
use domain::ids::Seq;
use domain::principal::Principal;
use domain::world::World;
use runtime::clock::VirtualClock;
use runtime::redecide::redecide;
use runtime::testing::{LOG, operator, unit};
use runtime::{Request, Runtime};
use std::sync::Arc;
use store::{AppendOutcome, Commit, EncodedEvent, Head, SqliteOptions, SqliteStore, Store};
use wire::event::{decode, encode};

async fn give(runtime: &Runtime, principal: Principal, command: Command) {
    let request = Request { principal, command, request: None, private: Vec::new(), trace_parent: String::new() };
    runtime.execute(&log(), request).await.unwrap();
}

/// Copies a log event by event without the activation of the rules, as the release before them wrote it: a position is not in an
/// event's bytes. That release knew no reasons why an owner owns.
async fn copy_as_before(from: &dyn Store, to: &dyn Store) -> u64 {
    let (mut world, mut head, mut commits) = (World::new(log()), Head::EMPTY, 0);
    let (mut events, mut changed) = (Vec::new(), Vec::new());
    let rows = from.read(&log(), Seq::default(), 10_000).await.unwrap();
    let mut rows = rows.into_iter().map(|row| decode(&row.bytes, row.seq).unwrap()).peekable();
    while let Some(mut row) = rows.next() {
        if matches!(row.recorded.event, Event::FeatureActivated { .. }) {
            continue;
        }
        if let Event::IncidentReported(reported) = &mut row.recorded.event {
            reported.owner_reasons.clear();
        }
        row.recorded.meta.seq = world.head().next();
        let bytes = encode(&row.recorded, row.decision.as_ref());
        events.push(EncodedEvent { bytes, name: row.recorded.event.name(), incident_id: None });
        changed.extend(apply(&mut world, &row.recorded));
        if rows.peek().is_none_or(|next| next.decision.is_some()) {
            let (events, changed) = (std::mem::take(&mut events), std::mem::take(&mut changed));
            let recorded_at = row.recorded.meta.recorded_at;
            let commit = Commit { request: None, reply: vec![], events, changed, private: vec![], recorded_at };
            head = match to.append(&log(), head, vec![commit]).await {
                AppendOutcome::Appended(head) => head,
                other => panic!("{other:?}"),
            };
            commits += 1;
        }
    }
    commits
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_from_before_the_rules_is_gone_on_with_and_confirmed_from_there() {
    let room = Room::open().await;
    let incident_id = room.report(call("dispute", "debt")).await;
    let assignment_id = room.assign(incident_id, A11, WhenEngaged::Refuse).await;
    let (policy, agencies) = (room.view().world.policy().unwrap(), room.view().world.agency_tree().unwrap());
    let newer = Arc::clone(room.bench.edge.runtime.store());

    let dir = tempfile::tempdir().unwrap();
    let store: Arc<dyn Store> = SqliteStore::open(dir.path(), SqliteOptions::default()).unwrap();
    for hash in [policy, agencies] {
        store.put_blob(newer.get_blob(hash).await.unwrap().unwrap()).await.unwrap();
    }
    let earlier = copy_as_before(newer.as_ref(), store.as_ref()).await;
    let found = redecide(store.as_ref(), &log()).await.unwrap();
    assert_eq!((found.confirmed, found.by_earlier_release), (0, earlier));

    let clock = Arc::<VirtualClock>::clone(&room.bench.clock);
    let runtime = Runtime::new(Arc::clone(&store), Arc::new(LocalBus::default()), clock);
    runtime.set_up(&log(), policy, agencies).await.unwrap();
    runtime.open(&log()).await.unwrap();
    give(&runtime, unit(A11), Command::Acknowledge(Tap { assignment_id, occurred_at: None })).await;
    give(&runtime, unit(A11), Command::MarkEnRoute(Tap { assignment_id, occurred_at: None })).await;
    give(&runtime, operator(&[LOG]), Command::ReportIncident(call("help", "animal"))).await;
    runtime.drain().await;
    let found = redecide(store.as_ref(), &log()).await.unwrap();
    assert_eq!((found.confirmed, found.by_earlier_release), (4, earlier), "the activation, and what was given since");
    room.bench.edge.runtime.drain().await;
}
