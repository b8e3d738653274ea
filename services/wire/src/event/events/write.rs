//! Writes each kind of event.

use crate::event::fields::Field;
use crate::event::primitive::*;
use crate::event::values::write_priority;
use crate::event_v1 as w;
use crate::event_v1::stored_event::Event as W;
use domain::event::Event;

pub(super) fn write(event: &Event) -> W {
    match event {
        Event::FeatureActivated { feature } => W::FeatureActivated(w::FeatureActivated { feature: feature.clone() }),
        Event::PolicyActivated { hash } => W::PolicyActivated(w::PolicyActivated { hash: write_hash(hash) }),
        Event::AgencyTreeActivated { hash } => W::AgencyTreeActivated(w::AgencyTreeActivated { hash: write_hash(hash) }),
        Event::UnitRegistered { profile } => W::UnitRegistered(w::UnitRegistered { profile: Some(profile.write()) }),
        Event::UnitSignedOn { unit_id, sworn, auxiliary } => {
            W::UnitSignedOn(w::UnitSignedOn { unit_id: write_code(unit_id), sworn: u32::from(*sworn), auxiliary: u32::from(*auxiliary) })
        }
        Event::UnitSignedOff { unit_id } => W::UnitSignedOff(w::UnitSignedOff { unit_id: write_code(unit_id) }),
        Event::UnitAvailabilityChanged { unit_id, availability } => W::UnitAvailabilityChanged(w::UnitAvailabilityChanged {
            unit_id: write_code(unit_id),
            availability: Some(availability.write()),
        }),
        Event::IncidentReported(reported) => W::IncidentReported(reported.write()),
        Event::IncidentReclassified { incident_id, verified_as, priority, owner, owner_reasons, clock } => {
            W::IncidentReclassified(w::IncidentReclassified {
                incident_id: write_id(incident_id),
                verified_as: Some(verified_as.write()),
                priority: write_priority(*priority),
                owner_team: owner.number(),
                owner_reasons: write_all(owner_reasons),
                clock: clock.as_ref().map(Stored::write),
            })
        }
        Event::IncidentWaiting { incident_id, retry_at } => {
            W::IncidentWaiting(w::IncidentWaiting { incident_id: write_id(incident_id), retry_at_ms: retry_at.0 })
        }
        Event::IncidentDispatchLapsed { incident_id } => {
            W::IncidentDispatchLapsed(w::IncidentDispatchLapsed { incident_id: write_id(incident_id) })
        }
        Event::IncidentDispatched { incident_id } => W::IncidentDispatched(w::IncidentDispatched { incident_id: write_id(incident_id) }),
        Event::IncidentOnScene { incident_id } => W::IncidentOnScene(w::IncidentOnScene { incident_id: write_id(incident_id) }),
        Event::IncidentReturnedToQueue { incident_id, clock } => W::IncidentReturnedToQueue(w::IncidentReturnedToQueue {
            incident_id: write_id(incident_id),
            clock: clock.as_ref().map(Stored::write),
        }),
        Event::IncidentResolved { incident_id, disposition } => {
            W::IncidentResolved(w::IncidentResolved { incident_id: write_id(incident_id), disposition: write_code(disposition) })
        }
        Event::IncidentClosed { incident_id } => W::IncidentClosed(w::IncidentClosed { incident_id: write_id(incident_id) }),
        Event::AssignmentOffered(offered) => W::AssignmentOffered(offered.write()),
        Event::AssignmentDelivered { assignment_id: id } => W::AssignmentDelivered(w::AssignmentDelivered { assignment_id: write_id(id) }),
        Event::AssignmentSeen { assignment_id: id } => W::AssignmentSeen(w::AssignmentSeen { assignment_id: write_id(id) }),
        Event::AssignmentAcknowledged { assignment_id: id } => {
            W::AssignmentAcknowledged(w::AssignmentAcknowledged { assignment_id: write_id(id) })
        }
        Event::AssignmentDeclined { assignment_id: id, reason } => {
            W::AssignmentDeclined(w::AssignmentDeclined { assignment_id: write_id(id), reason: write_code(reason) })
        }
        Event::AssignmentExpired { assignment_id: id, lapse } => {
            W::AssignmentExpired(w::AssignmentExpired { assignment_id: write_id(id), lapse: lapse.number() })
        }
        Event::AssignmentEnRoute { assignment_id: id } => W::AssignmentEnRoute(w::AssignmentEnRoute { assignment_id: write_id(id) }),
        Event::AssignmentOnScene { assignment_id: id, check_by } => {
            W::AssignmentOnScene(w::AssignmentOnScene { assignment_id: write_id(id), check_by_ms: write_time(*check_by) })
        }
        Event::AssignmentCleared { assignment_id, reason, disposition, feedback, feedback_by } => {
            W::AssignmentCleared(w::AssignmentCleared {
                assignment_id: write_id(assignment_id),
                reason: write_code(reason),
                disposition: write_optional_code(disposition.as_ref()),
                feedback: feedback.as_ref().map(Stored::write),
                feedback_by_ms: write_time(*feedback_by),
            })
        }
        Event::AlarmRaised { alarm_id, kind, incident_id, unit_id, station } => W::AlarmRaised(w::AlarmRaised {
            alarm_id: write_id(alarm_id),
            kind: kind.number(),
            incident_id: incident_id.put(),
            unit_id: write_optional_code(unit_id.as_ref()),
            station_id: write_optional_code(station.as_ref()),
        }),
        Event::AlarmEnded { alarm_id, confirmed } => W::AlarmEnded(w::AlarmEnded { alarm_id: write_id(alarm_id), confirmed: *confirmed }),
        Event::PrivateRead { incident_id, purpose } => {
            W::PrivateRead(w::PrivateRead { incident_id: write_id(incident_id), purpose: write_code(purpose) })
        }
        Event::PrivateErased { private_ref } => W::PrivateErased(w::PrivateErased { private_ref: write_id(private_ref) }),
        Event::IncidentOwnerSet(e) => W::IncidentOwnerSet(w::IncidentOwnerSet {
            incident_id: write_id(&e.incident_id),
            standing: e.standing.put(),
            clock: e.clock.put(),
        }),
        Event::IncidentPrioritySet(e) => W::IncidentPrioritySet(w::IncidentPrioritySet {
            incident_id: write_id(&e.incident_id),
            standing: e.standing.put(),
            clock: e.clock.put(),
        }),
        Event::IncidentRestored(e) => W::IncidentRestored(e.write()),
        Event::IncidentPassedDown(e) => W::IncidentPassedDown(e.write()),
        Event::IncidentSigned(id) => W::IncidentSigned(w::IncidentSigned { incident_id: write_id(id) }),
        Event::IncidentSignLapsed(id) => W::IncidentSignLapsed(w::IncidentSignLapsed { incident_id: write_id(id) }),
        Event::IncidentProposed(e) => W::IncidentProposed(e.write()),
        Event::IncidentProposalEnded(id) => W::IncidentProposalEnded(w::IncidentProposalEnded { incident_id: write_id(id) }),
        Event::IncidentHeld(e) => W::IncidentHeld(e.write()),
        Event::IncidentHoldEnded(e) => W::IncidentHoldEnded(e.write()),
        Event::IncidentWidened(e) => W::IncidentWidened(e.write()),
        Event::IncidentPlanChosen(e) => W::IncidentPlanChosen(e.write()),
        Event::IncidentArrivalClockSet { incident_id, arrive_by } => {
            W::IncidentArrivalClockSet(w::IncidentArrivalClockSet { incident_id: incident_id.put(), arrive_by_ms: arrive_by.put() })
        }
        Event::IncidentArrivalLapsed(id) => W::IncidentArrivalLapsed(w::IncidentArrivalLapsed { incident_id: write_id(id) }),
        Event::IncidentSeeksPrimary { incident_id, at } => {
            W::IncidentSeeksPrimary(w::IncidentSeeksPrimary { incident_id: incident_id.put(), at_ms: at.put() })
        }
        Event::IncidentAttendanceChanged(e) => W::IncidentAttendanceChanged(e.write()),
        Event::IncidentCallAdded(e) => W::IncidentCallAdded(e.write()),
        Event::IncidentMerged { incident_id, into } => {
            W::IncidentMerged(w::IncidentMerged { incident_id: incident_id.put(), into_incident_id: into.put() })
        }
        Event::IncidentUnmerged(e) => W::IncidentUnmerged(e.write()),
        Event::IncidentTransferRequested(e) => W::IncidentTransferRequested(e.write()),
        Event::IncidentTransferEnded { incident_id, outcome } => {
            W::IncidentTransferEnded(w::IncidentTransferEnded { incident_id: incident_id.put(), outcome: outcome.put() })
        }
        Event::IncidentCancelled { incident_id, reason } => {
            W::IncidentCancelled(w::IncidentCancelled { incident_id: incident_id.put(), reason: reason.put() })
        }
        Event::IncidentReopened(e) => W::IncidentReopened(e.write()),
        Event::IncidentFlagged { incident_id, flag } => {
            W::IncidentFlagged(w::IncidentFlagged { incident_id: incident_id.put(), flag: flag.put() })
        }
        Event::AssignmentQueued(e) => W::AssignmentQueued(e.write()),
        Event::AssignmentActivated(e) => W::AssignmentActivated(e.write()),
        Event::AssignmentRecalled { assignment_id, reason } => {
            W::AssignmentRecalled(w::AssignmentRecalled { assignment_id: assignment_id.put(), reason: reason.put() })
        }
        Event::AssignmentRoleChanged(e) => W::AssignmentRoleChanged(e.write()),
        Event::AssignmentMoved(e) => W::AssignmentMoved(e.write()),
        Event::AssignmentSafetyChecked { assignment_id, check_by } => {
            W::AssignmentSafetyChecked(w::AssignmentSafetyChecked { assignment_id: assignment_id.put(), check_by_ms: check_by.put() })
        }
        Event::AssignmentSafetyLapsed(id) => W::AssignmentSafetyLapsed(w::AssignmentSafetyLapsed { assignment_id: write_id(id) }),
        Event::AssignmentFeedbackSubmitted(e) => W::AssignmentFeedbackSubmitted(e.write()),
        Event::AssignmentFeedbackLapsed(id) => W::AssignmentFeedbackLapsed(w::AssignmentFeedbackLapsed { assignment_id: write_id(id) }),
        Event::UnitQueueReordered { unit_id, queue } => {
            W::UnitQueueReordered(w::UnitQueueReordered { unit_id: unit_id.put(), assignment_ids: queue.put() })
        }
        Event::UnitEmergencyRaised(e) => W::UnitEmergencyRaised(e.write()),
        Event::UnitEmergencyCleared { unit_id, reason } => {
            W::UnitEmergencyCleared(w::UnitEmergencyCleared { unit_id: unit_id.put(), reason: reason.put() })
        }
        Event::UnitContactLost(id) => W::UnitContactLost(w::UnitContactLost { unit_id: write_code(id) }),
        Event::UnitContactRegained(id) => W::UnitContactRegained(w::UnitContactRegained { unit_id: write_code(id) }),
        Event::ShiftPlanned(plan) => W::ShiftPlanned(w::ShiftPlanned { plan: plan.put() }),
        Event::ShiftEnded { shift_id, sign_by } => W::ShiftEnded(w::ShiftEnded { shift_id: shift_id.put(), sign_by_ms: sign_by.put() }),
        Event::ShiftHandOverOffered(e) => W::ShiftHandOverOffered(e.write()),
        Event::ShiftHandOverSigned(id) => W::ShiftHandOverSigned(w::ShiftHandOverSigned { shift_id: write_id(id) }),
        Event::ShiftHandOverLapsed(id) => W::ShiftHandOverLapsed(w::ShiftHandOverLapsed { shift_id: write_id(id) }),
        Event::SupportRequested(whistle) => W::SupportRequested(w::SupportRequested { whistle: Some(whistle.write()) }),
        Event::SupportAnswered { whistle_id, answer } => {
            W::SupportAnswered(w::SupportAnswered { whistle_id: whistle_id.put(), answer: answer.put() })
        }
        Event::SupportClimbed(e) => W::SupportClimbed(e.write()),
        Event::SupportLapsed(id) => W::SupportLapsed(w::SupportLapsed { whistle_id: write_id(id) }),
        Event::SupportEnded(id) => W::SupportEnded(w::SupportEnded { whistle_id: write_id(id) }),
        Event::WartimeStarted(e) => W::WartimeStarted(e.write()),
        Event::WartimeEnded(id) => W::WartimeEnded(w::WartimeEnded { area_id: write_code(id) }),
        Event::PremiseNoteAdded(note) => W::PremiseNoteAdded(w::PremiseNoteAdded { note: note.put() }),
        Event::PremiseNoteEnded(id) => W::PremiseNoteEnded(w::PremiseNoteEnded { note_id: write_id(id) }),
    }
}
