//! RecallUnit: the room takes an order back, queued or active.

use super::{dispatching, orders, stacking, tap};
use crate::decide::Draft;
use crate::ids::{AssignmentId, ReasonKey};
use crate::policy::Policy;
use crate::rejection::Rejection;
use crate::states;

/// The room takes an order back, queued or active.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecallUnit {
    /// The order.
    pub assignment_id: AssignmentId,
    /// Why, a recall reason of the policy.
    pub reason: ReasonKey,
}

pub(crate) fn recall_unit(draft: &mut Draft<'_>, command: &RecallUnit) -> Result<(), Rejection> {
    Policy::expect_key(&draft.situation.policy.reasons.recall, &command.reason).map_err(|expected| Rejection::Invalid {
        field: "reason",
        given: command.reason.to_string(),
        expected,
    })?;
    let id = &command.assignment_id;
    let assignment = draft.world.assignment(id).cloned().ok_or_else(|| Rejection::NotFound { kind: "assignment", id: id.to_string() })?;
    if !states::allows(states::ASSIGNMENT, assignment.state.name(), "assignment_recalled") {
        return Err(tap::refuse(draft, &assignment, "assignment_recalled"));
    }
    orders::recall(draft, &assignment, command.reason.clone());
    if !assignment.state.is_active() {
        // It only waited: its unit goes on with what it does; its incident waits on, and the rules look for another.
        return dispatching::look_soon(draft, assignment.incident_id);
    }
    dispatching::taken_back(draft, &assignment)?;
    stacking::unit_freed(draft, &assignment.unit_id)
}
