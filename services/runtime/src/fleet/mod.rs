//! The fleet: the latest fix of every unit, and the nearest units to a place.
//!
//! *Invariants.* A unit's latest fix is the newest by (device epoch, sequence number) of those that were believable, whatever
//! order they came in. [`Fleet::nearest`] gives exactly what sorting every unit by distance, then by id, would give. A unit is in
//! the index at its latest fix, or at its station while it has no fresh one, so that a fleet whose radio is silent doesn't look
//! like an empty county.
//!
//! Positions are not events: nothing here is durable, and everything is rebuilt from the next fixes.

mod acceptance;
mod changes;
mod fix;
pub mod index;
mod metrics;
mod shared;
mod state;
mod verdict;

#[cfg(test)]
mod acceptance_tests;
#[cfg(test)]
mod shared_tests;

pub use acceptance::{FUTURE_TOLERANCE_MS, JUMP_ALLOWANCE_M, MAX_UNIT_SPEED_M_PER_S};
pub use changes::{MAX_CLOSED_CHANGES, MAX_CLOSED_TICKS, MAX_GONE_PER_TICK, Tick};
pub use fix::{Fix, FixBatch, ReportedFix, STALE_AFTER_MS};
pub use index::Among;
pub use shared::Fleet;
pub use verdict::{BatchReceipt, BatchTooLarge, Verdict, VerdictCounts};

use domain::ids::UnitId;
use domain::place::Position;
use domain::time::Timestamp;

/// Units one fleet holds at most: twice the nation of the performance targets.
pub const MAX_UNITS: usize = 4_000_000;
/// Fixes in one batch at most.
pub const MAX_BATCH: usize = 10_000;
/// Units one search gives at most.
pub const MAX_NEAREST: usize = 1_000;

/// A unit was not registered: the fleet is full.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the fleet is full: expected at most {limit} units")]
pub struct FleetFull {
    /// Units allowed.
    pub limit: usize,
}

/// Where a fleet found a unit last: saves looking its name up. It is checked before it is believed, so that a hint that is old, or of
/// another fleet, costs a look-up and nothing else.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hint(index::Handle);

impl Default for Hint {
    /// Nowhere yet.
    fn default() -> Self {
        Self(index::NONE)
    }
}

/// What a unit's place in the index comes from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Placed {
    /// Its latest fix.
    Fix,
    /// Its station: it has no fix, or only a stale one.
    Station,
}

/// What to search for.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct NearestQuery {
    /// From where.
    pub position: Position,
    /// How many units at most; more than [`MAX_NEAREST`] counts as that.
    pub k: usize,
    /// All units that have a place, or only those that may be assigned.
    pub among: Among,
    /// No unit farther than this, in metres; `None` is no limit.
    pub within_m: Option<f64>,
}

impl NearestQuery {
    /// The `k` nearest units that may be assigned, however far.
    #[must_use]
    pub fn assignable(position: Position, k: usize) -> Self {
        Self { position, k, among: Among::Assignable, within_m: None }
    }

    /// The `k` nearest of all units, however far.
    #[must_use]
    pub fn all(position: Position, k: usize) -> Self {
        Self { position, k, among: Among::All, within_m: None }
    }
}

/// A unit that a search found.
#[derive(Clone, PartialEq, Debug)]
pub struct Hit {
    /// The unit.
    pub unit: UnitId,
    /// Great-circle distance from the query's position to the unit's place, in metres.
    pub distance_m: f64,
    /// Whether that place is its latest fix or its station.
    pub placed: Placed,
    /// Its latest fix, however old; `None` when it has none.
    pub fix: Option<Fix>,
}

impl Hit {
    /// Age of the unit's latest fix in milliseconds; `None` when it has none.
    #[must_use]
    pub fn fix_age_ms(&self, now: Timestamp) -> Option<u64> {
        self.fix.map(|fix| fix.age_ms(now))
    }
}

/// What changed since a tick.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Changes {
    /// What to ask from next time.
    pub through: Tick,
    /// Whether `fixes` is every unit that has a fix, because the reader was too far behind: what it knew before is void.
    pub everything: bool,
    /// Units that were unregistered or whose fix was forgotten. To be applied before `fixes`, which may name a unit again.
    pub gone: Vec<UnitId>,
    /// Units whose fix changed, each once, with their latest.
    pub fixes: Vec<(UnitId, Fix)>,
}
