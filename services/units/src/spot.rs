//! `OpenOnTheSpot`: an officer opens an incident there and then (就地接处警). What is said of it goes into the vault.

use domain::command::{Command, OpenOnTheSpot};
use runtime::edge::{Edge, receipt};
use store::PrivateContent;
use tonic::{Request, Status};
use wire::api::FieldError;
use wire::api::fields::{self, ADDRESS_MAX_CHARS, NARRATIVE_MAX_CHARS};
use wire::v1alpha1::{OpenOnTheSpotRequest, OpenOnTheSpotResponse};

fn words(m: &OpenOnTheSpotRequest) -> Result<PrivateContent, FieldError> {
    Ok(PrivateContent {
        address: fields::text("address", &m.address, ADDRESS_MAX_CHARS)?.to_owned(),
        narrative: fields::text("narrative", &m.narrative, NARRATIVE_MAX_CHARS)?.to_owned(),
        ..PrivateContent::default()
    })
}

pub(crate) async fn open_on_the_spot(edge: &Edge, request: Request<OpenOnTheSpotRequest>) -> Result<OpenOnTheSpotResponse, Status> {
    let outcome = edge
        .mutate_with_words(request, words, |m, private| {
            let unit_id = fields::unit_id(&m.unit_id)?;
            Ok(Command::OpenOnTheSpot(OpenOnTheSpot {
                classification: fields::classification("classification", m.classification.as_ref())?,
                place: edge.place_of_unit(&fields::log_id(&m.log_id)?, &unit_id, m.position.as_ref(), m.datum)?,
                private,
                occurred_at: fields::time("occurred_at", m.occurred_at.as_ref())?,
                unit_id,
            }))
        })
        .await?;
    let (incident_id, number, call_id) = outcome.reply.reported.ok_or_else(|| Status::internal("the record names no incident for this"))?;
    Ok(OpenOnTheSpotResponse {
        receipt: Some(receipt(&outcome)),
        incident_id: incident_id.to_string(),
        number,
        call_id: call_id.to_string(),
        assignment_ids: outcome.reply.assignments.iter().map(ToString::to_string).collect(),
    })
}
