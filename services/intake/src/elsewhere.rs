//! `CancelIncident`, `TransferIncident` and `AnswerTransfer`: an incident that is not, or not for the police here.

use domain::command::{AnswerTransfer, CancelIncident, Command, TransferIncident};
use runtime::edge::{Edge, receipt};
use tonic::{Request, Status};
use wire::api::fields;
use wire::v1alpha1::{
    AnswerTransferRequest, AnswerTransferResponse, CancelIncidentRequest, CancelIncidentResponse, TransferIncidentRequest,
    TransferIncidentResponse,
};

pub(crate) async fn cancel_incident(edge: &Edge, request: Request<CancelIncidentRequest>) -> Result<CancelIncidentResponse, Status> {
    let outcome = edge
        .mutate(request, |m| {
            Ok(Command::CancelIncident(CancelIncident {
                incident_id: fields::incident_id(&m.incident_id)?,
                reason: fields::reason(&m.reason)?,
                expected_revision: m.expected_revision,
            }))
        })
        .await?;
    Ok(CancelIncidentResponse { receipt: Some(receipt(&outcome)) })
}

pub(crate) async fn transfer_incident(edge: &Edge, request: Request<TransferIncidentRequest>) -> Result<TransferIncidentResponse, Status> {
    let outcome = edge
        .mutate(request, |m| {
            Ok(Command::TransferIncident(TransferIncident {
                incident_id: fields::incident_id(&m.incident_id)?,
                to: fields::transfer_target("to", m.to)?,
                reason: fields::reason(&m.reason)?,
                expected_revision: m.expected_revision,
            }))
        })
        .await?;
    Ok(TransferIncidentResponse { receipt: Some(receipt(&outcome)) })
}

pub(crate) async fn answer_transfer(edge: &Edge, request: Request<AnswerTransferRequest>) -> Result<AnswerTransferResponse, Status> {
    let outcome = edge
        .mutate(request, |m| {
            Ok(Command::AnswerTransfer(AnswerTransfer {
                incident_id: fields::incident_id(&m.incident_id)?,
                accepted: m.accepted,
                reason: fields::refusal(m.accepted, &m.reason)?,
            }))
        })
        .await?;
    Ok(AnswerTransferResponse { receipt: Some(receipt(&outcome)) })
}
