//! Rectangles in longitude and latitude, and the robust extent of scattered points.

use crate::geometry::cut_to_valid;
use domain::place::Position;

/// A rectangle of longitudes and latitudes. It does not cross the antimeridian.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Extent {
    south_west: Position,
    north_east: Position,
}

impl Extent {
    /// Least latitude, degrees × 10⁷.
    pub(super) fn south_e7(&self) -> i64 {
        i64::from(self.south_west.lat_e7())
    }

    /// Least longitude, degrees × 10⁷.
    pub(super) fn west_e7(&self) -> i64 {
        i64::from(self.south_west.lon_e7())
    }

    /// Greatest latitude, degrees × 10⁷.
    pub(super) fn north_e7(&self) -> i64 {
        i64::from(self.north_east.lat_e7())
    }

    /// Greatest longitude, degrees × 10⁷.
    pub(super) fn east_e7(&self) -> i64 {
        i64::from(self.north_east.lon_e7())
    }

    /// Cut at a longitude: what is west and what is east of it.
    pub(super) fn cut_at_lon(self, lon_e7: i64) -> (Self, Self) {
        let north = cut_to_valid(self.north_e7(), lon_e7, self.north_east);
        let south = cut_to_valid(self.south_e7(), lon_e7, self.south_west);
        (Self { north_east: north, ..self }, Self { south_west: south, ..self })
    }

    /// Cut at a latitude: what is south and what is north of it.
    pub(super) fn cut_at_lat(self, lat_e7: i64) -> (Self, Self) {
        let east = cut_to_valid(lat_e7, self.east_e7(), self.north_east);
        let west = cut_to_valid(lat_e7, self.west_e7(), self.south_west);
        (Self { north_east: east, ..self }, Self { south_west: west, ..self })
    }

    /// The south-west corner.
    #[must_use]
    pub fn south_west(&self) -> Position {
        self.south_west
    }

    /// The north-east corner.
    #[must_use]
    pub fn north_east(&self) -> Position {
        self.north_east
    }

    /// Whether a position lies in it, edges included.
    #[must_use]
    pub fn contains(&self, position: Position) -> bool {
        let (lat, lon) = (i64::from(position.lat_e7()), i64::from(position.lon_e7()));
        (self.south_e7()..=self.north_e7()).contains(&lat) && (self.west_e7()..=self.east_e7()).contains(&lon)
    }

    /// The corners, counter-clockwise from the south-west.
    #[must_use]
    pub fn ring(&self) -> Vec<Position> {
        let south_east = cut_to_valid(self.south_e7(), self.east_e7(), self.south_west);
        let north_west = cut_to_valid(self.north_e7(), self.west_e7(), self.north_east);
        vec![self.south_west, south_east, self.north_east, north_west]
    }

    /// Its middle.
    #[must_use]
    pub fn centre(&self) -> Position {
        self.at(0.5, 0.5)
    }

    /// The position at these fractions (0 to 1) of its height and width.
    #[must_use]
    pub fn at(&self, up: f64, right: f64) -> Position {
        let part = |low: i64, high: i64, fraction: f64| {
            // At most 3.6e9, so the product is exact enough and fits.
            #[allow(clippy::cast_possible_truncation)]
            let moved = ((high - low) as f64 * fraction.clamp(0.0, 1.0)) as i64;
            low + moved
        };
        let (lat, lon) = (part(self.south_e7(), self.north_e7(), up), part(self.west_e7(), self.east_e7(), right));
        cut_to_valid(lat, lon, self.south_west)
    }

    /// Whether it is wider than high, measured on the ground.
    pub(super) fn is_wide(&self) -> bool {
        let width = (self.east_e7() - self.west_e7()) as f64 * self.centre().lat().to_radians().cos();
        width > (self.north_e7() - self.south_e7()) as f64
    }
}

/// Share of the points that may be wild on either end of either axis.
const TAIL: f64 = 0.05;
/// How far beyond the central points' span a point may lie and still count, in spans. A uniform spread needs 0.06.
const REACH_SPANS: f64 = 0.75;
/// Margin around the points that count, in their span, and at least [`MARGIN_MIN_E7`].
const MARGIN_SPANS: f64 = 0.01;
/// About 500 m.
const MARGIN_MIN_E7: i64 = 45_000;

/// The rectangle that holds the points without the wild ones: those that lie on either axis within three quarters of the span of
/// the central 90 % beyond it, and a margin of 1 %. Up to 5 % wild points at each end don't move it. None without points.
#[must_use]
pub fn robust_extent(points: &[Position]) -> Option<Extent> {
    let (south_e7, north_e7) = robust_range(points.iter().map(|p| i64::from(p.lat_e7())).collect(), 900_000_000)?;
    let (west_e7, east_e7) = robust_range(points.iter().map(|p| i64::from(p.lon_e7())).collect(), 1_800_000_000)?;
    let any = *points.first()?;
    Some(Extent { south_west: cut_to_valid(south_e7, west_e7, any), north_east: cut_to_valid(north_e7, east_e7, any) })
}

// Spans are below 2^32 and fractions near 1: nothing is cut off.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn robust_range(mut values: Vec<i64>, limit: i64) -> Option<(i64, i64)> {
    values.sort_unstable();
    let last = values.len().checked_sub(1)?;
    let tail = (last as f64 * TAIL) as usize;
    let (low, high) = (*values.get(tail)?, *values.get(last - tail)?);
    let reach = (((high - low) as f64 * REACH_SPANS) as i64).max(MARGIN_MIN_E7);
    let counted = |value: &&i64| **value >= low - reach && **value <= high + reach;
    let (least, most) = (*values.iter().find(counted)?, *values.iter().rev().find(counted)?);
    let margin = (((most - least) as f64 * MARGIN_SPANS) as i64).max(MARGIN_MIN_E7);
    Some(((least - margin).max(-limit), (most + margin).min(limit)))
}
