//! The reference model, orders: who is sent, who waits, who is taken off what, and what units say of their orders.

use super::reference::{Free, LONGEST_QUEUE, NOT_TAKEN_YET, OPEN, Paper};
use domain::alarm::AlarmKind;
use domain::assignment::AssignmentRole as Role;
use domain::command::WhenEngaged;
use std::collections::BTreeSet;

impl Paper {
    /// Each unit with its role and what to do when it is engaged.
    pub(crate) fn assign(&mut self, case: usize, who: &[(usize, Option<Role>, WhenEngaged)]) -> bool {
        let distinct: BTreeSet<_> = who.iter().map(|(car, ..)| car).collect();
        if who.is_empty() || distinct.len() != who.len() || !OPEN.contains(&self.cases[case].state) {
            return false;
        }
        if self.cases[case].held_until.is_some() {
            self.end_hold(case);
        }
        who.iter().all(|(car, role, when)| self.assign_one(case, *car, *role, *when))
    }

    fn assign_one(&mut self, case: usize, car: usize, role: Option<Role>, when: WhenEngaged) -> bool {
        let on = self.order_of(car);
        let waits = on.is_some() && when == WhenEngaged::Queue;
        let to_be_led = self.waiting_for(case).iter().any(|order| self.orders[*order].role == Role::Primary);
        let led = self.has_primary(case) || (waits && to_be_led);
        let role = role.unwrap_or(if led { Role::Backup } else { Role::Primary });
        let may = role != Role::Primary || (!led && self.may_lead(car));
        // One that is engaged will be out of service: it takes nothing more either.
        let out = self.cars[car].free == Free::NotAtAll;
        if !may || !self.cars[car].on_duty || out {
            return false;
        }
        let Some(on) = on else {
            self.send(case, car, role);
            return true;
        };
        if self.orders[on].case == case || when == WhenEngaged::Refuse {
            return false;
        }
        if waits { self.wait_for(case, car, role) } else { self.divert(on, case, car, role) }
    }

    fn wait_for(&mut self, case: usize, car: usize, role: Role) -> bool {
        let queue = &self.cars[car].queue;
        if queue.len() >= LONGEST_QUEUE || queue.iter().any(|order| self.orders[*order].case == case) {
            return false;
        }
        let order = self.write_order(case, car, role, "queued");
        self.cars[car].queue.push(order);
        true
    }

    /// The unit is taken off what it is on, for something more urgent only.
    fn divert(&mut self, on: usize, case: usize, car: usize, role: Role) -> bool {
        let left = self.orders[on].case;
        if self.cases[case].priority >= self.cases[left].priority || self.orders[on].state == "on_scene" {
            return false;
        }
        self.take_back(on, false);
        if self.on_it(left) == 0 && self.has_outcome(left) {
            self.settle(left);
        } else if self.on_it(left) == 0 {
            self.put_back(left);
            self.look_soon(left);
        } else if self.orders[on].role == Role::Primary && self.cases[left].priority == 1 && !self.has_primary(left) {
            self.cases[left].seeks_at = Some(self.now);
        }
        self.send(case, car, role);
        true
    }

    /// delivered, seen, acknowledged, en_route, on_scene
    pub(crate) fn tap(&mut self, order: usize, to: &'static str) -> bool {
        let from: &[&str] = match to {
            "delivered" => &["offered"],
            "seen" => &["offered", "delivered"],
            "acknowledged" => &NOT_TAKEN_YET,
            "en_route" => &["acknowledged"],
            _ => &["acknowledged", "en_route"],
        };
        if !from.contains(&self.orders[order].state) {
            return false;
        }
        self.orders[order].state = to;
        let case = self.orders[order].case;
        if to == "acknowledged" {
            self.silence(case, &[AlarmKind::Undelivered, AlarmKind::Unacknowledged, AlarmKind::Declined]);
        }
        // A drone overhead only looks.
        if to == "on_scene" && self.orders[order].role != Role::Overwatch {
            self.cases[case].state = "on_scene";
        }
        true
    }

    pub(crate) fn decline(&mut self, order: usize, reason_known: bool) -> bool {
        let possible = reason_known && NOT_TAKEN_YET.contains(&self.orders[order].state);
        if possible {
            self.not_taken(order, "declined", AlarmKind::Declined);
        }
        possible
    }

    pub(crate) fn clear(&mut self, order: usize, reason_known: bool, outcome: Option<bool>) -> bool {
        if !reason_known || outcome == Some(false) || !["acknowledged", "en_route", "on_scene"].contains(&self.orders[order].state) {
            return false;
        }
        self.end(order, "cleared");
        self.orders[order].reported = outcome.is_some();
        let (case, car) = (self.orders[order].case, self.orders[order].car);
        self.freed(car);
        if self.on_it(case) == 0 && self.has_outcome(case) {
            self.settle(case);
        } else if self.on_it(case) == 0 {
            self.back_to_the_queue(case);
        }
        true
    }
}
