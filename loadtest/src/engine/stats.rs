//! Several rounds' figures together: medians, and how far they might be off.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde::Serialize;

/// Resamples of a bootstrap.
const RESAMPLES: usize = 2_000;
/// Seed of the resampling: the same rounds give the same interval.
const SEED: u64 = 1;

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

/// A median with the interval it lies in.
#[derive(Serialize, Clone, Copy, PartialEq, Debug)]
pub(crate) struct Estimate {
    pub(crate) median: f64,
    /// Lower end of the 95 % interval.
    pub(crate) low: f64,
    /// Upper end.
    pub(crate) high: f64,
}

impl Estimate {
    /// Median of rounds with the percentile bootstrap's 95 % interval. With few rounds that is about their range: few rounds know
    /// little.
    pub(crate) fn of(rounds: &[f64]) -> Self {
        let mut rng = StdRng::seed_from_u64(SEED);
        let mut resampled: Vec<f64> = (0..RESAMPLES)
            .map(|_| median(rounds.iter().map(|_| rounds.get(rng.random_range(0..rounds.len())).copied().unwrap_or_default()).collect()))
            .collect();
        resampled.sort_by(f64::total_cmp);
        let at = |per_mille: usize| resampled.get((RESAMPLES - 1) * per_mille / 1_000).copied().unwrap_or_default();
        Self { median: median(rounds.to_vec()), low: at(25), high: at(975) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_wild_round_does_not_move_a_median() {
        assert_eq!(median(vec![900.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![4.0, 1.0, 2.0, 900.0]), 3.0);
        assert_eq!(median(Vec::new()), 0.0);
    }

    #[test]
    fn an_interval_holds_the_median_and_narrows_with_rounds() {
        let few = Estimate::of(&[1.0, 2.0, 3.0]);
        assert_eq!((few.low, few.median, few.high), (1.0, 2.0, 3.0));
        let many: Vec<f64> = (0..60).map(|round| 1.0 + f64::from(round % 3)).collect();
        let many = Estimate::of(&many);
        assert!(many.low >= 1.0 && many.high <= 3.0 && many.high - many.low < few.high - few.low, "{many:?}");
        let none = Estimate::of(&[]);
        assert_eq!((none.low, none.median, none.high), (0.0, 0.0, 0.0));
    }
}
