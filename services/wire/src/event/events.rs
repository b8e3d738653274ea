//! Every kind of event as it is stored.

use super::DecodeError;
use super::primitive::*;
use super::values::*;
use crate::event_v1 as w;
use crate::event_v1::stored_event::Event as W;
use domain::event::{AssignmentOffered, Event, IncidentReported};
use domain::ids::{AssignmentId, IncidentId};
use domain::time::{LocalDay, Timestamp};

impl Stored for IncidentReported {
    type Message = w::IncidentReported;
    fn write(&self) -> w::IncidentReported {
        w::IncidentReported {
            incident_id: write_id(&self.incident_id),
            number: self.number,
            local_day: self.local_day.0,
            call: Some(self.call.write()),
            reported_as: Some(self.reported_as.write()),
            priority: write_priority(self.priority),
            place: Some(self.place.write()),
            station_id: write_code(&self.station),
            owner_team: self.owner.number(),
            owner_reasons: write_all(&self.owner_reasons),
            flags: write_flags(&self.flags),
            clock: self.clock.as_ref().map(Stored::write),
        }
    }
    fn read(m: w::IncidentReported) -> Result<Self, DecodeError> {
        Ok(Self {
            incident_id: read_id("IncidentReported.incident_id", &m.incident_id)?,
            number: m.number,
            local_day: LocalDay(m.local_day),
            call: read_required("IncidentReported.call", m.call)?,
            reported_as: read_required("IncidentReported.reported_as", m.reported_as)?,
            priority: read_priority("IncidentReported.priority", m.priority)?,
            place: read_required("IncidentReported.place", m.place)?,
            station: read_code("IncidentReported.station_id", &m.station_id)?,
            owner: StoredEnum::from_number("IncidentReported.owner_team", m.owner_team)?,
            owner_reasons: read_all(m.owner_reasons)?,
            flags: read_flags("IncidentReported.flags", &m.flags)?,
            clock: read_optional(m.clock)?,
        })
    }
}

impl Stored for AssignmentOffered {
    type Message = w::AssignmentOffered;
    fn write(&self) -> w::AssignmentOffered {
        w::AssignmentOffered {
            assignment_id: write_id(&self.assignment_id),
            incident_id: write_id(&self.incident_id),
            unit_id: write_code(&self.unit_id),
            role: self.role.number(),
            deliver_by_ms: self.deliver_by.0,
            acknowledge_by_ms: self.acknowledge_by.0,
            automatic: self.automatic,
            ranking: Some(self.ranking.write()),
            not_taken: write_all(&self.not_taken),
        }
    }
    fn read(m: w::AssignmentOffered) -> Result<Self, DecodeError> {
        Ok(Self {
            assignment_id: read_id("AssignmentOffered.assignment_id", &m.assignment_id)?,
            incident_id: read_id("AssignmentOffered.incident_id", &m.incident_id)?,
            unit_id: read_code("AssignmentOffered.unit_id", &m.unit_id)?,
            role: StoredEnum::from_number("AssignmentOffered.role", m.role)?,
            deliver_by: Timestamp(m.deliver_by_ms),
            acknowledge_by: Timestamp(m.acknowledge_by_ms),
            automatic: m.automatic,
            ranking: read_required("AssignmentOffered.ranking", m.ranking)?,
            not_taken: read_all(m.not_taken)?,
        })
    }
}

fn incident(bytes: &[u8]) -> Result<IncidentId, DecodeError> {
    read_id("incident_id", bytes)
}

fn assignment(bytes: &[u8]) -> Result<AssignmentId, DecodeError> {
    read_id("assignment_id", bytes)
}

impl Stored for Event {
    type Message = W;

    fn write(&self) -> W {
        match self {
            Self::FeatureActivated { feature } => W::FeatureActivated(w::FeatureActivated { feature: feature.clone() }),
            Self::PolicyActivated { hash } => W::PolicyActivated(w::PolicyActivated { hash: write_hash(hash) }),
            Self::AgencyTreeActivated { hash } => W::AgencyTreeActivated(w::AgencyTreeActivated { hash: write_hash(hash) }),
            Self::UnitRegistered { profile } => W::UnitRegistered(w::UnitRegistered { profile: Some(profile.write()) }),
            Self::UnitSignedOn { unit_id, sworn, auxiliary } => W::UnitSignedOn(w::UnitSignedOn {
                unit_id: write_code(unit_id),
                sworn: u32::from(*sworn),
                auxiliary: u32::from(*auxiliary),
            }),
            Self::UnitSignedOff { unit_id } => W::UnitSignedOff(w::UnitSignedOff { unit_id: write_code(unit_id) }),
            Self::UnitAvailabilityChanged { unit_id, availability } => W::UnitAvailabilityChanged(w::UnitAvailabilityChanged {
                unit_id: write_code(unit_id),
                availability: Some(availability.write()),
            }),
            Self::IncidentReported(reported) => W::IncidentReported(reported.write()),
            Self::IncidentReclassified { incident_id, verified_as, priority, owner, owner_reasons, clock } => {
                W::IncidentReclassified(w::IncidentReclassified {
                    incident_id: write_id(incident_id),
                    verified_as: Some(verified_as.write()),
                    priority: write_priority(*priority),
                    owner_team: owner.number(),
                    owner_reasons: write_all(owner_reasons),
                    clock: clock.as_ref().map(Stored::write),
                })
            }
            Self::IncidentWaiting { incident_id, retry_at } => {
                W::IncidentWaiting(w::IncidentWaiting { incident_id: write_id(incident_id), retry_at_ms: retry_at.0 })
            }
            Self::IncidentDispatchLapsed { incident_id } => {
                W::IncidentDispatchLapsed(w::IncidentDispatchLapsed { incident_id: write_id(incident_id) })
            }
            Self::IncidentDispatched { incident_id } => W::IncidentDispatched(w::IncidentDispatched { incident_id: write_id(incident_id) }),
            Self::IncidentOnScene { incident_id } => W::IncidentOnScene(w::IncidentOnScene { incident_id: write_id(incident_id) }),
            Self::IncidentReturnedToQueue { incident_id, clock } => W::IncidentReturnedToQueue(w::IncidentReturnedToQueue {
                incident_id: write_id(incident_id),
                clock: clock.as_ref().map(Stored::write),
            }),
            Self::IncidentResolved { incident_id, disposition } => {
                W::IncidentResolved(w::IncidentResolved { incident_id: write_id(incident_id), disposition: write_code(disposition) })
            }
            Self::IncidentClosed { incident_id } => W::IncidentClosed(w::IncidentClosed { incident_id: write_id(incident_id) }),
            Self::AssignmentOffered(offered) => W::AssignmentOffered(offered.write()),
            Self::AssignmentDelivered { assignment_id: id } => {
                W::AssignmentDelivered(w::AssignmentDelivered { assignment_id: write_id(id) })
            }
            Self::AssignmentSeen { assignment_id: id } => W::AssignmentSeen(w::AssignmentSeen { assignment_id: write_id(id) }),
            Self::AssignmentAcknowledged { assignment_id: id } => {
                W::AssignmentAcknowledged(w::AssignmentAcknowledged { assignment_id: write_id(id) })
            }
            Self::AssignmentDeclined { assignment_id: id, reason } => {
                W::AssignmentDeclined(w::AssignmentDeclined { assignment_id: write_id(id), reason: write_code(reason) })
            }
            Self::AssignmentExpired { assignment_id: id, lapse } => {
                W::AssignmentExpired(w::AssignmentExpired { assignment_id: write_id(id), lapse: lapse.number() })
            }
            Self::AssignmentEnRoute { assignment_id: id } => W::AssignmentEnRoute(w::AssignmentEnRoute { assignment_id: write_id(id) }),
            Self::AssignmentOnScene { assignment_id: id } => W::AssignmentOnScene(w::AssignmentOnScene { assignment_id: write_id(id) }),
            Self::AssignmentCleared { assignment_id, reason, disposition, feedback } => W::AssignmentCleared(w::AssignmentCleared {
                assignment_id: write_id(assignment_id),
                reason: write_code(reason),
                disposition: write_optional_code(disposition.as_ref()),
                feedback: feedback.as_ref().map(Stored::write),
            }),
            Self::AlarmRaised { alarm_id, kind, incident_id, unit_id } => W::AlarmRaised(w::AlarmRaised {
                alarm_id: write_id(alarm_id),
                kind: kind.number(),
                incident_id: write_id(incident_id),
                unit_id: write_optional_code(unit_id.as_ref()),
            }),
            Self::AlarmEnded { alarm_id, confirmed } => {
                W::AlarmEnded(w::AlarmEnded { alarm_id: write_id(alarm_id), confirmed: *confirmed })
            }
            Self::PrivateRead { incident_id, purpose } => {
                W::PrivateRead(w::PrivateRead { incident_id: write_id(incident_id), purpose: write_code(purpose) })
            }
            Self::PrivateErased { private_ref } => W::PrivateErased(w::PrivateErased { private_ref: write_id(private_ref) }),
        }
    }

    fn read(message: W) -> Result<Self, DecodeError> {
        Ok(match message {
            W::FeatureActivated(m) => Self::FeatureActivated { feature: m.feature },
            W::PolicyActivated(m) => Self::PolicyActivated { hash: read_hash("PolicyActivated.hash", &m.hash)? },
            W::AgencyTreeActivated(m) => Self::AgencyTreeActivated { hash: read_hash("AgencyTreeActivated.hash", &m.hash)? },
            W::UnitRegistered(m) => Self::UnitRegistered { profile: read_required("UnitRegistered.profile", m.profile)? },
            W::UnitSignedOn(m) => Self::UnitSignedOn {
                unit_id: read_code("UnitSignedOn.unit_id", &m.unit_id)?,
                sworn: read_u8("UnitSignedOn.sworn", m.sworn)?,
                auxiliary: read_u8("UnitSignedOn.auxiliary", m.auxiliary)?,
            },
            W::UnitSignedOff(m) => Self::UnitSignedOff { unit_id: read_code("UnitSignedOff.unit_id", &m.unit_id)? },
            W::UnitAvailabilityChanged(m) => Self::UnitAvailabilityChanged {
                unit_id: read_code("UnitAvailabilityChanged.unit_id", &m.unit_id)?,
                availability: read_required("UnitAvailabilityChanged.availability", m.availability)?,
            },
            W::IncidentReported(m) => Self::IncidentReported(read_boxed(m)?),
            W::IncidentReclassified(m) => Self::IncidentReclassified {
                incident_id: incident(&m.incident_id)?,
                verified_as: read_required("IncidentReclassified.verified_as", m.verified_as)?,
                priority: read_priority("IncidentReclassified.priority", m.priority)?,
                owner: StoredEnum::from_number("IncidentReclassified.owner_team", m.owner_team)?,
                owner_reasons: read_all(m.owner_reasons)?,
                clock: read_optional(m.clock)?,
            },
            W::IncidentWaiting(m) => Self::IncidentWaiting { incident_id: incident(&m.incident_id)?, retry_at: Timestamp(m.retry_at_ms) },
            W::IncidentDispatchLapsed(m) => Self::IncidentDispatchLapsed { incident_id: incident(&m.incident_id)? },
            W::IncidentDispatched(m) => Self::IncidentDispatched { incident_id: incident(&m.incident_id)? },
            W::IncidentOnScene(m) => Self::IncidentOnScene { incident_id: incident(&m.incident_id)? },
            W::IncidentReturnedToQueue(m) => {
                Self::IncidentReturnedToQueue { incident_id: incident(&m.incident_id)?, clock: read_optional(m.clock)? }
            }
            W::IncidentResolved(m) => Self::IncidentResolved {
                incident_id: incident(&m.incident_id)?,
                disposition: read_code("IncidentResolved.disposition", &m.disposition)?,
            },
            W::IncidentClosed(m) => Self::IncidentClosed { incident_id: incident(&m.incident_id)? },
            W::AssignmentOffered(m) => Self::AssignmentOffered(read_boxed(m)?),
            W::AssignmentDelivered(m) => Self::AssignmentDelivered { assignment_id: assignment(&m.assignment_id)? },
            W::AssignmentSeen(m) => Self::AssignmentSeen { assignment_id: assignment(&m.assignment_id)? },
            W::AssignmentAcknowledged(m) => Self::AssignmentAcknowledged { assignment_id: assignment(&m.assignment_id)? },
            W::AssignmentDeclined(m) => Self::AssignmentDeclined {
                assignment_id: assignment(&m.assignment_id)?,
                reason: read_code("AssignmentDeclined.reason", &m.reason)?,
            },
            W::AssignmentExpired(m) => Self::AssignmentExpired {
                assignment_id: assignment(&m.assignment_id)?,
                lapse: StoredEnum::from_number("AssignmentExpired.lapse", m.lapse)?,
            },
            W::AssignmentEnRoute(m) => Self::AssignmentEnRoute { assignment_id: assignment(&m.assignment_id)? },
            W::AssignmentOnScene(m) => Self::AssignmentOnScene { assignment_id: assignment(&m.assignment_id)? },
            W::AssignmentCleared(m) => Self::AssignmentCleared {
                assignment_id: assignment(&m.assignment_id)?,
                reason: read_code("AssignmentCleared.reason", &m.reason)?,
                disposition: read_optional_code("AssignmentCleared.disposition", &m.disposition)?,
                feedback: read_optional(m.feedback)?,
            },
            W::AlarmRaised(m) => Self::AlarmRaised {
                alarm_id: read_id("AlarmRaised.alarm_id", &m.alarm_id)?,
                kind: StoredEnum::from_number("AlarmRaised.kind", m.kind)?,
                incident_id: incident(&m.incident_id)?,
                unit_id: read_optional_code("AlarmRaised.unit_id", &m.unit_id)?,
            },
            W::AlarmEnded(m) => Self::AlarmEnded { alarm_id: read_id("AlarmEnded.alarm_id", &m.alarm_id)?, confirmed: m.confirmed },
            W::PrivateRead(m) => {
                Self::PrivateRead { incident_id: incident(&m.incident_id)?, purpose: read_code("PrivateRead.purpose", &m.purpose)? }
            }
            W::PrivateErased(m) => Self::PrivateErased { private_ref: read_id("PrivateErased.private_ref", &m.private_ref)? },
        })
    }
}
