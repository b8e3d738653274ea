//! `GetPrivate`: the callers' names, phones and words. That it was read is in the record before anything is shown.

use crate::access::{unreadable, view};
use crate::incident::find;
use domain::command::{Command, ReadPrivate};
use domain::ids::{PrivateRef, ReasonKey};
use domain::incident::Call;
use runtime::edge::{Caller, Edge, status};
use store::PrivateContent;
use tonic::{Request, Status};
use wire::api::fields;
use wire::v1alpha1::{GetPrivateRequest, GetPrivateResponse, PrivateCall, PrivateFeedback};

pub(crate) async fn get_private(edge: &Edge, request: Request<GetPrivateRequest>) -> Result<GetPrivateResponse, Status> {
    let caller = Caller::of(&request)?;
    let message = request.into_inner();
    let log_id = fields::log_id(&message.log_id)?;
    let incident_id = fields::incident_id(&message.incident_id)?;
    let purpose = fields::code("purpose", &message.purpose, ReasonKey::new)?;
    let audited = runtime::Request {
        principal: caller.principal,
        command: Command::ReadPrivate(ReadPrivate { incident_id, purpose }),
        // Every look is an event of its own, so a repeated call is not answered from the record.
        request: None,
        private: Vec::new(),
        trace_parent: caller.trace_parent,
    };
    edge.runtime.execute(&log_id, audited).await.map_err(|error| status(&error))?;
    metrics::counter!("oneroom_private_reads_total").increment(1);
    let found = find(edge, &log_id, &*view(edge, &log_id)?, incident_id).await?;
    let mut response = GetPrivateResponse::default();
    for call in &found.incident.calls {
        response.calls.push(private_call(edge, call).await?);
    }
    if let Some(first) = response.calls.first().cloned() {
        response.erased = first.erased;
        (response.caller_name, response.caller_phone) = (first.caller_name, first.caller_phone);
        (response.address, response.narrative) = (first.address, first.narrative);
    }
    for assignment in &found.assignments {
        let Some(link) = &assignment.feedback else { continue };
        let feedback = read(edge, link.private_ref).await?.map(|content| content.feedback).unwrap_or_default();
        response.feedback.push(PrivateFeedback { assignment_id: assignment.assignment_id.to_string(), feedback });
    }
    Ok(response)
}

/// What one caller said; empty when nothing personal was given.
async fn private_call(edge: &Edge, call: &Call) -> Result<PrivateCall, Status> {
    let mut shown = PrivateCall { call_id: call.call_id.to_string(), ..PrivateCall::default() };
    let Some(link) = &call.private else { return Ok(shown) };
    match read(edge, link.private_ref).await? {
        Some(content) => {
            (shown.caller_name, shown.caller_phone) = (content.caller_name, content.caller_phone);
            (shown.address, shown.narrative) = (content.address, content.narrative);
        }
        None => shown.erased = true,
    }
    Ok(shown)
}

/// The vault's content; none when it was erased.
pub(crate) async fn read(edge: &Edge, private_ref: PrivateRef) -> Result<Option<PrivateContent>, Status> {
    edge.runtime.store().get_private(private_ref).await.map_err(|error| unreadable(&error))
}
