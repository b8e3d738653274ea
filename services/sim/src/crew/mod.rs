//! A crew on a unit: gets orders, answers them, drives, works, reports. It says what it wants to do and when; a driver does it.

mod action;
mod battery;
mod device;
mod duty;
mod line;
mod movement;
mod profile;
mod roam;
mod work;

pub use action::{Action, Fix, Input, Intention};
pub use battery::BatteryProfile;
pub use device::{Device, INBOX_MAX, OUTBOX_MAX};
pub use duty::ShiftCycle;
pub use line::LineProfile;
pub use profile::{CrewProfile, Delay};

use crate::county::Router;
use crate::random::{SimRng, seeded};
use battery::Battery;
use domain::ids::AssignmentId;
use domain::place::Position;
use domain::time::Timestamp;
use duty::{Change, Duty};
use movement::Way;
use rand::RngExt;
use roads::SpeedClass;
use std::collections::VecDeque;
use std::sync::Arc;
use work::Current;

/// Most orders a crew keeps waiting behind the one it works on; a further one is declined.
pub const WAITING_MAX: usize = 8;
/// How many finished assignments a crew remembers, so that an order that is pushed again is not taken twice.
pub const REMEMBERED_MAX: usize = 64;

/// Roads, and what the crew drives on them.
#[derive(Clone)]
pub struct Streets {
    /// Finds ways on them.
    pub router: Arc<Router>,
    /// What it drives.
    pub class: SpeedClass,
}

#[derive(Clone, Copy)]
struct Order {
    assignment_id: AssignmentId,
    destination: Option<Position>,
    priority: u8,
}

/// A crew. Times it is given must not go backwards.
pub struct Crew {
    profile: CrewProfile,
    speed_m_per_s: f64,
    base: Position,
    /// The roads it drives on; none goes straight, with a detour factor.
    streets: Option<Streets>,
    /// Answers, delays and results.
    rng: SimRng,
    /// Patrol and errors of fixes: drawn as often as it is polled, so apart from the answers, which must not depend on that.
    patrol_rng: SimRng,
    way: Way,
    current: Option<Current>,
    waiting: VecDeque<Order>,
    /// Steps that need nothing further: receipts, refusals of surplus orders, feedback.
    scheduled: Vec<Intention>,
    known: VecDeque<AssignmentId>,
    next_fix: Option<Timestamp>,
    duty: Option<Duty>,
    /// Since when it has had nothing to do.
    free_since: Timestamp,
    battery: Option<Battery>,
}

impl Crew {
    /// A crew that stands at `start` from `now` on. `speed_m_per_s` is that of its unit, `seed` the run's and `number` the crew's own.
    #[must_use]
    pub fn new(profile: CrewProfile, start: Position, speed_m_per_s: f64, seed: u64, number: u64, now: Timestamp) -> Self {
        let mut patrol_rng = seeded(seed, number.wrapping_mul(2).wrapping_add(1));
        // The first fix comes anywhere within the interval, so that a fleet doesn't send all at once.
        let next_fix = (profile.idle_fix_interval_ms > 0 && profile.fix_interval_ms > 0)
            .then(|| now.plus_ms(patrol_rng.random_range(0..profile.fix_interval_ms)));
        let duty = profile.shift.map(|cycle| Duty::somewhere(cycle, seed, number, now));
        let battery = profile.battery.map(|battery| Battery::full(battery, now));
        Self {
            profile,
            speed_m_per_s,
            base: start,
            streets: None,
            rng: seeded(seed, number.wrapping_mul(2)),
            patrol_rng,
            way: Way::standing(start, now),
            current: None,
            waiting: VecDeque::new(),
            scheduled: Vec::new(),
            known: VecDeque::new(),
            next_fix,
            duty,
            free_since: now,
            battery,
        }
    }

    /// The same crew on these roads. Times on the way are the roads' then; the unit's own speed and the detour factor don't count.
    #[must_use]
    pub fn on_roads(self, streets: Streets) -> Self {
        Self { streets: Some(streets), ..self }
    }

    /// Where the unit is.
    #[must_use]
    pub fn position(&self, now: Timestamp) -> Position {
        self.way.position(now)
    }

    /// Draws answers, delays and results from another sequence from now on. Two runs that begin each order with the sequence of its
    /// incident give both the same luck, whoever is sent: common random numbers, for a fair comparison.
    pub fn draw_from(&mut self, seed: u64, stream: u64) {
        self.rng = seeded(seed, stream);
    }

    /// The assignment it works on.
    #[must_use]
    pub fn current(&self) -> Option<AssignmentId> {
        self.current.as_ref().map(|current| current.order.assignment_id)
    }

    /// Takes in what happened at `now`.
    pub fn handle(&mut self, input: &Input, now: Timestamp) {
        match *input {
            Input::Order { assignment_id, destination, priority } => {
                self.order(Order { assignment_id, destination, priority }, now);
            }
            Input::Withdrawn { assignment_id } => self.withdraw(assignment_id, now),
        }
    }

    fn order(&mut self, order: Order, now: Timestamp) {
        if !self.learn(order.assignment_id) {
            return;
        }
        self.schedule(now, Action::MarkDelivered(order.assignment_id));
        if self.current.is_none() {
            self.begin(order, now);
        } else if self.waiting.len() < WAITING_MAX {
            self.waiting.push_back(order);
        } else {
            self.schedule(now, Action::Decline(order.assignment_id, "busy_on_scene"));
        }
    }

    /// Remembers an assignment; false when it was known.
    fn learn(&mut self, assignment_id: AssignmentId) -> bool {
        if self.known.contains(&assignment_id) {
            return false;
        }
        if self.known.len() >= REMEMBERED_MAX {
            self.known.pop_front();
        }
        self.known.push_back(assignment_id);
        true
    }

    fn withdraw(&mut self, assignment_id: AssignmentId, now: Timestamp) {
        // An order that comes after its withdrawal is not taken either.
        self.learn(assignment_id);
        self.waiting.retain(|order| order.assignment_id != assignment_id);
        self.scheduled.retain(|intention| intention.action.assignment_id() != Some(assignment_id));
        if self.current() == Some(assignment_id) {
            self.way = Way::standing(self.way.position(now), now);
            self.finish(now);
        }
    }

    /// What it wants to do next, in the order of time; none when nothing is due. Poll until there is none.
    pub fn poll(&mut self, now: Timestamp) -> Option<Intention> {
        loop {
            let [scheduled, step, duty, fix] = self.times();
            let due = [scheduled, step, duty, fix].into_iter().flatten().min().filter(|due| *due <= now)?;
            if scheduled == Some(due) {
                let index = self.scheduled.iter().position(|intention| intention.at == due)?;
                return Some(self.scheduled.remove(index));
            }
            if step == Some(due) {
                self.advance(due);
                continue;
            }
            if duty == Some(due) {
                self.change_over(due);
                continue;
            }
            return Some(self.fix(now));
        }
    }

    /// When [`poll`](Self::poll) will next have something; none when only an input can bring something.
    #[must_use]
    pub fn next_due(&self) -> Option<Timestamp> {
        self.times().into_iter().flatten().min()
    }

    /// When the next scheduled step, the next step of the order, the change of crews and the next fix are due.
    fn times(&self) -> [Option<Timestamp>; 4] {
        let idle = self.current.is_none() && self.waiting.is_empty();
        [
            self.scheduled.iter().map(|intention| intention.at).min(),
            self.current.as_ref().map(|current| current.due),
            // A busy crew is relieved when it is free.
            self.duty.as_ref().filter(|_| idle).map(Duty::until),
            self.next_fix,
        ]
    }

    /// One crew goes home, or the next one comes.
    fn change_over(&mut self, due: Timestamp) {
        let at = due.max(self.free_since);
        let Some(duty) = self.duty.as_mut() else { return };
        let action = match duty.change(at) {
            Change::Off => Action::SignOff,
            Change::On => Action::SignOn,
        };
        self.schedule(at, action);
    }

    fn schedule(&mut self, at: Timestamp, action: Action) {
        self.scheduled.push(Intention { at, action });
    }

    /// A delay on the clock.
    fn delay_ms(&mut self, delay: Delay) -> u64 {
        let simulated_ms = delay.draw_ms(&mut self.rng);
        self.scaled_ms(simulated_ms)
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a delay of days stays one; not a number becomes 0
    fn scaled_ms(&self, simulated_ms: u64) -> u64 {
        (simulated_ms as f64 / self.profile.speed.max(1e-3)) as u64
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_people;
