//! `Decline`: the unit does not take its order, for a coded reason.

use crate::taps::tap;
use domain::command::{Command, Decline};
use runtime::edge::{Caller, Edge, Mutation, receipt};
use tonic::{Request, Status};
use wire::api::{digest, fields};
use wire::v1alpha1::{DeclineRequest, DeclineResponse};

pub(crate) async fn decline(edge: &Edge, request: Request<DeclineRequest>) -> Result<DeclineResponse, Status> {
    let caller = Caller::of(&request)?;
    let mut message = request.into_inner();
    let request_id = fields::request_id(&std::mem::take(&mut message.request_id))?;
    let log_id = fields::log_id(&message.log_id)?;
    let command = Command::Decline(Decline {
        tap: tap(&message.assignment_id, message.occurred_at.as_ref())?,
        reason: fields::reason(&message.reason)?,
    });
    let mutation = Mutation { request_id, digest: digest(&message), private: Vec::new() };
    let outcome = edge.execute(&log_id, caller, mutation, command).await?;
    Ok(DeclineResponse { receipt: Some(receipt(&outcome)) })
}
