//! Incidents of the core as the API shows them, with all that is known of them beside their state.

use super::enums::{
    assignment_role_to_api, call_source_to_api, incident_flag_to_api, lending_step_to_api, repeat_by_to_api, team_to_api,
    transfer_target_to_api,
};
use super::resources::{Lookup, PrivateText, classification_to_api, place_to_api, ranked_unit_to_api, reason_to_api};
use super::time_to_api;
use crate::v1alpha1 as api;
use domain::ids::LogId;
use domain::incident::{
    Attendance, Call, ChosenPlan, Hold, Incident, IncidentState, LastChange, Lending, Passing, Proposal, Repeat, Standing, Transfer,
    Undoable,
};

/// An incident. `private` is what this viewer may see of the vault's content; none leaves it empty.
#[must_use]
pub fn incident_to_api(incident: &Incident, log_id: &LogId, lookup: &impl Lookup, private: Option<PrivateText<'_>>) -> api::Incident {
    let clock = match &incident.state {
        IncidentState::Classified { clock, .. } => *clock,
        _ => None,
    };
    let (disposition, cancel_reason, merged_into, transferred_to) = ends(&incident.state);
    let arrival = incident.arrival.map(|clock| api::ArrivalClock { arrive_by: Some(time_to_api(clock.arrive_by)), lapsed: clock.alarmed });
    api::Incident {
        incident_id: incident.incident_id.to_string(),
        log_id: log_id.to_string(),
        number: incident.number,
        local_day: incident.local_day.0,
        revision: incident.revision.0,
        state: state(incident).into(),
        reported_as: Some(classification_to_api(&incident.reported_as)),
        verified_as: incident.verified_as.as_ref().map(classification_to_api),
        priority: incident.priority.level().into(),
        place: Some(place_to_api(&incident.place)),
        station_id: incident.station.to_string(),
        owner_team: team_to_api(incident.owner).into(),
        owner_reasons: incident.owner_reasons.iter().map(reason_to_api).collect(),
        flags: incident.flags.iter().map(|flag| incident_flag_to_api(*flag).into()).collect(),
        reported_at: Some(time_to_api(incident.reported_at)),
        dispatch_by: clock.map(|clock| time_to_api(clock.dispatch_by)),
        dispatch_amber_at: clock.map(|clock| time_to_api(clock.amber_at)),
        disposition,
        address: private.map(|text| text.address.to_owned()).unwrap_or_default(),
        narrative: private.map(|text| text.narrative.to_owned()).unwrap_or_default(),
        updated_at: Some(time_to_api(incident.updated_at)),
        refused_orders: incident.refused_orders,
        calls: incident.calls.iter().map(call).collect(),
        answered_at: incident.answered_at.map(time_to_api),
        priority_by_operator: incident.priority_by_operator,
        passing: incident.passing.as_ref().map(passing),
        hold: incident.hold.as_ref().map(hold),
        proposal: incident.proposal.as_ref().map(|waiting| proposal(waiting, lookup)),
        plan: incident.plan.as_ref().map(plan),
        lending: Some(lending(incident.lending)),
        attendance: incident.attendance.as_ref().map(attendance),
        transfer: incident.transfer.as_ref().map(transfer),
        arrival,
        seek_primary_at: incident.seek_primary_at.map(time_to_api),
        repeats: incident.repeats.iter().map(repeat).collect(),
        premise_note_ids: incident.premise_notes.iter().map(ToString::to_string).collect(),
        split_from_incident_id: incident.split_from.map(|id| id.to_string()).unwrap_or_default(),
        merged_into_incident_id: merged_into,
        transferred_to: transferred_to.into(),
        cancel_reason,
        reopened: incident.reopened,
        last_change: incident.last_change.as_ref().map(last_change),
    }
}

/// The state as it is spoken of: passed down and signed are told apart from classified while nobody is assigned.
fn state(incident: &Incident) -> api::IncidentState {
    match &incident.state {
        IncidentState::Classified { .. } => match incident.state_name() {
            "passed_down" => api::IncidentState::PassedDown,
            "signed" => api::IncidentState::Signed,
            _ => api::IncidentState::Classified,
        },
        IncidentState::Dispatched => api::IncidentState::Dispatched,
        IncidentState::OnScene => api::IncidentState::OnScene,
        IncidentState::Resolved { .. } => api::IncidentState::Resolved,
        IncidentState::Closed { .. } => api::IncidentState::Closed,
        IncidentState::Cancelled { .. } => api::IncidentState::Cancelled,
        IncidentState::Merged { .. } => api::IncidentState::Merged,
        IncidentState::Transferred { .. } => api::IncidentState::Transferred,
    }
}

/// What a state says beside its name: disposition, cancel reason, merged into, transferred to.
fn ends(state: &IncidentState) -> (String, String, String, api::TransferTarget) {
    let mut ends = (String::new(), String::new(), String::new(), api::TransferTarget::Unspecified);
    match state {
        IncidentState::Resolved { disposition } | IncidentState::Closed { disposition } => ends.0 = disposition.to_string(),
        IncidentState::Cancelled { reason } => ends.1 = reason.to_string(),
        IncidentState::Merged { into } => ends.2 = into.to_string(),
        IncidentState::Transferred { to } => ends.3 = transfer_target_to_api(*to),
        IncidentState::Classified { .. } | IncidentState::Dispatched | IncidentState::OnScene => {}
    }
    ends
}

fn call(call: &Call) -> api::Call {
    api::Call {
        call_id: call.call_id.to_string(),
        source: call_source_to_api(call.source).into(),
        received_at: Some(time_to_api(call.received_at)),
        moved_from_incident_id: call.moved_from.map(|id| id.to_string()).unwrap_or_default(),
    }
}

fn passing(passing: &Passing) -> api::Passing {
    let signed = passing.signed.as_ref();
    api::Passing {
        from_id: passing.from.to_string(),
        sign_by: Some(time_to_api(passing.sign_by)),
        signed_by: signed.map(|signed| signed.by.to_string()).unwrap_or_default(),
        signed_at: signed.map(|signed| time_to_api(signed.at)),
        lapsed: passing.lapsed,
    }
}

fn hold(hold: &Hold) -> api::Hold {
    api::Hold { held_by: hold.by.to_string(), reason: hold.reason.to_string(), until: Some(time_to_api(hold.until)) }
}

fn proposal(proposal: &Proposal, lookup: &impl Lookup) -> api::Proposal {
    let order = |order: &domain::incident::ProposedOrder| api::ProposedOrder {
        role: assignment_role_to_api(order.role).into(),
        ranking: Some(ranked_unit_to_api(&order.ranking, lookup)),
    };
    api::Proposal { orders: proposal.orders.iter().map(order).collect(), send_at: Some(time_to_api(proposal.send_at)) }
}

fn plan(chosen: &ChosenPlan) -> api::ChosenPlan {
    let unfilled = chosen.unfilled.iter().map(|role| assignment_role_to_api(*role).into());
    api::ChosenPlan { plan: chosen.plan.to_string(), unfilled: unfilled.collect() }
}

fn lending(lending: Lending) -> api::Lending {
    api::Lending { step: lending_step_to_api(lending.step).into(), next_at: lending.next_at.map(time_to_api) }
}

fn attendance(attendance: &Attendance) -> api::Attendance {
    let (state, assignment_id, excuse) = match attendance {
        Attendance::Owed { .. } => (api::AttendanceState::Owed, None, None),
        Attendance::Ordered { assignment_id, .. } => (api::AttendanceState::Ordered, Some(assignment_id), None),
        Attendance::Attended { assignment_id, .. } => (api::AttendanceState::Attended, Some(assignment_id), None),
        Attendance::Excused { reason, .. } => (api::AttendanceState::Excused, None, Some(reason)),
    };
    api::Attendance {
        state: state.into(),
        beat_id: attendance.beat().to_string(),
        assignment_id: assignment_id.map(ToString::to_string).unwrap_or_default(),
        excuse: excuse.map(ToString::to_string).unwrap_or_default(),
    }
}

fn transfer(transfer: &Transfer) -> api::Transfer {
    api::Transfer {
        to: transfer_target_to_api(transfer.to).into(),
        reason: transfer.reason.to_string(),
        requested_at: Some(time_to_api(transfer.requested_at)),
        answer_by: transfer.answer_by.map(time_to_api),
    }
}

fn repeat(repeat: &Repeat) -> api::Repeat {
    api::Repeat {
        incident_id: repeat.incident_id.to_string(),
        number: repeat.number,
        local_day: repeat.local_day.0,
        classification: Some(classification_to_api(&repeat.classification)),
        disposition: repeat.disposition.as_ref().map(ToString::to_string).unwrap_or_default(),
        by: repeat_by_to_api(repeat.by).into(),
        distance_m: repeat.distance_m,
    }
}

fn last_change(change: &LastChange) -> api::LastChange {
    let (kind, restores, assignments) = match &change.undoable {
        Undoable::Standing(before) => (api::ChangeKind::Standing, Some(standing(before)), [].as_slice()),
        Undoable::Ordered(assignments) => (api::ChangeKind::Ordered, None, assignments.as_slice()),
        Undoable::Held => (api::ChangeKind::Held, None, [].as_slice()),
        Undoable::Closed => (api::ChangeKind::Closed, None, [].as_slice()),
        Undoable::Cancelled => (api::ChangeKind::Cancelled, None, [].as_slice()),
        Undoable::Merged => (api::ChangeKind::Merged, None, [].as_slice()),
    };
    api::LastChange {
        seq: change.seq.0,
        changed_at: Some(time_to_api(change.at)),
        kind: kind.into(),
        restores,
        assignment_ids: assignments.iter().map(ToString::to_string).collect(),
    }
}

fn standing(standing: &Standing) -> api::Standing {
    api::Standing {
        verified_as: standing.verified_as.as_ref().map(classification_to_api),
        priority: standing.priority.level().into(),
        owner_team: team_to_api(standing.owner).into(),
    }
}
