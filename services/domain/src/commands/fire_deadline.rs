//! FireDeadline: a deadline is due. Idempotent: any node may fire it, and a deadline that somebody was faster than is gone.

use super::orders;
use crate::alarm::AlarmKind;
use crate::deadlines::{Deadline, DeadlineSubject, deadlines_of};
use crate::decide::Draft;
use crate::event::{Event, Lapse};
use crate::ids::AssignmentId;
use crate::rejection::Rejection;
use crate::world::PostImage;

/// A deadline is due.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FireDeadline {
    /// Which; its due time is its generation.
    pub deadline: Deadline,
}

pub(crate) fn fire_deadline(draft: &mut Draft<'_>, command: &FireDeadline) -> Result<(), Rejection> {
    let deadline = command.deadline;
    if draft.now < deadline.due_at || !is_running(draft, &deadline) {
        return Err(Rejection::DeadlineGone);
    }
    match deadline.subject {
        DeadlineSubject::Dispatch(incident_id) => {
            draft.emit(Event::IncidentDispatchLapsed { incident_id });
            orders::raise_alarm(draft, AlarmKind::NotDispatched, incident_id, None)
        }
        DeadlineSubject::Retry(incident_id) => orders::dispatch_automatically(draft, incident_id),
        DeadlineSubject::Deliver(assignment_id) => expire(draft, assignment_id, Lapse::Deliver, AlarmKind::Undelivered),
        DeadlineSubject::Acknowledge(assignment_id) => expire(draft, assignment_id, Lapse::Acknowledge, AlarmKind::Unacknowledged),
    }
}

fn expire(draft: &mut Draft<'_>, assignment_id: AssignmentId, lapse: Lapse, alarm: AlarmKind) -> Result<(), Rejection> {
    let Some(assignment) = draft.world.assignment(&assignment_id).cloned() else { return Err(Rejection::DeadlineGone) };
    draft.emit(Event::AssignmentExpired { assignment_id, lapse });
    orders::not_taken(draft, &assignment, alarm)
}

fn is_running(draft: &Draft<'_>, deadline: &Deadline) -> bool {
    let image = match deadline.subject {
        DeadlineSubject::Dispatch(id) | DeadlineSubject::Retry(id) => draft.world.incident(&id).cloned().map(PostImage::Incident),
        DeadlineSubject::Deliver(id) | DeadlineSubject::Acknowledge(id) => draft.world.assignment(&id).cloned().map(PostImage::Assignment),
    };
    image.is_some_and(|image| deadlines_of(&image).contains(deadline))
}
