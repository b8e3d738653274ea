//! A device's line to the room: up most of the time, and when it is down the outbox waits.

use super::profile::Delay;
use crate::random::{SimRng, seeded};
use domain::time::Timestamp;

/// How often a line fails and for how long, as data.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LineProfile {
    /// From one failure's end to the next failure.
    pub up: Delay,
    /// How long a failure lasts.
    pub down: Delay,
}

impl LineProfile {
    /// A mobile network in a county with hills and basements: about three failures in two hours, half a minute each, rarely minutes.
    /// Assumption.
    #[must_use]
    pub const fn rural() -> Self {
        Self { up: Delay::new(60_000, 2_400_000, 14_400_000), down: Delay::new(5_000, 35_000, 420_000) }
    }
}

/// One device's line. Ask it with times that don't go backwards.
pub(super) struct Line {
    profile: LineProfile,
    rng: SimRng,
    up: bool,
    until: Timestamp,
}

impl Line {
    /// A line that is up. Its failures are its own: they don't change what its crew draws.
    pub(super) fn new(profile: LineProfile, seed: u64, number: u64, now: Timestamp) -> Self {
        let mut rng = seeded(seed ^ 0x006c_696e_6500, number);
        let until = now.plus_ms(profile.up.draw_ms(&mut rng).max(1));
        Self { profile, rng, up: true, until }
    }

    /// Whether it is up at `now`.
    pub(super) fn is_up(&mut self, now: Timestamp) -> bool {
        while self.until <= now {
            self.up = !self.up;
            let delay = if self.up { self.profile.up } else { self.profile.down };
            self.until = self.until.plus_ms(delay.draw_ms(&mut self.rng).max(1));
        }
        self.up
    }

    /// When it changes next.
    pub(super) fn until(&self) -> Timestamp {
        self.until
    }
}
