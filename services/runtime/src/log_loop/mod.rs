//! The loop of one log: takes commands, decides them in batches, appends, publishes; fires deadlines; follows other writers.
//!
//! *Architecture invariant:* decide → persist → publish, always in this order. Nothing is answered or published before its
//! commit is durable. One append is in flight at a time; what comes in meanwhile is the next batch: that is the group commit.

mod batch;
mod deadline_queue;
mod follow;
mod open;
mod publish;
mod stepped;

pub use open::OpenError;
pub(crate) use open::{open, set_up};
pub use stepped::Settled;
pub(crate) use stepped::shown;

use crate::clock::Clock;
use crate::committed::{Committed, LogView, WordsByIncident};
use crate::context::Context;
use crate::error::RuntimeError;
use crate::fleet::Fleet;
use arc_swap::ArcSwap;
use bus::Bus;
use deadline_queue::DeadlineQueue;
use domain::command::{Command, FireDeadline};
use domain::deadlines::Deadline;
use domain::decide::Reply;
use domain::ids::{LogId, PrincipalId, Seq};
use domain::principal::{Principal, Role};
use domain::time::Timestamp;
use domain::world::World;
use parking_lot::Mutex;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::{Duration, Instant};
use store::{Head, PrivateEntry, RequestKey, Store};
use tokio::sync::{broadcast, mpsc, oneshot};
use tokio_util::sync::CancellationToken;

/// Commands that wait for one log at most; a full queue makes callers wait, then refuses.
pub(crate) const QUEUE_LIMIT: usize = 4_096;
/// Commands decided into one append at most.
const BATCH_LIMIT: usize = 256;
/// Deadlines fired in one batch at most.
const DEADLINES_PER_BATCH: usize = 64;
/// Commits a slow follower may be behind before it must take a snapshot.
pub(crate) const FOLLOWER_BUFFER: usize = 2_048;
/// How often the record is looked at when nobody announced anything, in milliseconds.
const FOLLOW_EVERY_MS: u64 = 250;
/// Due deadlines that got nothing done (the record can't be written) are tried again after this, in milliseconds.
const DEADLINE_RETRY_MS: u64 = 250;
/// How often units with stale fixes are moved to their stations, in follow ticks: once a second.
const RELEGATE_EVERY_TICKS: u64 = 4;

/// What a command was answered with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outcome {
    /// The log that holds it.
    pub log_id: LogId,
    /// The last event it wrote.
    pub seq: Seq,
    /// What the answer names.
    pub reply: Reply,
}

/// A command on its way to be decided.
pub(crate) struct Pending {
    pub(crate) principal: Principal,
    pub(crate) command: Command,
    pub(crate) request: Option<RequestKey>,
    pub(crate) private: Vec<PrivateEntry>,
    pub(crate) trace_parent: String,
    pub(crate) span: tracing::Span,
    /// Whether the same request stood before it in one batch.
    pub(crate) came_twice: bool,
    pub(crate) answer: Option<oneshot::Sender<Result<Outcome, RuntimeError>>>,
}

impl Pending {
    fn answer(&mut self, result: Result<Outcome, RuntimeError>) {
        if let Some(answer) = self.answer.take() {
            // A caller that went away gets its answer when it sends the same request id again.
            let _ = answer.send(result);
        }
    }
}

/// Everything one log's loop holds.
pub(crate) struct LogLoop {
    log_id: LogId,
    store: Arc<dyn Store>,
    bus: Arc<dyn Bus>,
    clock: Arc<dyn Clock>,
    node: u64,
    world: World,
    head: Head,
    context: Arc<Context>,
    fleet: Arc<Fleet>,
    deadlines: DeadlineQueue,
    words: WordsByIncident,
    view: Arc<ArcSwap<LogView>>,
    published: broadcast::Sender<Arc<Committed>>,
    system: Principal,
    /// When this loop last compared itself with the record, milliseconds since 1970.
    checked_at_ms: Arc<AtomicI64>,
    /// Why the record could not be written last time; empty once it could.
    trouble: Arc<Mutex<String>>,
    /// Until when no deadline is fired, because the last ones got nothing done.
    deadlines_rest_until: Option<Instant>,
    /// When the next deadline is due, for who moves the clock of a stepped log; `i64::MAX` while there is none.
    next_due_ms: Arc<AtomicI64>,
    /// Why this node may only read this log, if so.
    read_only: Option<String>,
}

/// The server itself, as an actor.
pub(crate) fn system_principal() -> Result<Principal, domain::ids::InvalidCode> {
    Ok(Principal { principal_id: PrincipalId::new("system")?, role: Role::System })
}

impl LogLoop {
    /// Runs until `drain` is cancelled; what is queued by then is still decided and answered.
    pub(crate) async fn run(mut self, mut inbox: mpsc::Receiver<Pending>, drain: CancellationToken) {
        let mut announcements = self.bus.follow();
        let mut tick = tokio::time::interval(Duration::from_millis(FOLLOW_EVERY_MS));
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut ticks = 0u64;
        loop {
            let (clock, next, rest) = (Arc::clone(&self.clock), self.next_deadline(), self.rest());
            let due = async {
                tokio::time::sleep(rest).await;
                match next {
                    Some(at) => clock.reached(at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                pending = inbox.recv() => match pending {
                    Some(first) => {
                        let mut batch = vec![first];
                        while batch.len() < BATCH_LIMIT && let Ok(next) = inbox.try_recv() {
                            batch.push(next);
                        }
                        metrics::gauge!("oneroom_log_queue_depth", "log" => self.log_id.to_string()).set(f64::from(u32::try_from(inbox.len()).unwrap_or(u32::MAX)));
                        self.process(batch).await;
                        self.fire_due().await;
                    }
                    None => break,
                },
                () = due => self.fire_due().await,
                _ = tick.tick() => {
                    ticks += 1;
                    self.follow().await;
                    if ticks.is_multiple_of(RELEGATE_EVERY_TICKS) {
                        self.fleet.relegate_stale(self.clock.now(), self.context.policy.clocks.stale_fix_ms);
                    }
                }
                announced = announcements.recv() => {
                    let others = announced.map_or(true, |a| a.node != self.node && a.log_id == self.log_id && a.seq > self.head.seq);
                    if others {
                        self.follow().await;
                    }
                }
                () = drain.cancelled() => {
                    self.finish(&mut inbox).await;
                    break;
                }
            }
        }
        tracing::info!(log = %self.log_id, seq = self.head.seq.0, "log drained");
    }

    /// Decides and answers what is queued, and takes nothing more.
    async fn finish(&mut self, inbox: &mut mpsc::Receiver<Pending>) {
        inbox.close();
        let mut rest = Vec::new();
        while let Some(pending) = inbox.recv().await {
            rest.push(pending);
        }
        while !rest.is_empty() {
            let batch = rest.drain(..rest.len().min(BATCH_LIMIT)).collect();
            self.process(batch).await;
        }
    }

    /// When the next deadline is due; none while there is none, or none may be fired here.
    fn next_deadline(&self) -> Option<Timestamp> {
        if self.read_only.is_some() { None } else { self.deadlines.next_due() }
    }

    /// How long no deadline is fired, because the last ones got nothing done.
    fn rest(&self) -> Duration {
        self.deadlines_rest_until.map_or(Duration::ZERO, |until| until.saturating_duration_since(Instant::now()))
    }

    /// Fires what is due, as commands of the server itself.
    async fn fire_due(&mut self) {
        let resting = self.deadlines_rest_until.is_some_and(|until| until > Instant::now());
        let due = self.deadlines.due(self.clock.now(), DEADLINES_PER_BATCH);
        if due.is_empty() || resting || self.read_only.is_some() {
            return;
        }
        self.fire(&due).await;
        let nothing_done = due.iter().any(|deadline| self.deadlines.contains(deadline));
        self.deadlines_rest_until = nothing_done.then(|| Instant::now() + Duration::from_millis(DEADLINE_RETRY_MS));
    }

    async fn fire(&mut self, due: &[Deadline]) {
        metrics::counter!("oneroom_deadlines_fired_total").increment(due.len() as u64);
        let batch = due
            .iter()
            .map(|deadline| Pending {
                principal: self.system.clone(),
                command: Command::FireDeadline(FireDeadline { deadline: deadline.clone() }),
                request: None,
                private: Vec::new(),
                trace_parent: String::new(),
                span: tracing::Span::none(),
                came_twice: false,
                answer: None,
            })
            .collect();
        self.process(batch).await;
        metrics::gauge!("oneroom_deadlines_waiting").set(f64::from(u32::try_from(self.deadlines.len()).unwrap_or(u32::MAX)));
    }
}
