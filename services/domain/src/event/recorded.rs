//! An event as it is in the record: who, when, what.

use super::Event;
use crate::ids::{PrincipalId, Seq};
use crate::time::Timestamp;

/// Who and when, beside every event.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EventMeta {
    /// Position in the log.
    pub seq: Seq,
    /// Who did it.
    pub actor: PrincipalId,
    /// When it was recorded. Never runs backwards within a log.
    pub recorded_at: Timestamp,
    /// When it is said to have happened, where that is known and different.
    pub occurred_at: Option<Timestamp>,
    /// Whether `occurred_at` was off and was clamped.
    pub clamped: bool,
}

impl EventMeta {
    /// When it happened, as well as is known.
    #[must_use]
    pub fn happened_at(&self) -> Timestamp {
        self.occurred_at.unwrap_or(self.recorded_at)
    }
}

/// One event of the record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Recorded {
    /// Who and when.
    pub meta: EventMeta,
    /// What.
    pub event: Event,
}
