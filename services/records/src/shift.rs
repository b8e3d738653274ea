//! `GetShift`: a shift with the words of its hand-over, for the room that takes over.

use crate::access::{forbidden, not_found, reads_as_room, view};
use crate::private::read;
use runtime::edge::{Caller, Edge};
use tonic::{Request, Status};
use wire::api::{fields, shift_to_api};
use wire::v1alpha1::{GetShiftRequest, GetShiftResponse};

pub(crate) async fn get_shift(edge: &Edge, request: Request<GetShiftRequest>) -> Result<GetShiftResponse, Status> {
    let caller = Caller::of(&request)?;
    let message = request.into_inner();
    let log_id = fields::log_id(&message.log_id)?;
    let shift_id = fields::shift_id(&message.shift_id)?;
    let view = view(edge, &log_id)?;
    let shift = view.world.shift(&shift_id).ok_or_else(|| not_found("shift", shift_id))?;
    let station = &shift.plan.station;
    if !reads_as_room(&caller.principal, &view, station) {
        return Err(forbidden(&caller.principal, "get_shift", format!("expected an operator or observer of {station} or above")));
    }
    let notes = match shift.hand_over.as_ref().and_then(|offered| offered.notes) {
        Some(link) => read(edge, link.private_ref).await?.map(|content| content.narrative),
        None => None,
    };
    Ok(GetShiftResponse { shift: Some(shift_to_api(shift, notes.as_deref())) })
}
