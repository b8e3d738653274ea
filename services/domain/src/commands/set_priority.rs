//! SetPriority: an operator sets how urgent an incident is.

use super::{arrival, dispatching, orders, standing};
use crate::classification::Priority;
use crate::decide::Draft;
use crate::event::{Event, StandingSet};
use crate::ids::IncidentId;
use crate::incident::Standing;
use crate::reason::Reason;
use crate::rejection::Rejection;

/// An operator sets how urgent an incident is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SetPriority {
    /// The incident.
    pub incident_id: IncidentId,
    /// From here on.
    pub priority: Priority,
    /// The revision the operator saw; 0 does not check.
    pub expected_revision: u64,
}

/// What the operator sets stays, whatever the incident is verified to be, unless the table is more urgent then. Said of the
/// priority it has already, it keeps that one.
pub(crate) fn set_priority(draft: &mut Draft<'_>, command: &SetPriority) -> Result<(), Rejection> {
    let incident = draft.incident(&command.incident_id)?;
    orders::check_revision(&incident, command.expected_revision)?;
    orders::check_move(draft, &incident, "incident_priority_set")?;
    let priority = command.priority;
    if incident.priority_by_operator && incident.priority == priority {
        return Err(Rejection::Invalid {
            field: "priority",
            given: priority.level().to_string(),
            expected: format!("another one: an operator set it for incident {} already", incident.number),
        });
    }
    let table = draft.situation.policy.decide(incident.classification()).map_or(incident.priority, |decided| decided.priority);
    let mut owner_reasons = incident.owner_reasons.clone();
    owner_reasons.retain(|reason| reason.code != "priority_by_operator");
    owner_reasons.push(Reason::priority_by_operator(priority, table));
    let standing = Standing { priority, priority_by_operator: true, owner_reasons, ..incident.standing() };
    let sends = standing::running_clock(&incident).is_some();
    let clock = standing::clock(draft, &incident, priority, sends)?;
    draft.emit(Event::IncidentPrioritySet(Box::new(StandingSet { incident_id: incident.incident_id, standing, clock })));
    arrival::start(draft, incident.incident_id)?;
    dispatching::reconsider(draft, &incident)
}
