//! `Reclassify`: what an incident was verified to be.

use domain::command::{Command, Reclassify};
use runtime::edge::{Caller, Edge, Mutation, receipt};
use tonic::{Request, Status};
use wire::api::{digest, fields};
use wire::v1alpha1::{ReclassifyRequest, ReclassifyResponse};

pub(crate) async fn reclassify(edge: &Edge, request: Request<ReclassifyRequest>) -> Result<ReclassifyResponse, Status> {
    let caller = Caller::of(&request)?;
    let mut message = request.into_inner();
    let request_id = fields::request_id(&std::mem::take(&mut message.request_id))?;
    let log_id = fields::log_id(&message.log_id)?;
    let command = Command::Reclassify(Reclassify {
        incident_id: fields::incident_id(&message.incident_id)?,
        verified_as: fields::classification("verified_as", message.verified_as.as_ref())?,
        expected_revision: message.expected_revision,
    });
    let mutation = Mutation { request_id, digest: digest(&message), private: Vec::new() };
    let outcome = edge.execute(&log_id, caller, mutation, command).await?;
    Ok(ReclassifyResponse { receipt: Some(receipt(&outcome)) })
}
