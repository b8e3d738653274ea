//! What a run's room knows of its log: each commit folded into what waits, what is to be settled or closed, and who is free. No IO.

use domain::assignment::{Assignment, AssignmentState};
use domain::ids::{AssignmentId, IncidentId, UnitId};
use domain::incident::{Attendance, Incident, IncidentState};
use domain::place::Position;
use domain::time::Timestamp;
use domain::unit::{Unit, UnitKind};
use domain::world::{PostImage, World};
use runtime::Committed;
use std::collections::{BTreeMap, BTreeSet};

/// Something that a crew must hear of.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Change {
    Order(Order),
    /// An order is over without the unit having cleared it.
    Withdrawn {
        unit_id: UnitId,
        assignment_id: AssignmentId,
    },
}

/// An order to a unit.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Order {
    pub(super) unit_id: UnitId,
    pub(super) assignment_id: AssignmentId,
    /// Where to; none when nobody knows.
    pub(super) destination: Option<Position>,
    pub(super) priority: u8,
    /// Number of the crew's draws for it: the same for the same order of the same call, whoever gets it and whatever the policy.
    pub(super) draws: u64,
}

/// An incident that waits for a unit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Waiting {
    pub(super) priority: u8,
    pub(super) since: Timestamp,
}

/// What an operator does with an incident that nobody is on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Step {
    /// Nobody is to be sent: it is settled by word.
    Settle,
    /// It is closed.
    Close,
    /// It is closed although the beat's officer still owes a visit.
    CloseWithExcuse,
}

/// The fold.
#[derive(Default)]
pub(super) struct Room {
    waiting: BTreeMap<IncidentId, Waiting>,
    steps: BTreeMap<IncidentId, (Step, Timestamp)>,
    orders: BTreeMap<AssignmentId, UnitId>,
    free: BTreeSet<UnitId>,
    open: BTreeSet<IncidentId>,
}

impl Room {
    /// Takes in one commit; says what crews must hear of.
    pub(super) fn apply(&mut self, committed: &Committed) -> Vec<Change> {
        let at = committed.recorded_at;
        let mut changes = Vec::new();
        for image in &committed.changed {
            match image {
                PostImage::Incident(incident) => self.incident(incident, at),
                PostImage::Assignment(assignment) => changes.extend(self.assignment(assignment, &committed.world)),
                PostImage::Unit(unit) => self.unit(unit),
                PostImage::Alarm(_) | PostImage::Whistle(_) | PostImage::Shift(_) | PostImage::Wartime(_) | PostImage::PremiseNote(_) => {}
            }
        }
        changes
    }

    fn incident(&mut self, incident: &Incident, at: Timestamp) {
        let id = incident.incident_id;
        let waited = self.waiting.remove(&id);
        let stood = self.steps.remove(&id);
        if incident.state.is_closed() {
            self.open.remove(&id);
            return;
        }
        self.open.insert(id);
        let step = match &incident.state {
            IncidentState::Classified { clock: Some(_), .. } => {
                // What the rules will send by themselves, or is held, is left alone.
                if incident.proposal.is_none() && incident.hold.is_none() {
                    let since = waited.map_or(at, |waited| waited.since);
                    self.waiting.insert(id, Waiting { priority: incident.priority.level(), since });
                }
                return;
            }
            IncidentState::Classified { clock: None, .. } => Step::Settle,
            IncidentState::Resolved { .. } => {
                let owed = matches!(incident.attendance, Some(Attendance::Owed { .. } | Attendance::Ordered { .. }));
                if owed { Step::CloseWithExcuse } else { Step::Close }
            }
            _ => return,
        };
        let since = stood.filter(|(before, _)| *before == step).map_or(at, |(_, since)| since);
        self.steps.insert(id, (step, since));
    }

    fn assignment(&mut self, assignment: &Assignment, world: &World) -> Option<Change> {
        let assignment_id = assignment.assignment_id;
        match &assignment.state {
            AssignmentState::Queued => None,
            AssignmentState::Cleared { .. } => {
                self.orders.remove(&assignment_id);
                None
            }
            AssignmentState::Declined { .. } | AssignmentState::Expired | AssignmentState::Recalled { .. } => {
                self.orders.remove(&assignment_id).map(|unit_id| Change::Withdrawn { unit_id, assignment_id })
            }
            _ => {
                let unit_id = assignment.unit_id.clone();
                if self.orders.insert(assignment_id, unit_id.clone()).is_some() {
                    return None;
                }
                let incident = world.incident(&assignment.incident_id)?;
                let destination = incident.place.position();
                let attempt = incident.assignments.iter().position(|id| *id == assignment_id).unwrap_or(0);
                let draws = draws_of(incident, attempt as u64);
                Some(Change::Order(Order { unit_id, assignment_id, destination, priority: incident.priority.level(), draws }))
            }
        }
    }

    fn unit(&mut self, unit: &Unit) {
        let profile = &unit.profile;
        // Who could be primary: sworn officers on the ground.
        let leads = profile.sworn > 0 && matches!(profile.kind, UnitKind::Car | UnitKind::Motorcycle | UnitKind::Foot);
        if leads && unit.is_assignable() {
            self.free.insert(profile.unit_id.clone());
        } else {
            self.free.remove(&profile.unit_id);
        }
    }

    /// A settling or closing was refused: it is tried again as if its time began at `now`.
    pub(super) fn put_off(&mut self, id: IncidentId, now: Timestamp) {
        if let Some((_, since)) = self.steps.get_mut(&id) {
            *since = now;
        }
    }

    /// What waits for a unit.
    pub(super) fn waiting(&self) -> impl Iterator<Item = (IncidentId, Waiting)> {
        self.waiting.iter().map(|(id, waiting)| (*id, *waiting))
    }

    /// What is to be settled or closed, and since when.
    pub(super) fn steps(&self) -> impl Iterator<Item = (IncidentId, Step, Timestamp)> {
        self.steps.iter().map(|(id, (step, since))| (*id, *step, *since))
    }

    /// Units that are available and could be primary.
    pub(super) fn free(&self) -> usize {
        self.free.len()
    }

    /// Incidents that are not closed.
    pub(super) fn open(&self) -> usize {
        self.open.len()
    }
}

/// What is random about an order follows from its call (when and where) and from how many orders there were before: FNV-1a over them.
fn draws_of(incident: &Incident, attempt: u64) -> u64 {
    let (lat, lon) = incident.place.position().map_or((0, 0), |at| (i64::from(at.lat_e7()), i64::from(at.lon_e7())));
    let parts = [incident.reported_at.0.to_le_bytes(), lat.to_le_bytes(), lon.to_le_bytes(), attempt.to_le_bytes()];
    parts.iter().flatten().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
