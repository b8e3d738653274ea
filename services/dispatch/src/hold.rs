//! `HoldIncident` and `ReleaseHold`: an operator keeps an incident back ("held by …"), for a while.

use domain::command::{Command, HoldIncident, ReleaseHold};
use runtime::edge::{Edge, receipt};
use tonic::{Request, Status};
use wire::api::fields;
use wire::v1alpha1::{HoldIncidentRequest, HoldIncidentResponse, ReleaseHoldRequest, ReleaseHoldResponse};

pub(crate) async fn hold_incident(edge: &Edge, request: Request<HoldIncidentRequest>) -> Result<HoldIncidentResponse, Status> {
    let outcome = edge
        .mutate(request, |m| {
            Ok(Command::HoldIncident(HoldIncident {
                incident_id: fields::incident_id(&m.incident_id)?,
                reason: fields::reason(&m.reason)?,
                until: fields::required_time("until", m.until.as_ref())?,
                expected_revision: m.expected_revision,
            }))
        })
        .await?;
    Ok(HoldIncidentResponse { receipt: Some(receipt(&outcome)) })
}

pub(crate) async fn release_hold(edge: &Edge, request: Request<ReleaseHoldRequest>) -> Result<ReleaseHoldResponse, Status> {
    let outcome =
        edge.mutate(request, |m| Ok(Command::ReleaseHold(ReleaseHold { incident_id: fields::incident_id(&m.incident_id)? }))).await?;
    Ok(ReleaseHoldResponse { receipt: Some(receipt(&outcome)) })
}
