//! What an operator does with a case beside ordering, given to the core and to the reference model.

use super::both::{Both, key, pick};
use super::{Act, Turn};
use domain::classification::{CallSource, Priority};
use domain::command::{AddCall, CancelIncident, Command, HoldIncident, RecallUnit, ReleaseHold, ReopenIncident, SetOwner, SetPriority};
use domain::ids::AssignmentId;
use domain::testing::unknown_id;
use domain::time::Timestamp;

impl Both {
    pub(super) fn room_act(&mut self, turn: &Turn) -> Result<(), String> {
        match &turn.act {
            Act::Recall { order, known } => {
                let (order, known) = (pick(order, self.orders.len()), *known);
                let assignment_id = order.map_or(AssignmentId(unknown_id()), |order| self.orders[order]);
                let command = Command::RecallUnit(RecallUnit { assignment_id, reason: key(known, "not_needed") });
                self.by_room(turn, command, |paper| order.is_some_and(|order| paper.recall(order, known)))
            }
            Act::Hold { case, for_ms, known, stale } => {
                let (case, known, for_ms) = (pick(case, self.incidents.len()), *known, *for_ms);
                let (incident_id, expected_revision, stale) = self.incident(case, *stale);
                let until = Timestamp(self.now() + for_ms);
                let reason = key(known, "call_back");
                let command = Command::HoldIncident(HoldIncident { incident_id, reason, until, expected_revision });
                self.by_room(turn, command, |paper| case.is_some_and(|case| !stale && paper.hold(case, for_ms, known)))
            }
            Act::Release { case } => {
                let case = pick(case, self.incidents.len());
                let (incident_id, ..) = self.incident(case, false);
                let command = Command::ReleaseHold(ReleaseHold { incident_id });
                self.by_room(turn, command, |paper| case.is_some_and(|case| paper.release(case)))
            }
            Act::Cancel { case, known, stale } => {
                let (case, known) = (pick(case, self.incidents.len()), *known);
                let (incident_id, expected_revision, stale) = self.incident(case, *stale);
                let reason = key(known, "duplicate");
                let command = Command::CancelIncident(CancelIncident { incident_id, reason, expected_revision });
                self.by_room(turn, command, |paper| case.is_some_and(|case| !stale && paper.cancel(case, known)))
            }
            Act::Reopen { case, known, stale } => {
                let (case, known) = (pick(case, self.incidents.len()), *known);
                let (incident_id, expected_revision, stale) = self.incident(case, *stale);
                let reason = key(known, "again");
                let command = Command::ReopenIncident(ReopenIncident { incident_id, reason, expected_revision });
                self.by_room(turn, command, |paper| case.is_some_and(|case| !stale && paper.reopen(case, known)))
            }
            _ => self.standing_act(turn),
        }
    }

    fn standing_act(&mut self, turn: &Turn) -> Result<(), String> {
        match &turn.act {
            Act::AddCall { case } => {
                let case = pick(case, self.incidents.len());
                let (incident_id, ..) = self.incident(case, false);
                let call = AddCall { incident_id, source: CallSource::WalkIn, private: None, occurred_at: None };
                self.by_room(turn, Command::AddCall(call), |paper| case.is_some_and(|case| paper.add_call(case)))
            }
            Act::SetPriority { case, priority, stale } => {
                let (case, level) = (pick(case, self.incidents.len()), *priority);
                let (incident_id, expected_revision, stale) = self.incident(case, *stale);
                let priority = Priority::new(level).unwrap();
                let command = Command::SetPriority(SetPriority { incident_id, priority, expected_revision });
                self.by_room(turn, command, |paper| case.is_some_and(|case| !stale && paper.set_priority(case, level)))
            }
            Act::SetOwner { case, owner, known, stale } => {
                let (case, owner, known) = (pick(case, self.incidents.len()), *owner, *known);
                let (incident_id, expected_revision, stale) = self.incident(case, *stale);
                let reason = key(known, "capacity");
                let command = Command::SetOwner(SetOwner { incident_id, owner, reason, expected_revision });
                self.by_room(turn, command, |paper| case.is_some_and(|case| !stale && paper.set_owner(case, owner, known)))
            }
            other => unreachable!("{other:?} is not the room's"),
        }
    }
}
