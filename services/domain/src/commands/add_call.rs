//! AddCall: another call about an incident.

use super::{orders, report_incident};
use crate::classification::CallSource;
use crate::decide::Draft;
use crate::event::{CallAdded, Event};
use crate::ids::IncidentId;
use crate::incident::{Call, MAX_CALLS, PrivateLink};
use crate::rejection::Rejection;
use crate::time::Timestamp;

/// Another call about an incident.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AddCall {
    /// The incident.
    pub incident_id: IncidentId,
    /// How it came in.
    pub source: CallSource,
    /// Caller and words, in the vault.
    pub private: Option<PrivateLink>,
    /// When it rang.
    pub occurred_at: Option<Timestamp>,
}

/// No clock starts anew with it: the first caller has waited since the first call.
pub(crate) fn add_call(draft: &mut Draft<'_>, command: &AddCall) -> Result<(), Rejection> {
    let incident = draft.incident(&command.incident_id)?;
    orders::check_move(draft, &incident, "incident_call_added")?;
    if incident.calls.len() >= MAX_CALLS {
        return Err(Rejection::Invalid {
            field: "incident_id",
            given: format!("incident {} with {} calls", incident.number, incident.calls.len()),
            expected: format!("an incident with fewer than {MAX_CALLS} calls"),
        });
    }
    report_incident::check_not_ahead(draft, "occurred_at", command.occurred_at)?;
    draft.occurred_at(command.occurred_at, Timestamp::default());
    let call_id = draft.fresh_call_id()?;
    let call = Call { call_id, source: command.source, private: command.private, received_at: draft.now, moved_from: None };
    draft.emit(Event::IncidentCallAdded(CallAdded { incident_id: incident.incident_id, call }));
    draft.reply.call = Some(call_id);
    Ok(())
}
