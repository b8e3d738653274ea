//! The moves that events make, seen from outside: state before, event, state after.

use crate::event::{Event, Recorded};
use crate::ids::{AssignmentId, IncidentId, UnitId};
use crate::states::{self, Move};
use crate::world::World;

/// One move of one subject, and the table it must be in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Moved {
    /// `incident`, `assignment` or `unit`.
    pub subject: &'static str,
    /// The state before; `-` before it exists.
    pub from: &'static str,
    /// The event.
    pub event: &'static str,
    /// The state after.
    pub to: &'static str,
}

impl Moved {
    /// The row of the state table that allows this move.
    #[must_use]
    pub fn row(&self) -> Option<&'static Move> {
        let table = match self.subject {
            "incident" => states::INCIDENT,
            "assignment" => states::ASSIGNMENT,
            _ => states::UNIT,
        };
        table.iter().find(|row| row.from == self.from && row.event == self.event && (row.to == self.to || row.to == "*"))
    }
}

/// The subjects that an event moves by the tables.
pub(super) struct Watched {
    event: &'static str,
    incident: Option<IncidentId>,
    assignment: Option<AssignmentId>,
    unit: Option<(UnitId, &'static str)>,
    before: [&'static str; 3],
}

fn names(world: &World, incident: Option<IncidentId>, assignment: Option<AssignmentId>, unit: Option<&UnitId>) -> [&'static str; 3] {
    [
        incident.and_then(|id| world.incident(&id)).map_or("-", |incident| incident.state.name()),
        assignment.and_then(|id| world.assignment(&id)).map_or("-", |assignment| assignment.state.name()),
        unit.and_then(|id| world.unit(id)).map_or("-", |unit| unit.duty.name()),
    ]
}

/// What `recorded` is about to move in `world`.
pub(super) fn watch(world: &World, recorded: &Recorded) -> Watched {
    let event = recorded.event.name();
    let (mut incident, mut assignment, mut unit) = (None, None, None);
    let unit_of = |id: &AssignmentId| world.assignment(id).map(|assignment| assignment.unit_id.clone());
    match &recorded.event {
        Event::IncidentReported(reported) => incident = Some(reported.incident_id),
        Event::IncidentReclassified { incident_id, .. }
        | Event::IncidentDispatched { incident_id }
        | Event::IncidentOnScene { incident_id }
        | Event::IncidentReturnedToQueue { incident_id, .. }
        | Event::IncidentResolved { incident_id, .. }
        | Event::IncidentClosed { incident_id } => incident = Some(*incident_id),
        Event::AssignmentOffered(offered) => {
            assignment = Some(offered.assignment_id);
            unit = Some((offered.unit_id.clone(), event));
        }
        Event::AssignmentDelivered { assignment_id }
        | Event::AssignmentSeen { assignment_id }
        | Event::AssignmentAcknowledged { assignment_id }
        | Event::AssignmentEnRoute { assignment_id }
        | Event::AssignmentOnScene { assignment_id } => assignment = Some(*assignment_id),
        Event::AssignmentDeclined { assignment_id, .. }
        | Event::AssignmentExpired { assignment_id, .. }
        | Event::AssignmentCleared { assignment_id, .. } => {
            assignment = Some(*assignment_id);
            unit = unit_of(assignment_id).map(|unit_id| (unit_id, "assignment_ended"));
        }
        Event::UnitSignedOn { unit_id, .. } | Event::UnitSignedOff { unit_id } | Event::UnitAvailabilityChanged { unit_id, .. } => {
            unit = Some((unit_id.clone(), event));
        }
        _ => {}
    }
    let before = names(world, incident, assignment, unit.as_ref().map(|(id, _)| id));
    Watched { event, incident, assignment, unit, before }
}

impl Watched {
    /// The moves that were made, once `world` has the event.
    pub(super) fn moved(self, world: &World) -> Vec<Moved> {
        let after = names(world, self.incident, self.assignment, self.unit.as_ref().map(|(id, _)| id));
        let of = |subject, place: usize, event| Moved { subject, from: self.before[place], event, to: after[place] };
        let incident = self.incident.map(|_| of("incident", 0, self.event));
        let assignment = self.assignment.map(|_| of("assignment", 1, self.event));
        let unit = self.unit.as_ref().map(|(_, event)| of("unit", 2, event));
        incident.into_iter().chain(assignment).chain(unit).collect()
    }
}
