//! How long something took, many times: counts in bands against a clock, and percentiles from a histogram of bounded size.

use hdrhistogram::Histogram;
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

/// Longest time told apart, in milliseconds: ten days. What is longer counts as this.
const LONGEST_MS: u64 = 864_000_000;
/// Decimal digits that percentiles are good for.
const DIGITS: u8 = 3;
/// … where many of them are kept side by side.
const COARSE_DIGITS: u8 = 2;

/// Times of one kind.
#[derive(Clone, Debug)]
pub struct Spans {
    up_to_ms: Vec<u64>,
    counts: Vec<u64>,
    late: u64,
    measured: u64,
    /// None only where the library refuses the bounds above, which a test would show.
    histogram: Option<Histogram<u64>>,
}

impl Spans {
    /// Nothing yet; bands end at these times, in milliseconds.
    #[must_use]
    pub fn new(up_to_ms: &[u64]) -> Self {
        Self::with(up_to_ms, Histogram::new(DIGITS).ok())
    }

    /// Nothing yet, in one band, in a tenth of the memory: for one of many days.
    #[must_use]
    pub fn coarse() -> Self {
        Self::with(&[], Histogram::new(COARSE_DIGITS).ok())
    }

    /// Nothing yet, in one band: only counted, so without percentiles.
    #[must_use]
    pub fn only_counted() -> Self {
        Self::with(&[], None)
    }

    fn with(up_to_ms: &[u64], mut histogram: Option<Histogram<u64>>) -> Self {
        if let Some(histogram) = &mut histogram {
            histogram.auto(true);
        }
        Self { up_to_ms: up_to_ms.to_vec(), counts: vec![0; up_to_ms.len() + 1], late: 0, measured: 0, histogram }
    }

    /// Adds one time. `allowed_ms` is the policy's clock for it, none where no clock runs.
    pub fn add(&mut self, took_ms: u64, allowed_ms: Option<u64>) {
        let band = self.up_to_ms.iter().position(|end| took_ms <= *end).unwrap_or(self.up_to_ms.len());
        if let Some(count) = self.counts.get_mut(band) {
            *count += 1;
        }
        if let Some(histogram) = &mut self.histogram {
            // It grows up to the bound; beyond its own bounds there is nothing to record.
            let _ = histogram.record(took_ms.min(LONGEST_MS));
        }
        if let Some(allowed_ms) = allowed_ms {
            self.measured += 1;
            self.late += u64::from(took_ms > allowed_ms);
        }
    }

    /// Adds one that never happened although a clock ran for it.
    pub fn add_never(&mut self) {
        self.measured += 1;
        self.late += 1;
    }

    /// How many.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// How many a clock ran for, and how many of them came after its end or never.
    #[must_use]
    pub fn late(&self) -> (u64, u64) {
        (self.measured, self.late)
    }

    /// The time that this share (0 to 1) of them does not pass, in milliseconds; none of nothing.
    #[must_use]
    pub fn quantile_ms(&self, share: f64) -> Option<u64> {
        self.histogram.as_ref().filter(|histogram| !histogram.is_empty()).map(|histogram| histogram.value_at_quantile(share))
    }
}

impl Serialize for Spans {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Spans", 9)?;
        fields.serialize_field("count", &self.count())?;
        fields.serialize_field("on_a_clock", &self.measured)?;
        fields.serialize_field("late", &self.late)?;
        fields.serialize_field("p50_ms", &self.quantile_ms(0.5))?;
        fields.serialize_field("p90_ms", &self.quantile_ms(0.9))?;
        fields.serialize_field("p99_ms", &self.quantile_ms(0.99))?;
        fields.serialize_field("longest_ms", &self.quantile_ms(1.0))?;
        fields.serialize_field("bands_up_to_ms", &self.up_to_ms)?;
        fields.serialize_field("bands", &self.counts)?;
        fields.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_fall_into_bands_and_are_late_only_after_the_end_of_their_clock() {
        let mut spans = Spans::new(&[30_000, 60_000]);
        for (took, allowed) in [(30_000, Some(30_000)), (30_001, Some(30_000)), (90_000, None), (0, Some(0))] {
            spans.add(took, allowed);
        }
        spans.add_never();
        assert_eq!((spans.count(), spans.late(), spans.counts.as_slice()), (4, (4, 2), [2, 1, 1].as_slice()));
        let median = spans.quantile_ms(0.5).unwrap();
        assert!((29_950..=30_050).contains(&median), "{median}");
        assert_eq!(Spans::new(&[]).quantile_ms(0.5), None);
        spans.add(u64::MAX, None);
        assert!(spans.quantile_ms(1.0).unwrap() >= LONGEST_MS);
    }
}
