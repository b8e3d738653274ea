//! `SignOn`, `SignOff` and `SetAvailability`: whether a unit is on duty and can be sent.

use domain::command::{Command, SetAvailability, SignOff, SignOn};
use runtime::edge::{Edge, receipt};
use tonic::{Request, Status};
use wire::api::fields;
use wire::v1alpha1::{SetAvailabilityRequest, SetAvailabilityResponse, SignOffRequest, SignOffResponse, SignOnRequest, SignOnResponse};

pub(crate) async fn sign_on(edge: &Edge, request: Request<SignOnRequest>) -> Result<SignOnResponse, Status> {
    let outcome = edge
        .mutate(request, |m| {
            Ok(Command::SignOn(SignOn {
                unit_id: fields::unit_id(&m.unit_id)?,
                crew: fields::crew(m.sworn, m.auxiliary)?,
                occurred_at: fields::time("occurred_at", m.occurred_at.as_ref())?,
            }))
        })
        .await?;
    Ok(SignOnResponse { receipt: Some(receipt(&outcome)) })
}

pub(crate) async fn sign_off(edge: &Edge, request: Request<SignOffRequest>) -> Result<SignOffResponse, Status> {
    let outcome = edge
        .mutate(request, |m| {
            Ok(Command::SignOff(SignOff {
                unit_id: fields::unit_id(&m.unit_id)?,
                occurred_at: fields::time("occurred_at", m.occurred_at.as_ref())?,
            }))
        })
        .await?;
    Ok(SignOffResponse { receipt: Some(receipt(&outcome)) })
}

pub(crate) async fn set_availability(edge: &Edge, request: Request<SetAvailabilityRequest>) -> Result<SetAvailabilityResponse, Status> {
    let outcome = edge
        .mutate(request, |m| {
            Ok(Command::SetAvailability(SetAvailability {
                unit_id: fields::unit_id(&m.unit_id)?,
                availability: fields::availability(m.availability, &m.reason)?,
                occurred_at: fields::time("occurred_at", m.occurred_at.as_ref())?,
            }))
        })
        .await?;
    Ok(SetAvailabilityResponse { receipt: Some(receipt(&outcome)) })
}
