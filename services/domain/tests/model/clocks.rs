//! The reference model, clocks: which deadlines run, and what happens when one is due.

use super::reference::{Clock, NOT_TAKEN_YET, No, Paper, Verdict, refuse_if};
use domain::alarm::AlarmKind;
use std::collections::BTreeSet;

/// When, what, and which incident or order.
pub(crate) type Due = (i64, &'static str, usize);

fn running(clock: Option<Clock>) -> Option<i64> {
    clock.filter(|clock| !clock.rang).map(|clock| clock.due_at)
}

impl Paper {
    /// The deadlines that run.
    pub(crate) fn deadlines(&self) -> BTreeSet<Due> {
        let mut found: Vec<(Option<i64>, &'static str, usize)> = Vec::new();
        for (index, case) in self.cases.iter().enumerate().filter(|(index, _)| self.is_open(*index)) {
            let unsigned = case.passing.filter(|passing| !passing.signed && !passing.lapsed);
            found.push((unsigned.map(|passing| passing.sign_by), "sign", index));
            found.push((case.held_until, "hold", index));
            found.push((case.transfer.flatten(), "transfer", index));
            found.push((running(case.arrive).filter(|_| case.state != "on_scene"), "arrive", index));
            found.push((case.seeks_at, "seek_primary", index));
            if case.state == "classified" && case.held_until.is_none() {
                found.push((case.waits.red_at.filter(|_| !case.waits.alarmed), "dispatch", index));
                found.push((case.waits.retry_at, "retry", index));
                found.push((case.proposal.as_ref().map(|proposal| proposal.send_at), "send", index));
                found.push((case.widens_at, "widen", index));
            }
        }
        for (index, order) in self.orders.iter().enumerate().filter(|(_, order)| !order.gone) {
            let untaken = NOT_TAKEN_YET.contains(&order.state);
            found.push((Some(order.acknowledge_by).filter(|_| untaken), "acknowledge", index));
            found.push((Some(order.deliver_by).filter(|_| order.state == "offered"), "deliver", index));
            found.push((running(order.safe), "safety_check", index));
            found.push((running(order.feedback), "feedback", index));
        }
        for (index, shift) in self.shifts.iter().enumerate() {
            found.push((Some(shift.ends_at).filter(|_| shift.state == "planned"), "shift_end", index));
            found.push((shift.sign_by, "hand_over", index));
        }
        found.extend(self.wars.iter().enumerate().map(|(index, until)| (*until, "wartime", index)));
        found.into_iter().filter_map(|(at, what, index)| at.map(|at| (at, what, index))).collect()
    }

    pub(crate) fn fire(&mut self, due: Due) -> Verdict {
        let (due_at, what, index) = due;
        refuse_if(&[(due_at > self.now || !self.deadlines().contains(&due), No::Gone)])?;
        match what {
            "dispatch" => {
                self.forget(index);
                self.cases[index].waits.alarmed = true;
                self.ring(AlarmKind::NotDispatched, index, None);
            }
            "retry" => self.look_again(index),
            "send" => self.look_for_a_unit(index),
            "widen" => self.widen(index),
            "hold" => {
                self.end_hold(index);
                self.ring(AlarmKind::HoldExpired, index, None);
                self.begin(index);
            }
            "seek_primary" => self.seek_again(index),
            "arrive" => {
                self.cases[index].arrive = Some(Clock { due_at, rang: true });
                self.ring(AlarmKind::NotArrived, index, None);
            }
            "sign" => self.not_signed(index),
            "transfer" => {
                self.forget(index);
                self.cases[index].transfer = Some(None);
                self.ring(AlarmKind::TransferUnanswered, index, None);
            }
            "safety_check" => {
                self.orders[index].safe = Some(Clock { due_at, rang: true });
                self.ring_of(AlarmKind::SafetyCheckMissed, index);
            }
            "feedback" => {
                self.orders[index].feedback = Some(Clock { due_at, rang: true });
                self.ring_of(AlarmKind::FeedbackOverdue, index);
            }
            "shift_end" => self.end_shift(index),
            "hand_over" => self.hand_over_is_late(index),
            "wartime" => self.wars[index] = None,
            "deliver" => self.not_taken(index, "expired", AlarmKind::Undelivered),
            _ => self.not_taken(index, "expired", AlarmKind::Unacknowledged),
        }
        Ok(())
    }

    fn ring_of(&mut self, kind: AlarmKind, order: usize) {
        self.ring(kind, self.orders[order].case, Some(self.orders[order].car));
    }

    /// The station has not signed: the desk above dispatches directly, unless somebody is on it or an operator holds it.
    fn not_signed(&mut self, case: usize) {
        self.forget(case);
        if let Some(passing) = &mut self.cases[case].passing {
            passing.lapsed = true;
        }
        self.ring(AlarmKind::NotSigned, case, None);
        let it = &self.cases[case];
        if it.state == "classified" && it.waits.red_at.is_some() && it.held_until.is_none() {
            self.look_for_a_unit(case);
        }
    }
}
