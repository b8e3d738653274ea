//! Refusals as gRPC statuses, in one place: the code, a message that says what to do, and details for programs.

use crate::api::FieldError;
use domain::rejection::Rejection;
use std::collections::HashMap;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, PreconditionViolation, StatusExt};

/// The `domain` of every `google.rpc.ErrorInfo` this project sends.
pub const ERROR_DOMAIN: &str = "oneroom";

/// The status of a refused command.
///
/// Each carries a `google.rpc.ErrorInfo` whose reason is the kind of refusal (`LOST_RACE`) and whose metadata has its values.
#[must_use]
pub fn rejection_to_status(rejection: &Rejection) -> Status {
    let renamed = in_words_of_the_api(rejection);
    let rejection = renamed.as_ref().unwrap_or(rejection);
    let (code, reason, metadata) = classify(rejection);
    let mut details = ErrorDetails::with_error_info(reason, ERROR_DOMAIN, named(metadata));
    match rejection {
        Rejection::Invalid { field, expected, .. } => {
            details.add_bad_request_violation(*field, format!("expected {expected}"));
        }
        Rejection::NotFound { kind, id } => {
            details.set_resource_info(*kind, id, "", "it is not in this log");
        }
        Rejection::IllegalMove { subject, event, possible, .. } => {
            details.add_precondition_failure_violation("STATE", subject, format!("{event}: only {} possible", possible.join(", ")));
        }
        Rejection::NotEligible { unit, reasons } => {
            let violation = |r: &domain::reason::Reason| PreconditionViolation::new(r.code.as_str(), unit.as_str(), r.to_string());
            details.set_precondition_failure(reasons.iter().map(violation).collect::<Vec<_>>());
        }
        _ => {}
    }
    Status::with_error_details(code, rejection.to_string(), details)
}

/// The refusal of a field that the API calls otherwise than the core; none where both call it the same.
fn in_words_of_the_api(rejection: &Rejection) -> Option<Rejection> {
    let Rejection::Invalid { field, given, expected } = rejection else { return None };
    let field = match *field {
        "area" => "area_id",
        "desk" => "pass_down_from_id",
        "from" => "from_id",
        "into" => "into_incident_id",
        "owner" => "owner_team",
        "plan.ends_at" => "ends_at",
        "plan.starts_at" => "starts_at",
        "plan.station" | "station" => "station_id",
        "plan.units" => "unit_ids",
        "queue" => "assignment_ids",
        "to" => "to_id",
        _ => return None,
    };
    Some(Rejection::Invalid { field, given: given.clone(), expected: expected.clone() })
}

fn named(metadata: Vec<(&str, String)>) -> HashMap<String, String> {
    metadata.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn classify(rejection: &Rejection) -> (Code, &'static str, Vec<(&'static str, String)>) {
    match rejection {
        Rejection::Invalid { field, .. } => (Code::InvalidArgument, "INVALID", vec![("field", (*field).to_owned())]),
        Rejection::NotFound { kind, id } => (Code::NotFound, "NOT_FOUND", vec![("kind", (*kind).to_owned()), ("id", id.clone())]),
        Rejection::IllegalMove { state, holder, event, possible, .. } => {
            let mut metadata = vec![("state", (*state).to_owned()), ("event", (*event).to_owned()), ("possible", possible.join(","))];
            metadata.extend(holder.as_ref().map(|holder| ("holder", holder.clone())));
            (Code::FailedPrecondition, "ILLEGAL_MOVE", metadata)
        }
        Rejection::LostRace { unit, holder } => (Code::Aborted, "LOST_RACE", vec![("unit", unit.clone()), ("holder", holder.to_string())]),
        Rejection::StaleRevision { number, expected, actual } => {
            let metadata = vec![("number", number.to_string()), ("expected", expected.to_string()), ("actual", actual.to_string())];
            (Code::Aborted, "STALE_REVISION", metadata)
        }
        Rejection::CanNotUndo { number, why } => {
            (Code::FailedPrecondition, "CAN_NOT_UNDO", vec![("number", number.to_string()), ("why", why.clone())])
        }
        Rejection::NotEligible { unit, .. } => (Code::FailedPrecondition, "NOT_ELIGIBLE", vec![("unit", unit.to_string())]),
        Rejection::Forbidden { action, .. } => (Code::PermissionDenied, "FORBIDDEN", vec![("action", (*action).to_owned())]),
        Rejection::NotReady(what) => (Code::FailedPrecondition, "NOT_READY", vec![("lacks", (*what).to_owned())]),
        Rejection::DeadlineGone => (Code::Internal, "DEADLINE_GONE", Vec::new()),
        Rejection::SituationLacks(what) => (Code::Internal, "SITUATION_LACKS", vec![("lacks", (*what).to_owned())]),
    }
}

/// The status of a refused request field: `INVALID_ARGUMENT` with a `google.rpc.BadRequest` that names it.
#[must_use]
pub fn field_error_to_status(error: &FieldError) -> Status {
    let mut details = ErrorDetails::with_error_info("INVALID", ERROR_DOMAIN, named(vec![("field", error.field.clone())]));
    details.add_bad_request_violation(&error.field, format!("expected {}", error.expected));
    Status::with_error_details(Code::InvalidArgument, error.to_string(), details)
}

impl From<FieldError> for Status {
    fn from(error: FieldError) -> Self {
        field_error_to_status(&error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_refusal_has_its_code_and_reason() {
        let id = || "a".to_owned();
        let unit = domain::ids::UnitId::new("610824-a12").unwrap();
        let cases = [
            (Rejection::Invalid { field: "reason", given: id(), expected: id() }, Code::InvalidArgument, "INVALID"),
            (Rejection::NotFound { kind: "unit", id: id() }, Code::NotFound, "NOT_FOUND"),
            (
                Rejection::IllegalMove { subject: id(), state: "closed", holder: None, event: "x", possible: vec!["y"] },
                Code::FailedPrecondition,
                "ILLEGAL_MOVE",
            ),
            (Rejection::LostRace { unit: "A12".to_owned(), holder: 2041 }, Code::Aborted, "LOST_RACE"),
            (Rejection::StaleRevision { number: 1, expected: 2, actual: 3 }, Code::Aborted, "STALE_REVISION"),
            (Rejection::CanNotUndo { number: 2041, why: id() }, Code::FailedPrecondition, "CAN_NOT_UNDO"),
            (Rejection::NotEligible { unit, reasons: vec![domain::reason::Reason::off_duty()] }, Code::FailedPrecondition, "NOT_ELIGIBLE"),
            (Rejection::Forbidden { principal: id(), action: "clear", expected: id() }, Code::PermissionDenied, "FORBIDDEN"),
            (Rejection::NotReady("policy"), Code::FailedPrecondition, "NOT_READY"),
            (Rejection::DeadlineGone, Code::Internal, "DEADLINE_GONE"),
            (Rejection::SituationLacks("fresh ids"), Code::Internal, "SITUATION_LACKS"),
        ];
        for (rejection, code, reason) in cases {
            let status = rejection_to_status(&rejection);
            assert_eq!(status.code(), code, "{rejection}");
            assert_eq!(status.message(), rejection.to_string());
            assert_eq!(status.get_error_details().error_info().unwrap().reason, reason);
        }
    }

    #[test]
    fn a_refused_field_is_named_as_the_request_calls_it() {
        let status = rejection_to_status(&Rejection::Invalid { field: "area", given: "x".to_owned(), expected: "an agency".to_owned() });
        assert_eq!(status.message(), "area_id \"x\" is not valid: expected an agency");
        let details = status.get_error_details();
        assert_eq!(details.bad_request().unwrap().field_violations[0].field, "area_id");
        assert_eq!(details.error_info().unwrap().metadata["field"], "area_id");
    }

    #[test]
    fn a_lost_race_names_who_has_the_unit() {
        let status = rejection_to_status(&Rejection::LostRace { unit: "A12".to_owned(), holder: 2041 });
        let details = status.get_error_details();
        let metadata = &details.error_info().unwrap().metadata;
        assert_eq!((metadata["unit"].as_str(), metadata["holder"].as_str()), ("A12", "2041"));
    }

    #[test]
    fn a_refused_field_is_named_in_the_details() {
        let status = Status::from(FieldError::new("position.lat_e7", 950_000_000, "-90 to 90 degrees"));
        assert_eq!(status.code(), Code::InvalidArgument);
        assert_eq!(status.message(), "position.lat_e7 \"950000000\" is not valid: expected -90 to 90 degrees");
        let details = status.get_error_details();
        assert_eq!(details.bad_request().unwrap().field_violations[0].field, "position.lat_e7");
    }
}
