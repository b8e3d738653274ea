//! UNIT-1, INC-2 and DLV-1: units, incidents and orders agree, and no clock runs out unheard.

use super::{DLV_1, Findings, GRACE_MS, INC_2, UNIT_1};
use crate::alarm::AlarmKind;
use crate::assignment::{Assignment, AssignmentState};
use crate::incident::{Incident, IncidentState};
use crate::time::Timestamp;
use crate::unit::Unit;
use crate::world::World;

/// UNIT-1 from the unit's side: what it says it is engaged in is active and its own.
pub(super) fn check_unit(world: &World, unit: &Unit, found: &mut Findings) {
    let Some(id) = unit.engaged_in() else { return };
    let unit_id = &unit.profile.unit_id;
    match world.assignment(&id) {
        None => found.say(UNIT_1, format!("{unit_id} is engaged in assignment {id}, which is not known")),
        Some(held) if &held.unit_id != unit_id => {
            found.say(UNIT_1, format!("{unit_id} is engaged in assignment {id}, which is {}'s", held.unit_id));
        }
        Some(held) if !held.state.is_active() => {
            found.say(UNIT_1, format!("{unit_id} is engaged in assignment {id}, which is {}", held.state.name()));
        }
        Some(_) => {}
    }
}

/// UNIT-1 from the unit's side: what is in its queue waits for it, and is there once.
pub(super) fn check_queue(world: &World, unit: &Unit, found: &mut Findings) {
    let unit_id = &unit.profile.unit_id;
    for (place, id) in unit.queue.iter().enumerate() {
        if unit.queue.iter().take(place).any(|before| before == id) {
            found.say(UNIT_1, format!("assignment {id} is twice in the queue of {unit_id}"));
        }
        match world.assignment(id) {
            None => found.say(UNIT_1, format!("assignment {id} in the queue of {unit_id} is not known")),
            Some(held) if &held.unit_id != unit_id => {
                found.say(UNIT_1, format!("assignment {id} in the queue of {unit_id} is {}'s", held.unit_id));
            }
            Some(held) if held.state != AssignmentState::Queued => {
                found.say(UNIT_1, format!("assignment {id} in the queue of {unit_id} is {}", held.state.name()));
            }
            Some(_) => {}
        }
    }
}

/// UNIT-1 from the side of an assignment that waits: it is in its unit's queue.
fn check_waits(world: &World, assignment: &Assignment, found: &mut Findings) {
    let (id, unit_id) = (assignment.assignment_id, &assignment.unit_id);
    if !world.unit(unit_id).is_some_and(|unit| unit.queue.contains(&id)) {
        found.say(UNIT_1, format!("assignment {id} waits for {unit_id} and is not in its queue"));
    }
}

/// UNIT-1 and INC-2 from the assignment's side: its unit is engaged in it, and its incident knows of it.
pub(super) fn check_assignment(world: &World, assignment: &Assignment, found: &mut Findings) {
    if assignment.state == AssignmentState::Queued {
        check_waits(world, assignment, found);
    }
    if !assignment.state.is_active() {
        return;
    }
    let (id, unit_id) = (assignment.assignment_id, &assignment.unit_id);
    let engaged_in = world.unit(unit_id).and_then(|unit| unit.engaged_in());
    if engaged_in != Some(id) {
        found.say(UNIT_1, format!("assignment {id} is {}, but {unit_id} is engaged in {engaged_in:?}", assignment.state.name()));
    }
    match world.incident(&assignment.incident_id) {
        None => found.say(INC_2, format!("assignment {id} is active on incident {}, which is not known", assignment.incident_id)),
        Some(incident) if !incident.assignments.contains(&id) => {
            found.say(INC_2, format!("incident {} does not list its assignment {id}", incident.number));
        }
        Some(incident) => check_incident(world, incident, found),
    }
}

/// INC-2: an incident is dispatched or on scene exactly while a unit is on it.
pub(super) fn check_incident(world: &World, incident: &Incident, found: &mut Findings) {
    let units = world.active_assignments(incident).count();
    let has_units = matches!(incident.state, IncidentState::Dispatched | IncidentState::OnScene);
    if has_units != (units > 0) {
        found.say(INC_2, format!("incident {} is {} with {units} units on it", incident.number, incident.state.name()));
    }
}

fn is_late(due_at: Timestamp, now: Timestamp) -> bool {
    now > due_at.plus_ms(GRACE_MS)
}

/// DLV-1 for an order: it does not sit past its clocks, and one that was not taken alarmed the room.
pub(super) fn check_order_clocks(world: &World, assignment: &Assignment, now: Timestamp, found: &mut Findings) {
    let (id, unit_id) = (assignment.assignment_id, &assignment.unit_id);
    if let AssignmentState::Offered { deliver_by, .. } = &assignment.state
        && is_late(*deliver_by, now)
    {
        found.say(DLV_1, format!("the order {id} of {unit_id} is not delivered {} ms past its deadline", now.since_ms(*deliver_by)));
    }
    if let Some(acknowledge_by) = assignment.state.acknowledge_by().filter(|due_at| is_late(*due_at, now)) {
        found.say(DLV_1, format!("the order {id} of {unit_id} is not acknowledged {} ms past its deadline", now.since_ms(acknowledge_by)));
    }
    let expected: &[AlarmKind] = match &assignment.state {
        AssignmentState::Expired => &[AlarmKind::Undelivered, AlarmKind::Unacknowledged],
        AssignmentState::Declined { .. } => &[AlarmKind::Declined],
        _ => return,
    };
    let mut alarms = world.alarms_of(assignment.incident_id);
    if !alarms.any(|alarm| expected.contains(&alarm.kind) && alarm.unit_id.as_ref() == Some(unit_id)) {
        found.say(DLV_1, format!("the order {id} of {unit_id} is {} and the room was never alarmed", assignment.state.name()));
    }
}

/// DLV-1 for an incident that nobody is on: it does not sit past its clock unheard, and one that waits is looked at again.
pub(super) fn check_dispatch_clock(world: &World, incident: &Incident, now: Timestamp, found: &mut Findings) {
    let IncidentState::Classified { clock, alarmed, retry_at } = &incident.state else { return };
    let number = incident.number;
    let runs = incident.hold.is_none() && !*alarmed;
    if let Some(clock) = clock.filter(|clock| runs && is_late(clock.dispatch_by, now)) {
        let late_ms = now.since_ms(clock.dispatch_by);
        found.say(DLV_1, format!("incident {number} has no unit {late_ms} ms past its deadline and the room is not alarmed"));
    }
    let heard = |kind| matches!(kind, AlarmKind::NotDispatched | AlarmKind::NoUnit);
    if *alarmed && !world.alarms_of(incident.incident_id).any(|alarm| heard(alarm.kind)) {
        found.say(DLV_1, format!("incident {number} counts as alarmed and the room was never alarmed"));
    }
    if let Some(retry_at) = retry_at.filter(|due_at| is_late(*due_at, now)) {
        found.say(DLV_1, format!("incident {number} waits and was not looked at {} ms past its time", now.since_ms(retry_at)));
    }
}
