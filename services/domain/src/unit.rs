//! Units (警力单元): what is dispatched. Availability and activity are separate.

use crate::classification::Team;
use crate::ids::{AgencyId, AssignmentId, IncidentId, ReasonKey, Seq, ShiftId, UnitId};
use crate::place::Position;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::collections::BTreeSet;

/// Longest call sign, in characters.
pub const CALL_SIGN_MAX_LEN: usize = 16;
/// Most assignments that wait for one unit.
pub const MAX_QUEUED: usize = 8;

/// A unit's emergency: the button was pressed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct UnitEmergency {
    /// The incident that was opened for it.
    pub incident_id: IncidentId,
    /// When it was pressed.
    pub raised_at: Timestamp,
    /// Where, as far as the device said.
    pub position: Option<Position>,
}

/// What a unit is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitKind {
    /// Officers on foot.
    Foot,
    /// A patrol car.
    Car,
    /// A motorcycle.
    Motorcycle,
    /// A drone: overwatch, never instead of a ground unit.
    Drone,
    /// A grid worker (网格员).
    GridWorker,
    /// Guards (保安).
    Guards,
    /// Volunteers (义警).
    Volunteers,
}

impl UnitKind {
    /// The key, as in reasons and files.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Foot => "foot",
            Self::Car => "car",
            Self::Motorcycle => "motorcycle",
            Self::Drone => "drone",
            Self::GridWorker => "grid_worker",
            Self::Guards => "guards",
            Self::Volunteers => "volunteers",
        }
    }
}

/// What is registered of a unit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct UnitProfile {
    /// Its id, unique in the installation.
    pub unit_id: UnitId,
    /// What is spoken: `A12`. Unique in its log, 1 to 16 characters.
    pub call_sign: SmolStr,
    /// What it is.
    pub kind: UnitKind,
    /// Its team.
    pub team: Team,
    /// The station or beat it belongs to.
    pub home: AgencyId,
    /// Sworn officers (民警) on board.
    pub sworn: u8,
    /// Auxiliaries (辅警) on board.
    pub auxiliary: u8,
    /// What it can do, keys of the policy.
    pub capabilities: BTreeSet<SmolStr>,
}

/// Whether an on-duty unit can be sent.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Availability {
    /// Free.
    Available,
    /// Free for urgent work only.
    Conditional {
        /// Coded reason.
        reason: ReasonKey,
    },
    /// Not to be sent.
    OutOfService {
        /// Coded reason.
        reason: ReasonKey,
    },
}

/// Whether a unit is on duty, and then what it is free for and what it is doing.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Duty {
    /// Off duty.
    Off,
    /// On duty.
    On {
        /// What it is free for once it is not engaged.
        availability: Availability,
        /// The assignment it is bound by. At most one: UNIT-1.
        engaged_in: Option<AssignmentId>,
    },
}

impl Duty {
    /// The state's name, as in the state table.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Off => "off_duty",
            Self::On { engaged_in: Some(_), .. } => "engaged",
            Self::On { availability: Availability::Available, .. } => "available",
            Self::On { availability: Availability::Conditional { .. }, .. } => "conditionally_available",
            Self::On { availability: Availability::OutOfService { .. }, .. } => "out_of_service",
        }
    }
}

/// One unit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Unit {
    /// What is registered of it.
    pub profile: UnitProfile,
    /// Whether it is on duty and what it is doing.
    pub duty: Duty,
    /// Since when its duty is as it is.
    pub since: Timestamp,
    /// Assignments that wait for it, the next first; at most [`MAX_QUEUED`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub queue: Vec<AssignmentId>,
    /// Its emergency, while it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emergency: Option<UnitEmergency>,
    /// Since when nothing was heard of it; none while it is in contact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact_lost_at: Option<Timestamp>,
    /// The shift it works in, or works in next: the earliest planned one that it is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shift: Option<ShiftId>,
    /// Its shift has ended: it goes off duty when its assignment ends.
    #[serde(default)]
    pub off_after: bool,
    /// Position in the log of its last change.
    pub revision: Seq,
}

impl Unit {
    /// The assignment it is bound by.
    #[must_use]
    pub fn engaged_in(&self) -> Option<AssignmentId> {
        match &self.duty {
            Duty::On { engaged_in, .. } => *engaged_in,
            Duty::Off => None,
        }
    }

    /// Whether it could be sent to something urgent right now: on duty, in service, not engaged.
    #[must_use]
    pub fn is_assignable(&self) -> bool {
        matches!(&self.duty, Duty::On { availability: Availability::Available | Availability::Conditional { .. }, engaged_in: None })
    }
}
