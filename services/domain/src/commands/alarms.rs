//! Alarms to the room: raised once for one lapse, ended when their cause is over.

use crate::alarm::{Alarm, AlarmKind};
use crate::decide::Draft;
use crate::event::Event;
use crate::ids::{AgencyId, IncidentId, UnitId};
use crate::rejection::Rejection;

/// Alarms the room, unless it already stands alarmed for the same thing.
pub(super) fn raise_alarm(
    draft: &mut Draft<'_>,
    kind: AlarmKind,
    incident_id: IncidentId,
    unit_id: Option<UnitId>,
) -> Result<(), Rejection> {
    if draft.world.standing_alarms(incident_id).any(|alarm| alarm.kind == kind && alarm.unit_id == unit_id) {
        return Ok(());
    }
    let alarm_id = draft.fresh_alarm_id()?;
    draft.emit(Event::AlarmRaised { alarm_id, kind, incident_id: Some(incident_id), unit_id, station: None });
    Ok(())
}

/// Alarms a room of something that hangs on no incident, unless it already stands alarmed for the same.
pub(super) fn raise_alarm_of_station(
    draft: &mut Draft<'_>,
    kind: AlarmKind,
    station: AgencyId,
    unit_id: Option<UnitId>,
) -> Result<(), Rejection> {
    let stands = |alarm: &Alarm| alarm.end.is_none() && alarm.kind == kind && alarm.station == station && alarm.unit_id == unit_id;
    if draft.world.alarms().any(|alarm| stands(alarm)) {
        return Ok(());
    }
    let alarm_id = draft.fresh_alarm_id()?;
    draft.emit(Event::AlarmRaised { alarm_id, kind, incident_id: None, unit_id, station: Some(station) });
    Ok(())
}

/// Ends the standing alarms of an incident whose cause is over. A unit's emergency is over only when somebody says so.
pub(super) fn end_alarms(draft: &mut Draft<'_>, incident_id: IncidentId, over: impl Fn(AlarmKind) -> bool) {
    let ended: Vec<_> =
        draft.world.standing_alarms(incident_id).filter(|a| a.kind != AlarmKind::Emergency && over(a.kind)).map(|a| a.alarm_id).collect();
    for alarm_id in ended {
        draft.emit(Event::AlarmEnded { alarm_id, confirmed: false });
    }
}
