//! A whistle (基层吹哨、机关报到): a station asks a specialist force or a higher level for support. Answered before a deadline,
//! else it climbs.

use crate::classification::Team;
use crate::ids::{AgencyId, IncidentId, PrincipalId, ReasonKey, Seq, WhistleId};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Where a whistle stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum WhistleState {
    /// Waits for an answer.
    Asked {
        /// By when; then it climbs.
        answer_by: Timestamp,
    },
    /// Somebody comes.
    Accepted {
        /// Who answered.
        by: PrincipalId,
        /// When.
        at: Timestamp,
    },
    /// Nobody comes.
    Refused {
        /// Coded reason.
        reason: ReasonKey,
    },
    /// Nobody answered, up to the highest level.
    Unanswered,
    /// Not needed any more.
    Ended,
}

impl WhistleState {
    /// The state's name, as in the state table.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Asked { .. } => "asked",
            Self::Accepted { .. } => "accepted",
            Self::Refused { .. } => "refused",
            Self::Unanswered => "unanswered",
            Self::Ended => "ended",
        }
    }
}

/// One request for support.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Whistle {
    /// Its id.
    pub whistle_id: WhistleId,
    /// The incident it is for.
    pub incident_id: IncidentId,
    /// The station that asks.
    pub from: AgencyId,
    /// The agency that must answer now.
    pub to: AgencyId,
    /// The force that is wanted; none asks for any.
    pub team: Option<Team>,
    /// Coded reason.
    pub reason: ReasonKey,
    /// When it was asked first.
    pub asked_at: Timestamp,
    /// How often it climbed.
    pub climbed: u32,
    /// Where it stands.
    pub state: WhistleState,
    /// Position in the log of its last change.
    pub revision: Seq,
}

impl Whistle {
    /// Whether it waits for an answer, or somebody comes.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self.state, WhistleState::Asked { .. } | WhistleState::Accepted { .. })
    }
}
