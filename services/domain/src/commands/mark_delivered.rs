//! MarkDelivered: the device has the order.

use super::tap::{self, Tap};
use crate::decide::Draft;
use crate::event::Event;
use crate::rejection::Rejection;

pub(crate) fn mark_delivered(draft: &mut Draft<'_>, command: &Tap) -> Result<(), Rejection> {
    let assignment = tap::begin(draft, command, "assignment_delivered")?;
    draft.emit(Event::AssignmentDelivered { assignment_id: assignment.assignment_id });
    Ok(())
}
