//! Clear with feedback (反馈): the unit is done. The last unit's outcome resolves the incident.

use super::orders;
use super::tap::{self, Tap};
use super::{stacking, submit_feedback, unit_alarms};
use crate::decide::Draft;
use crate::event::Event;
use crate::ids::ReasonKey;
use crate::incident::PrivateLink;
use crate::policy::Policy;
use crate::rejection::Rejection;

/// A unit is done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Clear {
    /// Which, and when.
    pub tap: Tap,
    /// Why, a clear reason of the policy.
    pub reason: ReasonKey,
    /// Coded outcome, a disposition of the policy; none when the unit has none to report.
    pub disposition: Option<ReasonKey>,
    /// What it reported in words, in the vault.
    pub feedback: Option<PrivateLink>,
}

pub(crate) fn clear(draft: &mut Draft<'_>, command: &Clear) -> Result<(), Rejection> {
    let policy = &draft.situation.policy;
    Policy::expect_key(&policy.clear_reasons, &command.reason).map_err(|expected| Rejection::Invalid {
        field: "reason",
        given: command.reason.to_string(),
        expected,
    })?;
    if let Some(disposition) = &command.disposition {
        orders::check_disposition(policy, disposition)?;
    }
    let assignment = tap::begin(draft, &command.tap, "assignment_cleared")?;
    draft.emit(Event::AssignmentCleared {
        assignment_id: assignment.assignment_id,
        reason: command.reason.clone(),
        disposition: command.disposition.clone(),
        feedback: command.feedback,
        feedback_by: submit_feedback::owed_by(draft, &assignment, command.disposition.is_some()),
    });
    // What follows happens now, whenever it was tapped.
    draft.occurred = None;
    unit_alarms::assignment_ended(draft, &assignment);
    stacking::unit_freed(draft, &assignment.unit_id)?;
    let incident = draft.incident(&assignment.incident_id)?;
    if draft.world.active_assignments(&incident).next().is_some() {
        return Ok(());
    }
    // Its own outcome, or that of one who left before it; without any, somebody else must see to it.
    match command.disposition.clone().or_else(|| orders::reported_outcome(draft, &incident)) {
        Some(disposition) => orders::settle(draft, incident.incident_id, disposition)?,
        None => orders::return_to_queue(draft, &incident)?,
    }
    Ok(())
}
