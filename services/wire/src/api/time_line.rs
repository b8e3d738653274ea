//! Events of the record as a time line shows them.

use super::details::details;
use super::time_to_api;
use crate::v1alpha1 as api;
use domain::event::Recorded;
use domain::ids::IncidentId;
use std::fmt::Write;

/// One event of a time line. `incident_id` is the incident it was recorded with, where the event does not name it itself;
/// `hash` is the chain's hash after it. `undoes` says that it is the first event of an undo: what an undo writes may be the same as
/// what is done for another reason, and a reader must be able to tell.
#[must_use]
pub fn event_to_api(recorded: &Recorded, incident_id: Option<IncidentId>, hash: &[u8; 32], undoes: bool) -> api::Event {
    let mut detail = details(&recorded.event);
    if undoes && let Some(content) = detail.as_object_mut() {
        content.insert("undo".to_owned(), true.into());
    }
    let about = recorded.event.about();
    let meta = &recorded.meta;
    api::Event {
        seq: meta.seq.0,
        kind: recorded.event.name().to_owned(),
        principal_id: meta.actor.to_string(),
        recorded_at: Some(time_to_api(meta.recorded_at)),
        occurred_at: meta.occurred_at.map(time_to_api),
        incident_id: about.incident_id.or(incident_id).map(|id| id.to_string()).unwrap_or_default(),
        assignment_id: about.assignment_id.map(|id| id.to_string()).unwrap_or_default(),
        unit_id: about.unit_id.map(|id| id.to_string()).unwrap_or_default(),
        hash: lower_hex(hash),
        detail_json: detail.to_string(),
    }
}

fn lower_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
