//! Fits of recorded calls: hour-of-week shape, holidays, over-dispersion, near duplicates, repeats and what calls turn out to be.
//!
//! What a fit finds becomes a parameter of [`crate::caller`], as data. Nothing here writes or prints: `examples/fit` does.

mod holidays;
mod near;
mod rescaling;
mod shape;
mod verified;

pub use holidays::{HolidayEffect, holiday_effects, us_holiday};
pub use near::{Near, near_duplicates, repeats};
pub use rescaling::{KS_CRITICAL_5_PERCENT, Level, kolmogorov_smirnov, rescaled};
pub use shape::{Dispersion, HOURS, HeldOut, HourOfWeek, SHRINKAGE, dispersion, held_out};
pub use verified::{Verified, nobody_found, verified};

use crate::caller::InventedCall;
use crate::calls::{CallFileError, RecordedCall};
use domain::ids::{CategoryKey, TypeKey};
use domain::place::Position;
use domain::time::Timestamp;
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet};

/// Milliseconds of a day.
pub(crate) const DAY_MS: i64 = 86_400_000;
/// Milliseconds of an hour.
pub(crate) const HOUR_MS: i64 = 3_600_000;
/// A day with fewer calls than this part of the median day is one the set covers in part: it is left out.
const ACTIVE_SHARE: f64 = 0.5;
/// Most rows taken of a set; the rest is left out and counted.
pub const ROWS_MAX: usize = 5_000_000;

/// A category with a type.
pub type What = (CategoryKey, TypeKey);

/// What a fit uses of a call.
#[derive(Clone, PartialEq, Debug)]
pub struct Observed {
    /// Local time on the wall, as milliseconds since 1970-01-01 00:00 on that wall.
    pub local_ms: i64,
    /// Where, if a valid position is known.
    pub position: Option<Position>,
    /// What it was taken as.
    pub what: What,
    /// What it turned out to be, where the set says so.
    pub cleared: Option<What>,
    /// How it ended, where the set says so, as an index of [`Sample::outcomes`].
    pub outcome: Option<usize>,
}

impl Observed {
    /// Days since 1970-01-01 on the wall.
    #[must_use]
    pub fn day(&self) -> i64 {
        self.local_ms.div_euclid(DAY_MS)
    }

    /// Hour of the day on the wall, 0 to 23.
    #[must_use]
    pub fn hour(&self) -> usize {
        usize::try_from(self.local_ms.rem_euclid(DAY_MS) / HOUR_MS).unwrap_or(0)
    }
}

/// Day of the week of a day since 1970-01-01: 0 is Monday.
#[must_use]
pub fn weekday(day: i64) -> usize {
    // 1970-01-01 was a Thursday.
    usize::try_from((day + 3).rem_euclid(7)).unwrap_or(0)
}

/// Weeks since the one of 1970-01-01, beginning on Mondays: its parity splits a set for fit and test.
#[must_use]
pub fn week(day: i64) -> i64 {
    (day + 3).div_euclid(7)
}

/// The calls of a set that a fit can use, in the order of time.
#[derive(Clone, Debug, Default)]
pub struct Sample {
    /// The calls on active days.
    pub calls: Vec<Observed>,
    /// Days that the set covers in full, with their number of calls.
    pub days: BTreeMap<i64, u64>,
    /// Different outcomes, as the set writes them.
    pub outcomes: Vec<String>,
    /// Rows read.
    pub rows: u64,
    /// Rows left out because their time can't be read, or beyond [`ROWS_MAX`].
    pub without_time: u64,
    /// Rows left out because no caller made them: traffic stops and what officers come upon.
    pub not_called: u64,
    /// Rows left out because their day is covered only in part.
    pub on_partial_days: u64,
}

impl Sample {
    /// Reads recorded calls. `zone` is where they happened.
    ///
    /// # Errors
    /// [`CallFileError`] of the first row that can't be read.
    pub fn recorded(calls: impl Iterator<Item = Result<RecordedCall, CallFileError>>, zone: &TimeZone) -> Result<Self, CallFileError> {
        let mut sample = Self::default();
        let mut outcomes: BTreeMap<String, usize> = BTreeMap::new();
        for call in calls {
            let call = call?;
            sample.rows += 1;
            let Some(local_ms) = call.time.and_then(|time| local_ms(time, zone)).filter(|_| sample.calls.len() < ROWS_MAX) else {
                sample.without_time += 1;
                continue;
            };
            if !is_called(&call) {
                sample.not_called += 1;
                continue;
            }
            let outcome = call.outcome.map(|text| {
                let next = outcomes.len();
                *outcomes.entry(text).or_insert(next)
            });
            let position = call.position.and_then(|at| Position::from_degrees(at.lat, at.lon).ok());
            sample.calls.push(Observed { local_ms, position, what: (call.category, call.call_type), cleared: call.cleared, outcome });
        }
        let mut by_index: Vec<_> = outcomes.into_iter().collect();
        by_index.sort_by_key(|(_, index)| *index);
        sample.outcomes = by_index.into_iter().map(|(text, _)| text).collect();
        sample.keep_whole_days();
        Ok(sample)
    }

    /// The same from invented calls, so that the model can be held against the sets it is fitted on.
    pub fn invented<'a>(calls: impl Iterator<Item = &'a InventedCall>, utc_offset_hours: i32) -> Self {
        let mut sample = Self::default();
        for call in calls {
            sample.rows += 1;
            sample.calls.push(Observed {
                local_ms: call.at.0 + i64::from(utc_offset_hours) * HOUR_MS,
                position: call.position,
                what: (call.category.clone(), call.call_type.clone()),
                cleared: Some((call.truth.category.clone(), call.truth.call_type.clone())),
                outcome: None,
            });
        }
        sample.keep_whole_days();
        sample
    }

    fn keep_whole_days(&mut self) {
        self.calls.sort_by_key(|call| call.local_ms);
        let mut days: BTreeMap<i64, u64> = BTreeMap::new();
        for call in &self.calls {
            *days.entry(call.day()).or_default() += 1;
        }
        let mut counts: Vec<u64> = days.values().copied().collect();
        counts.sort_unstable();
        let median = counts.get(counts.len() / 2).copied().unwrap_or(0) as f64;
        days.retain(|_, count| *count as f64 >= median * ACTIVE_SHARE);
        let before = self.calls.len();
        self.calls.retain(|call| days.contains_key(&call.day()));
        self.on_partial_days = (before - self.calls.len()) as u64;
        self.days = days;
    }

    /// Active days that are no holiday.
    #[must_use]
    pub fn ordinary_days(&self) -> BTreeSet<i64> {
        self.days.keys().copied().filter(|day| us_holiday(*day).is_none()).collect()
    }

    /// Only the calls `keep` says yes to; days stay.
    #[must_use]
    pub fn only(&self, keep: impl Fn(&Observed) -> bool) -> Self {
        let calls: Vec<_> = self.calls.iter().filter(|call| keep(call)).cloned().collect();
        let mut days: BTreeMap<i64, u64> = self.days.keys().map(|day| (*day, 0)).collect();
        for call in &calls {
            *days.entry(call.day()).or_default() += 1;
        }
        Self { calls, days, outcomes: self.outcomes.clone(), rows: self.rows, ..Self::default() }
    }
}

/// Whether a caller made a row: traffic stops and what officers come upon ("ONVIEW") follow the officers' shifts instead.
fn is_called(call: &RecordedCall) -> bool {
    let raw = call.raw_category.to_ascii_uppercase();
    call.call_type.as_str() != "stop" && !raw.contains("ONVIEW") && !raw.contains("ON VIEW") && !raw.contains("OFFICER INITIATED")
}

fn local_ms(time: Timestamp, zone: &TimeZone) -> Option<i64> {
    let instant = jiff::Timestamp::from_millisecond(time.0).ok()?;
    Some(time.0 + i64::from(zone.to_offset(instant).seconds()) * 1_000)
}

#[cfg(test)]
mod tests;
