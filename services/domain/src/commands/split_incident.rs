//! SplitIncident: one incident is two.

use super::opening::{self, Opening};
use super::{dispatching, orders};
use crate::classification::Classification;
use crate::decide::Draft;
use crate::ids::{CallId, IncidentId};
use crate::incident::Call;
use crate::place::Place;
use crate::reason::Reason;
use crate::rejection::Rejection;

/// One incident is two.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SplitIncident {
    /// The incident.
    pub incident_id: IncidentId,
    /// The call the second is about.
    pub call_id: CallId,
    /// What the second is.
    pub classification: Classification,
    /// Where the second is.
    pub place: Place,
    /// The revision the operator saw; 0 does not check.
    pub expected_revision: u64,
}

/// The call goes with the second incident; the only call of the first stays with it too, because no incident is without one.
pub(crate) fn split_incident(draft: &mut Draft<'_>, command: &SplitIncident) -> Result<(), Rejection> {
    let incident = draft.incident(&command.incident_id)?;
    orders::check_revision(&incident, command.expected_revision)?;
    // Where a call can come, one can go.
    orders::check_move(draft, &incident, "incident_call_added")?;
    let call = incident.calls.iter().find(|call| call.call_id == command.call_id).ok_or_else(|| Rejection::Invalid {
        field: "call_id",
        given: command.call_id.to_string(),
        expected: format!("one of the {} calls of incident {}", incident.calls.len(), incident.number),
    })?;
    let opened = opening::open(
        draft,
        Opening {
            call: Some(Call { moved_from: Some(incident.incident_id), ..call.clone() }),
            station: Some(incident.station.clone()),
            split_from: Some(incident.incident_id),
            call_shared: incident.calls.len() == 1,
            reasons: vec![Reason::split_from(incident.number)],
            ..Opening::new(call.source, command.classification.clone(), command.place.clone())
        },
    )?;
    dispatching::begin(draft, opened)
}
