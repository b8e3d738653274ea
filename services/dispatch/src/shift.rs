//! `PlanShift`, `OfferHandOver` and `SignHandOver`: who works when, and what one shift leaves to the next (交接班).

use domain::command::{Command, OfferHandOver, PlanShift, SignHandOver};
use domain::ids::ShiftId;
use domain::shift::ShiftPlan;
use runtime::edge::{Edge, receipt};
use store::PrivateContent;
use tonic::{Request, Status};
use wire::api::fields::{self, HAND_OVER_NOTES_MAX_CHARS};
use wire::v1alpha1::{
    OfferHandOverRequest, OfferHandOverResponse, PlanShiftRequest, PlanShiftResponse, SignHandOverRequest, SignHandOverResponse,
};

pub(crate) async fn plan_shift(edge: &Edge, request: Request<PlanShiftRequest>) -> Result<PlanShiftResponse, Status> {
    let message = request.get_ref();
    // A new shift is named by its request, so that a repeated request plans the same one.
    let shift_id = match message.shift_id.as_str() {
        "" => ShiftId(fields::request_id(&message.request_id)?.0),
        named => fields::shift_id(named)?,
    };
    let outcome = edge
        .mutate(request, |m| {
            Ok(Command::PlanShift(PlanShift {
                plan: ShiftPlan {
                    shift_id,
                    station: fields::station_id(&m.station_id)?,
                    starts_at: fields::required_time("starts_at", m.starts_at.as_ref())?,
                    ends_at: fields::required_time("ends_at", m.ends_at.as_ref())?,
                    units: fields::unit_ids(&m.unit_ids)?,
                },
            }))
        })
        .await?;
    Ok(PlanShiftResponse { receipt: Some(receipt(&outcome)), shift_id: shift_id.to_string() })
}

pub(crate) async fn offer_hand_over(edge: &Edge, request: Request<OfferHandOverRequest>) -> Result<OfferHandOverResponse, Status> {
    let words = |m: &OfferHandOverRequest| {
        let narrative = fields::text("notes", &m.notes, HAND_OVER_NOTES_MAX_CHARS)?.to_owned();
        Ok(PrivateContent { narrative, ..PrivateContent::default() })
    };
    let outcome = edge
        .mutate_with_words(request, words, |m, notes| {
            Ok(Command::OfferHandOver(OfferHandOver { shift_id: fields::shift_id(&m.shift_id)?, notes }))
        })
        .await?;
    Ok(OfferHandOverResponse { receipt: Some(receipt(&outcome)) })
}

pub(crate) async fn sign_hand_over(edge: &Edge, request: Request<SignHandOverRequest>) -> Result<SignHandOverResponse, Status> {
    let command = |m: &SignHandOverRequest| Ok(Command::SignHandOver(SignHandOver { shift_id: fields::shift_id(&m.shift_id)? }));
    let outcome = edge.mutate(request, command).await?;
    Ok(SignHandOverResponse { receipt: Some(receipt(&outcome)) })
}
