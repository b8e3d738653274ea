//! A drone's battery: how long it can stay in the air, and how long it charges in its dock.

use domain::time::Timestamp;

/// A battery, as data. Times are in simulated milliseconds.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct BatteryProfile {
    /// In the air with a full battery.
    pub endurance_ms: u64,
    /// Share of it that is never used: it lands before.
    pub reserve_share: f64,
    /// In the dock from empty to full.
    pub charge_ms: u64,
    /// With less than this share left it stays in the dock until it is full again.
    pub ready_share: f64,
}

impl BatteryProfile {
    /// A multicopter that lives in a dock. Assumption, in the order of what makers of such drones state: 40 to 50 minutes in the air,
    /// 30 to 45 minutes to charge.
    #[must_use]
    pub const fn docked() -> Self {
        Self { endurance_ms: 2_400_000, reserve_share: 0.15, charge_ms: 2_100_000, ready_share: 0.6 }
    }
}

/// What is left in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Battery {
    profile: BatteryProfile,
    /// Time in the air that was left at `as_of`.
    left_ms: f64,
    as_of: Timestamp,
    airborne: bool,
}

impl Battery {
    /// Full, in the dock.
    pub(super) fn full(profile: BatteryProfile, now: Timestamp) -> Self {
        Self { profile, left_ms: profile.endurance_ms as f64, as_of: now, airborne: false }
    }

    /// Time in the air that is left at `now`, without the reserve; never below 0.
    pub(super) fn usable_ms(&self, now: Timestamp) -> f64 {
        (self.left_ms(now) - self.profile.endurance_ms as f64 * self.profile.reserve_share).max(0.0)
    }

    fn left_ms(&self, now: Timestamp) -> f64 {
        let passed_ms = now.since_ms(self.as_of) as f64;
        let full_ms = self.profile.endurance_ms as f64;
        if self.airborne {
            (self.left_ms - passed_ms).max(0.0)
        } else {
            (self.left_ms + passed_ms * full_ms / self.profile.charge_ms.max(1) as f64).min(full_ms)
        }
    }

    /// It takes off, or goes on flying.
    pub(super) fn take_off(&mut self, now: Timestamp) {
        (self.left_ms, self.as_of, self.airborne) = (self.left_ms(now), now, true);
    }

    /// It is told that it lands in its dock at `landing`. Says until when it charges, when too little will be left to be sent again.
    pub(super) fn land(&mut self, landing: Timestamp) -> Option<Timestamp> {
        (self.left_ms, self.as_of, self.airborne) = (self.left_ms(landing), landing, false);
        let full_ms = self.profile.endurance_ms as f64;
        let missing_share = 1.0 - self.left_ms / full_ms.max(1.0);
        // Not negative and at most the whole charge.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let charge_ms = (self.profile.charge_ms as f64 * missing_share).ceil() as u64;
        (self.left_ms < full_ms * self.profile.ready_share).then(|| landing.plus_ms(charge_ms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROFILE: BatteryProfile = BatteryProfile { endurance_ms: 1_000, reserve_share: 0.2, charge_ms: 2_000, ready_share: 0.5 };

    #[test]
    fn it_drains_in_the_air_charges_in_the_dock_and_keeps_its_reserve() {
        let mut battery = Battery::full(PROFILE, Timestamp(0));
        assert!((battery.usable_ms(Timestamp(500)) - 800.0).abs() < 1e-9, "a full one does not overfill");
        battery.take_off(Timestamp(500));
        assert!((battery.usable_ms(Timestamp(800)) - 500.0).abs() < 1e-9);
        assert!(battery.land(Timestamp(900)).is_none(), "600 of 1,000 left is enough to go again");
        assert!((battery.usable_ms(Timestamp(1_300)) - 600.0).abs() < 1e-9, "400 ms in the dock give 200");
        battery.take_off(Timestamp(1_300));
        assert_eq!(battery.land(Timestamp(1_900)), Some(Timestamp(3_500)), "200 left: four fifths of the charge");
        assert!(battery.usable_ms(Timestamp(1_900)) < 1e-9);
    }
}
