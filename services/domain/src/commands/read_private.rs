//! ReadPrivate: somebody looks at personal data of an incident. Who, when and why is in the record before anything is shown.

use crate::decide::Draft;
use crate::event::Event;
use crate::ids::{IncidentId, ReasonKey};
use crate::policy::Policy;
use crate::rejection::Rejection;

/// Personal data was looked at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReadPrivate {
    /// Of which incident.
    pub incident_id: IncidentId,
    /// Why, a read purpose of the policy.
    pub purpose: ReasonKey,
}

pub(crate) fn read_private(draft: &mut Draft<'_>, command: &ReadPrivate) -> Result<(), Rejection> {
    Policy::expect_key(&draft.situation.policy.read_purposes, &command.purpose).map_err(|expected| Rejection::Invalid {
        field: "purpose",
        given: command.purpose.to_string(),
        expected,
    })?;
    let incident = draft.incident(&command.incident_id)?;
    draft.emit(Event::PrivateRead { incident_id: incident.incident_id, purpose: command.purpose.clone() });
    Ok(())
}
