//! A crew on a unit: gets orders, answers them, drives, works, reports. It says what it wants to do and when; a driver does it.

mod movement;
mod profile;

pub use profile::{CrewProfile, Delay};

use crate::random::{SimRng, chance, pick_weighted, seeded};
use domain::ids::AssignmentId;
use domain::place::Position;
use domain::time::Timestamp;
use movement::Way;
use rand::RngExt;
use std::collections::VecDeque;

/// Most orders a crew keeps waiting behind the one it works on; a further one is declined.
pub const WAITING_MAX: usize = 8;
/// How many finished assignments a crew remembers, so that an order that is pushed again is not taken twice.
pub const REMEMBERED_MAX: usize = 64;
/// Of its chances to decline, the most urgent orders get this share: nobody declines a P1 lightly. Assumption.
const URGENT_DECLINE_SHARE: f64 = 0.25;

/// What reaches a crew.
#[derive(Clone, PartialEq, Debug)]
pub enum Input {
    /// An order. The same assignment may come again and is then known.
    Order {
        /// Which assignment.
        assignment_id: AssignmentId,
        /// Where to; none works on it where the unit stands.
        destination: Option<Position>,
        /// Priority, 1 (most urgent) to 4.
        priority: u8,
    },
    /// The assignment is over for this unit: recalled, expired, or a step was refused. Nothing more is done on it.
    Withdrawn {
        /// Which assignment.
        assignment_id: AssignmentId,
    },
}

/// What a crew wants to do now.
#[derive(Clone, PartialEq, Debug)]
pub struct Intention {
    /// When it does it: the `occurred_at` of its command. At most `now`; earlier when it was polled late.
    pub at: Timestamp,
    /// What.
    pub action: Action,
}

/// A step on an assignment, or a fix.
#[derive(Clone, PartialEq, Debug)]
pub enum Action {
    /// The device has the order.
    MarkDelivered(AssignmentId),
    /// Somebody looked at it.
    MarkSeen(AssignmentId),
    /// Takes it.
    Acknowledge(AssignmentId),
    /// Does not take it, for this reason key.
    Decline(AssignmentId, &'static str),
    /// Sets out.
    MarkEnRoute(AssignmentId),
    /// Arrives.
    MarkOnScene(AssignmentId),
    /// Is done.
    Clear {
        /// Which assignment.
        assignment_id: AssignmentId,
        /// Clear reason key.
        reason: &'static str,
        /// Disposition key, the same as in the feedback.
        disposition: &'static str,
    },
    /// Writes the feedback.
    SubmitFeedback {
        /// Which assignment.
        assignment_id: AssignmentId,
        /// Disposition key.
        disposition: &'static str,
    },
    /// Sends a fix; its time is [`Intention::at`].
    Fix(Fix),
}

/// One position fix.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Fix {
    /// Where.
    pub position: Position,
    /// Speed over the ground on the clock, metres per second: with a `speed` above 1 faster than any car.
    pub speed_m_per_s: f64,
    /// Direction, degrees clockwise from north; none while it stands.
    pub heading_deg: Option<f64>,
}

impl Action {
    /// The assignment it is about; none for a fix.
    #[must_use]
    pub fn assignment_id(&self) -> Option<AssignmentId> {
        match self {
            Self::MarkDelivered(id)
            | Self::MarkSeen(id)
            | Self::Acknowledge(id)
            | Self::Decline(id, _)
            | Self::MarkEnRoute(id)
            | Self::MarkOnScene(id)
            | Self::Clear { assignment_id: id, .. }
            | Self::SubmitFeedback { assignment_id: id, .. } => Some(*id),
            Self::Fix(_) => None,
        }
    }
}

#[derive(Clone, Copy)]
struct Order {
    assignment_id: AssignmentId,
    destination: Option<Position>,
    priority: u8,
}

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

struct Current {
    order: Order,
    step: Step,
    due: Timestamp,
    /// When it answers.
    answer_at: Timestamp,
}

/// A crew. Times it is given must not go backwards.
pub struct Crew {
    profile: CrewProfile,
    speed_m_per_s: f64,
    base: Position,
    /// Answers, delays and results.
    rng: SimRng,
    /// Patrol: drawn as often as it is polled, so apart from the answers, which must not depend on that.
    patrol_rng: SimRng,
    way: Way,
    current: Option<Current>,
    waiting: VecDeque<Order>,
    /// Steps that need nothing further: receipts, refusals of surplus orders, feedback.
    scheduled: Vec<Intention>,
    known: VecDeque<AssignmentId>,
    next_fix: Option<Timestamp>,
}

impl Crew {
    /// A crew that stands at `start` from `now` on. `speed_m_per_s` is that of its unit, `seed` the run's and `number` the crew's own.
    #[must_use]
    pub fn new(profile: CrewProfile, start: Position, speed_m_per_s: f64, seed: u64, number: u64, now: Timestamp) -> Self {
        let mut patrol_rng = seeded(seed, number.wrapping_mul(2).wrapping_add(1));
        // The first fix comes anywhere within the interval, so that a fleet doesn't send all at once.
        let next_fix = (profile.idle_fix_interval_ms > 0 && profile.fix_interval_ms > 0)
            .then(|| now.plus_ms(patrol_rng.random_range(0..profile.fix_interval_ms)));
        Self {
            profile,
            speed_m_per_s,
            base: start,
            rng: seeded(seed, number.wrapping_mul(2)),
            patrol_rng,
            way: Way::standing(start, now),
            current: None,
            waiting: VecDeque::new(),
            scheduled: Vec::new(),
            known: VecDeque::new(),
            next_fix,
        }
    }

    /// Where the unit is.
    #[must_use]
    pub fn position(&self, now: Timestamp) -> Position {
        self.way.position(now)
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
            let scheduled = self.scheduled.iter().map(|intention| intention.at).min();
            let step = self.current.as_ref().map(|current| current.due);
            let due = [scheduled, step, self.next_fix].into_iter().flatten().min().filter(|due| *due <= now)?;
            if scheduled == Some(due) {
                let index = self.scheduled.iter().position(|intention| intention.at == due)?;
                return Some(self.scheduled.remove(index));
            }
            if step == Some(due) {
                self.advance(due);
                continue;
            }
            return Some(self.fix(now));
        }
    }

    /// When [`poll`](Self::poll) will next have something; none when only an input can bring something.
    #[must_use]
    pub fn next_due(&self) -> Option<Timestamp> {
        let scheduled = self.scheduled.iter().map(|intention| intention.at).min();
        let step = self.current.as_ref().map(|current| current.due);
        [scheduled, step, self.next_fix].into_iter().flatten().min()
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

    fn begin(&mut self, order: Order, now: Timestamp) {
        let (look, answer) = (self.profile.look, self.profile.acknowledge);
        let see_at = now.plus_ms(self.delay_ms(look));
        let answer_at = now.plus_ms(self.delay_ms(answer)).max(see_at);
        self.current = Some(Current { order, step: Step::See, due: see_at, answer_at });
    }

    fn finish(&mut self, now: Timestamp) {
        self.current = None;
        if let Some(next) = self.waiting.pop_front() {
            self.begin(next, now);
        }
    }

    /// Takes the step that is due at `due`.
    fn advance(&mut self, due: Timestamp) {
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
                let share = if order.priority <= 1 { URGENT_DECLINE_SHARE } else { 1.0 };
                if chance(&mut self.rng, self.profile.decline_probability * share) {
                    let reason = pick_weighted(&mut self.rng, self.profile.decline_reasons).copied().unwrap_or("busy_on_scene");
                    self.schedule(due, Action::Decline(id, reason));
                    return self.finish(due);
                }
                self.schedule(due, Action::Acknowledge(id));
                let turn_out = self.profile.turn_out;
                (Step::SetOut, due.plus_ms(self.delay_ms(turn_out)))
            }
            Step::SetOut => {
                self.schedule(due, Action::MarkEnRoute(id));
                let from = self.way.position(due);
                let speed = self.speed_m_per_s * self.profile.speed;
                self.way = Way::to(from, order.destination.unwrap_or(from), due, speed, self.profile.detour_factor);
                self.hasten_fix(due);
                (Step::Arrive, self.way.arrival())
            }
            Step::Arrive => {
                self.schedule(due, Action::MarkOnScene(id));
                let service = self.profile.service;
                (Step::Finish, due.plus_ms(self.delay_ms(service)))
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

    /// A unit that sets out after a rest says so soon.
    fn hasten_fix(&mut self, now: Timestamp) {
        let soon = now.plus_ms(self.profile.fix_interval_ms);
        self.next_fix = self.next_fix.map(|next| next.min(soon));
    }

    /// One fix for `now`, however many were missed, and the time of the next.
    fn fix(&mut self, now: Timestamp) -> Intention {
        if self.current.is_none() && !self.way.is_moving(now) {
            self.patrol(now);
        }
        let interval_ms = if self.way.is_moving(now) { self.profile.fix_interval_ms } else { self.profile.idle_fix_interval_ms };
        self.next_fix = Some(now.plus_ms(interval_ms.max(1)));
        let fix =
            Fix { position: self.way.position(now), speed_m_per_s: self.way.speed_m_per_s(now), heading_deg: self.way.heading_deg(now) };
        Intention { at: now, action: Action::Fix(fix) }
    }

    /// Sets out to a place around the base.
    fn patrol(&mut self, now: Timestamp) {
        let speed = self.speed_m_per_s * self.profile.patrol_speed_factor * self.profile.speed;
        if speed <= 0.0 || self.profile.patrol_radius_m <= 0.0 {
            return;
        }
        // The square root spreads the places evenly over the disk.
        let distance_m = self.profile.patrol_radius_m * self.patrol_rng.random::<f64>().sqrt();
        let (sin, cos) = (self.patrol_rng.random::<f64>() * std::f64::consts::TAU).sin_cos();
        let to = crate::geometry::offset(self.base, distance_m * sin, distance_m * cos);
        self.way = Way::to(self.way.position(now), to, now, speed, self.profile.detour_factor);
    }
}

#[cfg(test)]
mod tests;
