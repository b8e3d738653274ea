//! The reference model, beat attendance: the beat's officer attends every case in the beat, and only a stated reason excuses it.
//! Also what follows from what happened.

use super::reference::{Free, News, No, Paper, Verdict, Visit, refuse_if};
use super::rules::{LONGEST_QUEUE, SPOTS};
use domain::alarm::AlarmKind;
use domain::assignment::AssignmentRole as Role;
use domain::classification::Team;
use domain::policy::DispatchMode;

/// As many visits are ordered at once when an officer becomes free.
const VISITS_AT_ONCE: usize = 2;

impl Paper {
    /// What follows from what happened, and from what follows itself.
    pub(crate) fn follow_up(&mut self) {
        let mut read = 0;
        while let Some(news) = self.news.get(read).copied() {
            read += 1;
            match news {
                News::Opened(case) => self.see_to_visit(case),
                News::Ordered(case) => {
                    self.ordering_is_signing(case);
                    self.see_to_visit(case);
                }
                News::NobodyOnIt(case) => self.nobody_responds(case),
                News::OrderMoved(order) => self.see_to_visit(self.orders[order].case),
                News::OrderEnded(order) => self.after_an_order(order),
                News::MayBeFree(car) => self.owed_visits(car),
            }
        }
        self.news.clear();
    }

    /// The officers of the beat that the incident is in: its own community units with a sworn officer.
    fn officers_for(&self, case: usize) -> Vec<usize> {
        let officers = SPOTS[self.cases[case].spot].beat.map(|beat| self.officers_of(beat)).unwrap_or_default();
        if self.rules.attendance && self.sends(case) { officers } else { Vec::new() }
    }

    fn officers_of(&self, beat: &str) -> Vec<usize> {
        let is_officer = |car: &usize| self.cars[*car].home == beat && self.cars[*car].team == Team::Community && self.cars[*car].sworn > 0;
        (0..self.cars.len()).filter(is_officer).collect()
    }

    /// Owed until an officer of the beat has an order for it, in whatever role; attended once that officer is there.
    pub(crate) fn see_to_visit(&mut self, case: usize) {
        let settled = matches!(self.cases[case].visit, Some(Visit::Attended(_) | Visit::Excused));
        let officers = self.officers_for(case);
        if settled || !self.is_unclosed(case) || officers.is_empty() {
            return;
        }
        let mut theirs: Vec<_> =
            self.orders_of(case).filter(|order| !self.has_ended(*order) && officers.contains(&self.orders[*order].car)).collect();
        theirs.sort_by_key(|order| match self.orders[*order].state {
            "on_scene" => 0,
            "queued" => 2,
            _ => 1,
        });
        let Some(&order) = theirs.first() else {
            let responds = ["dispatched", "on_scene"].contains(&self.cases[case].state);
            let ordered = if responds { self.order_officer(case, &officers) } else { None };
            self.cases[case].visit = Some(ordered.map_or(Visit::Owed, Visit::Ordered));
            return;
        };
        let there = self.orders[order].state == "on_scene";
        self.cases[case].visit = Some(if there { Visit::Attended(order) } else { Visit::Ordered(order) });
        for other in self.visits(case) {
            if other != order && self.orders[other].state == "queued" {
                self.take_back(other, false);
            }
        }
    }

    /// The attendance orders that are out or wait.
    fn visits(&self, case: usize) -> Vec<usize> {
        self.orders_of(case).filter(|order| self.orders[*order].role == Role::BeatAttendance && !self.has_ended(*order)).collect()
    }

    /// An officer who is free goes; one who is busy gets it into the queue.
    fn order_officer(&mut self, case: usize, officers: &[usize]) -> Option<usize> {
        let over = |order: usize| self.orders[order].state != "recalled" || self.orders[order].by_operator;
        let asked = |car: usize| {
            let mut before = self.orders_of(case).filter(|order| self.orders[*order].car == car && self.has_ended(*order));
            self.cases[case].tried.contains(&car) || self.cars[car].off_after || self.cars[car].emergency.is_some() || before.any(over)
        };
        let asked: Vec<_> = officers.iter().copied().filter(|car| !asked(*car)).collect();
        let is_free = |car: &usize| {
            let it = &self.cars[*car];
            it.on_duty && it.free == Free::Fully && it.queue.is_empty() && self.order_of(*car).is_none()
        };
        if let Some(car) = asked.iter().copied().find(|car| is_free(car)) {
            self.send(case, car, Role::BeatAttendance);
            return Some(self.orders.len() - 1);
        }
        let can_wait = |car: &usize| {
            let it = &self.cars[*car];
            it.free != Free::NotAtAll && self.order_of(*car).is_some() && it.queue.len() < LONGEST_QUEUE
        };
        let car = asked.into_iter().find(can_wait)?;
        let order = self.write_order(case, car, Role::BeatAttendance, "queued");
        self.cars[car].queue.push(order);
        Some(order)
    }

    /// Nobody responds any more: nobody attends alone.
    fn nobody_responds(&mut self, case: usize) {
        if self.cases[case].state == "classified" {
            for order in self.visits(case) {
                if self.orders[order].state == "queued" {
                    self.take_back(order, false);
                }
            }
            self.see_to_visit(case);
        }
    }

    fn after_an_order(&mut self, order: usize) {
        let (case, car) = (self.orders[order].case, self.orders[order].car);
        self.see_to_visit(case);
        if self.orders[order].role != Role::BeatAttendance {
            self.only_visitors_left(case);
        }
        // Who said no or stayed silent is not asked for the next thing in the same breath.
        if !["declined", "expired"].contains(&self.orders[order].state) {
            self.owed_visits(car);
        }
    }

    /// Nobody is left but who attends: somebody must respond.
    fn only_visitors_left(&mut self, case: usize) {
        let left = self.on_it(case);
        if left.is_empty() || !self.only_visited(case) || self.cases[case].seeks_at.is_some() || self.has_outcome(case) {
            return;
        }
        if self.mode(case) != DispatchMode::Manual {
            return self.primary_fell_out(case, false);
        }
        if left.iter().any(|order| self.orders[*order].state == "on_scene") {
            return self.ring(AlarmKind::NotDispatched, case, None);
        }
        for order in &left {
            self.take_back(*order, false);
        }
        self.back_to_the_queue(case);
        for order in left {
            self.freed(self.orders[order].car);
        }
    }

    /// An officer of a beat may be free: what is owed there is ordered, the oldest first.
    fn owed_visits(&mut self, car: usize) {
        let mine = |paper: &Self, case: &usize| {
            let it = &paper.cases[*case];
            it.visit == Some(Visit::Owed) && SPOTS[it.spot].beat == Some(paper.cars[car].home)
        };
        if !self.officers_of(self.cars[car].home).contains(&car) {
            return;
        }
        let owed: Vec<_> = (0..self.cases.len()).filter(|case| mine(self, case)).collect();
        let mut ordered = 0;
        for case in owed {
            if ordered < VISITS_AT_ONCE {
                self.see_to_visit(case);
                ordered += usize::from(matches!(self.cases[case].visit, Some(Visit::Ordered(_))));
            }
        }
    }

    /// Whether attendance is still owed, so that nothing is closed without an excuse.
    pub(crate) fn visit_is_owed(&self, case: usize) -> bool {
        let settled = matches!(self.cases[case].visit, None | Some(Visit::Attended(_) | Visit::Excused));
        !settled && !self.officers_for(case).is_empty()
    }

    pub(crate) fn excuse(&mut self, case: usize, known: bool) -> Verdict {
        let owed = matches!(self.cases[case].visit, Some(Visit::Owed | Visit::Ordered(_))) && self.is_unclosed(case);
        refuse_if(&[(!known, No::Invalid), (!owed, No::IllegalMove)])?;
        self.excused(case);
        Ok(())
    }

    /// The officer need not come, and turns round.
    pub(crate) fn excused(&mut self, case: usize) {
        self.cases[case].visit = Some(Visit::Excused);
        for order in self.visits(case) {
            let was_active = self.is_active(order);
            self.take_back(order, true);
            if was_active {
                self.went_on_without(order);
                self.freed(self.orders[order].car);
            }
        }
    }
}
