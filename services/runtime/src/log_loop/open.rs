//! Opens a log: builds its World from the record and starts its loop; sets up a log that is new.

use super::deadline_queue::DeadlineQueue;
use super::follow::{FollowError, PAGE};
use super::publish::follow_duty;
use super::{FOLLOWER_BUFFER, LogLoop, QUEUE_LIMIT, system_principal};
use crate::codec;
use crate::committed::{LogView, Words};
use crate::context::{Context, ContextError};
use crate::fleet::Fleet;
use crate::runtime::{LogHandle, Parts};
use arc_swap::ArcSwap;
use domain::apply::apply;
use domain::ids::{BlobHash, IncidentId, LogId};
use domain::world::World;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{AppendOutcome, Commit, EncodedEvent, Head, Store, link};
use tokio::sync::{broadcast, mpsc};

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

/// Builds the World of a log from its events, checking the chain on the way.
pub(crate) async fn rebuild(store: &dyn Store, log_id: &LogId) -> Result<(World, Head), OpenError> {
    let (mut world, mut head) = (World::new(log_id.clone()), Head::EMPTY);
    loop {
        let rows = store.read(log_id, head.seq, PAGE).await.map_err(|error| record(log_id, error))?;
        if rows.is_empty() {
            return Ok((world, head));
        }
        for row in rows {
            if row.seq != head.seq.next() || link(&head.hash, log_id, row.seq, &row.bytes) != row.hash {
                return Err(record(log_id, FollowError::Chain(row.seq)));
            }
            let decoded = wire::event::decode(&row.bytes, row.seq).map_err(|error| record(log_id, format!("event {}: {error}", row.seq)))?;
            apply(&mut world, &decoded.recorded);
            head = Head { seq: row.seq, hash: row.hash };
        }
    }
}

/// Opens a log that is set up and starts its loop.
pub(crate) async fn open(parts: &Parts, log_id: &LogId) -> Result<LogHandle, OpenError> {
    let (world, head) = rebuild(parts.store.as_ref(), log_id).await?;
    let (Some(policy), Some(agencies)) = (world.policy(), world.agency_tree()) else { return Err(OpenError::NotSetUp(log_id.clone())) };
    let context = Arc::new(Context::load(parts.store.as_ref(), policy, agencies).await?);
    let fleet = Arc::new(Fleet::new());
    for unit in world.units() {
        follow_duty(&fleet, &context, unit);
    }
    let words = words(parts.store.as_ref(), &world).await.map_err(|error| record(log_id, error))?;
    let view = LogView { world: world.clone(), head, context: Arc::clone(&context), fleet: Arc::clone(&fleet) };
    let view = Arc::new(ArcSwap::from_pointee(view));
    let published = broadcast::Sender::new(FOLLOWER_BUFFER);
    let (sender, inbox) = mpsc::channel(QUEUE_LIMIT);
    let deadlines = DeadlineQueue::of(&world);
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
        read_only: None,
    };
    parts.tasks.spawn(log_loop.run(inbox, parts.drain.clone()));
    Ok(LogHandle { sender, view, published })
}

/// Words of the open incidents, from the vault.
async fn words(store: &dyn Store, world: &World) -> Result<BTreeMap<IncidentId, Arc<Words>>, store::StoreError> {
    let mut words = BTreeMap::new();
    for incident in world.incidents().filter(|incident| !incident.state.is_closed()) {
        let Some(link) = &incident.call.private else { continue };
        if let Some(content) = store.get_private(link.private_ref).await? {
            words.insert(incident.incident_id, Arc::new(Words { address: content.address, narrative: content.narrative }));
        }
    }
    Ok(words)
}

/// Makes a policy and an agency tree active in a log that may be new, before its loop runs. What is active already stays.
pub(crate) async fn set_up(parts: &Parts, log_id: &LogId, policy: BlobHash, agencies: BlobHash) -> Result<(), OpenError> {
    // Both must be usable before anything is written.
    Context::load(parts.store.as_ref(), policy, agencies).await?;
    let (world, head) = rebuild(parts.store.as_ref(), log_id).await?;
    let now = parts.clock.now().max(world.last_recorded_at());
    let recorded = codec::activation(&world, policy, agencies, now).map_err(|error| record(log_id, error))?;
    if recorded.is_empty() {
        return Ok(());
    }
    let events = recorded
        .iter()
        .map(|recorded| EncodedEvent { bytes: wire::event::encode(recorded, None), name: recorded.event.name(), incident_id: None })
        .collect();
    let commit = Commit { request: None, reply: Vec::new(), events, changed: Vec::new(), private: Vec::new(), recorded_at: now };
    match parts.store.append(log_id, head, vec![commit]).await {
        AppendOutcome::Appended(_) => Ok(()),
        other => Err(record(log_id, format!("set-up was not recorded: {other:?}"))),
    }
}
