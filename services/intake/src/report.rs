//! `ReportIncident`: takes one call.

use crate::call::ReportedCall;
use crate::route::route;
use domain::command::{Command, ReportIncident};
use runtime::edge::{Caller, Edge, Mutation, receipt};
use runtime::vault;
use tonic::{Request, Status};
use wire::api::{digest, fields};
use wire::v1alpha1::{ReportIncidentRequest, ReportIncidentResponse};

pub(crate) async fn report_incident(edge: &Edge, request: Request<ReportIncidentRequest>) -> Result<ReportIncidentResponse, Status> {
    let caller = Caller::of(&request)?;
    let mut message = request.into_inner();
    let request_id = fields::request_id(&std::mem::take(&mut message.request_id))?;
    let call = ReportedCall::check(&message)?;
    let route = route(edge, &call, &caller.principal.principal_id, request_id).await?;
    let sealed = vault::seal(call.content, edge.runtime.clock().now());
    let (entry, link) = sealed.map_err(|_| Status::internal("the caller's words can not be kept"))?.unzip();
    let command = Command::ReportIncident(ReportIncident {
        source: call.source,
        classification: call.classification,
        place: route.place,
        private: link,
        occurred_at: call.occurred_at,
        priority: call.priority,
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
