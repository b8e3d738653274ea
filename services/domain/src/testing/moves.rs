//! The moves that events make, seen from outside: state before, event, state after.

use crate::event::{Event, Recorded};
use crate::ids::{AssignmentId, IncidentId, UnitId};
use crate::incident::Incident;
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
        incident.and_then(|id| world.incident(&id)).map_or("-", |incident| incident.state_name()),
        assignment.and_then(|id| world.assignment(&id)).map_or("-", |assignment| assignment.state.name()),
        unit.and_then(|id| world.unit(id)).map_or("-", |unit| unit.duty.name()),
    ]
}

/// What `recorded` is about to move in `world`.
pub(super) fn watch(world: &World, recorded: &Recorded) -> Watched {
    let event = recorded.event.name();
    let about = recorded.event.about();
    let in_table = |table: &[Move]| table.iter().any(|row| row.event == event);
    let incident = about.incident_id.filter(|_| in_table(states::INCIDENT));
    let assignment = about.assignment_id.filter(|_| in_table(states::ASSIGNMENT));
    let unit_of = |id: &AssignmentId| world.assignment(id).map(|assignment| assignment.unit_id.clone());
    let unit = match &recorded.event {
        Event::AssignmentDeclined { assignment_id, .. }
        | Event::AssignmentExpired { assignment_id, .. }
        | Event::AssignmentCleared { assignment_id, .. }
        | Event::AssignmentRecalled { assignment_id, .. } => {
            let bound = world.assignment(assignment_id).is_some_and(|assignment| assignment.state.is_active());
            unit_of(assignment_id).filter(|_| bound).map(|unit_id| (unit_id, "assignment_ended"))
        }
        Event::AssignmentActivated(activated) => unit_of(&activated.assignment_id).map(|unit_id| (unit_id, "assignment_offered")),
        _ => about.unit_id.filter(|_| in_table(states::UNIT)).map(|unit_id| (unit_id, event)),
    };
    let mut before = names(world, incident, assignment, unit.as_ref().map(|(id, _)| id));
    if let Some(brought_back) = brought_back(&recorded.event) {
        before[0] = brought_back.state_name();
    }
    Watched { event, incident, assignment, unit, before }
}

/// The incident that an event brings back into the World, as it was.
fn brought_back(event: &Event) -> Option<&Incident> {
    match event {
        Event::IncidentReopened(reopened) => reopened.rehydrated.as_deref(),
        Event::IncidentUnmerged(unmerged) => unmerged.rehydrated.as_deref(),
        _ => None,
    }
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
