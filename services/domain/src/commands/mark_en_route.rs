//! MarkEnRoute: the unit set out.

use super::tap::{self, Tap};
use crate::decide::Draft;
use crate::event::Event;
use crate::rejection::Rejection;

pub(crate) fn mark_en_route(draft: &mut Draft<'_>, command: &Tap) -> Result<(), Rejection> {
    let assignment = tap::begin(draft, command, "assignment_en_route")?;
    draft.emit(Event::AssignmentEnRoute { assignment_id: assignment.assignment_id });
    Ok(())
}
