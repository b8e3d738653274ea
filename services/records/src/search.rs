//! `SearchIncidents`: by cell, state, category, number or time, within what the asker's rooms handle.

use crate::access::{forbidden, reads_as_room, unreadable, view};
use crate::page_token;
use domain::ids::CategoryKey;
use domain::principal::Principal;
use runtime::LogView;
use runtime::edge::{Caller, Edge};
use store::IncidentFilter;
use tonic::{Request, Status};
use wire::api::{FieldError, PrivateText, digest, fields, incident_to_api};
use wire::v1alpha1::{IncidentState, SearchIncidentsRequest, SearchIncidentsResponse};

/// Incidents on a page at most.
pub const MAX_INCIDENTS: u32 = 500;
/// Incidents on a page when the question does not say how many.
pub const DEFAULT_INCIDENTS: u32 = 100;

pub(crate) async fn search_incidents(edge: &Edge, request: Request<SearchIncidentsRequest>) -> Result<SearchIncidentsResponse, Status> {
    let caller = Caller::of(&request)?;
    let mut message = request.into_inner();
    let log_id = fields::log_id(&message.log_id)?;
    let token = std::mem::take(&mut message.page_token);
    let limit = fields::page_size("page_size", std::mem::take(&mut message.page_size), DEFAULT_INCIDENTS, MAX_INCIDENTS)?;
    let question = digest(&message);
    let mut filter = filter(&message)?;
    filter.limit = limit as usize;
    filter.before = page_token::read(&token, &question)?;
    let view = view(edge, &log_id)?;
    filter.stations = stations(&caller.principal, &view)?;
    let page = edge.runtime.store().search_incidents(&log_id, filter).await.map_err(|error| unreadable(&error))?;
    let incidents = page.incidents.iter().map(|incident| {
        let words = view.words.get(&incident.incident_id);
        let text = words.map(|words| PrivateText { address: &words.address, narrative: &words.narrative });
        incident_to_api(incident, &log_id, &view.world, text)
    });
    Ok(SearchIncidentsResponse {
        incidents: incidents.collect(),
        next_page_token: page.next_before.map(|before| page_token::write(before, &question)).unwrap_or_default(),
    })
}

/// The stations whose incidents this principal may see; empty for all of the log, which only those above all get.
fn stations(principal: &Principal, view: &LogView) -> Result<Vec<String>, Status> {
    let tree = view.context.agencies();
    if tree.root().is_some_and(|root| reads_as_room(principal, view, &root.agency_id)) {
        return Ok(Vec::new());
    }
    let covered = tree.nodes().map(|node| &node.agency_id).filter(|id| reads_as_room(principal, view, id));
    let stations: Vec<_> = covered.map(ToString::to_string).collect();
    if stations.is_empty() {
        let expected = format!("expected an operator or observer of an agency of log {}", tree.log_id());
        return Err(forbidden(principal, "search_incidents", expected));
    }
    Ok(stations)
}

fn filter(message: &SearchIncidentsRequest) -> Result<IncidentFilter, FieldError> {
    let category = fields::optional_code("category", &message.category, CategoryKey::new)?;
    let reported_from = fields::time("reported_from", message.reported_from.as_ref())?;
    let reported_to = fields::time("reported_to", message.reported_to.as_ref())?;
    if let (Some(from), Some(to)) = (reported_from, reported_to)
        && from >= to
    {
        return Err(FieldError::new("reported_to", format_args!("{} ms since 1970", to.0), "a time after reported_from"));
    }
    Ok(IncidentFilter {
        h3_cell: fields::h3_cell("h3_cell", &message.h3_cell)?.map(|cell| cell.to_string()),
        state: fields::incident_state("state", message.state)?.and_then(state_name).map(str::to_owned),
        category: category.map(|category| category.to_string()),
        number: (message.number != 0).then_some(message.number),
        local_day: (message.local_day != 0).then_some(message.local_day),
        reported_from_ms: reported_from.map(|at| at.0),
        reported_to_ms: reported_to.map(|at| at.0),
        ..IncidentFilter::default()
    })
}

/// The state's name in the core.
fn state_name(state: IncidentState) -> Option<&'static str> {
    match state {
        IncidentState::Unspecified => None,
        IncidentState::Classified => Some("classified"),
        IncidentState::Dispatched => Some("dispatched"),
        IncidentState::OnScene => Some("on_scene"),
        IncidentState::Resolved => Some("resolved"),
        IncidentState::Closed => Some("closed"),
        IncidentState::PassedDown => Some("passed_down"),
        IncidentState::Signed => Some("signed"),
        IncidentState::Cancelled => Some("cancelled"),
        IncidentState::Merged => Some("merged"),
        IncidentState::Transferred => Some("transferred"),
    }
}
