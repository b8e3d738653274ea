//! `Undo`: takes back the last change of an incident.

use domain::command::{Command, Undo};
use runtime::edge::{Edge, receipt};
use tonic::{Request, Status};
use wire::api::fields;
use wire::v1alpha1::{UndoRequest, UndoResponse};

pub(crate) async fn undo(edge: &Edge, request: Request<UndoRequest>) -> Result<UndoResponse, Status> {
    let outcome = edge
        .mutate(request, |m| Ok(Command::Undo(Undo { incident_id: fields::incident_id(&m.incident_id)?, seq: fields::seq("seq", m.seq)? })))
        .await?;
    Ok(UndoResponse { receipt: Some(receipt(&outcome)) })
}
