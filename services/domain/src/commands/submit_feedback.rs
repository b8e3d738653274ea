//! SubmitFeedback: a unit reports the outcome after it was cleared (反馈).

use super::tap::{self, Tap};
use super::{orders, stacking, unit_alarms};
use crate::alarm::AlarmKind;
use crate::assignment::{Assignment, AssignmentRole};
use crate::decide::Draft;
use crate::event::{Event, FeedbackSubmitted};
use crate::ids::{AssignmentId, ReasonKey};
use crate::incident::{IncidentState, PrivateLink};
use crate::rejection::Rejection;
use crate::time::Timestamp;

/// A unit reports the outcome after it was cleared.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SubmitFeedback {
    /// Which assignment, and when.
    pub tap: Tap,
    /// Coded outcome, a disposition of the policy.
    pub disposition: ReasonKey,
    /// In words, in the vault.
    pub feedback: Option<PrivateLink>,
}

/// The outcome is recorded whenever it comes, and a later one stands instead of an earlier one. Where it was still owed and the
/// incident waits with nobody on it, it is the incident's outcome and settles it: nobody need be sent again.
pub(crate) fn submit_feedback(draft: &mut Draft<'_>, command: &SubmitFeedback) -> Result<(), Rejection> {
    orders::check_disposition(&draft.situation.policy, &command.disposition)?;
    let assignment = tap::begin(draft, &command.tap, "assignment_feedback_submitted")?;
    let (assignment_id, incident_id) = (assignment.assignment_id, assignment.incident_id);
    draft.emit(Event::AssignmentFeedbackSubmitted(FeedbackSubmitted {
        assignment_id,
        disposition: command.disposition.clone(),
        feedback: command.feedback,
    }));
    draft.occurred = None;
    unit_alarms::end(draft, incident_id, &assignment.unit_id, |kind| kind == AlarmKind::FeedbackOverdue);
    let Some(incident) = draft.world.incident(&incident_id).cloned() else { return Ok(()) };
    let waits = matches!(incident.state, IncidentState::Classified { .. }) && draft.world.active_assignments(&incident).next().is_none();
    if assignment.feedback_clock.is_some() && waits {
        stacking::recall_queued(draft, incident_id, "closed")?;
        orders::settle(draft, incident_id, command.disposition.clone())?;
    }
    Ok(())
}

/// An outcome is owed past its deadline.
pub(super) fn lapse(draft: &mut Draft<'_>, id: AssignmentId) -> Result<(), Rejection> {
    let Some(assignment) = draft.world.assignment(&id).cloned() else { return Err(Rejection::DeadlineGone) };
    draft.emit(Event::AssignmentFeedbackLapsed(id));
    orders::raise_alarm(draft, AlarmKind::FeedbackOverdue, assignment.incident_id, Some(assignment.unit_id.clone()))
}

/// By when a unit owes its outcome once it is cleared; none where it gave one. The primary owes it: the others were there to help.
pub(super) fn owed_by(draft: &Draft<'_>, assignment: &Assignment, gave_one: bool) -> Option<Timestamp> {
    if gave_one || assignment.role != AssignmentRole::Primary {
        return None;
    }
    let incident = draft.world.incident(&assignment.incident_id)?;
    Some(draft.now.plus_ms(draft.situation.policy.feedback_ms(incident.classification())))
}
