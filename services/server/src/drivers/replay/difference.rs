//! How two runs over the same calls differ, day by day: the difference of a figure with a bootstrap interval over the days.

use crate::drivers::virtual_time::times::Day;
use domain::time::LocalDay;
use rand::RngExt;
use serde::Serialize;
use sim::random::seeded;
use std::collections::{BTreeMap, BTreeSet};

/// Resamples of the days.
const RESAMPLES: u32 = 2_000;
/// Share of resamples beyond each end of an interval: together 5 %.
const TAIL: f64 = 0.025;
/// Seed of the resampling: the same runs always give the same interval.
const SEED: u64 = 1;
/// Fewer days than this say nothing about how days differ.
const DAYS_MIN: usize = 3;

/// One figure of both runs.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub(super) struct Difference {
    /// Which figure; its unit is in the name.
    pub(super) figure: String,
    /// By the first policy; none where nothing was counted.
    pub(super) a: Option<f64>,
    /// By the second.
    pub(super) b: Option<f64>,
    /// Second minus first.
    pub(super) difference: Option<f64>,
    /// Where 95 % of the differences of resampled days lie; none for too few days.
    pub(super) interval: Option<(f64, f64)>,
    /// Days that were compared.
    pub(super) days: usize,
}

/// What is counted of one day: a part of a whole, which is added up over the days, or a value of its own, of which the mean is taken.
enum Counted {
    Share(fn(&Day) -> (u64, u64)),
    TeamShare(&'static str),
    Value(fn(&Day) -> Option<u64>),
}

/// Each figure with what its counts are multiplied by.
fn figures(teams: &BTreeSet<&'static str>) -> Vec<(String, Counted, f64)> {
    let share = |name: &str, count: fn(&Day) -> (u64, u64)| (name.to_owned(), Counted::Share(count), 100.0);
    let seconds = |name: &str, value: fn(&Day) -> Option<u64>| (name.to_owned(), Counted::Value(value), 0.001);
    let mut figures = vec![
        share("first order late, %", |day| swap(day.times.to_order.late())),
        share("acknowledged late, %", |day| swap(day.times.to_acknowledge.late())),
        share("first arrival late, %", |day| swap(day.times.to_scene.late())),
        share("priority 1: first order late, %", |day| swap(day.urgent.to_order.late())),
        share("priority 1: first arrival late, %", |day| swap(day.urgent.to_scene.late())),
        seconds("call to first order, median of a day, s", |day| day.times.to_order.quantile_ms(0.5)),
        seconds("call to first order, p90 of a day, s", |day| day.times.to_order.quantile_ms(0.9)),
        seconds("call to scene, median of a day, s", |day| day.times.to_scene.quantile_ms(0.5)),
        seconds("call to scene, p90 of a day, s", |day| day.times.to_scene.quantile_ms(0.9)),
        seconds("priority 1: call to first order, p90 of a day, s", |day| day.urgent.to_order.quantile_ms(0.9)),
        seconds("priority 1: call to scene, median of a day, s", |day| day.urgent.to_scene.quantile_ms(0.5)),
        seconds("priority 1: call to scene, p90 of a day, s", |day| day.urgent.to_scene.quantile_ms(0.9)),
        share("attendance given, % of due", |day| (day.attended, day.attendance_due)),
        (("alarms per 100 incidents").to_owned(), Counted::Share(|day| (day.alarms, day.closed)), 100.0),
        (("orders lent per 100 incidents").to_owned(), Counted::Share(|day| (day.lent_orders, day.closed)), 100.0),
    ];
    figures.extend(teams.iter().map(|team| (format!("owned by {team}, %"), Counted::TeamShare(team), 100.0)));
    figures
}

fn swap((measured, late): (u64, u64)) -> (u64, u64) {
    (late, measured)
}

/// Compares two runs by the days that both have.
pub(super) fn differences<'a>(
    a: impl Iterator<Item = (LocalDay, &'a Day)>,
    b: impl Iterator<Item = (LocalDay, &'a Day)>,
) -> Vec<Difference> {
    let mut b: BTreeMap<LocalDay, &Day> = b.collect();
    let pairs: Vec<(&Day, &Day)> = a.filter_map(|(day, of_a)| Some((of_a, b.remove(&day)?))).collect();
    let teams: BTreeSet<&'static str> = pairs.iter().flat_map(|(a, b)| a.by_team.keys().chain(b.by_team.keys())).copied().collect();
    figures(&teams).into_iter().map(|(figure, counted, factor)| difference(figure, &pairs, &counted, factor)).collect()
}

/// What two days have of a figure: part and whole of each. A value is a part of one.
type Pair = ((f64, f64), (f64, f64));

fn difference(figure: String, pairs: &[(&Day, &Day)], counted: &Counted, factor: f64) -> Difference {
    let of = |day: &Day| match counted {
        Counted::Share(count) => Some(count(day)),
        Counted::TeamShare(team) => Some((day.by_team.get(team).copied().unwrap_or(0), day.closed)),
        Counted::Value(value) => value(day).map(|value| (value, 1)),
    };
    let real = |(part, whole): (u64, u64)| (part as f64 * factor, whole as f64);
    let days: Vec<Pair> = pairs.iter().filter_map(|(a, b)| Some((real(of(a)?), real(of(b)?)))).collect();
    let (a, b) = ratios(days.iter());
    let interval = if days.len() < DAYS_MIN { None } else { interval(&days) };
    Difference { figure, a, b, difference: a.zip(b).map(|(a, b)| b - a), interval, days: days.len() }
}

/// Both ratios over some days.
fn ratios<'a>(days: impl Iterator<Item = &'a Pair>) -> (Option<f64>, Option<f64>) {
    let mut sums: Pair = Default::default();
    for (a, b) in days {
        sums.0.0 += a.0;
        sums.0.1 += a.1;
        sums.1.0 += b.0;
        sums.1.1 += b.1;
    }
    let ratio = |(part, whole): (f64, f64)| (whole > 0.0).then(|| part / whole);
    (ratio(sums.0), ratio(sums.1))
}

/// The percentile bootstrap: days are drawn with replacement, both runs' figures of a day together.
fn interval(days: &[Pair]) -> Option<(f64, f64)> {
    let mut rng = seeded(SEED, 0);
    let mut found: Vec<f64> = (0..RESAMPLES)
        .filter_map(|_| {
            let drawn: Vec<&Pair> = (0..days.len()).filter_map(|_| days.get(rng.random_range(0..days.len()))).collect();
            let (a, b) = ratios(drawn.into_iter());
            Some(b? - a?)
        })
        .collect();
    found.sort_by(f64::total_cmp);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a share of a count
    let at = |share: f64| found.get(((found.len() as f64 - 1.0) * share).round() as usize).copied();
    at(TAIL).zip(at(1.0 - TAIL))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constant_difference_has_an_interval_of_no_width_and_noise_has_one_around_it() {
        let days: Vec<Pair> = (1..=30).map(|day| ((f64::from(day), 10.0), (f64::from(day) + 5.0, 10.0))).collect();
        let (low, high) = interval(&days).unwrap();
        assert!((low - 0.5).abs() < 1e-9 && (high - 0.5).abs() < 1e-9, "{low} {high}: paired days take the days' own spread out");
        let noisy: Vec<Pair> = (0..30).map(|day| ((10.0, 10.0), (10.0 + if day % 2 == 0 { 9.0 } else { -5.0 }, 10.0))).collect();
        let (low, high) = interval(&noisy).unwrap();
        assert!(low < 0.2 && high > 0.2 && low > -0.5 && high < 0.9, "{low} {high}");
    }

    #[test]
    fn shares_are_added_up_before_they_are_divided() {
        let days: Vec<Pair> = vec![((1.0, 1.0), (0.0, 1.0)), ((0.0, 99.0), (0.0, 99.0))];
        assert_eq!(ratios(days.iter()), (Some(0.01), Some(0.0)));
        assert_eq!(ratios([((0.0, 0.0), (1.0, 2.0))].iter()), (None, Some(0.5)));
    }
}
