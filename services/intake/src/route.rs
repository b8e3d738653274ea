//! Which log takes a call, and what its place is there.

use crate::call::ReportedCall;
use domain::agency::AgencyLevel;
use domain::ids::{LogId, PrincipalId, RequestId};
use domain::place::Place;
use runtime::edge::{Edge, status};
use runtime::{LogView, RuntimeError};
use std::sync::Arc;
use tonic::Status;

/// A call's log and its place there.
pub(crate) struct Route {
    pub(crate) log_id: LogId,
    pub(crate) place: Place,
}

/// Finds the log: the one that took this request before, else the one whose places contain the call, else the desk's.
///
/// A request stays with its log for good: were a boundary moved between two tries, the second must not open a second incident.
pub(crate) async fn route(edge: &Edge, call: &ReportedCall, principal_id: &PrincipalId, request_id: RequestId) -> Result<Route, Status> {
    let logs = edge.runtime.logs();
    if logs.len() > 1 {
        let found = edge.runtime.store().find_request(principal_id, request_id).await;
        let found = found.map_err(|error| status(&RuntimeError::Unavailable(error.to_string())))?;
        if let Some(stored) = found
            && let Some(view) = edge.runtime.view(&stored.log_id)
        {
            return Ok(Route { place: place_in(&view, call), log_id: stored.log_id });
        }
    }
    let containing = logs.iter().filter_map(|log_id| {
        let view = edge.runtime.view(log_id)?;
        let place = place_in(&view, call);
        let level = level_of(&view, &place)?;
        Some((level, log_id, place))
    });
    // Where a city's log and a county's both contain it, the deeper node's log has it; of equals the first.
    let deepest = containing.reduce(|best, next| if next.0 > best.0 { next } else { best });
    if let Some((_, log_id, place)) = deepest {
        return Ok(Route { log_id: log_id.clone(), place });
    }
    let desk = call.desk_log.clone().filter(|log_id| logs.contains(log_id)).unwrap_or_else(|| edge.desk_log.clone());
    let view = edge.runtime.view(&desk).ok_or_else(|| status(&RuntimeError::UnknownLog(desk.clone())))?;
    Ok(Route { place: place_in(&view, call), log_id: desk })
}

fn place_in(view: &Arc<LogView>, call: &ReportedCall) -> Place {
    call.position.map_or(Place::Unverified, |(position, datum)| view.context.places.locate(position, datum))
}

/// The level of the node that contains the place; none when the log doesn't.
fn level_of(view: &LogView, place: &Place) -> Option<AgencyLevel> {
    match place {
        Place::Located { agency, .. } => view.context.agencies().get(agency).map(|node| node.level),
        Place::OutsideBoundaries { .. } | Place::Unverified => None,
    }
}
