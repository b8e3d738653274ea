//! Diverting: a unit is taken off what it is on, for something more urgent.

use super::{dispatching, orders, seeking};
use crate::assignment::{AssignmentRole, AssignmentState};
use crate::decide::Draft;
use crate::incident::Incident;
use crate::reason::Reason;
use crate::recall::Recall;
use crate::rejection::Rejection;
use crate::unit::Unit;

/// Takes an engaged unit off the incident it is on, so that it can be ordered to `incident`; says why, for its new order.
///
/// Refused unless `incident` is strictly more urgent, and where the unit is on scene already. What it leaves is looked at with
/// candidates for its own place, by a deadline that is due at once: those of this command are for another place.
pub(super) fn divert(draft: &mut Draft<'_>, incident: &Incident, unit: &Unit) -> Result<Reason, Rejection> {
    let held = unit.engaged_in().and_then(|id| draft.world.assignment(&id).cloned());
    let id = || unit.profile.unit_id.to_string();
    let assignment = held.ok_or_else(|| Rejection::NotFound { kind: "assignment of", id: id() })?;
    let left = draft.incident(&assignment.incident_id)?;
    let mut reasons = Vec::new();
    if incident.priority >= left.priority {
        reasons.push(Reason::not_more_urgent(left.number, left.priority));
    }
    if assignment.state == AssignmentState::OnScene {
        reasons.push(Reason::on_scene_elsewhere(left.number));
    }
    if !reasons.is_empty() {
        return Err(Rejection::NotEligible { unit: unit.profile.unit_id.clone(), reasons });
    }
    orders::recall(draft, &assignment, Recall::DIVERTED);
    let others = draft.world.active_assignments(&left).next().is_some();
    if others && assignment.role == AssignmentRole::Primary {
        seeking::fell_out_elsewhere(draft, left.incident_id)?;
    } else if !others {
        match orders::reported_outcome(draft, &left) {
            Some(disposition) => orders::settle(draft, left.incident_id, disposition)?,
            None => {
                dispatching::put_back(draft, &left)?;
                dispatching::look_soon(draft, left.incident_id)?;
            }
        }
    }
    Ok(Reason::diverted_from(left.number))
}
