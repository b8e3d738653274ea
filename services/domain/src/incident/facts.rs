//! What is known of an incident beside its state: who must sign it, who holds it, what is proposed, what is owed.

use crate::assignment::AssignmentRole;
use crate::classification::{Classification, Priority, Team, TransferTarget};
use crate::ids::{AgencyId, AssignmentId, IncidentId, PrincipalId, ReasonKey, Seq};
use crate::matching::RankedUnit;
use crate::reason::Reason;
use crate::time::{LocalDay, Timestamp};
use serde::{Deserialize, Serialize};

/// An incident that a desk above passed down to a station's room, which signs it (签收).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Passing {
    /// The desk that passed it down.
    pub from: AgencyId,
    /// By when the station must have signed.
    pub sign_by: Timestamp,
    /// Who signed and when; none while nobody has.
    pub signed: Option<Signed>,
    /// Whether the deadline passed unsigned, so that the desk above dispatches directly.
    pub lapsed: bool,
}

/// Who signed an incident that was passed down.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Signed {
    /// Who.
    pub by: PrincipalId,
    /// When.
    pub at: Timestamp,
}

/// An operator keeps an incident back ("held by …"): its clock of the first order does not alarm until then.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Hold {
    /// Who holds it.
    pub by: PrincipalId,
    /// Coded reason.
    pub reason: ReasonKey,
    /// When the hold ends by itself.
    pub until: Timestamp,
}

/// One order of a proposal.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ProposedOrder {
    /// What for.
    pub role: AssignmentRole,
    /// Which unit, and why.
    pub ranking: RankedUnit,
}

/// What the rules will order unless an operator decides otherwise before the countdown ends.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Proposal {
    /// Who would go.
    pub orders: Vec<ProposedOrder>,
    /// When it is sent by itself.
    pub send_at: Timestamp,
}

/// How far the rules look for a unit that is not of the owning team (借力), each step wider than the one before.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LendingStep {
    /// The owning team of the station that handles it.
    #[default]
    OwnTeam,
    /// Any team of that station.
    OtherTeam,
    /// Units of beats that border on the incident's beat.
    AdjacentBeat,
    /// Units of stations that border on the station.
    NeighbourStation,
    /// A specialist force is asked (吹哨).
    Whistle,
    /// Any unit of the county.
    County,
    /// The city is asked.
    City,
}

impl LendingStep {
    /// All steps, in order.
    pub const ALL: [Self; 7] =
        [Self::OwnTeam, Self::OtherTeam, Self::AdjacentBeat, Self::NeighbourStation, Self::Whistle, Self::County, Self::City];

    /// The key, as in policy and reasons.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::OwnTeam => "own_team",
            Self::OtherTeam => "other_team",
            Self::AdjacentBeat => "adjacent_beat",
            Self::NeighbourStation => "neighbour_station",
            Self::Whistle => "whistle",
            Self::County => "county",
            Self::City => "city",
        }
    }
}

/// How far the rules look for this incident now.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Lending {
    /// The step reached.
    pub step: LendingStep,
    /// When the next step is taken, while nobody was found.
    pub next_at: Option<Timestamp>,
}

/// Whether the beat's community officer attends (社区案事件必到现场).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attendance {
    /// Nobody of the beat could be ordered yet.
    Owed {
        /// The beat.
        beat: AgencyId,
    },
    /// The beat's officer has the order, or it waits in the officer's queue.
    Ordered {
        /// The beat.
        beat: AgencyId,
        /// The order.
        assignment_id: AssignmentId,
    },
    /// The beat's officer was there.
    Attended {
        /// The beat.
        beat: AgencyId,
        /// With which order.
        assignment_id: AssignmentId,
    },
    /// Excused, for a stated reason.
    Excused {
        /// The beat.
        beat: AgencyId,
        /// Coded reason.
        reason: ReasonKey,
    },
}

impl Attendance {
    /// The beat.
    #[must_use]
    pub fn beat(&self) -> &AgencyId {
        match self {
            Self::Owed { beat } | Self::Ordered { beat, .. } | Self::Attended { beat, .. } | Self::Excused { beat, .. } => beat,
        }
    }

    /// The state's name, as in reports.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Owed { .. } => "owed",
            Self::Ordered { .. } => "ordered",
            Self::Attended { .. } => "attended",
            Self::Excused { .. } => "excused",
        }
    }

    /// Whether nothing more is owed.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        matches!(self, Self::Attended { .. } | Self::Excused { .. })
    }
}

/// A transfer that waits for the other side. The first receiver keeps the incident until then.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Transfer {
    /// To whom.
    pub to: TransferTarget,
    /// Coded reason.
    pub reason: ReasonKey,
    /// When it was asked.
    pub requested_at: Timestamp,
    /// By when the other side must have answered; none once the room was alarmed that it has not.
    pub answer_by: Option<Timestamp>,
}

/// The clock of the first arrival.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ArrivalClock {
    /// By when a unit should be on scene.
    pub arrive_by: Timestamp,
    /// Whether the room was already alarmed for this lapse.
    pub alarmed: bool,
}

/// The response plan that was chosen, and what of it nobody could be found for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ChosenPlan {
    /// The plan, a key of the policy.
    pub plan: ReasonKey,
    /// Roles that nobody could be found for, one entry for each unit that is missing.
    pub unfilled: Vec<AssignmentRole>,
}

/// What links two incidents as a repeat (重复警情).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RepeatBy {
    /// The same place.
    Place,
    /// The same caller, by the keyed hash of the vault.
    Caller,
    /// Both.
    PlaceAndCaller,
}

/// An earlier incident that this one repeats.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Repeat {
    /// The earlier incident.
    pub incident_id: IncidentId,
    /// Its number.
    pub number: u32,
    /// The local day of that number.
    pub local_day: LocalDay,
    /// What it was held to be.
    pub classification: Classification,
    /// How it ended; none while it is open.
    pub disposition: Option<ReasonKey>,
    /// What links the two.
    pub by: RepeatBy,
    /// Distance between the two places in metres; none without a position.
    pub distance_m: Option<u32>,
}

/// Who owns it and how urgent it is, as an undo restores it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Standing {
    /// What it was verified to be.
    pub verified_as: Option<Classification>,
    /// How urgent.
    pub priority: Priority,
    /// Whether an operator chose that priority.
    pub priority_by_operator: bool,
    /// The team that owns it.
    pub owner: Team,
    /// Why.
    pub owner_reasons: Vec<Reason>,
}

/// What an undo takes back.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Undoable {
    /// Reclassified, or priority or owner set: what stood before.
    Standing(Box<Standing>),
    /// Units were ordered by an operator.
    Ordered(Vec<AssignmentId>),
    /// It was held.
    Held,
    /// It was closed.
    Closed,
    /// It was cancelled.
    Cancelled,
    /// It was merged into another.
    Merged,
}

/// The last change of an incident, while nothing came after it: only that can be undone.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LastChange {
    /// Where in the log.
    pub seq: Seq,
    /// When.
    pub at: Timestamp,
    /// What an undo takes back.
    pub undoable: Undoable,
}
