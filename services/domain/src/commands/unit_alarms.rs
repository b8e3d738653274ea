//! Alarms about one unit on one incident: they end with what they are about, and go with the unit where its order goes.

use super::orders;
use crate::alarm::AlarmKind;
use crate::assignment::Assignment;
use crate::decide::Draft;
use crate::event::Event;
use crate::ids::{AssignmentId, IncidentId, UnitId};
use crate::rejection::Rejection;

/// Ends the standing alarms about `unit_id` on an incident whose cause is over.
pub(super) fn end(draft: &mut Draft<'_>, incident_id: IncidentId, unit_id: &UnitId, over: impl Fn(AlarmKind) -> bool) {
    let standing = draft.world.standing_alarms(incident_id);
    let ended: Vec<_> =
        standing.filter(|alarm| alarm.unit_id.as_ref() == Some(unit_id) && over(alarm.kind)).map(|alarm| alarm.alarm_id).collect();
    for alarm_id in ended {
        draft.emit(Event::AlarmEnded { alarm_id, confirmed: false });
    }
}

/// An active assignment has ended: nobody waits any more for its unit to say that it is safe, or to be heard.
pub(super) fn assignment_ended(draft: &mut Draft<'_>, assignment: &Assignment) {
    let over = |kind| matches!(kind, AlarmKind::SafetyCheckMissed | AlarmKind::LostContact);
    end(draft, assignment.incident_id, &assignment.unit_id, over);
}

/// An assignment went over to another incident: what the room was alarmed about its unit sounds there.
pub(super) fn moved(draft: &mut Draft<'_>, assignment_id: AssignmentId) -> Result<(), Rejection> {
    let Some(assignment) = draft.world.assignment(&assignment_id).cloned() else { return Ok(()) };
    let unit = draft.unit(&assignment.unit_id)?;
    if assignment.safety_check.is_some_and(|clock| clock.alarmed) {
        orders::raise_alarm(draft, AlarmKind::SafetyCheckMissed, assignment.incident_id, Some(assignment.unit_id.clone()))?;
    }
    if unit.contact_lost_at.is_some() && unit.engaged_in() == Some(assignment_id) {
        orders::raise_alarm(draft, AlarmKind::LostContact, assignment.incident_id, Some(assignment.unit_id.clone()))?;
    }
    Ok(())
}
