//! MarkOnScene: the unit arrived. The first to arrive puts the incident on scene.

use super::tap::{self, Tap};
use crate::decide::Draft;
use crate::event::Event;
use crate::incident::IncidentState;
use crate::rejection::Rejection;

pub(crate) fn mark_on_scene(draft: &mut Draft<'_>, command: &Tap) -> Result<(), Rejection> {
    let assignment = tap::begin(draft, command, "assignment_on_scene")?;
    draft.emit(Event::AssignmentOnScene { assignment_id: assignment.assignment_id });
    if draft.incident(&assignment.incident_id)?.state == IncidentState::Dispatched {
        draft.emit(Event::IncidentOnScene { incident_id: assignment.incident_id });
    }
    Ok(())
}
