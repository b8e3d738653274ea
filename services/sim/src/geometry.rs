//! Exact plane geometry on degrees × 10⁷, and movement along great circles.

use domain::place::Position;
use roads::sphere::{EARTH_RADIUS_M, great_circle_m};

/// Where a position lies with respect to a ring.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// Strictly inside.
    Inside,
    /// Exactly on an edge or a corner.
    Edge,
    /// Outside.
    Outside,
}

/// Where `position` lies with respect to a simple ring of corners (in order, the first not repeated). Edges are straight lines in
/// longitude and latitude, as in GeoJSON; integers make the answer exact. A ring must not cross the antimeridian.
#[must_use]
pub fn side_of_ring(ring: &[Position], position: Position) -> Side {
    let (x, y) = (i128::from(position.lon_e7()), i128::from(position.lat_e7()));
    let mut inside = false;
    let Some(mut from) = ring.last() else { return Side::Outside };
    for to in ring {
        let (x1, y1) = (i128::from(from.lon_e7()), i128::from(from.lat_e7()));
        let (x2, y2) = (i128::from(to.lon_e7()), i128::from(to.lat_e7()));
        let turn = (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1);
        if turn == 0 && x >= x1.min(x2) && x <= x1.max(x2) && y >= y1.min(y2) && y <= y1.max(y2) {
            return Side::Edge;
        }
        // An edge counts when it spans the position's latitude, its lower end included, and passes to the east.
        if (y1 <= y) != (y2 <= y) && (turn > 0) == (y2 > y1) {
            inside = !inside;
        }
        from = to;
    }
    if inside { Side::Inside } else { Side::Outside }
}

/// Twice the area of a simple ring in (degrees × 10⁷)², positive when its corners go counter-clockwise.
#[must_use]
pub fn doubled_area(ring: &[Position]) -> i128 {
    let Some(mut from) = ring.last() else { return 0 };
    let mut sum = 0_i128;
    for to in ring {
        sum += i128::from(from.lon_e7()) * i128::from(to.lat_e7()) - i128::from(to.lon_e7()) * i128::from(from.lat_e7());
        from = to;
    }
    sum
}

/// The position at degrees × 10⁷ held in 64 bits, cut to the valid ranges. `instead` is what a position that can't be would become.
pub(crate) fn cut_to_valid(lat_e7: i64, lon_e7: i64, instead: Position) -> Position {
    let part = |value: i64, limit: i64| i32::try_from(value.clamp(-limit, limit)).unwrap_or(0);
    Position::from_e7(part(lat_e7, 900_000_000), part(lon_e7, 1_800_000_000)).unwrap_or(instead)
}

/// The position `fraction` (0 to 1, cut) of the way along the great circle between two positions.
#[must_use]
pub fn along(from: Position, to: Position, fraction: f64) -> Position {
    let fraction = fraction.clamp(0.0, 1.0);
    let angle = great_circle_m(from, to) / EARTH_RADIUS_M;
    // Below a millimetre, or between antipodes, where every direction is as good: no way worth computing.
    if angle < 1e-10 || (std::f64::consts::PI - angle) < 1e-9 || fraction.is_nan() {
        return if fraction >= 1.0 { to } else { from };
    }
    if fraction >= 1.0 {
        return to;
    }
    let (a, b) = (((1.0 - fraction) * angle).sin() / angle.sin(), (fraction * angle).sin() / angle.sin());
    let vector = |p: Position| {
        let (lat, lon) = (p.lat().to_radians(), p.lon().to_radians());
        (lat.cos() * lon.cos(), lat.cos() * lon.sin(), lat.sin())
    };
    let ((x1, y1, z1), (x2, y2, z2)) = (vector(from), vector(to));
    let (x, y, z) = (a * x1 + b * x2, a * y1 + b * y2, a * z1 + b * z2);
    Position::from_degrees(z.atan2(x.hypot(y)).to_degrees(), y.atan2(x).to_degrees()).unwrap_or(from)
}

/// The position that lies `east_m` and `north_m` from here, on the plane that touches the sphere: for distances of a county, away
/// from the poles.
#[must_use]
pub fn offset(from: Position, east_m: f64, north_m: f64) -> Position {
    let lat = from.lat() + (north_m / EARTH_RADIUS_M).to_degrees();
    let lon = from.lon() + (east_m / (EARTH_RADIUS_M * from.lat().to_radians().cos().max(0.01))).to_degrees();
    Position::from_degrees(lat.clamp(-90.0, 90.0), lon.clamp(-180.0, 180.0)).unwrap_or(from)
}

/// Initial direction of the great circle from one position to another, degrees clockwise from north, 0 to 360.
#[must_use]
pub fn heading_deg(from: Position, to: Position) -> f64 {
    let (lat1, lat2) = (from.lat().to_radians(), to.lat().to_radians());
    let turn = (to.lon() - from.lon()).to_radians();
    let east = turn.sin() * lat2.cos();
    let north = lat1.cos() * lat2.sin() - lat1.sin() * lat2.cos() * turn.cos();
    east.atan2(north).to_degrees().rem_euclid(360.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(lat: f64, lon: f64) -> Position {
        Position::from_degrees(lat, lon).unwrap()
    }

    #[test]
    fn a_ring_has_an_inside_an_edge_and_an_outside() {
        let ring = [at(0.0, 0.0), at(0.0, 2.0), at(1.0, 1.0), at(2.0, 2.0), at(2.0, 0.0)];
        assert_eq!(side_of_ring(&ring, at(1.0, 0.5)), Side::Inside);
        assert_eq!(side_of_ring(&ring, at(1.0, 1.0)), Side::Edge);
        assert_eq!(side_of_ring(&ring, at(0.5, 1.5)), Side::Edge);
        assert_eq!(side_of_ring(&ring, at(0.0, 0.7)), Side::Edge);
        assert_eq!(side_of_ring(&ring, at(1.0, 1.5)), Side::Outside, "in the notch");
        assert_eq!(side_of_ring(&ring, at(0.0, 2.5)), Side::Outside, "on the line of an edge, beyond it");
        assert_eq!(side_of_ring(&[], at(0.0, 0.0)), Side::Outside);
        assert!(doubled_area(&ring) > 0);
    }

    #[test]
    fn headings_and_offsets_agree() {
        let here = at(37.6, 108.8);
        for (east_m, north_m, expected_deg) in [(0.0, 500.0, 0.0), (500.0, 0.0, 90.0), (0.0, -500.0, 180.0), (-500.0, 0.0, 270.0)] {
            let there = offset(here, east_m, north_m);
            assert!((great_circle_m(here, there) - 500.0).abs() < 0.1);
            assert!((heading_deg(here, there) - expected_deg).abs() < 0.1);
        }
    }

    proptest! {
        #[test]
        fn a_way_is_walked_in_proportion(lat in -80.0..80.0f64, lon in -180.0..180.0f64, lat2 in -80.0..80.0f64, lon2 in -180.0..180.0f64, fraction in 0.0..1.0f64) {
            let (from, to) = (at(lat, lon), at(lat2, lon2));
            let whole_m = great_circle_m(from, to);
            prop_assume!(whole_m < 19_900_000.0);
            let midway = along(from, to, fraction);
            prop_assert!((great_circle_m(from, midway) - fraction * whole_m).abs() < 1.0);
            prop_assert!((great_circle_m(midway, to) - (1.0 - fraction) * whole_m).abs() < 1.0);
        }
    }
}
