//! The clock: wall time anchored to the monotonic clock. It is injected everywhere, so that replay and simulation can run on
//! a virtual one.

use domain::time::Timestamp;
use parking_lot::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// A wall clock that jumps by more than this, in milliseconds, is not believed: time goes on from the monotonic clock.
pub const MAX_BELIEVED_JUMP_MS: i64 = 5_000;

/// What time it is.
pub trait Clock: Send + Sync + 'static {
    /// Now. Never runs backwards.
    fn now(&self) -> Timestamp;
}

struct Anchor {
    wall_ms: i64,
    at: Instant,
    last_ms: i64,
}

/// Wall time, anchored: small corrections of the wall clock are followed, a jump over 5 s is held and counted.
pub struct WallClock {
    anchor: Mutex<Anchor>,
}

impl Default for WallClock {
    fn default() -> Self {
        let wall_ms = wall_now_ms();
        Self { anchor: Mutex::new(Anchor { wall_ms, at: Instant::now(), last_ms: wall_ms }) }
    }
}

fn wall_now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

impl Clock for WallClock {
    fn now(&self) -> Timestamp {
        let wall_ms = wall_now_ms();
        let mut anchor = self.anchor.lock();
        let elapsed_ms = i64::try_from(anchor.at.elapsed().as_millis()).unwrap_or(i64::MAX);
        let steady_ms = anchor.wall_ms.saturating_add(elapsed_ms);
        let now_ms = anchor.take(wall_ms, steady_ms);
        // What is believed is the new anchor, so that a slow drift never adds up to a jump.
        (anchor.wall_ms, anchor.at) = (now_ms, Instant::now());
        Timestamp(now_ms)
    }
}

impl Anchor {
    /// Chooses between the wall and the steady clock.
    fn take(&mut self, wall_ms: i64, steady_ms: i64) -> i64 {
        let now_ms = if (wall_ms - steady_ms).abs() > MAX_BELIEVED_JUMP_MS {
            metrics::counter!("oneroom_clock_jumps_held_total").increment(1);
            steady_ms
        } else {
            wall_ms
        };
        self.last_ms = self.last_ms.max(now_ms);
        self.last_ms
    }
}

/// A clock that stands still until it is moved.
#[derive(Default)]
pub struct VirtualClock {
    now_ms: AtomicI64,
}

impl VirtualClock {
    /// A clock that shows `now`.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self { now_ms: AtomicI64::new(now.0) }
    }

    /// Moves it forward to `to`; never back.
    pub fn advance_to(&self, to: Timestamp) {
        self.now_ms.fetch_max(to.0, Ordering::SeqCst);
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.now_ms.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_corrections_are_followed_a_jump_is_held_and_time_never_runs_back() {
        let mut anchor = Anchor { wall_ms: 1_000_000, at: Instant::now(), last_ms: 1_000_000 };
        assert_eq!(anchor.take(1_000_400, 1_000_100), 1_000_400);
        assert_eq!(anchor.take(1_000_300, 1_000_350), 1_000_400);
        assert_eq!(anchor.take(9_000_000, 1_001_000), 1_001_000);
        assert_eq!(anchor.take(500_000, 1_002_000), 1_002_000);
    }
}
