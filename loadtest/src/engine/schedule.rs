//! When operations are meant to be sent, fixed before the first of them, whatever the server does.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde::Deserialize;
use std::time::Duration;

/// How independent the senders are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Arrivals {
    /// A Poisson process: many senders who know nothing of each other.
    #[default]
    Poisson,
    /// The same time between each two: one sender with a clock.
    Even,
}

/// Times after the begin, in order, that lie within `seconds`, at `per_second` on average. The same seed gives the same times.
pub(crate) fn schedule(seconds: f64, per_second: f64, arrivals: Arrivals, seed: u64) -> Vec<Duration> {
    let (mut times, mut at) = (Vec::new(), 0.0);
    if per_second <= 0.0 {
        return times;
    }
    let mut rng = StdRng::seed_from_u64(seed);
    loop {
        at += match arrivals {
            Arrivals::Poisson => -f64::ln(1.0 - rng.random::<f64>()),
            Arrivals::Even => 1.0,
        } / per_second;
        if at >= seconds {
            return times;
        }
        times.push(Duration::from_secs_f64(at));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn poisson_arrivals_have_the_rate_and_the_spread_of_one_and_follow_their_seed() {
        let times = schedule(1_000.0, 20.0, Arrivals::Poisson, 3);
        assert!((19_000..21_000).contains(&times.len()), "{}", times.len());
        assert!(times.is_sorted());
        // Of exponential gaps the standard deviation is the mean.
        let gaps: Vec<f64> = times.windows(2).map(|pair| (pair[1] - pair[0]).as_secs_f64()).collect();
        let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
        let variance = gaps.iter().map(|gap| (gap - mean).powi(2)).sum::<f64>() / gaps.len() as f64;
        assert!((0.95..1.05).contains(&(variance.sqrt() / mean)), "{variance} {mean}");
        assert_eq!(times, schedule(1_000.0, 20.0, Arrivals::Poisson, 3));
        assert_ne!(times, schedule(1_000.0, 20.0, Arrivals::Poisson, 4));
    }

    #[test]
    fn even_arrivals_are_evenly_apart_and_no_rate_is_nothing() {
        let times = schedule(1.0, 4.0, Arrivals::Even, 1);
        assert_eq!(times, [250, 500, 750].map(Duration::from_millis));
        assert!(schedule(10.0, 0.0, Arrivals::Poisson, 1).is_empty());
    }
}
