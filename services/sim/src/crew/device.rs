//! The device a crew carries: what it taps waits in an outbox while the line is down, and comes with the time it was tapped.

use super::line::{Line, LineProfile};
use super::{Action, Crew, CrewProfile, Input, Intention, Streets};
use domain::ids::AssignmentId;
use domain::place::Position;
use domain::time::Timestamp;
use std::collections::VecDeque;

/// Taps that wait in an outbox at most; a further one drops the oldest, as a device with a full store does.
pub const OUTBOX_MAX: usize = 256;
/// Orders that the server holds for a device that is away at most; the room's stream brings the rest again.
pub const INBOX_MAX: usize = 64;

/// A crew with its device. Times it is given must not go backwards.
pub struct Device {
    crew: Crew,
    line: Option<Line>,
    inbox: VecDeque<Input>,
    outbox: VecDeque<Intention>,
    /// Of the fixes that could not be sent only the newest counts.
    last_fix: Option<Intention>,
}

impl Device {
    /// A crew whose device has this line; none is a line that never fails. The other values are as for [`Crew::new`].
    #[must_use]
    pub fn new(
        (profile, line): (CrewProfile, Option<LineProfile>),
        start: Position,
        speed_m_per_s: f64,
        seed: u64,
        number: u64,
        now: Timestamp,
    ) -> Self {
        let line = line.map(|line| Line::new(line, seed, number, now));
        let crew = Crew::new(profile, start, speed_m_per_s, seed, number, now);
        Self { crew, line, inbox: VecDeque::new(), outbox: VecDeque::new(), last_fix: None }
    }

    /// The same device with a crew on these roads.
    #[must_use]
    pub fn on_roads(self, streets: Streets) -> Self {
        Self { crew: self.crew.on_roads(streets), ..self }
    }

    /// The crew.
    #[must_use]
    pub fn crew(&self) -> &Crew {
        &self.crew
    }

    /// Taps that wait for the line.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.outbox.len()
    }

    /// Takes in what the room says at `now`: at once, or when the line is up again.
    pub fn handle(&mut self, input: &Input, now: Timestamp) {
        if self.is_up(now) {
            return self.crew.handle(input, now);
        }
        if self.inbox.len() < INBOX_MAX {
            self.inbox.push_back(input.clone());
        }
    }

    /// What reaches the room next; none when nothing is due or the line is down. Poll until there is none.
    pub fn poll(&mut self, now: Timestamp) -> Option<Intention> {
        if !self.is_up(now) {
            while let Some(intention) = self.crew.poll(now) {
                self.keep(intention);
            }
            return None;
        }
        if let Some(kept) = self.outbox.pop_front().or_else(|| self.last_fix.take()) {
            return Some(kept);
        }
        while let Some(input) = self.inbox.pop_front() {
            self.crew.handle(&input, now);
        }
        self.crew.poll(now)
    }

    /// When [`poll`](Self::poll) may next have something.
    #[must_use]
    pub fn next_due(&self) -> Option<Timestamp> {
        let waits = !self.outbox.is_empty() || !self.inbox.is_empty() || self.last_fix.is_some();
        let line = self.line.as_ref().filter(|_| waits).map(Line::until);
        [self.crew.next_due(), line].into_iter().flatten().min()
    }

    /// The server refused a step on this assignment: what else was tapped on it is void.
    pub fn forget(&mut self, assignment_id: AssignmentId) {
        self.outbox.retain(|intention| intention.action.assignment_id() != Some(assignment_id));
    }

    fn is_up(&mut self, now: Timestamp) -> bool {
        self.line.as_mut().is_none_or(|line| line.is_up(now))
    }

    fn keep(&mut self, intention: Intention) {
        if matches!(intention.action, Action::Fix(_)) {
            self.last_fix = Some(intention);
            return;
        }
        if self.outbox.len() >= OUTBOX_MAX {
            self.outbox.pop_front();
        }
        self.outbox.push_back(intention);
    }
}

#[cfg(test)]
mod tests {
    use super::super::Delay;
    use super::*;
    use uuid::Uuid;

    const START: Timestamp = Timestamp(1_000_000);

    fn device(line: Option<LineProfile>) -> Device {
        let home = Position::from_degrees(37.6, 108.8).unwrap();
        Device::new((CrewProfile::prompt(), line), home, 10.0, 1, 0, START)
    }

    /// Up for the first ten seconds, then down for a minute.
    const FAILS: LineProfile = LineProfile { up: Delay::fixed(10_000), down: Delay::fixed(60_000) };

    fn order() -> Input {
        let there = Position::from_degrees(37.604, 108.8).unwrap();
        Input::Order { assignment_id: AssignmentId(Uuid::from_u128(1)), destination: Some(there), priority: 2 }
    }

    fn run(device: &mut Device, until_ms: u64) -> Vec<(u64, u64, Action)> {
        let mut sent = Vec::new();
        while let Some(due) = device.next_due().filter(|due| due.since_ms(START) <= until_ms) {
            while let Some(intention) = device.poll(due) {
                sent.push((due.since_ms(START), intention.at.since_ms(START), intention.action));
            }
        }
        sent
    }

    #[test]
    fn what_was_tapped_without_a_line_comes_later_with_its_own_time() {
        let mut device = device(Some(FAILS));
        device.handle(&order(), START);
        let sent = run(&mut device, 75_000);
        let arrived = sent.iter().find(|(_, _, action)| matches!(action, Action::MarkOnScene(_))).unwrap();
        assert_eq!(arrived.0, 70_000, "sent when the line was up again");
        assert!((40_000..50_000).contains(&arrived.1), "tapped when it arrived: {arrived:?}");
        let fixes_late = sent.iter().filter(|(_, tapped, action)| matches!(action, Action::Fix(_)) && (10_000..70_000).contains(tapped));
        assert_eq!(fixes_late.count(), 1, "of the fixes only the newest");
    }

    #[test]
    fn an_order_reaches_a_device_without_a_line_when_it_is_back() {
        let mut device = device(Some(FAILS));
        device.handle(&order(), START.plus_ms(20_000));
        assert!(run(&mut device, 69_000).iter().all(|(_, _, action)| matches!(action, Action::Fix(_))));
        let sent = run(&mut device, 71_000);
        assert!(sent.iter().any(|(at, tapped, action)| (*at, *tapped) == (70_000, 70_000) && matches!(action, Action::MarkDelivered(_))));
    }

    #[test]
    fn a_line_that_never_fails_changes_nothing() {
        let (mut with, home) = (device(None), Position::from_degrees(37.6, 108.8).unwrap());
        let mut without = Crew::new(CrewProfile::prompt(), home, 10.0, 1, 0, START);
        with.handle(&order(), START);
        without.handle(&order(), START);
        for second in 0..300 {
            let now = START.plus_ms(second * 1_000);
            let sent: Vec<_> = std::iter::from_fn(|| with.poll(now)).collect();
            assert_eq!(sent, std::iter::from_fn(|| without.poll(now)).collect::<Vec<_>>());
        }
    }
}
