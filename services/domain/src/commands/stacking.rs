//! Stacking: orders that wait for an engaged unit, and what goes out when the unit is free.

use super::{dispatching, lending, orders, plan_shift};
use crate::assignment::{Assignment, AssignmentRole, AssignmentState};
use crate::decide::Draft;
use crate::event::{AssignmentActivated, AssignmentQueued, Event};
use crate::ids::{IncidentId, ReasonKey, UnitId};
use crate::incident::{Incident, IncidentState};
use crate::matching::{self, RankedUnit};
use crate::recall::Recall;
use crate::rejection::Rejection;
use crate::unit::{MAX_QUEUED, Unit};
use std::sync::Arc;

/// Puts an operator's order into the queue of an engaged unit. The incident waits on, and its clock runs.
pub(super) fn queue(
    draft: &mut Draft<'_>,
    incident: &Incident,
    unit: &Unit,
    role: AssignmentRole,
    ranking: RankedUnit,
) -> Result<(), Rejection> {
    let call_sign = &unit.profile.call_sign;
    if unit.queue.len() >= MAX_QUEUED {
        return Err(Rejection::Invalid {
            field: "orders.when_engaged",
            given: format!("queue, with {} orders waiting for {call_sign}", unit.queue.len()),
            expected: format!("fewer than {MAX_QUEUED} that wait for one unit"),
        });
    }
    if unit.queue.iter().filter_map(|id| draft.world.assignment(id)).any(|waits| waits.incident_id == incident.incident_id) {
        return Err(Rejection::Invalid {
            field: "orders.unit_id",
            given: call_sign.to_string(),
            expected: format!("a unit that incident {} does not wait for already", incident.number),
        });
    }
    let assignment_id = draft.fresh_assignment_id()?;
    draft.emit(Event::AssignmentQueued(Box::new(AssignmentQueued {
        assignment_id,
        incident_id: incident.incident_id,
        unit_id: unit.profile.unit_id.clone(),
        role,
        automatic: false,
        ranking,
    })));
    draft.reply.assignments.push(assignment_id);
    Ok(())
}

/// A unit may be free: its assignment has ended, or it can be sent again. Its shift may be over, or the next order in its queue
/// goes out.
pub(super) fn unit_freed(draft: &mut Draft<'_>, unit_id: &UnitId) -> Result<(), Rejection> {
    // What follows happens now, whenever it was tapped; what the caller still records of the tap happened then.
    let occurred = draft.occurred.take();
    let freed = free(draft, unit_id);
    draft.occurred = occurred;
    freed
}

fn free(draft: &mut Draft<'_>, unit_id: &UnitId) -> Result<(), Rejection> {
    let unit = draft.unit(unit_id)?;
    if unit.engaged_in().is_some() || unit.emergency.is_some() {
        return Ok(());
    }
    if unit.off_after {
        return plan_shift::go_off(draft, unit_id);
    }
    if unit.is_assignable() {
        activate_next(draft, &unit)?;
    }
    Ok(())
}

/// The next order of the queue that can still be carried out goes out; those before it are taken back.
fn activate_next(draft: &mut Draft<'_>, unit: &Unit) -> Result<(), Rejection> {
    for id in &unit.queue {
        let Some(assignment) = draft.world.assignment(id).cloned() else { continue };
        let incident = draft.incident(&assignment.incident_id)?;
        if is_over(&incident) {
            orders::recall(draft, &assignment, Recall::CLOSED);
        } else if assignment.role == AssignmentRole::Primary && has_primary(draft, &incident) {
            orders::recall(draft, &assignment, Recall::SUPERSEDED);
        } else if !matching::why_not_at_all(&draft.world, &incident, unit, assignment.role, draft.situation).is_empty() {
            orders::recall(draft, &assignment, Recall::REPLACED);
            dispatching::look_soon(draft, incident.incident_id)?;
        } else {
            let clocks = &draft.situation.policy.clocks;
            draft.emit(Event::AssignmentActivated(AssignmentActivated {
                assignment_id: *id,
                deliver_by: draft.now.plus_ms(clocks.deliver_ms),
                acknowledge_by: draft.now.plus_ms(clocks.acknowledge_ms),
                lent: lending::charged_to(draft, incident.incident_id, &unit.profile.unit_id, assignment.role),
            }));
            return orders::went_out(draft, incident.incident_id, assignment.role, &unit.profile.unit_id);
        }
    }
    Ok(())
}

/// Takes back every order that waits for `unit_id`. Its incidents wait on, and the rules look at them at once.
pub(super) fn recall_queue_of(draft: &mut Draft<'_>, unit_id: &UnitId, reason: &'static str) -> Result<(), Rejection> {
    let unit = draft.unit(unit_id)?;
    for assignment in unit.queue.iter().filter_map(|id| draft.world.assignment(id).cloned()).collect::<Vec<_>>() {
        orders::recall(draft, &assignment, ReasonKey::literal(reason));
        dispatching::look_soon(draft, assignment.incident_id)?;
    }
    Ok(())
}

/// Takes back every order of an incident that still waits in a queue.
pub(super) fn recall_queued(draft: &mut Draft<'_>, incident_id: IncidentId, reason: &'static str) -> Result<(), Rejection> {
    recall_where(draft, incident_id, &ReasonKey::literal(reason), |_| true)
}

/// The incident has its primary: who waited in a queue to be it is not needed any more.
pub(super) fn supersede_primaries(draft: &mut Draft<'_>, incident_id: IncidentId) -> Result<(), Rejection> {
    recall_where(draft, incident_id, &Recall::SUPERSEDED, |order| order.role == AssignmentRole::Primary)
}

fn recall_where(
    draft: &mut Draft<'_>,
    incident_id: IncidentId,
    reason: &ReasonKey,
    which: impl Fn(&Assignment) -> bool,
) -> Result<(), Rejection> {
    let incident = draft.incident(&incident_id)?;
    for order in queued(draft, &incident).into_iter().filter(|order| which(order)) {
        orders::recall(draft, &order, reason.clone());
    }
    Ok(())
}

/// The orders of an incident that wait in a queue.
pub(super) fn queued(draft: &Draft<'_>, incident: &Incident) -> Vec<Arc<Assignment>> {
    let orders = incident.assignments.iter().filter_map(|id| draft.world.assignment(id));
    orders.filter(|order| order.state == AssignmentState::Queued).cloned().collect()
}

fn is_over(incident: &Incident) -> bool {
    incident.state.is_closed() || matches!(incident.state, IncidentState::Resolved { .. })
}

fn has_primary(draft: &Draft<'_>, incident: &Incident) -> bool {
    draft.world.active_assignments(incident).any(|order| order.role == AssignmentRole::Primary)
}
