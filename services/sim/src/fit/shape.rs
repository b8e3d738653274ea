//! The hour-of-week shape of a set, its test on weeks that it was not fitted on, and over-dispersion about it.

use super::{Observed, Sample, week, weekday};
use std::collections::{BTreeMap, BTreeSet};

/// Hours of a week.
pub const HOURS: usize = 168;
/// Expected calls by which an hour of the week is drawn towards (day of the week) × (hour of the day). Chosen by the held-out error.
pub const SHRINKAGE: f64 = 100.0;

/// Rates by hour of the week, Monday 00:00 first, relative to their mean.
#[derive(Clone, PartialEq, Debug)]
pub struct HourOfWeek {
    /// Relative rates; their mean is 1.
    pub relative: [f64; HOURS],
    /// Calls counted.
    pub counts: [f64; HOURS],
    /// Hours observed.
    pub exposure: [f64; HOURS],
}

impl HourOfWeek {
    /// The same rate at every hour.
    #[must_use]
    pub fn flat() -> Self {
        Self { relative: [1.0; HOURS], counts: [0.0; HOURS], exposure: [0.0; HOURS] }
    }

    /// The shape over some days. Each rate is drawn towards the product of its day and its hour by `shrinkage` expected calls: the
    /// posterior mean under a gamma prior, because a small set has few calls in an hour of the week.
    #[must_use]
    pub fn fit<'a>(calls: impl Iterator<Item = &'a Observed>, days: &BTreeSet<i64>, shrinkage: f64) -> Self {
        let mut shape = Self::flat();
        for day in days {
            for hour in 0..24 {
                shape.exposure[weekday(*day) * 24 + hour] += 1.0;
            }
        }
        for call in calls.filter(|call| days.contains(&call.day())) {
            shape.counts[weekday(call.day()) * 24 + call.hour()] += 1.0;
        }
        let total: f64 = shape.counts.iter().sum();
        let level = total / shape.exposure.iter().sum::<f64>().max(1.0);
        if level <= 0.0 {
            return shape;
        }
        let ratio = |indexes: &mut dyn Iterator<Item = usize>| {
            let (mut counted, mut expected) = (0.0, 0.0);
            for index in indexes {
                counted += shape.counts[index];
                expected += shape.exposure[index] * level;
            }
            if expected > 0.0 { counted / expected } else { 1.0 }
        };
        let of_day: Vec<f64> = (0..7).map(|day| ratio(&mut (day * 24..day * 24 + 24))).collect();
        let of_hour: Vec<f64> = (0..24).map(|hour| ratio(&mut (0..7).map(|day| day * 24 + hour))).collect();
        for index in 0..HOURS {
            let product = (of_day[index / 24] * of_hour[index % 24]).max(1e-3);
            let expected = shape.exposure[index] * level;
            let weight = expected + shrinkage / product;
            shape.relative[index] = if weight > 0.0 { (shape.counts[index] + shrinkage) / weight } else { product };
        }
        shape.normalise();
        shape
    }

    /// Only the hour of the day: each day of the week alike.
    #[must_use]
    pub fn hour_of_day_only(&self) -> Self {
        let mut shape = self.clone();
        for hour in 0..24 {
            let sum = |values: &[f64; HOURS]| (0..7).map(|day| values[day * 24 + hour]).sum::<f64>();
            let rate = sum(&self.counts) / sum(&self.exposure).max(1.0);
            for day in 0..7 {
                shape.relative[day * 24 + hour] = rate;
            }
        }
        shape.normalise();
        shape
    }

    /// The relative rate in an hour of a day since 1970-01-01.
    #[must_use]
    pub fn at(&self, day: i64, hour: usize) -> f64 {
        self.relative[weekday(day) * 24 + hour.min(23)]
    }

    fn normalise(&mut self) {
        let mean = self.relative.iter().sum::<f64>() / HOURS as f64;
        if mean > 0.0 {
            self.relative.iter_mut().for_each(|rate| *rate /= mean);
        }
    }
}

/// How a shape fitted on weeks of one parity meets the weeks of the other.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct HeldOut {
    /// Mean absolute error of the relative hourly rates, in parts of the mean rate.
    pub mean_absolute_error: f64,
    /// What that error would be for the true shape, by the chance of the counts alone (Poisson).
    pub chance_error: f64,
    /// Pearson's χ² of the test weeks' counts by hour of the week, for the shape.
    pub chi_square: f64,
    /// Its degrees of freedom: hours with calls expected, less one for the level.
    pub degrees_of_freedom: usize,
}

/// Fits on odd weeks, tests on even ones, ordinary days only. `make` turns the fitted shape into the one that is tested.
#[must_use]
pub fn held_out(sample: &Sample, shrinkage: f64, make: impl Fn(HourOfWeek) -> HourOfWeek) -> HeldOut {
    let (odd, even): (BTreeSet<i64>, BTreeSet<i64>) = sample.ordinary_days().into_iter().partition(|day| week(*day).rem_euclid(2) == 1);
    let fitted = make(HourOfWeek::fit(sample.calls.iter(), &odd, shrinkage));
    let test = HourOfWeek::fit(sample.calls.iter(), &even, 0.0);
    let weighted: f64 = (0..HOURS).map(|index| fitted.relative[index] * test.exposure[index]).sum();
    let level = test.counts.iter().sum::<f64>() / weighted.max(1e-9);
    let (mut error, mut chance, mut chi_square, mut used) = (0.0, 0.0, 0.0, 0_usize);
    for index in 0..HOURS {
        let expected = level * fitted.relative[index] * test.exposure[index];
        if expected <= 0.0 {
            continue;
        }
        used += 1;
        let scale = level * test.exposure[index];
        error += (test.counts[index] - expected).abs() / scale;
        // The mean absolute deviation of a Poisson count is close to √(2/π) of its standard deviation.
        chance += (expected * std::f64::consts::FRAC_2_PI).sqrt() / scale;
        chi_square += (test.counts[index] - expected).powi(2) / expected;
    }
    let hours = used.max(1) as f64;
    HeldOut { mean_absolute_error: error / hours, chance_error: chance / hours, chi_square, degrees_of_freedom: used.saturating_sub(1) }
}

/// How much more hourly counts vary than a Poisson process with the shape would let them.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Dispersion {
    /// Mean of (count − expected)² / expected over hours: 1 for a Poisson process.
    pub index: f64,
    /// The same with each day held to its own total: what happens within a day.
    pub index_within_day: f64,
    /// Standard deviation of a factor common to a whole day, from the covariance of its hours.
    pub day_sd: f64,
    /// Standard deviation of a factor of a single hour, after the day's factor and after clusters.
    pub hour_sd: f64,
    /// Mean calls in an hour.
    pub per_hour: f64,
}

/// Over-dispersion of hourly counts about a shape, by moments, on ordinary days. `cluster` is the mean number of further calls that a
/// call brings within minutes: clusters add 2 × `cluster` to the index at any rate, a varying rate adds more the busier the hour.
#[must_use]
pub fn dispersion(sample: &Sample, shape: &HourOfWeek, cluster: f64) -> Dispersion {
    let days = sample.ordinary_days();
    let mut counts: BTreeMap<i64, [f64; 24]> = days.iter().map(|day| (*day, [0.0; 24])).collect();
    for call in &sample.calls {
        if let Some(hours) = counts.get_mut(&call.day()) {
            hours[call.hour()] += 1.0;
        }
    }
    let expected_of = |day: i64, level: f64| -> [f64; 24] { std::array::from_fn(|hour| level * shape.at(day, hour)) };
    let all: f64 = counts.values().flatten().sum();
    let weights: f64 = days.iter().map(|day| expected_of(*day, 1.0).iter().sum::<f64>()).sum();
    let level = all / weights.max(1e-9);
    let (mut index, mut within, mut hours, mut within_hours) = (0.0, 0.0, 0.0, 0.0);
    let (mut pairs, mut pairs_expected, mut excess, mut squares) = (0.0, 0.0, 0.0, 0.0);
    for (day, counted) in &counts {
        let expected = expected_of(*day, level);
        let own_level = counted.iter().sum::<f64>() / expected.iter().sum::<f64>().max(1e-9);
        let (mut sum, mut sum_squares, mut expected_sum, mut expected_squares) = (0.0, 0.0, 0.0, 0.0);
        for (count, expected) in counted.iter().zip(expected).filter(|(_, expected)| *expected > 0.0) {
            let off = count - expected;
            index += off * off / expected;
            hours += 1.0;
            let own = expected * own_level;
            if own > 0.0 {
                within += (count - own).powi(2) / own;
            }
            excess += off * off - expected * (1.0 + 2.0 * cluster);
            squares += expected * expected;
            sum += off;
            sum_squares += off * off;
            expected_sum += expected;
            expected_squares += expected * expected;
        }
        // Holding a day to its total costs one degree of freedom.
        within_hours += 23.0;
        pairs += sum * sum - sum_squares;
        pairs_expected += expected_sum * expected_sum - expected_squares;
    }
    let day_variance = (pairs / f64::max(pairs_expected, 1e-9)).max(0.0);
    let variance = (excess / f64::max(squares, 1e-9)).max(0.0);
    Dispersion {
        index: index / f64::max(hours, 1.0),
        index_within_day: within / f64::max(within_hours, 1.0),
        day_sd: day_variance.sqrt(),
        hour_sd: (variance - day_variance).max(0.0).sqrt(),
        per_hour: level,
    }
}
