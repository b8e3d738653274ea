//! Acknowledge (签收): the unit takes the order. What the room was alarmed about is over with it.

use super::orders;
use super::tap::{self, Tap};
use crate::alarm::AlarmKind;
use crate::decide::Draft;
use crate::event::Event;
use crate::rejection::Rejection;

pub(crate) fn acknowledge(draft: &mut Draft<'_>, command: &Tap) -> Result<(), Rejection> {
    let assignment = tap::begin(draft, command, "assignment_acknowledged")?;
    draft.emit(Event::AssignmentAcknowledged { assignment_id: assignment.assignment_id });
    orders::end_alarms(draft, assignment.incident_id, |kind| {
        matches!(kind, AlarmKind::Undelivered | AlarmKind::Unacknowledged | AlarmKind::Declined)
    });
    Ok(())
}
