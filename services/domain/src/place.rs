//! Where something is: a WGS-84 position, how it was declared, and what is known of the place.

use crate::ids::AgencyId;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A WGS-84 position in degrees × 10⁷ (about 1 cm). Always within the valid ranges.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Position {
    lat_e7: i32,
    lon_e7: i32,
}

/// A coordinate was refused: which one, what was given, what is expected.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{field} {given} is out of range: expected a finite value from -{limit} to {limit} degrees")]
pub struct InvalidPosition {
    /// `latitude` or `longitude`.
    pub field: &'static str,
    /// What was given, in degrees.
    pub given: f64,
    /// 90 or 180.
    pub limit: u8,
}

/// Degrees are stored as this many parts.
pub const E7: f64 = 1e7;
const LAT_LIMIT_E7: i32 = 900_000_000;
const LON_LIMIT_E7: i32 = 1_800_000_000;

impl Position {
    /// A position from degrees × 10⁷.
    ///
    /// # Errors
    /// [`InvalidPosition`] when latitude is beyond ±90° or longitude beyond ±180°.
    pub fn from_e7(lat_e7: i32, lon_e7: i32) -> Result<Self, InvalidPosition> {
        if !(-LAT_LIMIT_E7..=LAT_LIMIT_E7).contains(&lat_e7) {
            return Err(InvalidPosition { field: "latitude", given: f64::from(lat_e7) / E7, limit: 90 });
        }
        if !(-LON_LIMIT_E7..=LON_LIMIT_E7).contains(&lon_e7) {
            return Err(InvalidPosition { field: "longitude", given: f64::from(lon_e7) / E7, limit: 180 });
        }
        Ok(Self { lat_e7, lon_e7 })
    }

    /// A position from degrees.
    ///
    /// # Errors
    /// [`InvalidPosition`] when a value is not finite or out of range.
    pub fn from_degrees(lat: f64, lon: f64) -> Result<Self, InvalidPosition> {
        if !lat.is_finite() || lat.abs() > 90.0 {
            return Err(InvalidPosition { field: "latitude", given: lat, limit: 90 });
        }
        if !lon.is_finite() || lon.abs() > 180.0 {
            return Err(InvalidPosition { field: "longitude", given: lon, limit: 180 });
        }
        // In range, so the rounded products fit an i32.
        #[allow(clippy::cast_possible_truncation)]
        Ok(Self { lat_e7: (lat * E7).round() as i32, lon_e7: (lon * E7).round() as i32 })
    }

    /// Latitude in degrees × 10⁷.
    #[must_use]
    pub fn lat_e7(self) -> i32 {
        self.lat_e7
    }

    /// Longitude in degrees × 10⁷.
    #[must_use]
    pub fn lon_e7(self) -> i32 {
        self.lon_e7
    }

    /// Latitude in degrees.
    #[must_use]
    pub fn lat(self) -> f64 {
        f64::from(self.lat_e7) / E7
    }

    /// Longitude in degrees.
    #[must_use]
    pub fn lon(self) -> f64 {
        f64::from(self.lon_e7) / E7
    }
}

impl fmt::Debug for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.7},{:.7}", self.lat(), self.lon())
    }
}

/// The datum a position was declared in. It is converted to WGS-84 once, at the edge, and remembered.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Datum {
    /// GPS coordinates.
    #[default]
    Wgs84,
    /// The datum of Chinese public maps (国测局).
    Gcj02,
    /// Baidu's datum, on top of GCJ-02.
    Bd09,
}

/// An H3 cell at resolution 9, written as lowercase hex.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct H3Cell(pub u64);

impl fmt::Display for H3Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}", self.0)
    }
}

impl fmt::Debug for H3Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "H3Cell({self})")
    }
}

/// What was worked out about an incident's place before deciding.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// Inside a boundary of this log's agency tree.
    Located {
        /// Where, WGS-84.
        position: Position,
        /// The datum it was declared in.
        datum: Datum,
        /// Its H3 cell, resolution 9.
        h3_cell: H3Cell,
        /// The deepest agency node that contains it.
        agency: AgencyId,
    },
    /// A position outside every boundary: handled by the desk that took the call, and flagged.
    OutsideBoundaries {
        /// Where, WGS-84.
        position: Position,
        /// The datum it was declared in.
        datum: Datum,
        /// Its H3 cell, resolution 9.
        h3_cell: H3Cell,
    },
    /// No position: an unverified location in words (in the vault), handled by the desk that took the call, and flagged.
    Unverified,
}

impl Place {
    /// The position, where one is known.
    #[must_use]
    pub fn position(&self) -> Option<Position> {
        match self {
            Self::Located { position, .. } | Self::OutsideBoundaries { position, .. } => Some(*position),
            Self::Unverified => None,
        }
    }

    /// The H3 cell, where a position is known.
    #[must_use]
    pub fn h3_cell(&self) -> Option<H3Cell> {
        match self {
            Self::Located { h3_cell, .. } | Self::OutsideBoundaries { h3_cell, .. } => Some(*h3_cell),
            Self::Unverified => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_out_of_range_or_not_a_number_is_refused_by_field() {
        assert_eq!(Position::from_degrees(90.5, 0.0).unwrap_err().field, "latitude");
        assert_eq!(Position::from_degrees(0.0, f64::NAN).unwrap_err().field, "longitude");
        assert_eq!(Position::from_e7(0, 1_800_000_001).unwrap_err().field, "longitude");
        assert_eq!(Position::from_degrees(37.6, 108.8).unwrap().lat_e7(), 376_000_000);
    }
}
