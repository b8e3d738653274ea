//! Between the API (`oneroom.v1alpha1`) and the core: resources out, request fields in.

mod details;
mod enums;
pub mod fields;
mod incident;
mod mutating;
mod resources;
mod room;
#[cfg(test)]
mod tests;
mod time_line;

pub use enums::{
    alarm_kind_to_api, assignment_role_to_api, call_source_to_api, datum_to_api, dispatch_mode_to_api, incident_flag_to_api,
    lending_step_to_api, repeat_by_to_api, team_to_api, transfer_target_to_api, travel_source_to_api, unit_kind_to_api,
};
pub use fields::FieldError;
pub use incident::incident_to_api;
pub use mutating::Mutating;
pub use resources::{
    Fix, Lookup, PrivateText, alarm_to_api, assignment_to_api, classification_to_api, place_to_api, position_to_api, post_image_to_api,
    ranked_unit_to_api, reason_to_api, unit_to_api,
};
pub use room::{premise_note_to_api, shift_to_api, wartime_to_api, whistle_to_api};
pub use time_line::event_to_api;

use crate::v1alpha1;
use domain::ids::{LogId, Seq};
use domain::time::Timestamp;
use sha2::{Digest, Sha256};

/// A time as the API has it.
#[must_use]
pub fn time_to_api(time: Timestamp) -> pbjson_types::Timestamp {
    // The remainder is 0 to 999, so the product fits.
    let nanos = i32::try_from(time.0.rem_euclid(1_000)).unwrap_or(0) * 1_000_000;
    pbjson_types::Timestamp { seconds: time.0.div_euclid(1_000), nanos }
}

/// Where a command is recorded.
#[must_use]
pub fn receipt(log_id: &LogId, seq: Seq) -> v1alpha1::Receipt {
    v1alpha1::Receipt { log_id: log_id.to_string(), seq: seq.0 }
}

/// What tells two requests apart that come with one id: SHA-256 of the message's full name, a zero byte and its encoding.
///
/// The encoding is deterministic, because the API has no maps and fields are written in order. The name is in it because taps
/// of different kinds have the same fields.
#[must_use]
pub fn digest<M: prost::Message + prost::Name>(message: &M) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(M::full_name());
    hasher.update([0]);
    hasher.update(message.encode_to_vec());
    hasher.finalize().into()
}
