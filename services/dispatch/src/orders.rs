//! `RecallUnit` and `ReorderQueue`: the room takes orders back and puts those that wait into an order.

use domain::command::{Command, RecallUnit, ReorderQueue};
use runtime::edge::{Edge, receipt};
use tonic::{Request, Status};
use wire::api::fields;
use wire::v1alpha1::{RecallUnitRequest, RecallUnitResponse, ReorderQueueRequest, ReorderQueueResponse};

pub(crate) async fn recall_unit(edge: &Edge, request: Request<RecallUnitRequest>) -> Result<RecallUnitResponse, Status> {
    let outcome = edge
        .mutate(request, |m| {
            Ok(Command::RecallUnit(RecallUnit {
                assignment_id: fields::assignment_id(&m.assignment_id)?,
                reason: fields::reason(&m.reason)?,
            }))
        })
        .await?;
    Ok(RecallUnitResponse { receipt: Some(receipt(&outcome)) })
}

pub(crate) async fn reorder_queue(edge: &Edge, request: Request<ReorderQueueRequest>) -> Result<ReorderQueueResponse, Status> {
    let outcome = edge
        .mutate(request, |m| {
            Ok(Command::ReorderQueue(ReorderQueue {
                unit_id: fields::unit_id(&m.unit_id)?,
                queue: fields::assignment_ids(&m.assignment_ids)?,
            }))
        })
        .await?;
    Ok(ReorderQueueResponse { receipt: Some(receipt(&outcome)) })
}
