//! A call as it was sent, checked field by field: what does not depend on any log.

use domain::classification::{CallSource, Classification, Priority};
use domain::ids::LogId;
use domain::place::{Datum, Position};
use domain::time::Timestamp;
use store::PrivateContent;
use wire::api::FieldError;
use wire::api::fields::{self, ADDRESS_MAX_CHARS, CALLER_NAME_MAX_CHARS, CALLER_PHONE_MAX_CHARS, NARRATIVE_MAX_CHARS};
use wire::v1alpha1::ReportIncidentRequest;

/// No call is said to have rung before this: 2000-01-01T00:00:00Z. Earlier times come from clocks that were never set.
pub const EARLIEST_OCCURRED_AT: Timestamp = Timestamp(946_684_800_000);

/// A call whose fields are valid.
pub(crate) struct ReportedCall {
    pub(crate) source: CallSource,
    pub(crate) classification: Classification,
    /// WGS-84, and the datum it was declared in.
    pub(crate) position: Option<(Position, Datum)>,
    pub(crate) occurred_at: Option<Timestamp>,
    pub(crate) priority: Option<Priority>,
    pub(crate) desk_log: Option<LogId>,
    pub(crate) content: PrivateContent,
}

impl ReportedCall {
    /// Checks a request.
    pub(crate) fn check(request: &ReportIncidentRequest) -> Result<Self, FieldError> {
        Ok(Self {
            source: fields::call_source("source", request.source)?,
            classification: fields::classification("classification", request.classification.as_ref())?,
            position: position(request)?,
            occurred_at: occurred_at(request)?,
            priority: fields::priority("priority", request.priority)?,
            desk_log: fields::optional_code("desk_log_id", &request.desk_log_id, LogId::new)?,
            content: PrivateContent {
                caller_name: fields::text("caller_name", &request.caller_name, CALLER_NAME_MAX_CHARS)?.to_owned(),
                caller_phone: fields::text("caller_phone", &request.caller_phone, CALLER_PHONE_MAX_CHARS)?.to_owned(),
                address: fields::text("address", &request.address, ADDRESS_MAX_CHARS)?.to_owned(),
                narrative: fields::text("narrative", &request.narrative, NARRATIVE_MAX_CHARS)?.to_owned(),
                feedback: String::new(),
            },
        })
    }
}

/// The position in WGS-84. One that was declared in it is not touched.
fn position(request: &ReportIncidentRequest) -> Result<Option<(Position, Datum)>, FieldError> {
    let datum = fields::datum("datum", request.datum)?;
    let Some(declared) = fields::position("position", request.position.as_ref())? else { return Ok(None) };
    if datum == Datum::Wgs84 {
        return Ok(Some((declared, datum)));
    }
    let converted = places::to_wgs84(declared.lat(), declared.lon(), datum);
    let position = converted.map_err(|error| fields::position_error("position", &error))?;
    Ok(Some((position, datum)))
}

/// When the call rang. That it is not in the future is the core's rule, by the log's own time.
fn occurred_at(request: &ReportIncidentRequest) -> Result<Option<Timestamp>, FieldError> {
    let occurred_at = fields::time("occurred_at", request.occurred_at.as_ref())?;
    match occurred_at {
        Some(at) if at < EARLIEST_OCCURRED_AT => {
            Err(FieldError::new("occurred_at", format_args!("{} ms since 1970", at.0), "a time from 2000-01-01 on"))
        }
        other => Ok(other),
    }
}
