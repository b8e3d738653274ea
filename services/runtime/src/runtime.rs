//! The runtime: the logs that this node serves, and the way to give them commands.

use crate::clock::Clock;
use crate::committed::{Committed, LogView};
use crate::error::RuntimeError;
use crate::log_loop::{self, OpenError, Outcome, Pending, Settled};
use arc_swap::ArcSwap;
use bus::Bus;
use domain::command::Command;
use domain::ids::{BlobHash, LogId, Seq};
use domain::principal::Principal;
use domain::time::Timestamp;
use parking_lot::{Mutex, RwLock};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use store::{PrivateEntry, RequestKey, Store};
use tokio::sync::{broadcast, mpsc, oneshot};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// A command that waits longer than this for its turn is refused, in milliseconds. Its request id stays good.
pub const COMMAND_TIMEOUT_MS: u64 = 2_000;

/// What every log's loop shares.
pub(crate) struct Parts {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) bus: Arc<dyn Bus>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) node: u64,
    /// Whether loops do nothing by themselves.
    pub(crate) stepped: bool,
    pub(crate) tasks: TaskTracker,
    pub(crate) drain: CancellationToken,
}

/// One open log.
#[derive(Clone)]
pub(crate) struct LogHandle {
    pub(crate) sender: mpsc::Sender<Pending>,
    /// Asks a stepped loop to fire what is due.
    pub(crate) steps: mpsc::Sender<oneshot::Sender<Settled>>,
    pub(crate) view: Arc<ArcSwap<LogView>>,
    pub(crate) published: broadcast::Sender<Arc<Committed>>,
    /// When the loop last compared itself with the record, milliseconds since 1970.
    pub(crate) checked_at_ms: Arc<AtomicI64>,
    /// When the next deadline of a stepped log is due; `i64::MAX` while there is none.
    pub(crate) next_due_ms: Arc<AtomicI64>,
    /// Why the record could not be written last time; empty once it could.
    pub(crate) trouble: Arc<Mutex<String>>,
}

/// A command and who gives it.
pub struct Request {
    /// Who.
    pub principal: Principal,
    /// What.
    pub command: Command,
    /// Its identity, so that it is never taken twice; none for the server's own.
    pub request: Option<RequestKey>,
    /// What goes into the vault with it.
    pub private: Vec<PrivateEntry>,
    /// W3C traceparent of the caller; empty without one.
    pub trace_parent: String,
}

/// The logs that this node serves.
pub struct Runtime {
    parts: Parts,
    logs: RwLock<BTreeMap<LogId, LogHandle>>,
}

impl Runtime {
    /// A runtime without logs.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, bus: Arc<dyn Bus>, clock: Arc<dyn Clock>) -> Self {
        Self::with(store, bus, clock, false)
    }

    /// A runtime whose logs do nothing by themselves: whoever moves `clock` gives one command at a time and calls
    /// [`Runtime::settle`]. The same commands at the same times then write the same record, whatever the machine does. It serves
    /// replay and simulation; a stepped log does not follow other writers and moves no unit with a stale fix to its station.
    #[must_use]
    pub fn stepped(store: Arc<dyn Store>, bus: Arc<dyn Bus>, clock: Arc<dyn Clock>) -> Self {
        Self::with(store, bus, clock, true)
    }

    fn with(store: Arc<dyn Store>, bus: Arc<dyn Bus>, clock: Arc<dyn Clock>, stepped: bool) -> Self {
        let (tasks, drain) = (TaskTracker::new(), CancellationToken::new());
        Self { parts: Parts { store, bus, clock, node: rand::random(), stepped, tasks, drain }, logs: RwLock::new(BTreeMap::new()) }
    }

    /// Fires what is due in a log by the clock as it stands, and what becomes due at this moment by that; returns once nothing is.
    /// Only a runtime that was made with [`Runtime::stepped`] waits for this.
    ///
    /// # Errors
    /// [`RuntimeError::UnknownLog`]; [`RuntimeError::Unavailable`] when the log is not stepped, stops, or can't be written.
    pub async fn settle(&self, log_id: &LogId) -> Result<Settled, RuntimeError> {
        let handle = self.handle(log_id).ok_or_else(|| RuntimeError::UnknownLog(log_id.clone()))?;
        let (answer, answered) = oneshot::channel();
        let not_stepped = || RuntimeError::Unavailable(format!("log {log_id} is not stepped, or is stopping"));
        handle.steps.send(answer).await.map_err(|_| not_stepped())?;
        let settled = answered.await.map_err(|_| not_stepped())?;
        if settled.stuck.is_empty() { Ok(settled) } else { Err(RuntimeError::Unavailable(settled.stuck)) }
    }

    /// When the next deadline of a stepped log is due, as of its last answer.
    #[must_use]
    pub fn next_deadline(&self, log_id: &LogId) -> Option<Timestamp> {
        log_loop::shown(&self.handle(log_id)?.next_due_ms)
    }

    /// Makes a policy and an agency tree active in a log that is not served yet. Both blobs are in the record already.
    ///
    /// # Errors
    /// [`OpenError`] when a blob can't be used or the record can't be written.
    pub async fn set_up(&self, log_id: &LogId, policy: BlobHash, agencies: BlobHash) -> Result<(), OpenError> {
        log_loop::set_up(&self.parts, log_id, policy, agencies).await
    }

    /// Builds a log's World and serves it from now on.
    ///
    /// # Errors
    /// [`OpenError`] when the record does not fit together or the log is not set up.
    pub async fn open(&self, log_id: &LogId) -> Result<(), OpenError> {
        if self.logs.read().contains_key(log_id) {
            return Ok(());
        }
        let handle = log_loop::open(&self.parts, log_id).await?;
        self.logs.write().insert(log_id.clone(), handle);
        Ok(())
    }

    /// The logs that are served, in order.
    #[must_use]
    pub fn logs(&self) -> Vec<LogId> {
        self.logs.read().keys().cloned().collect()
    }

    /// The record.
    #[must_use]
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.parts.store
    }

    /// The clock.
    #[must_use]
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.parts.clock
    }

    fn handle(&self, log_id: &LogId) -> Option<LogHandle> {
        self.logs.read().get(log_id).cloned()
    }

    /// A log as it is now.
    #[must_use]
    pub fn view(&self, log_id: &LogId) -> Option<Arc<LogView>> {
        self.handle(log_id).map(|handle| handle.view.load_full())
    }

    /// How long ago a log's loop last compared itself with the record, in milliseconds of the wall: a stuck one can't look live, and
    /// a fast clock can't make a healthy one look stuck.
    #[must_use]
    pub fn head_age_ms(&self, log_id: &LogId) -> Option<u64> {
        let checked_at = Timestamp(self.handle(log_id)?.checked_at_ms.load(Ordering::Relaxed));
        let age_ms = self.parts.clock.now().since_ms(checked_at) as f64 / self.parts.clock.pace().max(1.0);
        // Not negative, and not larger than before.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        Some(age_ms as u64)
    }

    /// Why a log can't be written now; empty while it can. The room must be told: what it decides is refused.
    #[must_use]
    pub fn trouble(&self, log_id: &LogId) -> String {
        self.handle(log_id).map(|handle| handle.trouble.lock().clone()).unwrap_or_default()
    }

    /// A log as it is now and every commit after it, without a gap between: the receiver is made before the view is read, so
    /// a commit may come twice (skip what is at or before the view's head), never not at all.
    #[must_use]
    pub fn follow(&self, log_id: &LogId) -> Option<(Arc<LogView>, broadcast::Receiver<Arc<Committed>>)> {
        let handle = self.handle(log_id)?;
        let receiver = handle.published.subscribe();
        Some((handle.view.load_full(), receiver))
    }

    /// Waits until a log has reached `min_seq`, [`COMMAND_TIMEOUT_MS`] at most, and gives it as it is then.
    ///
    /// # Errors
    /// [`RuntimeError::UnknownLog`]; [`RuntimeError::Unavailable`] when it is not reached in time.
    pub async fn view_at(&self, log_id: &LogId, min_seq: Seq) -> Result<Arc<LogView>, RuntimeError> {
        let (view, mut commits) = self.follow(log_id).ok_or_else(|| RuntimeError::UnknownLog(log_id.clone()))?;
        if view.head.seq >= min_seq {
            return Ok(view);
        }
        let reached = async { while commits.recv().await.is_ok_and(|committed| committed.head.seq < min_seq) {} };
        let _ = tokio::time::timeout(Duration::from_millis(COMMAND_TIMEOUT_MS), reached).await;
        match self.view(log_id) {
            Some(view) if view.head.seq >= min_seq => Ok(view),
            _ => Err(RuntimeError::Unavailable(format!("log {log_id} has not reached {min_seq} yet"))),
        }
    }

    /// Gives a command to a log and waits until it is durable or refused.
    ///
    /// A caller that stops waiting learns the outcome by sending the same request id again.
    ///
    /// # Errors
    /// [`RuntimeError`]; nothing was written then, except as [`RuntimeError::Unknown`] says.
    pub async fn execute(&self, log_id: &LogId, request: Request) -> Result<Outcome, RuntimeError> {
        let handle = self.handle(log_id).ok_or_else(|| RuntimeError::UnknownLog(log_id.clone()))?;
        let (answer, answered) = oneshot::channel();
        let pending = Pending {
            principal: request.principal,
            command: request.command,
            request: request.request,
            private: request.private,
            trace_parent: request.trace_parent,
            span: tracing::Span::current(),
            came_twice: false,
            answer: Some(answer),
        };
        let waited = Duration::from_millis(COMMAND_TIMEOUT_MS);
        match tokio::time::timeout(waited, handle.sender.send(pending)).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => return Err(RuntimeError::Unavailable("the server is stopping".to_owned())),
            Err(_) => {
                metrics::counter!("oneroom_log_queue_full_total").increment(1);
                return Err(RuntimeError::Unavailable(format!("{} commands are waiting", log_loop::QUEUE_LIMIT)));
            }
        }
        answered.await.unwrap_or_else(|_| Err(RuntimeError::Unavailable("the server is stopping".to_owned())))
    }

    /// Takes no more commands, answers what is queued, and waits until every loop has ended.
    pub async fn drain(&self) {
        self.parts.drain.cancel();
        self.parts.tasks.close();
        self.parts.tasks.wait().await;
    }
}
