//! What an operator does, given to the core and to the reference model.

use super::acts::{Act, Turn};
use super::both::{Both, key, of, pick};
use super::reference::{Paper, Verdict};
use super::rules::{CALLS, CARS, DESK, SPOTS};
use domain::classification::{CallSource, Priority};
use domain::command::{
    AddCall, AssignUnits, CancelIncident, CloseIncident, Command, ConfirmProposal, ExcuseAttendance, HoldIncident, PassDown, RecallUnit,
    Reclassify, RejectProposal, ReleaseHold, ReopenIncident, ReorderQueue, ResolveIncident, SetOwner, SetPriority, SignIncident, UnitOrder,
};
use domain::ids::IncidentId;
use domain::place::Place;
use domain::testing::{call, locate};
use domain::time::Timestamp;

impl Both {
    pub(super) fn order_act(&mut self, turn: &Turn) -> Result<(), String> {
        match &turn.act {
            Act::Report { call: what, spot, priority, ahead_ms, passed_down } => {
                let at = SPOTS[*spot].at.map_or(Place::Unverified, |(lat, lon)| locate(&self.bench.agencies, lat, lon));
                let mut report = call(CALLS[*what].key, at);
                report.priority = priority.map(|level| Priority::new(level).unwrap());
                report.occurred_at = (*ahead_ms != 0).then(|| Timestamp(self.paper.now + ahead_ms));
                report.desk = passed_down.then(|| super::rules::agency(DESK));
                let (what, spot, priority, ahead_ms, passed_down) = (*what, *spot, *priority, *ahead_ms, *passed_down);
                // Any desk takes any call.
                let by: Vec<_> = if let super::acts::Who::Station(number) = turn.who { vec![super::rules::ROOMS[number]] } else { vec![] };
                let command = Command::ReportIncident(report);
                self.by_room(turn, &by, command, |paper| paper.report(what, spot, priority, ahead_ms, passed_down))
            }
            Act::Assign { case, orders, stale } => {
                let cars: Vec<_> = orders.iter().map(|(car, role, when)| (car.index(CARS.len()), *role, *when)).collect();
                let order =
                    |(car, role, when): &(usize, _, _)| UnitOrder { unit_id: self.units[*car].clone(), role: *role, when_engaged: *when };
                let orders = cars.iter().map(order).collect();
                let stale = *stale;
                let command = |incident_id, expected_revision| Command::AssignUnits(AssignUnits { incident_id, orders, expected_revision });
                self.on_case(turn, case, stale, command, |paper, case| paper.assign(case, &cars, stale))
            }
            Act::Reorder { car, turned, short } => {
                let car = car.index(CARS.len());
                let mut queue = self.paper.cars[car].queue.clone();
                if *turned {
                    queue.reverse();
                }
                if *short {
                    queue.pop();
                }
                let ids = queue.iter().map(|order| self.orders[*order]).collect();
                let home = [self.paper.room_of_car(car)];
                let command = Command::ReorderQueue(ReorderQueue { unit_id: self.units[car].clone(), queue: ids });
                self.by_room(turn, &home, command, |paper| paper.reorder(car, &queue))
            }
            Act::Recall { order, known } => {
                let (order, known) = (pick(order, self.orders.len()), *known);
                let command = Command::RecallUnit(RecallUnit { assignment_id: self.order_id(order), reason: key(known, "not_needed") });
                let rooms = self.rooms_of(&[order.map(|order| self.paper.orders[order].case)]);
                self.by_room(turn, &rooms, command, |paper| of(order, |order| paper.recall(order, known)))
            }
            _ => self.room_act(turn),
        }
    }

    /// A command on one incident.
    pub(super) fn on_case(
        &mut self,
        turn: &Turn,
        case: &proptest::sample::Index,
        stale: bool,
        command: impl FnOnce(IncidentId, u64) -> Command,
        on_paper: impl FnOnce(&mut Paper, usize) -> Verdict,
    ) -> Result<(), String> {
        let case = pick(case, self.incidents.len());
        let (incident_id, revision) = self.incident(case, stale);
        let rooms = self.rooms_of(&[case]);
        self.by_room(turn, &rooms, command(incident_id, revision), |paper| of(case, |case| on_paper(paper, case)))
    }

    fn room_act(&mut self, turn: &Turn) -> Result<(), String> {
        match turn.act.clone() {
            Act::Resolve { case, known, stale } => {
                let disposition = key(known, "handled");
                let command = |incident_id, expected_revision| {
                    Command::ResolveIncident(ResolveIncident { incident_id, disposition, expected_revision })
                };
                self.on_case(turn, &case, stale, command, |paper, case| paper.resolve(case, known, stale))
            }
            Act::Close { case, excuse, stale } => {
                let reason = excuse.map(|known| key(known, "remote"));
                let command = |incident_id, expected_revision| {
                    Command::CloseIncident(CloseIncident { incident_id, excuse: reason, expected_revision })
                };
                self.on_case(turn, &case, stale, command, |paper, case| paper.close(case, excuse, stale))
            }
            Act::Excuse { case, known } => {
                let reason = key(known, "remote");
                let command = |incident_id, _| Command::ExcuseAttendance(ExcuseAttendance { incident_id, reason });
                self.on_case(turn, &case, false, command, |paper, case| paper.excuse(case, known))
            }
            Act::Hold { case, for_ms, known, stale } => {
                let (until, reason) = (Timestamp(self.paper.now + for_ms), key(known, "call_back"));
                let command =
                    |incident_id, expected_revision| Command::HoldIncident(HoldIncident { incident_id, reason, until, expected_revision });
                self.on_case(turn, &case, stale, command, |paper, case| paper.hold(case, for_ms, known, stale))
            }
            Act::Release { case } => {
                let command = |incident_id, _| Command::ReleaseHold(ReleaseHold { incident_id });
                self.on_case(turn, &case, false, command, Paper::release)
            }
            Act::Cancel { case, known, stale } => {
                let reason = key(known, "duplicate");
                let command =
                    |incident_id, expected_revision| Command::CancelIncident(CancelIncident { incident_id, reason, expected_revision });
                self.on_case(turn, &case, stale, command, |paper, case| paper.cancel(case, known, stale))
            }
            Act::Reopen { case, known, stale } => {
                let reason = key(known, "again");
                let command =
                    |incident_id, expected_revision| Command::ReopenIncident(ReopenIncident { incident_id, reason, expected_revision });
                self.on_case(turn, &case, stale, command, |paper, case| paper.reopen(case, known, stale))
            }
            _ => self.standing_act(turn),
        }
    }

    fn standing_act(&mut self, turn: &Turn) -> Result<(), String> {
        match turn.act.clone() {
            Act::AddCall { case } => {
                let case = pick(&case, self.incidents.len());
                let (incident_id, _) = self.incident(case, false);
                let call = AddCall { incident_id, source: CallSource::WalkIn, private: None, occurred_at: None };
                // Any desk takes any call.
                let by: Vec<_> = if let super::acts::Who::Station(number) = turn.who { vec![super::rules::ROOMS[number]] } else { vec![] };
                self.by_room(turn, &by, Command::AddCall(call), |paper| of(case, |case| paper.add_call(case)))
            }
            Act::Reclassify { case, call: what, stale } => {
                let verified_as = call(CALLS[what].key, Place::Unverified).classification;
                let command =
                    |incident_id, expected_revision| Command::Reclassify(Reclassify { incident_id, verified_as, expected_revision });
                self.on_case(turn, &case, stale, command, |paper, case| paper.reclassify(case, what, stale))
            }
            Act::SetPriority { case, priority: level, stale } => {
                let priority = Priority::new(level).unwrap();
                let command =
                    |incident_id, expected_revision| Command::SetPriority(SetPriority { incident_id, priority, expected_revision });
                self.on_case(turn, &case, stale, command, |paper, case| paper.set_priority(case, level, stale))
            }
            Act::SetOwner { case, owner, known, stale } => {
                let reason = key(known, "capacity");
                let command =
                    |incident_id, expected_revision| Command::SetOwner(SetOwner { incident_id, owner, reason, expected_revision });
                self.on_case(turn, &case, stale, command, |paper, case| paper.set_owner(case, owner, known, stale))
            }
            Act::PassDown { case, from_desk, stale } => {
                let case = pick(&case, self.incidents.len());
                let from = if from_desk { DESK } else { case.map_or(DESK, |case| self.paper.cases[case].room) };
                let (incident_id, expected_revision) = self.incident(case, stale);
                let command = Command::PassDown(PassDown { incident_id, from: super::rules::agency(from), expected_revision });
                self.by_room(turn, &[from], command, |paper| of(case, |case| paper.pass_down(case, from, stale)))
            }
            Act::Sign { case } => {
                let command = |incident_id, _| Command::SignIncident(SignIncident { incident_id });
                self.on_case(turn, &case, false, command, Paper::sign)
            }
            Act::ConfirmProposal { case, stale } => {
                let command = |incident_id, expected_revision| Command::ConfirmProposal(ConfirmProposal { incident_id, expected_revision });
                self.on_case(turn, &case, stale, command, |paper, case| paper.confirm_proposal(case, stale))
            }
            Act::RejectProposal { case, stale } => {
                let command = |incident_id, expected_revision| Command::RejectProposal(RejectProposal { incident_id, expected_revision });
                self.on_case(turn, &case, stale, command, |paper, case| paper.reject_proposal(case, stale))
            }
            _ => self.joint_act(turn),
        }
    }
}
