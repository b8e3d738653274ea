//! `ConfirmSafe` and `RaiseEmergency`: how the unit itself is.

use crate::taps::tap;
use domain::command::{Command, ConfirmSafe, RaiseEmergency};
use runtime::edge::{Edge, receipt};
use tonic::{Request, Status};
use wire::api::fields;
use wire::v1alpha1::{ConfirmSafeRequest, ConfirmSafeResponse, RaiseEmergencyRequest, RaiseEmergencyResponse};

pub(crate) async fn confirm_safe(edge: &Edge, request: Request<ConfirmSafeRequest>) -> Result<ConfirmSafeResponse, Status> {
    let command = |m: &ConfirmSafeRequest| Ok(Command::ConfirmSafe(ConfirmSafe { tap: tap(&m.assignment_id, m.occurred_at.as_ref())? }));
    let outcome = edge.mutate(request, command).await?;
    Ok(ConfirmSafeResponse { receipt: Some(receipt(&outcome)) })
}

pub(crate) async fn raise_emergency(edge: &Edge, request: Request<RaiseEmergencyRequest>) -> Result<RaiseEmergencyResponse, Status> {
    let outcome = edge
        .mutate(request, |m| {
            let unit_id = fields::unit_id(&m.unit_id)?;
            let place = edge.place_of_unit(&fields::log_id(&m.log_id)?, &unit_id, m.position.as_ref(), m.datum)?;
            let occurred_at = fields::time("occurred_at", m.occurred_at.as_ref())?;
            Ok(Command::RaiseEmergency(RaiseEmergency { unit_id, place, occurred_at }))
        })
        .await?;
    let (incident_id, number, _) =
        outcome.reply.reported.ok_or_else(|| Status::internal("the record names no incident for this emergency"))?;
    Ok(RaiseEmergencyResponse { receipt: Some(receipt(&outcome)), incident_id: incident_id.to_string(), number })
}
