//! FireDeadline: a deadline is due. Idempotent: any node may fire it, and a deadline that somebody was faster than is gone.

use super::{
    answer_support, answer_transfer, arrival, confirm_proposal, confirm_safe, dispatching, end_premise_note, end_wartime, lending, orders,
    plan_shift, release_hold, seeking, sign_hand_over, sign_incident, submit_feedback,
};
use crate::alarm::AlarmKind;
use crate::deadlines::{Deadline, DeadlineSubject, Owner, deadlines_of};
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
    let deadline = &command.deadline;
    if draft.now < deadline.due_at || !is_running(draft, deadline) {
        return Err(Rejection::DeadlineGone);
    }
    match &deadline.subject {
        DeadlineSubject::Dispatch(incident_id) => {
            draft.emit(Event::IncidentDispatchLapsed { incident_id: *incident_id });
            orders::raise_alarm(draft, AlarmKind::NotDispatched, *incident_id, None)
        }
        DeadlineSubject::Retry(id) => dispatching::look_again(draft, *id),
        DeadlineSubject::Deliver(id) => expire(draft, *id, Lapse::Deliver, AlarmKind::Undelivered),
        DeadlineSubject::Acknowledge(id) => expire(draft, *id, Lapse::Acknowledge, AlarmKind::Unacknowledged),
        DeadlineSubject::Sign(id) => sign_incident::lapse(draft, *id),
        DeadlineSubject::Send(id) => confirm_proposal::send(draft, *id),
        DeadlineSubject::Widen(id) => lending::widen(draft, *id),
        DeadlineSubject::Hold(id) => release_hold::expire(draft, *id),
        DeadlineSubject::Arrive(id) => arrival::lapse(draft, *id),
        DeadlineSubject::SeekPrimary(id) => seeking::look_again(draft, *id),
        DeadlineSubject::Transfer(id) => answer_transfer::lapse(draft, *id),
        DeadlineSubject::SafetyCheck(id) => confirm_safe::lapse(draft, *id),
        DeadlineSubject::Feedback(id) => submit_feedback::lapse(draft, *id),
        DeadlineSubject::Support(id) => answer_support::climb(draft, *id),
        DeadlineSubject::ShiftEnd(id) => plan_shift::end(draft, *id),
        DeadlineSubject::HandOver(id) => sign_hand_over::lapse(draft, *id),
        DeadlineSubject::Wartime(area) => end_wartime::lapse(draft, area),
        DeadlineSubject::PremiseNote(id) => end_premise_note::expire(draft, *id),
    }
}

fn expire(draft: &mut Draft<'_>, assignment_id: AssignmentId, lapse: Lapse, alarm: AlarmKind) -> Result<(), Rejection> {
    let Some(assignment) = draft.world.assignment(&assignment_id).cloned() else { return Err(Rejection::DeadlineGone) };
    draft.emit(Event::AssignmentExpired { assignment_id, lapse });
    orders::not_taken(draft, &assignment, alarm)
}

fn is_running(draft: &Draft<'_>, deadline: &Deadline) -> bool {
    let world = &draft.world;
    let image = match deadline.subject.owner() {
        Owner::Incident(id) => world.incident(&id).cloned().map(PostImage::Incident),
        Owner::Assignment(id) => world.assignment(&id).cloned().map(PostImage::Assignment),
        Owner::Whistle(id) => world.whistle(&id).cloned().map(PostImage::Whistle),
        Owner::Shift(id) => world.shift(&id).cloned().map(PostImage::Shift),
        Owner::Wartime(area) => world.wartime(&area).cloned().map(PostImage::Wartime),
        Owner::PremiseNote(id) => world.premise_note(&id).cloned().map(PostImage::PremiseNote),
    };
    image.is_some_and(|image| deadlines_of(&image).contains(deadline))
}
