//! `GetPrivate`: a caller's name, phone and words. That it was read is in the record before anything is shown.

use crate::access::{unreadable, view};
use crate::incident::find;
use domain::command::{Command, ReadPrivate};
use domain::ids::{PrivateRef, ReasonKey};
use runtime::edge::{Caller, Edge, status};
use store::PrivateContent;
use tonic::{Request, Status};
use wire::api::fields;
use wire::v1alpha1::{GetPrivateRequest, GetPrivateResponse, PrivateFeedback};

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
    let mut response = match &found.incident.call.private {
        Some(link) => match read(edge, link.private_ref).await? {
            Some(content) => GetPrivateResponse {
                caller_name: content.caller_name,
                caller_phone: content.caller_phone,
                address: content.address,
                narrative: content.narrative,
                ..GetPrivateResponse::default()
            },
            None => GetPrivateResponse { erased: true, ..GetPrivateResponse::default() },
        },
        None => GetPrivateResponse::default(),
    };
    for assignment in &found.assignments {
        let Some(link) = &assignment.feedback else { continue };
        let feedback = read(edge, link.private_ref).await?.map(|content| content.feedback).unwrap_or_default();
        response.feedback.push(PrivateFeedback { assignment_id: assignment.assignment_id.to_string(), feedback });
    }
    Ok(response)
}

async fn read(edge: &Edge, private_ref: PrivateRef) -> Result<Option<PrivateContent>, Status> {
    edge.runtime.store().get_private(private_ref).await.map_err(|error| unreadable(&error))
}
