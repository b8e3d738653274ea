//! MarkOnScene: the unit arrived. The first to arrive on the ground puts the incident on scene.

use super::tap::{self, Tap};
use super::{arrival, confirm_safe, dispatching};
use crate::assignment::AssignmentRole;
use crate::decide::Draft;
use crate::event::Event;
use crate::incident::IncidentState;
use crate::rejection::Rejection;

/// A drone overhead is there to look: it never stands in for the ground unit that somebody waits for.
pub(crate) fn mark_on_scene(draft: &mut Draft<'_>, command: &Tap) -> Result<(), Rejection> {
    let assignment = tap::begin(draft, command, "assignment_on_scene")?;
    let incident_id = assignment.incident_id;
    let check_by = confirm_safe::next_check(draft, &assignment)?;
    draft.emit(Event::AssignmentOnScene { assignment_id: assignment.assignment_id, check_by });
    let on_the_ground = assignment.role != AssignmentRole::Overwatch;
    if on_the_ground && draft.incident(&incident_id)?.state == IncidentState::Dispatched {
        draft.emit(Event::IncidentOnScene { incident_id });
    }
    // What follows happens now, whenever it was tapped.
    draft.occurred = None;
    if on_the_ground {
        arrival::arrived(draft, incident_id);
    }
    dispatching::owner_arrives(draft, &assignment)
}
