//! `MergeIncidents`, `UnmergeIncidents` and `SplitIncident`: what is one incident and what is two.

use domain::command::{Command, MergeIncidents, SplitIncident, UnmergeIncidents};
use domain::place::Place;
use domain::rejection::Rejection;
use runtime::edge::{Edge, declared_position, place_in, receipt, status};
use tonic::{Request, Status};
use wire::api::fields;
use wire::v1alpha1::{
    MergeIncidentsRequest, MergeIncidentsResponse, SplitIncidentRequest, SplitIncidentResponse, UnmergeIncidentsRequest,
    UnmergeIncidentsResponse,
};

pub(crate) async fn merge_incidents(edge: &Edge, request: Request<MergeIncidentsRequest>) -> Result<MergeIncidentsResponse, Status> {
    let outcome = edge
        .mutate(request, |m| {
            Ok(Command::MergeIncidents(MergeIncidents {
                incident_id: fields::incident_id(&m.incident_id)?,
                into: fields::into_incident_id(&m.into_incident_id)?,
                expected_revision: m.expected_revision,
            }))
        })
        .await?;
    Ok(MergeIncidentsResponse { receipt: Some(receipt(&outcome)) })
}

pub(crate) async fn unmerge_incidents(edge: &Edge, request: Request<UnmergeIncidentsRequest>) -> Result<UnmergeIncidentsResponse, Status> {
    let command =
        |m: &UnmergeIncidentsRequest| Ok(Command::UnmergeIncidents(UnmergeIncidents { incident_id: fields::incident_id(&m.incident_id)? }));
    let outcome = edge.mutate(request, command).await?;
    Ok(UnmergeIncidentsResponse { receipt: Some(receipt(&outcome)) })
}

pub(crate) async fn split_incident(edge: &Edge, request: Request<SplitIncidentRequest>) -> Result<SplitIncidentResponse, Status> {
    let outcome = edge
        .mutate(request, |m| {
            Ok(Command::SplitIncident(SplitIncident {
                incident_id: fields::incident_id(&m.incident_id)?,
                call_id: fields::call_id(&m.call_id)?,
                classification: fields::classification("classification", m.classification.as_ref())?,
                place: place_of_second(edge, m)?,
                expected_revision: m.expected_revision,
            }))
        })
        .await?;
    let (incident_id, number, _) = outcome.reply.reported.ok_or_else(|| Status::internal("the record names no second incident"))?;
    Ok(SplitIncidentResponse { receipt: Some(receipt(&outcome)), incident_id: incident_id.to_string(), number })
}

/// Where the second is: as declared, else where the first is.
fn place_of_second(edge: &Edge, m: &SplitIncidentRequest) -> Result<Place, Status> {
    let declared = declared_position(m.position.as_ref(), m.datum)?;
    let view = edge.view(&fields::log_id(&m.log_id)?)?;
    if declared.is_some() {
        return Ok(place_in(&view, declared));
    }
    let id = fields::incident_id(&m.incident_id)?;
    let first = view.world.incident(&id).ok_or_else(|| status(&Rejection::NotFound { kind: "incident", id: id.to_string() }.into()))?;
    Ok(first.place.clone())
}
