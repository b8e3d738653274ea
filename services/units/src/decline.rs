//! `Decline`: the unit does not take its order, for a coded reason.

use crate::taps::tap;
use domain::command::{Command, Decline};
use runtime::edge::{Edge, receipt};
use tonic::{Request, Status};
use wire::api::fields;
use wire::v1alpha1::{DeclineRequest, DeclineResponse};

pub(crate) async fn decline(edge: &Edge, request: Request<DeclineRequest>) -> Result<DeclineResponse, Status> {
    let outcome = edge
        .mutate(request, |m| {
            Ok(Command::Decline(Decline { tap: tap(&m.assignment_id, m.occurred_at.as_ref())?, reason: fields::reason(&m.reason)? }))
        })
        .await?;
    Ok(DeclineResponse { receipt: Some(receipt(&outcome)) })
}
