//! `PassDown` and `SignIncident`: a desk above passes an incident down, the station's room signs it (签收).

use domain::command::{Command, PassDown, SignIncident};
use runtime::edge::{Edge, receipt};
use tonic::{Request, Status};
use wire::api::fields;
use wire::v1alpha1::{PassDownRequest, PassDownResponse, SignIncidentRequest, SignIncidentResponse};

pub(crate) async fn pass_down(edge: &Edge, request: Request<PassDownRequest>) -> Result<PassDownResponse, Status> {
    let outcome = edge
        .mutate(request, |m| {
            Ok(Command::PassDown(PassDown {
                incident_id: fields::incident_id(&m.incident_id)?,
                from: fields::from_id(&m.from_id)?,
                expected_revision: m.expected_revision,
            }))
        })
        .await?;
    Ok(PassDownResponse { receipt: Some(receipt(&outcome)) })
}

pub(crate) async fn sign_incident(edge: &Edge, request: Request<SignIncidentRequest>) -> Result<SignIncidentResponse, Status> {
    let outcome =
        edge.mutate(request, |m| Ok(Command::SignIncident(SignIncident { incident_id: fields::incident_id(&m.incident_id)? }))).await?;
    Ok(SignIncidentResponse { receipt: Some(receipt(&outcome)) })
}
