//! AnswerTransfer: the other side has answered.

use super::alarms::{end_alarms, raise_alarm};
use super::transfer_incident::check_reason;
use super::{ending, orders, raise_emergency};
use crate::alarm::AlarmKind;
use crate::decide::Draft;
use crate::event::{Event, TransferOutcome};
use crate::ids::{IncidentId, ReasonKey};
use crate::recall::Recall;
use crate::rejection::Rejection;
use crate::states;

/// The other side has answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AnswerTransfer {
    /// The incident.
    pub incident_id: IncidentId,
    /// Whether it takes the incident.
    pub accepted: bool,
    /// Why not, a transfer reason of the policy; needed where it does not.
    pub reason: Option<ReasonKey>,
}

/// Accepted, the incident is theirs and every unit leaves it; refused, it goes on as it was and the room is alarmed. A transfer
/// whose deadline passed can still be answered.
pub(crate) fn answer_transfer(draft: &mut Draft<'_>, command: &AnswerTransfer) -> Result<(), Rejection> {
    if let Some(reason) = &command.reason {
        check_reason(&draft.situation.policy, reason)?;
    }
    let incident = draft.incident(&command.incident_id)?;
    orders::check_move(draft, &incident, "incident_transfer_ended")?;
    let incident_id = incident.incident_id;
    if incident.transfer.is_none() {
        let possible = states::events_from(states::INCIDENT, incident.state_name());
        return Err(Rejection::IllegalMove {
            subject: format!("incident {}", incident.number),
            state: incident.state_name(),
            holder: Some("its first receiver, who has asked nobody to take it".to_owned()),
            event: "incident_transfer_ended",
            possible: possible.into_iter().filter(|event| *event != "incident_transfer_ended").collect(),
        });
    }
    if command.accepted {
        raise_emergency::check_none_stands(draft, &incident, "incident_transfer_ended")?;
        ending::stand_down(draft, &incident, &Recall::SUPERSEDED)?;
        draft.emit(Event::IncidentTransferEnded { incident_id, outcome: TransferOutcome::Accepted });
        return Ok(());
    }
    let reason = command.reason.clone().ok_or_else(|| Rejection::Invalid {
        field: "reason",
        given: String::new(),
        expected: "a transfer reason of the policy, because the other side does not take it".to_owned(),
    })?;
    draft.emit(Event::IncidentTransferEnded { incident_id, outcome: TransferOutcome::Refused { reason } });
    end_alarms(draft, incident_id, |kind| kind == AlarmKind::TransferUnanswered);
    raise_alarm(draft, AlarmKind::TransferRefused, incident_id, None)
}

/// The other side has not answered in time: the room is alarmed once, and the other side can still answer.
pub(super) fn lapse(draft: &mut Draft<'_>, id: IncidentId) -> Result<(), Rejection> {
    draft.emit(Event::IncidentTransferEnded { incident_id: id, outcome: TransferOutcome::Lapsed });
    raise_alarm(draft, AlarmKind::TransferUnanswered, id, None)
}
