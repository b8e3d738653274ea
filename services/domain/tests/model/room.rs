//! The reference model, second half: what an operator says of a case, what a unit says of itself, and what time brings.

use super::reference::{CALLS, Free, LONGEST_HOLD_MS, NOT_TAKEN_YET, OPEN, Paper};
use domain::alarm::AlarmKind;
use domain::classification::Team;
use std::collections::BTreeSet;

impl Paper {
    /// What it is, how urgent and whose has changed: the clock runs anew where it is another, and a P1 gets its unit.
    fn reconsider(&mut self, case: usize, runs_on: bool) {
        if self.cases[case].state != "classified" {
            return;
        }
        let sends = self.cases[case].sends;
        self.cases[case].waits.retry_at = None;
        if !runs_on {
            self.queue(case, sends);
        }
        if !sends {
            return self.silence(case, &[AlarmKind::NoUnit, AlarmKind::NotDispatched]);
        }
        if self.cases[case].priority != 1 {
            return;
        }
        // What may not wait may not be held.
        if self.cases[case].held_until.is_some() {
            self.end_hold(case);
        }
        self.look_for_a_unit(case);
    }

    pub(crate) fn reclassify(&mut self, case: usize, call: usize) -> bool {
        let Some((owner, by_table, sends)) = CALLS[call].1 else { return false };
        if !OPEN.contains(&self.cases[case].state) && self.cases[case].state != "resolved" {
            return false;
        }
        let it = &mut self.cases[case];
        let kept = it.chosen_priority && it.priority <= by_table;
        let priority = if kept { it.priority } else { by_table };
        let runs_on = (it.sends, it.priority) == (sends, priority);
        it.chosen_priority = kept;
        (it.owner, it.priority, it.sends) = (owner, priority, sends);
        self.reconsider(case, runs_on);
        true
    }

    pub(crate) fn set_priority(&mut self, case: usize, priority: u8) -> bool {
        let it = &mut self.cases[case];
        let open = OPEN.contains(&it.state) || it.state == "resolved";
        if !open || (it.chosen_priority && it.priority == priority) {
            return false;
        }
        let runs_on = it.priority == priority;
        (it.priority, it.chosen_priority) = (priority, true);
        self.reconsider(case, runs_on);
        true
    }

    pub(crate) fn set_owner(&mut self, case: usize, owner: Team, known: bool) -> bool {
        let it = &mut self.cases[case];
        let open = OPEN.contains(&it.state) || it.state == "resolved";
        if !known || !open || it.owner == owner {
            return false;
        }
        it.owner = owner;
        self.reconsider(case, true);
        true
    }

    pub(crate) fn hold(&mut self, case: usize, for_ms: i64, known: bool) -> bool {
        let it = &mut self.cases[case];
        let possible = known && it.state == "classified" && it.held_until.is_none() && it.priority != 1;
        if !possible || for_ms <= 0 || for_ms > LONGEST_HOLD_MS {
            return false;
        }
        it.held_until = Some(self.now + for_ms);
        it.waits.retry_at = None;
        true
    }

    /// The clock of the first order runs anew from here.
    pub(crate) fn end_hold(&mut self, case: usize) {
        self.cases[case].held_until = None;
        let runs = self.cases[case].waits.red_at.is_some();
        self.queue(case, runs);
    }

    pub(crate) fn release(&mut self, case: usize) -> bool {
        let possible = self.cases[case].held_until.is_some() && self.cases[case].state == "classified";
        if possible {
            self.end_hold(case);
        }
        possible
    }

    pub(crate) fn add_call(&mut self, case: usize) -> bool {
        let possible = OPEN.contains(&self.cases[case].state) || self.cases[case].state == "resolved";
        self.cases[case].calls += usize::from(possible);
        possible
    }

    /// The room takes an order back: its unit is free, and its case goes on with who is left.
    pub(crate) fn recall(&mut self, order: usize, known: bool) -> bool {
        let (case, car, role, was_active) = {
            let it = &self.orders[order];
            (it.case, it.car, it.role, self.order_of(it.car) == Some(order))
        };
        if !known || (!was_active && self.orders[order].state != "queued") {
            return false;
        }
        self.take_back(order, true);
        if !was_active {
            self.look_soon(case);
            return true;
        }
        if self.on_it(case) > 0 && role == domain::assignment::AssignmentRole::Primary {
            self.primary_fell_out(case, false);
        } else if self.on_it(case) == 0 && self.has_outcome(case) {
            self.settle(case);
        } else if self.on_it(case) == 0 {
            self.back_to_the_queue(case);
        }
        self.freed(car);
        true
    }

    pub(crate) fn cancel(&mut self, case: usize, known: bool) -> bool {
        if !known || !OPEN.contains(&self.cases[case].state) {
            return false;
        }
        let active: Vec<_> = (0..self.orders.len())
            .filter(|order| self.orders[*order].case == case && self.order_of(self.orders[*order].car) == Some(*order))
            .collect();
        self.settle(case);
        for order in &active {
            self.take_back(*order, false);
        }
        self.cases[case].state = "cancelled";
        self.cases[case].closed_at = Some(self.now);
        for order in active {
            self.freed(self.orders[order].car);
        }
        true
    }

    /// Nothing of before counts: whoever declined may be asked again, and no outcome of then settles it.
    pub(crate) fn reopen(&mut self, case: usize, known: bool) -> bool {
        if !known || !["resolved", "closed", "cancelled"].contains(&self.cases[case].state) {
            return false;
        }
        let it = &mut self.cases[case];
        it.tried.clear();
        (it.closed_at, it.held_until, it.seeks_at, it.reopened_at) = (None, None, None, Some(self.now));
        self.back_to_the_queue(case);
        true
    }

    pub(crate) fn sign_on(&mut self, car: usize, sworn: Option<u8>) -> bool {
        if self.cars[car].on_duty {
            return false;
        }
        let it = &mut self.cars[car];
        (it.on_duty, it.free, it.sworn) = (true, Free::Fully, sworn.unwrap_or(it.sworn));
        self.freed(car);
        true
    }

    pub(crate) fn sign_off(&mut self, car: usize) -> bool {
        let possible = self.cars[car].on_duty && self.order_of(car).is_none();
        if possible {
            self.cars[car].on_duty = false;
            for order in self.cars[car].queue.clone() {
                self.take_back(order, false);
                self.look_soon(self.orders[order].case);
            }
        }
        possible
    }

    pub(crate) fn set_free(&mut self, car: usize, free: Free, reason_known: bool) -> bool {
        let possible = self.cars[car].on_duty && (reason_known || free == Free::Fully);
        if possible {
            self.cars[car].free = free;
            self.freed(car);
        }
        possible
    }

    pub(crate) fn confirm(&mut self, bell: usize) -> bool {
        std::mem::take(&mut self.bells[bell].stands)
    }

    /// The deadlines that run: what, of which case or order, when.
    pub(crate) fn deadlines(&self) -> BTreeSet<(i64, &'static str, usize)> {
        let mut running = BTreeSet::new();
        for (index, case) in self.cases.iter().enumerate().filter(|(_, case)| case.state == "classified") {
            if let Some(until) = case.held_until {
                running.insert((until, "hold", index));
                continue;
            }
            running.extend(case.waits.red_at.filter(|_| !case.waits.alarmed).map(|at| (at, "dispatch", index)));
            running.extend(case.waits.retry_at.map(|at| (at, "retry", index)));
        }
        let on_it = self.cases.iter().enumerate().filter(|(_, case)| ["dispatched", "on_scene"].contains(&case.state));
        running.extend(on_it.filter_map(|(index, case)| case.seeks_at.map(|at| (at, "seek", index))));
        for (index, order) in self.orders.iter().enumerate().filter(|(_, order)| NOT_TAKEN_YET.contains(&order.state)) {
            running.insert((order.acknowledge_by, "acknowledge", index));
            if order.state == "offered" {
                running.insert((order.deliver_by, "deliver", index));
            }
        }
        running
    }

    pub(crate) fn fire(&mut self, deadline: (i64, &'static str, usize)) -> bool {
        let (due_at, what, index) = deadline;
        if due_at > self.now || !self.deadlines().contains(&deadline) {
            return false;
        }
        match what {
            "dispatch" => {
                self.cases[index].waits.alarmed = true;
                self.ring(AlarmKind::NotDispatched, index, None);
            }
            "retry" => self.look_for_a_unit(index),
            "hold" => {
                self.end_hold(index);
                self.ring(AlarmKind::HoldExpired, index, None);
            }
            "seek" if self.has_primary(index) => self.found_a_primary(index),
            "seek" => match self.best(index) {
                Some(next) => self.send(index, next, domain::assignment::AssignmentRole::Primary),
                None => self.seek_later(index),
            },
            "deliver" => self.not_taken(index, "expired", AlarmKind::Undelivered),
            _ => self.not_taken(index, "expired", AlarmKind::Unacknowledged),
        }
        true
    }
}
