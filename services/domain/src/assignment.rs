//! Assignments (派警): one unit on one incident in one role.

use crate::ids::{AgencyId, AssignmentId, IncidentId, ReasonKey, Seq, UnitId};
use crate::incident::PrivateLink;
use crate::matching::RankedUnit;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What a unit is there for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssignmentRole {
    /// 主责
    Primary,
    /// 支援
    Backup,
    /// 空中支援
    Overwatch,
    /// 社区到场
    BeatAttendance,
}

impl AssignmentRole {
    /// The key, as in policy, reasons and reports.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Backup => "backup",
            Self::Overwatch => "overwatch",
            Self::BeatAttendance => "beat_attendance",
        }
    }
}

/// Where an assignment stands. Delivered, seen and acknowledged are different facts.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum AssignmentState {
    /// Waits in the unit's queue until the unit is free; the queue's order is the unit's.
    Queued,
    /// The order is on its way to the device.
    Offered {
        /// By when the device must have it.
        deliver_by: Timestamp,
        /// By when the unit must have taken it.
        acknowledge_by: Timestamp,
    },
    /// The device has it.
    Delivered {
        /// By when the unit must have taken it.
        acknowledge_by: Timestamp,
    },
    /// It was on screen.
    Seen {
        /// By when the unit must have taken it.
        acknowledge_by: Timestamp,
    },
    /// The unit took it (签收).
    Acknowledged,
    /// The unit is under way.
    EnRoute,
    /// The unit is there.
    OnScene,
    /// Done.
    Cleared {
        /// Coded reason.
        reason: ReasonKey,
        /// Coded outcome the unit reports.
        disposition: Option<ReasonKey>,
    },
    /// The unit did not take it.
    Declined {
        /// Coded reason.
        reason: ReasonKey,
    },
    /// The unit stayed silent past a deadline.
    Expired,
    /// The room took it back.
    Recalled {
        /// Coded reason.
        reason: ReasonKey,
    },
}

impl AssignmentState {
    /// The state's name, as in the state table.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Offered { .. } => "offered",
            Self::Delivered { .. } => "delivered",
            Self::Seen { .. } => "seen",
            Self::Acknowledged => "acknowledged",
            Self::EnRoute => "en_route",
            Self::OnScene => "on_scene",
            Self::Cleared { .. } => "cleared",
            Self::Declined { .. } => "declined",
            Self::Expired => "expired",
            Self::Recalled { .. } => "recalled",
        }
    }

    /// Offered … on scene: the unit is bound by it.
    #[must_use]
    pub fn is_active(&self) -> bool {
        matches!(
            self,
            Self::Offered { .. } | Self::Delivered { .. } | Self::Seen { .. } | Self::Acknowledged | Self::EnRoute | Self::OnScene
        )
    }

    /// Whether it ended, however it ended.
    #[must_use]
    pub fn is_ended(&self) -> bool {
        matches!(self, Self::Cleared { .. } | Self::Declined { .. } | Self::Expired | Self::Recalled { .. })
    }

    /// By when the unit must have taken it, while it has not.
    #[must_use]
    pub fn acknowledge_by(&self) -> Option<Timestamp> {
        match self {
            Self::Offered { acknowledge_by, .. } | Self::Delivered { acknowledge_by } | Self::Seen { acknowledge_by } => {
                Some(*acknowledge_by)
            }
            _ => None,
        }
    }
}

/// When each thing happened to an assignment: as tapped by the unit where that is known, else as recorded.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AssignmentTimes {
    /// It was put into the unit's queue.
    #[serde(default)]
    pub queued_at: Option<Timestamp>,
    /// The order was decided; while it is queued, when it was queued.
    pub offered_at: Timestamp,
    /// The device had it.
    pub delivered_at: Option<Timestamp>,
    /// It was on screen.
    pub seen_at: Option<Timestamp>,
    /// The unit took it.
    pub acknowledged_at: Option<Timestamp>,
    /// The unit set out.
    pub en_route_at: Option<Timestamp>,
    /// The unit arrived.
    pub on_scene_at: Option<Timestamp>,
    /// It ended, however it ended.
    pub ended_at: Option<Timestamp>,
}

/// A clock of a unit on scene or after it, that alarms the room once.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct UnitClock {
    /// By when.
    pub due_at: Timestamp,
    /// Whether the room was already alarmed for this lapse.
    pub alarmed: bool,
}

/// Whose time a lent unit spends: counted against the lending budget of its station when the assignment ends.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Lent {
    /// The station whose community time it is.
    pub station: AgencyId,
    /// The month that is charged: 202611.
    pub month: u32,
}

/// One assignment.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Assignment {
    /// Its id.
    pub assignment_id: AssignmentId,
    /// The incident.
    pub incident_id: IncidentId,
    /// The unit.
    pub unit_id: UnitId,
    /// What the unit is there for.
    pub role: AssignmentRole,
    /// Where it stands.
    pub state: AssignmentState,
    /// When each thing happened.
    pub times: AssignmentTimes,
    /// Whether the rules chose the unit, or an operator did.
    pub automatic: bool,
    /// Why this unit: its line of the ranking when it was decided.
    pub ranking: RankedUnit,
    /// Who else was considered and why they were not taken; bounded.
    pub not_taken: Vec<RankedUnit>,
    /// What the unit reported in words at the end, in the vault.
    #[serde(default)]
    pub feedback: Option<PrivateLink>,
    /// The on-scene safety check that runs; reset only by the unit itself.
    #[serde(default)]
    pub safety_check: Option<UnitClock>,
    /// The feedback that is owed after it was cleared without an outcome.
    #[serde(default)]
    pub feedback_clock: Option<UnitClock>,
    /// Whose lending budget it is charged to.
    #[serde(default)]
    pub lent: Option<Lent>,
    /// Position in the log of its last change.
    pub revision: Seq,
}
