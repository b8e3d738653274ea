//! MarkSeen: the order was on the unit's screen.

use super::tap::{self, Tap};
use crate::decide::Draft;
use crate::event::Event;
use crate::rejection::Rejection;

pub(crate) fn mark_seen(draft: &mut Draft<'_>, command: &Tap) -> Result<(), Rejection> {
    let assignment = tap::begin(draft, command, "assignment_seen")?;
    draft.emit(Event::AssignmentSeen { assignment_id: assignment.assignment_id });
    Ok(())
}
