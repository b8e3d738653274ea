//! `ListEvents`: the time line of an incident, or of a whole log for those above all of it.

use crate::access::{forbidden, reads_as_room, unreadable, view};
use crate::incident::find;
use domain::command::Command;
use domain::ids::{IncidentId, Seq};
use domain::principal::Principal;
use domain::rejection::Rejection;
use runtime::LogView;
use runtime::edge::{Caller, Edge, status};
use store::StoredRow;
use tonic::{Request, Status};
use wire::api::{event_to_api, fields};
use wire::v1alpha1::{Event, ListEventsRequest, ListEventsResponse};

/// Events in an answer at most.
pub const MAX_EVENTS: u32 = 1_000;
/// Events in an answer when the question does not say how many.
pub const DEFAULT_EVENTS: u32 = 200;

pub(crate) async fn list_events(edge: &Edge, request: Request<ListEventsRequest>) -> Result<ListEventsResponse, Status> {
    let caller = Caller::of(&request)?;
    let message = request.into_inner();
    let log_id = fields::log_id(&message.log_id)?;
    let of_incident = if message.incident_id.is_empty() { None } else { Some(fields::incident_id(&message.incident_id)?) };
    let limit = fields::page_size("page_size", message.page_size, DEFAULT_EVENTS, MAX_EVENTS)? as usize;
    let view = view(edge, &log_id)?;
    let after = Seq(message.after_seq);
    let store = edge.runtime.store();
    // One more than asked for tells whether there are more.
    let rows = match of_incident {
        Some(incident_id) => {
            let station = find(edge, &log_id, &view, incident_id).await?.incident.station.clone();
            authorize(&caller.principal, reads_as_room(&caller.principal, &view, &station), station.as_str())?;
            store.read_incident(&log_id, incident_id, after, limit + 1).await
        }
        None => {
            let root = view.context.agencies().root().ok_or_else(|| status(&Rejection::NotReady("agency tree").into()))?;
            authorize(&caller.principal, reads_as_room(&caller.principal, &view, &root.agency_id), root.agency_id.as_str())?;
            store.read(&log_id, after, limit + 1).await
        }
    };
    let mut rows = rows.map_err(|error| unreadable(&error))?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next_after_seq = if more { rows.last().map_or(0, |row| row.seq.0) } else { 0 };
    let events = rows.iter().map(|row| event(row, of_incident, &view)).collect::<Result<_, _>>()?;
    Ok(ListEventsResponse { events, next_after_seq })
}

fn authorize(principal: &Principal, may: bool, agency: &str) -> Result<(), Status> {
    if may {
        return Ok(());
    }
    Err(forbidden(principal, "list_events", format!("expected an operator or observer of {agency} or above")))
}

/// One event. One that does not name its incident itself is about that of its assignment, alarm or request for support, while the
/// World holds it.
fn event(row: &StoredRow, of_incident: Option<IncidentId>, view: &LogView) -> Result<Event, Status> {
    let decoded = wire::event::decode(&row.bytes, row.seq);
    let decoded = decoded.map_err(|error| Status::failed_precondition(format!("event {}: {error}", row.seq)))?;
    let undoes = decoded.decision.is_some_and(|decision| matches!(decision.command, Command::Undo(_)));
    let recorded = decoded.recorded;
    let about = recorded.event.about();
    let by_assignment = || Some(view.world.assignment(&about.assignment_id?)?.incident_id);
    let by_whistle = || Some(view.world.whistle(&about.whistle_id?)?.incident_id);
    let by_alarm = || view.world.alarm(&about.alarm_id?)?.incident_id;
    let incident_id = of_incident.or_else(by_assignment).or_else(by_whistle).or_else(by_alarm);
    Ok(event_to_api(&recorded, incident_id, &row.hash, undoes))
}
