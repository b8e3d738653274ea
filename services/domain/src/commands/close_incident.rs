//! CloseIncident: the room has looked at the outcome and closes the incident.

use super::{attendance, orders, raise_emergency, stacking};
use crate::decide::Draft;
use crate::event::Event;
use crate::ids::{IncidentId, ReasonKey};
use crate::rejection::Rejection;

/// An incident is closed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CloseIncident {
    /// Which.
    pub incident_id: IncidentId,
    /// Why the beat's officer need not attend, an excuse reason of the policy; needed where attendance is still owed.
    pub excuse: Option<ReasonKey>,
    /// The revision the operator saw; 0 does not check.
    pub expected_revision: u64,
}

pub(crate) fn close_incident(draft: &mut Draft<'_>, command: &CloseIncident) -> Result<(), Rejection> {
    let incident = draft.incident(&command.incident_id)?;
    orders::check_revision(&incident, command.expected_revision)?;
    orders::check_move(draft, &incident, "incident_closed")?;
    raise_emergency::check_none_stands(draft, &incident, "incident_closed")?;
    attendance::check_or_excuse(draft, &incident, command.excuse.as_ref())?;
    stacking::recall_queued(draft, incident.incident_id, "closed")?;
    draft.emit(Event::IncidentClosed { incident_id: incident.incident_id });
    orders::end_alarms(draft, incident.incident_id, |_| true);
    Ok(())
}
