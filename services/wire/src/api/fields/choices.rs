//! Enums of a request into those of the core: what is not known is refused by its field.

use super::{FieldError, reason};
use crate::v1alpha1 as api;
use domain::assignment::AssignmentRole;
use domain::classification::{CallSource, Team, TransferTarget};
use domain::command::WhenEngaged;
use domain::place::Datum;
use domain::unit::Availability;

/// A datum; unspecified is WGS-84.
///
/// # Errors
/// [`FieldError`] when the number is not known.
pub fn datum(field: &str, given: i32) -> Result<Datum, FieldError> {
    match api::Datum::try_from(given) {
        Ok(api::Datum::Unspecified | api::Datum::Wgs84) => Ok(Datum::Wgs84),
        Ok(api::Datum::Gcj02) => Ok(Datum::Gcj02),
        Ok(api::Datum::Bd09) => Ok(Datum::Bd09),
        Err(_) => Err(FieldError::new(field, given, "a value of Datum")),
    }
}

/// A source of calls; unspecified is 110.
///
/// # Errors
/// [`FieldError`] when the number is not known.
pub fn call_source(field: &str, given: i32) -> Result<CallSource, FieldError> {
    use api::CallSource as Api;
    Ok(match Api::try_from(given).map_err(|_| FieldError::new(field, given, "a value of CallSource"))? {
        Api::Unspecified | Api::Emergency110 => CallSource::Emergency110,
        Api::Traffic122 => CallSource::Traffic122,
        Api::WalkIn => CallSource::WalkIn,
        Api::Officer => CallSource::Officer,
        Api::Visit => CallSource::Visit,
        Api::ChatGroup => CallSource::ChatGroup,
        Api::Web => CallSource::Web,
        Api::Sensor => CallSource::Sensor,
        Api::CitizensLine12345 => CallSource::CitizensLine12345,
        Api::Fire119 => CallSource::Fire119,
        Api::Medical120 => CallSource::Medical120,
        Api::OtherJurisdiction => CallSource::OtherJurisdiction,
        Api::SelfService => CallSource::SelfService,
    })
}

/// What a unit is there for; unspecified leaves it to the rules.
///
/// # Errors
/// [`FieldError`] when the number is not known.
pub fn assignment_role(field: &str, given: i32) -> Result<Option<AssignmentRole>, FieldError> {
    use api::AssignmentRole as Api;
    Ok(match Api::try_from(given).map_err(|_| FieldError::new(field, given, "a value of AssignmentRole"))? {
        Api::Unspecified => None,
        Api::Primary => Some(AssignmentRole::Primary),
        Api::Backup => Some(AssignmentRole::Backup),
        Api::Overwatch => Some(AssignmentRole::Overwatch),
        Api::BeatAttendance => Some(AssignmentRole::BeatAttendance),
    })
}

/// A team; unspecified is none.
///
/// # Errors
/// [`FieldError`] when the number is not known.
pub fn team(field: &str, given: i32) -> Result<Option<Team>, FieldError> {
    use api::Team as Api;
    Ok(match Api::try_from(given).map_err(|_| FieldError::new(field, given, "a value of Team"))? {
        Api::Unspecified => None,
        Api::Community => Some(Team::Community),
        Api::Case => Some(Team::Case),
        Api::Room => Some(Team::Room),
        Api::Traffic => Some(Team::Traffic),
        Api::Patrol => Some(Team::Patrol),
    })
}

/// A team that must be chosen.
///
/// # Errors
/// [`FieldError`] when it is unspecified or not known.
pub fn required_team(field: &str, given: i32) -> Result<Team, FieldError> {
    team(field, given)?.ok_or_else(|| FieldError::new(field, given, "a team"))
}

/// Who is asked to take an incident.
///
/// # Errors
/// [`FieldError`] when it is unspecified or not known.
pub fn transfer_target(field: &str, given: i32) -> Result<TransferTarget, FieldError> {
    match api::TransferTarget::try_from(given) {
        Ok(api::TransferTarget::Fire119) => Ok(TransferTarget::Fire119),
        Ok(api::TransferTarget::Medical120) => Ok(TransferTarget::Medical120),
        Ok(api::TransferTarget::CitizensLine12345) => Ok(TransferTarget::CitizensLine12345),
        Ok(api::TransferTarget::OtherJurisdiction) => Ok(TransferTarget::OtherJurisdiction),
        Ok(api::TransferTarget::Unspecified) | Err(_) => {
            Err(FieldError::new(field, given, "FIRE_119, MEDICAL_120, CITIZENS_LINE_12345 or OTHER_JURISDICTION"))
        }
    }
}

/// What to do when a unit is engaged; unspecified refuses the order.
///
/// # Errors
/// [`FieldError`] when the number is not known.
pub fn when_engaged(field: &str, given: i32) -> Result<WhenEngaged, FieldError> {
    match api::WhenEngaged::try_from(given) {
        Ok(api::WhenEngaged::Unspecified) => Ok(WhenEngaged::Refuse),
        Ok(api::WhenEngaged::Queue) => Ok(WhenEngaged::Queue),
        Ok(api::WhenEngaged::Divert) => Ok(WhenEngaged::Divert),
        Err(_) => Err(FieldError::new(field, given, "a value of WhenEngaged")),
    }
}

/// The fields `availability` and `reason`: a reason is needed unless the unit is available.
///
/// # Errors
/// [`FieldError`] when it is unspecified, not known, or lacks its reason.
pub fn availability(given: i32, reason_text: &str) -> Result<Availability, FieldError> {
    match api::Availability::try_from(given) {
        Ok(api::Availability::Available) => Ok(Availability::Available),
        Ok(api::Availability::ConditionallyAvailable) => Ok(Availability::Conditional { reason: reason(reason_text)? }),
        Ok(api::Availability::OutOfService) => Ok(Availability::OutOfService { reason: reason(reason_text)? }),
        Ok(api::Availability::Unspecified) | Err(_) => {
            Err(FieldError::new("availability", given, "AVAILABLE, CONDITIONALLY_AVAILABLE or OUT_OF_SERVICE"))
        }
    }
}

/// A state to search for; unspecified does not filter.
///
/// # Errors
/// [`FieldError`] when the number is not known.
pub fn incident_state(field: &str, given: i32) -> Result<Option<api::IncidentState>, FieldError> {
    match api::IncidentState::try_from(given) {
        Ok(api::IncidentState::Unspecified) => Ok(None),
        Ok(state) => Ok(Some(state)),
        Err(_) => Err(FieldError::new(field, given, "a value of IncidentState")),
    }
}
