//! `ReportIncident`: takes one call. `AddCall`: takes another about the same incident.

use crate::call::{ReportedCall, time_of_a_call, words_of_added};
use crate::route::route;
use domain::command::{AddCall, Command, ReportIncident};
use runtime::edge::{Caller, Edge, Mutation, receipt};
use tonic::{Request, Status};
use wire::api::{digest, fields};
use wire::v1alpha1::{AddCallRequest, AddCallResponse, ReportIncidentRequest, ReportIncidentResponse};

pub(crate) async fn report_incident(edge: &Edge, request: Request<ReportIncidentRequest>) -> Result<ReportIncidentResponse, Status> {
    let caller = Caller::of(&request)?;
    let mut message = request.into_inner();
    let request_id = fields::request_id(&std::mem::take(&mut message.request_id))?;
    let call = ReportedCall::check(&message)?;
    let route = route(edge, &call, &caller.principal.principal_id, request_id).await?;
    let (entry, link) = edge.seal(call.content)?;
    let command = Command::ReportIncident(ReportIncident {
        source: call.source,
        classification: call.classification,
        place: route.place,
        private: link,
        occurred_at: call.occurred_at,
        answered_at: call.answered_at,
        priority: call.priority,
        desk: call.desk,
    });
    let mutation = Mutation { request_id, digest: digest(&message), private: entry.into_iter().collect() };
    let outcome = edge.execute(&route.log_id, caller, mutation, command).await?;
    let (incident_id, number, call_id) =
        outcome.reply.reported.ok_or_else(|| Status::internal("the record names no incident for this call"))?;
    Ok(ReportIncidentResponse {
        receipt: Some(receipt(&outcome)),
        incident_id: incident_id.to_string(),
        number,
        call_id: call_id.to_string(),
    })
}

pub(crate) async fn add_call(edge: &Edge, request: Request<AddCallRequest>) -> Result<AddCallResponse, Status> {
    let outcome = edge
        .mutate_with_words(request, words_of_added, |m, private| {
            Ok(Command::AddCall(AddCall {
                incident_id: fields::incident_id(&m.incident_id)?,
                source: fields::call_source("source", m.source)?,
                private,
                occurred_at: time_of_a_call("occurred_at", m.occurred_at.as_ref())?,
            }))
        })
        .await?;
    let call_id = outcome.reply.call.ok_or_else(|| Status::internal("the record names no call"))?;
    Ok(AddCallResponse { receipt: Some(receipt(&outcome)), call_id: call_id.to_string() })
}
