//! Where a unit is while it moves: a way from one place to another, straight or along the roads.

use crate::county::Route;
use crate::geometry::{along, heading_deg};
use domain::place::Position;
use domain::time::Timestamp;
use roads::sphere::great_circle_m;
use std::sync::Arc;

/// Nobody is on the way for longer: a destination that can't be reached in time is reached then. One day.
const DURATION_MAX_MS: f64 = 86_400_000.0;

/// One way. A way of no length has been walked at once.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Way {
    from: Position,
    to: Position,
    begin: Timestamp,
    duration_ms: u64,
    /// Along which roads; none is a great circle.
    route: Option<Arc<Route>>,
}

impl Way {
    /// Standing still.
    pub(super) fn standing(at: Position, now: Timestamp) -> Self {
        Self { from: at, to: at, begin: now, duration_ms: 0, route: None }
    }

    /// Off to `to`, at this speed over a way `detour_factor` times as long as the straight line.
    pub(super) fn to(from: Position, to: Position, begin: Timestamp, speed_m_per_s: f64, detour_factor: f64) -> Self {
        let duration_ms = great_circle_m(from, to) * detour_factor.max(1.0) / speed_m_per_s * 1000.0;
        Self { from, to, begin, duration_ms: whole_ms(duration_ms), route: None }
    }

    /// Off along a route, `stretch` times as slowly as it says. The route's own times say where one is in between.
    pub(super) fn along(route: Route, begin: Timestamp, stretch: f64) -> Self {
        let (from, to) = (route.at(0).0, route.at(route.travel_ms).0);
        let duration_ms = whole_ms(route.travel_ms as f64 * stretch);
        Self { from, to, begin, duration_ms, route: Some(Arc::new(route)) }
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
        match &self.route {
            Some(route) => route.at(self.on_route_ms(route, now)).0,
            None => along(self.from, self.to, self.fraction(now)),
        }
    }

    /// Speed over the ground, metres per second, on average over the way; 0 once it stands.
    pub(super) fn speed_m_per_s(&self, now: Timestamp) -> f64 {
        if !self.is_moving(now) {
            return 0.0;
        }
        let length_m = self.route.as_ref().map_or_else(|| great_circle_m(self.from, self.to), |route| route.length_m());
        length_m * 1000.0 / self.duration_ms as f64
    }

    /// Direction, degrees clockwise from north; none once it stands.
    pub(super) fn heading_deg(&self, now: Timestamp) -> Option<f64> {
        self.is_moving(now).then(|| match &self.route {
            Some(route) => route.at(self.on_route_ms(route, now)).1,
            None => heading_deg(self.position(now), self.to),
        })
    }

    fn fraction(&self, now: Timestamp) -> f64 {
        now.since_ms(self.begin) as f64 / self.duration_ms.max(1) as f64
    }

    /// How far along its route's own times it is.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a part of the route's time, which is not negative
    fn on_route_ms(&self, route: &Route, now: Timestamp) -> u64 {
        (route.travel_ms as f64 * self.fraction(now)) as u64
    }
}

/// Cut to a day; a speed of 0 or no number takes a day too.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn whole_ms(duration_ms: f64) -> u64 {
    let cut = if duration_ms.is_nan() || duration_ms < 0.0 { DURATION_MAX_MS } else { duration_ms.min(DURATION_MAX_MS) };
    cut.ceil() as u64
}
