//! ResolveIncident: the room says that an incident is dealt with. Nobody may still be on it.

use super::orders;
use crate::decide::Draft;
use crate::ids::{IncidentId, ReasonKey};
use crate::rejection::Rejection;

/// An incident is dealt with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ResolveIncident {
    /// Which.
    pub incident_id: IncidentId,
    /// Coded outcome, a disposition of the policy.
    pub disposition: ReasonKey,
    /// The revision the operator saw; 0 does not check.
    pub expected_revision: u64,
}

pub(crate) fn resolve_incident(draft: &mut Draft<'_>, command: &ResolveIncident) -> Result<(), Rejection> {
    orders::check_disposition(&draft.situation.policy, &command.disposition)?;
    let incident = draft.incident(&command.incident_id)?;
    orders::check_revision(&incident, command.expected_revision)?;
    orders::check_move(draft, &incident, "incident_resolved")?;
    if let Some(holder) = orders::holders(draft, &incident) {
        return Err(Rejection::IllegalMove {
            subject: format!("incident {}", incident.number),
            state: incident.state.name(),
            holder: Some(holder),
            event: "incident_resolved",
            possible: vec!["assignment_cleared"],
        });
    }
    orders::settle(draft, incident.incident_id, command.disposition.clone())?;
    Ok(())
}
