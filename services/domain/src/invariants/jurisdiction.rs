//! JUR-1: every incident belongs to the log's agency tree, and units are engaged for incidents of their home log only.

use super::{Findings, JUR_1};
use crate::agency::AgencyTree;
use crate::alarm::Alarm;
use crate::incident::Incident;
use crate::place::Place;
use crate::unit::Unit;
use crate::world::World;

/// The tree is the log's own.
pub(super) fn check_tree(world: &World, agencies: &AgencyTree, found: &mut Findings) {
    if agencies.log_id() != world.log_id() {
        found.say(JUR_1, format!("log {} decides by the agency tree of {}", world.log_id(), agencies.log_id()));
    }
}

/// The incident's station and the place it happened at are in the tree.
pub(super) fn check_incident(agencies: &AgencyTree, incident: &Incident, found: &mut Findings) {
    let number = incident.number;
    if agencies.get(&incident.station).is_none() {
        found.say(JUR_1, format!("incident {number} is handled by {}, which is not in the agency tree", incident.station));
    }
    if let Place::Located { agency, .. } = &incident.place
        && agencies.get(agency).is_none()
    {
        found.say(JUR_1, format!("incident {number} is at {agency}, which is not in the agency tree"));
    }
}

/// The unit's home is in the tree, and what it is engaged for is an incident of this log.
pub(super) fn check_unit(world: &World, agencies: &AgencyTree, unit: &Unit, found: &mut Findings) {
    let (unit_id, home) = (&unit.profile.unit_id, &unit.profile.home);
    if agencies.get(home).is_none() {
        found.say(JUR_1, format!("{unit_id} belongs to {home}, which is not in the agency tree"));
    }
    let held = unit.engaged_in().and_then(|id| world.assignment(&id));
    if let Some(held) = held.filter(|held| world.incident(&held.incident_id).is_none()) {
        found.say(JUR_1, format!("{unit_id} is engaged for incident {}, which is not of its home log", held.incident_id));
    }
}

/// The alarm goes to the room that handles its incident.
pub(super) fn check_alarm(world: &World, alarm: &Alarm, found: &mut Findings) {
    let Some(incident_id) = &alarm.incident_id else { return };
    let handled_by = world.incident(incident_id).map(|incident| &incident.station);
    if handled_by != Some(&alarm.station) {
        found.say(JUR_1, format!("alarm {} goes to {}, its incident is handled by {handled_by:?}", alarm.alarm_id, alarm.station));
    }
}
