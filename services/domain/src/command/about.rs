//! What a command is about: where the runtime looks for candidates, and which closed incidents it brings back.

use super::Command;
use crate::deadlines::{DeadlineSubject, Owner};
use crate::ids::{AssignmentId, IncidentId, UnitId};
use crate::world::World;

/// The resource a command or a deadline speaks of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Speaks {
    /// Of an incident.
    Incident(IncidentId),
    /// Of two incidents.
    Incidents(IncidentId, IncidentId),
    /// Of an assignment.
    Assignment(AssignmentId),
    /// Of a unit.
    Unit(UnitId),
    /// Of something else, or of nothing that exists yet.
    Other,
}

impl Speaks {
    /// The incidents it leads to in `world`: its own, its assignment's, or that of the unit's assignment.
    #[must_use]
    pub fn incidents(&self, world: &World) -> Vec<IncidentId> {
        let of_assignment = |id: &AssignmentId| world.assignment(id).map(|assignment| assignment.incident_id);
        match self {
            Self::Incident(id) => vec![*id],
            Self::Incidents(a, b) => vec![*a, *b],
            Self::Assignment(id) => of_assignment(id).into_iter().collect(),
            Self::Unit(id) => world.unit(id).and_then(|unit| unit.engaged_in()).and_then(|id| of_assignment(&id)).into_iter().collect(),
            Self::Other => Vec::new(),
        }
    }
}

impl DeadlineSubject {
    /// What it is about.
    #[must_use]
    pub fn speaks_of(&self) -> Speaks {
        match self.owner() {
            Owner::Incident(id) => Speaks::Incident(id),
            Owner::Assignment(id) => Speaks::Assignment(id),
            Owner::Whistle(_) | Owner::Shift(_) | Owner::Wartime(_) | Owner::PremiseNote(_) => Speaks::Other,
        }
    }
}

impl Command {
    /// What it is about.
    #[must_use]
    pub fn speaks_of(&self) -> Speaks {
        match self {
            Self::AssignUnits(c) => Speaks::Incident(c.incident_id),
            Self::ResolveIncident(c) => Speaks::Incident(c.incident_id),
            Self::CloseIncident(c) => Speaks::Incident(c.incident_id),
            Self::Reclassify(c) => Speaks::Incident(c.incident_id),
            Self::ReadPrivate(c) => Speaks::Incident(c.incident_id),
            Self::SetPriority(c) => Speaks::Incident(c.incident_id),
            Self::SetOwner(c) => Speaks::Incident(c.incident_id),
            Self::PassDown(c) => Speaks::Incident(c.incident_id),
            Self::SignIncident(c) => Speaks::Incident(c.incident_id),
            Self::ConfirmProposal(c) => Speaks::Incident(c.incident_id),
            Self::RejectProposal(c) => Speaks::Incident(c.incident_id),
            Self::HoldIncident(c) => Speaks::Incident(c.incident_id),
            Self::ReleaseHold(c) => Speaks::Incident(c.incident_id),
            Self::Undo(c) => Speaks::Incident(c.incident_id),
            Self::AddCall(c) => Speaks::Incident(c.incident_id),
            // The one that stays is first: candidates are for it.
            Self::MergeIncidents(c) => Speaks::Incidents(c.into, c.incident_id),
            Self::UnmergeIncidents(c) => Speaks::Incident(c.incident_id),
            Self::SplitIncident(c) => Speaks::Incident(c.incident_id),
            Self::TransferIncident(c) => Speaks::Incident(c.incident_id),
            Self::AnswerTransfer(c) => Speaks::Incident(c.incident_id),
            Self::CancelIncident(c) => Speaks::Incident(c.incident_id),
            Self::ReopenIncident(c) => Speaks::Incident(c.incident_id),
            Self::ExcuseAttendance(c) => Speaks::Incident(c.incident_id),
            Self::RequestSupport(c) => Speaks::Incident(c.incident_id),
            Self::MarkDelivered(tap) | Self::MarkSeen(tap) | Self::Acknowledge(tap) | Self::MarkEnRoute(tap) | Self::MarkOnScene(tap) => {
                Speaks::Assignment(tap.assignment_id)
            }
            Self::Decline(c) => Speaks::Assignment(c.tap.assignment_id),
            Self::Clear(c) => Speaks::Assignment(c.tap.assignment_id),
            Self::ConfirmSafe(c) => Speaks::Assignment(c.tap.assignment_id),
            Self::SubmitFeedback(c) => Speaks::Assignment(c.tap.assignment_id),
            Self::RecallUnit(c) => Speaks::Assignment(c.assignment_id),
            Self::SignOn(c) => Speaks::Unit(c.unit_id.clone()),
            Self::SignOff(c) => Speaks::Unit(c.unit_id.clone()),
            Self::SetAvailability(c) => Speaks::Unit(c.unit_id.clone()),
            Self::ReorderQueue(c) => Speaks::Unit(c.unit_id.clone()),
            Self::OpenOnTheSpot(c) => Speaks::Unit(c.unit_id.clone()),
            Self::RaiseEmergency(c) => Speaks::Unit(c.unit_id.clone()),
            Self::ClearEmergency(c) => Speaks::Unit(c.unit_id.clone()),
            Self::NoteContact(c) => Speaks::Unit(c.unit_id.clone()),
            Self::FireDeadline(c) => c.deadline.subject.speaks_of(),
            Self::ReportIncident(_)
            | Self::ConfirmAlarm(_)
            | Self::ActivatePolicy(_)
            | Self::ActivateAgencyTree(_)
            | Self::ActivateFeature(_)
            | Self::RegisterUnits(_)
            | Self::ErasePrivate(_)
            | Self::AddPremiseNote(_)
            | Self::EndPremiseNote(_)
            | Self::PlanShift(_)
            | Self::OfferHandOver(_)
            | Self::SignHandOver(_)
            | Self::AnswerSupport(_)
            | Self::EndSupport(_)
            | Self::StartWartime(_)
            | Self::EndWartime(_) => Speaks::Other,
        }
    }
}
