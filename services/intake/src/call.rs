//! A call as it was sent, checked field by field: what does not depend on any log.

use domain::classification::{CallSource, Classification, Priority};
use domain::ids::{AgencyId, LogId};
use domain::place::{Datum, Position};
use domain::time::Timestamp;
use runtime::edge::declared_position;
use store::PrivateContent;
use wire::api::FieldError;
use wire::api::fields::{self, ADDRESS_MAX_CHARS, CALLER_NAME_MAX_CHARS, CALLER_PHONE_MAX_CHARS, NARRATIVE_MAX_CHARS};
use wire::v1alpha1::{AddCallRequest, ReportIncidentRequest};

/// No call is said to have rung before this: 2000-01-01T00:00:00Z. Earlier times come from clocks that were never set.
pub const EARLIEST_OCCURRED_AT: Timestamp = Timestamp(946_684_800_000);

/// A call whose fields are valid.
pub(crate) struct ReportedCall {
    pub(crate) source: CallSource,
    pub(crate) classification: Classification,
    /// WGS-84, and the datum it was declared in.
    pub(crate) position: Option<(Position, Datum)>,
    pub(crate) occurred_at: Option<Timestamp>,
    pub(crate) answered_at: Option<Timestamp>,
    pub(crate) priority: Option<Priority>,
    pub(crate) desk_log: Option<LogId>,
    /// The desk that passes it down.
    pub(crate) desk: Option<AgencyId>,
    pub(crate) content: PrivateContent,
}

impl ReportedCall {
    /// Checks a request.
    pub(crate) fn check(request: &ReportIncidentRequest) -> Result<Self, FieldError> {
        Ok(Self {
            source: fields::call_source("source", request.source)?,
            classification: fields::classification("classification", request.classification.as_ref())?,
            position: declared_position(request.position.as_ref(), request.datum)?,
            occurred_at: time_of_a_call("occurred_at", request.occurred_at.as_ref())?,
            answered_at: time_of_a_call("answered_at", request.answered_at.as_ref())?,
            priority: fields::priority("priority", request.priority)?,
            desk_log: fields::optional_code("desk_log_id", &request.desk_log_id, LogId::new)?,
            desk: fields::optional_code("pass_down_from_id", &request.pass_down_from_id, AgencyId::new)?,
            content: words(&request.caller_name, &request.caller_phone, &request.address, &request.narrative)?,
        })
    }
}

/// What is personal of another call about an incident.
pub(crate) fn words_of_added(request: &AddCallRequest) -> Result<PrivateContent, FieldError> {
    words(&request.caller_name, &request.caller_phone, &request.address, &request.narrative)
}

fn words(caller_name: &str, caller_phone: &str, address: &str, narrative: &str) -> Result<PrivateContent, FieldError> {
    Ok(PrivateContent {
        caller_name: fields::text("caller_name", caller_name, CALLER_NAME_MAX_CHARS)?.to_owned(),
        caller_phone: fields::text("caller_phone", caller_phone, CALLER_PHONE_MAX_CHARS)?.to_owned(),
        address: fields::text("address", address, ADDRESS_MAX_CHARS)?.to_owned(),
        narrative: fields::text("narrative", narrative, NARRATIVE_MAX_CHARS)?.to_owned(),
        feedback: String::new(),
    })
}

/// When a call rang or was answered. That it is not in the future is the core's rule, by the log's own time.
pub(crate) fn time_of_a_call(field: &str, given: Option<&pbjson_types::Timestamp>) -> Result<Option<Timestamp>, FieldError> {
    match fields::time(field, given)? {
        Some(at) if at < EARLIEST_OCCURRED_AT => {
            Err(FieldError::new(field, format_args!("{} ms since 1970", at.0), "a time from 2000-01-01 on"))
        }
        other => Ok(other),
    }
}
