//! How a crew works on an order: looks, answers, sets out, arrives, reports that it is safe, is done.

use super::movement::Way;
use super::{Action, Crew, Order};
use crate::random::{chance, normal, pick_weighted};
use domain::place::Position;
use domain::time::Timestamp;
use rand::RngExt;
use roads::sphere::great_circle_m;

/// Of its chances to decline, the most urgent orders get this share: nobody declines a P1 lightly. Assumption.
const URGENT_DECLINE_SHARE: f64 = 0.25;
/// A crew on scene says at most so often that it is safe.
const SAFE_MAX: usize = 24;
/// A drone that could look at a place for less than this does not set out, in milliseconds.
const WORTH_FLYING_MS: f64 = 60_000.0;

/// How far the crew is with the order it works on.
#[derive(Clone, Copy)]
enum Step {
    See,
    Answer,
    SetOut,
    Arrive,
    Finish,
    /// It never answers: it is free again once it would be expected to.
    StaySilent,
}

pub(super) struct Current {
    pub(super) order: Order,
    step: Step,
    pub(super) due: Timestamp,
    /// When it answers.
    answer_at: Timestamp,
}

impl Crew {
    pub(super) fn begin(&mut self, order: Order, now: Timestamp) {
        let (look, answer) = (self.profile.look, self.profile.acknowledge);
        let see_at = now.plus_ms(self.delay_ms(look));
        let answer_at = now.plus_ms(self.delay_ms(answer)).max(see_at);
        self.current = Some(Current { order, step: Step::See, due: see_at, answer_at });
    }

    pub(super) fn finish(&mut self, now: Timestamp) {
        self.current = None;
        self.free_since = now;
        if let Some(next) = self.waiting.pop_front() {
            return self.begin(next, now);
        }
        self.fly_home(now);
    }

    /// Takes the step that is due at `due`.
    pub(super) fn advance(&mut self, due: Timestamp) {
        let Some(mut current) = self.current.take() else { return };
        let (order, id) = (current.order, current.order.assignment_id);
        (current.step, current.due) = match current.step {
            Step::See => {
                if chance(&mut self.rng, self.profile.silence_probability) {
                    (Step::StaySilent, due.plus_ms(self.scaled_ms(self.profile.silence_ms)))
                } else {
                    self.schedule(due, Action::MarkSeen(id));
                    (Step::Answer, current.answer_at)
                }
            }
            Step::Answer => {
                if let Some(reason) = self.refusal(&order, due) {
                    self.schedule(due, Action::Decline(id, reason));
                    return self.finish(due);
                }
                self.schedule(due, Action::Acknowledge(id));
                let turn_out = self.profile.turn_out;
                (Step::SetOut, due.plus_ms(self.delay_ms(turn_out)))
            }
            Step::SetOut => {
                self.schedule(due, Action::MarkEnRoute(id));
                self.set_out(&order, due);
                (Step::Arrive, self.way.arrival())
            }
            Step::Arrive => {
                self.schedule(due, Action::MarkOnScene(id));
                let service = self.profile.service;
                let done = due.plus_ms(self.delay_ms(service)).min(self.must_leave(due));
                self.report_on_scene(&order, due, done);
                (Step::Finish, done)
            }
            Step::Finish => {
                let disposition = pick_weighted(&mut self.rng, self.profile.dispositions).copied().unwrap_or("handled");
                self.schedule(due, Action::Clear { assignment_id: id, reason: self.profile.clear_reason, disposition });
                let feedback = self.profile.feedback;
                let feedback_at = due.plus_ms(self.delay_ms(feedback));
                self.schedule(feedback_at, Action::SubmitFeedback { assignment_id: id, disposition });
                return self.finish(due);
            }
            Step::StaySilent => return self.finish(due),
        };
        self.current = Some(current);
    }

    /// Why it declines; none when it takes the order.
    fn refusal(&mut self, order: &Order, now: Timestamp) -> Option<&'static str> {
        let share = if order.priority <= 1 { URGENT_DECLINE_SHARE } else { 1.0 };
        if chance(&mut self.rng, self.profile.decline_probability * share) {
            return Some(pick_weighted(&mut self.rng, self.profile.decline_reasons).copied().unwrap_or("busy_on_scene"));
        }
        let battery = self.battery.as_ref()?;
        let there = order.destination?;
        let out_m = great_circle_m(self.way.position(now), there);
        let flight_ms = (out_m + great_circle_m(there, self.base)) / self.speed_on_clock() * 1_000.0;
        (flight_ms + WORTH_FLYING_MS / self.profile.speed > battery.usable_ms(now) / self.profile.speed).then_some("too_far")
    }

    fn set_out(&mut self, order: &Order, now: Timestamp) {
        let from = self.way.position(now);
        let error = if self.profile.driving_error > 0.0 {
            // A factor of 1 on average: the mean of a log-normal is exp(μ + σ²/2).
            let sigma = self.profile.driving_error;
            (sigma * normal(&mut self.rng) - sigma * sigma / 2.0).exp()
        } else {
            1.0
        };
        self.way = self.way_to(order.destination.unwrap_or(from), now, 1.0 / error);
        if let Some(battery) = self.battery.as_mut() {
            battery.take_off(now);
        }
        self.hasten_fix(now);
    }

    /// A way from where it is, `haste` times as fast as usual.
    pub(super) fn way_to(&self, to: Position, now: Timestamp, haste: f64) -> Way {
        let from = self.way.position(now);
        match &self.streets {
            Some(streets) if self.battery.is_none() => {
                Way::along(streets.router.route(from, to, streets.class), now, 1.0 / (haste * self.profile.speed))
            }
            _ => Way::to(from, to, now, self.speed_on_clock() * haste, self.profile.detour_factor),
        }
    }

    /// Metres per second of the clock.
    pub(super) fn speed_on_clock(&self) -> f64 {
        self.speed_m_per_s * self.profile.speed
    }

    /// When a drone must turn back, so that it lands before its reserve.
    fn must_leave(&self, now: Timestamp) -> Timestamp {
        let Some(battery) = &self.battery else { return Timestamp(i64::MAX) };
        let back_ms = great_circle_m(self.way.position(now), self.base) / self.speed_m_per_s * 1_000.0;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // not negative, and hours at most
        let left_ms = (battery.usable_ms(now) - back_ms).max(0.0) as u64;
        now.plus_ms(self.scaled_ms(left_ms))
    }

    /// A drone that is free flies to its dock, and stays there while it charges.
    fn fly_home(&mut self, now: Timestamp) {
        let speed = self.speed_on_clock();
        let Some(battery) = self.battery.as_mut() else { return };
        let here = self.way.position(now);
        if here == self.base {
            return;
        }
        self.way = Way::to(here, self.base, now, speed, 1.0);
        if let Some(charged) = battery.land(self.way.arrival()) {
            self.schedule(now, Action::OutOfService("charging"));
            self.schedule(charged, Action::BackInService);
        }
        self.hasten_fix(now);
    }

    /// What it says between arriving and being done: that it is safe, every few minutes; rarely, that it is not.
    fn report_on_scene(&mut self, order: &Order, arrived: Timestamp, done: Timestamp) {
        let id = order.assignment_id;
        if let Some(every) = self.profile.confirm_safe {
            let mut at = arrived;
            for _ in 0..SAFE_MAX {
                at = at.plus_ms(self.delay_ms(every).max(1));
                if at >= done {
                    break;
                }
                if !chance(&mut self.rng, self.profile.forget_safe_probability) {
                    self.schedule(at, Action::ConfirmSafe(id));
                }
            }
        }
        let hours = done.since_ms(arrived) as f64 * self.profile.speed / 3_600_000.0;
        // Drawn only where it can happen, so that other crews' draws stay as they are.
        if self.profile.emergencies_per_hour > 0.0 && chance(&mut self.rng, self.profile.emergencies_per_hour * hours) {
            let after_ms = self.rng.random_range(0..done.since_ms(arrived).max(1));
            self.schedule(arrived.plus_ms(after_ms), Action::RaiseEmergency(id));
        }
    }
}
