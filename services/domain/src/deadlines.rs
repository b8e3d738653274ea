//! Deadlines: what must have happened by when. They follow from the state alone, so that they survive a restart and can
//! never disagree with it; the store keeps them as rows, and firing one is an idempotent command.

use crate::assignment::{Assignment, AssignmentState};
use crate::ids::{AssignmentId, IncidentId};
use crate::incident::{Incident, IncidentState};
use crate::time::Timestamp;
use crate::world::PostImage;
use serde::{Deserialize, Serialize};

/// What a deadline is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum DeadlineSubject {
    /// A first unit must be ordered.
    Dispatch(IncidentId),
    /// The rules look for a unit again.
    Retry(IncidentId),
    /// The order must be on the device.
    Deliver(AssignmentId),
    /// The unit must have taken the order.
    Acknowledge(AssignmentId),
}

/// One deadline. Its due time is its generation: a deadline set anew is due later, so an old one never fires for it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Deadline {
    /// By when.
    pub due_at: Timestamp,
    /// What.
    pub subject: DeadlineSubject,
}

/// The deadlines that run for a resource as it is now.
#[must_use]
pub fn deadlines_of(image: &PostImage) -> Vec<Deadline> {
    match image {
        PostImage::Incident(incident) => of_incident(incident),
        PostImage::Assignment(assignment) => of_assignment(assignment),
        PostImage::Unit(_) | PostImage::Alarm(_) => Vec::new(),
    }
}

fn of_incident(incident: &Incident) -> Vec<Deadline> {
    let IncidentState::Classified { clock, alarmed, retry_at } = &incident.state else { return Vec::new() };
    let running = clock.filter(|_| !alarmed);
    let dispatch = running.map(|clock| Deadline { due_at: clock.dispatch_by, subject: DeadlineSubject::Dispatch(incident.incident_id) });
    let retry = retry_at.map(|due_at| Deadline { due_at, subject: DeadlineSubject::Retry(incident.incident_id) });
    dispatch.into_iter().chain(retry).collect()
}

fn of_assignment(assignment: &Assignment) -> Vec<Deadline> {
    let id = assignment.assignment_id;
    match &assignment.state {
        AssignmentState::Offered { deliver_by, acknowledge_by } => vec![
            Deadline { due_at: *deliver_by, subject: DeadlineSubject::Deliver(id) },
            Deadline { due_at: *acknowledge_by, subject: DeadlineSubject::Acknowledge(id) },
        ],
        AssignmentState::Delivered { acknowledge_by } | AssignmentState::Seen { acknowledge_by } => {
            vec![Deadline { due_at: *acknowledge_by, subject: DeadlineSubject::Acknowledge(id) }]
        }
        _ => Vec::new(),
    }
}
