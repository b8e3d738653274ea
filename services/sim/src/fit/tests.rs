//! The fits find what was put in; on the recorded sets they beat a constant rate on weeks they were not fitted on.

use super::*;
use crate::calls::{CallReader, FileHash, Mapping};
use crate::random::{exponential, seeded};
use jiff::civil::date;
use rand::RngExt;
use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

/// A Monday.
const FIRST_DAY: i64 = 20_513;

fn what(category: &str, call_type: &str) -> What {
    (CategoryKey::new(category).unwrap(), TypeKey::new(call_type).unwrap())
}

fn observed(local_ms: i64, degrees: (f64, f64)) -> Observed {
    let position = Position::from_degrees(degrees.0, degrees.1).ok();
    Observed { local_ms, position, what: what("dispute", "family"), cleared: None, outcome: None }
}

fn sample(calls: Vec<Observed>) -> Sample {
    let mut sample = Sample { calls, ..Sample::default() };
    sample.keep_whole_days();
    sample
}

/// A Poisson process: twice the rate in the second half of each day. Far apart from each other.
fn two_halves(days: i64, per_hour: f64) -> Sample {
    let mut rng = seeded(3, 0);
    let mut calls = Vec::new();
    for hour in 0..days * 24 {
        let rate = if hour % 24 < 12 { per_hour * 2.0 / 3.0 } else { per_hour * 4.0 / 3.0 };
        let mut at = exponential(&mut rng, HOUR_MS as f64 / rate);
        while at < HOUR_MS as f64 {
            #[allow(clippy::cast_possible_truncation)] // within an hour
            let local_ms = FIRST_DAY * DAY_MS + hour * HOUR_MS + at as i64;
            calls.push(observed(local_ms, (rng.random_range(30.0..40.0), 108.0)));
            at += exponential(&mut rng, HOUR_MS as f64 / rate);
        }
    }
    sample(calls)
}

#[test]
fn a_shape_is_found_again_and_explains_the_intervals() {
    let sample = two_halves(56, 60.0);
    let shape = HourOfWeek::fit(sample.calls.iter(), &sample.ordinary_days(), SHRINKAGE);
    for hour in 0..HOURS {
        let expected = if hour % 24 < 12 { 2.0 / 3.0 } else { 4.0 / 3.0 };
        assert!((shape.relative[hour] - expected).abs() < 0.16, "{hour}: {}", shape.relative[hour]);
    }
    let ks = |shape: &HourOfWeek| kolmogorov_smirnov(&rescaled(&sample, shape, Level::OfTheSet, 1)).1;
    assert!(ks(&shape) < KS_CRITICAL_5_PERCENT, "{}", ks(&shape));
    assert!(ks(&HourOfWeek::flat()) > 3.0);
    let spread = dispersion(&sample, &shape, 0.0);
    assert!((0.85..1.1).contains(&spread.index), "{spread:?}");
    assert!(spread.day_sd < 0.03 && (59.0..61.0).contains(&spread.per_hour), "{spread:?}");
}

#[test]
fn the_held_out_error_of_the_true_shape_is_chance() {
    let sample = two_halves(56, 60.0);
    let flat = held_out(&sample, 0.0, |_| HourOfWeek::flat());
    let fitted = held_out(&sample, SHRINKAGE, |shape| shape);
    assert!((flat.mean_absolute_error - 1.0 / 3.0).abs() < 0.03, "{flat:?}");
    assert!(fitted.mean_absolute_error < 1.5 * fitted.chance_error, "{fitted:?}");
    assert!(fitted.chi_square < 1.6 * fitted.degrees_of_freedom as f64 && flat.chi_square > 5.0 * flat.degrees_of_freedom as f64);
}

#[test]
fn a_varying_day_is_told_from_a_varying_hour() {
    let spread = |by_day: bool| {
        let mut rng = seeded(9, 0);
        let mut calls = Vec::new();
        let mut factor = 1.0;
        for hour in 0..24 * 200_i64 {
            if !by_day || hour % 24 == 0 {
                factor = if rng.random::<bool>() { 1.2 } else { 0.8 };
            }
            #[allow(clippy::cast_possible_truncation)] // a small number
            let count = (50.0 * factor) as i64;
            calls.extend((0..count).map(|index| observed(FIRST_DAY * DAY_MS + hour * HOUR_MS + index * 60_000, (35.0, 108.0))));
        }
        dispersion(&sample(calls), &HourOfWeek::flat(), -0.5)
    };
    // No chance in the counts, so nothing is to be taken off for it: a cluster of −½ says that.
    let (by_day, by_hour) = (spread(true), spread(false));
    assert!((by_day.day_sd - 0.2).abs() < 0.01 && by_day.hour_sd < 0.05, "{by_day:?}");
    assert!((by_hour.hour_sd - 0.2).abs() < 0.01 && by_hour.day_sd < 0.03, "{by_hour:?}");
    assert!(by_day.index_within_day < 0.01 && by_hour.index_within_day > 1.0);
}

#[test]
fn near_duplicates_and_repeats_need_place_time_and_type() {
    let minute = 60_000;
    let base = FIRST_DAY * DAY_MS + 10 * HOUR_MS;
    let mut other_type = observed(base + 3 * minute, (35.0, 108.0));
    other_type.what = what("dispute", "debt");
    let calls = vec![
        observed(base, (35.0, 108.0)),
        observed(base + 5 * minute, (35.000_5, 108.0)), // 56 m away: a duplicate
        observed(base + 6 * minute, (35.002, 108.0)),   // 222 m
        observed(base + 30 * minute, (35.0, 108.0)),    // half an hour
        observed(base + 3 * DAY_MS, (35.000_1, 108.0)), // days later: a repeat
        observed(base + 12 * DAY_MS, (35.0, 108.0)),    // the week before, and more than 7 days
        other_type,
    ];
    let mut calls = Sample { calls, ..Sample::default() };
    calls.calls.sort_by_key(|call| call.local_ms);
    let near = near_duplicates(&calls, 100.0, 10 * minute);
    assert_eq!((near.of, near.share, near.chance), (7, 1.0 / 7.0, 0.0));
    let again = repeats(&calls, "dispute", 50.0, 7);
    assert_eq!((again.of, again.share, again.chance), (7, 1.0 / 7.0, 1.0 / 7.0));
    assert_eq!(repeats(&calls, "traffic", 50.0, 7).of, 0);
}

#[test]
fn holidays_of_the_united_states_are_found_by_their_rules() {
    let name = |year, month, day| us_holiday(crate::caller::day_number(date(year, month, day)));
    let cases = [
        ((2024, 1, 1), Some("New Year's Day")),
        ((2016, 1, 18), Some("Martin Luther King Day")),
        ((2015, 5, 25), Some("Memorial Day")),
        ((2015, 5, 18), None),
        ((2023, 9, 4), Some("Labor Day")),
        ((2015, 11, 26), Some("Thanksgiving")),
        ((2015, 6, 19), None),
        ((2023, 6, 19), Some("Juneteenth")),
    ];
    for ((year, month, day), expected) in cases {
        assert_eq!(name(year, month, day), expected, "{year}-{month}-{day}");
    }
}

#[test]
fn a_holiday_is_held_against_its_weekday() {
    let christmas = crate::caller::day_number(date(2015, 12, 25));
    let calls = (christmas - 30..christmas + 5).flat_map(|day| {
        let count = if day == christmas { 60 } else { 100 + 20 * i64::from(weekday(day) == 4) };
        (0..count).map(move |index| observed(day * DAY_MS + index * 600_000, (35.0, 108.0)))
    });
    let sample = sample(calls.collect());
    let effects = holiday_effects(&sample);
    let found = effects.iter().find(|effect| effect.name == "Christmas Day").unwrap();
    assert!((found.factor - 0.5).abs() < 0.06, "60 of a Friday's 120: {found:?}");
}

#[test]
fn the_recorded_sets_have_a_week_and_vary_more_than_chance() {
    let Some(data) = std::env::var_os("ONEROOM_DATA_DIR").map(PathBuf::from) else {
        println!("SKIPPED the_recorded_sets_have_a_week_and_vary_more_than_chance: ONEROOM_DATA_DIR is not set");
        return;
    };
    for (name, at_least) in [("milwaukee_2018_05", 29_000), ("seattle_2015", 84_000)] {
        let mappings = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../loadtest/mappings");
        let text = std::fs::read_to_string(mappings.join(format!("{name}.toml"))).unwrap();
        let mapping = Arc::new(Mapping::parse(name, &text).unwrap());
        let path = data.join(format!("calls/{name}.csv.gz"));
        let hash = FileHash::of(name, File::open(&path).unwrap()).unwrap();
        let zone = TimeZone::get(mapping.place_time_zone()).unwrap();
        let reader = CallReader::new(name, File::open(&path).unwrap(), mapping, hash).unwrap();
        let sample = Sample::recorded(reader, &zone).unwrap();
        assert!(sample.calls.len() > at_least, "{name}: {}", sample.calls.len());
        let flat = held_out(&sample, 0.0, |_| HourOfWeek::flat()).mean_absolute_error;
        let fitted = held_out(&sample, SHRINKAGE, |shape| shape).mean_absolute_error;
        assert!(fitted < 0.65 * flat, "{name}: {fitted} against {flat}");
        let shape = HourOfWeek::fit(sample.calls.iter(), &sample.ordinary_days(), SHRINKAGE);
        assert!(dispersion(&sample, &shape, 0.0).index > 1.5, "{name}");
        assert_eq!(verified(&sample).is_some(), name == "seattle_2015");
    }
}
