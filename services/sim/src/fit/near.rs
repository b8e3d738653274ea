//! Calls near each other in place and time: near duplicates within minutes, repeats within days.

use super::{DAY_MS, Observed, Sample};
use domain::place::Position;
use roads::sphere::great_circle_m;
use std::collections::HashMap;

/// Side of a cell of the search grid, degrees × 10⁷: about 220 m from south to north.
const CELL_E7: i32 = 20_000;
/// Most earlier calls looked at in one cell, newest first: a police station's own address must not make the search quadratic.
const CELL_LOOK_MAX: usize = 4_096;

/// A share, with what chance alone would give.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Near {
    /// Calls with a position.
    pub of: u64,
    /// Share of them with an earlier one near in place and time.
    pub share: f64,
    /// The same against calls of the day before at the same time: places that are always busy.
    pub chance: f64,
}

/// Share of calls that have one of the same type within `radius_m` in the `within_ms` before; by chance: the same a day earlier.
#[must_use]
pub fn near_duplicates(sample: &Sample, radius_m: f64, within_ms: i64) -> Near {
    share(&sample.calls.iter().collect::<Vec<_>>(), radius_m, (0, within_ms), (DAY_MS, DAY_MS + within_ms))
}

/// Share of calls of one category that have another of it within `radius_m`, between an hour and `within_days` before; by chance: as
/// many days before that, where the set goes back that far.
#[must_use]
pub fn repeats(sample: &Sample, category: &str, radius_m: f64, within_days: i64) -> Near {
    let calls: Vec<&Observed> = sample.calls.iter().filter(|call| call.what.0.as_str() == category).collect();
    let within_ms = within_days * DAY_MS;
    share(&calls, radius_m, (super::HOUR_MS, within_ms), (within_ms, 2 * within_ms))
}

/// An earlier call: when, where, and its index.
type Earlier = (i64, Position, usize);

fn cell(position: Position) -> (i32, i32) {
    (position.lat_e7().div_euclid(CELL_E7), position.lon_e7().div_euclid(CELL_E7))
}

fn share(calls: &[&Observed], radius_m: f64, window: (i64, i64), by_chance: (i64, i64)) -> Near {
    let mut cells: HashMap<(i32, i32), Vec<Earlier>> = HashMap::new();
    let (mut of, mut found, mut found_by_chance) = (0_u64, 0_u64, 0_u64);
    for (index, call) in calls.iter().enumerate() {
        let Some(position) = call.position else { continue };
        of += 1;
        let (row, column) = cell(position);
        let is_near = |(from, to): (i64, i64)| {
            (row - 1..=row + 1).flat_map(|row| (column - 1..=column + 1).map(move |column| (row, column))).any(|key| {
                cells.get(&key).is_some_and(|earlier| {
                    earlier.iter().rev().take(CELL_LOOK_MAX).take_while(|(at, _, _)| call.local_ms - at <= to).any(|&(at, place, other)| {
                        call.local_ms - at >= from && calls[other].what == call.what && great_circle_m(place, position) <= radius_m
                    })
                })
            })
        };
        found += u64::from(is_near(window));
        found_by_chance += u64::from(is_near(by_chance));
        cells.entry((row, column)).or_default().push((call.local_ms, position, index));
    }
    let part = |count: u64| count as f64 / of.max(1) as f64;
    Near { of, share: part(found), chance: part(found_by_chance) }
}
