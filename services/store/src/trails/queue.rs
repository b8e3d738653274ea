//! What waits for the trails' writer: bounded, and positions are what goes first when it is full.

use super::TrailFix;
use crate::query::StoreError;
use domain::ids::UnitId;
use parking_lot::{Condvar, Mutex};
use std::collections::VecDeque;
use std::time::Duration;
use tokio::sync::oneshot;

/// Most fixes that wait to be written, in memory. Beyond it the oldest are dropped.
pub const QUEUED_FIXES: usize = 262_144;

/// What the writer is asked to do besides writing fixes.
pub(super) enum Item {
    /// Write everything now.
    Flush(oneshot::Sender<Result<u64, StoreError>>),
    /// Delete what is before this time.
    DeleteBefore(i64, oneshot::Sender<Result<u64, StoreError>>),
    /// Write everything and end.
    Close,
}

#[derive(Default)]
struct Waiting {
    fixes: VecDeque<(UnitId, TrailFix)>,
    items: Vec<Item>,
}

/// The queue.
#[derive(Default)]
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    something: Condvar,
}

impl Queue {
    /// Adds fixes and drops the oldest beyond the bound.
    pub(super) fn push_fixes(&self, fixes: impl IntoIterator<Item = (UnitId, TrailFix)>) {
        let mut waiting = self.waiting.lock();
        waiting.fixes.extend(fixes);
        let beyond = waiting.fixes.len().saturating_sub(QUEUED_FIXES);
        waiting.fixes.drain(..beyond);
        drop(waiting);
        if beyond > 0 {
            metrics::counter!("oneroom_trails_fixes_dropped_total").increment(beyond as u64);
        }
        self.something.notify_one();
    }

    /// Adds what is to be done.
    pub(super) fn push(&self, item: Item) {
        self.waiting.lock().items.push(item);
        self.something.notify_one();
    }

    /// Takes all that waits; waits for something at most this long.
    pub(super) fn take(&self, at_most: Duration) -> (VecDeque<(UnitId, TrailFix)>, Vec<Item>) {
        let mut waiting = self.waiting.lock();
        if waiting.fixes.is_empty() && waiting.items.is_empty() {
            self.something.wait_for(&mut waiting, at_most);
        }
        (std::mem::take(&mut waiting.fixes), std::mem::take(&mut waiting.items))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_queue_drops_the_oldest_fixes() {
        let queue = Queue::default();
        let unit = UnitId::new("a-1").unwrap();
        let fix = |n: usize| TrailFix { fix_time_ms: n as i64, lat_e7: 0, lon_e7: 0, speed_cm_per_s: None, heading_deg: None };
        queue.push_fixes((0..QUEUED_FIXES + 3).map(|n| (unit.clone(), fix(n))));
        let (fixes, _) = queue.take(Duration::ZERO);
        assert_eq!(fixes.len(), QUEUED_FIXES);
        assert_eq!(fixes.front().map(|(_, fix)| fix.fix_time_ms), Some(3));
    }
}
