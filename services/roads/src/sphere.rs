//! Distances on the sphere: great-circle distance between positions, and unit vectors for fast comparison.

use domain::place::Position;

/// Mean radius of the Earth in metres: R₁ = (2a + b) / 3 of the GRS 80 ellipsoid, as adopted by the IUGG (Moritz, *Geodetic
/// Reference System 1980*). On a sphere of this radius a distance differs from the ellipsoid's by at most about 0.56 %.
pub const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// Great-circle distance between two positions in metres, on the mean-radius sphere.
///
/// The haversine formula, which stays exact for positions that are close together:
/// `h = sin²(Δφ/2) + cos φ₁ · cos φ₂ · sin²(Δλ/2)`, `d = 2 R · asin √h`, with latitudes φ and longitudes λ in radians. `h` is cut
/// to 1, which rounding may pass at antipodes. Always from 0 to π R; the antimeridian and the poles need no special case.
#[must_use]
pub fn great_circle_m(from: Position, to: Position) -> f64 {
    let (from_lat, to_lat) = (from.lat().to_radians(), to.lat().to_radians());
    let half_lat = (to_lat - from_lat) / 2.0;
    let half_lon = (to.lon() - from.lon()).to_radians() / 2.0;
    let h = half_lat.sin().powi(2) + from_lat.cos() * to_lat.cos() * half_lon.sin().powi(2);
    2.0 * EARTH_RADIUS_M * h.clamp(0.0, 1.0).sqrt().asin()
}

/// A position as a vector of length 1 from the Earth's centre.
///
/// The *chord*, the straight line through the Earth between two such vectors, grows with their great-circle distance, so
/// comparing chords compares distances without a trigonometric function; and chords obey the triangle inequality everywhere.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct UnitVector {
    x: f64,
    y: f64,
    z: f64,
}

impl UnitVector {
    /// The vector of a position: `(cos φ cos λ, cos φ sin λ, sin φ)`.
    #[must_use]
    pub fn of(position: Position) -> Self {
        Self::from_radians(position.lat().to_radians(), position.lon().to_radians())
    }

    /// The vector of a latitude and a longitude in radians.
    #[must_use]
    pub fn from_radians(lat: f64, lon: f64) -> Self {
        let (sin_lat, cos_lat) = lat.sin_cos();
        let (sin_lon, cos_lon) = lon.sin_cos();
        Self { x: cos_lat * cos_lon, y: cos_lat * sin_lon, z: sin_lat }
    }

    /// Squared chord to `other`, in squared Earth radii: 0 to 4.
    #[inline]
    #[must_use]
    pub fn chord_squared(self, other: Self) -> f64 {
        let (dx, dy, dz) = (self.x - other.x, self.y - other.y, self.z - other.z);
        dx * dx + dy * dy + dz * dz
    }

    /// Chord to `other`, in Earth radii: 0 to 2.
    #[inline]
    #[must_use]
    pub fn chord(self, other: Self) -> f64 {
        self.chord_squared(other).sqrt()
    }

    /// Great-circle distance to `other` in metres.
    #[must_use]
    pub fn distance_m(self, other: Self) -> f64 {
        chord_to_m(self.chord(other))
    }
}

/// The great-circle distance in metres that belongs to a chord in Earth radii: `d = 2 R · asin(c / 2)`.
#[must_use]
pub fn chord_to_m(chord: f64) -> f64 {
    2.0 * EARTH_RADIUS_M * (chord / 2.0).clamp(0.0, 1.0).asin()
}

/// The chord in Earth radii that belongs to a great-circle distance in metres: `c = 2 · sin(d / 2R)`. Distances beyond half the
/// Earth's circumference give the largest chord, 2.
#[must_use]
pub fn m_to_chord(distance_m: f64) -> f64 {
    let half_angle = distance_m / (2.0 * EARTH_RADIUS_M);
    2.0 * half_angle.clamp(0.0, std::f64::consts::FRAC_PI_2).sin()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::f64::consts::PI;

    fn at(lat: f64, lon: f64) -> Position {
        Position::from_degrees(lat, lon).unwrap()
    }

    #[test]
    fn known_distances() {
        let degree_m = EARTH_RADIUS_M * PI / 180.0;
        assert!((great_circle_m(at(0.0, 0.0), at(0.0, 1.0)) - degree_m).abs() < 1e-6, "a degree of the equator");
        assert!((great_circle_m(at(37.0, 108.0), at(38.0, 108.0)) - degree_m).abs() < 1e-6, "a degree of a meridian");
        assert!((great_circle_m(at(60.0, 179.5), at(60.0, -179.5)) - 55_597.0).abs() < 10.0, "over the antimeridian the short way");
        assert!((great_circle_m(at(90.0, 0.0), at(90.0, 137.0))).abs() < 1e-6, "every longitude is the same place at a pole");
        assert!((great_circle_m(at(37.6, 108.8), at(-37.6, -71.2)) - PI * EARTH_RADIUS_M).abs() < 1.0, "antipodes");
        // Beijing Capital to Shanghai Hongqiao airports: published great-circle distance on a sphere 1,076 km.
        let distance_km = great_circle_m(at(40.080_11, 116.584_56), at(31.197_88, 121.336_32)) / 1000.0;
        assert!((distance_km - 1_076.0).abs() < 5.0, "{distance_km}");
    }

    proptest! {
        #[test]
        fn vectors_and_haversine_agree(a in (-90.0..=90.0f64, -180.0..=180.0f64), b in (-90.0..=90.0f64, -180.0..=180.0f64)) {
            let (a, b) = (at(a.0, a.1), at(b.0, b.1));
            let (haversine, vectors) = (great_circle_m(a, b), UnitVector::of(a).distance_m(UnitVector::of(b)));
            // Near antipodes asin is steep: rounding of 1e-16 becomes 0.1 m there, 1 mm elsewhere.
            let tolerance_m = if haversine > 20_000_000.0 { 1.0 } else { 0.001 };
            prop_assert!((haversine - vectors).abs() < tolerance_m, "{haversine} {vectors}");
            prop_assert!((haversine - great_circle_m(b, a)).abs() < 1e-6);
            prop_assert!(haversine <= PI * EARTH_RADIUS_M + 1e-6);
        }

        #[test]
        fn a_chord_comes_back_as_its_distance(distance_m in 0.0..20_000_000.0f64) {
            prop_assert!((chord_to_m(m_to_chord(distance_m)) - distance_m).abs() < 0.01);
        }
    }
}
