//! Events of the record as a time line shows them.

use super::time_to_api;
use crate::v1alpha1 as api;
use domain::event::{Event, Recorded};
use domain::ids::{AssignmentId, IncidentId, UnitId};
use serde_json::{Value, json};
use std::fmt::Write;

/// What an event names itself: an assignment's later events do not name their incident.
#[must_use]
pub fn subjects_of(event: &Event) -> (Option<IncidentId>, Option<AssignmentId>, Option<&UnitId>) {
    match event {
        Event::FeatureActivated { .. }
        | Event::PolicyActivated { .. }
        | Event::AgencyTreeActivated { .. }
        | Event::AlarmEnded { .. }
        | Event::PrivateErased { .. } => (None, None, None),
        Event::UnitRegistered { profile } => (None, None, Some(&profile.unit_id)),
        Event::UnitSignedOn { unit_id, .. } | Event::UnitSignedOff { unit_id } | Event::UnitAvailabilityChanged { unit_id, .. } => {
            (None, None, Some(unit_id))
        }
        Event::IncidentReported(reported) => (Some(reported.incident_id), None, None),
        Event::IncidentReclassified { incident_id, .. }
        | Event::IncidentWaiting { incident_id, .. }
        | Event::IncidentDispatchLapsed { incident_id }
        | Event::IncidentDispatched { incident_id }
        | Event::IncidentOnScene { incident_id }
        | Event::IncidentReturnedToQueue { incident_id, .. }
        | Event::IncidentResolved { incident_id, .. }
        | Event::IncidentClosed { incident_id }
        | Event::PrivateRead { incident_id, .. } => (Some(*incident_id), None, None),
        Event::AssignmentOffered(offered) => (Some(offered.incident_id), Some(offered.assignment_id), Some(&offered.unit_id)),
        Event::AssignmentDelivered { assignment_id }
        | Event::AssignmentSeen { assignment_id }
        | Event::AssignmentAcknowledged { assignment_id }
        | Event::AssignmentDeclined { assignment_id, .. }
        | Event::AssignmentExpired { assignment_id, .. }
        | Event::AssignmentEnRoute { assignment_id }
        | Event::AssignmentOnScene { assignment_id }
        | Event::AssignmentCleared { assignment_id, .. } => (None, Some(*assignment_id), None),
        Event::AlarmRaised { incident_id, unit_id, .. } => (Some(*incident_id), None, unit_id.as_ref()),
    }
}

/// One event of a time line. `incident_id` is the incident it was recorded with, where the event does not name it itself;
/// `hash` is the chain's hash after it.
#[must_use]
pub fn event_to_api(recorded: &Recorded, incident_id: Option<IncidentId>, hash: &[u8; 32]) -> api::Event {
    let (own_incident, assignment_id, unit_id) = subjects_of(&recorded.event);
    let meta = &recorded.meta;
    api::Event {
        seq: meta.seq.0,
        kind: recorded.event.name().to_owned(),
        principal_id: meta.actor.to_string(),
        recorded_at: Some(time_to_api(meta.recorded_at)),
        occurred_at: meta.occurred_at.map(time_to_api),
        incident_id: own_incident.or(incident_id).map(|id| id.to_string()).unwrap_or_default(),
        assignment_id: assignment_id.map(|id| id.to_string()).unwrap_or_default(),
        unit_id: unit_id.map(ToString::to_string).unwrap_or_default(),
        hash: lower_hex(hash),
        detail_json: detail(&recorded.event).to_string(),
    }
}

fn lower_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What the event says beyond its subjects. Links into the vault are left out.
fn detail(event: &Event) -> Value {
    match event {
        Event::FeatureActivated { feature } => json!({ "feature": feature }),
        Event::PolicyActivated { hash } | Event::AgencyTreeActivated { hash } => json!({ "hash": hash.to_string() }),
        Event::UnitRegistered { profile } => json!({ "profile": profile }),
        Event::UnitSignedOn { sworn, auxiliary, .. } => json!({ "sworn": sworn, "auxiliary": auxiliary }),
        Event::UnitAvailabilityChanged { availability, .. } => json!({ "availability": availability }),
        Event::IncidentReported(reported) => json!({
            "number": reported.number,
            "local_day": reported.local_day,
            "call_id": reported.call.call_id,
            "source": reported.call.source,
            "reported_as": reported.reported_as,
            "priority": reported.priority,
            "place": reported.place,
            "station_id": reported.station,
            "owner_team": reported.owner,
            "owner_reasons": reported.owner_reasons,
            "flags": reported.flags,
            "clock": reported.clock,
        }),
        Event::IncidentReclassified { verified_as, priority, owner, owner_reasons, clock, .. } => json!({
            "verified_as": verified_as,
            "priority": priority,
            "owner_team": owner,
            "owner_reasons": owner_reasons,
            "clock": clock,
        }),
        Event::IncidentWaiting { retry_at, .. } => json!({ "retry_at_ms": retry_at }),
        Event::IncidentReturnedToQueue { clock, .. } => json!({ "clock": clock }),
        Event::IncidentResolved { disposition, .. } => json!({ "disposition": disposition }),
        Event::AssignmentOffered(offered) => json!({
            "role": offered.role,
            "deliver_by_ms": offered.deliver_by,
            "acknowledge_by_ms": offered.acknowledge_by,
            "automatic": offered.automatic,
            "ranking": offered.ranking,
            "not_taken": offered.not_taken,
        }),
        Event::AssignmentDeclined { reason, .. } => json!({ "reason": reason }),
        Event::AssignmentExpired { lapse, .. } => json!({ "lapse": match lapse {
            domain::event::Lapse::Deliver => "deliver",
            domain::event::Lapse::Acknowledge => "acknowledge",
        } }),
        Event::AssignmentCleared { reason, disposition, .. } => json!({ "reason": reason, "disposition": disposition }),
        Event::AlarmRaised { alarm_id, kind, .. } => json!({ "alarm_id": alarm_id, "kind": kind }),
        Event::AlarmEnded { alarm_id, confirmed } => json!({ "alarm_id": alarm_id, "confirmed": confirmed }),
        Event::PrivateErased { private_ref } => json!({ "private_ref": private_ref }),
        Event::UnitSignedOff { .. }
        | Event::IncidentDispatchLapsed { .. }
        | Event::IncidentDispatched { .. }
        | Event::IncidentOnScene { .. }
        | Event::IncidentClosed { .. }
        | Event::AssignmentDelivered { .. }
        | Event::AssignmentSeen { .. }
        | Event::AssignmentAcknowledged { .. }
        | Event::AssignmentEnRoute { .. }
        | Event::AssignmentOnScene { .. } => json!({}),
        Event::PrivateRead { purpose, .. } => json!({ "purpose": purpose }),
    }
}
