//! `GetIncident`: one incident with its assignments, from the World while it is there, from the record after that.

use crate::access::{forbidden, is_own, not_found, reads_as_room, unreadable};
use domain::assignment::Assignment;
use domain::ids::{IncidentId, LogId, Seq, UnitId};
use domain::incident::Incident;
use runtime::edge::{Caller, Edge, status};
use runtime::{LogView, Words};
use std::sync::Arc;
use tonic::{Request, Status};
use wire::api::{Lookup, PrivateText, assignment_to_api, fields, incident_to_api};
use wire::v1alpha1::{GetIncidentRequest, GetIncidentResponse};

/// An incident that was found, with its assignments, oldest first.
pub(crate) struct Found {
    pub(crate) incident: Arc<Incident>,
    pub(crate) assignments: Vec<Arc<Assignment>>,
}

/// Finds an incident, open or closed.
pub(crate) async fn find(edge: &Edge, log_id: &LogId, view: &LogView, id: IncidentId) -> Result<Found, Status> {
    if let Some(incident) = view.world.incident(&id) {
        let assignments = incident.assignments.iter().filter_map(|id| view.world.assignment(id).cloned()).collect();
        return Ok(Found { incident: Arc::clone(incident), assignments });
    }
    let stored = edge.runtime.store().incident(log_id, id).await.map_err(|error| unreadable(&error))?;
    let (incident, assignments) = stored.ok_or_else(|| not_found("incident", id))?;
    Ok(Found { incident: Arc::new(incident), assignments: assignments.into_iter().map(Arc::new).collect() })
}

/// Knows the incident that was found even when the World does not hold it any more.
struct FoundIn<'a> {
    found: &'a Incident,
    view: &'a LogView,
}

impl Lookup for FoundIn<'_> {
    fn incident(&self, id: &IncidentId) -> Option<&Incident> {
        if id == &self.found.incident_id { Some(self.found) } else { Lookup::incident(&self.view.world, id) }
    }

    fn call_sign(&self, id: &UnitId) -> Option<&str> {
        self.view.world.call_sign(id)
    }
}

/// The words of an incident: in memory while it is open, in the vault after that; none when there are none or they were erased.
async fn words(edge: &Edge, view: &LogView, incident: &Incident) -> Result<Option<Arc<Words>>, Status> {
    if let Some(words) = view.words.get(&incident.incident_id) {
        return Ok(Some(Arc::clone(words)));
    }
    let Some(link) = incident.calls.first().and_then(|call| call.private) else { return Ok(None) };
    let content = edge.runtime.store().get_private(link.private_ref).await.map_err(|error| unreadable(&error))?;
    Ok(content.map(|content| Arc::new(Words { address: content.address, narrative: content.narrative })))
}

pub(crate) async fn get_incident(edge: &Edge, request: Request<GetIncidentRequest>) -> Result<GetIncidentResponse, Status> {
    let caller = Caller::of(&request)?;
    let message = request.into_inner();
    let log_id = fields::log_id(&message.log_id)?;
    let incident_id = fields::incident_id(&message.incident_id)?;
    let view = edge.runtime.view_at(&log_id, Seq(message.min_seq)).await.map_err(|error| status(&error))?;
    let Found { incident, mut assignments } = find(edge, &log_id, &view, incident_id).await?;
    let room = reads_as_room(&caller.principal, &view, &incident.station);
    if !room {
        // A unit sees the incident it was sent to, and of its orders its own.
        assignments.retain(|assignment| is_own(&caller.principal, assignment));
        if assignments.is_empty() {
            let expected = format!("expected an operator or observer of {} or above, or a unit that was sent there", incident.station);
            return Err(forbidden(&caller.principal, "get_incident", expected));
        }
    }
    let sees_words = room || assignments.iter().any(|assignment| assignment.state.is_active());
    let words = if sees_words { words(edge, &view, &incident).await? } else { None };
    let text = words.as_ref().map(|words| PrivateText { address: &words.address, narrative: &words.narrative });
    let lookup = FoundIn { found: &incident, view: &view };
    Ok(GetIncidentResponse {
        incident: Some(incident_to_api(&incident, &log_id, &lookup, text)),
        assignments: assignments.iter().map(|assignment| assignment_to_api(assignment, &lookup, text)).collect(),
        seq: view.head.seq.0,
    })
}
