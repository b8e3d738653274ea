//! `ResolveIncident`, `CloseIncident`, `ReopenIncident` and `ExcuseAttendance`: an incident is dealt with, closed, opened again.

use domain::command::{CloseIncident, Command, ExcuseAttendance, ReopenIncident, ResolveIncident};
use domain::ids::ReasonKey;
use runtime::edge::{Edge, receipt};
use tonic::{Request, Status};
use wire::api::fields;
use wire::v1alpha1::{
    CloseIncidentRequest, CloseIncidentResponse, ExcuseAttendanceRequest, ExcuseAttendanceResponse, ReopenIncidentRequest,
    ReopenIncidentResponse, ResolveIncidentRequest, ResolveIncidentResponse,
};

pub(crate) async fn resolve_incident(edge: &Edge, request: Request<ResolveIncidentRequest>) -> Result<ResolveIncidentResponse, Status> {
    let outcome = edge
        .mutate(request, |m| {
            Ok(Command::ResolveIncident(ResolveIncident {
                incident_id: fields::incident_id(&m.incident_id)?,
                disposition: fields::disposition(&m.disposition)?,
                expected_revision: m.expected_revision,
            }))
        })
        .await?;
    Ok(ResolveIncidentResponse { receipt: Some(receipt(&outcome)) })
}

pub(crate) async fn close_incident(edge: &Edge, request: Request<CloseIncidentRequest>) -> Result<CloseIncidentResponse, Status> {
    let outcome = edge
        .mutate(request, |m| {
            Ok(Command::CloseIncident(CloseIncident {
                incident_id: fields::incident_id(&m.incident_id)?,
                excuse: fields::optional_code("excuse", &m.excuse, ReasonKey::new)?,
                expected_revision: m.expected_revision,
            }))
        })
        .await?;
    Ok(CloseIncidentResponse { receipt: Some(receipt(&outcome)) })
}

pub(crate) async fn reopen_incident(edge: &Edge, request: Request<ReopenIncidentRequest>) -> Result<ReopenIncidentResponse, Status> {
    let outcome = edge
        .mutate(request, |m| {
            Ok(Command::ReopenIncident(ReopenIncident {
                incident_id: fields::incident_id(&m.incident_id)?,
                reason: fields::reason(&m.reason)?,
                expected_revision: m.expected_revision,
            }))
        })
        .await?;
    Ok(ReopenIncidentResponse { receipt: Some(receipt(&outcome)) })
}

pub(crate) async fn excuse_attendance(edge: &Edge, request: Request<ExcuseAttendanceRequest>) -> Result<ExcuseAttendanceResponse, Status> {
    let outcome = edge
        .mutate(request, |m| {
            Ok(Command::ExcuseAttendance(ExcuseAttendance {
                incident_id: fields::incident_id(&m.incident_id)?,
                reason: fields::reason(&m.reason)?,
            }))
        })
        .await?;
    Ok(ExcuseAttendanceResponse { receipt: Some(receipt(&outcome)) })
}
