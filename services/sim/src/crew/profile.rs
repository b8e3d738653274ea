//! How a crew behaves: every delay, chance and key in one place.

use super::battery::BatteryProfile;
use super::duty::ShiftCycle;
use crate::random::{SimRng, exponential};

/// A delay that is at least `min_ms`, `mean_ms` on average (before the cut) and at most `max_ms`: a shifted exponential.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Delay {
    /// Shortest, milliseconds.
    pub min_ms: u64,
    /// Average, milliseconds.
    pub mean_ms: u64,
    /// Longest, milliseconds.
    pub max_ms: u64,
}

impl Delay {
    /// No delay.
    pub const NONE: Self = Self::fixed(0);

    /// Always the same.
    #[must_use]
    pub const fn fixed(delay_ms: u64) -> Self {
        Self { min_ms: delay_ms, mean_ms: delay_ms, max_ms: delay_ms }
    }

    /// From `min_ms` to `max_ms`, `mean_ms` on average.
    #[must_use]
    pub const fn new(min_ms: u64, mean_ms: u64, max_ms: u64) -> Self {
        Self { min_ms, mean_ms, max_ms }
    }

    /// One delay, milliseconds.
    pub(crate) fn draw_ms(self, rng: &mut SimRng) -> u64 {
        let more = exponential(rng, self.mean_ms.saturating_sub(self.min_ms) as f64);
        // Not negative, and cut right after.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let delay_ms = self.min_ms.saturating_add(more as u64);
        delay_ms.min(self.max_ms)
    }
}

/// How a crew behaves. Delays are in simulated time: the crew divides them by `speed`. Keys are the shipped policy's.
#[derive(Clone, PartialEq, Debug)]
pub struct CrewProfile {
    /// How many times faster than the clock the crew lives: 1 is real time. On a virtual clock it stays 1.
    pub speed: f64,
    /// Delivered → seen: somebody looks at the device. Assumption.
    pub look: Delay,
    /// Delivered → acknowledged, or declined. Assumption, below the policy's default of 30 s in most cases.
    pub acknowledge: Delay,
    /// Acknowledged → on the way: turnout. Assumption, in the order of the 60 s that NFPA 1710 allows an ambulance crew.
    pub turn_out: Delay,
    /// On scene → cleared. Assumption: half an hour is usual for a routine call.
    pub service: Delay,
    /// Cleared → feedback written; the policy's clock allows 30 minutes. Assumption.
    pub feedback: Delay,
    /// Chance to decline an order. Assumption.
    pub decline_probability: f64,
    /// Chance to see an order delivered and never answer it. Assumption.
    pub silence_probability: f64,
    /// After how long a crew that stayed silent is free for another order, milliseconds. Assumption: longer than the policy's clock, by
    /// which the order has gone to somebody else.
    pub silence_ms: u64,
    /// A way through streets is this many times the straight line. 1.3 is the usual detour index of European and American road
    /// networks; a drone has 1. Assumption for a given town.
    pub detour_factor: f64,
    /// Speed on patrol as a share of the speed to a call; 0 stays put. Assumption.
    pub patrol_speed_factor: f64,
    /// On patrol it keeps within this distance of where it began, metres. Assumption.
    pub patrol_radius_m: f64,
    /// Clock time between two fixes while it moves, milliseconds; not divided by `speed`, because it is the device's and the
    /// network's load. 0 sends none. Assumption: 5 s, usual for vehicle location.
    pub fix_interval_ms: u64,
    /// Clock time between two fixes while it stands, milliseconds; as above. It must stay below the age at which a fix is stale.
    pub idle_fix_interval_ms: u64,
    /// On scene → it says that it is safe, and again as long as it stays; none never does. The policy's check asks for it every ten
    /// minutes. Assumption.
    pub confirm_safe: Option<Delay>,
    /// Chance to forget saying so once. Assumption.
    pub forget_safe_probability: f64,
    /// Presses of the emergency button in an hour on scene. Assumption: rare.
    pub emergencies_per_hour: f64,
    /// Standard deviation of the logarithm of how much longer or shorter a way takes than planned; 0 keeps to the plan. Assumption:
    /// traffic and lights.
    pub driving_error: f64,
    /// Standard deviation of a fix from where the unit is, metres, in each direction. Assumption, in the order of what phones reach
    /// between houses.
    pub fix_error_m: f64,
    /// When its crew is relieved; none stays on duty for ever.
    pub shift: Option<ShiftCycle>,
    /// A drone's battery; none for what runs on wheels or legs.
    pub battery: Option<BatteryProfile>,
    /// Why it declines: reason keys by weight.
    pub decline_reasons: &'static [(&'static str, u32)],
    /// Why it cleared: a reason key.
    pub clear_reason: &'static str,
    /// What came of it: disposition keys by weight.
    pub dispositions: &'static [(&'static str, u32)],
}

const DECLINE_REASONS: &[(&str, u32)] = &[("busy_on_scene", 5), ("vehicle_trouble", 2), ("too_far", 3)];
const DISPOSITIONS: &[(&str, u32)] =
    &[("handled", 50), ("mediated", 12), ("advised", 14), ("no_trace", 10), ("report_filed", 8), ("case_opened", 4), ("handed_over", 2)];

impl CrewProfile {
    /// For replay: takes every order at once, never declines, is done a minute after arrival, stands still in between.
    #[must_use]
    pub fn prompt() -> Self {
        Self {
            speed: 1.0,
            look: Delay::NONE,
            acknowledge: Delay::NONE,
            turn_out: Delay::NONE,
            service: Delay::fixed(60_000),
            feedback: Delay::NONE,
            decline_probability: 0.0,
            silence_probability: 0.0,
            silence_ms: 120_000,
            detour_factor: 1.0,
            patrol_speed_factor: 0.0,
            patrol_radius_m: 0.0,
            fix_interval_ms: 5_000,
            idle_fix_interval_ms: 30_000,
            confirm_safe: None,
            forget_safe_probability: 0.0,
            emergencies_per_hour: 0.0,
            driving_error: 0.0,
            fix_error_m: 0.0,
            shift: None,
            battery: None,
            decline_reasons: DECLINE_REASONS,
            clear_reason: "done",
            dispositions: &[("handled", 1)],
        }
    }

    /// For the demo: people who look, hesitate, sometimes decline and now and then miss an order.
    #[must_use]
    pub fn human() -> Self {
        Self {
            look: Delay::new(1_000, 4_000, 20_000),
            acknowledge: Delay::new(3_000, 10_000, 60_000),
            turn_out: Delay::new(5_000, 25_000, 120_000),
            service: Delay::new(240_000, 1_500_000, 7_200_000),
            feedback: Delay::new(30_000, 240_000, 1_500_000),
            decline_probability: 0.03,
            silence_probability: 0.02,
            detour_factor: 1.3,
            patrol_speed_factor: 0.4,
            patrol_radius_m: 2_500.0,
            confirm_safe: Some(Delay::new(240_000, 420_000, 590_000)),
            forget_safe_probability: 0.02,
            emergencies_per_hour: 0.002,
            driving_error: 0.25,
            fix_error_m: 6.0,
            shift: Some(ShiftCycle::twelve_hours()),
            dispositions: DISPOSITIONS,
            ..Self::prompt()
        }
    }

    /// The same manners with a drone: no turnout to speak of, no detours, no patrol, a battery, and somebody at a desk who flies it.
    #[must_use]
    pub fn drone(self) -> Self {
        Self {
            turn_out: Delay::new(15_000, 25_000, 60_000),
            service: Delay::new(180_000, 600_000, 1_800_000),
            detour_factor: 1.0,
            patrol_speed_factor: 0.0,
            confirm_safe: self.confirm_safe.map(|_| Delay::fixed(300_000)),
            forget_safe_probability: 0.0,
            emergencies_per_hour: 0.0,
            driving_error: self.driving_error.min(0.08),
            battery: Some(BatteryProfile::docked()),
            ..self
        }
    }

    /// The same crew at another speed.
    #[must_use]
    pub fn at_speed(self, speed: f64) -> Self {
        Self { speed, ..self }
    }
}
