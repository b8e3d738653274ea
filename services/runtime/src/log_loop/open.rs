//! Opens a log: builds its World from the record and starts its loop; sets up a log that is new.

use super::deadline_queue::DeadlineQueue;
use super::follow::{FollowError, PAGE};
use super::publish::follow_duty;
use super::{FOLLOWER_BUFFER, LogLoop, QUEUE_LIMIT, system_principal};
use crate::codec;
use crate::committed::{LogView, Words, WordsByIncident};
use crate::context::{Context, ContextError};
use crate::fleet::Fleet;
use crate::gather::{FromRecord, gather};
use crate::runtime::{LogHandle, Parts};
use arc_swap::ArcSwap;
use domain::apply::apply;
use domain::decide::decide;
use domain::ids::{BlobHash, LogId};
use domain::principal::authorize;
use domain::world::World;
use parking_lot::Mutex;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use store::{AppendOutcome, Commit, EncodedEvent, Head, Store, link};
use tokio::sync::{broadcast, mpsc};
use wire::event::DecisionRecord;

/// Why a log could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The record can't be read or does not fit together.
    #[error("log {log_id}: {why}")]
    Record {
        /// Which log.
        log_id: LogId,
        /// Why.
        why: String,
    },
    /// The contents it decides by can't be had.
    #[error(transparent)]
    Context(#[from] ContextError),
    /// It is not set up.
    #[error("log {0} has no active policy and agency tree: set it up with `oneroom org import`")]
    NotSetUp(LogId),
}

fn record(log_id: &LogId, why: impl ToString) -> OpenError {
    OpenError::Record { log_id: log_id.clone(), why: why.to_string() }
}

/// A log's World as far as this release can read it.
pub(crate) struct Rebuilt {
    world: World,
    head: Head,
    /// Why it can't be read further: a newer release wrote what follows. This node only reads such a log.
    newer: Option<String>,
}

/// Builds the World of a log from its events, checking the chain on the way.
pub(crate) async fn rebuild(store: &dyn Store, log_id: &LogId) -> Result<Rebuilt, OpenError> {
    let (mut world, mut head) = (World::new(log_id.clone()), Head::EMPTY);
    loop {
        let rows = store.read(log_id, head.seq, PAGE).await.map_err(|error| record(log_id, error))?;
        if rows.is_empty() {
            return Ok(Rebuilt { world, head, newer: None });
        }
        for row in rows {
            if row.seq != head.seq.next() || link(&head.hash, log_id, row.seq, &row.bytes) != row.hash {
                return Err(record(log_id, FollowError::Chain(row.seq)));
            }
            let decoded = match wire::event::decode(&row.bytes, row.seq) {
                Ok(decoded) => decoded,
                Err(error) if error.is_from_newer_release() => {
                    let newer = Some(format!("event {}: {error}", row.seq));
                    return Ok(Rebuilt { world, head, newer });
                }
                Err(error) => return Err(record(log_id, format!("event {}: {error}", row.seq))),
            };
            apply(&mut world, &decoded.recorded);
            head = Head { seq: row.seq, hash: row.hash };
        }
    }
}

/// Opens a log that is set up and starts its loop.
pub(crate) async fn open(parts: &Parts, log_id: &LogId) -> Result<LogHandle, OpenError> {
    let Rebuilt { world, head, newer } = rebuild(parts.store.as_ref(), log_id).await?;
    if let Some(why) = &newer {
        tracing::error!(log = %log_id, %why, "this node only reads the log");
    }
    let (Some(policy), Some(agencies)) = (world.policy(), world.agency_tree()) else { return Err(OpenError::NotSetUp(log_id.clone())) };
    let context = Arc::new(Context::load(parts.store.as_ref(), policy, agencies).await?);
    let fleet = Arc::new(Fleet::new());
    for unit in world.units() {
        follow_duty(&fleet, &context, unit);
    }
    let words = words(parts.store.as_ref(), &world).await.map_err(|error| record(log_id, error))?;
    let view = LogView { world: world.clone(), head, context: Arc::clone(&context), fleet: Arc::clone(&fleet), words: words.clone() };
    let view = Arc::new(ArcSwap::from_pointee(view));
    let published = broadcast::Sender::new(FOLLOWER_BUFFER);
    let (sender, inbox) = mpsc::channel(QUEUE_LIMIT);
    let deadlines = DeadlineQueue::of(&world);
    let trouble = Arc::new(Mutex::new(String::new()));
    let checked_at_ms = Arc::new(AtomicI64::new(parts.clock.now().0));
    let next_due_ms = Arc::new(AtomicI64::new(i64::MAX));
    let log_loop = LogLoop {
        log_id: log_id.clone(),
        store: Arc::clone(&parts.store),
        bus: Arc::clone(&parts.bus),
        clock: Arc::clone(&parts.clock),
        node: parts.node,
        world,
        head,
        context,
        fleet,
        deadlines,
        words,
        view: Arc::clone(&view),
        published: published.clone(),
        system: system_principal().map_err(|error| record(log_id, error))?,
        checked_at_ms: Arc::clone(&checked_at_ms),
        trouble: Arc::clone(&trouble),
        deadlines_rest_until: None,
        next_due_ms: Arc::clone(&next_due_ms),
        read_only: newer,
    };
    let (steps, asked) = mpsc::channel(1);
    if parts.stepped {
        parts.tasks.spawn(log_loop.run_stepped(inbox, asked, parts.drain.clone()));
    } else {
        parts.tasks.spawn(log_loop.run(inbox, parts.drain.clone()));
    }
    Ok(LogHandle { sender, steps, view, published, checked_at_ms, next_due_ms, trouble })
}

/// Words of the open incidents, from the vault.
async fn words(store: &dyn Store, world: &World) -> Result<WordsByIncident, store::StoreError> {
    let mut words = WordsByIncident::new();
    for incident in world.incidents().filter(|incident| !incident.state.is_closed()) {
        let Some(link) = incident.private() else { continue };
        if let Some(content) = store.get_private(link.private_ref).await? {
            words.insert(incident.incident_id, Arc::new(Words { address: content.address, narrative: content.narrative }));
        }
    }
    Ok(words)
}

/// Makes a policy and an agency tree active in a log that may be new, before its loop runs. What is active already stays.
pub(crate) async fn set_up(parts: &Parts, log_id: &LogId, policy: BlobHash, agencies: BlobHash) -> Result<(), OpenError> {
    // Both must be usable before anything is written.
    let context = Context::load(parts.store.as_ref(), policy, agencies).await?;
    let Rebuilt { mut world, mut head, newer } = rebuild(parts.store.as_ref(), log_id).await?;
    if let Some(why) = newer {
        return Err(record(log_id, why));
    }
    let principal = system_principal().map_err(|error| record(log_id, error))?;
    for command in codec::activations(&world, policy, agencies) {
        let now = parts.clock.now().max(world.last_recorded_at());
        let from_record = FromRecord { incoming: Context::incoming(parts.store.as_ref(), &command).await?, ..FromRecord::default() };
        let situation = gather(&command, &world, &context, &Fleet::new(), (parts.clock.as_ref(), now), from_record);
        let contents = (world.policy(), world.agency_tree());
        let decision = authorize(&principal, command.clone(), &world, &situation)
            .and_then(|authorized| decide(&world, &authorized, &situation, now))
            .map_err(|error| record(log_id, error))?;
        let kept = DecisionRecord::new(&principal, &command, &situation, contents, now, decision.ids_used);
        let events = decision.events.iter().enumerate().map(|(index, recorded)| EncodedEvent {
            bytes: wire::event::encode(recorded, (index == 0).then_some(&kept)),
            name: recorded.event.name(),
            incident_id: None,
        });
        let commit = Commit {
            request: None,
            reply: Vec::new(),
            events: events.collect(),
            changed: decision.changed,
            private: Vec::new(),
            recorded_at: now,
        };
        head = match parts.store.append(log_id, head, vec![commit]).await {
            AppendOutcome::Appended(head) => head,
            other => return Err(record(log_id, format!("set-up was not recorded: {other:?}"))),
        };
        world = decision.world;
    }
    Ok(())
}
