//! What ends with an incident that is over before its time: its orders, its alarms, its support.

use super::alarms::end_alarms;
use super::{orders, stacking};
use crate::assignment::AssignmentState;
use crate::decide::Draft;
use crate::event::Event;
use crate::ids::{IncidentId, ReasonKey};
use crate::incident::Incident;
use crate::rejection::Rejection;

/// Takes back every order of `incident`, frees its units and ends its alarms. Each unit goes on to what waits for it elsewhere.
pub(super) fn stand_down(draft: &mut Draft<'_>, incident: &Incident, reason: &ReasonKey) -> Result<(), Rejection> {
    let open = incident.assignments.iter().filter_map(|id| draft.world.assignment(id)).filter(|order| !order.state.is_ended());
    // Those that wait go first, so that no unit is freed for the incident it was just taken off.
    let (waiting, active): (Vec<_>, Vec<_>) = open.cloned().partition(|order| order.state == AssignmentState::Queued);
    for order in waiting.iter().chain(&active) {
        orders::recall(draft, order, reason.clone());
    }
    end_alarms(draft, incident.incident_id, |_| true);
    for order in &active {
        stacking::unit_freed(draft, &order.unit_id)?;
    }
    Ok(())
}

/// Support that was asked for, or that comes, is not needed any more.
pub(super) fn end_support(draft: &mut Draft<'_>, incident_id: IncidentId) {
    let ended: Vec<_> =
        draft.world.whistles_of(incident_id).filter(|whistle| whistle.is_open()).map(|whistle| whistle.whistle_id).collect();
    for whistle_id in ended {
        draft.emit(Event::SupportEnded(whistle_id));
    }
}
