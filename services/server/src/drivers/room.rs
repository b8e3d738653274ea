//! What a room sees of its log: the live stream folded into what waits, what is settled, and which units are free. No IO.

use super::clock::off_the_wire;
use super::facts::Facts;
use domain::ids::{AssignmentId, IncidentId, UnitId};
use domain::place::Position;
use domain::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;
use wire::v1alpha1::resource::Resource as Image;
use wire::v1alpha1::watch_response::Frame;
use wire::v1alpha1::{Alarm, Assignment, AssignmentState, AttendanceState, Incident, IncidentState, Resource, Unit, UnitKind, UnitState};

/// Something that a crew must hear of.
#[derive(Clone, PartialEq, Debug)]
pub enum Change {
    /// An order.
    Order(Order),
    /// An order is over without the unit having cleared it.
    Withdrawn {
        /// Whose.
        unit_id: UnitId,
        /// Which.
        assignment_id: AssignmentId,
    },
}

/// An order as the stream shows it.
#[derive(Clone, PartialEq, Debug)]
pub struct Order {
    /// Whose.
    pub unit_id: UnitId,
    /// Which.
    pub assignment_id: AssignmentId,
    /// Where to; none when nobody knows.
    pub destination: Option<Position>,
    /// Priority, 1 (most urgent) to 4.
    pub priority: u8,
    /// How far it was when it was first seen.
    pub state: AssignmentState,
}

/// An incident that waits for its first unit.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Waiting {
    /// Priority, 1 (most urgent) to 4.
    pub priority: u8,
    /// Since when.
    pub since: Timestamp,
    /// Which.
    pub incident_id: IncidentId,
    /// When its row turns amber.
    pub amber_at: Timestamp,
}

/// An incident that waits to be closed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Settled {
    /// Since when.
    pub since: Timestamp,
    /// Whether the beat's officer still owes a visit: closing it needs a reason then.
    pub attendance_owed: bool,
}

enum Stage {
    Waiting(Waiting),
    /// Nobody is to be sent: the room settles it.
    Unsent,
    Attended,
    Resolved,
}

/// The fold of one log's stream.
#[derive(Default)]
pub struct Room {
    live: bool,
    seq: u64,
    hash: String,
    resyncs: u64,
    stages: BTreeMap<IncidentId, Stage>,
    waiting: BTreeSet<Waiting>,
    unsent: BTreeMap<IncidentId, Timestamp>,
    resolved: BTreeMap<IncidentId, Settled>,
    attended: usize,
    assignments: BTreeMap<AssignmentId, UnitId>,
    /// What was known before the snapshot that is being taken.
    before: BTreeMap<AssignmentId, UnitId>,
    free: BTreeSet<UnitId>,
    alarms: BTreeMap<Uuid, Timestamp>,
    facts: Facts,
}

impl Room {
    /// Takes in one frame; says what crews must hear of.
    pub fn apply(&mut self, frame: Frame) -> Vec<Change> {
        let mut changes = Vec::new();
        match frame {
            Frame::Snapshot(snapshot) => {
                if snapshot.first {
                    self.begin_snapshot();
                }
                self.take_all(snapshot.resources, &mut changes);
                if snapshot.last {
                    (self.live, self.seq, self.hash) = (true, snapshot.seq, snapshot.hash);
                    let gone = std::mem::take(&mut self.before).into_iter().filter(|(id, _)| !self.assignments.contains_key(id));
                    changes.extend(gone.map(|(assignment_id, unit_id)| Change::Withdrawn { unit_id, assignment_id }));
                }
            }
            Frame::Delta(delta) => {
                self.take_all(delta.changed, &mut changes);
                (self.seq, self.hash) = (delta.seq, delta.hash);
                self.live = true;
            }
            Frame::Advance(advance) => (self.seq, self.hash) = (advance.through_seq, advance.hash),
            Frame::Resync(_) => {
                self.resyncs += 1;
                self.live = false;
            }
            Frame::Welcome(_) | Frame::Fixes(_) | Frame::Heartbeat(_) => {}
        }
        changes
    }

    fn begin_snapshot(&mut self) {
        // A snapshot that broke off keeps what was known before it.
        self.before.append(&mut self.assignments);
        let (before, resyncs) = (std::mem::take(&mut self.before), self.resyncs);
        *self = Self { before, resyncs, ..Self::default() };
    }

    fn take_all(&mut self, resources: Vec<Resource>, changes: &mut Vec<Change>) {
        for resource in resources {
            self.facts.take(&resource);
            match resource.resource {
                Some(Image::Incident(incident)) => self.incident(&incident),
                Some(Image::Assignment(assignment)) => changes.extend(self.assignment(&assignment)),
                Some(Image::Unit(unit)) => self.unit(&unit),
                Some(Image::Alarm(alarm)) => self.alarm(&alarm),
                // What follows up on incidents reads these from the facts.
                Some(Image::Whistle(_) | Image::Shift(_) | Image::Wartime(_) | Image::PremiseNote(_)) | None => {}
            }
        }
    }

    fn incident(&mut self, incident: &Incident) {
        let Ok(uuid) = Uuid::parse_str(&incident.incident_id) else { return };
        let id = IncidentId(uuid);
        match self.stages.remove(&id) {
            Some(Stage::Waiting(waiting)) => drop(self.waiting.remove(&waiting)),
            Some(Stage::Unsent) => drop(self.unsent.remove(&id)),
            Some(Stage::Resolved) => drop(self.resolved.remove(&id)),
            Some(Stage::Attended) => self.attended -= 1,
            None => {}
        }
        let time = |at: &Option<pbjson_types::Timestamp>| at.as_ref().map(off_the_wire);
        let updated_at = time(&incident.updated_at).unwrap_or_default();
        let stage = match incident.state() {
            IncidentState::Classified | IncidentState::PassedDown | IncidentState::Signed => match time(&incident.dispatch_by) {
                Some(dispatch_by) => {
                    let waiting = Waiting {
                        priority: u8::try_from(incident.priority).unwrap_or(4),
                        since: time(&incident.reported_at).unwrap_or_default(),
                        incident_id: id,
                        amber_at: time(&incident.dispatch_amber_at).unwrap_or(dispatch_by),
                    };
                    self.waiting.insert(waiting);
                    Stage::Waiting(waiting)
                }
                None => {
                    self.unsent.insert(id, updated_at);
                    Stage::Unsent
                }
            },
            IncidentState::Dispatched | IncidentState::OnScene => {
                self.attended += 1;
                Stage::Attended
            }
            IncidentState::Resolved => {
                let owed = incident
                    .attendance
                    .as_ref()
                    .is_some_and(|attendance| matches!(attendance.state(), AttendanceState::Owed | AttendanceState::Ordered));
                self.resolved.insert(id, Settled { since: updated_at, attendance_owed: owed });
                Stage::Resolved
            }
            IncidentState::Closed
            | IncidentState::Cancelled
            | IncidentState::Merged
            | IncidentState::Transferred
            | IncidentState::Unspecified => return,
        };
        self.stages.insert(id, stage);
    }

    fn assignment(&mut self, assignment: &Assignment) -> Option<Change> {
        let assignment_id = AssignmentId(Uuid::parse_str(&assignment.assignment_id).ok()?);
        let unit_id = UnitId::new(&assignment.unit_id).ok()?;
        let state = assignment.state();
        match state {
            AssignmentState::Cleared | AssignmentState::Unspecified => {
                self.assignments.remove(&assignment_id);
                None
            }
            // It becomes an order when its unit is free.
            AssignmentState::Queued => None,
            AssignmentState::Declined | AssignmentState::Expired | AssignmentState::Recalled => {
                self.assignments.remove(&assignment_id).map(|unit_id| Change::Withdrawn { unit_id, assignment_id })
            }
            _ => {
                let known = self.assignments.insert(assignment_id, unit_id.clone()).is_some();
                let place = assignment.place.as_ref().and_then(|place| place.position.as_ref());
                let destination = place.and_then(|position| Position::from_e7(position.lat_e7, position.lon_e7).ok());
                let priority = u8::try_from(assignment.priority).unwrap_or(4);
                (!known).then_some(Change::Order(Order { unit_id, assignment_id, destination, priority, state }))
            }
        }
    }

    fn unit(&mut self, unit: &Unit) {
        let Ok(unit_id) = UnitId::new(&unit.unit_id) else { return };
        // Who could be primary: sworn officers on the ground.
        let leads = unit.sworn > 0 && matches!(unit.kind(), UnitKind::Car | UnitKind::Motorcycle | UnitKind::Foot);
        if leads && unit.state() == UnitState::Available {
            self.free.insert(unit_id);
        } else {
            self.free.remove(&unit_id);
        }
    }

    fn alarm(&mut self, alarm: &Alarm) {
        let Ok(id) = Uuid::parse_str(&alarm.alarm_id) else { return };
        if alarm.ended_at.is_some() {
            self.alarms.remove(&id);
        } else {
            self.alarms.insert(id, alarm.raised_at.as_ref().map(off_the_wire).unwrap_or_default());
        }
    }

    /// Whether it is whole: a snapshot was taken and nothing is missing since.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.live
    }

    /// What an operator follows up on.
    #[must_use]
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// Where it stands: sequence number and hash.
    #[must_use]
    pub fn at(&self) -> (u64, &str) {
        (self.seq, &self.hash)
    }

    /// How often the stream began anew because this room was too slow.
    #[must_use]
    pub fn resyncs(&self) -> u64 {
        self.resyncs
    }

    /// What waits for its first unit: the most urgent first, then what waits longest.
    pub fn waiting(&self) -> impl Iterator<Item = &Waiting> {
        self.waiting.iter()
    }

    /// What nobody is to be sent to, with the time of its last change.
    pub fn unsent(&self) -> impl Iterator<Item = (IncidentId, Timestamp)> {
        self.unsent.iter().map(|(id, at)| (*id, *at))
    }

    /// What is resolved and waits to be closed.
    pub fn resolved(&self) -> impl Iterator<Item = (IncidentId, Settled)> {
        self.resolved.iter().map(|(id, settled)| (*id, *settled))
    }

    /// Alarms that stand, with the time they were raised.
    pub fn alarms(&self) -> impl Iterator<Item = (Uuid, Timestamp)> {
        self.alarms.iter().map(|(id, at)| (*id, *at))
    }

    /// Units that are available and could be primary.
    #[must_use]
    pub fn free(&self) -> usize {
        self.free.len()
    }

    /// Incidents that are not closed.
    #[must_use]
    pub fn open(&self) -> usize {
        self.waiting.len() + self.unsent.len() + self.attended + self.resolved.len()
    }

    /// Incidents that wait for their first unit.
    #[must_use]
    pub fn waiting_count(&self) -> usize {
        self.waiting.len()
    }
}

#[cfg(test)]
#[path = "room_tests.rs"]
mod tests;
