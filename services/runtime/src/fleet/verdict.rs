//! What became of a fix, and of a batch.

use super::fix::Fix;
use domain::ids::UnitId;

/// What became of one fix.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// It is the unit's latest fix now.
    Accepted,
    /// A newer fix of the unit is known. Late and reordered fixes end here.
    Older,
    /// This very fix, by device epoch and sequence number, is known.
    Duplicate,
    /// Quarantined: its corrected time is too far after its receipt.
    Future {
        /// How far, in milliseconds.
        ahead_ms: u64,
    },
    /// Quarantined: nobody moves that fast. It is held; if the next fix agrees with it, both are accepted.
    Impossible {
        /// Distance from the latest accepted fix, in metres.
        distance_m: u32,
        /// Time since that fix, in milliseconds; 0 when it isn't later.
        elapsed_ms: u64,
    },
    /// The unit is not registered.
    UnknownUnit,
    /// Its position is out of range, or exactly 0, 0: what devices report that have none.
    InvalidPosition,
}

impl Verdict {
    /// Every kind of verdict by name, in the order of the variants.
    pub const NAMES: [&'static str; 7] = ["accepted", "older", "duplicate", "future", "impossible", "unknown_unit", "invalid_position"];

    /// The verdict's name, a metric's label value.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES[self.kind()]
    }

    fn kind(self) -> usize {
        match self {
            Self::Accepted => 0,
            Self::Older => 1,
            Self::Duplicate => 2,
            Self::Future { .. } => 3,
            Self::Impossible { .. } => 4,
            Self::UnknownUnit => 5,
            Self::InvalidPosition => 6,
        }
    }
}

/// How many fixes got each verdict.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct VerdictCounts([u64; 7]);

impl VerdictCounts {
    /// Counts one verdict.
    pub fn add(&mut self, verdict: Verdict) {
        self.0[verdict.kind()] += 1;
    }

    /// How many verdicts of the kind of `like` there were; the values inside `like` don't matter.
    #[must_use]
    pub fn of(&self, like: Verdict) -> u64 {
        self.0[like.kind()]
    }

    /// How many fixes were accepted.
    #[must_use]
    pub fn accepted(&self) -> u64 {
        self.of(Verdict::Accepted)
    }

    /// How many verdicts there were in all.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.0.iter().sum()
    }

    /// Every kind's name and count.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, u64)> + '_ {
        Verdict::NAMES.into_iter().zip(self.0)
    }
}

/// What became of a batch.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct BatchReceipt {
    /// One verdict per fix, in the batch's order.
    pub verdicts: Vec<Verdict>,
    /// The verdicts, counted.
    pub counts: VerdictCounts,
    /// Fixes of earlier or of this batch that had been held as impossible and are accepted now, because the next fix agreed
    /// with them. They come before the fixes of this batch that agreed; for a trail, nothing is lost.
    pub released: Vec<(UnitId, Fix)>,
    /// What was added to the sender's times, in milliseconds: how wrong its clock is.
    pub clock_correction_ms: i64,
}

/// A batch was refused whole: too many fixes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a batch has {given} fixes: expected at most {limit}")]
pub struct BatchTooLarge {
    /// Fixes in the batch.
    pub given: usize,
    /// Fixes allowed.
    pub limit: usize,
}
