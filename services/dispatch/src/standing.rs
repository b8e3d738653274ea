//! `SetPriority` and `SetOwner`: an operator knows better than the table.

use domain::command::{Command, SetOwner, SetPriority};
use runtime::edge::{Edge, receipt};
use tonic::{Request, Status};
use wire::api::fields;
use wire::v1alpha1::{SetOwnerRequest, SetOwnerResponse, SetPriorityRequest, SetPriorityResponse};

pub(crate) async fn set_priority(edge: &Edge, request: Request<SetPriorityRequest>) -> Result<SetPriorityResponse, Status> {
    let outcome = edge
        .mutate(request, |m| {
            Ok(Command::SetPriority(SetPriority {
                incident_id: fields::incident_id(&m.incident_id)?,
                priority: fields::chosen_priority("priority", m.priority)?,
                expected_revision: m.expected_revision,
            }))
        })
        .await?;
    Ok(SetPriorityResponse { receipt: Some(receipt(&outcome)) })
}

pub(crate) async fn set_owner(edge: &Edge, request: Request<SetOwnerRequest>) -> Result<SetOwnerResponse, Status> {
    let outcome = edge
        .mutate(request, |m| {
            Ok(Command::SetOwner(SetOwner {
                incident_id: fields::incident_id(&m.incident_id)?,
                owner: fields::required_team("owner_team", m.owner_team)?,
                reason: fields::reason(&m.reason)?,
                expected_revision: m.expected_revision,
            }))
        })
        .await?;
    Ok(SetOwnerResponse { receipt: Some(receipt(&outcome)) })
}
