//! `apply`: one event changes the World. It recomputes nothing: what was decided is in the event.

use crate::alarm::{Alarm, AlarmEnd};
use crate::assignment::{Assignment, AssignmentState, AssignmentTimes};
use crate::event::{AssignmentOffered, Event, EventMeta, IncidentReported, Recorded};
use crate::ids::{AssignmentId, IncidentId, UnitId};
use crate::incident::{Incident, IncidentState, MAX_TRIED_UNITS};
use crate::unit::{Availability, Duty, Unit, UnitProfile};
use crate::world::{KEEP_CLOSED_MS, PostImage, World};
use std::sync::Arc;

/// Applies one event and returns the resources it changed, as they are now.
///
/// An event that speaks of something the World does not hold (because it was evicted) changes nothing but the head.
pub fn apply(world: &mut World, recorded: &Recorded) -> Vec<PostImage> {
    let meta = &recorded.meta;
    world.head = meta.seq;
    world.last_recorded_at = world.last_recorded_at.max(meta.recorded_at);
    evict(world);
    let mut changed = Vec::new();
    apply_event(world, meta, &recorded.event, &mut changed);
    changed
}

fn apply_event(world: &mut World, meta: &EventMeta, event: &Event, changed: &mut Vec<PostImage>) {
    match event {
        Event::FeatureActivated { feature } => {
            world.features.insert(feature.clone());
        }
        Event::PolicyActivated { hash } => world.policy = Some(*hash),
        Event::AgencyTreeActivated { hash } => world.agency_tree = Some(*hash),
        Event::UnitRegistered { profile } => register(world, meta, profile, changed),
        Event::UnitSignedOn { unit_id, sworn, auxiliary } => edit_unit(world, meta, unit_id, changed, |unit| {
            unit.profile.sworn = *sworn;
            unit.profile.auxiliary = *auxiliary;
            unit.duty = Duty::On { availability: Availability::Available, engaged_in: None };
        }),
        Event::UnitSignedOff { unit_id } => edit_unit(world, meta, unit_id, changed, |unit| unit.duty = Duty::Off),
        Event::UnitAvailabilityChanged { unit_id, availability } => edit_unit(world, meta, unit_id, changed, |unit| {
            if let Duty::On { availability: current, .. } = &mut unit.duty {
                *current = availability.clone();
            }
        }),
        Event::IncidentReported(reported) => report(world, meta, reported, changed),
        Event::IncidentReclassified { incident_id, verified_as, priority, owner, owner_reasons, clock } => {
            edit_incident(world, meta, *incident_id, changed, |incident| {
                incident.verified_as = Some(verified_as.clone());
                incident.priority = *priority;
                incident.owner = *owner;
                incident.owner_reasons = owner_reasons.clone();
                if let IncidentState::Classified { clock: running, .. } = &incident.state
                    && running != clock
                {
                    incident.state = IncidentState::Classified { clock: *clock, alarmed: false, retry_at: None };
                }
            });
            // A unit reads in its assignment what it goes to, so that changes with its incident.
            let Some(incident) = world.incidents.get(incident_id) else { return };
            let bound: Vec<AssignmentId> = world.active_assignments(incident).map(|assignment| assignment.assignment_id).collect();
            for id in bound {
                edit_assignment(world, meta, id, changed, |_| {});
            }
        }
        Event::IncidentWaiting { incident_id, retry_at: at } => edit_incident(world, meta, *incident_id, changed, |incident| {
            if let IncidentState::Classified { retry_at, .. } = &mut incident.state {
                *retry_at = Some(*at);
            }
        }),
        Event::IncidentDispatchLapsed { incident_id } => edit_incident(world, meta, *incident_id, changed, |incident| {
            if let IncidentState::Classified { alarmed, .. } = &mut incident.state {
                *alarmed = true;
            }
        }),
        Event::IncidentDispatched { incident_id } => move_incident(world, meta, *incident_id, changed, IncidentState::Dispatched),
        Event::IncidentOnScene { incident_id } => move_incident(world, meta, *incident_id, changed, IncidentState::OnScene),
        Event::IncidentReturnedToQueue { incident_id, clock } => {
            let state = IncidentState::Classified { clock: *clock, alarmed: false, retry_at: None };
            move_incident(world, meta, *incident_id, changed, state);
        }
        Event::IncidentResolved { incident_id, disposition } => {
            move_incident(world, meta, *incident_id, changed, IncidentState::Resolved { disposition: disposition.clone() });
        }
        Event::IncidentClosed { incident_id } => {
            edit_incident(world, meta, *incident_id, changed, |incident| {
                if let IncidentState::Resolved { disposition } = &incident.state {
                    incident.state = IncidentState::Closed { disposition: disposition.clone() };
                }
            });
            world.leaving.insert((meta.recorded_at.plus_ms(KEEP_CLOSED_MS), *incident_id));
        }
        Event::AssignmentOffered(offered) => offer(world, meta, offered, changed),
        Event::AssignmentDelivered { assignment_id } => edit_assignment(world, meta, *assignment_id, changed, |assignment| {
            assignment.times.delivered_at = Some(meta.happened_at());
            if let AssignmentState::Offered { acknowledge_by, .. } = assignment.state {
                assignment.state = AssignmentState::Delivered { acknowledge_by };
            }
        }),
        Event::AssignmentSeen { assignment_id } => edit_assignment(world, meta, *assignment_id, changed, |assignment| {
            assignment.times.seen_at = Some(meta.happened_at());
            if let Some(acknowledge_by) = assignment.state.acknowledge_by() {
                assignment.state = AssignmentState::Seen { acknowledge_by };
            }
        }),
        Event::AssignmentAcknowledged { assignment_id } => edit_assignment(world, meta, *assignment_id, changed, |assignment| {
            assignment.times.acknowledged_at = Some(meta.happened_at());
            assignment.state = AssignmentState::Acknowledged;
        }),
        Event::AssignmentEnRoute { assignment_id } => edit_assignment(world, meta, *assignment_id, changed, |assignment| {
            assignment.times.en_route_at = Some(meta.happened_at());
            assignment.state = AssignmentState::EnRoute;
        }),
        Event::AssignmentOnScene { assignment_id } => edit_assignment(world, meta, *assignment_id, changed, |assignment| {
            assignment.times.on_scene_at = Some(meta.happened_at());
            assignment.state = AssignmentState::OnScene;
        }),
        Event::AssignmentDeclined { assignment_id, reason } => {
            let state = AssignmentState::Declined { reason: reason.clone() };
            end_assignment(world, meta, *assignment_id, changed, state, true);
        }
        Event::AssignmentExpired { assignment_id, .. } => {
            end_assignment(world, meta, *assignment_id, changed, AssignmentState::Expired, true);
        }
        Event::AssignmentCleared { assignment_id, reason, disposition, feedback } => {
            if let Some(assignment) = world.assignments.get_mut(assignment_id) {
                Arc::make_mut(assignment).feedback = *feedback;
            }
            let state = AssignmentState::Cleared { reason: reason.clone(), disposition: disposition.clone() };
            end_assignment(world, meta, *assignment_id, changed, state, false);
        }
        Event::AlarmRaised { alarm_id, kind, incident_id, unit_id } => {
            let Some(station) = world.incidents.get(incident_id).map(|incident| incident.station.clone()) else { return };
            let alarm = Arc::new(Alarm {
                alarm_id: *alarm_id,
                kind: *kind,
                incident_id: *incident_id,
                unit_id: unit_id.clone(),
                station,
                raised_at: meta.recorded_at,
                end: None,
                revision: meta.seq,
            });
            world.alarms_by_incident.insert((*incident_id, *alarm_id));
            world.alarms.insert(*alarm_id, Arc::clone(&alarm));
            changed.push(PostImage::Alarm(alarm));
        }
        Event::AlarmEnded { alarm_id, confirmed } => {
            let Some(alarm) = world.alarms.get_mut(alarm_id) else { return };
            let edited = Arc::make_mut(alarm);
            edited.end = Some(if *confirmed {
                AlarmEnd::Confirmed { by: meta.actor.clone(), at: meta.recorded_at }
            } else {
                AlarmEnd::Over { at: meta.recorded_at }
            });
            edited.revision = meta.seq;
            changed.push(PostImage::Alarm(Arc::clone(alarm)));
        }
        Event::PrivateRead { .. } | Event::PrivateErased { .. } => {}
    }
}

fn register(world: &mut World, meta: &EventMeta, profile: &UnitProfile, changed: &mut Vec<PostImage>) {
    let id = &profile.unit_id;
    if let Some(previous) = world.units.get(id).map(|unit| unit.profile.call_sign.clone()) {
        world.call_signs.remove(&previous);
    }
    world.call_signs.insert(profile.call_sign.clone(), id.clone());
    let (duty, since) = world.units.get(id).map_or((Duty::Off, meta.recorded_at), |unit| (unit.duty.clone(), unit.since));
    let unit = Arc::new(Unit { profile: profile.clone(), duty, since, revision: meta.seq });
    world.units.insert(id.clone(), Arc::clone(&unit));
    changed.push(PostImage::Unit(unit));
}

fn report(world: &mut World, meta: &EventMeta, reported: &IncidentReported, changed: &mut Vec<PostImage>) {
    world.numbering = (reported.local_day, reported.number);
    let incident = Arc::new(Incident {
        incident_id: reported.incident_id,
        number: reported.number,
        local_day: reported.local_day,
        revision: meta.seq,
        state: IncidentState::Classified { clock: reported.clock, alarmed: false, retry_at: None },
        reported_as: reported.reported_as.clone(),
        verified_as: None,
        priority: reported.priority,
        place: reported.place.clone(),
        station: reported.station.clone(),
        owner: reported.owner,
        owner_reasons: reported.owner_reasons.clone(),
        flags: reported.flags.clone(),
        call: reported.call.clone(),
        reported_at: meta.happened_at(),
        updated_at: meta.recorded_at,
        assignments: Vec::new(),
        tried: Vec::new(),
        refused_orders: 0,
    });
    world.incidents.insert(incident.incident_id, Arc::clone(&incident));
    changed.push(PostImage::Incident(incident));
}

fn offer(world: &mut World, meta: &EventMeta, offered: &AssignmentOffered, changed: &mut Vec<PostImage>) {
    let assignment = Arc::new(Assignment {
        assignment_id: offered.assignment_id,
        incident_id: offered.incident_id,
        unit_id: offered.unit_id.clone(),
        role: offered.role,
        state: AssignmentState::Offered { deliver_by: offered.deliver_by, acknowledge_by: offered.acknowledge_by },
        times: AssignmentTimes {
            offered_at: meta.recorded_at,
            delivered_at: None,
            seen_at: None,
            acknowledged_at: None,
            en_route_at: None,
            on_scene_at: None,
            ended_at: None,
        },
        automatic: offered.automatic,
        ranking: offered.ranking.clone(),
        not_taken: offered.not_taken.clone(),
        feedback: None,
        revision: meta.seq,
    });
    world.assignments.insert(assignment.assignment_id, Arc::clone(&assignment));
    changed.push(PostImage::Assignment(assignment));
    edit_incident(world, meta, offered.incident_id, changed, |incident| incident.assignments.push(offered.assignment_id));
    edit_unit(world, meta, &offered.unit_id, changed, |unit| {
        if let Duty::On { engaged_in, .. } = &mut unit.duty {
            *engaged_in = Some(offered.assignment_id);
        }
    });
}

fn end_assignment(
    world: &mut World,
    meta: &EventMeta,
    id: AssignmentId,
    changed: &mut Vec<PostImage>,
    state: AssignmentState,
    not_taken: bool,
) {
    edit_assignment(world, meta, id, changed, |assignment| {
        assignment.times.ended_at = Some(meta.happened_at());
        assignment.state = state;
    });
    let Some((unit_id, incident_id)) = world.assignments.get(&id).map(|a| (a.unit_id.clone(), a.incident_id)) else { return };
    if not_taken {
        edit_incident(world, meta, incident_id, changed, |incident| {
            incident.refused_orders = incident.refused_orders.saturating_add(1);
            if incident.tried.len() < MAX_TRIED_UNITS && !incident.tried.contains(&unit_id) {
                incident.tried.push(unit_id.clone());
            }
        });
    }
    edit_unit(world, meta, &unit_id, changed, |unit| {
        if let Duty::On { engaged_in, .. } = &mut unit.duty
            && *engaged_in == Some(id)
        {
            *engaged_in = None;
        }
    });
}

fn move_incident(world: &mut World, meta: &EventMeta, id: IncidentId, changed: &mut Vec<PostImage>, state: IncidentState) {
    edit_incident(world, meta, id, changed, |incident| incident.state = state);
}

fn edit_incident(world: &mut World, meta: &EventMeta, id: IncidentId, changed: &mut Vec<PostImage>, edit: impl FnOnce(&mut Incident)) {
    let Some(incident) = world.incidents.get_mut(&id) else { return };
    let edited = Arc::make_mut(incident);
    edit(edited);
    edited.revision = meta.seq;
    edited.updated_at = meta.recorded_at;
    changed.push(PostImage::Incident(Arc::clone(incident)));
}

fn edit_assignment(
    world: &mut World,
    meta: &EventMeta,
    id: AssignmentId,
    changed: &mut Vec<PostImage>,
    edit: impl FnOnce(&mut Assignment),
) {
    let Some(assignment) = world.assignments.get_mut(&id) else { return };
    let edited = Arc::make_mut(assignment);
    edit(edited);
    edited.revision = meta.seq;
    changed.push(PostImage::Assignment(Arc::clone(assignment)));
}

fn edit_unit(world: &mut World, meta: &EventMeta, id: &UnitId, changed: &mut Vec<PostImage>, edit: impl FnOnce(&mut Unit)) {
    let Some(unit) = world.units.get_mut(id) else { return };
    let edited = Arc::make_mut(unit);
    edit(edited);
    edited.since = meta.recorded_at;
    edited.revision = meta.seq;
    changed.push(PostImage::Unit(Arc::clone(unit)));
}

/// Lets go of incidents that were closed long enough ago, with all that hangs on them. Driven by event time alone.
fn evict(world: &mut World) {
    while let Some((at, id)) = world.leaving.get_min().copied() {
        if at > world.last_recorded_at {
            return;
        }
        world.leaving.remove(&(at, id));
        let Some(incident) = world.incidents.remove(&id) else { continue };
        for assignment_id in &incident.assignments {
            world.assignments.remove(assignment_id);
        }
        let alarms: Vec<_> = world.alarms_of(id).map(|alarm| alarm.alarm_id).collect();
        for alarm_id in alarms {
            world.alarms.remove(&alarm_id);
            world.alarms_by_incident.remove(&(id, alarm_id));
        }
    }
}
