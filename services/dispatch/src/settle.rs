//! `ResolveIncident` and `CloseIncident`: an incident is dealt with, then closed.

use domain::command::{CloseIncident, Command, ResolveIncident};
use runtime::edge::{Caller, Edge, Mutation, receipt};
use tonic::{Request, Status};
use wire::api::{digest, fields};
use wire::v1alpha1::{CloseIncidentRequest, CloseIncidentResponse, ResolveIncidentRequest, ResolveIncidentResponse};

pub(crate) async fn resolve_incident(edge: &Edge, request: Request<ResolveIncidentRequest>) -> Result<ResolveIncidentResponse, Status> {
    let caller = Caller::of(&request)?;
    let mut message = request.into_inner();
    let request_id = fields::request_id(&std::mem::take(&mut message.request_id))?;
    let log_id = fields::log_id(&message.log_id)?;
    let command = Command::ResolveIncident(ResolveIncident {
        incident_id: fields::incident_id(&message.incident_id)?,
        disposition: fields::disposition(&message.disposition)?,
        expected_revision: message.expected_revision,
    });
    let mutation = Mutation { request_id, digest: digest(&message), private: Vec::new() };
    let outcome = edge.execute(&log_id, caller, mutation, command).await?;
    Ok(ResolveIncidentResponse { receipt: Some(receipt(&outcome)) })
}

pub(crate) async fn close_incident(edge: &Edge, request: Request<CloseIncidentRequest>) -> Result<CloseIncidentResponse, Status> {
    let caller = Caller::of(&request)?;
    let mut message = request.into_inner();
    let request_id = fields::request_id(&std::mem::take(&mut message.request_id))?;
    let log_id = fields::log_id(&message.log_id)?;
    let command = Command::CloseIncident(CloseIncident {
        incident_id: fields::incident_id(&message.incident_id)?,
        expected_revision: message.expected_revision,
    });
    let mutation = Mutation { request_id, digest: digest(&message), private: Vec::new() };
    let outcome = edge.execute(&log_id, caller, mutation, command).await?;
    Ok(CloseIncidentResponse { receipt: Some(receipt(&outcome)) })
}
