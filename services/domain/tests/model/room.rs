//! The reference model, the room: what an operator says of an incident, and what a unit says of itself.

use super::joint::can_be_late;
use super::reference::{Case, Clock, Free, LastChange, News, No, Paper, Passing, Undo, Verdict, Waits, refuse_if};
use super::rules::{ALIEN, ARRIVE_MS, CALLS, DESK, LONGEST_HOLD_MS, SIGN_MS, SPOTS};
use domain::alarm::AlarmKind;
use domain::classification::Team;
use domain::incident::LendingStep;
use domain::policy::DispatchMode;
use std::collections::BTreeSet;

impl Paper {
    pub(crate) fn report(&mut self, call: usize, spot: usize, priority: Option<u8>, ahead_ms: i64, passed_down: bool) -> Verdict {
        refuse_if(&[(call == ALIEN || ahead_ms > 5_000, No::Invalid)])?;
        self.calls += 1;
        let case = self.open(call, spot, SPOTS[spot].room, priority, self.calls - 1);
        if passed_down && self.cases[case].room != DESK {
            self.cases[case].passing = Some(Passing { sign_by: self.now + SIGN_MS, signed: false, lapsed: false });
        }
        self.begin(case);
        Ok(())
    }

    /// A new incident for a call, in the queue.
    pub(crate) fn open(&mut self, call: usize, spot: usize, room: &'static str, priority: Option<u8>, id: usize) -> usize {
        let row = &CALLS[call];
        let case = self.cases.len();
        let priority = priority.unwrap_or(row.priority);
        self.cases.push(Case {
            state: "classified",
            room,
            spot,
            call,
            owner: row.owner,
            priority,
            chosen_priority: priority != row.priority,
            tried: BTreeSet::new(),
            waits: Waits::default(),
            closed_at: None,
            gone: false,
            held_until: None,
            seeks_at: None,
            calls: vec![id],
            reopened_at: None,
            visit: None,
            arrive: None,
            passing: None,
            proposal: None,
            step: LendingStep::OwnTeam,
            widens_at: None,
            transfer: None,
            undo: None,
            merged: None,
        });
        self.queue(case);
        self.somebody_should_arrive(case);
        self.news.push(News::Opened(case));
        case
    }

    /// The clock of the first arrival, where somebody is sent, the place has one and none runs: for priorities 1 and 2.
    pub(crate) fn somebody_should_arrive(&mut self, case: usize) {
        let due_at = self.now + ARRIVE_MS;
        let it = &mut self.cases[case];
        let to_come = CALLS[it.call].sends && it.arrive.is_none() && ["classified", "dispatched"].contains(&it.state);
        if to_come && it.priority <= 2 && can_be_late(it.spot, it.room) {
            it.arrive = Some(Clock { due_at, rang: false });
        }
    }

    /// What it is, how urgent and whose has changed: the clock runs anew where it is another, and the mode says what is done.
    pub(crate) fn reconsider(&mut self, case: usize, runs_on: bool, was: DispatchMode) {
        if self.cases[case].state != "classified" {
            return;
        }
        self.cases[case].waits.retry_at = None;
        if !runs_on {
            self.queue(case);
        }
        if self.cases[case].waits.red_at.is_none() {
            self.cases[case].proposal = None;
            return self.silence(case, &[AlarmKind::NoUnit, AlarmKind::NotDispatched]);
        }
        // What may not wait may not be held.
        if self.cases[case].held_until.is_some() {
            if self.cases[case].priority != 1 {
                return;
            }
            self.end_hold(case);
        }
        // Another unit may go now, but nobody has more time to think about it.
        let running = self.cases[case].proposal.as_ref().map(|proposal| proposal.send_at);
        self.cases[case].proposal = None;
        self.begin(case);
        let both = was == DispatchMode::Confirm && self.mode(case) == DispatchMode::Confirm;
        if let (Some(send_at), Some(proposal)) = (running.filter(|_| both), &mut self.cases[case].proposal) {
            proposal.send_at = send_at;
        }
    }

    fn standing(&self, case: usize) -> Undo {
        let it = &self.cases[case];
        Undo::Standing { owner: it.owner, priority: it.priority, chosen: it.chosen_priority, call: it.call }
    }

    pub(crate) fn reclassify(&mut self, case: usize, call: usize, stale: bool) -> Verdict {
        refuse_if(&[(call == ALIEN, No::Invalid), (stale, No::Stale), (!self.is_unclosed(case), No::IllegalMove)])?;
        let (before, was, row) = (self.standing(case), self.mode(case), &CALLS[call]);
        let it = &mut self.cases[case];
        let kept = it.chosen_priority && it.priority <= row.priority;
        let priority = if kept { it.priority } else { row.priority };
        let runs_on = (it.waits.red_at.is_some(), it.priority) == (row.sends, priority);
        it.chosen_priority = kept;
        (it.owner, it.priority, it.call) = (row.owner, priority, call);
        self.somebody_should_arrive(case);
        self.remember(case, before);
        self.reconsider(case, runs_on, was);
        self.news.push(News::Opened(case));
        Ok(())
    }

    pub(crate) fn set_priority(&mut self, case: usize, priority: u8, stale: bool) -> Verdict {
        let same = self.cases[case].chosen_priority && self.cases[case].priority == priority;
        refuse_if(&[(stale, No::Stale), (!self.is_unclosed(case), No::IllegalMove), (same, No::Invalid)])?;
        let (before, was) = (self.standing(case), self.mode(case));
        let it = &mut self.cases[case];
        let runs_on = it.priority == priority;
        (it.priority, it.chosen_priority) = (priority, true);
        self.somebody_should_arrive(case);
        self.remember(case, before);
        if !runs_on && self.cases[case].state == "classified" {
            self.queue_again(case, self.cases[case].waits.red_at.is_some());
        }
        self.reconsider(case, true, was);
        Ok(())
    }

    pub(crate) fn set_owner(&mut self, case: usize, owner: Team, known: bool, stale: bool) -> Verdict {
        let same = self.cases[case].owner == owner;
        refuse_if(&[(!known || same, No::Invalid), (stale, No::Stale), (!self.is_unclosed(case), No::IllegalMove)])?;
        let (before, was) = (self.standing(case), self.mode(case));
        self.cases[case].owner = owner;
        self.remember(case, before);
        self.reconsider(case, true, was);
        Ok(())
    }

    pub(crate) fn hold(&mut self, case: usize, for_ms: i64, known: bool, stale: bool) -> Verdict {
        let it = &self.cases[case];
        refuse_if(&[
            (!known || for_ms <= 0 || for_ms > LONGEST_HOLD_MS || it.priority == 1, No::Invalid),
            (stale, No::Stale),
            (it.state != "classified" || it.held_until.is_some() || it.priority == 1, No::IllegalMove),
        ])?;
        let it = &mut self.cases[case];
        it.held_until = Some(self.now + for_ms);
        (it.proposal, it.waits.retry_at, it.widens_at) = (None, None, None);
        self.remember(case, Undo::Held);
        Ok(())
    }

    /// The clock of the first order runs anew from here.
    pub(crate) fn end_hold(&mut self, case: usize) {
        self.forget(case);
        self.cases[case].held_until = None;
        self.queue_again(case, self.cases[case].waits.red_at.is_some());
    }

    pub(crate) fn release(&mut self, case: usize) -> Verdict {
        let held = self.cases[case].held_until.is_some();
        refuse_if(&[(!held, No::IllegalMove)])?;
        self.end_hold(case);
        self.begin(case);
        Ok(())
    }

    pub(crate) fn add_call(&mut self, case: usize) -> Verdict {
        refuse_if(&[(!self.is_unclosed(case), No::IllegalMove)])?;
        self.forget(case);
        self.cases[case].calls.push(self.calls);
        self.calls += 1;
        Ok(())
    }

    pub(crate) fn pass_down(&mut self, case: usize, from: &'static str, stale: bool) -> Verdict {
        let it = &self.cases[case];
        let not_above = from != DESK || it.room == DESK;
        let again = it.passing.is_some() || !self.is_open(case);
        refuse_if(&[(stale, No::Stale), (again, No::IllegalMove), (not_above, No::Invalid)])?;
        self.forget(case);
        let it = &mut self.cases[case];
        it.passing = Some(Passing { sign_by: self.now + SIGN_MS, signed: false, lapsed: false });
        it.proposal = None;
        Ok(())
    }

    pub(crate) fn sign(&mut self, case: usize) -> Verdict {
        let unsigned = self.is_open(case) && self.cases[case].passing.is_some_and(|passing| !passing.signed);
        refuse_if(&[(!unsigned, No::IllegalMove)])?;
        self.signed(case);
        self.begin(case);
        Ok(())
    }

    fn signed(&mut self, case: usize) {
        if let Some(passing) = &mut self.cases[case].passing {
            passing.signed = true;
        }
        self.silence(case, &[AlarmKind::NotSigned]);
    }

    /// The station that orders a unit has seen the incident: that signs it. The desk above signs nothing by it.
    pub(crate) fn ordering_is_signing(&mut self, case: usize) {
        let unsigned = self.is_open(case) && self.cases[case].passing.is_some_and(|passing| !passing.signed);
        if unsigned && self.by == Some(self.cases[case].room) {
            self.signed(case);
        }
    }

    pub(crate) fn confirm_proposal(&mut self, case: usize, stale: bool) -> Verdict {
        refuse_if(&[(stale, No::Stale), (self.cases[case].proposal.is_none(), No::IllegalMove)])?;
        self.look_for_a_unit(case);
        Ok(())
    }

    pub(crate) fn reject_proposal(&mut self, case: usize, stale: bool) -> Verdict {
        refuse_if(&[(stale, No::Stale), (self.cases[case].proposal.is_none(), No::IllegalMove)])?;
        self.cases[case].proposal = None;
        Ok(())
    }

    pub(crate) fn has_outcome(&self, case: usize) -> bool {
        let since = self.cases[case].reopened_at.unwrap_or(0);
        self.orders_of(case).map(|order| &self.orders[order]).any(|order| order.reported && order.offered_at >= since)
    }

    /// Nothing is waited for, held, proposed or asked any more.
    pub(crate) fn nothing_waits(&mut self, case: usize) {
        self.found_a_primary(case);
        let it = &mut self.cases[case];
        (it.held_until, it.proposal, it.passing, it.transfer, it.widens_at) = (None, None, None, None, None);
    }

    pub(crate) fn settle(&mut self, case: usize) {
        self.forget(case);
        self.nothing_waits(case);
        for order in self.waiting_for(case) {
            self.take_back(order, false);
        }
        self.cases[case].state = "resolved";
        self.silence_all(case);
    }

    pub(crate) fn resolve(&mut self, case: usize, known: bool, stale: bool) -> Verdict {
        let not_now = !self.is_open(case) || !self.on_it(case).is_empty();
        refuse_if(&[(!known, No::Invalid), (stale, No::Stale), (not_now, No::IllegalMove)])?;
        self.settle(case);
        Ok(())
    }

    /// Nothing is closed while attendance is owed, unless it is excused with it.
    pub(crate) fn close(&mut self, case: usize, excuse: Option<bool>, stale: bool) -> Verdict {
        let owed = self.visit_is_owed(case);
        let not_excused = owed && excuse != Some(true);
        // The room says first how an emergency ended.
        let distress = self.in_distress(case);
        refuse_if(&[(stale, No::Stale), (distress || self.cases[case].state != "resolved", No::IllegalMove), (not_excused, No::Invalid)])?;
        if owed {
            self.excused(case);
        }
        self.over(case, "closed");
        self.remember(case, Undo::Closed);
        Ok(())
    }

    /// No more is expected of it, nor of those who were on it.
    pub(crate) fn over(&mut self, case: usize, state: &'static str) {
        self.forget(case);
        self.nothing_waits(case);
        for order in self.waiting_for(case) {
            self.take_back(order, false);
        }
        self.cases[case].state = state;
        self.cases[case].closed_at = Some(self.now);
        self.silence_all(case);
        self.orders.iter_mut().filter(|order| order.case == case).for_each(|order| order.feedback = None);
    }

    /// Every order of it is taken back, and its units are free.
    pub(crate) fn stand_down(&mut self, case: usize, state: &'static str) {
        let active = self.on_it(case);
        self.over(case, state);
        for order in &active {
            self.take_back(*order, false);
        }
        for order in active {
            self.freed(self.orders[order].car);
        }
    }

    pub(crate) fn cancel(&mut self, case: usize, known: bool, stale: bool) -> Verdict {
        refuse_if(&[(!known, No::Invalid), (stale, No::Stale), (!self.is_open(case) || self.in_distress(case), No::IllegalMove)])?;
        self.stand_down(case, "cancelled");
        self.remember(case, Undo::Cancelled);
        Ok(())
    }

    /// Nothing of before counts: whoever declined may be asked again, and no outcome of then settles it.
    pub(crate) fn reopen(&mut self, case: usize, known: bool, stale: bool) -> Verdict {
        let closed = ["resolved", "closed", "cancelled", "transferred"].contains(&self.cases[case].state);
        refuse_if(&[(!known, No::Invalid), (stale, No::Stale), (!closed, No::IllegalMove)])?;
        self.open_again(case);
        Ok(())
    }

    pub(crate) fn open_again(&mut self, case: usize) {
        self.cases[case].tried.clear();
        self.cases[case].step = LendingStep::OwnTeam;
        self.cases[case].reopened_at = Some(self.now);
        self.fresh(case);
    }

    /// It is in the queue with fresh clocks, and nothing of before waits.
    pub(crate) fn fresh(&mut self, case: usize) {
        // What left the table does not come back with it, nor what leaves just now.
        self.tidy();
        self.nothing_waits(case);
        self.forget(case);
        let it = &mut self.cases[case];
        (it.closed_at, it.gone, it.arrive) = (None, false, None);
        self.queue(case);
        self.somebody_should_arrive(case);
        self.news.push(News::Opened(case));
        self.begin(case);
    }

    /// This was the last change, and it can be undone.
    pub(crate) fn remember(&mut self, case: usize, what: Undo) {
        self.cases[case].undo = Some(LastChange { what, at: self.now });
    }

    /// Something came after the last change: that can not be undone any more.
    pub(crate) fn forget(&mut self, case: usize) {
        self.cases[case].undo = None;
    }

    /// Somebody is there on the ground: nobody is late any more.
    pub(crate) fn somebody_is_there(&mut self, case: usize) {
        if self.cases[case].state == "dispatched" {
            self.forget(case);
        }
        self.cases[case].state = "on_scene";
        self.cases[case].arrive = None;
        self.silence(case, &[AlarmKind::NotArrived]);
    }

    pub(crate) fn sign_on(&mut self, car: usize, sworn: Option<u8>) -> Verdict {
        refuse_if(&[(self.cars[car].on_duty, No::IllegalMove)])?;
        let it = &mut self.cars[car];
        (it.on_duty, it.free, it.off_after, it.lost_at) = (true, Free::Fully, false, None);
        if let Some(sworn) = sworn {
            (it.sworn, it.auxiliary) = (sworn, 1);
        }
        self.news.push(News::MayBeFree(car));
        self.freed(car);
        Ok(())
    }

    pub(crate) fn sign_off(&mut self, car: usize) -> Verdict {
        refuse_if(&[(!self.cars[car].on_duty || self.order_of(car).is_some(), No::IllegalMove)])?;
        self.go_off(car);
        Ok(())
    }

    pub(crate) fn set_free(&mut self, car: usize, free: Free, reason_known: bool) -> Verdict {
        let unknown = !reason_known && free != Free::Fully;
        refuse_if(&[(unknown, No::Invalid), (!self.cars[car].on_duty, No::IllegalMove)])?;
        self.cars[car].free = free;
        self.news.push(News::MayBeFree(car));
        self.freed(car);
        Ok(())
    }

    pub(crate) fn confirm(&mut self, bell: usize) -> Verdict {
        let it = &mut self.bells[bell];
        // An alarm of a room alone leaves some time after it ended.
        refuse_if(&[(it.gone || (it.case.is_none() && !it.stands), No::NotFound), (!it.stands, No::IllegalMove)])?;
        it.stands = false;
        Ok(())
    }
}
