//! The river: a line that wanders across the county and never meets itself, with a width.

use super::plane::{Point, crossing, gap};
use crate::random::SimRng;
use rand::RngExt;
use std::f64::consts::TAU;

/// Length of a piece of the river's middle line, metres along its axis.
const STEP_M: f64 = 150.0;
/// Half the water's width, metres. Assumption: a river of a dry plain.
pub(crate) const HALF_WIDTH_M: f64 = 42.0;
/// Nothing but a bridge comes closer to the middle line.
pub(crate) const CLEAR_M: f64 = HALF_WIDTH_M + 6.0;
/// The middle line leaves its axis by at most this many metres per metre along it.
const SLOPE_MAX: f64 = 1.75;

/// A river. Its middle line is a function of the way along a straight axis.
pub(crate) struct River {
    origin: Point,
    along: Point,
    /// Where the first sample is on the axis.
    begin: f64,
    /// Distance from the axis to the left, one a step.
    samples: Vec<f64>,
}

impl River {
    /// A river past `place`, whose middle line it passes to one side at about `distance_m`. `reach_m` is how far it goes either way.
    pub(crate) fn new(place: Point, distance_m: f64, reach_m: f64, rng: &mut SimRng) -> Self {
        let angle = rng.random_range(-0.5..0.5) + if rng.random::<f64>() < 0.3 { TAU / 4.0 } else { 0.0 };
        let along = Point::towards(angle, 1.0);
        let scale = (reach_m / 26_000.0).clamp(0.35, 1.0);
        // Amplitude and length of the waves, metres: 2π × amplitude ÷ length adds up to less than the greatest slope.
        let waves = [(2_300.0, 29_000.0), (760.0, 8_700.0), (270.0, 4_100.0)].map(|(amplitude, length)| {
            let stretch = rng.random_range(0.85..1.15);
            (amplitude * scale * rng.random_range(0.7..1.0), length * scale * stretch, rng.random_range(0.0..TAU))
        });
        let wave = |u: f64| waves.iter().map(|(amplitude, length, phase)| amplitude * (TAU * u / length + phase).sin()).sum::<f64>();
        let side = if rng.random::<bool>() { 1.0 } else { -1.0 };
        let offset = side * distance_m - wave(0.0);
        let steps = (2.0 * reach_m / STEP_M).ceil();
        // Some hundred steps.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let count = steps as usize + 1;
        let samples = (0..count).map(|step| offset + wave(step as f64 * STEP_M - reach_m)).collect();
        Self { origin: place, along, begin: -reach_m, samples }
    }

    fn axis(&self, p: Point) -> (f64, f64) {
        let from = p - self.origin;
        (from.dot(self.along), from.dot(self.along.left()))
    }

    fn sample(&self, index: usize) -> Point {
        let v = self.samples.get(index).copied().unwrap_or(0.0);
        self.origin + self.along * (self.begin + index as f64 * STEP_M) + self.along.left() * v
    }

    /// The sample at or before a place on the axis, cut to those there are.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // cut before the cast
    fn index(&self, u: f64) -> usize {
        ((u - self.begin) / STEP_M).floor().clamp(0.0, self.samples.len().saturating_sub(2) as f64) as usize
    }

    /// How far to the left of the middle line a point lies, measured across the axis.
    pub(crate) fn left_of(&self, p: Point) -> f64 {
        let (u, v) = self.axis(p);
        let index = self.index(u);
        let (from, to) = (self.samples.get(index).copied().unwrap_or(0.0), self.samples.get(index + 1).copied().unwrap_or(0.0));
        let fraction = ((u - self.begin) / STEP_M - index as f64).clamp(0.0, 1.0);
        v - (from + (to - from) * fraction)
    }

    /// The pieces of the middle line within reach of a stretch.
    fn pieces(&self, a: Point, b: Point, reach_m: f64) -> impl Iterator<Item = (Point, Point)> {
        let ((ua, _), (ub, _)) = (self.axis(a), self.axis(b));
        let (first, last) = (self.index(ua.min(ub) - reach_m), self.index(ua.max(ub) + reach_m));
        (first..=last).map(|index| (self.sample(index), self.sample(index + 1)))
    }

    /// Distance to the middle line: exact below 300 m, else at least that.
    pub(crate) fn distance(&self, p: Point) -> f64 {
        let across = self.left_of(p).abs();
        let least = across / SLOPE_MAX.hypot(1.0);
        if least > 300.0 { least } else { self.gap(p, p, across + STEP_M) }
    }

    fn gap(&self, a: Point, b: Point, reach_m: f64) -> f64 {
        self.pieces(a, b, reach_m).map(|(from, to)| gap(a, b, from, to)).fold(f64::INFINITY, f64::min)
    }

    /// Whether a stretch keeps clear of the water.
    pub(crate) fn is_clear(&self, a: Point, b: Point, clear_m: f64) -> bool {
        let (left, right) = (self.left_of(a), self.left_of(b));
        let far = (clear_m + a.distance(b)) * SLOPE_MAX.hypot(1.0) * 2.0;
        (left.abs() > far && right.abs() > far && (left > 0.0) == (right > 0.0)) || self.gap(a, b, clear_m + STEP_M) >= clear_m
    }

    /// Where a stretch crosses the middle line: fractions of the way, in order.
    pub(crate) fn crossings(&self, a: Point, b: Point) -> Vec<f64> {
        let mut found: Vec<f64> = self.pieces(a, b, STEP_M).filter_map(|(from, to)| Some(crossing(a, b, from, to)?.0)).collect();
        found.sort_by(f64::total_cmp);
        found
    }

    /// The direction of the middle line near a point.
    pub(crate) fn direction(&self, p: Point) -> Point {
        let index = self.index(self.axis(p).0);
        (self.sample(index + 1) - self.sample(index)).unit()
    }

    /// A point moved along the river's cross-section until it is `keep_m` from the middle line on the wanted side; kept where it is
    /// when it already is there.
    pub(crate) fn kept_to(&self, p: Point, left: bool, keep_m: f64) -> Point {
        let side = if left { 1.0 } else { -1.0 };
        let across = self.left_of(p) * side;
        if across > 0.0 && self.distance(p) >= keep_m {
            return p;
        }
        let direction = self.direction(p);
        let slope = (direction.dot(self.along.left()) / direction.dot(self.along).max(0.2)).abs();
        let wanted = keep_m * slope.hypot(1.0) * 1.1;
        p + self.along.left() * (side * (wanted - across).max(0.0))
    }

    /// The point of a bank-side road at a place along the axis from `place`, `distance_m` from the middle line.
    pub(crate) fn beside(&self, u: f64, left: bool, distance_m: f64) -> Point {
        let index = self.index(u);
        let on_line = self.sample(index);
        on_line + self.direction(on_line).left() * if left { distance_m } else { -distance_m }
    }

    /// The water as a ring, counter-clockwise or not.
    pub(crate) fn ring(&self) -> Vec<Point> {
        let count = self.samples.len();
        let bank = |index: usize, side: f64| {
            let (before, after) = (self.sample(index.saturating_sub(1)), self.sample((index + 1).min(count - 1)));
            self.sample(index) + (after - before).unit().left() * (side * HALF_WIDTH_M)
        };
        (0..count).map(|index| bank(index, -1.0)).chain((0..count).rev().map(|index| bank(index, 1.0))).collect()
    }

    /// The middle line.
    pub(crate) fn line(&self) -> Vec<Point> {
        (0..self.samples.len()).map(|index| self.sample(index)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::county::plane::point;
    use crate::random::seeded;

    #[test]
    fn a_river_has_two_sides_and_a_width() {
        for seed in 0..32 {
            let river = River::new(point(500.0, -300.0), 1_100.0, 26_000.0, &mut seeded(seed, 0));
            let at = river.index(0.0);
            let foot = river.sample(at).lerp(river.sample(at + 1), 0.5);
            assert!((river.left_of(point(500.0, -300.0)).abs() - 1_100.0).abs() < 200.0);
            assert!(river.distance(foot) < 1e-6);
            let over = river.direction(foot).left() * 90.0;
            assert_eq!(river.crossings(foot - over, foot + over).len(), 1, "seed {seed}");
            assert!(!river.is_clear(foot - over, foot + over, CLEAR_M));
            let line = river.line();
            assert!(line.windows(2).all(|pair| pair[0].distance(pair[1]) < STEP_M * SLOPE_MAX.hypot(1.0)), "as steep as said");
            for wet in [foot, foot + over * 0.2] {
                for left in [true, false] {
                    let dry = river.kept_to(wet, left, 130.0);
                    assert_eq!(river.left_of(dry) > 0.0, left);
                    assert!(river.distance(dry) > 100.0, "seed {seed}: {}", river.distance(dry));
                }
            }
        }
    }
}
