//! ConfirmProposal: an operator sends what the rules propose, now.

use super::{dispatching, orders};
use crate::decide::Draft;
use crate::ids::IncidentId;
use crate::incident::Incident;
use crate::rejection::Rejection;
use crate::states;

/// An operator sends what the rules propose, now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConfirmProposal {
    /// The incident.
    pub incident_id: IncidentId,
    /// The revision the operator saw; 0 does not check.
    pub expected_revision: u64,
}

pub(crate) fn confirm_proposal(draft: &mut Draft<'_>, command: &ConfirmProposal) -> Result<(), Rejection> {
    let incident = draft.incident(&command.incident_id)?;
    orders::check_revision(&incident, command.expected_revision)?;
    check_proposed(draft, &incident)?;
    send(draft, incident.incident_id)
}

/// The countdown of a proposal ends. Who goes is ranked again: what was proposed may have changed since.
pub(super) fn send(draft: &mut Draft<'_>, id: IncidentId) -> Result<(), Rejection> {
    dispatching::dispatch_automatically(draft, id)
}

/// Refuses what needs a proposal that runs, with the state of the incident.
pub(super) fn check_proposed(draft: &Draft<'_>, incident: &Incident) -> Result<(), Rejection> {
    if incident.proposal.is_some() {
        return Ok(());
    }
    let state = incident.state_name();
    Err(Rejection::IllegalMove {
        subject: format!("incident {}, for which nothing is proposed,", incident.number),
        state,
        holder: orders::holders(draft, incident),
        event: "incident_proposal_ended",
        possible: states::events_from(states::INCIDENT, state),
    })
}
