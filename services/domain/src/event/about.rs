//! What an event is about: for time lines, projections and checks. One place knows, so that they can not disagree.

use super::Event;
use crate::ids::{AlarmId, AssignmentId, IncidentId, UnitId, WhistleId};

/// The resources an event names. An assignment's incident is looked up in the World.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct About {
    /// The incident.
    pub incident_id: Option<IncidentId>,
    /// The assignment.
    pub assignment_id: Option<AssignmentId>,
    /// The unit.
    pub unit_id: Option<UnitId>,
    /// The alarm, where the event only ends it.
    pub alarm_id: Option<AlarmId>,
    /// The request for support, where the event does not name its incident.
    pub whistle_id: Option<WhistleId>,
}

impl About {
    fn incident(id: IncidentId) -> Self {
        Self { incident_id: Some(id), ..Self::default() }
    }

    fn assignment(id: AssignmentId) -> Self {
        Self { assignment_id: Some(id), ..Self::default() }
    }

    fn unit(id: &UnitId) -> Self {
        Self { unit_id: Some(id.clone()), ..Self::default() }
    }
}

impl Event {
    /// What it is about.
    #[must_use]
    pub fn about(&self) -> About {
        match self {
            Self::IncidentReported(e) => About::incident(e.incident_id),
            Self::IncidentReclassified { incident_id: id, .. }
            | Self::IncidentWaiting { incident_id: id, .. }
            | Self::IncidentDispatchLapsed { incident_id: id }
            | Self::IncidentDispatched { incident_id: id }
            | Self::IncidentOnScene { incident_id: id }
            | Self::IncidentReturnedToQueue { incident_id: id, .. }
            | Self::IncidentResolved { incident_id: id, .. }
            | Self::IncidentClosed { incident_id: id }
            | Self::IncidentSigned(id)
            | Self::IncidentSignLapsed(id)
            | Self::IncidentProposalEnded(id)
            | Self::IncidentArrivalClockSet { incident_id: id, .. }
            | Self::IncidentArrivalLapsed(id)
            | Self::IncidentSeeksPrimary { incident_id: id, .. }
            | Self::IncidentMerged { incident_id: id, .. }
            | Self::IncidentTransferEnded { incident_id: id, .. }
            | Self::IncidentCancelled { incident_id: id, .. }
            | Self::IncidentFlagged { incident_id: id, .. }
            | Self::PrivateRead { incident_id: id, .. } => About::incident(*id),
            Self::IncidentOwnerSet(e) | Self::IncidentPrioritySet(e) => About::incident(e.incident_id),
            Self::IncidentRestored(e) => About::incident(e.incident_id),
            Self::IncidentPassedDown(e) => About::incident(e.incident_id),
            Self::IncidentProposed(e) => About::incident(e.incident_id),
            Self::IncidentHeld(e) => About::incident(e.incident_id),
            Self::IncidentHoldEnded(e) => About::incident(e.incident_id),
            Self::IncidentWidened(e) => About::incident(e.incident_id),
            Self::IncidentPlanChosen(e) => About::incident(e.incident_id),
            Self::IncidentAttendanceChanged(e) => About::incident(e.incident_id),
            Self::IncidentCallAdded(e) => About::incident(e.incident_id),
            Self::IncidentUnmerged(e) => About::incident(e.incident_id),
            Self::IncidentTransferRequested(e) => About::incident(e.incident_id),
            Self::IncidentReopened(e) => About::incident(e.incident_id),
            Self::SupportRequested(e) => About::incident(e.incident_id),
            Self::AssignmentOffered(e) => About {
                incident_id: Some(e.incident_id),
                assignment_id: Some(e.assignment_id),
                unit_id: Some(e.unit_id.clone()),
                ..About::default()
            },
            Self::AssignmentQueued(e) => About {
                incident_id: Some(e.incident_id),
                assignment_id: Some(e.assignment_id),
                unit_id: Some(e.unit_id.clone()),
                ..About::default()
            },
            Self::AssignmentMoved(e) => About { incident_id: Some(e.to), ..About::assignment(e.assignment_id) },
            Self::AssignmentActivated(e) => About::assignment(e.assignment_id),
            Self::AssignmentRoleChanged(e) => About::assignment(e.assignment_id),
            Self::AssignmentFeedbackSubmitted(e) => About::assignment(e.assignment_id),
            Self::AssignmentDelivered { assignment_id: id }
            | Self::AssignmentSeen { assignment_id: id }
            | Self::AssignmentAcknowledged { assignment_id: id }
            | Self::AssignmentDeclined { assignment_id: id, .. }
            | Self::AssignmentExpired { assignment_id: id, .. }
            | Self::AssignmentEnRoute { assignment_id: id }
            | Self::AssignmentOnScene { assignment_id: id, .. }
            | Self::AssignmentCleared { assignment_id: id, .. }
            | Self::AssignmentRecalled { assignment_id: id, .. }
            | Self::AssignmentSafetyChecked { assignment_id: id, .. }
            | Self::AssignmentSafetyLapsed(id)
            | Self::AssignmentFeedbackLapsed(id) => About::assignment(*id),
            Self::AlarmRaised { incident_id, unit_id, .. } => {
                About { incident_id: *incident_id, unit_id: unit_id.clone(), ..About::default() }
            }
            Self::AlarmEnded { alarm_id, .. } => About { alarm_id: Some(*alarm_id), ..About::default() },
            Self::UnitRegistered { profile } => About::unit(&profile.unit_id),
            Self::UnitSignedOn { unit_id, .. }
            | Self::UnitSignedOff { unit_id }
            | Self::UnitAvailabilityChanged { unit_id, .. }
            | Self::UnitQueueReordered { unit_id, .. }
            | Self::UnitEmergencyCleared { unit_id, .. }
            | Self::UnitContactLost(unit_id)
            | Self::UnitContactRegained(unit_id) => About::unit(unit_id),
            Self::UnitEmergencyRaised(e) => About { incident_id: Some(e.incident_id), ..About::unit(&e.unit_id) },
            Self::SupportAnswered { whistle_id: id, .. } | Self::SupportLapsed(id) | Self::SupportEnded(id) => {
                About { whistle_id: Some(*id), ..About::default() }
            }
            Self::SupportClimbed(e) => About { whistle_id: Some(e.whistle_id), ..About::default() },
            Self::FeatureActivated { .. }
            | Self::PolicyActivated { .. }
            | Self::AgencyTreeActivated { .. }
            | Self::PrivateErased { .. }
            | Self::ShiftPlanned(_)
            | Self::ShiftEnded { .. }
            | Self::ShiftHandOverOffered(_)
            | Self::ShiftHandOverSigned(_)
            | Self::ShiftHandOverLapsed(_)
            | Self::WartimeStarted(_)
            | Self::WartimeEnded(_)
            | Self::PremiseNoteAdded(_)
            | Self::PremiseNoteEnded(_) => About::default(),
        }
    }
}
