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
    /// A station did not sign what was passed down in time; the desk above dispatches.
    NotSigned,
    /// A hold ended by itself.
    HoldExpired,
    /// The other side refused a transfer.
    TransferRefused,
    /// The other side did not answer a transfer in time.
    TransferUnanswered,
    /// Nobody was on scene in time.
    NotArrived,
    /// A unit on scene did not say that it is safe.
    SafetyCheckMissed,
    /// Nothing is heard of a unit that is on an assignment.
    LostContact,
    /// A unit pressed the emergency button.
    Emergency,
    /// An outcome is owed past its deadline.
    FeedbackOverdue,
    /// A shift's hand-over was not signed in time.
    HandOverUnsigned,
    /// A request for support was not answered in time.
    SupportUnanswered,
    /// A request for support was refused.
    SupportRefused,
    /// Not every place of the response plan could be filled.
    PlanIncomplete,
}

impl AlarmKind {
    /// The key, as in reports.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Undelivered => "undelivered",
            Self::Unacknowledged => "unacknowledged",
            Self::NotDispatched => "not_dispatched",
            Self::NoUnit => "no_unit",
            Self::Declined => "declined",
            Self::NotSigned => "not_signed",
            Self::HoldExpired => "hold_expired",
            Self::TransferRefused => "transfer_refused",
            Self::TransferUnanswered => "transfer_unanswered",
            Self::NotArrived => "not_arrived",
            Self::SafetyCheckMissed => "safety_check_missed",
            Self::LostContact => "lost_contact",
            Self::Emergency => "emergency",
            Self::FeedbackOverdue => "feedback_overdue",
            Self::HandOverUnsigned => "hand_over_unsigned",
            Self::SupportUnanswered => "support_unanswered",
            Self::SupportRefused => "support_refused",
            Self::PlanIncomplete => "plan_incomplete",
        }
    }
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
    /// The incident it is about; none where it is about a unit or a shift alone.
    pub incident_id: Option<IncidentId>,
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
