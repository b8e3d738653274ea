//! What each kind of event says beyond the resources it names: codes, times and numbers, for a time line. Links into the vault
//! are left out.

use domain::assignment::Lent;
use domain::event::{Event, IncidentReported, Lapse, SupportAnswer, TransferOutcome};
use domain::incident::{Attendance, Call, Standing};
use domain::premise::PremiseNote;
use domain::support::{Whistle, WhistleState};
use serde_json::{Value, json};

/// The event's content as JSON, without personal data.
pub(super) fn details(event: &Event) -> Value {
    match event {
        Event::FeatureActivated { feature } => json!({ "feature": feature }),
        Event::PolicyActivated { hash } | Event::AgencyTreeActivated { hash } => json!({ "hash": hash.to_string() }),
        Event::UnitRegistered { profile } => json!({ "profile": profile }),
        Event::UnitSignedOn { sworn, auxiliary, .. } => json!({ "sworn": sworn, "auxiliary": auxiliary }),
        Event::UnitAvailabilityChanged { availability, .. } => json!({ "availability": availability }),
        Event::IncidentReported(e) => reported(e),
        Event::IncidentReclassified { verified_as, priority, owner, owner_reasons, clock, .. } => json!({
            "verified_as": verified_as,
            "priority": priority,
            "owner_team": owner,
            "owner_reasons": owner_reasons,
            "clock": clock,
        }),
        Event::IncidentOwnerSet(e) | Event::IncidentPrioritySet(e) => json!({ "standing": standing(&e.standing), "clock": e.clock }),
        Event::IncidentRestored(e) => json!({ "undone_seq": e.undone, "standing": standing(&e.standing), "clock": e.clock }),
        Event::IncidentWaiting { retry_at, .. } => json!({ "retry_at_ms": retry_at }),
        Event::IncidentReturnedToQueue { clock, .. } => json!({ "clock": clock }),
        Event::IncidentResolved { disposition, .. } => json!({ "disposition": disposition }),
        Event::IncidentCancelled { reason, .. } => json!({ "reason": reason }),
        Event::IncidentPassedDown(e) => json!({ "from_id": e.from, "sign_by_ms": e.sign_by }),
        Event::IncidentProposed(e) => json!({ "orders": e.orders, "send_at_ms": e.send_at }),
        Event::IncidentHeld(e) => json!({ "reason": e.reason, "until_ms": e.until }),
        Event::IncidentHoldEnded(e) => json!({ "lapsed": e.lapsed, "clock": e.clock }),
        Event::IncidentWidened(e) => json!({ "step": e.step, "next_at_ms": e.next_at }),
        Event::IncidentPlanChosen(e) => json!({ "plan": e.plan, "unfilled": e.unfilled }),
        Event::IncidentArrivalClockSet { arrive_by, .. } => json!({ "arrive_by_ms": arrive_by }),
        Event::IncidentSeeksPrimary { at, .. } => json!({ "at_ms": at }),
        Event::IncidentAttendanceChanged(e) => attendance(&e.attendance),
        Event::IncidentCallAdded(e) => call(&e.call),
        Event::IncidentMerged { into, .. } => json!({ "into_incident_id": into }),
        Event::IncidentUnmerged(e) => json!({ "from_incident_id": e.from, "clock": e.clock }),
        Event::IncidentTransferRequested(e) => json!({ "to": e.to.key(), "reason": e.reason, "answer_by_ms": e.answer_by }),
        Event::IncidentTransferEnded { outcome, .. } => match outcome {
            TransferOutcome::Accepted => json!({ "outcome": "accepted" }),
            TransferOutcome::Refused { reason } => json!({ "outcome": "refused", "reason": reason }),
            TransferOutcome::Lapsed => json!({ "outcome": "lapsed" }),
        },
        Event::IncidentReopened(e) => json!({ "reason": e.reason, "clock": e.clock }),
        Event::IncidentFlagged { flag, .. } => json!({ "flag": flag }),
        Event::AssignmentOffered(e) => json!({
            "role": e.role,
            "deliver_by_ms": e.deliver_by,
            "acknowledge_by_ms": e.acknowledge_by,
            "automatic": e.automatic,
            "ranking": e.ranking,
            "not_taken": e.not_taken,
            "lent": e.lent.as_ref().map(lent),
        }),
        Event::AssignmentQueued(e) => json!({ "role": e.role, "automatic": e.automatic, "ranking": e.ranking }),
        Event::AssignmentActivated(e) => json!({
            "deliver_by_ms": e.deliver_by, "acknowledge_by_ms": e.acknowledge_by, "lent": e.lent.as_ref().map(lent),
        }),
        Event::AssignmentDeclined { reason, .. } | Event::AssignmentRecalled { reason, .. } => json!({ "reason": reason }),
        Event::AssignmentExpired { lapse, .. } => json!({ "lapse": match lapse {
            Lapse::Deliver => "deliver",
            Lapse::Acknowledge => "acknowledge",
        } }),
        Event::AssignmentOnScene { check_by, .. } | Event::AssignmentSafetyChecked { check_by, .. } => json!({ "check_by_ms": check_by }),
        Event::AssignmentCleared { reason, disposition, feedback_by, .. } => {
            json!({ "reason": reason, "disposition": disposition, "feedback_by_ms": feedback_by })
        }
        Event::AssignmentRoleChanged(e) => json!({ "role": e.role, "because": e.because }),
        Event::AssignmentMoved(e) => json!({ "role": e.role }),
        Event::AssignmentFeedbackSubmitted(e) => json!({ "disposition": e.disposition }),
        Event::UnitQueueReordered { queue, .. } => json!({ "assignment_ids": queue }),
        Event::UnitEmergencyRaised(e) => json!({ "position": e.position }),
        Event::UnitEmergencyCleared { reason, .. } => json!({ "reason": reason }),
        Event::ShiftPlanned(plan) => json!({
            "shift_id": plan.shift_id,
            "station_id": plan.station,
            "starts_at_ms": plan.starts_at,
            "ends_at_ms": plan.ends_at,
            "unit_ids": plan.units,
        }),
        Event::ShiftEnded { shift_id, sign_by } => json!({ "shift_id": shift_id, "sign_by_ms": sign_by }),
        Event::ShiftHandOverOffered(e) => json!({
            "shift_id": e.shift_id,
            "open_incidents": e.open_incidents,
            "standing_alarms": e.standing_alarms,
            "open_whistles": e.open_whistles,
        }),
        Event::ShiftHandOverSigned(id) | Event::ShiftHandOverLapsed(id) => json!({ "shift_id": id }),
        Event::SupportRequested(whistle) => support(whistle),
        Event::SupportAnswered { whistle_id, answer } => match answer {
            SupportAnswer::Accepted => json!({ "whistle_id": whistle_id, "accepted": true }),
            SupportAnswer::Refused { reason } => json!({ "whistle_id": whistle_id, "accepted": false, "reason": reason }),
        },
        Event::SupportClimbed(e) => json!({ "whistle_id": e.whistle_id, "to_id": e.to, "answer_by_ms": e.answer_by }),
        Event::SupportLapsed(id) | Event::SupportEnded(id) => json!({ "whistle_id": id }),
        Event::WartimeStarted(e) => json!({ "area_id": e.area, "reason": e.reason, "until_ms": e.until }),
        Event::WartimeEnded(area) => json!({ "area_id": area }),
        Event::PremiseNoteAdded(note) => premise_note(note),
        Event::PremiseNoteEnded(id) => json!({ "premise_note_id": id }),
        Event::AlarmRaised { alarm_id, kind, station, .. } => json!({ "alarm_id": alarm_id, "kind": kind, "station_id": station }),
        Event::AlarmEnded { alarm_id, confirmed } => json!({ "alarm_id": alarm_id, "confirmed": confirmed }),
        Event::PrivateRead { purpose, .. } => json!({ "purpose": purpose }),
        Event::PrivateErased { private_ref } => json!({ "private_ref": private_ref }),
        Event::UnitSignedOff { .. }
        | Event::UnitContactLost(_)
        | Event::UnitContactRegained(_)
        | Event::IncidentDispatchLapsed { .. }
        | Event::IncidentDispatched { .. }
        | Event::IncidentOnScene { .. }
        | Event::IncidentClosed { .. }
        | Event::IncidentSigned(_)
        | Event::IncidentSignLapsed(_)
        | Event::IncidentProposalEnded(_)
        | Event::IncidentArrivalLapsed(_)
        | Event::AssignmentDelivered { .. }
        | Event::AssignmentSeen { .. }
        | Event::AssignmentAcknowledged { .. }
        | Event::AssignmentEnRoute { .. }
        | Event::AssignmentSafetyLapsed(_)
        | Event::AssignmentFeedbackLapsed(_) => json!({}),
    }
}

fn reported(e: &IncidentReported) -> Value {
    json!({
        "number": e.number,
        "local_day": e.local_day,
        "call_id": e.call.call_id,
        "source": e.call.source,
        "reported_as": e.reported_as,
        "priority": e.priority,
        "priority_by_operator": e.priority_by_operator,
        "place": e.place,
        "station_id": e.station,
        "owner_team": e.owner,
        "owner_reasons": e.owner_reasons,
        "flags": e.flags,
        "clock": e.clock,
        "answered_at_ms": e.answered_at,
        "arrive_by_ms": e.arrive_by,
        "repeats": e.repeats,
        "premise_note_ids": e.premise_notes,
        "split_from_incident_id": e.split_from,
    })
}

fn standing(standing: &Standing) -> Value {
    json!({
        "verified_as": standing.verified_as,
        "priority": standing.priority,
        "priority_by_operator": standing.priority_by_operator,
        "owner_team": standing.owner,
        "owner_reasons": standing.owner_reasons,
    })
}

fn attendance(attendance: &Attendance) -> Value {
    let (assignment_id, excuse) = match attendance {
        Attendance::Owed { .. } => (None, None),
        Attendance::Ordered { assignment_id, .. } | Attendance::Attended { assignment_id, .. } => (Some(assignment_id), None),
        Attendance::Excused { reason, .. } => (None, Some(reason)),
    };
    json!({ "attendance": attendance.name(), "beat_id": attendance.beat(), "by_assignment_id": assignment_id, "reason": excuse })
}

fn call(call: &Call) -> Value {
    json!({
        "call_id": call.call_id,
        "source": call.source,
        "received_at_ms": call.received_at,
        "moved_from_incident_id": call.moved_from,
    })
}

fn lent(lent: &Lent) -> Value {
    json!({ "station_id": lent.station, "month": lent.month })
}

fn support(whistle: &Whistle) -> Value {
    let answer_by = match &whistle.state {
        WhistleState::Asked { answer_by } => Some(answer_by),
        _ => None,
    };
    json!({
        "whistle_id": whistle.whistle_id,
        "from_id": whistle.from,
        "to_id": whistle.to,
        "team": whistle.team,
        "reason": whistle.reason,
        "answer_by_ms": answer_by,
    })
}

fn premise_note(note: &PremiseNote) -> Value {
    json!({
        "premise_note_id": note.note_id,
        "position": note.position,
        "kind": note.kind,
        "station_id": note.station,
        "expires_at_ms": note.expires_at,
    })
}
