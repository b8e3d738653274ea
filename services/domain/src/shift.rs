//! Shifts and their signed hand-over (交接班).

use crate::ids::{AgencyId, PrincipalId, Seq, ShiftId, UnitId};
use crate::incident::PrivateLink;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Most units of one shift.
pub const MAX_SHIFT_UNITS: usize = 200;

/// What is planned of a shift.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ShiftPlan {
    /// Its id.
    pub shift_id: ShiftId,
    /// The station or desk.
    pub station: AgencyId,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it ends; after `starts_at`.
    pub ends_at: Timestamp,
    /// Its units, at most [`MAX_SHIFT_UNITS`].
    pub units: BTreeSet<UnitId>,
}

/// What is handed over, counted when it was offered.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct HandOver {
    /// Who hands over.
    pub by: PrincipalId,
    /// When.
    pub at: Timestamp,
    /// Open incidents of the station.
    pub open_incidents: u32,
    /// Alarms that stand.
    pub standing_alarms: u32,
    /// Requests for support that wait for an answer.
    pub open_whistles: u32,
    /// Words, in the vault.
    pub notes: Option<PrivateLink>,
    /// Who signed it, and when; none while nobody has.
    pub signed: Option<(PrincipalId, Timestamp)>,
}

/// Where a shift stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum ShiftState {
    /// Planned, or running.
    Planned,
    /// Its time is over; the hand-over must be signed.
    Ended {
        /// By when; none once the room was alarmed that it is not.
        sign_by: Option<Timestamp>,
    },
    /// Handed over and signed.
    HandedOver,
}

impl ShiftState {
    /// The state's name, as in the state table.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Ended { .. } => "ended",
            Self::HandedOver => "handed_over",
        }
    }
}

/// One shift.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Shift {
    /// What is planned.
    pub plan: ShiftPlan,
    /// Where it stands.
    pub state: ShiftState,
    /// What is handed over; none before it was offered.
    pub hand_over: Option<HandOver>,
    /// Position in the log of its last change.
    pub revision: Seq,
}
