//! What reaches a crew, and what it wants to do.

use domain::ids::AssignmentId;
use domain::place::Position;
use domain::time::Timestamp;

/// What reaches a crew.
#[derive(Clone, PartialEq, Debug)]
pub enum Input {
    /// An order. The same assignment may come again and is then known.
    Order {
        /// Which assignment.
        assignment_id: AssignmentId,
        /// Where to; none works on it where the unit stands.
        destination: Option<Position>,
        /// Priority, 1 (most urgent) to 4.
        priority: u8,
    },
    /// The assignment is over for this unit: recalled, expired, or a step was refused. Nothing more is done on it.
    Withdrawn {
        /// Which assignment.
        assignment_id: AssignmentId,
    },
}

/// What a crew wants to do now.
#[derive(Clone, PartialEq, Debug)]
pub struct Intention {
    /// When it does it: the `occurred_at` of its command. At most `now`; earlier when it was polled late.
    pub at: Timestamp,
    /// What.
    pub action: Action,
}

/// A step on an assignment, something about the unit, or a fix.
#[derive(Clone, PartialEq, Debug)]
pub enum Action {
    /// The device has the order.
    MarkDelivered(AssignmentId),
    /// Somebody looked at it.
    MarkSeen(AssignmentId),
    /// Takes it.
    Acknowledge(AssignmentId),
    /// Does not take it, for this reason key.
    Decline(AssignmentId, &'static str),
    /// Sets out.
    MarkEnRoute(AssignmentId),
    /// Arrives.
    MarkOnScene(AssignmentId),
    /// Is done.
    Clear {
        /// Which assignment.
        assignment_id: AssignmentId,
        /// Clear reason key.
        reason: &'static str,
        /// Disposition key, the same as in the feedback.
        disposition: &'static str,
    },
    /// Writes the feedback.
    SubmitFeedback {
        /// Which assignment.
        assignment_id: AssignmentId,
        /// Disposition key.
        disposition: &'static str,
    },
    /// Says that it is safe, while it is on scene.
    ConfirmSafe(AssignmentId),
    /// Presses the emergency button while it works on this assignment.
    RaiseEmergency(AssignmentId),
    /// Can't be sent for a while, for this reason key.
    OutOfService(&'static str),
    /// Can be sent again.
    BackInService,
    /// The crew goes home.
    SignOff,
    /// The next crew takes the unit over.
    SignOn,
    /// Sends a fix; its time is [`Intention::at`].
    Fix(Fix),
}

/// One position fix.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Fix {
    /// Where.
    pub position: Position,
    /// Speed over the ground on the clock, metres per second: with a `speed` above 1 faster than any car.
    pub speed_m_per_s: f64,
    /// Direction, degrees clockwise from north; none while it stands.
    pub heading_deg: Option<f64>,
}

impl Action {
    /// The assignment it is about; none for a fix and for what concerns the unit alone.
    #[must_use]
    pub fn assignment_id(&self) -> Option<AssignmentId> {
        match self {
            Self::MarkDelivered(id)
            | Self::MarkSeen(id)
            | Self::Acknowledge(id)
            | Self::Decline(id, _)
            | Self::MarkEnRoute(id)
            | Self::MarkOnScene(id)
            | Self::Clear { assignment_id: id, .. }
            | Self::SubmitFeedback { assignment_id: id, .. } => Some(*id),
            Self::ConfirmSafe(id) | Self::RaiseEmergency(id) => Some(*id),
            Self::OutOfService(_) | Self::BackInService | Self::SignOff | Self::SignOn | Self::Fix(_) => None,
        }
    }
}
