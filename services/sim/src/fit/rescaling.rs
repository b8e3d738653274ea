//! Time rescaling: under the true rate, the expected calls between one call and the next are exponential with mean 1.
//!
//! Brown, Barbieri, Ventura, Kass, Frank, "The time-rescaling theorem and its application to neural spike train data analysis",
//! Neural Computation 14 (2002). The Kolmogorov–Smirnov statistic says how far the intervals are from that.

use super::{DAY_MS, HOUR_MS, HourOfWeek, Sample};
use crate::random::seeded;
use rand::RngExt;
use std::collections::BTreeMap;

/// D × √n beyond which the hypothesis is refused at 5 %, for large n.
pub const KS_CRITICAL_5_PERCENT: f64 = 1.358;

/// Where a day's level comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Level {
    /// One for the whole set.
    OfTheSet,
    /// The day's own number of calls: in hindsight.
    OfTheDay,
}

/// The intervals between calls in expected calls, over runs of consecutive active days. `resolution_ms` is how exactly the set writes
/// its times: within it the calls are spread by chance (seeded), since several at once are otherwise no interval at all.
#[must_use]
pub fn rescaled(sample: &Sample, shape: &HourOfWeek, level: Level, resolution_ms: i64) -> Vec<f64> {
    let weight = |day: i64| -> f64 { (0..24).map(|hour| shape.at(day, hour)).sum() };
    let all: f64 = sample.days.keys().map(|day| weight(*day)).sum();
    let of_the_set = sample.calls.len() as f64 / all.max(1e-9);
    let mut at_midnight: BTreeMap<i64, (f64, f64)> = BTreeMap::new();
    let mut sum = 0.0;
    for (day, count) in &sample.days {
        let day_level = match level {
            Level::OfTheSet => of_the_set,
            Level::OfTheDay => *count as f64 / weight(*day).max(1e-9),
        };
        at_midnight.insert(*day, (sum, day_level));
        sum += day_level * weight(*day);
    }
    let mut rng = seeded(0, 0);
    let mut times: Vec<i64> = sample.calls.iter().map(|call| call.local_ms + rng.random_range(0..resolution_ms.max(1))).collect();
    times.sort_unstable();
    let expected_until = |time: i64| {
        let day = time.div_euclid(DAY_MS);
        let &(before, day_level) = at_midnight.get(&day)?;
        let hour = usize::try_from(time.rem_euclid(DAY_MS) / HOUR_MS).unwrap_or(0);
        let whole: f64 = (0..hour).map(|hour| shape.at(day, hour)).sum();
        let part = time.rem_euclid(HOUR_MS) as f64 / HOUR_MS as f64;
        Some((day, before + day_level * (whole + part * shape.at(day, hour))))
    };
    let along: Vec<(i64, f64)> = times.into_iter().filter_map(expected_until).collect();
    // Between two runs of days lies time that was not observed.
    along.windows(2).filter(|two| two[1].0 - two[0].0 <= 1).map(|two| two[1].1 - two[0].1).collect()
}

/// The Kolmogorov–Smirnov distance D of intervals to the exponential distribution with mean 1, and D × √n.
#[must_use]
pub fn kolmogorov_smirnov(intervals: &[f64]) -> (f64, f64) {
    let mut uniform: Vec<f64> = intervals.iter().map(|interval| 1.0 - (-interval).exp()).collect();
    uniform.sort_by(f64::total_cmp);
    let n = uniform.len().max(1) as f64;
    let distance = uniform.iter().enumerate().fold(0.0_f64, |distance, (index, value)| {
        distance.max((value - index as f64 / n).abs()).max(((index + 1) as f64 / n - value).abs())
    });
    (distance, distance * n.sqrt())
}
