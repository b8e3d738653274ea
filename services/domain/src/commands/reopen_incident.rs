//! ReopenIncident: a closed incident is open again.

use super::{arrival, dispatching, orders};
use crate::decide::Draft;
use crate::event::{Event, IncidentReopened};
use crate::ids::{IncidentId, ReasonKey};
use crate::incident::{DispatchClock, Incident};
use crate::policy::Policy;
use crate::rejection::Rejection;

/// A closed incident is open again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReopenIncident {
    /// The incident.
    pub incident_id: IncidentId,
    /// Why, a reopen reason of the policy.
    pub reason: ReasonKey,
    /// The revision the operator saw; 0 does not check.
    pub expected_revision: u64,
}

pub(crate) fn reopen_incident(draft: &mut Draft<'_>, command: &ReopenIncident) -> Result<(), Rejection> {
    let policy = &draft.situation.policy;
    Policy::expect_key(&policy.reasons.reopen, &command.reason).map_err(|expected| Rejection::Invalid {
        field: "reason",
        given: command.reason.to_string(),
        expected,
    })?;
    let incident = draft.incident(&command.incident_id)?;
    orders::check_revision(&incident, command.expected_revision)?;
    // A merged one is not in the table: it is unmerged.
    orders::check_move(draft, &incident, "incident_reopened")?;
    reopen(draft, &incident, command.reason.clone())
}

/// Opens an incident again under its number, with a fresh clock, and dispatches it by the mode of its priority.
pub(super) fn reopen(draft: &mut Draft<'_>, incident: &Incident, reason: ReasonKey) -> Result<(), Rejection> {
    let incident_id = incident.incident_id;
    let clock = fresh_clock(draft, incident)?;
    let rehydrated = evicted(draft, incident);
    draft.emit(Event::IncidentReopened(IncidentReopened { incident_id, reason, clock, rehydrated }));
    arrival::start(draft, incident_id)?;
    dispatching::begin(draft, incident_id)
}

/// The clock of a first order from now on; none where by the table nobody is to be sent.
pub(super) fn fresh_clock(draft: &Draft<'_>, incident: &Incident) -> Result<Option<DispatchClock>, Rejection> {
    let policy = &draft.situation.policy;
    let sends = policy.decide(incident.classification()).is_none_or(|decided| decided.dispatch);
    sends.then(|| orders::dispatch_clock(policy, incident.priority, draft.now)).transpose()
}

/// The incident as its event carries it, where the World has let it go or does so with that event.
pub(super) fn evicted(draft: &Draft<'_>, incident: &Incident) -> Option<Box<Incident>> {
    let id = incident.incident_id;
    let gone = draft.world.incident(&id).is_none() || draft.world.leaves_by(id, draft.now);
    gone.then(|| Box::new(incident.clone()))
}
