//! Units in the field: as many as wanted, at the same places for the same number and seed, on whichever server.

use crate::ready::ReadyUnit;
use domain::place::{InvalidPosition, Position};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use sim::county::COUNTY_CODE;
use std::sync::Arc;

/// Seed of the places.
const SEED: u64 = 7;
/// Middle and half extent of the invented county, degrees × 10⁷: 27 km by 42 km.
const MIDDLE_E7: (i32, i32) = (376_000_000, 1_088_000_000);
const HALF_E7: (i32, i32) = (1_250_000, 2_300_000);
/// East-west distance of a unit's steps, degrees × 10⁷: about 14 m, a second at 50 km/h. Every server believes that.
const STEP_E7: i32 = 1_600;
/// A unit turns round after this many steps.
const STEPS: u32 = 100;

/// Units by number: what they are called, and where each begins, in degrees × 10⁷ of WGS-84.
#[derive(Debug, Default)]
pub(crate) struct Units {
    pub(crate) ids: Vec<String>,
    pub(crate) starts_e7: Vec<(i32, i32)>,
}

impl Units {
    /// `count` units spread evenly over the invented county.
    pub(crate) fn field(count: usize) -> Self {
        let mut rng = StdRng::seed_from_u64(SEED);
        let ids = (0..count).map(|number| format!("{COUNTY_CODE}-x{number:06}")).collect();
        let mut place = || place_in(&mut rng, MIDDLE_E7, HALF_E7);
        Self { ids, starts_e7: (0..count).map(|_| place()).collect() }
    }

    /// Units that have a device, then units in the field.
    pub(crate) fn with_devices(devices: &[ReadyUnit], field: usize) -> Arc<Self> {
        let mut all = Self::default();
        for unit in devices {
            all.ids.push(unit.unit_id.clone());
            all.starts_e7.push((unit.lat_e7, unit.lon_e7));
        }
        all.append(Self::field(field));
        Arc::new(all)
    }

    pub(crate) fn append(&mut self, mut others: Self) {
        self.ids.append(&mut others.ids);
        self.starts_e7.append(&mut others.starts_e7);
    }

    pub(crate) fn len(&self) -> usize {
        self.ids.len()
    }

    /// Where a unit is after `steps` steps, in degrees × 10⁷: to and fro along a street.
    pub(crate) fn place_e7(&self, unit: usize, steps: u32) -> (i32, i32) {
        let (lat_e7, lon_e7) = self.starts_e7.get(unit).copied().unwrap_or_default();
        let along = steps % (2 * STEPS);
        let along = along.min(2 * STEPS - along);
        (lat_e7, lon_e7 + STEP_E7 * i32::try_from(along).unwrap_or(0))
    }

    /// The same as a position.
    pub(crate) fn position(&self, unit: usize, steps: u32) -> Result<Position, InvalidPosition> {
        let (lat_e7, lon_e7) = self.place_e7(unit, steps);
        Position::from_e7(lat_e7, lon_e7)
    }
}

fn place_in(rng: &mut StdRng, middle_e7: (i32, i32), half_e7: (i32, i32)) -> (i32, i32) {
    let mut along = |middle: i32, half: i32| middle + rng.random_range(-half..=half);
    (along(middle_e7.0, half_e7.0), along(middle_e7.1, half_e7.1))
}

/// Places to ask about: anywhere in the county. The same seed gives the same places.
pub(crate) fn places(count: usize, seed: u64) -> Vec<(i32, i32)> {
    let mut rng = StdRng::seed_from_u64(seed);
    (0..count).map(|_| place_in(&mut rng, MIDDLE_E7, HALF_E7)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use roads::great_circle_m;

    #[test]
    fn a_unit_moves_a_little_with_each_step_and_comes_back() {
        let units = Units::field(3);
        assert_eq!(units.ids[2], "990001-x000002");
        let at = |steps| units.position(1, steps).unwrap();
        for steps in 0..=2 * STEPS {
            let moved_m = great_circle_m(at(steps), at(steps + 1));
            assert!((10.0..20.0).contains(&moved_m), "{moved_m} m after {steps}");
        }
        assert_eq!(at(0), at(2 * STEPS));
        assert_ne!(at(0), at(STEPS));
        assert_eq!(Units::field(3).starts_e7, Units::field(9).starts_e7[..3], "more units leave the first where they were");
    }
}
