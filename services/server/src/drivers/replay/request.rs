//! A recorded call as a request, and a word for why one was refused.

use crate::drivers::clock::on_the_wire;
use domain::ids::LogId;
use domain::place::Datum;
use domain::time::Timestamp;
use sim::calls::RecordedCall;
use tonic::{Code, Status};
use tonic_types::StatusExt;
use wire::v1alpha1::{CallSource, Classification, Datum as WireDatum, Position, ReportIncidentRequest};

/// Longest address sent, in characters, as the service takes it.
const ADDRESS_MAX_CHARS: usize = 500;

/// The request of a call that is sent at `now`. A row number and the file make its id, so that a second run is answered from the record.
/// `with_words` sends the address too, which goes into the vault.
pub(super) fn request(call: &RecordedCall, desk: &LogId, now: Timestamp, with_words: bool) -> ReportIncidentRequest {
    let position = call.position.map(|at| Position { lat_e7: e7(at.lat), lon_e7: e7(at.lon) });
    let datum = match call.datum {
        Datum::Wgs84 => WireDatum::Wgs84,
        Datum::Gcj02 => WireDatum::Gcj02,
        Datum::Bd09 => WireDatum::Bd09,
    };
    let words: Vec<&str> = call.address.iter().chain(&call.location).filter(|_| with_words).map(String::as_str).collect();
    ReportIncidentRequest {
        request_id: call.request_id.to_string(),
        source: CallSource::Emergency110 as i32,
        classification: Some(Classification { category: call.category.to_string(), r#type: call.call_type.to_string() }),
        position,
        datum: datum as i32,
        address: words.join(", ").chars().take(ADDRESS_MAX_CHARS).collect(),
        occurred_at: call.time.filter(|time| *time <= now).map(on_the_wire),
        desk_log_id: desk.to_string(),
        ..ReportIncidentRequest::default()
    }
}

/// Degrees × 10⁷. What is out of range stays out of range, and what is no number becomes so: the service must refuse it.
fn e7(degrees: f64) -> i32 {
    if degrees.is_nan() {
        return i32::MAX;
    }
    #[allow(clippy::cast_possible_truncation)] // the cast saturates
    {
        (degrees * domain::place::E7).round() as i32
    }
}

/// A word for a refusal: `invalid_` and the field for bad input, else the status code's name.
pub(super) fn reason(status: &Status) -> String {
    let details = status.get_error_details();
    let violation = details.bad_request().and_then(|bad| bad.field_violations.first());
    match (status.code(), violation) {
        (Code::InvalidArgument, Some(violation)) => format!("invalid_{}", violation.field.replace(['.', ' '], "_")),
        (code, _) => snake(&format!("{code:?}")),
    }
}

fn snake(camel: &str) -> String {
    let mut words = String::new();
    for letter in camel.chars() {
        if letter.is_ascii_uppercase() && !words.is_empty() {
            words.push('_');
        }
        words.push(letter.to_ascii_lowercase());
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_out_of_range_are_sent_as_such() {
        assert_eq!(e7(97.6), 976_000_000);
        assert_eq!(e7(f64::NAN), i32::MAX);
        assert_eq!(e7(-1e300), i32::MIN);
        assert_eq!(e7(37.554_288_1), 375_542_881);
    }

    #[test]
    fn refusals_have_words() {
        assert_eq!(reason(&Status::failed_precondition("x")), "failed_precondition");
        assert_eq!(reason(&Status::invalid_argument("x")), "invalid_argument");
        let details = tonic_types::ErrorDetails::with_bad_request_violation("position.latitude", "97.6");
        assert_eq!(reason(&Status::with_error_details(Code::InvalidArgument, "x", details)), "invalid_position_latitude");
    }
}
