//! `Reclassify`: what an incident was verified to be.

use domain::command::{Command, Reclassify};
use runtime::edge::{Edge, receipt};
use tonic::{Request, Status};
use wire::api::fields;
use wire::v1alpha1::{ReclassifyRequest, ReclassifyResponse};

pub(crate) async fn reclassify(edge: &Edge, request: Request<ReclassifyRequest>) -> Result<ReclassifyResponse, Status> {
    let outcome = edge
        .mutate(request, |m| {
            Ok(Command::Reclassify(Reclassify {
                incident_id: fields::incident_id(&m.incident_id)?,
                verified_as: fields::classification("verified_as", m.verified_as.as_ref())?,
                expected_revision: m.expected_revision,
            }))
        })
        .await?;
    Ok(ReclassifyResponse { receipt: Some(receipt(&outcome)) })
}
