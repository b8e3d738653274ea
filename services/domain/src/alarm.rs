//! Alarms to the room: something that must not wait was not done.

use crate::ids::{AgencyId, AlarmId, IncidentId, PrincipalId, Seq, UnitId};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What the room is alarmed about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlarmKind {
    /// An order did not reach its device in time.
    Undelivered,
    /// A unit did not take its order in time.
    Unacknowledged,
    /// No unit was ordered in time.
    NotDispatched,
    /// No unit could be found.
    NoUnit,
    /// A unit declined its order.
    Declined,
}

/// How an alarm ended.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum AlarmEnd {
    /// An operator confirmed it.
    Confirmed {
        /// Who.
        by: PrincipalId,
        /// When.
        at: Timestamp,
    },
    /// What it was about is over.
    Over {
        /// When.
        at: Timestamp,
    },
}

/// One alarm.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Alarm {
    /// Its id.
    pub alarm_id: AlarmId,
    /// What it is about.
    pub kind: AlarmKind,
    /// The incident it is about.
    pub incident_id: IncidentId,
    /// The unit it is about.
    pub unit_id: Option<UnitId>,
    /// The room that must see it.
    pub station: AgencyId,
    /// When it was raised.
    pub raised_at: Timestamp,
    /// How it ended; none while it stands.
    pub end: Option<AlarmEnd>,
    /// Position in the log of its last change.
    pub revision: Seq,
}
