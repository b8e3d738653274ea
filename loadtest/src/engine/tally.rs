//! What a run of operations took: histograms of latency and of the load's own lateness, in microseconds.

use hdrhistogram::Histogram;
use std::time::Duration;

/// Longest time that is told apart, in nanoseconds; a longer one counts as this.
const LONGEST_NS: u64 = 120_000_000_000;
/// Significant digits.
const DIGITS: u8 = 3;

/// Durations, by how often.
#[derive(Clone, Debug)]
pub(crate) struct Times(Option<Histogram<u64>>);

impl Default for Times {
    fn default() -> Self {
        // The bounds are fixed and right, so there always is one.
        Self(Histogram::new_with_bounds(1, LONGEST_NS, DIGITS).ok())
    }
}

impl Times {
    pub(crate) fn record(&mut self, time: Duration) {
        if let Some(histogram) = &mut self.0 {
            histogram.saturating_record(u64::try_from(time.as_nanos()).unwrap_or(LONGEST_NS));
        }
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        if let (Some(own), Some(other)) = (&mut self.0, &other.0) {
            // Both have the same bounds, so that nothing is out of range.
            let _ = own.add(other);
        }
    }

    pub(crate) fn count(&self) -> u64 {
        self.0.as_ref().map_or(0, Histogram::len)
    }

    /// The `percent`th percentile in microseconds; 0 of nothing.
    pub(crate) fn percentile_us(&self, percent: f64) -> f64 {
        #[allow(clippy::cast_precision_loss)] // at most two minutes in nanoseconds
        self.0.as_ref().map_or(0.0, |histogram| histogram.value_at_percentile(percent) as f64 / 1e3)
    }

    /// The same in milliseconds.
    pub(crate) fn percentile_ms(&self, percent: f64) -> f64 {
        self.percentile_us(percent) / 1e3
    }
}

impl FromIterator<Duration> for Times {
    fn from_iter<I: IntoIterator<Item = Duration>>(times: I) -> Self {
        let mut all = Self::default();
        times.into_iter().for_each(|time| all.record(time));
        all
    }
}

/// What became of operations with intended send times.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    /// From when each was meant to be sent until it was done: a server that stalls is charged for everybody who waits.
    pub(crate) latency: Times,
    /// How late each was sent: what the load, or waiting for the answer before it, adds.
    pub(crate) lateness: Times,
    /// Operations that failed.
    pub(crate) failed: u64,
    /// Why the first of them did.
    pub(crate) first_failure: Option<String>,
}

impl Tally {
    /// One operation: meant to be sent at `intended`, sent at `sent`, and done or failed at `done`; all since the run began.
    pub(crate) fn record(&mut self, intended: Duration, sent: Duration, done: Duration, result: Result<(), String>) {
        self.lateness.record(sent.saturating_sub(intended));
        match result {
            Ok(()) => self.latency.record(done.saturating_sub(intended)),
            Err(why) => {
                self.failed += 1;
                self.first_failure.get_or_insert(why);
            }
        }
    }

    pub(crate) fn merge(&mut self, other: Self) {
        self.latency.merge(&other.latency);
        self.lateness.merge(&other.lateness);
        self.failed += other.failed;
        self.first_failure = self.first_failure.take().or(other.first_failure);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_all_and_the_slowest_is_kept() {
        let times: Times = (1..=100).map(Duration::from_millis).collect();
        for (percent, expected_ms) in [(50.0, 50.0), (99.0, 99.0), (100.0, 100.0)] {
            let found = times.percentile_ms(percent);
            assert!((found - expected_ms).abs() < 0.1, "{percent}: {found}");
        }
        assert_eq!(Times::default().percentile_us(99.0), 0.0);
    }

    #[test]
    fn a_failure_is_counted_with_the_first_reason_and_has_no_latency() {
        let ms = Duration::from_millis;
        let mut tally = Tally::default();
        tally.record(ms(10), ms(11), ms(15), Ok(()));
        tally.record(ms(20), ms(20), ms(20), Err("full".to_owned()));
        let mut other = Tally::default();
        other.record(ms(30), ms(30), ms(30), Err("gone".to_owned()));
        tally.merge(other);
        assert_eq!((tally.latency.count(), tally.lateness.count(), tally.failed), (1, 3, 2));
        assert_eq!(tally.first_failure.as_deref(), Some("full"));
        assert!((tally.latency.percentile_ms(100.0) - 5.0).abs() < 0.01, "from when it was meant to be sent");
    }
}
