//! The reference model, incidents that become one, two, another side's, or what they were: no call is lost by any of it.

use super::reference::{Case, Clock, News, No, Paper, Undo, Verdict, Visit, Waits, refuse_if};
use super::rules::{ALIEN, CALLS, ROOMS, SPOTS, TRANSFER_MS, UNDO_MS};
use domain::alarm::AlarmKind;
use domain::assignment::AssignmentRole as Role;
use domain::policy::DispatchMode;

impl Paper {
    /// Calls and units of the one work on with the other.
    pub(crate) fn merge(&mut self, case: usize, into: usize, stale: bool) -> Verdict {
        let bad = case == into || !self.is_open(into);
        refuse_if(&[(bad, No::Invalid), (stale, No::Stale), (!self.is_open(case) || self.in_distress(case), No::IllegalMove)])?;
        let (was, waited) = (self.mode(into), self.cases[into].state == "classified");
        let left = self.cases[case].clone();
        self.forget(into);
        let brought: Vec<_> = left.calls.iter().copied().filter(|call| !self.cases[into].calls.contains(call)).collect();
        self.cases[into].calls.extend(&brought);
        self.silence_all(case);
        self.units_go_along(case, into);
        let same_beat = SPOTS[left.spot].beat == SPOTS[self.cases[into].spot].beat;
        let it = &mut self.cases[into];
        if let (Some(had @ Visit::Attended(_)), Some(Visit::Owed | Visit::Ordered(_))) = (left.visit, it.visit)
            && same_beat
        {
            it.visit = Some(had);
        }
        // Somebody should be there as soon as either of the callers was told. What is due already is due now.
        if let Some(theirs) = left.arrive.filter(|_| it.state != "on_scene") {
            let due_at = theirs.due_at.max(self.now);
            if it.arrive.is_none_or(|own| own.due_at > due_at) {
                it.arrive = Some(Clock { due_at, rang: false });
            }
        }
        self.over(case, "merged");
        self.cases[case].merged = Some((into, brought));
        self.remember(case, Undo::Merged);
        self.as_urgent_as_either(&left, into, was);
        let responds = ["dispatched", "on_scene"].contains(&self.cases[into].state);
        if (waited || left.seeks_at.is_some()) && responds && self.cases[into].seeks_at.is_none() {
            self.primary_fell_out(into, false);
        }
        Ok(())
    }

    /// The more urgent priority of both holds, and the clock of whoever waited longer for it.
    fn as_urgent_as_either(&mut self, left: &Case, into: usize, was: DispatchMode) {
        let now = self.now;
        let it = &mut self.cases[into];
        let more_urgent = left.priority < it.priority;
        let theirs = left.waits.red_at.filter(|_| left.state == "classified").map(|at| at.max(now));
        let longer = match (it.waits.red_at, theirs) {
            (Some(own), Some(theirs)) => more_urgent || (left.priority == it.priority && theirs < own && !it.waits.alarmed),
            (None, theirs) => theirs.is_some(),
            (Some(_), None) => false,
        };
        let takes_clock = it.state == "classified" && longer;
        if !more_urgent && !takes_clock {
            return;
        }
        if more_urgent {
            it.priority = left.priority;
            it.chosen_priority |= left.chosen_priority;
        }
        if takes_clock {
            it.waits = Waits { red_at: theirs, alarmed: false, retry_at: None };
        }
        self.somebody_should_arrive(into);
        self.reconsider(into, true, was);
    }

    /// Every order that has not ended is one of the other incident, which keeps one primary; and one order for each unit.
    fn units_go_along(&mut self, case: usize, into: usize) {
        let moving: Vec<_> = self.on_it(case).into_iter().chain(self.waiting_for(case)).collect();
        for order in moving {
            let car = self.orders[order].car;
            let there = self.orders_of(into).find(|other| self.orders[*other].car == car && !self.has_ended(*other));
            if let Some(there) = there {
                let spare = if self.is_active(order) { there } else { order };
                self.take_back(spare, false);
                if spare == order {
                    continue;
                }
            }
            self.orders[order].case = into;
            let led = self.on_it(into).into_iter().any(|o| o != order && self.orders[o].role == Role::Primary);
            if led && self.orders[order].role == Role::Primary {
                self.orders[order].role = Role::Backup;
            }
            self.news.push(News::OrderMoved(order));
            if self.is_active(order) {
                self.went_out(into, self.orders[order].role);
            }
            if self.orders[order].state == "on_scene" && self.orders[order].role != Role::Overwatch {
                self.somebody_is_there(into);
            }
            if self.orders[order].safe.is_some_and(|clock| clock.rang) {
                self.ring(AlarmKind::SafetyCheckMissed, into, Some(car));
            }
            if self.is_active(order) && self.cars[car].lost_at.is_some() {
                self.ring(AlarmKind::LostContact, into, Some(car));
            }
        }
    }

    /// It stands on its own again, with its calls and a fresh clock; its units stay where they are needed.
    pub(crate) fn unmerge(&mut self, case: usize) -> Verdict {
        refuse_if(&[(self.cases[case].state != "merged", No::IllegalMove)])?;
        self.stands_alone(case);
        Ok(())
    }

    fn stands_alone(&mut self, case: usize) {
        let Some((mut holder, mut brought)) = self.cases[case].merged.take() else { return };
        let own = self.cases[case].calls.clone();
        // The other may have been merged in its turn, and the calls with it.
        let held = loop {
            let held = self.cases[holder].calls.clone();
            self.cases[holder].calls.retain(|call| !brought.contains(call));
            self.forget(holder);
            let Some((next, on)) = &mut self.cases[holder].merged else { break held };
            let (here, there) = on.iter().copied().partition(|call| !brought.contains(call));
            (*on, brought, holder) = (here, there, *next);
        };
        // What a split took from there meanwhile is not taken back, unless nothing else is left.
        let back: Vec<_> = own.iter().copied().filter(|call| held.contains(call)).collect();
        self.cases[case].calls = if back.is_empty() { own } else { back };
        self.fresh(case);
    }

    /// A call goes to a second incident; the only one stays with the first too.
    pub(crate) fn split(&mut self, case: usize, call: Option<usize>, what: usize, spot: usize, stale: bool) -> Verdict {
        let call = call.filter(|call| self.cases[case].calls.contains(call));
        refuse_if(&[(call.is_none() || what == ALIEN, No::Invalid), (stale, No::Stale), (!self.is_unclosed(case), No::IllegalMove)])?;
        let Some(call) = call else { return Ok(()) };
        if self.cases[case].calls.len() > 1 {
            self.forget(case);
            self.cases[case].calls.retain(|known| *known != call);
        }
        // Where the second has no place of its own, the room of the first handles it.
        let room = if SPOTS[spot].located { SPOTS[spot].room } else { self.cases[case].room };
        let second = self.open(what, spot, room, None, call);
        self.begin(second);
        Ok(())
    }

    pub(crate) fn transfer(&mut self, case: usize, known: bool, stale: bool) -> Verdict {
        let not_now = !self.is_open(case) || self.in_distress(case) || self.cases[case].transfer.is_some();
        refuse_if(&[(!known, No::Invalid), (stale, No::Stale), (not_now, No::IllegalMove)])?;
        self.forget(case);
        self.cases[case].transfer = Some(Some(self.now + TRANSFER_MS));
        Ok(())
    }

    /// Accepted, it is theirs; refused for a reason, it goes on as it was, and the room hears of it.
    pub(crate) fn answer(&mut self, case: usize, accepted: bool, reason: Option<bool>) -> Verdict {
        let not_now = !self.is_open(case) || self.cases[case].transfer.is_none() || (accepted && self.in_distress(case));
        let bad = reason == Some(false) || (!accepted && reason.is_none());
        refuse_if(&[(bad, No::Invalid), (not_now, No::IllegalMove)])?;
        self.forget(case);
        if accepted {
            self.stand_down(case, "transferred");
        } else {
            self.cases[case].transfer = None;
            self.silence(case, &[AlarmKind::TransferUnanswered]);
            self.ring(AlarmKind::TransferRefused, case, None);
        }
        Ok(())
    }

    /// Takes back the last change, for ten minutes; orders, while no unit has taken one.
    pub(crate) fn undo(&mut self, case: usize, right: bool) -> Verdict {
        let last = self.cases[case].undo.clone().filter(|last| right && self.now <= last.at + UNDO_MS);
        let taken = |order: &usize| ["acknowledged", "en_route", "on_scene"].contains(&self.orders[*order].state);
        let Some(last) = last else { return Err(vec![No::CanNotUndo]) };
        if matches!(&last.what, Undo::Ordered(orders) if orders.iter().any(taken)) {
            return Err(vec![No::CanNotUndo]);
        }
        self.forget(case);
        match last.what {
            Undo::Standing { owner, priority, chosen, call } => {
                let was = self.mode(case);
                let it = &mut self.cases[case];
                let runs_on = (it.waits.red_at.is_some(), it.priority) == (CALLS[call].sends, priority);
                (it.owner, it.priority, it.chosen_priority, it.call) = (owner, priority, chosen, call);
                self.reconsider(case, runs_on, was);
            }
            Undo::Ordered(orders) => {
                let open: Vec<_> = orders.into_iter().filter(|order| !self.has_ended(*order)).collect();
                let out: Vec<_> = open.iter().copied().filter(|order| self.is_active(*order)).collect();
                for order in open {
                    self.take_back(order, true);
                }
                if let Some(order) = out.iter().min_by_key(|order| self.orders[**order].role) {
                    self.went_on_without(*order);
                }
                for order in out {
                    self.freed(self.orders[order].car);
                }
            }
            Undo::Held => {
                self.end_hold(case);
                self.begin(case);
            }
            Undo::Closed => {
                self.tidy();
                let it = &mut self.cases[case];
                (it.state, it.closed_at, it.gone) = ("resolved", None, false);
            }
            Undo::Cancelled => self.open_again(case),
            Undo::Merged => self.stands_alone(case),
        }
        self.forget(case);
        Ok(())
    }
}

/// Whether somebody can be late where a room's class of place counts.
pub(crate) fn can_be_late(spot: usize, room: &str) -> bool {
    if SPOTS[spot].located { SPOTS[spot].clocked } else { room != ROOMS[1] }
}
