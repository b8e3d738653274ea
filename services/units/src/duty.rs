//! `SignOn`, `SignOff` and `SetAvailability`: whether a unit is on duty and can be sent.

use domain::command::{Command, SetAvailability, SignOff, SignOn};
use runtime::edge::{Caller, Edge, Mutation, receipt};
use tonic::{Request, Status};
use wire::api::{digest, fields};
use wire::v1alpha1::{SetAvailabilityRequest, SetAvailabilityResponse, SignOffRequest, SignOffResponse, SignOnRequest, SignOnResponse};

pub(crate) async fn sign_on(edge: &Edge, request: Request<SignOnRequest>) -> Result<SignOnResponse, Status> {
    let caller = Caller::of(&request)?;
    let mut message = request.into_inner();
    let request_id = fields::request_id(&std::mem::take(&mut message.request_id))?;
    let log_id = fields::log_id(&message.log_id)?;
    let command = Command::SignOn(SignOn {
        unit_id: fields::unit_id(&message.unit_id)?,
        crew: fields::crew(message.sworn, message.auxiliary)?,
        occurred_at: fields::time("occurred_at", message.occurred_at.as_ref())?,
    });
    let mutation = Mutation { request_id, digest: digest(&message), private: Vec::new() };
    let outcome = edge.execute(&log_id, caller, mutation, command).await?;
    Ok(SignOnResponse { receipt: Some(receipt(&outcome)) })
}

pub(crate) async fn sign_off(edge: &Edge, request: Request<SignOffRequest>) -> Result<SignOffResponse, Status> {
    let caller = Caller::of(&request)?;
    let mut message = request.into_inner();
    let request_id = fields::request_id(&std::mem::take(&mut message.request_id))?;
    let log_id = fields::log_id(&message.log_id)?;
    let command = Command::SignOff(SignOff {
        unit_id: fields::unit_id(&message.unit_id)?,
        occurred_at: fields::time("occurred_at", message.occurred_at.as_ref())?,
    });
    let mutation = Mutation { request_id, digest: digest(&message), private: Vec::new() };
    let outcome = edge.execute(&log_id, caller, mutation, command).await?;
    Ok(SignOffResponse { receipt: Some(receipt(&outcome)) })
}

pub(crate) async fn set_availability(edge: &Edge, request: Request<SetAvailabilityRequest>) -> Result<SetAvailabilityResponse, Status> {
    let caller = Caller::of(&request)?;
    let mut message = request.into_inner();
    let request_id = fields::request_id(&std::mem::take(&mut message.request_id))?;
    let log_id = fields::log_id(&message.log_id)?;
    let command = Command::SetAvailability(SetAvailability {
        unit_id: fields::unit_id(&message.unit_id)?,
        availability: fields::availability(message.availability, &message.reason)?,
        occurred_at: fields::time("occurred_at", message.occurred_at.as_ref())?,
    });
    let mutation = Mutation { request_id, digest: digest(&message), private: Vec::new() };
    let outcome = edge.execute(&log_id, caller, mutation, command).await?;
    Ok(SetAvailabilityResponse { receipt: Some(receipt(&outcome)) })
}
