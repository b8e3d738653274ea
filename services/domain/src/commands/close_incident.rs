//! CloseIncident: the room has looked at the outcome and closes the incident.

use super::orders;
use crate::decide::Draft;
use crate::event::Event;
use crate::ids::IncidentId;
use crate::rejection::Rejection;

/// An incident is closed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CloseIncident {
    /// Which.
    pub incident_id: IncidentId,
    /// The revision the operator saw; 0 does not check.
    pub expected_revision: u64,
}

pub(crate) fn close_incident(draft: &mut Draft<'_>, command: &CloseIncident) -> Result<(), Rejection> {
    let incident = draft.incident(&command.incident_id)?;
    orders::check_revision(&incident, command.expected_revision)?;
    orders::check_move(draft, &incident, "incident_closed")?;
    draft.emit(Event::IncidentClosed { incident_id: incident.incident_id });
    Ok(())
}
