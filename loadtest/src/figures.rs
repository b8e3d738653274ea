//! Figures of a turn, and what becomes of several: percentiles, medians, ratios.

use hdrhistogram::Histogram;
use serde::Serialize;
use std::time::Duration;

/// Longest latency that is told apart, in microseconds; a longer one counts as this.
const LONGEST_US: u64 = 60_000_000;
/// Significant digits of a latency.
const DIGITS: u8 = 3;

/// What one server's turn gave. Latencies are from when a call was meant to be sent to its frame at a unit's socket.
#[derive(Serialize, Clone, Copy, Default, Debug)]
pub(crate) struct Figures {
    pub(crate) calls: u64,
    pub(crate) refused: u64,
    pub(crate) lost: usize,
    pub(crate) steps_refused: u64,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
    pub(crate) max_ms: f64,
    pub(crate) load_late_p99_ms: f64,
    pub(crate) fixes_per_s: f64,
    pub(crate) fixes_refused: u64,
    pub(crate) frames_per_call: f64,
    pub(crate) cpu_us_per_call: f64,
    pub(crate) cpu_calm_percent: f64,
    pub(crate) cpu_percent: f64,
}

/// The `percent`th percentile in milliseconds; 0 of nothing.
pub(crate) fn percentile_ms(latencies: &[Duration], percent: f64) -> f64 {
    let Ok(mut histogram) = Histogram::<u64>::new_with_bounds(1, LONGEST_US, DIGITS) else { return 0.0 };
    for latency in latencies {
        histogram.saturating_record(u64::try_from(latency.as_micros()).unwrap_or(LONGEST_US));
    }
    #[allow(clippy::cast_precision_loss)] // at most a minute in microseconds
    let us = histogram.value_at_percentile(percent) as f64;
    us / 1e3
}

/// The middle one; the mean of the middle two of an even number; 0 of nothing.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    match (values.get(half), values.len() % 2) {
        (Some(upper), 0) => f64::midpoint(values.get(half.wrapping_sub(1)).copied().unwrap_or(*upper), *upper),
        (Some(middle), _) => *middle,
        (None, _) => 0.0,
    }
}

/// Both servers' turns of one round.
#[derive(Serialize, Clone, Copy, Debug)]
pub(crate) struct Round {
    pub(crate) oneroom: Figures,
    pub(crate) null: Figures,
    pub(crate) p50_ratio: f64,
    pub(crate) p99_ratio: f64,
    pub(crate) added_cpu_us_per_call: f64,
}

impl Round {
    pub(crate) fn new(oneroom: Figures, null: Figures) -> Self {
        Self {
            oneroom,
            null,
            p50_ratio: oneroom.p50_ms / null.p50_ms,
            p99_ratio: oneroom.p99_ms / null.p99_ms,
            added_cpu_us_per_call: oneroom.cpu_us_per_call - null.cpu_us_per_call,
        }
    }
}

/// The median over the rounds of each figure that has one; of a ratio the median of the rounds' ratios.
#[derive(Serialize, Clone, Copy, Debug)]
pub(crate) struct Medians {
    pub(crate) oneroom_p50_ms: f64,
    pub(crate) oneroom_p99_ms: f64,
    pub(crate) null_p50_ms: f64,
    pub(crate) null_p99_ms: f64,
    pub(crate) p50_ratio: f64,
    pub(crate) p99_ratio: f64,
    pub(crate) oneroom_cpu_us_per_call: f64,
    pub(crate) null_cpu_us_per_call: f64,
    pub(crate) added_cpu_us_per_call: f64,
}

impl Medians {
    pub(crate) fn of(rounds: &[Round]) -> Self {
        let of = |figure: fn(&Round) -> f64| median(rounds.iter().map(figure).collect());
        Self {
            oneroom_p50_ms: of(|round| round.oneroom.p50_ms),
            oneroom_p99_ms: of(|round| round.oneroom.p99_ms),
            null_p50_ms: of(|round| round.null.p50_ms),
            null_p99_ms: of(|round| round.null.p99_ms),
            p50_ratio: of(|round| round.p50_ratio),
            p99_ratio: of(|round| round.p99_ratio),
            oneroom_cpu_us_per_call: of(|round| round.oneroom.cpu_us_per_call),
            null_cpu_us_per_call: of(|round| round.null.cpu_us_per_call),
            added_cpu_us_per_call: of(|round| round.added_cpu_us_per_call),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_all_calls_and_the_slowest_is_kept() {
        let latencies: Vec<_> = (1..=100).map(Duration::from_millis).collect();
        for (percent, expected_ms) in [(50.0, 50.0), (99.0, 99.0), (100.0, 100.0)] {
            let found = percentile_ms(&latencies, percent);
            assert!((found - expected_ms).abs() < 0.1, "{percent}: {found}");
        }
        assert_eq!(percentile_ms(&[], 99.0), 0.0);
    }

    #[test]
    fn one_wild_round_does_not_move_a_median() {
        assert_eq!(median(vec![900.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![4.0, 1.0, 2.0, 900.0]), 3.0);
        assert_eq!(median(Vec::new()), 0.0);
    }
}
