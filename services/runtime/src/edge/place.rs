//! Where something is that a request names: WGS-84 once, at the edge, then its place in a log.

use super::{Edge, status};
use crate::committed::LogView;
use crate::error::RuntimeError;
use domain::ids::{LogId, UnitId};
use domain::place::{Datum, Place, Position};
use std::sync::Arc;
use tonic::Status;
use wire::api::{FieldError, fields};
use wire::v1alpha1 as api;

/// The fields `position` and `datum`: WGS-84, and the datum it was declared in; none when it is left out. One that was declared
/// in WGS-84 is not touched.
///
/// # Errors
/// [`FieldError`] naming `datum`, `position.lat_e7` or `position.lon_e7`.
pub fn declared_position(position: Option<&api::Position>, datum: i32) -> Result<Option<(Position, Datum)>, FieldError> {
    let datum = fields::datum("datum", datum)?;
    let Some(declared) = fields::position("position", position)? else { return Ok(None) };
    if datum == Datum::Wgs84 {
        return Ok(Some((declared, datum)));
    }
    let converted = places::to_wgs84(declared.lat(), declared.lon(), datum);
    let position = converted.map_err(|error| fields::position_error("position", &error))?;
    Ok(Some((position, datum)))
}

/// The place of a declared position in a log; without one only words are known.
#[must_use]
pub fn place_in(view: &LogView, position: Option<(Position, Datum)>) -> Place {
    position.map_or(Place::Unverified, |(position, datum)| view.context.places.locate(position, datum))
}

impl Edge {
    /// A log as it is now.
    ///
    /// # Errors
    /// NOT_FOUND when it is not served here.
    pub fn view(&self, log_id: &LogId) -> Result<Arc<LogView>, Status> {
        self.runtime.view(log_id).ok_or_else(|| status(&RuntimeError::UnknownLog(log_id.clone())))
    }

    /// Where a unit's device says that it is; where it does not say, where the unit was seen last, while that is fresh.
    ///
    /// # Errors
    /// NOT_FOUND when the log is not served here, INVALID_ARGUMENT naming a field.
    pub fn place_of_unit(&self, log_id: &LogId, unit_id: &UnitId, position: Option<&api::Position>, datum: i32) -> Result<Place, Status> {
        let declared = declared_position(position, datum)?;
        let view = self.view(log_id)?;
        let seen = || {
            let fix = view.fleet.latest(unit_id)?;
            let stale = fix.is_stale(self.runtime.clock().now(), view.context.policy.clocks.stale_fix_ms);
            (!stale).then_some((fix.position, Datum::Wgs84))
        };
        Ok(place_in(&view, declared.or_else(seen)))
    }
}
