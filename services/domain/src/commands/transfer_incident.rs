//! TransferIncident: another side is asked to take an incident.

use super::{orders, raise_emergency};
use crate::classification::TransferTarget;
use crate::decide::Draft;
use crate::event::{Event, TransferRequested};
use crate::ids::{IncidentId, ReasonKey};
use crate::policy::Policy;
use crate::rejection::Rejection;

/// Another side is asked to take an incident.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TransferIncident {
    /// The incident.
    pub incident_id: IncidentId,
    /// Who.
    pub to: TransferTarget,
    /// Why, a transfer reason of the policy.
    pub reason: ReasonKey,
    /// The revision the operator saw; 0 does not check.
    pub expected_revision: u64,
}

/// The first receiver keeps the incident, and its units stay on it, until the other side accepts. Which side a category goes to
/// with one click is its `transfer_to` in the policy; the command always names one.
pub(crate) fn transfer_incident(draft: &mut Draft<'_>, command: &TransferIncident) -> Result<(), Rejection> {
    let policy = &draft.situation.policy;
    check_reason(policy, &command.reason)?;
    let incident = draft.incident(&command.incident_id)?;
    orders::check_revision(&incident, command.expected_revision)?;
    orders::check_move(draft, &incident, "incident_transfer_requested")?;
    raise_emergency::check_none_stands(draft, &incident, "incident_transfer_requested")?;
    if let Some(pending) = &incident.transfer {
        return Err(Rejection::IllegalMove {
            subject: format!("incident {}", incident.number),
            state: incident.state_name(),
            holder: Some(format!("a transfer to {} that is not answered yet", pending.to.key())),
            event: "incident_transfer_requested",
            possible: vec!["incident_transfer_ended"],
        });
    }
    draft.emit(Event::IncidentTransferRequested(TransferRequested {
        incident_id: incident.incident_id,
        to: command.to,
        reason: command.reason.clone(),
        answer_by: draft.now.plus_ms(policy.room_clocks.transfer_ms),
    }));
    Ok(())
}

/// Checks a coded reason for a transfer or its refusal against the policy.
pub(super) fn check_reason(policy: &Policy, reason: &ReasonKey) -> Result<(), Rejection> {
    Policy::expect_key(&policy.reasons.transfer, reason).map_err(|expected| Rejection::Invalid {
        field: "reason",
        given: reason.to_string(),
        expected,
    })
}
