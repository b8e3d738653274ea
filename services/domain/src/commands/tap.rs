//! A tap on one assignment: what the unit's commands have in common.

use crate::assignment::Assignment;
use crate::decide::Draft;
use crate::ids::AssignmentId;
use crate::rejection::Rejection;
use crate::states;
use crate::time::Timestamp;
use std::sync::Arc;

/// A tap on one assignment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tap {
    /// The assignment.
    pub assignment_id: AssignmentId,
    /// When it was tapped, by the device's clock; the network may deliver it much later.
    pub occurred_at: Option<Timestamp>,
}

/// Finds the assignment, checks that the state table lets `event` happen to it, and takes the time of the tap.
pub(super) fn begin(draft: &mut Draft<'_>, tap: &Tap, event: &'static str) -> Result<Arc<Assignment>, Rejection> {
    let id = &tap.assignment_id;
    let assignment = draft.world.assignment(id).cloned().ok_or_else(|| Rejection::NotFound { kind: "assignment", id: id.to_string() })?;
    let state = assignment.state.name();
    if !states::allows(states::ASSIGNMENT, state, event) {
        return Err(refuse(draft, &assignment, event));
    }
    draft.occurred_at(tap.occurred_at, assignment.times.offered_at);
    Ok(assignment)
}

/// The refusal of a move that the state table has not, with who has the incident now.
pub(super) fn refuse(draft: &Draft<'_>, assignment: &Assignment, event: &'static str) -> Rejection {
    let call_sign = |unit_id| draft.world.unit(unit_id).map_or_else(|| ToString::to_string(unit_id), |u| u.profile.call_sign.to_string());
    let incident = draft.world.incident(&assignment.incident_id);
    // An order that ended names who has the incident now: that is what its unit needs to know.
    let holder = incident.filter(|_| !assignment.state.is_active()).map(|incident| {
        let holders: Vec<_> = draft.world.active_assignments(incident).map(|a| call_sign(&a.unit_id)).collect();
        if holders.is_empty() { "nobody".to_owned() } else { holders.join(" ") }
    });
    Rejection::IllegalMove {
        subject: format!("the assignment of {} to incident {}", call_sign(&assignment.unit_id), incident.map_or(0, |i| i.number)),
        state: assignment.state.name(),
        holder,
        event,
        possible: states::events_from(states::ASSIGNMENT, assignment.state.name()),
    }
}
