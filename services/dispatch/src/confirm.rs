//! `ConfirmAlarm`: somebody in the room has seen it.

use domain::command::{Command, ConfirmAlarm};
use runtime::edge::{Caller, Edge, Mutation, receipt};
use tonic::{Request, Status};
use wire::api::{digest, fields};
use wire::v1alpha1::{ConfirmAlarmRequest, ConfirmAlarmResponse};

pub(crate) async fn confirm_alarm(edge: &Edge, request: Request<ConfirmAlarmRequest>) -> Result<ConfirmAlarmResponse, Status> {
    let caller = Caller::of(&request)?;
    let mut message = request.into_inner();
    let request_id = fields::request_id(&std::mem::take(&mut message.request_id))?;
    let log_id = fields::log_id(&message.log_id)?;
    let command = Command::ConfirmAlarm(ConfirmAlarm { alarm_id: fields::alarm_id(&message.alarm_id)? });
    let mutation = Mutation { request_id, digest: digest(&message), private: Vec::new() };
    let outcome = edge.execute(&log_id, caller, mutation, command).await?;
    Ok(ConfirmAlarmResponse { receipt: Some(receipt(&outcome)) })
}
