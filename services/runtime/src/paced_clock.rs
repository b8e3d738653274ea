//! A clock that runs faster than the wall, slower, or stands still: a demo's. Everything in one process lives by it, so deadlines,
//! crews and screens agree at any pace.

use crate::clock::{Clock, Reached};
use domain::time::Timestamp;
use parking_lot::Mutex;
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// Slowest pace that still runs.
pub const PACE_MIN: f64 = 0.1;
/// Fastest pace: an hour in a minute.
pub const PACE_MAX: f64 = 60.0;

/// What was asked for is not a pace.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("pace {given}: expected 0 (stand still) or {PACE_MIN} to {PACE_MAX}")]
pub struct InvalidPace {
    /// What was given.
    pub given: f64,
}

#[derive(Clone, Copy)]
struct Section {
    /// What it showed when the pace was last changed.
    shown_ms: f64,
    /// When that was.
    since: Instant,
    pace: f64,
}

impl Section {
    fn shows_ms(&self) -> f64 {
        self.shown_ms + self.since.elapsed().as_secs_f64() * 1_000.0 * self.pace
    }
}

/// A clock with a pace that can be changed while it runs.
pub struct PacedClock {
    section: Mutex<Section>,
    changed: watch::Sender<()>,
}

impl PacedClock {
    /// A clock that shows `start` and runs at `pace`.
    ///
    /// # Errors
    /// [`InvalidPace`] outside 0 and [`PACE_MIN`] to [`PACE_MAX`].
    pub fn new(start: Timestamp, pace: f64) -> Result<Self, InvalidPace> {
        let section = Section { shown_ms: start.0 as f64, since: Instant::now(), pace: checked(pace)? };
        Ok(Self { section: Mutex::new(section), changed: watch::Sender::new(()) })
    }

    /// Changes the pace; 0 stands still. Nothing is skipped and nothing runs back.
    ///
    /// # Errors
    /// [`InvalidPace`] outside 0 and [`PACE_MIN`] to [`PACE_MAX`].
    pub fn set_pace(&self, pace: f64) -> Result<(), InvalidPace> {
        let pace = checked(pace)?;
        let mut section = self.section.lock();
        *section = Section { shown_ms: section.shows_ms(), since: Instant::now(), pace };
        drop(section);
        self.changed.send_replace(());
        Ok(())
    }
}

fn checked(pace: f64) -> Result<f64, InvalidPace> {
    if pace == 0.0 || (PACE_MIN..=PACE_MAX).contains(&pace) { Ok(pace) } else { Err(InvalidPace { given: pace }) }
}

impl Clock for PacedClock {
    fn now(&self) -> Timestamp {
        // Milliseconds since 1970 for ages to come: far below 2^53.
        #[allow(clippy::cast_possible_truncation)]
        let now_ms = self.section.lock().shows_ms() as i64;
        Timestamp(now_ms)
    }

    fn reached(&self, at: Timestamp) -> Reached<'_> {
        let mut changes = self.changed.subscribe();
        Box::pin(async move {
            loop {
                changes.mark_unchanged();
                let left_ms = at.since_ms(self.now());
                if left_ms == 0 {
                    return;
                }
                let pace = self.pace();
                let sleep = async {
                    if pace == 0.0 {
                        return std::future::pending().await;
                    }
                    tokio::time::sleep(Duration::from_secs_f64(left_ms as f64 / pace / 1_000.0)).await;
                };
                tokio::select! {
                    () = sleep => {}
                    changed = changes.changed() => if changed.is_err() { return std::future::pending().await },
                }
            }
        })
    }

    fn pace(&self) -> f64 {
        self.section.lock().pace
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn only_paces_that_people_can_follow_are_taken() {
        for pace in [0.05, 61.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(PacedClock::new(Timestamp(0), pace).is_err());
        }
        assert_eq!(PacedClock::new(Timestamp(0), 99.0).err().unwrap().to_string(), "pace 99: expected 0 (stand still) or 0.1 to 60");
    }

    #[test]
    fn a_clock_that_stands_still_goes_on_where_it_stood() {
        let clock = PacedClock::new(Timestamp(5_000), 0.0).unwrap();
        std::thread::sleep(Duration::from_millis(20));
        assert_eq!(clock.now(), Timestamp(5_000));
        clock.set_pace(60.0).unwrap();
        std::thread::sleep(Duration::from_millis(20));
        let later = clock.now();
        assert!(later >= Timestamp(6_200), "at least 20 ms at pace 60: {later:?}");
        clock.set_pace(0.0).unwrap();
        let stopped = clock.now();
        assert!(stopped >= later, "it never runs back");
        assert_eq!(clock.now(), stopped);
    }

    #[tokio::test]
    async fn who_waits_hears_of_a_new_pace() {
        let clock = Arc::new(PacedClock::new(Timestamp(0), 0.0).unwrap());
        let waiting = tokio::spawn({
            let clock = Arc::clone(&clock);
            async move {
                clock.reached(Timestamp(3_000)).await;
                clock.now()
            }
        });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        clock.set_pace(60.0).unwrap();
        assert!(waiting.await.unwrap() >= Timestamp(3_000));
    }
}
