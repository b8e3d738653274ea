//! What follows from a command whichever it was, read from its own events and decided in one place: attendance of the beat's
//! officer, the station's signature, the end of support. Costs what the command changed.

use super::{alarms, attendance, dispatching, ending, orders, seeking, sign_incident, stacking};
use crate::alarm::AlarmKind;
use crate::assignment::{Assignment, AssignmentRole, AssignmentState};
use crate::decide::Draft;
use crate::event::{Event, TransferOutcome};
use crate::ids::{AssignmentId, IncidentId, UnitId};
use crate::policy::DispatchMode;
use crate::recall::Recall;
use crate::rejection::Rejection;

/// What an event calls for.
enum Follow {
    /// The incident is here, or held to be something else: who must attend.
    Opened(IncidentId),
    /// Somebody was ordered to it, at once or in a queue; by an operator's choice or the rules'.
    Ordered(IncidentId),
    /// Nobody is on it any more.
    Returned(IncidentId),
    /// An order moved on or ended, so that attendance may be given or owed again.
    Moved(AssignmentId),
    /// An order ended, so that its unit may be free.
    Ended(AssignmentId),
    /// A unit may be free.
    Free(UnitId),
    /// It is dealt with.
    Over(IncidentId),
}

/// Does what follows from the events of the command, and from what follows itself: each step settles something, so that it ends.
pub(crate) fn follow_up(draft: &mut Draft<'_>) -> Result<(), Rejection> {
    // What follows happens now, whenever it was tapped.
    draft.occurred = None;
    let mut seen = 0;
    while let Some(recorded) = draft.events.get(seen) {
        seen += 1;
        let Some(follow) = what_follows(&recorded.event) else { continue };
        match follow {
            Follow::Opened(id) => attendance::see_to(draft, id)?,
            Follow::Ordered(id) => {
                sign_incident::sign_if_open(draft, id)?;
                attendance::see_to(draft, id)?;
            }
            Follow::Returned(id) => attendance::nobody_responds(draft, id)?,
            Follow::Moved(id) => order_moved(draft, id)?,
            Follow::Ended(id) => order_ended(draft, id)?,
            Follow::Free(unit_id) => attendance::officer_available(draft, &unit_id)?,
            Follow::Over(id) => ending::end_support(draft, id),
        }
    }
    Ok(())
}

fn what_follows(event: &Event) -> Option<Follow> {
    Some(match event {
        Event::IncidentReported(e) => Follow::Opened(e.incident_id),
        Event::IncidentReopened(e) => Follow::Opened(e.incident_id),
        Event::IncidentUnmerged(e) => Follow::Opened(e.incident_id),
        Event::IncidentReclassified { incident_id, .. } => Follow::Opened(*incident_id),
        Event::AssignmentOffered(e) if e.role != AssignmentRole::BeatAttendance => Follow::Ordered(e.incident_id),
        Event::AssignmentQueued(e) if e.role != AssignmentRole::BeatAttendance => Follow::Ordered(e.incident_id),
        Event::IncidentReturnedToQueue { incident_id, .. } => Follow::Returned(*incident_id),
        Event::AssignmentOnScene { assignment_id, .. } => Follow::Moved(*assignment_id),
        Event::AssignmentActivated(e) => Follow::Moved(e.assignment_id),
        Event::AssignmentMoved(e) => Follow::Moved(e.assignment_id),
        Event::AssignmentDeclined { assignment_id, .. }
        | Event::AssignmentExpired { assignment_id, .. }
        | Event::AssignmentRecalled { assignment_id, .. }
        | Event::AssignmentCleared { assignment_id, .. } => Follow::Ended(*assignment_id),
        Event::UnitSignedOn { unit_id, .. } | Event::UnitAvailabilityChanged { unit_id, .. } => Follow::Free(unit_id.clone()),
        Event::IncidentResolved { incident_id, .. }
        | Event::IncidentClosed { incident_id }
        | Event::IncidentCancelled { incident_id, .. }
        | Event::IncidentMerged { incident_id, .. }
        | Event::IncidentTransferEnded { incident_id, outcome: TransferOutcome::Accepted } => Follow::Over(*incident_id),
        _ => return None,
    })
}

fn order_moved(draft: &mut Draft<'_>, id: AssignmentId) -> Result<(), Rejection> {
    let incident_id = draft.world.assignment(&id).map(|assignment| assignment.incident_id);
    incident_id.map_or(Ok(()), |incident_id| attendance::see_to(draft, incident_id))
}

fn order_ended(draft: &mut Draft<'_>, id: AssignmentId) -> Result<(), Rejection> {
    let Some(assignment) = draft.world.assignment(&id).cloned() else { return Ok(()) };
    attendance::see_to(draft, assignment.incident_id)?;
    seek_response(draft, &assignment)?;
    // Who said no or stayed silent is not asked for the next thing in the same breath.
    match assignment.state {
        AssignmentState::Declined { .. } | AssignmentState::Expired => Ok(()),
        _ => attendance::officer_available(draft, &assignment.unit_id),
    }
}

/// Nobody is left on an unsettled incident but who attends: that is no response. The rules seek a primary beside them. Where an
/// operator chooses, it waits in the queue again with its clock, attendance with it; unless somebody who attends is there
/// already: then the room is alarmed.
fn seek_response(draft: &mut Draft<'_>, left: &Assignment) -> Result<(), Rejection> {
    let responded = left.role != AssignmentRole::BeatAttendance;
    let Some(incident) = draft.world.incident(&left.incident_id).filter(|_| responded).cloned() else { return Ok(()) };
    let attend: Vec<_> = draft.world.active_assignments(&incident).cloned().collect();
    let only_attended = !attend.is_empty() && attend.iter().all(|held| held.role == AssignmentRole::BeatAttendance);
    if !only_attended || incident.seek_primary_at.is_some() || orders::reported_outcome(draft, &incident).is_some() {
        return Ok(());
    }
    if dispatching::mode_of(draft, &incident) != DispatchMode::Manual {
        return seeking::fell_out(draft, incident.incident_id, None);
    }
    if attend.iter().any(|held| held.state == AssignmentState::OnScene) {
        return alarms::raise_alarm(draft, AlarmKind::NotDispatched, incident.incident_id, None);
    }
    for order in &attend {
        orders::recall(draft, order, Recall::DIVERTED);
    }
    dispatching::return_to_queue(draft, &incident)?;
    attend.iter().try_for_each(|order| stacking::unit_freed(draft, &order.unit_id))
}
