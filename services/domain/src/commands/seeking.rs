//! Seeking a primary: it fell out while others are on the incident, and the rules look again until there is one.

use super::alarms::{end_alarms, raise_alarm};
use super::dispatching::{mode_of, offer_best};
use super::{dispatching, lending};
use crate::alarm::AlarmKind;
use crate::assignment::AssignmentRole;
use crate::decide::Draft;
use crate::event::Event;
use crate::ids::IncidentId;
use crate::incident::Incident;
use crate::policy::DispatchMode;
use crate::reason::Reason;
use crate::rejection::Rejection;

/// The primary fell out while others are on the incident: the next is asked at once, or looked for until there is one.
///
/// Where an operator chooses, a unit that did not take its order (`because`) is still replaced at once, but nothing is looked for
/// while a backup is there; whom the operator took back (no `because`) is the operator's to replace.
pub(super) fn fell_out(draft: &mut Draft<'_>, incident_id: IncidentId, because: Option<Reason>) -> Result<(), Rejection> {
    let incident = draft.incident(&incident_id)?;
    if has_primary(draft, &incident) {
        return Ok(());
    }
    let manual = mode_of(draft, &incident) == DispatchMode::Manual;
    if manual && because.is_none() {
        return dispatching::leave_to_operator(draft, &incident);
    }
    if offer_best(draft, incident_id, AssignmentRole::Primary, because)? {
        return Ok(());
    }
    if manual && !dispatching::only_attendance(draft, &incident) {
        return Ok(());
    }
    look_later(draft, &incident)
}

/// The same for an incident that a command about another place takes the primary of: the rules look at once, with candidates
/// for its own place. Where an operator chooses it is the operator's to replace.
pub(super) fn fell_out_elsewhere(draft: &mut Draft<'_>, incident_id: IncidentId) -> Result<(), Rejection> {
    let incident = draft.incident(&incident_id)?;
    if mode_of(draft, &incident) == DispatchMode::Manual {
        return dispatching::leave_to_operator(draft, &incident);
    }
    if !has_primary(draft, &incident) {
        draft.emit(Event::IncidentSeeksPrimary { incident_id, at: Some(draft.now) });
    }
    Ok(())
}

/// The rules look for a primary again.
pub(super) fn look_again(draft: &mut Draft<'_>, id: IncidentId) -> Result<(), Rejection> {
    let incident = draft.incident(&id)?;
    if has_primary(draft, &incident) {
        return found(draft, id);
    }
    if offer_best(draft, id, AssignmentRole::Primary, None)? { Ok(()) } else { look_later(draft, &incident) }
}

/// There is a primary again, or none is needed any more.
pub(super) fn found(draft: &mut Draft<'_>, incident_id: IncidentId) -> Result<(), Rejection> {
    if draft.incident(&incident_id)?.seek_primary_at.is_some() {
        draft.emit(Event::IncidentSeeksPrimary { incident_id, at: None });
        end_alarms(draft, incident_id, |kind| kind == AlarmKind::NoUnit);
    }
    Ok(())
}

fn look_later(draft: &mut Draft<'_>, incident: &Incident) -> Result<(), Rejection> {
    let incident_id = incident.incident_id;
    let at = draft.now.plus_ms(draft.situation.policy.clocks.retry_ms);
    draft.emit(Event::IncidentSeeksPrimary { incident_id, at: Some(at) });
    if lending::nobody_found(draft, incident_id)? || was_heard(draft, incident) {
        return Ok(());
    }
    raise_alarm(draft, AlarmKind::NoUnit, incident_id, None)
}

/// Whether the room was alarmed since the last primary left: it is not again for the same lapse, even after somebody confirmed it.
fn was_heard(draft: &Draft<'_>, incident: &Incident) -> bool {
    let orders = incident.assignments.iter().filter_map(|id| draft.world.assignment(id));
    let left = orders.filter(|order| order.role == AssignmentRole::Primary).filter_map(|order| order.times.ended_at).max();
    let mut alarms = draft.world.alarms_of(incident.incident_id);
    alarms.any(|alarm| alarm.kind == AlarmKind::NoUnit && left.is_none_or(|left| alarm.raised_at >= left))
}

fn has_primary(draft: &Draft<'_>, incident: &Incident) -> bool {
    draft.world.active_assignments(incident).any(|order| order.role == AssignmentRole::Primary)
}
