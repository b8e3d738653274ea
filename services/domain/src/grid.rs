//! A coarse grid over positions, in whole numbers: what is near is found without looking at everything.

use crate::place::Position;

/// Edge of a grid square in degrees × 10⁷: 0.005°, about 550 m from south to north.
const SQUARE_E7: i32 = 50_000;
/// Metres of a degree × 10⁷ from south to north (the mean meridian degree, 111,195 m).
const M_PER_E7: f64 = 0.011_119_5;

/// One square of the grid.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct GridKey {
    row: i32,
    column: i32,
}

impl GridKey {
    /// The square that `position` lies in.
    #[must_use]
    pub fn of(position: Position) -> Self {
        Self { row: position.lat_e7().div_euclid(SQUARE_E7), column: position.lon_e7().div_euclid(SQUARE_E7) }
    }

    /// The squares that hold everything within `radius_m` of `position`. `radius_m` is taken as at most 2,000; the date line
    /// is not crossed.
    pub fn around(position: Position, radius_m: u32) -> impl Iterator<Item = Self> {
        let radius_m = f64::from(radius_m.min(2_000));
        let lat_e7 = radius_m / M_PER_E7;
        let lon_e7 = lat_e7 / position.lat().to_radians().cos().max(0.01);
        // Both are small: at most 2 km, widened by at most a hundred.
        #[allow(clippy::cast_possible_truncation)]
        let (lat_e7, lon_e7) = (lat_e7.ceil() as i32, lon_e7.ceil() as i32);
        let rows =
            position.lat_e7().saturating_sub(lat_e7).div_euclid(SQUARE_E7)..=position.lat_e7().saturating_add(lat_e7).div_euclid(SQUARE_E7);
        let columns =
            position.lon_e7().saturating_sub(lon_e7).div_euclid(SQUARE_E7)..=position.lon_e7().saturating_add(lon_e7).div_euclid(SQUARE_E7);
        rows.flat_map(move |row| columns.clone().map(move |column| Self { row, column }))
    }
}

/// Great-circle distance in whole metres (haversine on the mean earth radius of 6,371,008.8 m).
#[must_use]
pub fn distance_m(a: Position, b: Position) -> u32 {
    let (lat_a, lat_b) = (a.lat().to_radians(), b.lat().to_radians());
    let half_lat = ((lat_b - lat_a) / 2.0).sin();
    let half_lon = ((b.lon() - a.lon()).to_radians() / 2.0).sin();
    let h = half_lat * half_lat + lat_a.cos() * lat_b.cos() * half_lon * half_lon;
    // At most half the earth's circumference, 20,015,115 m.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let metres = (2.0 * 6_371_008.8 * h.sqrt().min(1.0).asin()).round() as u32;
    metres
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_within_the_radius_is_in_one_of_the_squares_around() {
        let here = Position::from_degrees(37.6, 108.8).unwrap();
        for (north, east) in [(0.0, 0.0), (0.0026, 0.0), (0.0, 0.0033), (-0.0026, -0.0033), (0.0026, -0.0001)] {
            let there = Position::from_degrees(37.6 + north, 108.8 + east).unwrap();
            assert!(distance_m(here, there) <= 450, "{}", distance_m(here, there));
            assert!(GridKey::around(here, 450).any(|key| key == GridKey::of(there)), "{there:?}");
        }
        assert_eq!(distance_m(here, Position::from_degrees(37.601, 108.8).unwrap()), 111);
    }
}
