//! SAFE-1: while a unit's emergency stands, the room knows of it and somebody is responsible for it.

use super::{Findings, SAFE_1};
use crate::alarm::{Alarm, AlarmEnd, AlarmKind};
use crate::incident::Incident;
use crate::unit::Unit;
use crate::world::World;

/// The incident of a standing emergency is open, and the room's alarm stands or was confirmed by an operator.
pub(super) fn check_unit(world: &World, unit: &Unit, found: &mut Findings) {
    let Some(emergency) = &unit.emergency else { return };
    let unit_id = &unit.profile.unit_id;
    match world.incident(&emergency.incident_id) {
        None => found.say(SAFE_1, format!("the emergency of {unit_id} stands, its incident {} is not known", emergency.incident_id)),
        Some(incident) if incident.state.is_closed() => {
            let state = incident.state.name();
            found.say(SAFE_1, format!("the emergency of {unit_id} stands, its incident {} is {state}", incident.number));
        }
        Some(_) => {}
    }
    let heard = |alarm: &Alarm| {
        alarm.kind == AlarmKind::Emergency
            && alarm.unit_id.as_ref() == Some(unit_id)
            && matches!(alarm.end, None | Some(AlarmEnd::Confirmed { .. }))
    };
    if !world.alarms_of(emergency.incident_id).any(|alarm| heard(alarm)) {
        found.say(SAFE_1, format!("the emergency of {unit_id} stands and no alarm of it does, nor was one confirmed"));
    }
}

/// The same from the incident's side.
pub(super) fn check_incident(world: &World, incident: &Incident, found: &mut Findings) {
    for alarm in world.alarms_of(incident.incident_id) {
        check_alarm(world, alarm, found);
    }
}

/// The same from the alarm's side.
pub(super) fn check_alarm(world: &World, alarm: &Alarm, found: &mut Findings) {
    if alarm.kind != AlarmKind::Emergency {
        return;
    }
    let unit = alarm.unit_id.as_ref().and_then(|unit_id| world.unit(unit_id));
    let stands = |unit: &&std::sync::Arc<Unit>| unit.emergency.as_ref().map(|emergency| emergency.incident_id) == alarm.incident_id;
    if let Some(unit) = unit.filter(stands) {
        check_unit(world, unit, found);
    }
}
