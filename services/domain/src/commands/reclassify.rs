//! Reclassify: what an incident was verified to be. A dispute that turns criminal (民转刑) moves to the case team with its
//! history; the unit on scene stays until it is relieved.

use super::{arrival, dispatching, opening, orders, standing};
use crate::classification::Classification;
use crate::decide::Draft;
use crate::event::Event;
use crate::ids::IncidentId;
use crate::incident::IncidentFlag;
use crate::reason::Reason;
use crate::rejection::Rejection;

/// An incident is something else.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reclassify {
    /// Which.
    pub incident_id: IncidentId,
    /// What it was verified to be.
    pub verified_as: Classification,
    /// The revision the operator saw; 0 does not check.
    pub expected_revision: u64,
}

/// A priority that an operator chose stays, unless the table is more urgent now.
pub(crate) fn reclassify(draft: &mut Draft<'_>, command: &Reclassify) -> Result<(), Rejection> {
    let decided = opening::decide(&draft.situation.policy, "verified_as.category", &command.verified_as)?;
    let incident = draft.incident(&command.incident_id)?;
    orders::check_revision(&incident, command.expected_revision)?;
    orders::check_move(draft, &incident, "incident_reclassified")?;
    let mut owner_reasons = decided.reasons;
    let mut priority = decided.priority;
    if incident.priority_by_operator && incident.priority <= decided.priority {
        priority = incident.priority;
        owner_reasons.push(Reason::priority_by_operator(priority, decided.priority));
    }
    if decided.owner != incident.owner {
        owner_reasons.push(Reason::owner_moved(incident.owner, decided.owner, &decided.classification));
    }
    let clock = standing::clock(draft, &incident, priority, decided.dispatch)?;
    draft.emit(Event::IncidentReclassified {
        incident_id: incident.incident_id,
        verified_as: decided.classification,
        priority,
        owner: decided.owner,
        owner_reasons,
        clock,
    });
    if decided.nuisance && !incident.flags.contains(&IncidentFlag::Nuisance) {
        draft.emit(Event::IncidentFlagged { incident_id: incident.incident_id, flag: IncidentFlag::Nuisance });
    }
    arrival::start(draft, incident.incident_id)?;
    dispatching::reconsider(draft, &incident)
}
