//! The arrival of events: exact rates, dispersion, holidays, and what the files may say.

use super::*;
use crate::fit::{HourOfWeek, Sample, dispersion, kolmogorov_smirnov};

const ARRIVALS: &str = include_str!("../arrivals.toml");
const BEHAVIOUR: &str = include_str!("../behaviour.toml");
const HOLIDAYS: &str = include_str!("../holidays.toml");
const WEEKS: u64 = 4;

/// The relative rate by hour of the week that the stories' weights and the shapes give: reckoned apart from the process.
fn expected_shape(model: &CallerModel) -> Vec<f64> {
    let all: f64 = STORIES.iter().map(|story| f64::from(story.weight)).sum();
    let mut week = vec![0.0; 168];
    for story in STORIES {
        let own = model.shapes.iter().find(|shape| shape.categories.iter().any(|key| key == story.category));
        let shape = own.or_else(|| model.shapes.iter().find(|shape| shape.categories.is_empty())).unwrap();
        for (sum, rate) in week.iter_mut().zip(&shape.relative) {
            *sum += rate * f64::from(story.weight) / all;
        }
    }
    week
}

fn plain_month(rate_per_hour: f64) -> Vec<InventedCall> {
    let mut callers = Callers::new(&COUNTY, plain(rate_per_hour), 11, MONDAY).unwrap();
    between(&mut callers, MONDAY, WEEKS * 7 * DAY_MS)
}

#[test]
fn intervals_rescaled_by_the_rate_are_exponential() {
    let (rate, week) = (40.0, expected_shape(&CallerModel::shipped().unwrap()));
    let calls = plain_month(rate);
    let expected_until = |at: Timestamp| {
        let hours = at.since_ms(MONDAY) as f64 / HOUR as f64;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // four weeks
        let whole = hours as usize;
        let before: f64 = (0..whole).map(|hour| week[hour % 168]).sum();
        rate * (before + hours.fract() * week[whole % 168])
    };
    let along: Vec<f64> = calls.iter().map(|call| expected_until(call.at)).collect();
    let intervals: Vec<f64> = along.windows(2).map(|two| two[1] - two[0]).collect();
    let (distance, scaled) = kolmogorov_smirnov(&intervals);
    assert!(intervals.len() > 25_000);
    assert!(scaled < 1.63, "refused at 1 %: D {distance}, D√n {scaled}");
    // The same test sees a process that ignores the week.
    let unshaped: Vec<f64> = calls.windows(2).map(|two| two[1].at.since_ms(two[0].at) as f64 / HOUR as f64 * rate).collect();
    assert!(kolmogorov_smirnov(&unshaped).1 > 4.0);
}

#[test]
fn a_month_has_the_shape_and_the_rate() {
    let (rate, week) = (40.0, expected_shape(&CallerModel::shipped().unwrap()));
    let mut counts = [0.0; 168];
    for call in plain_month(rate) {
        counts[usize::try_from(call.at.since_ms(MONDAY) / HOUR % 168).unwrap()] += 1.0;
    }
    let chi_square: f64 =
        counts.iter().zip(&week).map(|(count, relative)| (count - 4.0 * rate * relative).powi(2) / (4.0 * rate * relative)).sum();
    // 168 degrees of freedom: mean 168, standard deviation 18.
    assert!((100.0..240.0).contains(&chi_square), "{chi_square}");
}

#[test]
fn noise_makes_hours_vary_more_than_chance() {
    let index = |profile: CallerProfile| {
        let mut callers = Callers::new(&COUNTY, profile, 5, MONDAY).unwrap();
        let calls = between(&mut callers, MONDAY, WEEKS * 7 * DAY_MS);
        let sample = Sample::invented(calls.iter(), 8);
        let mut shape = HourOfWeek::flat();
        shape.relative.copy_from_slice(&expected_shape(&CallerModel::shipped().unwrap()));
        dispersion(&sample, &shape, 0.0)
    };
    let without = index(plain(100.0));
    assert!((0.9..1.1).contains(&without.index), "{without:?}");
    let with = index(CallerProfile { rate_per_hour: 100.0, ..CallerProfile::default() });
    assert!(with.index > 1.6, "{with:?}");
    assert!((0.02..0.12).contains(&with.day_sd), "{with:?}");
}

#[test]
fn holidays_worked_weekends_and_the_festive_night() {
    let at = |year, month, day, hour| {
        let local = jiff::civil::date(year, month, day).at(hour, 0, 0, 0).in_tz("Asia/Shanghai").unwrap();
        Timestamp(local.timestamp().as_millisecond())
    };
    let mut callers = callers(1, plain(100.0));
    let mut rate = |year, month, day, hour| callers.events_per_hour_at(at(year, month, day, hour));
    let ordinary_sunday = rate(2026, 3, 15, 14);
    let festival = rate(2026, 2, 17, 14) / ordinary_sunday;
    assert!((0.75..0.98).contains(&festival), "a Tuesday of the Spring Festival is a thin Sunday: {festival}");
    assert!(rate(2027, 2, 6, 1) > 1.8 * rate(2026, 3, 15, 1), "the night of the lunar New Year");
    assert!(rate(2027, 2, 6, 3) < 1.5 * rate(2026, 3, 15, 3), "it ends at three");
    let (worked_saturday, saturday, tuesday) = (rate(2026, 2, 14, 9), rate(2026, 3, 14, 9), rate(2026, 3, 10, 9));
    assert!((worked_saturday - tuesday).abs() < 1e-9 && tuesday > 1.1 * saturday, "{worked_saturday} {saturday} {tuesday}");
}

#[test]
fn holidays_are_those_of_the_notices() {
    let calendar = CallerModel::shipped().unwrap().calendar;
    let days = |year| {
        let first = day_number(jiff::civil::date(year, 1, 1));
        let kinds = (first..first + 365).filter_map(|day| calendar.day(day));
        kinds.fold((0, 0), |(off, worked), kind| (off + u32::from(kind.holiday.is_some()), worked + u32::from(kind.worked)))
    };
    // 28 days off with 5 worked weekend days in 2025, 33 and 6 in 2026; 13 statutory days in 2027.
    assert_eq!((days(2025), days(2026), days(2027)), ((28, 5), (33, 6), (13, 0)));
    for day in (0..40_000).filter(|day| calendar.day(*day).is_some_and(|kind| kind.worked)) {
        assert!(crate::fit::weekday(day) >= 5, "only weekend days are worked instead");
    }
}

#[test]
fn each_mistake_in_a_file_is_named() {
    let cases = [
        (0, "source = \"fit: ", "source = \"hearsay: ", "hearsay"),
        (0, "day_sd = { value = 0.06", "day_sd = { value = -0.06", "noise.day_sd: -0.06: expected 0 to 1"),
        (0, "categories = []", "categories = [\"traffic\"]", "exactly one of them without categories"),
        (0, "key = \"qingming\"", "key = \"qing_ming\"", "qingming: the calendar has it"),
        (0, "like_weekday = 6", "like_weekday = 7", "weekday 7: expected 0 (Monday) to 6"),
        (1, "hoax = { value = 0.02", "hoax = { value = 1.02", "hoax: 1.02: expected 0 to 1"),
        (1, "\"criminal/robbery\" =", "\"criminal robbery\" =", "\"criminal robbery\" names no category"),
        (1, "silent = {", "silence = {", "unknown field `silence`"),
        (2, "to = \"2026-02-23\"", "to = \"2025-02-23\"", "2026-02-15 to 2025-02-23: expected an end at or after the begin"),
    ];
    for (file, good, bad, expected) in cases {
        let mut texts = [ARRIVALS.to_owned(), BEHAVIOUR.to_owned(), HOLIDAYS.to_owned()];
        assert!(texts[file].contains(good), "{good}");
        texts[file] = texts[file].replacen(good, bad, 1);
        let error = CallerModel::parse(("a", &texts[0]), ("b", &texts[1]), ("h", &texts[2])).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}\nexpected: {expected}");
    }
}
