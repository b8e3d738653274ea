//! What a holiday does to the number of calls, seen in the public holidays of the United States that the sets cover.

use super::{Sample, weekday};
use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};

/// Ordinary days up to so many days away say what a holiday would have been like without being one.
const ABOUT_DAYS: i64 = 21;

/// The public holiday of the United States on a day since 1970-01-01; New Year's Eve counts too, its night being New Year's.
#[must_use]
pub fn us_holiday(day: i64) -> Option<&'static str> {
    let on = date(1970, 1, 1).checked_add(day.days()).ok()?;
    let nth = |nth: i8, weekday: Weekday| on.first_of_month().nth_weekday_of_month(nth, weekday).is_ok_and(|date| date == on);
    Some(match (on.month(), on.day()) {
        (1, 1) => "New Year's Day",
        (6, 19) if on.year() >= 2021 => "Juneteenth",
        (7, 4) => "Independence Day",
        (11, 11) => "Veterans Day",
        (12, 24) => "Christmas Eve",
        (12, 25) => "Christmas Day",
        (12, 31) => "New Year's Eve",
        (1, _) if nth(3, Weekday::Monday) => "Martin Luther King Day",
        (2, _) if nth(3, Weekday::Monday) => "Presidents' Day",
        (5, _) if nth(-1, Weekday::Monday) => "Memorial Day",
        (9, _) if nth(1, Weekday::Monday) => "Labor Day",
        (11, _) if nth(4, Weekday::Thursday) => "Thanksgiving",
        _ => return None,
    })
}

/// One holiday in one year of a set.
#[derive(Clone, PartialEq, Debug)]
pub struct HolidayEffect {
    /// Its name.
    pub name: &'static str,
    /// Its date.
    pub on: Date,
    /// Calls that day over calls expected of an ordinary day of that weekday.
    pub factor: f64,
    /// Standard error of the factor: the holiday's own count as Poisson, and the spread of the days compared with.
    pub standard_error: f64,
    /// The same ratio for the first three hours of the day, where that many calls are expected that it says something.
    pub first_hours: Option<f64>,
}

/// The effect of each holiday among the active days, against ordinary days about it, each held to its weekday.
#[must_use]
pub fn holiday_effects(sample: &Sample) -> Vec<HolidayEffect> {
    let ordinary = sample.ordinary_days();
    let shape = super::HourOfWeek::fit(sample.calls.iter(), &ordinary, super::SHRINKAGE);
    let weight = |day: i64| -> f64 { (0..24).map(|hour| shape.relative[weekday(day) * 24 + hour]).sum::<f64>() / 24.0 };
    let mut effects = Vec::new();
    for (day, count) in &sample.days {
        let Some(name) = us_holiday(*day) else { continue };
        let Ok(on) = date(1970, 1, 1).checked_add(day.days()) else { continue };
        let levels: Vec<f64> = ordinary
            .range(day - ABOUT_DAYS..=day + ABOUT_DAYS)
            .map(|other| sample.days.get(other).copied().unwrap_or(0) as f64 / weight(*other).max(1e-9))
            .collect();
        if levels.len() < 2 {
            continue;
        }
        let n = levels.len() as f64;
        let level = levels.iter().sum::<f64>() / n;
        let spread = (levels.iter().map(|other| (other - level).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
        let expected = level * weight(*day);
        let factor = *count as f64 / expected.max(1e-9);
        let relative = spread / level.max(1e-9);
        let standard_error = (factor / expected.max(1e-9) + (relative * factor).powi(2) * (1.0 + 1.0 / n)).sqrt();
        let first = sample.calls.iter().filter(|call| call.day() == *day && call.hour() < 3).count() as f64;
        let first_expected = level / 24.0 * (0..3).map(|hour| shape.at(*day, hour)).sum::<f64>();
        let first_hours = (first_expected >= 20.0).then(|| first / first_expected);
        effects.push(HolidayEffect { name, on, factor, standard_error, first_hours });
    }
    effects
}
