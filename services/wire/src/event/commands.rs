//! Every command as it is kept beside its decision.

use super::DecodeError;
use super::primitive::*;
use super::values::*;
use crate::event_v1 as w;
use crate::event_v1::command::Command as W;
use crate::event_v1::fire_deadline::Subject;
use domain::assignment::AssignmentRole;
use domain::command::*;
use domain::deadlines::{Deadline, DeadlineSubject};
use domain::time::Timestamp;

impl Stored for ReportIncident {
    type Message = w::ReportIncident;
    fn write(&self) -> w::ReportIncident {
        w::ReportIncident {
            source: self.source.number(),
            classification: Some(self.classification.write()),
            place: Some(self.place.write()),
            private: self.private.as_ref().map(Stored::write),
            occurred_at_ms: write_time(self.occurred_at),
            priority: self.priority.map_or(0, write_priority),
        }
    }
    fn read(m: w::ReportIncident) -> Result<Self, DecodeError> {
        Ok(Self {
            source: StoredEnum::from_number("ReportIncident.source", m.source)?,
            classification: read_required("ReportIncident.classification", m.classification)?,
            place: read_required("ReportIncident.place", m.place)?,
            private: read_optional(m.private)?,
            occurred_at: read_time(m.occurred_at_ms),
            priority: if m.priority == 0 { None } else { Some(read_priority("ReportIncident.priority", m.priority)?) },
        })
    }
}

impl Stored for UnitOrder {
    type Message = w::UnitOrder;
    fn write(&self) -> w::UnitOrder {
        w::UnitOrder { unit_id: write_code(&self.unit_id), role: self.role.map_or(0, StoredEnum::number) }
    }
    fn read(m: w::UnitOrder) -> Result<Self, DecodeError> {
        let role = if m.role == 0 { None } else { Some(AssignmentRole::from_number("UnitOrder.role", m.role)?) };
        Ok(Self { unit_id: read_code("UnitOrder.unit_id", &m.unit_id)?, role })
    }
}

impl Stored for AssignUnits {
    type Message = w::AssignUnits;
    fn write(&self) -> w::AssignUnits {
        w::AssignUnits {
            incident_id: write_id(&self.incident_id),
            orders: write_all(&self.orders),
            expected_revision: self.expected_revision,
        }
    }
    fn read(m: w::AssignUnits) -> Result<Self, DecodeError> {
        Ok(Self {
            incident_id: read_id("AssignUnits.incident_id", &m.incident_id)?,
            orders: read_all(m.orders)?,
            expected_revision: m.expected_revision,
        })
    }
}

impl Stored for Tap {
    type Message = w::Tap;
    fn write(&self) -> w::Tap {
        w::Tap { assignment_id: write_id(&self.assignment_id), occurred_at_ms: write_time(self.occurred_at) }
    }
    fn read(m: w::Tap) -> Result<Self, DecodeError> {
        Ok(Self { assignment_id: read_id("Tap.assignment_id", &m.assignment_id)?, occurred_at: read_time(m.occurred_at_ms) })
    }
}

impl Stored for Clear {
    type Message = w::Clear;
    fn write(&self) -> w::Clear {
        w::Clear {
            tap: Some(self.tap.write()),
            reason: write_code(&self.reason),
            disposition: write_optional_code(self.disposition.as_ref()),
            feedback: self.feedback.as_ref().map(Stored::write),
        }
    }
    fn read(m: w::Clear) -> Result<Self, DecodeError> {
        Ok(Self {
            tap: read_required("Clear.tap", m.tap)?,
            reason: read_code("Clear.reason", &m.reason)?,
            disposition: read_optional_code("Clear.disposition", &m.disposition)?,
            feedback: read_optional(m.feedback)?,
        })
    }
}

impl Stored for SignOn {
    type Message = w::SignOn;
    fn write(&self) -> w::SignOn {
        let crew = self.crew.map(|(sworn, auxiliary)| w::Crew { sworn: sworn.into(), auxiliary: auxiliary.into() });
        w::SignOn { unit_id: write_code(&self.unit_id), crew, occurred_at_ms: write_time(self.occurred_at) }
    }
    fn read(m: w::SignOn) -> Result<Self, DecodeError> {
        let crew = |crew: w::Crew| Ok((read_u8("Crew.sworn", crew.sworn)?, read_u8("Crew.auxiliary", crew.auxiliary)?));
        Ok(Self {
            unit_id: read_code("SignOn.unit_id", &m.unit_id)?,
            crew: m.crew.map(crew).transpose()?,
            occurred_at: read_time(m.occurred_at_ms),
        })
    }
}

impl Stored for Deadline {
    type Message = w::FireDeadline;
    fn write(&self) -> w::FireDeadline {
        let subject = match &self.subject {
            DeadlineSubject::Dispatch(id) => Subject::DispatchIncidentId(write_id(id)),
            DeadlineSubject::Retry(id) => Subject::RetryIncidentId(write_id(id)),
            DeadlineSubject::Deliver(id) => Subject::DeliverAssignmentId(write_id(id)),
            DeadlineSubject::Acknowledge(id) => Subject::AcknowledgeAssignmentId(write_id(id)),
        };
        w::FireDeadline { due_at_ms: self.due_at.0, subject: Some(subject) }
    }
    fn read(m: w::FireDeadline) -> Result<Self, DecodeError> {
        let field = "FireDeadline.subject";
        let subject = match m.subject.ok_or_else(|| DecodeError::missing(field))? {
            Subject::DispatchIncidentId(id) => DeadlineSubject::Dispatch(read_id(field, &id)?),
            Subject::RetryIncidentId(id) => DeadlineSubject::Retry(read_id(field, &id)?),
            Subject::DeliverAssignmentId(id) => DeadlineSubject::Deliver(read_id(field, &id)?),
            Subject::AcknowledgeAssignmentId(id) => DeadlineSubject::Acknowledge(read_id(field, &id)?),
        };
        Ok(Self { due_at: Timestamp(m.due_at_ms), subject })
    }
}

impl Stored for Command {
    type Message = w::Command;

    fn write(&self) -> w::Command {
        let command = match self {
            Self::ReportIncident(c) => W::ReportIncident(c.write()),
            Self::AssignUnits(c) => W::AssignUnits(c.write()),
            Self::MarkDelivered(tap) => W::MarkDelivered(tap.write()),
            Self::MarkSeen(tap) => W::MarkSeen(tap.write()),
            Self::Acknowledge(tap) => W::Acknowledge(tap.write()),
            Self::Decline(c) => W::Decline(w::Decline { tap: Some(c.tap.write()), reason: write_code(&c.reason) }),
            Self::MarkEnRoute(tap) => W::MarkEnRoute(tap.write()),
            Self::MarkOnScene(tap) => W::MarkOnScene(tap.write()),
            Self::Clear(c) => W::Clear(c.write()),
            Self::ResolveIncident(c) => W::ResolveIncident(w::ResolveIncident {
                incident_id: write_id(&c.incident_id),
                disposition: write_code(&c.disposition),
                expected_revision: c.expected_revision,
            }),
            Self::CloseIncident(c) => {
                W::CloseIncident(w::CloseIncident { incident_id: write_id(&c.incident_id), expected_revision: c.expected_revision })
            }
            Self::Reclassify(c) => W::Reclassify(w::Reclassify {
                incident_id: write_id(&c.incident_id),
                verified_as: Some(c.verified_as.write()),
                expected_revision: c.expected_revision,
            }),
            Self::SignOn(c) => W::SignOn(c.write()),
            Self::SignOff(c) => W::SignOff(w::SignOff { unit_id: write_code(&c.unit_id), occurred_at_ms: write_time(c.occurred_at) }),
            Self::SetAvailability(c) => W::SetAvailability(w::SetAvailability {
                unit_id: write_code(&c.unit_id),
                availability: Some(c.availability.write()),
                occurred_at_ms: write_time(c.occurred_at),
            }),
            Self::ConfirmAlarm(c) => W::ConfirmAlarm(w::ConfirmAlarm { alarm_id: write_id(&c.alarm_id) }),
            Self::FireDeadline(c) => W::FireDeadline(c.deadline.write()),
            Self::ActivatePolicy(c) => W::ActivatePolicy(w::ActivatePolicy { hash: write_hash(&c.hash) }),
            Self::ActivateAgencyTree(c) => W::ActivateAgencyTree(w::ActivateAgencyTree { hash: write_hash(&c.hash) }),
            Self::RegisterUnits(c) => W::RegisterUnits(w::RegisterUnits { profiles: write_all(&c.profiles) }),
            Self::ReadPrivate(c) => {
                W::ReadPrivate(w::ReadPrivate { incident_id: write_id(&c.incident_id), purpose: write_code(&c.purpose) })
            }
            Self::ErasePrivate(c) => W::ErasePrivate(w::ErasePrivate { private_ref: write_id(&c.private_ref) }),
        };
        w::Command { command: Some(command) }
    }

    fn read(message: w::Command) -> Result<Self, DecodeError> {
        Ok(match message.command.ok_or_else(|| DecodeError::missing("Command.command"))? {
            W::ReportIncident(m) => Self::ReportIncident(Stored::read(m)?),
            W::AssignUnits(m) => Self::AssignUnits(Stored::read(m)?),
            W::MarkDelivered(m) => Self::MarkDelivered(Stored::read(m)?),
            W::MarkSeen(m) => Self::MarkSeen(Stored::read(m)?),
            W::Acknowledge(m) => Self::Acknowledge(Stored::read(m)?),
            W::Decline(m) => {
                Self::Decline(Decline { tap: read_required("Decline.tap", m.tap)?, reason: read_code("Decline.reason", &m.reason)? })
            }
            W::MarkEnRoute(m) => Self::MarkEnRoute(Stored::read(m)?),
            W::MarkOnScene(m) => Self::MarkOnScene(Stored::read(m)?),
            W::Clear(m) => Self::Clear(Stored::read(m)?),
            W::ResolveIncident(m) => Self::ResolveIncident(ResolveIncident {
                incident_id: read_id("ResolveIncident.incident_id", &m.incident_id)?,
                disposition: read_code("ResolveIncident.disposition", &m.disposition)?,
                expected_revision: m.expected_revision,
            }),
            W::CloseIncident(m) => Self::CloseIncident(CloseIncident {
                incident_id: read_id("CloseIncident.incident_id", &m.incident_id)?,
                expected_revision: m.expected_revision,
            }),
            W::Reclassify(m) => Self::Reclassify(Reclassify {
                incident_id: read_id("Reclassify.incident_id", &m.incident_id)?,
                verified_as: read_required("Reclassify.verified_as", m.verified_as)?,
                expected_revision: m.expected_revision,
            }),
            W::SignOn(m) => Self::SignOn(Stored::read(m)?),
            W::SignOff(m) => {
                Self::SignOff(SignOff { unit_id: read_code("SignOff.unit_id", &m.unit_id)?, occurred_at: read_time(m.occurred_at_ms) })
            }
            W::SetAvailability(m) => Self::SetAvailability(SetAvailability {
                unit_id: read_code("SetAvailability.unit_id", &m.unit_id)?,
                availability: read_required("SetAvailability.availability", m.availability)?,
                occurred_at: read_time(m.occurred_at_ms),
            }),
            W::ConfirmAlarm(m) => Self::ConfirmAlarm(ConfirmAlarm { alarm_id: read_id("ConfirmAlarm.alarm_id", &m.alarm_id)? }),
            W::FireDeadline(m) => Self::FireDeadline(FireDeadline { deadline: Stored::read(m)? }),
            W::ActivatePolicy(m) => Self::ActivatePolicy(ActivatePolicy { hash: read_hash("ActivatePolicy.hash", &m.hash)? }),
            W::ActivateAgencyTree(m) => {
                Self::ActivateAgencyTree(ActivateAgencyTree { hash: read_hash("ActivateAgencyTree.hash", &m.hash)? })
            }
            W::RegisterUnits(m) => Self::RegisterUnits(RegisterUnits { profiles: read_all(m.profiles)? }),
            W::ReadPrivate(m) => Self::ReadPrivate(ReadPrivate {
                incident_id: read_id("ReadPrivate.incident_id", &m.incident_id)?,
                purpose: read_code("ReadPrivate.purpose", &m.purpose)?,
            }),
            W::ErasePrivate(m) => Self::ErasePrivate(ErasePrivate { private_ref: read_id("ErasePrivate.private_ref", &m.private_ref)? }),
        })
    }
}
