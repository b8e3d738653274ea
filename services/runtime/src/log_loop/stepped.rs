//! A log whose loop does nothing by itself: somebody else moves the clock, gives one command at a time and says when what is due is
//! to be done. For replay and simulation: what happens then depends on the commands and the clock alone, never on threads or timers.

use super::{DEADLINES_PER_BATCH, LogLoop, Pending};
use domain::time::Timestamp;
use std::sync::atomic::{AtomicI64, Ordering};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

/// Rounds of deadlines at one moment at most. Each deadline that was fired is due later or gone; more rounds than this are a mistake.
const ROUNDS_MAX: usize = 10_000;

/// What became of the deadlines that were due.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Settled {
    /// Deadlines fired.
    pub fired: u64,
    /// When the next one is due; none when there is none.
    pub next_due: Option<Timestamp>,
    /// Why some are still due; empty when none is. The record can't be written then, most likely.
    pub stuck: String,
}

/// Asks a loop to fire what is due.
pub(crate) type Steps = mpsc::Receiver<oneshot::Sender<Settled>>;

impl LogLoop {
    /// Runs until `drain` is cancelled; what is queued by then is still decided and answered.
    pub(crate) async fn run_stepped(mut self, mut inbox: mpsc::Receiver<Pending>, mut steps: Steps, drain: CancellationToken) {
        self.show_next_due();
        loop {
            tokio::select! {
                biased;
                pending = inbox.recv() => match pending {
                    Some(pending) => self.process(vec![pending]).await,
                    None => break,
                },
                Some(answer) = steps.recv() => {
                    let settled = self.settle().await;
                    // Who asked and went away need not know.
                    let _ = answer.send(settled);
                }
                () = drain.cancelled() => {
                    self.finish(&mut inbox).await;
                    break;
                }
            }
            self.show_next_due();
        }
    }

    /// Fires what is due now, and what becomes due at this moment by that.
    async fn settle(&mut self) -> Settled {
        let mut settled = Settled::default();
        for _ in 0..ROUNDS_MAX {
            let due = self.deadlines.due(self.clock.now(), DEADLINES_PER_BATCH);
            if due.is_empty() || self.read_only.is_some() {
                break;
            }
            self.fire(&due).await;
            settled.fired += due.len() as u64;
            if due.iter().all(|deadline| self.deadlines.contains(deadline)) {
                break;
            }
        }
        let now = self.clock.now();
        settled.next_due = self.deadlines.next_due();
        if settled.next_due.is_some_and(|at| at <= now) {
            let why = self.read_only.clone().unwrap_or_else(|| self.trouble.lock().clone());
            settled.stuck = format!("a deadline stays due after it was fired: {why}");
        }
        settled
    }

    fn show_next_due(&self) {
        let next = self.next_deadline().map_or(i64::MAX, |at| at.0);
        self.next_due_ms.store(next, Ordering::Release);
    }
}

/// The time that a loop showed as its next deadline.
pub(crate) fn shown(next_due_ms: &AtomicI64) -> Option<Timestamp> {
    Some(Timestamp(next_due_ms.load(Ordering::Acquire))).filter(|at| at.0 < i64::MAX)
}
