//! `ConfirmAlarm` and `ClearEmergency`: somebody in the room has seen it; a unit's emergency is over.

use domain::command::{ClearEmergency, Command, ConfirmAlarm};
use runtime::edge::{Edge, receipt};
use tonic::{Request, Status};
use wire::api::fields;
use wire::v1alpha1::{ClearEmergencyRequest, ClearEmergencyResponse, ConfirmAlarmRequest, ConfirmAlarmResponse};

pub(crate) async fn confirm_alarm(edge: &Edge, request: Request<ConfirmAlarmRequest>) -> Result<ConfirmAlarmResponse, Status> {
    let outcome = edge.mutate(request, |m| Ok(Command::ConfirmAlarm(ConfirmAlarm { alarm_id: fields::alarm_id(&m.alarm_id)? }))).await?;
    Ok(ConfirmAlarmResponse { receipt: Some(receipt(&outcome)) })
}

pub(crate) async fn clear_emergency(edge: &Edge, request: Request<ClearEmergencyRequest>) -> Result<ClearEmergencyResponse, Status> {
    let outcome = edge
        .mutate(request, |m| {
            Ok(Command::ClearEmergency(ClearEmergency { unit_id: fields::unit_id(&m.unit_id)?, reason: fields::reason(&m.reason)? }))
        })
        .await?;
    Ok(ClearEmergencyResponse { receipt: Some(receipt(&outcome)) })
}
