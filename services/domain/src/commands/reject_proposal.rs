//! RejectProposal: an operator does not want what the rules propose, and chooses.

use super::{confirm_proposal, dispatching, orders};
use crate::decide::Draft;
use crate::ids::IncidentId;
use crate::rejection::Rejection;

/// An operator does not want what the rules propose, and chooses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RejectProposal {
    /// The incident.
    pub incident_id: IncidentId,
    /// The revision the operator saw; 0 does not check.
    pub expected_revision: u64,
}

/// From here on it is the operator's to choose, until something about the incident changes.
pub(crate) fn reject_proposal(draft: &mut Draft<'_>, command: &RejectProposal) -> Result<(), Rejection> {
    let incident = draft.incident(&command.incident_id)?;
    orders::check_revision(&incident, command.expected_revision)?;
    confirm_proposal::check_proposed(draft, &incident)?;
    dispatching::end_proposal(draft, incident.incident_id)
}
