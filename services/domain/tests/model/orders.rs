//! The reference model, orders: who is sent, who waits, who is taken off what, and what units say of their orders.

use super::reference::{Clock, Free, LastChange, NOT_TAKEN_YET, News, No, Paper, Undo, Verdict, refuse_if};
use super::rules::{LONGEST_QUEUE, SAFETY_MS, feedback_ms};
use domain::alarm::AlarmKind;
use domain::assignment::AssignmentRole as Role;
use domain::command::WhenEngaged;
use domain::policy::DispatchMode;
use domain::unit::UnitKind;
use std::collections::BTreeSet;

/// Each unit with its role and what to do when it is engaged.
pub(crate) type Who = (usize, Option<Role>, WhenEngaged);

impl Paper {
    pub(crate) fn assign(&mut self, case: usize, who: &[Who], stale: bool) -> Verdict {
        let distinct: BTreeSet<_> = who.iter().map(|(car, ..)| car).collect();
        let bad = who.is_empty() || distinct.len() != who.len();
        refuse_if(&[(bad, No::Invalid), (stale, No::Stale), (!self.is_open(case), No::IllegalMove)])?;
        // The operator has chosen: nothing is proposed or kept back any more.
        let was_held = self.cases[case].held_until.is_some();
        self.cases[case].proposal = None;
        if was_held {
            self.end_hold(case);
        }
        let first = self.orders.len();
        for (car, role, when) in who {
            self.assign_one(case, *car, *role, *when)?;
        }
        let ordered = first..self.orders.len();
        if was_held && self.mode(case) == DispatchMode::Automatic {
            self.begin(case);
        }
        // One that went at once may have taken the place of one that waited.
        self.remember(case, Undo::Ordered(ordered.filter(|order| !self.has_ended(*order)).collect()));
        Ok(())
    }

    fn assign_one(&mut self, case: usize, car: usize, role: Option<Role>, when: WhenEngaged) -> Verdict {
        let on = self.order_of(car);
        let waits = on.is_some() && when == WhenEngaged::Queue;
        let to_be_led = self.waiting_for(case).iter().any(|order| self.orders[*order].role == Role::Primary);
        let led = self.primary_of(case).is_some() || (waits && to_be_led);
        let role = role.unwrap_or(if led { Role::Backup } else { Role::Primary });
        let taken = on.is_some_and(|on| self.orders[on].case == case || when == WhenEngaged::Refuse);
        refuse_if(&[(role == Role::Primary && led, No::Invalid), (taken, No::LostRace), (self.can_not_go(car, role), No::NotEligible)])?;
        match on {
            None => self.send(case, car, role),
            Some(_) if waits => return self.wait_for(case, car, role),
            Some(on) => return self.divert(on, case, car, role),
        }
        Ok(())
    }

    fn wait_for(&mut self, case: usize, car: usize, role: Role) -> Verdict {
        let queue = &self.cars[car].queue;
        let waits_already = queue.iter().any(|order| self.orders[*order].case == case);
        refuse_if(&[(queue.len() >= LONGEST_QUEUE || waits_already, No::Invalid)])?;
        let order = self.write_order(case, car, role, "queued");
        self.cars[car].queue.push(order);
        Ok(())
    }

    /// The unit is taken off what it is on, for something more urgent only.
    fn divert(&mut self, on: usize, case: usize, car: usize, role: Role) -> Verdict {
        let left = self.orders[on].case;
        let not_more_urgent = self.cases[case].priority >= self.cases[left].priority;
        refuse_if(&[(not_more_urgent || self.orders[on].state == "on_scene", No::NotEligible)])?;
        self.take_back(on, false);
        if self.on_it(left).is_empty() {
            if self.has_outcome(left) {
                self.settle(left);
            } else {
                self.put_back(left);
                self.look_soon(left);
            }
        } else if self.orders[on].role == Role::Primary {
            if self.mode(left) == DispatchMode::Manual {
                self.leave_to_the_operator(left);
            } else if self.primary_of(left).is_none() {
                self.cases[left].seeks_at = Some(self.now);
            }
        }
        self.send(case, car, role);
        Ok(())
    }

    /// An operator puts what waits for a unit in another order.
    pub(crate) fn reorder(&mut self, car: usize, queue: &[usize]) -> Verdict {
        let (was, is): (BTreeSet<_>, BTreeSet<_>) = (self.cars[car].queue.iter().collect(), queue.iter().collect());
        refuse_if(&[(was != is || queue.len() != was.len(), No::Invalid)])?;
        self.cars[car].queue = queue.to_vec();
        Ok(())
    }

    /// An order that was taken, or is over, can not be undone any more.
    fn not_the_operators_to_undo(&mut self, order: usize) {
        let case = self.orders[order].case;
        if matches!(&self.cases[case].undo, Some(LastChange { what: Undo::Ordered(orders), .. }) if orders.contains(&order)) {
            self.forget(case);
        }
    }

    /// An order is over, however it ended.
    pub(crate) fn end(&mut self, order: usize, state: &'static str) {
        self.not_the_operators_to_undo(order);
        let (case, car) = (self.orders[order].case, self.orders[order].car);
        let was_active = self.is_active(order);
        let it = &mut self.orders[order];
        (it.state, it.ended_at, it.safe) = (state, Some(self.now), None);
        let spent_ms = self.now - it.offered_at;
        if let Some(station) = it.lent_by.filter(|_| was_active) {
            *self.lent_ms.entry(station).or_default() += spent_ms;
        }
        self.cars[car].queue.retain(|waits| *waits != order);
        self.silence_of(case, car, &[AlarmKind::SafetyCheckMissed, AlarmKind::LostContact]);
        self.news.push(News::OrderEnded(order));
    }

    pub(crate) fn take_back(&mut self, order: usize, by_operator: bool) {
        self.end(order, "recalled");
        self.orders[order].by_operator = by_operator;
    }

    /// A unit may be free: the next that waits for it and can still be carried out goes out.
    pub(crate) fn freed(&mut self, car: usize) {
        let it = &self.cars[car];
        if self.order_of(car).is_some() || it.emergency.is_some() {
            return;
        }
        if it.off_after {
            return self.go_off(car);
        }
        if !it.on_duty || it.free == Free::NotAtAll {
            return;
        }
        for order in self.cars[car].queue.clone() {
            let (case, role) = (self.orders[order].case, self.orders[order].role);
            if role == Role::Primary && self.primary_of(case).is_some() {
                self.take_back(order, false);
            } else if self.can_not_go(car, role) {
                self.take_back(order, false);
                self.look_soon(case);
            } else {
                let lent_by = self.lends(case, car, role);
                self.cars[car].queue.retain(|waits| *waits != order);
                let it = &mut self.orders[order];
                (it.state, it.offered_at, it.lent_by) = ("offered", self.now, lent_by);
                (it.deliver_by, it.acknowledge_by) = (self.now + super::rules::DELIVER_MS, self.now + super::rules::ACKNOWLEDGE_MS);
                self.news.push(News::OrderMoved(order));
                return self.went_out(case, role);
            }
        }
    }

    fn refuse_tap(&self, order: usize, from: &[&str]) -> Verdict {
        let it = &self.orders[order];
        if it.gone { Err(vec![No::NotFound]) } else { refuse_if(&[(!from.contains(&it.state), No::IllegalMove)]) }
    }

    /// delivered, seen, acknowledged, en_route, on_scene
    pub(crate) fn tap(&mut self, order: usize, to: &'static str) -> Verdict {
        let from: &[&str] = match to {
            "delivered" => &["offered"],
            "seen" => &["offered", "delivered"],
            "acknowledged" => &NOT_TAKEN_YET,
            "en_route" => &["acknowledged"],
            _ => &["acknowledged", "en_route"],
        };
        self.refuse_tap(order, from)?;
        self.orders[order].state = to;
        let (case, car, role) = (self.orders[order].case, self.orders[order].car, self.orders[order].role);
        if to == "acknowledged" {
            self.not_the_operators_to_undo(order);
            self.silence(case, &[AlarmKind::Undelivered, AlarmKind::Unacknowledged, AlarmKind::Declined]);
        }
        if to == "on_scene" {
            self.check_again(order);
            // A drone overhead only looks: whoever waits for somebody on the ground still waits.
            if role != Role::Overwatch {
                self.somebody_is_there(case);
            }
            self.news.push(News::OrderMoved(order));
            if role == Role::Backup && self.may_take_over(case, car) {
                self.take_over(order, case);
            }
        }
        Ok(())
    }

    /// The owner has arrived, and leads from here on; the one from another team that went first helps.
    fn take_over(&mut self, order: usize, case: usize) {
        if let Some(first) = self.primary_of(case) {
            if self.cars[self.orders[first].car].team == self.cases[case].owner {
                return;
            }
            self.orders[first].role = Role::Backup;
        }
        self.orders[order].role = Role::Primary;
        self.found_a_primary(case);
    }

    /// Ten minutes from now somebody must say that the unit is safe, if anybody is on board.
    pub(crate) fn check_again(&mut self, order: usize) {
        let car = &self.cars[self.orders[order].car];
        let manned = car.kind != UnitKind::Drone && car.sworn + car.auxiliary > 0;
        self.orders[order].safe = manned.then_some(Clock { due_at: self.now + SAFETY_MS, rang: false });
    }

    pub(crate) fn confirm_safe(&mut self, order: usize) -> Verdict {
        self.refuse_tap(order, &["on_scene"])?;
        self.check_again(order);
        let (case, car) = (self.orders[order].case, self.orders[order].car);
        self.silence_of(case, car, &[AlarmKind::SafetyCheckMissed]);
        Ok(())
    }

    pub(crate) fn decline(&mut self, order: usize, reason_known: bool) -> Verdict {
        refuse_if(&[(!reason_known, No::Invalid), (self.refuse_tap(order, &NOT_TAKEN_YET).is_err(), self.why_no_tap(order))])?;
        self.not_taken(order, "declined", AlarmKind::Declined);
        Ok(())
    }

    fn why_no_tap(&self, order: usize) -> No {
        if self.orders[order].gone { No::NotFound } else { No::IllegalMove }
    }

    pub(crate) fn clear(&mut self, order: usize, reason_known: bool, outcome: Option<bool>) -> Verdict {
        let not_there = self.refuse_tap(order, &["acknowledged", "en_route", "on_scene"]).is_err();
        refuse_if(&[(!reason_known || outcome == Some(false), No::Invalid), (not_there, self.why_no_tap(order))])?;
        let (case, car) = (self.orders[order].case, self.orders[order].car);
        self.end(order, "cleared");
        self.orders[order].reported = outcome.is_some();
        // The primary owes the outcome; the others were there to help.
        if outcome.is_none() && self.orders[order].role == Role::Primary {
            let due_at = self.now + feedback_ms(self.cases[case].call);
            self.orders[order].feedback = Some(Clock { due_at, rang: false });
        }
        self.freed(car);
        self.nobody_left(case);
        Ok(())
    }

    /// If nobody is on it any more it is settled by what was reported, or waits again.
    fn nobody_left(&mut self, case: usize) {
        if self.on_it(case).is_empty() {
            if self.has_outcome(case) { self.settle(case) } else { self.back_to_the_queue(case) }
        }
    }

    /// The outcome comes after the unit left. Where it was owed and the incident waits for it, it settles it.
    pub(crate) fn feed_back(&mut self, order: usize, known: bool) -> Verdict {
        let not_there = self.refuse_tap(order, &["cleared"]).is_err();
        refuse_if(&[(!known, No::Invalid), (not_there, self.why_no_tap(order))])?;
        let (case, car) = (self.orders[order].case, self.orders[order].car);
        let owed = self.orders[order].feedback.take().is_some();
        self.orders[order].reported = true;
        self.silence_of(case, car, &[AlarmKind::FeedbackOverdue]);
        if owed && self.cases[case].state == "classified" && self.on_it(case).is_empty() {
            self.settle(case);
        }
        Ok(())
    }

    /// The room takes an order back: its unit is free, and its case goes on with who is left.
    pub(crate) fn recall(&mut self, order: usize, known: bool) -> Verdict {
        let over = self.orders[order].gone || self.has_ended(order);
        refuse_if(&[(!known, No::Invalid), (over, self.why_no_tap(order))])?;
        let (case, car, was_active) = (self.orders[order].case, self.orders[order].car, self.is_active(order));
        self.take_back(order, true);
        if was_active {
            self.went_on_without(order);
            self.freed(car);
        } else {
            self.look_soon(case);
        }
        Ok(())
    }

    /// An active order was taken back: who else is on the incident goes on.
    pub(crate) fn went_on_without(&mut self, order: usize) {
        let case = self.orders[order].case;
        if self.on_it(case).is_empty() {
            self.nobody_left(case);
        } else if self.orders[order].role == Role::Primary || self.only_visited(case) {
            self.primary_fell_out(case, false);
        }
    }
}
