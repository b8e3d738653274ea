//! CancelIncident: an incident is called off.

use super::{ending, orders, raise_emergency};
use crate::decide::Draft;
use crate::event::Event;
use crate::ids::{IncidentId, ReasonKey};
use crate::policy::Policy;
use crate::recall::Recall;
use crate::rejection::Rejection;

/// An incident is called off.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CancelIncident {
    /// The incident.
    pub incident_id: IncidentId,
    /// Why, a cancel reason of the policy.
    pub reason: ReasonKey,
    /// The revision the operator saw; 0 does not check.
    pub expected_revision: u64,
}

pub(crate) fn cancel_incident(draft: &mut Draft<'_>, command: &CancelIncident) -> Result<(), Rejection> {
    let policy = &draft.situation.policy;
    Policy::expect_key(&policy.reasons.cancel, &command.reason).map_err(|expected| Rejection::Invalid {
        field: "reason",
        given: command.reason.to_string(),
        expected,
    })?;
    let incident = draft.incident(&command.incident_id)?;
    orders::check_revision(&incident, command.expected_revision)?;
    orders::check_move(draft, &incident, "incident_cancelled")?;
    raise_emergency::check_none_stands(draft, &incident, "incident_cancelled")?;
    ending::stand_down(draft, &incident, &Recall::CANCELLED)?;
    draft.emit(Event::IncidentCancelled { incident_id: incident.incident_id, reason: command.reason.clone() });
    Ok(())
}
