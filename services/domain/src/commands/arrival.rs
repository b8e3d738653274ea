//! The arrival clock: by place class or by echelon (1·3·5 快速反应); the room is alarmed once when nobody is there in time.

use super::orders;
use crate::alarm::AlarmKind;
use crate::classification::Priority;
use crate::decide::Draft;
use crate::event::Event;
use crate::ids::{AgencyId, IncidentId, UnitId};
use crate::incident::{Incident, IncidentState};
use crate::place::Place;
use crate::policy::ArrivalModel;
use crate::rejection::Rejection;
use crate::time::Timestamp;

/// By when somebody should be at `place`, counted from now; none where the priority runs no clock, the class of the place has
/// none, or the site counts by echelon: then the first order starts it.
///
/// A place outside every boundary, or only in words, is of the class of `station`, whose room handles it.
pub(super) fn by_place(draft: &Draft<'_>, place: &Place, station: &AgencyId, priority: Priority) -> Option<Timestamp> {
    if draft.situation.policy.arrival_model != ArrivalModel::PlaceClass || !runs(draft, priority) {
        return None;
    }
    let agency = match place {
        Place::Located { agency, .. } => agency,
        Place::OutsideBoundaries { .. } | Place::Unverified => station,
    };
    let arrive_ms = draft.situation.policy.arrive_ms(draft.situation.agencies.place_class(agency))?;
    Some(draft.now.plus_ms(arrive_ms))
}

/// Starts the clock by place class of an incident that became urgent, or is open again, where none runs and nobody is there.
pub(super) fn start(draft: &mut Draft<'_>, incident_id: IncidentId) -> Result<(), Rejection> {
    let incident = draft.incident(&incident_id)?;
    // Where by the table nobody is sent, nobody is late.
    let sends = draft.situation.policy.decide(incident.classification()).is_none_or(|decided| decided.dispatch);
    if !sends || !awaits_arrival(&incident) {
        return Ok(());
    }
    if let Some(arrive_by) = by_place(draft, &incident.place, &incident.station, incident.priority) {
        draft.emit(Event::IncidentArrivalClockSet { incident_id, arrive_by });
    }
    Ok(())
}

/// A unit was ordered: where the site counts by echelon, the first one's decides how soon somebody should be there.
pub(super) fn ordered(draft: &mut Draft<'_>, incident_id: IncidentId, unit_id: &UnitId) -> Result<(), Rejection> {
    let incident = draft.incident(&incident_id)?;
    let policy = &draft.situation.policy;
    if policy.arrival_model != ArrivalModel::Echelon || !awaits_arrival(&incident) || !runs(draft, incident.priority) {
        return Ok(());
    }
    let home = &draft.unit(unit_id)?.profile.home;
    let level = draft.situation.agencies.get(home).map(|node| node.level);
    if let Some(arrive_ms) = level.and_then(|level| policy.echelon_ms(level)) {
        draft.emit(Event::IncidentArrivalClockSet { incident_id, arrive_by: draft.now.plus_ms(arrive_ms) });
    }
    Ok(())
}

/// Nobody is on scene in time.
pub(super) fn lapse(draft: &mut Draft<'_>, id: IncidentId) -> Result<(), Rejection> {
    draft.emit(Event::IncidentArrivalLapsed(id));
    orders::raise_alarm(draft, AlarmKind::NotArrived, id, None)
}

/// Somebody is there: the room need not be alarmed about it any more.
pub(super) fn arrived(draft: &mut Draft<'_>, incident_id: IncidentId) {
    orders::end_alarms(draft, incident_id, |kind| kind == AlarmKind::NotArrived);
}

fn runs(draft: &Draft<'_>, priority: Priority) -> bool {
    draft.situation.policy.priority(priority).is_some_and(|rule| rule.arrival)
}

/// No clock was set for it yet, and somebody is still to come.
fn awaits_arrival(incident: &Incident) -> bool {
    incident.arrival.is_none() && matches!(incident.state, IncidentState::Classified { .. } | IncidentState::Dispatched)
}
