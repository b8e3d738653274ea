//! The words of an incident follow it while it is open: at the node that decided and at one that only read the log.

use crate::room::{Room, call, key, log};
use bus::LocalBus;
use domain::command::{CloseIncident, Command, ReopenIncident, ReportIncident, ResolveIncident};
use domain::ids::IncidentId;
use domain::world::KEEP_CLOSED_MS;
use runtime::clock::VirtualClock;
use runtime::{LogView, Runtime};
use std::sync::Arc;
use store::{PrivateContent, SqliteOptions, SqliteStore, Store};

const SAID: &str = "他们又打起来了";

fn narrative(view: &LogView, id: IncidentId) -> Option<String> {
    view.words.get(&id).map(|words| words.narrative.clone())
}

async fn told(room: &Room, report: ReportIncident) -> IncidentId {
    let said = PrivateContent { narrative: SAID.to_owned(), ..PrivateContent::default() };
    room.say(Command::ReportIncident(report), said).await.reply.reported.unwrap().0
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_opened_again_after_memory_let_it_go_has_its_words_at_every_node() {
    let room = Room::open().await;
    let other: Arc<dyn Store> = SqliteStore::open(room.bench.dir(), SqliteOptions::default()).unwrap();
    let second = Runtime::new(other, Arc::new(LocalBus::default()), Arc::<VirtualClock>::clone(&room.bench.clock));
    second.open(&log()).await.unwrap();

    let id = told(&room, call("dispute", "debt")).await;
    assert_eq!(narrative(&room.view(), id).as_deref(), Some(SAID));
    room.room(Command::ResolveIncident(ResolveIncident { incident_id: id, disposition: key("mediated"), expected_revision: 0 })).await;
    let closed = CloseIncident { incident_id: id, excuse: Some(key("settled_by_phone")), expected_revision: 0 };
    room.room(Command::CloseIncident(closed)).await;
    assert_eq!(narrative(&room.view(), id), None, "words are for open incidents");
    room.bench.pass(KEEP_CLOSED_MS + 1);
    room.report(call("help", "animal")).await;
    assert!(room.view().world.incident(&id).is_none(), "it has left memory");

    let reopen = ReopenIncident { incident_id: id, reason: key("again"), expected_revision: 0 };
    let (_, mut commits) = room.bench.edge.runtime.follow(&log()).unwrap();
    let seq = room.room(Command::ReopenIncident(reopen)).await.seq;
    assert_eq!(narrative(&room.view(), id).as_deref(), Some(SAID), "at the node that decided");
    let committed = commits.recv().await.unwrap();
    assert_eq!(committed.words.get(&id).map(|words| words.narrative.as_str()), Some(SAID), "viewers are told");
    let followed = second.view_at(&log(), seq).await.unwrap();
    assert_eq!(narrative(&followed, id).as_deref(), Some(SAID), "at the node that read it");
    second.drain().await;
    room.confirm().await;
}
