//! Reads each kind of event.

use crate::event::DecodeError;
use crate::event::fields::Field;
use crate::event::primitive::*;
use crate::event::values::read_priority;
use crate::event_v1 as w;
use crate::event_v1::stored_event::Event as W;
use domain::event::{Event, StandingSet};
use domain::ids::{AssignmentId, IncidentId};
use domain::time::Timestamp;

fn incident(bytes: &[u8]) -> Result<IncidentId, DecodeError> {
    read_id("incident_id", bytes)
}

fn assignment(bytes: &[u8]) -> Result<AssignmentId, DecodeError> {
    read_id("assignment_id", bytes)
}

fn standing_set(
    incident_id: &[u8],
    standing: Option<w::Standing>,
    clock: Option<w::DispatchClock>,
) -> Result<Box<StandingSet>, DecodeError> {
    Ok(Box::new(StandingSet {
        incident_id: incident(incident_id)?,
        standing: read_required("standing", standing)?,
        clock: read_optional(clock)?,
    }))
}

pub(super) fn read(message: W) -> Result<Event, DecodeError> {
    Ok(match message {
        W::FeatureActivated(m) => Event::FeatureActivated { feature: m.feature },
        W::PolicyActivated(m) => Event::PolicyActivated { hash: read_hash("PolicyActivated.hash", &m.hash)? },
        W::AgencyTreeActivated(m) => Event::AgencyTreeActivated { hash: read_hash("AgencyTreeActivated.hash", &m.hash)? },
        W::UnitRegistered(m) => Event::UnitRegistered { profile: read_required("UnitRegistered.profile", m.profile)? },
        W::UnitSignedOn(m) => Event::UnitSignedOn {
            unit_id: read_code("UnitSignedOn.unit_id", &m.unit_id)?,
            sworn: read_u8("UnitSignedOn.sworn", m.sworn)?,
            auxiliary: read_u8("UnitSignedOn.auxiliary", m.auxiliary)?,
        },
        W::UnitSignedOff(m) => Event::UnitSignedOff { unit_id: read_code("UnitSignedOff.unit_id", &m.unit_id)? },
        W::UnitAvailabilityChanged(m) => Event::UnitAvailabilityChanged {
            unit_id: read_code("UnitAvailabilityChanged.unit_id", &m.unit_id)?,
            availability: read_required("UnitAvailabilityChanged.availability", m.availability)?,
        },
        W::IncidentReported(m) => Event::IncidentReported(read_boxed(m)?),
        W::IncidentReclassified(m) => Event::IncidentReclassified {
            incident_id: incident(&m.incident_id)?,
            verified_as: read_required("IncidentReclassified.verified_as", m.verified_as)?,
            priority: read_priority("IncidentReclassified.priority", m.priority)?,
            owner: StoredEnum::from_number("IncidentReclassified.owner_team", m.owner_team)?,
            owner_reasons: read_all(m.owner_reasons)?,
            clock: read_optional(m.clock)?,
        },
        W::IncidentWaiting(m) => Event::IncidentWaiting { incident_id: incident(&m.incident_id)?, retry_at: Timestamp(m.retry_at_ms) },
        W::IncidentDispatchLapsed(m) => Event::IncidentDispatchLapsed { incident_id: incident(&m.incident_id)? },
        W::IncidentDispatched(m) => Event::IncidentDispatched { incident_id: incident(&m.incident_id)? },
        W::IncidentOnScene(m) => Event::IncidentOnScene { incident_id: incident(&m.incident_id)? },
        W::IncidentReturnedToQueue(m) => {
            Event::IncidentReturnedToQueue { incident_id: incident(&m.incident_id)?, clock: read_optional(m.clock)? }
        }
        W::IncidentResolved(m) => Event::IncidentResolved {
            incident_id: incident(&m.incident_id)?,
            disposition: read_code("IncidentResolved.disposition", &m.disposition)?,
        },
        W::IncidentClosed(m) => Event::IncidentClosed { incident_id: incident(&m.incident_id)? },
        W::AssignmentOffered(m) => Event::AssignmentOffered(read_boxed(m)?),
        W::AssignmentDelivered(m) => Event::AssignmentDelivered { assignment_id: assignment(&m.assignment_id)? },
        W::AssignmentSeen(m) => Event::AssignmentSeen { assignment_id: assignment(&m.assignment_id)? },
        W::AssignmentAcknowledged(m) => Event::AssignmentAcknowledged { assignment_id: assignment(&m.assignment_id)? },
        W::AssignmentDeclined(m) => Event::AssignmentDeclined {
            assignment_id: assignment(&m.assignment_id)?,
            reason: read_code("AssignmentDeclined.reason", &m.reason)?,
        },
        W::AssignmentExpired(m) => Event::AssignmentExpired {
            assignment_id: assignment(&m.assignment_id)?,
            lapse: StoredEnum::from_number("AssignmentExpired.lapse", m.lapse)?,
        },
        W::AssignmentEnRoute(m) => Event::AssignmentEnRoute { assignment_id: assignment(&m.assignment_id)? },
        W::AssignmentOnScene(m) => {
            Event::AssignmentOnScene { assignment_id: assignment(&m.assignment_id)?, check_by: read_time(m.check_by_ms) }
        }
        W::AssignmentCleared(m) => Event::AssignmentCleared {
            assignment_id: assignment(&m.assignment_id)?,
            reason: read_code("AssignmentCleared.reason", &m.reason)?,
            disposition: read_optional_code("AssignmentCleared.disposition", &m.disposition)?,
            feedback: read_optional(m.feedback)?,
            feedback_by: read_time(m.feedback_by_ms),
        },
        W::AlarmRaised(m) => Event::AlarmRaised {
            alarm_id: read_id("AlarmRaised.alarm_id", &m.alarm_id)?,
            kind: StoredEnum::from_number("AlarmRaised.kind", m.kind)?,
            incident_id: Field::take("AlarmRaised.incident_id", m.incident_id)?,
            unit_id: read_optional_code("AlarmRaised.unit_id", &m.unit_id)?,
            station: read_optional_code("AlarmRaised.station_id", &m.station_id)?,
        },
        W::AlarmEnded(m) => Event::AlarmEnded { alarm_id: read_id("AlarmEnded.alarm_id", &m.alarm_id)?, confirmed: m.confirmed },
        W::PrivateRead(m) => {
            Event::PrivateRead { incident_id: incident(&m.incident_id)?, purpose: read_code("PrivateRead.purpose", &m.purpose)? }
        }
        W::PrivateErased(m) => Event::PrivateErased { private_ref: read_id("PrivateErased.private_ref", &m.private_ref)? },
        W::IncidentOwnerSet(m) => Event::IncidentOwnerSet(standing_set(&m.incident_id, m.standing, m.clock)?),
        W::IncidentPrioritySet(m) => Event::IncidentPrioritySet(standing_set(&m.incident_id, m.standing, m.clock)?),
        W::IncidentRestored(m) => Event::IncidentRestored(read_boxed(m)?),
        W::IncidentPassedDown(m) => Event::IncidentPassedDown(Stored::read(m)?),
        W::IncidentSigned(m) => Event::IncidentSigned(incident(&m.incident_id)?),
        W::IncidentSignLapsed(m) => Event::IncidentSignLapsed(incident(&m.incident_id)?),
        W::IncidentProposed(m) => Event::IncidentProposed(read_boxed(m)?),
        W::IncidentProposalEnded(m) => Event::IncidentProposalEnded(incident(&m.incident_id)?),
        W::IncidentHeld(m) => Event::IncidentHeld(Stored::read(m)?),
        W::IncidentHoldEnded(m) => Event::IncidentHoldEnded(Stored::read(m)?),
        W::IncidentWidened(m) => Event::IncidentWidened(Stored::read(m)?),
        W::IncidentPlanChosen(m) => Event::IncidentPlanChosen(Stored::read(m)?),
        W::IncidentArrivalClockSet(m) => Event::IncidentArrivalClockSet {
            incident_id: incident(&m.incident_id)?,
            arrive_by: Field::take("IncidentArrivalClockSet.arrive_by_ms", m.arrive_by_ms)?,
        },
        W::IncidentArrivalLapsed(m) => Event::IncidentArrivalLapsed(incident(&m.incident_id)?),
        W::IncidentSeeksPrimary(m) => {
            Event::IncidentSeeksPrimary { incident_id: incident(&m.incident_id)?, at: Field::take("IncidentSeeksPrimary.at_ms", m.at_ms)? }
        }
        W::IncidentAttendanceChanged(m) => Event::IncidentAttendanceChanged(Stored::read(m)?),
        W::IncidentCallAdded(m) => Event::IncidentCallAdded(Stored::read(m)?),
        W::IncidentMerged(m) => Event::IncidentMerged {
            incident_id: incident(&m.incident_id)?,
            into: Field::take("IncidentMerged.into_incident_id", m.into_incident_id)?,
        },
        W::IncidentUnmerged(m) => Event::IncidentUnmerged(Stored::read(m)?),
        W::IncidentTransferRequested(m) => Event::IncidentTransferRequested(Stored::read(m)?),
        W::IncidentTransferEnded(m) => Event::IncidentTransferEnded {
            incident_id: incident(&m.incident_id)?,
            outcome: Field::take("IncidentTransferEnded.outcome", m.outcome)?,
        },
        W::IncidentCancelled(m) => {
            Event::IncidentCancelled { incident_id: incident(&m.incident_id)?, reason: Field::take("IncidentCancelled.reason", m.reason)? }
        }
        W::IncidentReopened(m) => Event::IncidentReopened(Stored::read(m)?),
        W::IncidentFlagged(m) => {
            Event::IncidentFlagged { incident_id: incident(&m.incident_id)?, flag: Field::take("IncidentFlagged.flag", m.flag)? }
        }
        W::AssignmentQueued(m) => Event::AssignmentQueued(read_boxed(m)?),
        W::AssignmentActivated(m) => Event::AssignmentActivated(Stored::read(m)?),
        W::AssignmentRecalled(m) => Event::AssignmentRecalled {
            assignment_id: assignment(&m.assignment_id)?,
            reason: Field::take("AssignmentRecalled.reason", m.reason)?,
        },
        W::AssignmentRoleChanged(m) => Event::AssignmentRoleChanged(Stored::read(m)?),
        W::AssignmentMoved(m) => Event::AssignmentMoved(Stored::read(m)?),
        W::AssignmentSafetyChecked(m) => Event::AssignmentSafetyChecked {
            assignment_id: assignment(&m.assignment_id)?,
            check_by: Field::take("AssignmentSafetyChecked.check_by_ms", m.check_by_ms)?,
        },
        W::AssignmentSafetyLapsed(m) => Event::AssignmentSafetyLapsed(assignment(&m.assignment_id)?),
        W::AssignmentFeedbackSubmitted(m) => Event::AssignmentFeedbackSubmitted(Stored::read(m)?),
        W::AssignmentFeedbackLapsed(m) => Event::AssignmentFeedbackLapsed(assignment(&m.assignment_id)?),
        W::UnitQueueReordered(m) => Event::UnitQueueReordered {
            unit_id: Field::take("UnitQueueReordered.unit_id", m.unit_id)?,
            queue: Field::take("UnitQueueReordered.assignment_ids", m.assignment_ids)?,
        },
        W::UnitEmergencyRaised(m) => Event::UnitEmergencyRaised(Stored::read(m)?),
        W::UnitEmergencyCleared(m) => Event::UnitEmergencyCleared {
            unit_id: Field::take("UnitEmergencyCleared.unit_id", m.unit_id)?,
            reason: Field::take("UnitEmergencyCleared.reason", m.reason)?,
        },
        W::UnitContactLost(m) => Event::UnitContactLost(read_code("UnitContactLost.unit_id", &m.unit_id)?),
        W::UnitContactRegained(m) => Event::UnitContactRegained(read_code("UnitContactRegained.unit_id", &m.unit_id)?),
        W::ShiftPlanned(m) => Event::ShiftPlanned(Field::take("ShiftPlanned.plan", m.plan)?),
        W::ShiftEnded(m) => Event::ShiftEnded {
            shift_id: Field::take("ShiftEnded.shift_id", m.shift_id)?,
            sign_by: Field::take("ShiftEnded.sign_by_ms", m.sign_by_ms)?,
        },
        W::ShiftHandOverOffered(m) => Event::ShiftHandOverOffered(Stored::read(m)?),
        W::ShiftHandOverSigned(m) => Event::ShiftHandOverSigned(read_id("ShiftHandOverSigned.shift_id", &m.shift_id)?),
        W::ShiftHandOverLapsed(m) => Event::ShiftHandOverLapsed(read_id("ShiftHandOverLapsed.shift_id", &m.shift_id)?),
        W::SupportRequested(m) => Event::SupportRequested(Box::new(Field::take("SupportRequested.whistle", m.whistle)?)),
        W::SupportAnswered(m) => Event::SupportAnswered {
            whistle_id: Field::take("SupportAnswered.whistle_id", m.whistle_id)?,
            answer: Field::take("SupportAnswered.answer", m.answer)?,
        },
        W::SupportClimbed(m) => Event::SupportClimbed(Stored::read(m)?),
        W::SupportLapsed(m) => Event::SupportLapsed(read_id("SupportLapsed.whistle_id", &m.whistle_id)?),
        W::SupportEnded(m) => Event::SupportEnded(read_id("SupportEnded.whistle_id", &m.whistle_id)?),
        W::WartimeStarted(m) => Event::WartimeStarted(Stored::read(m)?),
        W::WartimeEnded(m) => Event::WartimeEnded(read_code("WartimeEnded.area_id", &m.area_id)?),
        W::PremiseNoteAdded(m) => Event::PremiseNoteAdded(Field::take("PremiseNoteAdded.note", m.note)?),
        W::PremiseNoteEnded(m) => Event::PremiseNoteEnded(read_id("PremiseNoteEnded.note_id", &m.note_id)?),
    })
}
