//! The clock: wall time anchored to the monotonic clock. It is injected everywhere, so that replay and simulation can run on
//! a virtual one.

use domain::time::Timestamp;
use parking_lot::Mutex;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::sync::Notify;
use uuid::{Builder, Uuid};

/// A wall clock that jumps by more than this, in milliseconds, is not believed: time goes on from the monotonic clock.
pub const MAX_BELIEVED_JUMP_MS: i64 = 5_000;

/// A wait for a clock.
pub type Reached<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// What time it is.
pub trait Clock: Send + Sync + 'static {
    /// Now. Never runs backwards.
    fn now(&self) -> Timestamp;

    /// Resolves once the clock shows `at` or later.
    fn reached(&self, at: Timestamp) -> Reached<'_> {
        Box::pin(async move {
            loop {
                let left_ms = at.since_ms(self.now());
                if left_ms == 0 {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(left_ms)).await;
            }
        })
    }

    /// How many times faster than the wall it runs at the moment; 0 while it stands still.
    fn pace(&self) -> f64 {
        1.0
    }

    /// A fresh id: a version 7 UUID (RFC 9562), which begins with the time. A clock that is to show the same run twice gives the same
    /// ids twice.
    fn fresh_id(&self) -> Uuid {
        Uuid::now_v7()
    }
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
    moved: Notify,
    ids: Option<NumberedIds>,
}

/// Ids in the order in which they are asked for: the same ones in every run with the same seed.
struct NumberedIds {
    seed: u16,
    next: AtomicU64,
}

impl VirtualClock {
    /// A clock that shows `now`.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self { now_ms: AtomicI64::new(now.0), ..Self::default() }
    }

    /// A clock that shows `now` and whose fresh ids follow from its time, from `seed` (its lowest 12 bits) and from how many were
    /// taken before, so that a run can be repeated to the byte. Ids of two such clocks can be the same: only for records that stand
    /// alone.
    #[must_use]
    pub fn repeatable(now: Timestamp, seed: u64) -> Self {
        let seed = u16::try_from(seed & 0xfff).unwrap_or(0);
        Self { ids: Some(NumberedIds { seed, next: AtomicU64::new(0) }), ..Self::at(now) }
    }

    /// Moves it forward to `to`; never back.
    pub fn advance_to(&self, to: Timestamp) {
        self.now_ms.fetch_max(to.0, Ordering::SeqCst);
        self.moved.notify_waiters();
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.now_ms.load(Ordering::SeqCst))
    }

    fn reached(&self, at: Timestamp) -> Reached<'_> {
        Box::pin(async move {
            loop {
                let moved = self.moved.notified();
                tokio::pin!(moved);
                // Whoever waits must be known before the clock is read, or a move between the two is missed.
                moved.as_mut().enable();
                if self.now() >= at {
                    return;
                }
                moved.await;
            }
        })
    }

    fn fresh_id(&self) -> Uuid {
        let Some(ids) = &self.ids else { return Uuid::now_v7() };
        let number = ids.next.fetch_add(1, Ordering::Relaxed);
        let mut bytes = [0_u8; 10];
        bytes[..2].copy_from_slice(&ids.seed.to_be_bytes());
        bytes[2..].copy_from_slice(&number.to_be_bytes());
        Builder::from_unix_timestamp_millis(u64::try_from(self.now().0).unwrap_or(0), &bytes).into_uuid()
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

    #[tokio::test]
    async fn who_waits_for_a_virtual_clock_is_told_when_it_is_there_and_not_before() {
        let clock = std::sync::Arc::new(VirtualClock::at(Timestamp(1_000)));
        let (waiting, mut told) = (std::sync::Arc::clone(&clock), false);
        let wait = waiting.reached(Timestamp(2_000));
        tokio::pin!(wait);
        for (at, expected) in [(1_000, false), (1_999, false), (2_000, true)] {
            clock.advance_to(Timestamp(at));
            tokio::select! { biased; () = &mut wait, if !told => told = true, () = tokio::task::yield_now() => {} }
            assert_eq!(told, expected, "at {at}");
        }
    }

    #[test]
    fn a_repeatable_clock_gives_the_same_ids_again_each_once_and_by_time() {
        let ids = |seed| {
            let clock = VirtualClock::repeatable(Timestamp(1_000), seed);
            let mut ids = vec![clock.fresh_id(), clock.fresh_id()];
            clock.advance_to(Timestamp(2_000));
            ids.push(clock.fresh_id());
            ids
        };
        assert_eq!(ids(7), ids(7));
        assert_ne!(ids(7)[0], ids(8)[0]);
        assert!(ids(7).is_sorted() && ids(7)[0] != ids(7)[1], "{:?}", ids(7));
        assert_eq!((ids(7)[2].get_version_num(), ids(7)[2].get_timestamp().map(|at| at.to_unix())), (7, Some((2, 0))));
    }
}
