//! Decline: the unit does not take the order. The room is alarmed and the next candidate is asked in the same commit.

use super::orders;
use super::tap::{self, Tap};
use crate::alarm::AlarmKind;
use crate::decide::Draft;
use crate::event::Event;
use crate::ids::ReasonKey;
use crate::policy::Policy;
use crate::rejection::Rejection;

/// A unit declines an order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decline {
    /// Which, and when.
    pub tap: Tap,
    /// Why, a decline reason of the policy.
    pub reason: ReasonKey,
}

pub(crate) fn decline(draft: &mut Draft<'_>, command: &Decline) -> Result<(), Rejection> {
    Policy::expect_key(&draft.situation.policy.decline_reasons, &command.reason).map_err(|expected| Rejection::Invalid {
        field: "reason",
        given: command.reason.to_string(),
        expected,
    })?;
    let assignment = tap::begin(draft, &command.tap, "assignment_declined")?;
    draft.emit(Event::AssignmentDeclined { assignment_id: assignment.assignment_id, reason: command.reason.clone() });
    orders::not_taken(draft, &assignment, AlarmKind::Declined)
}
