//! The clock of a first order, when an incident is held to be something else, more or less urgent, or another team's.

use super::orders;
use crate::classification::Priority;
use crate::decide::Draft;
use crate::incident::{DispatchClock, Incident, IncidentState};
use crate::rejection::Rejection;

/// The clock of a first order that runs; none where none does.
pub(super) fn running_clock(incident: &Incident) -> Option<DispatchClock> {
    match &incident.state {
        IncidentState::Classified { clock, .. } => *clock,
        _ => None,
    }
}

/// The clock of a first order once `incident` has `priority`. One that runs for the same priority goes on: saying again what it
/// is does not buy time. None where nobody is to be sent, and none while somebody is on it.
pub(super) fn clock(draft: &Draft<'_>, incident: &Incident, priority: Priority, sends: bool) -> Result<Option<DispatchClock>, Rejection> {
    if !sends || !matches!(incident.state, IncidentState::Classified { .. }) {
        return Ok(None);
    }
    match running_clock(incident).filter(|_| priority == incident.priority) {
        Some(running) => Ok(Some(running)),
        None => orders::dispatch_clock(&draft.situation.policy, priority, draft.now).map(Some),
    }
}
