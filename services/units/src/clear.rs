//! `Clear`: the unit is done. What it reports in words goes into the vault.

use crate::taps::tap;
use domain::command::{Clear, Command};
use domain::ids::ReasonKey;
use runtime::edge::{Caller, Edge, Mutation, receipt};
use runtime::vault;
use store::PrivateContent;
use tonic::{Request, Status};
use wire::api::fields::FEEDBACK_MAX_CHARS;
use wire::api::{digest, fields};
use wire::v1alpha1::{ClearRequest, ClearResponse};

pub(crate) async fn clear(edge: &Edge, request: Request<ClearRequest>) -> Result<ClearResponse, Status> {
    let caller = Caller::of(&request)?;
    let mut message = request.into_inner();
    let request_id = fields::request_id(&std::mem::take(&mut message.request_id))?;
    let log_id = fields::log_id(&message.log_id)?;
    let feedback = fields::text("feedback", &message.feedback, FEEDBACK_MAX_CHARS)?.to_owned();
    let tap = tap(&message.assignment_id, message.occurred_at.as_ref())?;
    let reason = fields::reason(&message.reason)?;
    let disposition = fields::optional_code("disposition", &message.disposition, ReasonKey::new)?;
    let content = PrivateContent { feedback, ..PrivateContent::default() };
    let sealed = vault::seal(content, edge.runtime.clock().now());
    let (entry, link) = sealed.map_err(|_| Status::internal("the unit's words can not be kept"))?.unzip();
    let command = Command::Clear(Clear { tap, reason, disposition, feedback: link });
    let mutation = Mutation { request_id, digest: digest(&message), private: entry.into_iter().collect() };
    let outcome = edge.execute(&log_id, caller, mutation, command).await?;
    Ok(ClearResponse { receipt: Some(receipt(&outcome)) })
}
