//! ReadPrivate: somebody looks at personal data of an incident. Who and when is in the record before anything is shown.

use crate::decide::Draft;
use crate::event::Event;
use crate::ids::IncidentId;
use crate::rejection::Rejection;

/// Personal data was looked at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReadPrivate {
    /// Of which incident.
    pub incident_id: IncidentId,
}

pub(crate) fn read_private(draft: &mut Draft<'_>, command: &ReadPrivate) -> Result<(), Rejection> {
    let incident = draft.incident(&command.incident_id)?;
    draft.emit(Event::PrivateRead { incident_id: incident.incident_id });
    Ok(())
}
