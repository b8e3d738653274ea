//! Wartime mode (战时联勤): for an area and a period, posts, teams and stations act as one pool.

use crate::ids::{AgencyId, PrincipalId, ReasonKey, Seq};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Wartime mode of one area.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Wartime {
    /// The area: an agency node with all below it.
    pub area: AgencyId,
    /// Who switched it on.
    pub by: PrincipalId,
    /// Coded reason.
    pub reason: ReasonKey,
    /// Since when.
    pub from: Timestamp,
    /// When it ends by itself.
    pub until: Timestamp,
    /// When it ended; none while it holds.
    pub ended_at: Option<Timestamp>,
    /// Position in the log of its last change.
    pub revision: Seq,
}

impl Wartime {
    /// Whether it holds.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.ended_at.is_none()
    }
}
