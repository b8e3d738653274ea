//! When a crew is relieved, and when the next one takes its unit over.

use super::profile::Delay;
use crate::random::{SimRng, seeded};
use domain::time::Timestamp;
use rand::RngExt;

/// Shifts of a unit, as data.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ShiftCycle {
    /// From sign-on to sign-off; a crew that is busy then goes on until it is free.
    pub length: Delay,
    /// From sign-off until the next crew signs on.
    pub relief: Delay,
}

impl ShiftCycle {
    /// Twelve hours, handed over within a quarter of an hour. Assumption: two crews a day.
    #[must_use]
    pub const fn twelve_hours() -> Self {
        Self { length: Delay::fixed(43_200_000), relief: Delay::new(300_000, 480_000, 900_000) }
    }
}

/// What a unit's crew does at the end of its time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Change {
    Off,
    On,
}

/// Where a unit is in its cycle.
pub(super) struct Duty {
    cycle: ShiftCycle,
    /// Its own, so that changes of crews don't change what a crew draws.
    rng: SimRng,
    on: bool,
    until: Timestamp,
}

impl Duty {
    /// On duty, anywhere in its shift: crews are not all relieved at once.
    pub(super) fn somewhere(cycle: ShiftCycle, seed: u64, number: u64, now: Timestamp) -> Self {
        let mut rng = seeded(seed ^ 0x0064_7574_7900, number);
        let length_ms = cycle.length.draw_ms(&mut rng);
        let until = now.plus_ms(rng.random_range(0..=length_ms));
        Self { cycle, rng, on: true, until }
    }

    /// When it changes next.
    pub(super) fn until(&self) -> Timestamp {
        self.until
    }

    /// The change that is due at `at`.
    pub(super) fn change(&mut self, at: Timestamp) -> Change {
        let delay = if self.on { self.cycle.relief } else { self.cycle.length };
        self.until = at.plus_ms(delay.draw_ms(&mut self.rng).max(1));
        self.on = !self.on;
        if self.on { Change::On } else { Change::Off }
    }
}
