//! NoteContact: the server has lost or regained contact with a unit.

use super::{orders, unit_alarms};
use crate::alarm::AlarmKind;
use crate::assignment::{Assignment, AssignmentState};
use crate::decide::Draft;
use crate::event::Event;
use crate::ids::UnitId;
use crate::rejection::Rejection;
use crate::time::Timestamp;
use crate::unit::Unit;
use std::sync::Arc;

/// The server has lost or regained contact with a unit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NoteContact {
    /// The unit.
    pub unit_id: UnitId,
    /// Whether nothing is heard of it.
    pub lost: bool,
}

/// Contact is lost with a unit that took its order: before that the order's own clocks alarm the room. What changes nothing
/// writes nothing, and the room is alarmed once for one silence on one incident.
pub(crate) fn note_contact(draft: &mut Draft<'_>, command: &NoteContact) -> Result<(), Rejection> {
    let unit = draft.unit(&command.unit_id)?;
    if command.lost {
        return lost(draft, &unit);
    }
    regained(draft, &unit);
    Ok(())
}

fn lost(draft: &mut Draft<'_>, unit: &Unit) -> Result<(), Rejection> {
    let Some(assignment) = taken(draft, unit) else { return Ok(()) };
    let unit_id = &unit.profile.unit_id;
    let since = unit.contact_lost_at.unwrap_or(draft.now);
    if unit.contact_lost_at.is_none() {
        draft.emit(Event::UnitContactLost(unit_id.clone()));
    } else if was_alarmed(draft, &assignment, since) {
        return Ok(());
    }
    orders::raise_alarm(draft, AlarmKind::LostContact, assignment.incident_id, Some(unit_id.clone()))
}

fn regained(draft: &mut Draft<'_>, unit: &Unit) {
    if unit.contact_lost_at.is_none() {
        return;
    }
    let unit_id = &unit.profile.unit_id;
    draft.emit(Event::UnitContactRegained(unit_id.clone()));
    // An alarm of an assignment that has ended since ended with it.
    if let Some(incident_id) = unit.engaged_in().and_then(|id| draft.world.assignment(&id)).map(|held| held.incident_id) {
        unit_alarms::end(draft, incident_id, unit_id, |kind| kind == AlarmKind::LostContact);
    }
}

/// The assignment a unit took and is on.
fn taken(draft: &Draft<'_>, unit: &Unit) -> Option<Arc<Assignment>> {
    let assignment = draft.world.assignment(&unit.engaged_in()?)?;
    let taken = matches!(assignment.state, AssignmentState::Acknowledged | AssignmentState::EnRoute | AssignmentState::OnScene);
    taken.then(|| Arc::clone(assignment))
}

/// Whether the room was already alarmed of this silence on this incident, even if somebody has confirmed it since.
fn was_alarmed(draft: &Draft<'_>, assignment: &Assignment, since: Timestamp) -> bool {
    draft.world.alarms_of(assignment.incident_id).any(|alarm| {
        alarm.kind == AlarmKind::LostContact && alarm.unit_id.as_ref() == Some(&assignment.unit_id) && alarm.raised_at >= since
    })
}
