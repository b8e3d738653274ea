//! `ListPremiseNotes`: what an officer should know of an incident's address, with the words.

use crate::access::{forbidden, is_own, reads_as_room, view};
use crate::incident::find;
use crate::private::read;
use domain::incident::MAX_PREMISE_NOTES;
use domain::premises;
use runtime::edge::{Caller, Edge};
use tonic::{Request, Status};
use wire::api::{fields, premise_note_to_api};
use wire::v1alpha1::{ListPremiseNotesRequest, ListPremiseNotesResponse};

pub(crate) async fn list_premise_notes(edge: &Edge, request: Request<ListPremiseNotesRequest>) -> Result<ListPremiseNotesResponse, Status> {
    let caller = Caller::of(&request)?;
    let message = request.into_inner();
    let log_id = fields::log_id(&message.log_id)?;
    let incident_id = fields::incident_id(&message.incident_id)?;
    let view = view(edge, &log_id)?;
    let found = find(edge, &log_id, &view, incident_id).await?;
    let station = &found.incident.station;
    // A unit reads them while it is on the incident, or has it in its queue.
    let goes = || found.assignments.iter().any(|order| is_own(&caller.principal, order) && !order.state.is_ended());
    if !reads_as_room(&caller.principal, &view, station) && !goes() {
        let expected = format!("expected an operator or observer of {station} or above, or a unit that is sent there");
        return Err(forbidden(&caller.principal, "list_premise_notes", expected));
    }
    // Those it was opened with, then what was written about the address since.
    let shown = &found.incident.premise_notes;
    let since = premises::find(&view.world, &view.context.policy, found.incident.place.position());
    let ids = shown.iter().chain(since.iter().filter(|id| !shown.contains(id))).take(MAX_PREMISE_NOTES);
    let mut premise_notes = Vec::new();
    let standing = ids.filter_map(|id| view.world.premise_note(id));
    for note in standing.filter(|note| note.ended_at.is_none()) {
        let text = match &note.text {
            Some(link) => read(edge, link.private_ref).await?.map(|content| content.narrative),
            None => None,
        };
        premise_notes.push(premise_note_to_api(note, text.as_deref()));
    }
    Ok(ListPremiseNotesResponse { premise_notes })
}
