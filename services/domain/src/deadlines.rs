//! Deadlines: what must have happened by when. They follow from the state alone, so that they survive a restart and can
//! never disagree with it; the store keeps them as rows, and firing one is an idempotent command.

use crate::assignment::{Assignment, AssignmentState, UnitClock};
use crate::ids::{AgencyId, AssignmentId, IncidentId, PremiseNoteId, ShiftId, WhistleId};
use crate::incident::{Incident, IncidentState};
use crate::shift::ShiftState;
use crate::support::WhistleState;
use crate::time::Timestamp;
use crate::world::PostImage;
use serde::{Deserialize, Serialize};

/// What a deadline is about.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum DeadlineSubject {
    /// A first unit must be ordered.
    Dispatch(IncidentId),
    /// The rules look for a unit again.
    Retry(IncidentId),
    /// The order must be on the device.
    Deliver(AssignmentId),
    /// The unit must have taken the order.
    Acknowledge(AssignmentId),
    /// The station must have signed what was passed down.
    Sign(IncidentId),
    /// The proposal is sent.
    Send(IncidentId),
    /// The rules look wider.
    Widen(IncidentId),
    /// The hold ends.
    Hold(IncidentId),
    /// A unit should be on scene.
    Arrive(IncidentId),
    /// The rules look for a primary again while others are on it.
    SeekPrimary(IncidentId),
    /// The other side must have answered the transfer.
    Transfer(IncidentId),
    /// The unit must say that it is safe.
    SafetyCheck(AssignmentId),
    /// The outcome is owed.
    Feedback(AssignmentId),
    /// Who was asked for support must have answered.
    Support(WhistleId),
    /// The shift ends.
    ShiftEnd(ShiftId),
    /// The hand-over must be signed.
    HandOver(ShiftId),
    /// Wartime mode ends.
    Wartime(AgencyId),
    /// The note expires.
    PremiseNote(PremiseNoteId),
}

/// The resource a deadline follows from.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Owner {
    /// An incident.
    Incident(IncidentId),
    /// An assignment.
    Assignment(AssignmentId),
    /// A request for support.
    Whistle(WhistleId),
    /// A shift.
    Shift(ShiftId),
    /// Wartime mode of an area.
    Wartime(AgencyId),
    /// A note about an address.
    PremiseNote(PremiseNoteId),
}

impl Owner {
    /// The owner that a resource is; none for resources that have no deadlines.
    #[must_use]
    pub fn of(image: &PostImage) -> Option<Self> {
        Some(match image {
            PostImage::Incident(incident) => Self::Incident(incident.incident_id),
            PostImage::Assignment(assignment) => Self::Assignment(assignment.assignment_id),
            PostImage::Whistle(whistle) => Self::Whistle(whistle.whistle_id),
            PostImage::Shift(shift) => Self::Shift(shift.plan.shift_id),
            PostImage::Wartime(mode) => Self::Wartime(mode.area.clone()),
            PostImage::PremiseNote(note) => Self::PremiseNote(note.note_id),
            PostImage::Unit(_) | PostImage::Alarm(_) => return None,
        })
    }
}

impl DeadlineSubject {
    /// The resource it follows from.
    #[must_use]
    pub fn owner(&self) -> Owner {
        match self {
            Self::Dispatch(id)
            | Self::Retry(id)
            | Self::Sign(id)
            | Self::Send(id)
            | Self::Widen(id)
            | Self::Hold(id)
            | Self::Arrive(id)
            | Self::SeekPrimary(id)
            | Self::Transfer(id) => Owner::Incident(*id),
            Self::Deliver(id) | Self::Acknowledge(id) | Self::SafetyCheck(id) | Self::Feedback(id) => Owner::Assignment(*id),
            Self::Support(id) => Owner::Whistle(*id),
            Self::ShiftEnd(id) | Self::HandOver(id) => Owner::Shift(*id),
            Self::Wartime(area) => Owner::Wartime(area.clone()),
            Self::PremiseNote(id) => Owner::PremiseNote(*id),
        }
    }

    /// Its name, as in the record's rows.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Dispatch(_) => "dispatch",
            Self::Retry(_) => "retry",
            Self::Deliver(_) => "deliver",
            Self::Acknowledge(_) => "acknowledge",
            Self::Sign(_) => "sign",
            Self::Send(_) => "send",
            Self::Widen(_) => "widen",
            Self::Hold(_) => "hold",
            Self::Arrive(_) => "arrive",
            Self::SeekPrimary(_) => "seek_primary",
            Self::Transfer(_) => "transfer",
            Self::SafetyCheck(_) => "safety_check",
            Self::Feedback(_) => "feedback",
            Self::Support(_) => "support",
            Self::ShiftEnd(_) => "shift_end",
            Self::HandOver(_) => "hand_over",
            Self::Wartime(_) => "wartime",
            Self::PremiseNote(_) => "premise_note",
        }
    }
}

/// One deadline. Its due time is its generation: a deadline set anew is due later, so an old one never fires for it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Deadline {
    /// By when.
    pub due_at: Timestamp,
    /// What.
    pub subject: DeadlineSubject,
}

/// The deadlines that run for a resource as it is now.
#[must_use]
pub fn deadlines_of(image: &PostImage) -> Vec<Deadline> {
    let found: Vec<Option<(Timestamp, DeadlineSubject)>> = match image {
        PostImage::Incident(incident) => of_incident(incident),
        PostImage::Assignment(assignment) => of_assignment(assignment),
        PostImage::Whistle(whistle) => vec![match &whistle.state {
            WhistleState::Asked { answer_by } => Some((*answer_by, DeadlineSubject::Support(whistle.whistle_id))),
            _ => None,
        }],
        PostImage::Shift(shift) => vec![match &shift.state {
            ShiftState::Planned => Some((shift.plan.ends_at, DeadlineSubject::ShiftEnd(shift.plan.shift_id))),
            ShiftState::Ended { sign_by } => sign_by.map(|due_at| (due_at, DeadlineSubject::HandOver(shift.plan.shift_id))),
            ShiftState::HandedOver => None,
        }],
        PostImage::Wartime(mode) => vec![mode.holds().then(|| (mode.until, DeadlineSubject::Wartime(mode.area.clone())))],
        PostImage::PremiseNote(note) => {
            vec![note.ended_at.is_none().then(|| (note.expires_at, DeadlineSubject::PremiseNote(note.note_id)))]
        }
        PostImage::Unit(_) | PostImage::Alarm(_) => Vec::new(),
    };
    found.into_iter().flatten().map(|(due_at, subject)| Deadline { due_at, subject }).collect()
}

fn of_incident(incident: &Incident) -> Vec<Option<(Timestamp, DeadlineSubject)>> {
    let id = incident.incident_id;
    if incident.state.is_closed() || matches!(incident.state, IncidentState::Resolved { .. }) {
        return Vec::new();
    }
    let arrival = incident.arrival.filter(|clock| !clock.alarmed && incident.state != IncidentState::OnScene);
    let passing = incident.passing.as_ref().filter(|passing| passing.signed.is_none() && !passing.lapsed);
    let mut found = vec![
        passing.map(|passing| (passing.sign_by, DeadlineSubject::Sign(id))),
        incident.hold.as_ref().map(|hold| (hold.until, DeadlineSubject::Hold(id))),
        arrival.map(|clock| (clock.arrive_by, DeadlineSubject::Arrive(id))),
        incident.seek_primary_at.map(|at| (at, DeadlineSubject::SeekPrimary(id))),
        incident.transfer.as_ref().and_then(|transfer| transfer.answer_by).map(|at| (at, DeadlineSubject::Transfer(id))),
    ];
    if let IncidentState::Classified { clock, alarmed, retry_at } = &incident.state {
        // While it is held nothing is looked for and nobody is alarmed but by the end of the hold.
        let is_free = incident.hold.is_none();
        let runs = clock.filter(|_| !alarmed && is_free);
        found.push(runs.map(|clock| (clock.dispatch_by, DeadlineSubject::Dispatch(id))));
        found.push(retry_at.filter(|_| is_free).map(|at| (at, DeadlineSubject::Retry(id))));
        found.push(incident.proposal.as_ref().filter(|_| is_free).map(|proposal| (proposal.send_at, DeadlineSubject::Send(id))));
        found.push(incident.lending.next_at.filter(|_| is_free).map(|at| (at, DeadlineSubject::Widen(id))));
    }
    found
}

fn of_assignment(assignment: &Assignment) -> Vec<Option<(Timestamp, DeadlineSubject)>> {
    let id = assignment.assignment_id;
    let runs = |clock: Option<UnitClock>| clock.filter(|clock| !clock.alarmed).map(|clock| clock.due_at);
    match &assignment.state {
        AssignmentState::Offered { deliver_by, acknowledge_by } => {
            vec![Some((*deliver_by, DeadlineSubject::Deliver(id))), Some((*acknowledge_by, DeadlineSubject::Acknowledge(id)))]
        }
        AssignmentState::Delivered { acknowledge_by } | AssignmentState::Seen { acknowledge_by } => {
            vec![Some((*acknowledge_by, DeadlineSubject::Acknowledge(id)))]
        }
        AssignmentState::OnScene => vec![runs(assignment.safety_check).map(|at| (at, DeadlineSubject::SafetyCheck(id)))],
        AssignmentState::Cleared { .. } => vec![runs(assignment.feedback_clock).map(|at| (at, DeadlineSubject::Feedback(id)))],
        _ => Vec::new(),
    }
}
