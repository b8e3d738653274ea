//! Devices and crews: orders arrive or get lost, crews take them, decline or stay silent, and their taps wait for a network.

use super::county::{Happening, Simulation};
use domain::command::{Clear, Command, ConfirmSafe, Decline, OpenOnTheSpot, RaiseEmergency, SignOff, SignOn, SubmitFeedback, Tap};
use domain::ids::{AssignmentId, ReasonKey, UnitId};
use domain::place::Place;
use domain::testing::{call, locate, unit_principal};

/// An order is sent again after this, in milliseconds.
const RESEND_MS: u64 = 3_000;

fn key(text: &str) -> ReasonKey {
    ReasonKey::new(text).unwrap()
}

impl Simulation {
    /// An order is on its way; when it is lost it is sent again.
    pub(super) fn deliver(&mut self, assignment_id: AssignmentId) {
        let mut after_ms = self.chance.between(20, 900);
        for _ in 0..4 {
            if !self.chance.percent(self.faults.lost_delivery) {
                self.later(after_ms, Happening::Arrives(assignment_id));
                if self.chance.percent(self.faults.doubled) {
                    self.later(after_ms + 40, Happening::Arrives(assignment_id));
                }
                return;
            }
            after_ms += RESEND_MS;
        }
    }

    /// The device has the order: the crew decides what it does, once.
    pub(super) fn arrives(&mut self, assignment_id: AssignmentId) -> Result<(), String> {
        let Some(assignment) = self.bench.world.assignment(&assignment_id).cloned() else { return Ok(()) };
        let unit_id = assignment.unit_id.clone();
        let tap = Tap { assignment_id, occurred_at: None };
        if !self.give(&unit_principal(&unit_id), Command::MarkDelivered(tap.clone()))? || self.chance.percent(self.faults.silent_crew) {
            return Ok(());
        }
        let mut after_ms = self.chance.between(500, 6_000);
        if self.chance.percent(70) {
            self.tap(&unit_id, after_ms, Command::MarkSeen(tap.clone()));
        }
        after_ms += self.chance.between(500, 20_000);
        if self.chance.percent(self.faults.declines) {
            let reason = key(self.chance.one(&["vehicle_trouble", "too_far", "injured"]));
            self.tap(&unit_id, after_ms, Command::Decline(Decline { tap, reason }));
            return Ok(());
        }
        self.tap(&unit_id, after_ms, Command::Acknowledge(tap.clone()));
        after_ms += self.chance.between(1_000, 60_000);
        if self.chance.percent(80) {
            self.tap(&unit_id, after_ms, Command::MarkEnRoute(tap.clone()));
        }
        after_ms += self.chance.between(1_000, 200_000);
        if self.chance.percent(80) {
            self.tap(&unit_id, after_ms, Command::MarkOnScene(tap.clone()));
            self.on_scene(&unit_id, after_ms, &tap);
        }
        after_ms += self.chance.between(1_000, 300_000);
        let left = self.in_trouble() && self.chance.percent(20);
        let (reason, disposition) = if left { ("relieved", None) } else { ("done", Some(key("handled"))) };
        if left && self.chance.percent(70) {
            let feedback = SubmitFeedback { tap: tap.clone(), disposition: key("no_trace"), feedback: None };
            let later_ms = self.chance.between(1_000, 100_000);
            self.tap(&unit_id, after_ms + later_ms, Command::SubmitFeedback(feedback));
        }
        self.tap(&unit_id, after_ms, Command::Clear(Clear { tap, reason: key(reason), disposition, feedback: None }));
        if self.in_trouble() && self.chance.percent(15) {
            self.later(after_ms + 1_000, Happening::Message(unit_id.clone(), Command::SignOff(sign_off(&unit_id))));
            let sign_on = SignOn { unit_id: unit_id.clone(), crew: Some((1, 1)), occurred_at: None };
            self.later(after_ms + 120_000, Happening::Message(unit_id, Command::SignOn(sign_on)));
        }
        Ok(())
    }

    /// On scene a crew says that it is safe, forgets it, or presses the button; and it meets what nobody has called about yet.
    fn on_scene(&mut self, unit_id: &UnitId, after_ms: u64, tap: &Tap) {
        let (lat, lon) = self.spot();
        let place = locate(&self.bench.agencies, lat, lon);
        if !self.chance.percent(self.faults.danger) {
            let later_ms = self.chance.between(1_000, 120_000);
            self.tap(unit_id, after_ms + later_ms, Command::ConfirmSafe(ConfirmSafe { tap: tap.clone() }));
        }
        if !self.in_trouble() {
            return;
        }
        if self.chance.percent(self.faults.danger) && self.chance.percent(30) {
            let place = if self.chance.percent(50) { place.clone() } else { Place::Unverified };
            let emergency = RaiseEmergency { unit_id: unit_id.clone(), place, occurred_at: None };
            let later_ms = self.chance.between(500, 60_000);
            self.tap(unit_id, after_ms + later_ms, Command::RaiseEmergency(emergency));
        }
        if self.chance.percent(10) {
            let what = call(self.chance.one(&super::room::WHAT), Place::Unverified).classification;
            let found = OpenOnTheSpot { unit_id: unit_id.clone(), classification: what, place, private: None, occurred_at: None };
            let later_ms = self.chance.between(500, 400_000);
            self.later(after_ms + later_ms, Happening::Message(unit_id.clone(), Command::OpenOnTheSpot(found)));
        }
    }

    /// A tap after `after_ms`: it carries its time, may wait in the outbox, and may arrive twice.
    fn tap(&mut self, unit_id: &UnitId, after_ms: u64, mut command: Command) {
        // A phone's clock is up to a minute off now and then.
        let off_ms = if self.chance.percent(self.faults.offline) { self.chance.between(0, 60_000) } else { 0 };
        let said = self.bench.now.plus_ms(after_ms + off_ms);
        match &mut command {
            Command::MarkSeen(tap) | Command::Acknowledge(tap) | Command::MarkEnRoute(tap) | Command::MarkOnScene(tap) => {
                tap.occurred_at = Some(said);
            }
            Command::Decline(decline) => decline.tap.occurred_at = Some(said),
            Command::Clear(clear) => clear.tap.occurred_at = Some(said),
            Command::ConfirmSafe(safe) => safe.tap.occurred_at = Some(said),
            Command::SubmitFeedback(feedback) => feedback.tap.occurred_at = Some(said),
            Command::RaiseEmergency(raised) => raised.occurred_at = Some(said),
            _ => {}
        }
        let waits_ms = if self.chance.percent(self.faults.offline) { self.chance.between(1_000, 45_000) } else { 0 };
        self.later(after_ms + waits_ms, Happening::Message(unit_id.clone(), command.clone()));
        if self.chance.percent(self.faults.doubled) {
            let again_ms = self.chance.between(1, 30_000);
            self.later(after_ms + waits_ms + again_ms, Happening::Message(unit_id.clone(), command));
        }
    }

    /// A message arrives. A tap on what is not there yet, because an earlier one was overtaken, is sent again by the outbox.
    pub(super) fn message(&mut self, unit_id: &UnitId, command: Command) -> Result<(), String> {
        let retried = matches!(command, Command::MarkOnScene(_) | Command::Clear(_)) && self.is_early(&command);
        let accepted = self.offer(&unit_principal(unit_id), command.clone())?;
        if !accepted && retried {
            self.later(5_000, Happening::Message(unit_id.clone(), command.clone()));
        }
        // What a crew opened itself it also ends.
        let engaged_in = self.bench.world.unit(unit_id).and_then(|unit| unit.engaged_in());
        if let Some(assignment_id) = engaged_in.filter(|_| accepted && matches!(command, Command::OpenOnTheSpot(_))) {
            let tap = Tap { assignment_id, occurred_at: None };
            let after_ms = self.chance.between(30_000, 600_000);
            self.tap(
                unit_id,
                after_ms,
                Command::Clear(Clear { tap, reason: key("done"), disposition: Some(key("advised")), feedback: None }),
            );
        }
        Ok(())
    }

    /// Whether the order of this tap is active and its unit has not taken it yet.
    fn is_early(&self, command: &Command) -> bool {
        let assignment_id = match command {
            Command::MarkOnScene(tap) => &tap.assignment_id,
            Command::Clear(clear) => &clear.tap.assignment_id,
            _ => return false,
        };
        self.bench.world.assignment(assignment_id).is_some_and(|assignment| assignment.state.acknowledge_by().is_some())
    }
}

fn sign_off(unit_id: &UnitId) -> SignOff {
    SignOff { unit_id: unit_id.clone(), occurred_at: None }
}
