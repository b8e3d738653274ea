//! Which log takes a call, and what its place is there.

use crate::call::ReportedCall;
use domain::agency::AgencyLevel;
use domain::ids::{LogId, PrincipalId, RequestId};
use domain::place::{Datum, Place, Position};
use runtime::edge::{Edge, place_in, status};
use runtime::{LogView, RuntimeError};
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
            return Ok(Route { place: place_in(&view, call.position), log_id: stored.log_id });
        }
    }
    if let Some((log_id, place)) = containing(edge, call.position) {
        return Ok(Route { log_id, place });
    }
    let desk = call.desk_log.clone().filter(|log_id| logs.contains(log_id)).unwrap_or_else(|| edge.desk_log.clone());
    Ok(Route { place: place_in(&*edge.view(&desk)?, call.position), log_id: desk })
}

/// The log that a report from there would go to, were it taken at the server's own desk.
pub(crate) fn log_of(edge: &Edge, position: Option<(Position, Datum)>) -> LogId {
    containing(edge, position).map_or_else(|| edge.desk_log.clone(), |(log_id, _)| log_id)
}

/// The log whose places contain the position. Where a city's log and a county's both do, the deeper node's log has it; of equals
/// the first.
fn containing(edge: &Edge, position: Option<(Position, Datum)>) -> Option<(LogId, Place)> {
    let found = edge.runtime.logs().into_iter().filter_map(|log_id| {
        let view = edge.runtime.view(&log_id)?;
        let place = place_in(&view, position);
        let level = level_of(&view, &place)?;
        Some((level, log_id, place))
    });
    let deepest = found.reduce(|best, next| if next.0 > best.0 { next } else { best });
    deepest.map(|(_, log_id, place)| (log_id, place))
}

/// The level of the node that contains the place; none when the log doesn't.
fn level_of(view: &LogView, place: &Place) -> Option<AgencyLevel> {
    match place {
        Place::Located { agency, .. } => view.context.agencies().get(agency).map(|node| node.level),
        Place::OutsideBoundaries { .. } | Place::Unverified => None,
    }
}
