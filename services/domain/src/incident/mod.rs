//! Incidents (警情): what happened, who owns it, where it stands.

mod facts;

pub use facts::{
    ArrivalClock, Attendance, ChosenPlan, Hold, LastChange, Lending, LendingStep, Passing, Proposal, ProposedOrder, Repeat, RepeatBy,
    Signed, Standing, Transfer, Undoable,
};

use crate::classification::{CallSource, Classification, Priority, Team, TransferTarget};
use crate::ids::{AgencyId, AssignmentId, CallId, IncidentId, PremiseNoteId, PrivateRef, ReasonKey, Seq, UnitId};
use crate::place::Place;
use crate::policy::Policy;
use crate::reason::Reason;
use crate::time::{LocalDay, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Most units that are remembered as tried on one incident.
pub const MAX_TRIED_UNITS: usize = 64;
/// Most calls of one incident.
pub const MAX_CALLS: usize = 200;
/// Most earlier incidents shown as repeats.
pub const MAX_REPEATS: usize = 8;
/// Most premise notes shown with one incident.
pub const MAX_PREMISE_NOTES: usize = 8;

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
    /// Called off.
    Cancelled {
        /// Coded reason.
        reason: ReasonKey,
    },
    /// The same as another incident, which has its calls now.
    Merged {
        /// The other.
        into: IncidentId,
    },
    /// The other side accepted it.
    Transferred {
        /// To whom.
        to: TransferTarget,
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
            Self::Cancelled { .. } => "cancelled",
            Self::Merged { .. } => "merged",
            Self::Transferred { .. } => "transferred",
        }
    }

    /// Whether nothing more is expected of it.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        matches!(self, Self::Closed { .. } | Self::Cancelled { .. } | Self::Merged { .. } | Self::Transferred { .. })
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
    /// An earlier incident at the same place or by the same caller (重复警情).
    Repeat,
    /// A false call by its outcome.
    FalseCall,
    /// Its category is not in the policy any more; it is handled as it was decided.
    CategoryWithdrawn,
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
            Self::Repeat => "repeat",
            Self::FalseCall => "false_call",
            Self::CategoryWithdrawn => "category_withdrawn",
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
    /// When it came in.
    #[serde(default)]
    pub received_at: Timestamp,
    /// The incident it was a call of before a merge or a split.
    #[serde(default)]
    pub moved_from: Option<IncidentId>,
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
    /// Its calls, the one that opened it first; at most [`MAX_CALLS`].
    #[serde(alias = "call", deserialize_with = "one_or_many")]
    pub calls: Vec<Call>,
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
    /// When its call was answered, where that is known: ring → answered is reported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<Timestamp>,
    /// Whether an operator chose the priority: a reclassification keeps it unless the table is more urgent.
    #[serde(default)]
    pub priority_by_operator: bool,
    /// Passed down by a desk above, and whether the station signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passing: Option<Passing>,
    /// Held by an operator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<Hold>,
    /// What the rules will order when the countdown ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposal: Option<Proposal>,
    /// The response plan, and what is missing of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<ChosenPlan>,
    /// How far the rules look for a unit.
    #[serde(default)]
    pub lending: Lending,
    /// Whether the beat's officer attends; none where nobody must.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attendance: Option<Attendance>,
    /// A transfer that waits for the other side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transfer: Option<Transfer>,
    /// The clock of the first arrival.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrival: Option<ArrivalClock>,
    /// When the rules look again for a primary while others are on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seek_primary_at: Option<Timestamp>,
    /// Earlier incidents at the same place or by the same caller, the newest first; at most [`MAX_REPEATS`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub repeats: Vec<Repeat>,
    /// Notes about the address; at most [`MAX_PREMISE_NOTES`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub premise_notes: Vec<PremiseNoteId>,
    /// The incident it was split from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split_from: Option<IncidentId>,
    /// How often it was opened again.
    #[serde(default)]
    pub reopened: u32,
    /// When it was opened again last: what was reported before does not settle it.
    #[serde(default)]
    pub reopened_at: Option<Timestamp>,
    /// The last change, while it can be undone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_change: Option<LastChange>,
}

/// An incident of before the rules of the room was kept with its one call.
fn one_or_many<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<Call>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OneOrMany {
        One(Box<Call>),
        Many(Vec<Call>),
    }
    Ok(match OneOrMany::deserialize(deserializer)? {
        OneOrMany::One(call) => vec![*call],
        OneOrMany::Many(calls) => calls,
    })
}

impl Incident {
    /// Caller and words of the call that opened it, in the vault.
    #[must_use]
    pub fn private(&self) -> Option<PrivateLink> {
        self.calls.first().and_then(|call| call.private)
    }

    /// What it is now held to be: the verified classification, else the reported one.
    #[must_use]
    pub fn classification(&self) -> &Classification {
        self.verified_as.as_ref().unwrap_or(&self.reported_as)
    }

    /// Whether it is open, of a category that `policy` does not have, and not flagged so yet.
    #[must_use]
    pub fn is_withdrawn_by(&self, policy: &Policy) -> bool {
        !self.state.is_closed()
            && !self.flags.contains(&IncidentFlag::CategoryWithdrawn)
            && policy.category(&self.classification().category).is_none()
    }

    /// Where it stands, as in the state table: an incident that was passed down and that nobody was sent to yet is `passed_down`
    /// until the station's room has signed it, then `signed`.
    #[must_use]
    pub fn state_name(&self) -> &'static str {
        let passing = self.passing.as_ref().filter(|_| self.assignments.is_empty());
        match (&self.state, passing) {
            (IncidentState::Classified { .. }, Some(Passing { signed: None, .. })) => "passed_down",
            (IncidentState::Classified { .. }, Some(Passing { signed: Some(_), .. })) => "signed",
            (state, _) => state.name(),
        }
    }

    /// What an undo restores: who owns it and how urgent it is now.
    #[must_use]
    pub fn standing(&self) -> Standing {
        Standing {
            verified_as: self.verified_as.clone(),
            priority: self.priority,
            priority_by_operator: self.priority_by_operator,
            owner: self.owner,
            owner_reasons: self.owner_reasons.clone(),
        }
    }
}
