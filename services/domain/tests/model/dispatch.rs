//! The reference model, dispatching: what the mode of a priority says is done, and what happens when a unit does not take its order.

use super::reference::{News, Order, Paper, Proposal, Undo, Waits};
use super::rules::{ACKNOWLEDGE_MS, CONFIRM_MS, DELIVER_MS, DISPATCH_MS, RETRY_MS, STEP_MS};
use domain::alarm::AlarmKind;
use domain::assignment::AssignmentRole as Role;
use domain::policy::DispatchMode;

impl Paper {
    /// A fresh place in the queue: whoever looks begins again with the owning team.
    pub(crate) fn queue(&mut self, case: usize) {
        self.queue_again(case, self.sends(case));
    }

    /// The same, whatever the table says of sending somebody: by a merge somebody may wait for what nobody is sent to.
    pub(crate) fn queue_again(&mut self, case: usize, sends: bool) {
        let priority = usize::from(self.cases[case].priority);
        let red_at = sends.then(|| self.now + DISPATCH_MS[priority - 1]);
        let it = &mut self.cases[case];
        it.state = "classified";
        it.waits = Waits { red_at, alarmed: false, retry_at: None };
    }

    /// The station must sign first. A priority 1 waits for no signature.
    fn must_be_signed_first(&self, case: usize) -> bool {
        let unsigned = self.cases[case].passing.is_some_and(|passing| !passing.signed && !passing.lapsed);
        unsigned && self.cases[case].priority != 1
    }

    /// What the mode says of an incident that waits.
    pub(crate) fn begin(&mut self, case: usize) {
        let it = &self.cases[case];
        let waits = it.state == "classified" && it.waits.red_at.is_some() && it.held_until.is_none();
        if !waits || self.must_be_signed_first(case) {
            return;
        }
        match self.mode(case) {
            DispatchMode::Automatic => self.look_for_a_unit(case),
            DispatchMode::Confirm => self.propose(case, self.now + CONFIRM_MS),
            DispatchMode::Manual => {}
        }
    }

    /// Whoever the plan wants is sent, or it waits.
    pub(crate) fn look_for_a_unit(&mut self, case: usize) {
        self.cases[case].proposal = None;
        match self.choose(case) {
            Some((who, empty)) => {
                self.send_all(case, &who, empty);
                if self.in_distress(case) {
                    self.send_more(case);
                }
            }
            None => self.wait(case),
        }
    }

    fn send_all(&mut self, case: usize, who: &[(Role, usize)], empty: usize) {
        for (role, car) in who {
            self.send(case, *car, *role);
        }
        let heard = self.bells.iter().any(|bell| bell.case == Some(case) && bell.kind == AlarmKind::PlanIncomplete && !bell.gone);
        if empty > 0 && !heard {
            self.ring(AlarmKind::PlanIncomplete, case, None);
        }
    }

    /// Who would go is proposed; an operator or the countdown decides.
    fn propose(&mut self, case: usize, send_at: i64) {
        let Some((who, _)) = self.choose(case) else {
            self.cases[case].proposal = None;
            return self.wait(case);
        };
        self.forget(case);
        // Somebody was found: nothing is looked for while it is up to the operator.
        let it = &mut self.cases[case];
        (it.proposal, it.waits.retry_at, it.widens_at) = (Some(Proposal { who, send_at }), None, None);
        self.silence(case, &[AlarmKind::NoUnit]);
    }

    /// Nobody is found: the rules look again soon, wider after a while, and the room is alarmed once when they look no wider.
    fn wait(&mut self, case: usize) {
        self.forget(case);
        self.cases[case].waits.retry_at = Some(self.now + RETRY_MS);
        if !self.will_look_wider(case) && !self.cases[case].waits.alarmed {
            self.cases[case].waits.alarmed = true;
            self.ring(AlarmKind::NoUnit, case, None);
        }
    }

    /// Nobody was found at the step reached. Says whether wider steps are still to come. Where others are on it, its looks are
    /// what takes the next step.
    fn will_look_wider(&mut self, case: usize) -> bool {
        let next = self.next_step(self.cases[case].step).filter(|_| self.steps_bind(case));
        let Some(next) = next else { return false };
        match self.cases[case].widens_at {
            None => {
                self.forget(case);
                self.cases[case].widens_at = Some(self.now + STEP_MS);
            }
            Some(at) if at <= self.now && self.cases[case].state != "classified" => {
                self.take_step(case);
                return self.next_step(next).is_some();
            }
            Some(_) => {}
        }
        true
    }

    fn take_step(&mut self, case: usize) {
        let Some(next) = self.next_step(self.cases[case].step) else { return };
        self.forget(case);
        self.cases[case].step = next;
        self.cases[case].widens_at = self.next_step(next).map(|_| self.now + STEP_MS);
    }

    /// Nobody was found in time: the rules look wider.
    pub(crate) fn widen(&mut self, case: usize) {
        self.forget(case);
        let decided = self.cases[case].held_until.is_some() || self.cases[case].proposal.is_some();
        if decided || !self.steps_bind(case) || self.next_step(self.cases[case].step).is_none() {
            self.cases[case].widens_at = None;
            return;
        }
        self.take_step(case);
        self.begin(case);
    }

    /// A waiting incident is looked at again.
    pub(crate) fn look_again(&mut self, case: usize) {
        if self.must_be_signed_first(case) {
            let sign_by = self.cases[case].passing.map_or(0, |passing| passing.sign_by);
            self.forget(case);
            self.cases[case].waits.retry_at = Some(sign_by.max(self.now + RETRY_MS));
        } else if self.mode(case) == DispatchMode::Confirm {
            self.propose(case, self.now + CONFIRM_MS);
        } else {
            self.look_for_a_unit(case);
        }
    }

    /// The rules look at a waiting incident at once, with who is near that one.
    pub(crate) fn look_soon(&mut self, case: usize) {
        let by_the_rules = self.mode(case) != DispatchMode::Manual;
        let it = &mut self.cases[case];
        let waits = it.state == "classified" && it.waits.red_at.is_some() && it.waits.retry_at.is_none();
        if waits && it.held_until.is_none() && it.proposal.is_none() && by_the_rules {
            it.waits.retry_at = Some(self.now);
            self.forget(case);
        }
    }

    pub(crate) fn write_order(&mut self, case: usize, car: usize, role: Role, state: &'static str) -> usize {
        let lent_by = self.lends(case, car, role).filter(|_| state != "queued");
        self.orders.push(Order {
            case,
            car,
            role,
            state,
            deliver_by: self.now + DELIVER_MS,
            acknowledge_by: self.now + ACKNOWLEDGE_MS,
            reported: false,
            offered_at: self.now,
            ended_at: None,
            by_operator: false,
            safe: None,
            feedback: None,
            lent_by,
            gone: false,
        });
        // Attendance that follows from an operator's order goes with it.
        let goes_with = matches!(&self.cases[case].undo, Some(last) if last.at == self.now && matches!(last.what, Undo::Ordered(_)));
        if role != Role::BeatAttendance || !goes_with {
            self.forget(case);
        }
        if role != Role::BeatAttendance {
            self.news.push(News::Ordered(case));
        }
        self.orders.len() - 1
    }

    pub(crate) fn send(&mut self, case: usize, car: usize, role: Role) {
        self.write_order(case, car, role, "offered");
        self.went_out(case, role);
    }

    /// Somebody is on the way: nothing is proposed or held any more, and one primary is enough.
    pub(crate) fn went_out(&mut self, case: usize, role: Role) {
        if self.cases[case].state == "classified" {
            let it = &mut self.cases[case];
            (it.state, it.held_until, it.proposal, it.widens_at) = ("dispatched", None, None, None);
            self.silence(case, &[AlarmKind::NoUnit, AlarmKind::NotDispatched, AlarmKind::HoldExpired]);
        }
        if role == Role::Primary {
            self.found_a_primary(case);
            for order in self.waiting_for(case) {
                if self.orders[order].role == Role::Primary {
                    self.take_back(order, false);
                }
            }
        }
    }

    /// Nobody is asked to be primary any more: there is one, or none is needed.
    pub(crate) fn found_a_primary(&mut self, case: usize) {
        if self.cases[case].seeks_at.take().is_some() {
            self.silence(case, &[AlarmKind::NoUnit]);
        }
    }

    /// Nobody is on an unsettled incident any more: it waits with a fresh clock.
    pub(crate) fn put_back(&mut self, case: usize) {
        self.forget(case);
        self.queue(case);
        let it = &mut self.cases[case];
        (it.seeks_at, it.widens_at, it.step) = (None, None, domain::incident::LendingStep::OwnTeam);
        self.news.push(News::NobodyOnIt(case));
    }

    pub(crate) fn back_to_the_queue(&mut self, case: usize) {
        self.put_back(case);
        self.begin(case);
    }

    /// A unit did not take its order: the room hears of it, and the next is asked.
    pub(crate) fn not_taken(&mut self, order: usize, state: &'static str, kind: AlarmKind) {
        self.end(order, state);
        let (case, car, role) = (self.orders[order].case, self.orders[order].car, self.orders[order].role);
        self.forget(case);
        self.cases[case].tried.insert(car);
        self.ring(kind, case, Some(car));
        self.ask_next(case, role);
        self.freed(car);
    }

    fn ask_next(&mut self, case: usize, role: Role) {
        let others = !self.on_it(case).is_empty();
        if !others && self.has_outcome(case) {
            self.settle(case);
        } else if others && (role == Role::Primary || self.only_visited(case)) {
            self.primary_fell_out(case, true);
        } else if !others && self.mode(case) == DispatchMode::Manual {
            match self.best(case) {
                Some(next) => self.send(case, next, Role::Primary),
                None => self.back_to_the_queue(case),
            }
        } else if !others {
            match self.choose(case) {
                Some((who, empty)) => self.send_all(case, &who, empty),
                None => self.back_to_the_queue(case),
            }
        }
    }

    /// The primary left while others are on it. Where an operator chooses, only who did not take the order is replaced.
    pub(crate) fn primary_fell_out(&mut self, case: usize, not_taken: bool) {
        let manual = self.mode(case) == DispatchMode::Manual;
        if self.primary_of(case).is_some() {
            return;
        }
        if manual && !not_taken {
            return self.leave_to_the_operator(case);
        }
        match self.best(case) {
            Some(next) => self.send(case, next, Role::Primary),
            None if manual && !self.only_visited(case) => {}
            None => self.seek_later(case),
        }
    }

    /// The operator replaces whom the operator took back; but an officer of the beat does not go there alone.
    pub(crate) fn leave_to_the_operator(&mut self, case: usize) {
        let left = self.on_it(case);
        if !left.iter().all(|order| self.orders[*order].role == Role::BeatAttendance && self.orders[*order].state != "on_scene") {
            return;
        }
        for order in &left {
            self.take_back(*order, false);
        }
        self.put_back(case);
        for order in left {
            self.freed(self.orders[order].car);
        }
    }

    /// Looks for a primary again, or goes on looking.
    pub(crate) fn seek_again(&mut self, case: usize) {
        if self.primary_of(case).is_some() {
            return self.found_a_primary(case);
        }
        match self.best(case) {
            Some(next) => self.send(case, next, Role::Primary),
            None => self.seek_later(case),
        }
    }

    fn seek_later(&mut self, case: usize) {
        self.cases[case].seeks_at = Some(self.now + RETRY_MS);
        if self.will_look_wider(case) {
            return;
        }
        let primaries = self.orders_of(case).filter(|order| self.orders[*order].role == Role::Primary);
        let left = primaries.filter_map(|order| self.orders[order].ended_at).max().unwrap_or(i64::MIN);
        let heard = |bell: &super::reference::Bell| bell.case == Some(case) && bell.kind == AlarmKind::NoUnit && bell.raised_at >= left;
        if !self.bells.iter().any(heard) {
            self.ring(AlarmKind::NoUnit, case, None);
        }
    }
}
