//! Incidents (警情): what happened, who owns it, where it stands.

use crate::classification::{CallSource, Classification, Priority, Team};
use crate::ids::{AgencyId, AssignmentId, CallId, IncidentId, PrivateRef, ReasonKey, Seq, UnitId};
use crate::place::Place;
use crate::reason::Reason;
use crate::time::{LocalDay, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Most units that are remembered as tried on one incident.
pub const MAX_TRIED_UNITS: usize = 64;

/// The clock that runs until a first unit is ordered.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DispatchClock {
    /// When its row turns amber.
    pub amber_at: Timestamp,
    /// By when a first unit should be ordered; red from here on.
    pub dispatch_by: Timestamp,
}

/// Where an incident stands. `received` and `classified` are one state here, because a call is refused without a category.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum IncidentState {
    /// Classified and owned; nobody is assigned.
    Classified {
        /// The clock of its first order; none where nobody is to be sent.
        clock: Option<DispatchClock>,
        /// Whether the room was already alarmed for this lapse: nobody is alarmed twice for one.
        alarmed: bool,
        /// When the rules look for a unit again, where they dispatch by themselves.
        retry_at: Option<Timestamp>,
    },
    /// At least one unit is assigned.
    Dispatched,
    /// At least one unit is on scene.
    OnScene,
    /// Dealt with; waits to be closed.
    Resolved {
        /// Coded outcome.
        disposition: ReasonKey,
    },
    /// Closed.
    Closed {
        /// Coded outcome.
        disposition: ReasonKey,
    },
}

impl IncidentState {
    /// The state's name, as in the state table.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Classified { .. } => "classified",
            Self::Dispatched => "dispatched",
            Self::OnScene => "on_scene",
            Self::Resolved { .. } => "resolved",
            Self::Closed { .. } => "closed",
        }
    }

    /// Whether nothing more is expected of it.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        matches!(self, Self::Closed { .. })
    }
}

/// Something about an incident that an operator must see.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IncidentFlag {
    /// The location is only words.
    UnverifiedLocation,
    /// The position is outside every boundary.
    OutsideBoundaries,
    /// The time it is said to have happened was off and was clamped.
    TimeClamped,
    /// False or nuisance by its category.
    Nuisance,
}

impl IncidentFlag {
    /// The key, as in reports.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::UnverifiedLocation => "unverified_location",
            Self::OutsideBoundaries => "outside_boundaries",
            Self::TimeClamped => "time_clamped",
            Self::Nuisance => "nuisance",
        }
    }
}

/// The link from the log into the vault: a reference and a salted commitment, no personal data.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PrivateLink {
    /// Where in the vault.
    pub private_ref: PrivateRef,
    /// SHA-256 over a salt kept in the vault and the content: proves later what was there, tells nothing alone.
    pub commitment: [u8; 32],
}

/// One report (报警) of an incident.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Call {
    /// Its id.
    pub call_id: CallId,
    /// How it came in.
    pub source: CallSource,
    /// Caller and words, in the vault; none when nothing personal was given.
    pub private: Option<PrivateLink>,
}

/// One incident.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Incident {
    /// Its id.
    pub incident_id: IncidentId,
    /// Running number per log and local day.
    pub number: u32,
    /// The local day of that number.
    pub local_day: LocalDay,
    /// Position in the log of its last change.
    pub revision: Seq,
    /// Where it stands.
    pub state: IncidentState,
    /// What it was reported as (接警类别).
    pub reported_as: Classification,
    /// What it was verified to be (反馈类别).
    pub verified_as: Option<Classification>,
    /// How urgent.
    pub priority: Priority,
    /// Where.
    pub place: Place,
    /// The station or desk whose room handles it.
    pub station: AgencyId,
    /// The team that owns it.
    pub owner: Team,
    /// Why that team and priority.
    pub owner_reasons: Vec<Reason>,
    /// What an operator must see.
    pub flags: BTreeSet<IncidentFlag>,
    /// The call that opened it.
    pub call: Call,
    /// When the call came in.
    pub reported_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Its assignments, oldest first.
    pub assignments: Vec<AssignmentId>,
    /// Units that declined it or stayed silent: the rules do not ask them again.
    pub tried: Vec<UnitId>,
    /// Orders that were not taken.
    pub refused_orders: u32,
}

impl Incident {
    /// What it is now held to be: the verified classification, else the reported one.
    #[must_use]
    pub fn classification(&self) -> &Classification {
        self.verified_as.as_ref().unwrap_or(&self.reported_as)
    }
}
