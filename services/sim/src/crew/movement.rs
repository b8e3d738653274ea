//! Where a unit is while it moves: a way from one place to another at a speed.

use crate::geometry::{along, heading_deg};
use domain::place::Position;
use domain::time::Timestamp;
use roads::sphere::great_circle_m;

/// One way along a great circle. A way of no length has been walked at once.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Way {
    from: Position,
    to: Position,
    begin: Timestamp,
    duration_ms: u64,
}

/// Nobody is on the way for longer: a destination that can't be reached in time is reached then. One day.
const DURATION_MAX_MS: f64 = 86_400_000.0;

impl Way {
    /// Standing still.
    pub(super) fn standing(at: Position, now: Timestamp) -> Self {
        Self { from: at, to: at, begin: now, duration_ms: 0 }
    }

    /// Off to `to`, at this speed over a way `detour_factor` times as long as the straight line.
    pub(super) fn to(from: Position, to: Position, begin: Timestamp, speed_m_per_s: f64, detour_factor: f64) -> Self {
        let duration_ms = great_circle_m(from, to) * detour_factor.max(1.0) / speed_m_per_s * 1000.0;
        // Cut to a day; a speed of 0 or no number takes a day too.
        let duration_ms = if duration_ms.is_nan() || duration_ms < 0.0 { DURATION_MAX_MS } else { duration_ms.min(DURATION_MAX_MS) };
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        Self { from, to, begin, duration_ms: duration_ms.ceil() as u64 }
    }

    /// When it arrives.
    pub(super) fn arrival(&self) -> Timestamp {
        self.begin.plus_ms(self.duration_ms)
    }

    /// Whether it is still moving.
    pub(super) fn is_moving(&self, now: Timestamp) -> bool {
        now < self.arrival()
    }

    /// Where it is.
    pub(super) fn position(&self, now: Timestamp) -> Position {
        if !self.is_moving(now) {
            return self.to;
        }
        along(self.from, self.to, now.since_ms(self.begin) as f64 / self.duration_ms as f64)
    }

    /// Speed over the ground, metres per second; 0 once it stands.
    pub(super) fn speed_m_per_s(&self, now: Timestamp) -> f64 {
        if self.is_moving(now) { great_circle_m(self.from, self.to) * 1000.0 / self.duration_ms as f64 } else { 0.0 }
    }

    /// Direction, degrees clockwise from north; none once it stands.
    pub(super) fn heading_deg(&self, now: Timestamp) -> Option<f64> {
        self.is_moving(now).then(|| heading_deg(self.position(now), self.to))
    }
}
