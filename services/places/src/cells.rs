//! H3 cells as boxes that certainly contain them, and as keys that sort like the hierarchy.

use crate::edges::Extent;
use h3o::{CellIndex, LatLng, Resolution};
use std::f64::consts::{FRAC_PI_2, PI};

/// The finest resolution of the index and the resolution of `h3_cell`.
pub(crate) const FINEST: Resolution = Resolution::Nine;
/// A cell's own outline bulges past its corners' distance by rounding only; 1 % (2 m at resolution 9) covers it.
const OWN_OUTLINE: f64 = 1.01;
/// Descendants of a cell reach past its corners: by hexagon arithmetic at most 1.06 times their distance. Projection stretches
/// that, most where cells are largest; the factor leaves room for it, and a test samples it.
const DESCENDANTS: f64 = 1.4;
/// Rounding to degrees × 10⁷, on the safe side.
const ROUNDING_E7: f64 = 10.0;

/// Boxes that together contain every position whose [`FINEST`] cell is `cell` or descends from it. Two where the cell lies
/// across the antimeridian, else one.
pub(crate) fn extents(cell: CellIndex) -> Vec<Extent> {
    let center = LatLng::from(cell);
    let corner_rad = cell.boundary().iter().map(|c| center.distance_rads(*c)).fold(0.0, f64::max);
    let reach_rad = corner_rad * if cell.resolution() == FINEST { OWN_OUTLINE } else { DESCENDANTS };
    let (lat, lon) = (center.lat_radians(), center.lng_radians());
    let (south, north) = (lat - reach_rad, lat + reach_rad);
    if south <= -FRAC_PI_2 || north >= FRAC_PI_2 {
        return vec![extent(south, north, -PI, PI)];
    }
    // The meridian that just touches a circle of this radius (spherical law of sines).
    let half_width = (reach_rad.sin() / lat.cos()).min(1.0).asin();
    let (west, east) = (lon - half_width, lon + half_width);
    if west < -PI {
        return vec![extent(south, north, -PI, east), extent(south, north, west + 2.0 * PI, PI)];
    }
    if east > PI {
        return vec![extent(south, north, west, PI), extent(south, north, -PI, east - 2.0 * PI)];
    }
    vec![extent(south, north, west, east)]
}

fn extent(south: f64, north: f64, west: f64, east: f64) -> Extent {
    // Clamped to the valid range, so the value fits an i32.
    #[allow(clippy::cast_possible_truncation)]
    let e7 = |radians: f64, outward: f64, limit: f64| (radians.to_degrees() * 1e7 + outward).clamp(-limit, limit) as i32;
    Extent {
        lon_min: e7(west, -ROUNDING_E7, 1.8e9),
        lat_min: e7(south, -ROUNDING_E7, 0.9e9),
        lon_max: e7(east, ROUNDING_E7, 1.8e9),
        lat_max: e7(north, ROUNDING_E7, 0.9e9),
    }
}

/// Digits below [`FINEST`] in an H3 index: 3 bits each for resolutions 10 to 15.
const UNUSED_BITS: u32 = 18;
/// Base cell and nine digits.
const KEY_MASK: u64 = (1 << 34) - 1;

/// The least key of the cell's descendants at [`FINEST`]: base cell, then one octal digit per resolution. All descendants of a
/// cell are one range of keys, and the ranges of all cells that split the Earth leave no gap between them.
pub(crate) fn first_key(cell: CellIndex) -> u64 {
    let below = 3 * u32::from(u8::from(FINEST) - u8::from(cell.resolution()));
    let key = (u64::from(cell) >> UNUSED_BITS) & KEY_MASK;
    key & !((1u64 << below) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(lat: f64, lon: f64) -> Result<(), TestCaseError> {
        let finest = LatLng::new(lat, lon).unwrap().to_cell(FINEST);
        #[allow(clippy::cast_possible_truncation)]
        let point = [(lon * 1e7).round() as i32, (lat * 1e7).round() as i32];
        let mut previous = 0;
        for resolution in Resolution::range(Resolution::Zero, FINEST) {
            let cell = finest.parent(resolution).unwrap();
            prop_assert!(extents(cell).iter().any(|e| e.contains(point)), "{cell} at {resolution} misses {lat}, {lon}");
            prop_assert!(first_key(cell) >= previous && first_key(cell) <= first_key(finest));
            previous = first_key(cell);
        }
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3000))]
        #[test]
        fn a_cells_boxes_contain_all_that_descends_from_it(z in -1.0f64..1.0, lon in -180.0f64..180.0) {
            check(z.asin().to_degrees(), lon)?;
        }

        #[test]
        fn so_they_do_at_the_corners_of_cells(base in 0usize..122, digits in proptest::collection::vec(0u64..7, 0..8), corner in 0usize..6, pull in 0.95f64..1.05) {
            let mut cell = CellIndex::base_cells().nth(base).unwrap();
            for digit in digits {
                let resolution = cell.resolution().succ().unwrap();
                cell = cell.children(resolution).nth(usize::try_from(digit).unwrap()).unwrap_or_else(|| cell.center_child(resolution).unwrap());
            }
            let (center, outline) = (LatLng::from(cell), cell.boundary());
            let at = outline[corner % outline.len()];
            if (at.lng() - center.lng()).abs() < 90.0 {
                let along = |from: f64, to: f64| from + (to - from) * pull;
                check(along(center.lat(), at.lat()).clamp(-90.0, 90.0), along(center.lng(), at.lng()).clamp(-180.0, 180.0))?;
            }
        }
    }
}
