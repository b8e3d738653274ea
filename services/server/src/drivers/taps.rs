//! What a crew wants to do, as calls of the unit service.

use super::clock::on_the_wire;
use super::link::{Bearer, Link, fresh_request_id};
use domain::ids::{LogId, UnitId};
use sim::crew::{Action, Intention};
use tonic::Status;
use wire::v1alpha1::unit_service_client::UnitServiceClient;
use wire::v1alpha1::{
    AcknowledgeRequest, AssignmentState, Availability, ClearRequest, ConfirmSafeRequest, DeclineRequest, MarkDeliveredRequest,
    MarkEnRouteRequest, MarkOnSceneRequest, MarkSeenRequest, RaiseEmergencyRequest, SetAvailabilityRequest, SignOffRequest, SignOnRequest,
};

/// One call of the unit service about an assignment or a unit: whichever field of the message names it.
macro_rules! tap {
    ($link:expr, $bearer:expr, $log:expr, $at:expr, $subject:ident: $id:expr, $Request:ident, $method:ident $(, $field:ident: $value:expr)*) => {{
        // Some of these messages have further fields, some have none.
        #[allow(clippy::needless_update)]
        let message = $Request {
            request_id: fresh_request_id(),
            log_id: $log.to_string(),
            occurred_at: Some(on_the_wire($at)),
            $subject: $id.to_string(),
            $($field: $value,)*
            ..$Request::default()
        };
        let call = $link.call($bearer, &message, |channel, request| async move { UnitServiceClient::new(channel).$method(request).await });
        call.await.map(|_| ())
    }};
}

/// Gives one step of a crew to the server. A fix and the feedback in words have no call here: fixes travel in batches, the
/// outcome went with the clearing.
///
/// # Errors
/// The status of the refusal.
pub async fn send(link: &Link, bearer: &Bearer, (log_id, unit_id): (&LogId, &UnitId), intention: &Intention) -> Result<(), Status> {
    let at = intention.at;
    match &intention.action {
        Action::MarkDelivered(id) => tap!(link, bearer, log_id, at, assignment_id: id, MarkDeliveredRequest, mark_delivered),
        Action::MarkSeen(id) => tap!(link, bearer, log_id, at, assignment_id: id, MarkSeenRequest, mark_seen),
        Action::Acknowledge(id) => tap!(link, bearer, log_id, at, assignment_id: id, AcknowledgeRequest, acknowledge),
        Action::Decline(id, reason) => {
            tap!(link, bearer, log_id, at, assignment_id: id, DeclineRequest, decline, reason: (*reason).to_owned())
        }
        Action::MarkEnRoute(id) => tap!(link, bearer, log_id, at, assignment_id: id, MarkEnRouteRequest, mark_en_route),
        Action::MarkOnScene(id) => tap!(link, bearer, log_id, at, assignment_id: id, MarkOnSceneRequest, mark_on_scene),
        Action::Clear { assignment_id, reason, disposition } => {
            tap!(link, bearer, log_id, at, assignment_id: assignment_id, ClearRequest, clear, reason: (*reason).to_owned(),
                disposition: (*disposition).to_owned(), feedback: String::new())
        }
        Action::ConfirmSafe(id) => tap!(link, bearer, log_id, at, assignment_id: id, ConfirmSafeRequest, confirm_safe),
        Action::RaiseEmergency(_) => tap!(link, bearer, log_id, at, unit_id: unit_id, RaiseEmergencyRequest, raise_emergency),
        Action::OutOfService(reason) => tap!(link, bearer, log_id, at, unit_id: unit_id, SetAvailabilityRequest, set_availability,
            availability: Availability::OutOfService as i32, reason: (*reason).to_owned()),
        Action::BackInService => tap!(link, bearer, log_id, at, unit_id: unit_id, SetAvailabilityRequest, set_availability,
            availability: Availability::Available as i32, reason: String::new()),
        Action::SignOff => tap!(link, bearer, log_id, at, unit_id: unit_id, SignOffRequest, sign_off),
        Action::SignOn => tap!(link, bearer, log_id, at, unit_id: unit_id, SignOnRequest, sign_on),
        Action::SubmitFeedback { .. } | Action::Fix(_) => Ok(()),
    }
}

/// Brings a unit on duty. One that is on duty already stays so.
///
/// # Errors
/// The status of the refusal.
pub async fn sign_on(link: &Link, bearer: &Bearer, log_id: &LogId, unit_id: &UnitId) -> Result<(), Status> {
    let message = SignOnRequest {
        request_id: fresh_request_id(),
        log_id: log_id.to_string(),
        occurred_at: None,
        unit_id: unit_id.to_string(),
        sworn: 0,
        auxiliary: 0,
    };
    let call = link.call(bearer, &message, |channel, request| async move { UnitServiceClient::new(channel).sign_on(request).await });
    match call.await {
        Ok(_) => Ok(()),
        Err(status) if status.code() == tonic::Code::FailedPrecondition => Ok(()),
        Err(status) => Err(status),
    }
}

/// Whether a step has been taken already when the order stood at `state`: a crew that takes over an order half-way begins there.
#[must_use]
pub fn is_behind(action: &Action, state: AssignmentState) -> bool {
    let reaches = match action {
        Action::MarkDelivered(_) => AssignmentState::Delivered,
        Action::MarkSeen(_) => AssignmentState::Seen,
        Action::Acknowledge(_) | Action::Decline(..) => AssignmentState::Acknowledged,
        Action::MarkEnRoute(_) => AssignmentState::EnRoute,
        Action::MarkOnScene(_) => AssignmentState::OnScene,
        Action::Clear { .. }
        | Action::SubmitFeedback { .. }
        | Action::ConfirmSafe(_)
        | Action::RaiseEmergency(_)
        | Action::OutOfService(_)
        | Action::BackInService
        | Action::SignOff
        | Action::SignOn
        | Action::Fix(_) => return false,
    };
    // The states of an active order are numbered in their order.
    state as i32 >= reaches as i32
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::AssignmentId;
    use uuid::Uuid;

    #[test]
    fn an_order_taken_over_half_way_begins_where_it_stands() {
        let id = AssignmentId(Uuid::from_u128(1));
        assert!(is_behind(&Action::Acknowledge(id), AssignmentState::Acknowledged));
        assert!(is_behind(&Action::MarkDelivered(id), AssignmentState::OnScene));
        assert!(!is_behind(&Action::MarkEnRoute(id), AssignmentState::Acknowledged));
        let clear = Action::Clear { assignment_id: id, reason: "done", disposition: "handled" };
        assert!(!is_behind(&clear, AssignmentState::OnScene));
    }
}
