//! `AddPremiseNote` and `EndPremiseNote`: notes about an address. Their words go into the vault.

use domain::command::{AddPremiseNote, Command, EndPremiseNote};
use domain::ids::AgencyId;
use domain::place::Place;
use runtime::edge::{Edge, declared_position, place_in, receipt};
use store::PrivateContent;
use tonic::{Request, Status};
use wire::api::FieldError;
use wire::api::fields::{self, PREMISE_NOTE_MAX_CHARS};
use wire::v1alpha1::{AddPremiseNoteRequest, AddPremiseNoteResponse, EndPremiseNoteRequest, EndPremiseNoteResponse};

pub(crate) async fn add_premise_note(edge: &Edge, request: Request<AddPremiseNoteRequest>) -> Result<AddPremiseNoteResponse, Status> {
    let words = |m: &AddPremiseNoteRequest| {
        let narrative = fields::required_text("text", &m.text, PREMISE_NOTE_MAX_CHARS)?.to_owned();
        Ok(PrivateContent { narrative, ..PrivateContent::default() })
    };
    let outcome = edge
        .mutate_with_words(request, words, |m, text| {
            let declared = declared_position(m.position.as_ref(), m.datum)?.ok_or_else(|| FieldError::new("position", "", "a position"))?;
            Ok(Command::AddPremiseNote(AddPremiseNote {
                position: declared.0,
                kind: fields::kind(&m.kind)?,
                text,
                expires_at: fields::required_time("expires_at", m.expires_at.as_ref())?,
                station: station(edge, m, declared)?,
            }))
        })
        .await?;
    let note_id = outcome.reply.premise_note.ok_or_else(|| Status::internal("the record names no premise note"))?;
    Ok(AddPremiseNoteResponse { receipt: Some(receipt(&outcome)), premise_note_id: note_id.to_string() })
}

/// The station that is named, else the one on whose ground the position is.
fn station(edge: &Edge, m: &AddPremiseNoteRequest, declared: (domain::place::Position, domain::place::Datum)) -> Result<AgencyId, Status> {
    if let Some(named) = fields::optional_code("station_id", &m.station_id, AgencyId::new)? {
        return Ok(named);
    }
    let view = edge.view(&fields::log_id(&m.log_id)?)?;
    let room = match place_in(&view, Some(declared)) {
        Place::Located { agency, .. } => view.context.agencies().room_of(&agency).map(|node| node.agency_id.clone()),
        Place::OutsideBoundaries { .. } | Place::Unverified => None,
    };
    Ok(room.ok_or_else(|| FieldError::new("station_id", "", "a station, because the position is on nobody's ground"))?)
}

pub(crate) async fn end_premise_note(edge: &Edge, request: Request<EndPremiseNoteRequest>) -> Result<EndPremiseNoteResponse, Status> {
    let command =
        |m: &EndPremiseNoteRequest| Ok(Command::EndPremiseNote(EndPremiseNote { note_id: fields::premise_note_id(&m.premise_note_id)? }));
    let outcome = edge.mutate(request, command).await?;
    Ok(EndPremiseNoteResponse { receipt: Some(receipt(&outcome)) })
}
