//! `ConfirmProposal` and `RejectProposal`: what the rules propose is sent now, or not at all.

use domain::command::{Command, ConfirmProposal, RejectProposal};
use runtime::edge::{Edge, receipt};
use tonic::{Request, Status};
use wire::api::fields;
use wire::v1alpha1::{ConfirmProposalRequest, ConfirmProposalResponse, RejectProposalRequest, RejectProposalResponse};

pub(crate) async fn confirm_proposal(edge: &Edge, request: Request<ConfirmProposalRequest>) -> Result<ConfirmProposalResponse, Status> {
    let outcome = edge
        .mutate(request, |m| {
            Ok(Command::ConfirmProposal(ConfirmProposal {
                incident_id: fields::incident_id(&m.incident_id)?,
                expected_revision: m.expected_revision,
            }))
        })
        .await?;
    Ok(ConfirmProposalResponse { receipt: Some(receipt(&outcome)) })
}

pub(crate) async fn reject_proposal(edge: &Edge, request: Request<RejectProposalRequest>) -> Result<RejectProposalResponse, Status> {
    let outcome = edge
        .mutate(request, |m| {
            Ok(Command::RejectProposal(RejectProposal {
                incident_id: fields::incident_id(&m.incident_id)?,
                expected_revision: m.expected_revision,
            }))
        })
        .await?;
    Ok(RejectProposalResponse { receipt: Some(receipt(&outcome)) })
}
