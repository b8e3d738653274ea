//! What a crew does between orders: goes on patrol, and says where it is.

use super::{Action, Crew, Fix, Intention};
use crate::geometry::offset;
use crate::random::normal;
use domain::time::Timestamp;
use rand::RngExt;

impl Crew {
    /// A unit that sets out after a rest says so soon.
    pub(super) fn hasten_fix(&mut self, now: Timestamp) {
        let soon = now.plus_ms(self.profile.fix_interval_ms);
        self.next_fix = self.next_fix.map(|next| next.min(soon));
    }

    /// One fix for `now`, however many were missed, and the time of the next.
    pub(super) fn fix(&mut self, now: Timestamp) -> Intention {
        if self.current.is_none() && !self.way.is_moving(now) {
            self.patrol(now);
        }
        let interval_ms = if self.way.is_moving(now) { self.profile.fix_interval_ms } else { self.profile.idle_fix_interval_ms };
        self.next_fix = Some(now.plus_ms(interval_ms.max(1)));
        let mut position = self.way.position(now);
        if self.profile.fix_error_m > 0.0 {
            let mut error_m = || normal(&mut self.patrol_rng).clamp(-3.0, 3.0) * self.profile.fix_error_m;
            position = offset(position, error_m(), error_m());
        }
        let fix = Fix { position, speed_m_per_s: self.way.speed_m_per_s(now), heading_deg: self.way.heading_deg(now) };
        Intention { at: now, action: Action::Fix(fix) }
    }

    /// Sets out to a place around the base.
    fn patrol(&mut self, now: Timestamp) {
        let haste = self.profile.patrol_speed_factor;
        if haste <= 0.0 || self.profile.patrol_radius_m <= 0.0 {
            return;
        }
        // The square root spreads the places evenly over the disk.
        let distance_m = self.profile.patrol_radius_m * self.patrol_rng.random::<f64>().sqrt();
        let (sin, cos) = (self.patrol_rng.random::<f64>() * std::f64::consts::TAU).sin_cos();
        let to = offset(self.base, distance_m * sin, distance_m * cos);
        self.way = self.way_to(to, now, haste);
    }
}
