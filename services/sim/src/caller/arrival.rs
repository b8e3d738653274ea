//! When events happen: a Poisson process whose rate follows the hour of the week, the holidays and a seeded noise.
//!
//! Times here are simulated ones, milliseconds as in [`domain::time::Timestamp`]. The rate is constant within an hour, so the next event
//! is found exactly, by spending an exponential variable against the expected number of events (inversion), not by thinning.

use super::model::{CallerModel, HolidayFactor, Noise};
use crate::random::{SimRng, exponential, normal, seeded};
use std::sync::Arc;

pub(super) const HOUR_MS: i64 = 3_600_000;
/// How far ahead an event is looked for, hours: a year. At a rate of nothing, the next event is there.
const HORIZON_HOURS: i64 = 8_784;
/// Streams of the seed: days and hours have noise of their own, so that it doesn't depend on how many calls came before.
const DAY_STREAM: u64 = 1 << 33;
const HOUR_STREAM: u64 = 1 << 34;
/// Hours after midnight that a festive night lasts.
const FESTIVE_HOURS: usize = 3;
/// A weekend day that is worked has this weekday's shape: Tuesday's.
const WORKED_LIKE: usize = 1;

/// The rates of an hour, events per hour.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct HourRates {
    /// Hours since 1970-01-01 on the local wall.
    hour: Option<i64>,
    /// By stratum, in their order.
    pub(super) of_stratum: Vec<f64>,
    /// Their sum.
    pub(super) total: f64,
}

/// One kind of event: the share of events in it, and what shapes it.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Stratum {
    /// Index of its shape.
    pub(super) shape: usize,
    /// Category key: holidays may change one category more than others.
    pub(super) category: String,
    /// Share of all events, 0 to 1.
    pub(super) share: f64,
}

/// The arrival of events.
pub(super) struct Arrival {
    model: Arc<CallerModel>,
    seed: u64,
    utc_offset_ms: i64,
    /// Events per hour on an average ordinary week.
    events_per_hour: f64,
    /// What the rates of an hour are made of; [`HourRates::of_stratum`] has one rate for each of these.
    strata: Vec<Stratum>,
    rates: HourRates,
}

impl Arrival {
    pub(super) fn new(model: Arc<CallerModel>, seed: u64, utc_offset_hours: i32, events_per_hour: f64, strata: Vec<Stratum>) -> Self {
        let utc_offset_ms = i64::from(utc_offset_hours) * HOUR_MS;
        Self { model, seed, utc_offset_ms, events_per_hour, strata, rates: HourRates::default() }
    }

    /// The rates at a simulated time.
    pub(super) fn rates_at(&mut self, at_ms: i64) -> &HourRates {
        let hour = (at_ms + self.utc_offset_ms).div_euclid(HOUR_MS);
        if self.rates.hour != Some(hour) {
            let noise = self.noise(hour);
            let of_stratum: Vec<f64> =
                self.strata.iter().map(|stratum| self.events_per_hour * stratum.share * self.relative(stratum, hour) * noise).collect();
            self.rates = HourRates { hour: Some(hour), total: of_stratum.iter().sum(), of_stratum };
        }
        &self.rates
    }

    /// The next event after a simulated time.
    #[allow(clippy::cast_possible_truncation)] // at most an hour
    pub(super) fn next_after(&mut self, after_ms: i64, rng: &mut SimRng) -> i64 {
        let mut left = exponential(rng, 1.0);
        let mut from_ms = after_ms;
        for _ in 0..HORIZON_HOURS {
            let hour_end = ((from_ms + self.utc_offset_ms).div_euclid(HOUR_MS) + 1) * HOUR_MS - self.utc_offset_ms;
            let rate_per_ms = self.rates_at(from_ms).total / HOUR_MS as f64;
            let expected = rate_per_ms * (hour_end - from_ms) as f64;
            if left < expected {
                // Up to the next millisecond, so that the time is after `after_ms`.
                return (from_ms + (left / rate_per_ms).ceil() as i64).clamp(after_ms + 1, hour_end);
            }
            left -= expected;
            from_ms = hour_end;
        }
        from_ms
    }

    fn relative(&self, stratum: &Stratum, hour: i64) -> f64 {
        let (day, hour_of_day) = (hour.div_euclid(24), usize::try_from(hour.rem_euclid(24)).unwrap_or(0));
        let kind = self.model.calendar.day(day);
        let mut weekday = crate::fit::weekday(day);
        let mut factor = 1.0;
        if let Some(holiday) = kind.and_then(|kind| kind.holiday.as_deref()).and_then(|key| self.holiday(key)) {
            weekday = holiday.like_weekday;
            factor = holiday.factor * holiday.categories.get(&stratum.category).copied().unwrap_or(1.0);
        } else if kind.is_some_and(|kind| kind.worked) {
            weekday = WORKED_LIKE;
        }
        let after_eve = self.model.calendar.day(day - 1).is_some_and(|kind| kind.eve);
        if after_eve && hour_of_day < FESTIVE_HOURS {
            factor *= self.model.noise.festive_night.of.get(&stratum.category).copied().unwrap_or(1.0);
        }
        let shape = self.model.shapes.get(stratum.shape);
        factor * shape.and_then(|shape| shape.relative.get(weekday * 24 + hour_of_day)).copied().unwrap_or(1.0)
    }

    fn holiday(&self, key: &str) -> Option<&HolidayFactor> {
        self.model.holidays.iter().find(|holiday| holiday.key == key)
    }

    /// The day's and the hour's factor, always the same for a seed.
    fn noise(&self, hour: i64) -> f64 {
        let Noise { day_sd, hour_sd, .. } = &self.model.noise;
        let factor = |stream: u64, index: i64, sd: f64| {
            if sd <= 0.0 {
                return 1.0;
            }
            // Log-normal with mean 1 and this standard deviation.
            let variance = sd.mul_add(sd, 1.0).ln();
            let mut rng = seeded(self.seed, stream ^ index.cast_unsigned());
            (normal(&mut rng) * variance.sqrt() - variance / 2.0).exp()
        };
        factor(DAY_STREAM, hour.div_euclid(24), day_sd.value) * factor(HOUR_STREAM, hour, hour_sd.value)
    }
}
