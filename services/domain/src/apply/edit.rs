//! How a resource is changed: copied on write, with its revision, and remembered as changed.

use crate::assignment::Assignment;
use crate::event::EventMeta;
use crate::ids::{AgencyId, AssignmentId, IncidentId, UnitId};
use crate::incident::{Attendance, Incident};
use crate::time::Timestamp;
use crate::unit::Unit;
use crate::world::{KEEP_CLOSED_MS, Leaving, PostImage, World};
use std::sync::Arc;

/// One event being applied.
pub(super) struct Change<'a> {
    pub(super) world: &'a mut World,
    pub(super) meta: &'a EventMeta,
    pub(super) changed: Vec<PostImage>,
}

impl Change<'_> {
    /// Changes an incident. Whatever could be undone before can not be any more.
    pub(super) fn incident(&mut self, id: IncidentId, edit: impl FnOnce(&mut Incident)) {
        self.incident_keeping_undo(id, |incident| {
            incident.last_change = None;
            edit(incident);
        });
    }

    /// Changes an incident by what follows from a change that can still be undone.
    pub(super) fn incident_keeping_undo(&mut self, id: IncidentId, edit: impl FnOnce(&mut Incident)) {
        let Some(incident) = self.world.incidents.get_mut(&id) else { return };
        let edited = Arc::make_mut(incident);
        let owed_before = owed_visit(edited);
        edit(edited);
        edited.revision = self.meta.seq;
        edited.updated_at = self.meta.recorded_at;
        let owed_now = owed_visit(edited);
        if owed_before != owed_now {
            if let Some(entry) = &owed_before {
                self.world.owed_visits.remove(entry);
            }
            self.world.owed_visits.extend(owed_now);
        }
        self.changed.push(PostImage::Incident(Arc::clone(incident)));
    }

    /// An incident is over: nothing waits for it any more, it leaves after a while, and is remembered as it is now.
    pub(super) fn incident_is_over(&mut self, id: IncidentId) {
        self.no_feedback_owed(id);
        self.incident_keeping_undo(id, nothing_waits);
        self.world.leaving.insert((self.meta.recorded_at.plus_ms(KEEP_CLOSED_MS), id));
        self.remember(id);
    }

    /// What is over, or begins anew, waits for no outcome of those who left it before.
    pub(super) fn no_feedback_owed(&mut self, id: IncidentId) {
        let Some(incident) = self.world.incidents.get(&id).cloned() else { return };
        for assignment_id in &incident.assignments {
            if self.world.assignments.get(assignment_id).is_some_and(|assignment| assignment.feedback_clock.is_some()) {
                self.assignment(*assignment_id, |assignment| assignment.feedback_clock = None);
            }
        }
    }

    /// An incident is open again: it does not leave.
    pub(super) fn incident_is_open(&mut self, id: IncidentId) {
        let leaving: Vec<_> = self.world.leaving.iter().filter(|(_, leaves)| *leaves == id).copied().collect();
        for entry in leaving {
            self.world.leaving.remove(&entry);
        }
        self.remember(id);
    }

    /// Remembers an incident as it is now, for duplicates and repeats.
    pub(super) fn remember(&mut self, id: IncidentId) {
        if let Some(incident) = self.world.incidents.get(&id) {
            self.world.history.remember(incident);
        }
    }

    /// Changes an assignment.
    pub(super) fn assignment(&mut self, id: AssignmentId, edit: impl FnOnce(&mut Assignment)) {
        let Some(assignment) = self.world.assignments.get_mut(&id) else { return };
        let edited = Arc::make_mut(assignment);
        edit(edited);
        edited.revision = self.meta.seq;
        self.changed.push(PostImage::Assignment(Arc::clone(assignment)));
    }

    /// Changes a unit.
    pub(super) fn unit(&mut self, id: &UnitId, edit: impl FnOnce(&mut Unit)) {
        let Some(unit) = self.world.units.get_mut(id) else { return };
        let edited = Arc::make_mut(unit);
        let before = edited.duty.clone();
        edit(edited);
        if edited.duty != before {
            edited.since = self.meta.recorded_at;
        }
        edited.revision = self.meta.seq;
        self.changed.push(PostImage::Unit(Arc::clone(unit)));
    }
}

/// Who must sign, who holds it, what is proposed or asked: none of it outlives the incident or comes back with it.
pub(super) fn nothing_waits(incident: &mut Incident) {
    incident.passing = None;
    incident.hold = None;
    incident.proposal = None;
    incident.transfer = None;
    incident.seek_primary_at = None;
    incident.lending.next_at = None;
}

/// The entry of an open incident that the beat's officer still owes a visit.
fn owed_visit(incident: &Incident) -> Option<(AgencyId, Timestamp, IncidentId)> {
    match &incident.attendance {
        Some(Attendance::Owed { beat }) if !incident.state.is_closed() => Some((beat.clone(), incident.reported_at, incident.incident_id)),
        _ => None,
    }
}

/// Lets go of incidents that were closed long enough ago, with all that hangs on them. Driven by event time alone.
pub(super) fn evict(world: &mut World) {
    world.history.forget(world.last_recorded_at);
    evict_resources(world);
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

fn evict_resources(world: &mut World) {
    while let Some((at, leaving)) = world.leaving_resources.get_min().copied() {
        if at > world.last_recorded_at {
            return;
        }
        world.leaving_resources.remove(&(at, leaving));
        match leaving {
            Leaving::Alarm(id) => drop(world.alarms.remove(&id)),
            Leaving::Whistle(id) => {
                if let Some(whistle) = world.whistles.remove(&id) {
                    world.whistles_by_incident.remove(&(whistle.incident_id, id));
                }
            }
            Leaving::Shift(id) => drop(world.shifts.remove(&id)),
            Leaving::PremiseNote(id) => drop(world.premise_notes.remove(&id)),
        }
    }
}
