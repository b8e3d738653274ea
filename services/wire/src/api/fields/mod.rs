//! Request fields into values of the core. Each refusal names the field, what was given and what was expected; what may be
//! personal data is never repeated, only its length.

mod choices;
mod lists;

pub use choices::{assignment_role, availability, call_source, datum, incident_state, required_team, team, transfer_target, when_engaged};
pub use lists::{MAX_QUEUE, MAX_SHIFT_UNITS, assignment_ids, orders, unit_ids};

use crate::v1alpha1 as api;
use domain::classification::{Classification, Priority};
use domain::ids::{
    AgencyId, AlarmId, AssignmentId, CallId, CategoryKey, IncidentId, InvalidCode, LogId, PremiseNoteId, ReasonKey, RequestId, Seq,
    ShiftId, TypeKey, UnitId, WhistleId,
};
use domain::place::{H3Cell, InvalidPosition, Position};
use domain::time::Timestamp;
use uuid::Uuid;

/// Longest address line, in characters.
pub const ADDRESS_MAX_CHARS: usize = 500;
/// Longest narrative, in characters.
pub const NARRATIVE_MAX_CHARS: usize = 4_000;
/// Longest feedback, in characters.
pub const FEEDBACK_MAX_CHARS: usize = 4_000;
/// Longest phone number, in characters.
pub const CALLER_PHONE_MAX_CHARS: usize = 32;
/// Longest name of a caller, in characters.
pub const CALLER_NAME_MAX_CHARS: usize = 100;
/// Longest premise note, in characters.
pub const PREMISE_NOTE_MAX_CHARS: usize = 1_000;
/// Longest notes of a hand-over, in characters.
pub const HAND_OVER_NOTES_MAX_CHARS: usize = 4_000;
/// Longest piece of a refused value that is shown, in characters.
const SHOWN_MAX_CHARS: usize = 64;
/// Seconds of 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z: what `google.protobuf.Timestamp` can hold.
const SECONDS: std::ops::RangeInclusive<i64> = -62_135_596_800..=253_402_300_799;

/// A request's field was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field} {given:?} is not valid: expected {expected}")]
pub struct FieldError {
    /// The field's path in the request: `classification.category`.
    pub field: String,
    /// What was given, cut short.
    pub given: String,
    /// What was expected.
    pub expected: String,
}

impl FieldError {
    /// A refusal.
    #[must_use]
    pub fn new(field: &str, given: impl std::fmt::Display, expected: impl Into<String>) -> Self {
        let given = given.to_string().chars().take(SHOWN_MAX_CHARS).collect();
        Self { field: field.to_owned(), given, expected: expected.into() }
    }
}

/// A UUID in its usual form.
///
/// # Errors
/// [`FieldError`] unless it is one.
pub fn uuid(field: &str, text: &str) -> Result<Uuid, FieldError> {
    Uuid::try_parse(text).map_err(|_| FieldError::new(field, text, "a UUID such as 0195f2a4-7c1e-7b32-9d55-3f0a6b1c2d4e"))
}

macro_rules! parsers {
    ($($(#[$doc:meta])* $name:ident -> $kind:ident = $parse:expr;)*) => {
        $($(#[$doc])*
        ///
        /// # Errors
        /// [`FieldError`] unless it is one.
        pub fn $name(text: &str) -> Result<$kind, FieldError> {
            let parse: fn(&str, &str) -> Result<$kind, FieldError> = $parse;
            parse(stringify!($name), text)
        })*
    };
}

parsers! {
    /// The field `request_id`: required of every command.
    request_id -> RequestId = |field, text| uuid(field, text).map(RequestId);
    /// The field `incident_id`.
    incident_id -> IncidentId = |field, text| uuid(field, text).map(IncidentId);
    /// The field `assignment_id`.
    assignment_id -> AssignmentId = |field, text| uuid(field, text).map(AssignmentId);
    /// The field `alarm_id`.
    alarm_id -> AlarmId = |field, text| uuid(field, text).map(AlarmId);
    /// The field `call_id`.
    call_id -> CallId = |field, text| uuid(field, text).map(CallId);
    /// The field `into_incident_id`.
    into_incident_id -> IncidentId = |field, text| uuid(field, text).map(IncidentId);
    /// The field `whistle_id`.
    whistle_id -> WhistleId = |field, text| uuid(field, text).map(WhistleId);
    /// The field `shift_id`.
    shift_id -> ShiftId = |field, text| uuid(field, text).map(ShiftId);
    /// The field `premise_note_id`.
    premise_note_id -> PremiseNoteId = |field, text| uuid(field, text).map(PremiseNoteId);
    /// The field `log_id`.
    log_id -> LogId = |field, text| code(field, text, LogId::new);
    /// The field `unit_id`.
    unit_id -> UnitId = |field, text| code(field, text, UnitId::new);
    /// The field `agency_id`.
    agency_id -> AgencyId = |field, text| code(field, text, AgencyId::new);
    /// The field `station_id`.
    station_id -> AgencyId = |field, text| code(field, text, AgencyId::new);
    /// The field `area_id`.
    area_id -> AgencyId = |field, text| code(field, text, AgencyId::new);
    /// The field `from_id`.
    from_id -> AgencyId = |field, text| code(field, text, AgencyId::new);
    /// The field `to_id`.
    to_id -> AgencyId = |field, text| code(field, text, AgencyId::new);
    /// The field `kind`.
    kind -> ReasonKey = |field, text| code(field, text, ReasonKey::new);
    /// The field `reason`.
    reason -> ReasonKey = |field, text| code(field, text, ReasonKey::new);
    /// The field `disposition`.
    disposition -> ReasonKey = |field, text| code(field, text, ReasonKey::new);
}

/// A code, by its own constructor: `code("log_id", text, LogId::new)`.
///
/// # Errors
/// [`FieldError`] with the characters that are allowed.
pub fn code<T>(field: &str, text: &str, new: fn(&str) -> Result<T, InvalidCode>) -> Result<T, FieldError> {
    new(text).map_err(|e| FieldError::new(field, e.given, format!("1 to 32 characters of {}", e.alphabet)))
}

/// A code that may be left empty.
///
/// # Errors
/// As [`code`].
pub fn optional_code<T>(field: &str, text: &str, new: fn(&str) -> Result<T, InvalidCode>) -> Result<Option<T>, FieldError> {
    if text.is_empty() { Ok(None) } else { code(field, text, new).map(Some) }
}

/// Text of at most `max_chars` characters, without control characters other than line breaks and tabs.
///
/// # Errors
/// [`FieldError`] with the text's length, never the text.
pub fn text<'a>(field: &str, given: &'a str, max_chars: usize) -> Result<&'a str, FieldError> {
    let chars = given.chars().count();
    if chars > max_chars {
        return Err(FieldError::new(field, format_args!("{chars} characters"), format!("at most {max_chars} characters")));
    }
    if given.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(FieldError::new(field, "a control character", "text without control characters"));
    }
    Ok(given)
}

/// Text that must be there, of 1 to `max_chars` characters.
///
/// # Errors
/// As [`text`], and when it is empty or blank.
pub fn required_text<'a>(field: &str, given: &'a str, max_chars: usize) -> Result<&'a str, FieldError> {
    if given.trim().is_empty() {
        return Err(FieldError::new(field, "", format!("1 to {max_chars} characters")));
    }
    text(field, given, max_chars)
}

/// A time, cut to milliseconds; none when it is left out.
///
/// # Errors
/// [`FieldError`] when nanoseconds are not 0 to 999,999,999 or the year is not 1 to 9999.
pub fn time(field: &str, given: Option<&pbjson_types::Timestamp>) -> Result<Option<Timestamp>, FieldError> {
    let Some(given) = given else { return Ok(None) };
    if !(0..=999_999_999).contains(&given.nanos) {
        return Err(FieldError::new(&format!("{field}.nanos"), given.nanos, "0 to 999999999"));
    }
    if !SECONDS.contains(&given.seconds) {
        return Err(FieldError::new(&format!("{field}.seconds"), given.seconds, "a year from 0001 to 9999"));
    }
    Ok(Some(Timestamp(given.seconds * 1_000 + i64::from(given.nanos / 1_000_000))))
}

/// A time that must be there, cut to milliseconds.
///
/// # Errors
/// As [`time`], and when it is left out.
pub fn required_time(field: &str, given: Option<&pbjson_types::Timestamp>) -> Result<Timestamp, FieldError> {
    time(field, given)?.ok_or_else(|| FieldError::new(field, "", "a time"))
}

/// A position; none when it is left out.
///
/// # Errors
/// [`FieldError`] naming `field.lat_e7` or `field.lon_e7`.
pub fn position(field: &str, given: Option<&api::Position>) -> Result<Option<Position>, FieldError> {
    let Some(given) = given else { return Ok(None) };
    Position::from_e7(given.lat_e7, given.lon_e7).map(Some).map_err(|e| position_error(field, &e))
}

/// The refusal of a position that is out of range, for positions that were checked elsewhere.
#[must_use]
pub fn position_error(field: &str, error: &InvalidPosition) -> FieldError {
    let part = if error.field == "latitude" { "lat_e7" } else { "lon_e7" };
    FieldError::new(&format!("{field}.{part}"), format_args!("{} degrees", error.given), format!("-{0} to {0} degrees", error.limit))
}

/// A classification, which must be there.
///
/// # Errors
/// [`FieldError`] naming `field.category` or `field.type`.
pub fn classification(field: &str, given: Option<&api::Classification>) -> Result<Classification, FieldError> {
    let given = given.ok_or_else(|| FieldError::new(field, "", "a category"))?;
    Ok(Classification {
        category: code(&format!("{field}.category"), &given.category, CategoryKey::new)?,
        kind: optional_code(&format!("{field}.type"), &given.r#type, TypeKey::new)?,
    })
}

/// A priority; 0 takes the policy's.
///
/// # Errors
/// [`FieldError`] unless it is 0 to 4.
pub fn priority(field: &str, given: u32) -> Result<Option<Priority>, FieldError> {
    if given == 0 {
        return Ok(None);
    }
    chosen_priority(field, given)
        .map(Some)
        .map_err(|error| FieldError { expected: format!("{}, or 0 for the policy's", error.expected), ..error })
}

/// A place in the log that must be named.
///
/// # Errors
/// [`FieldError`] when it is 0.
pub fn seq(field: &str, given: u64) -> Result<Seq, FieldError> {
    if given == 0 { Err(FieldError::new(field, given, "the seq of a receipt")) } else { Ok(Seq(given)) }
}

/// A priority that must be chosen.
///
/// # Errors
/// [`FieldError`] unless it is 1 to 4.
pub fn chosen_priority(field: &str, given: u32) -> Result<Priority, FieldError> {
    let checked = u8::try_from(given).ok().and_then(|level| Priority::new(level).ok());
    checked.ok_or_else(|| FieldError::new(field, given, "1 (most urgent) to 4"))
}

/// The fields `accepted` and `reason`: a reason is needed unless it is accepted, where it is not looked at.
///
/// # Errors
/// [`FieldError`] when the reason is missing or not a code.
pub fn refusal(accepted: bool, reason_text: &str) -> Result<Option<ReasonKey>, FieldError> {
    if accepted { Ok(None) } else { reason(reason_text).map(Some) }
}

/// The fields `sworn` and `auxiliary`; both 0 keep the registered crew.
///
/// # Errors
/// [`FieldError`] when one is above 255.
pub fn crew(sworn: u32, auxiliary: u32) -> Result<Option<(u8, u8)>, FieldError> {
    let count = |field, given| u8::try_from(given).map_err(|_| FieldError::new(field, given, "at most 255"));
    let crew = (count("sworn", sworn)?, count("auxiliary", auxiliary)?);
    Ok((crew != (0, 0)).then_some(crew))
}

/// How many to return: 0 takes `default`.
///
/// # Errors
/// [`FieldError`] when it is more than `max`.
pub fn page_size(field: &str, given: u32, default: u32, max: u32) -> Result<u32, FieldError> {
    match given {
        0 => Ok(default),
        given if given <= max => Ok(given),
        given => Err(FieldError::new(field, given, format!("1 to {max}, or 0 for {default}"))),
    }
}

/// An H3 cell of resolution 9 in lowercase hex; none when it is left empty.
///
/// # Errors
/// [`FieldError`] unless mode and resolution are those of such a cell.
pub fn h3_cell(field: &str, given: &str) -> Result<Option<H3Cell>, FieldError> {
    if given.is_empty() {
        return Ok(None);
    }
    // Bits 59 to 62 are the mode, where 1 is a cell; bits 52 to 55 the resolution.
    let is_cell = |bits: &u64| bits >> 59 == 1 && (bits >> 52) & 0xF == 9;
    let plain = given.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    let cell = u64::from_str_radix(given, 16).ok().filter(|bits| plain && is_cell(bits)).map(H3Cell);
    cell.map(Some).ok_or_else(|| FieldError::new(field, given, "an H3 cell of resolution 9 in lowercase hex"))
}
