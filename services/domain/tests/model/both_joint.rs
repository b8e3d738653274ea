//! What an operator makes of incidents together, given to the core and to the reference model.

use super::acts::{Act, Turn};
use super::both::{Both, key, of, pick};
use super::rules::{CALLS, SPOTS};
use domain::classification::TransferTarget;
use domain::command::{AnswerTransfer, Command, MergeIncidents, SplitIncident, TransferIncident, Undo, UnmergeIncidents};
use domain::ids::{CallId, Seq};
use domain::place::Place;
use domain::testing::{call, locate, unknown_id};

impl Both {
    pub(super) fn joint_act(&mut self, turn: &Turn) -> Result<(), String> {
        match turn.act.clone() {
            Act::Merge { case, into, stale } => {
                let (case, other) = (pick(&case, self.incidents.len()), pick(&into, self.incidents.len()));
                let (incident_id, expected_revision) = self.incident(case, stale);
                let (into, _) = self.incident(other, false);
                let rooms = self.rooms_of(&[case, other]);
                let command = Command::MergeIncidents(MergeIncidents { incident_id, into, expected_revision });
                self.by_room(turn, &rooms, command, |paper| of(case, |case| of(other, |other| paper.merge(case, other, stale))))
            }
            Act::Unmerge { case } => {
                let command = |incident_id, _| Command::UnmergeIncidents(UnmergeIncidents { incident_id });
                self.on_case(turn, &case, false, command, super::reference::Paper::unmerge)
            }
            Act::Split { case, call: index, what, spot, stale } => {
                let case = pick(&case, self.incidents.len());
                let calls = case.map(|case| self.paper.cases[case].calls.clone()).unwrap_or_default();
                let chosen = pick(&index, calls.len()).map(|place| calls[place]);
                let (incident_id, expected_revision) = self.incident(case, stale);
                let place = SPOTS[spot].at.map_or(Place::Unverified, |(lat, lon)| locate(&self.bench.agencies, lat, lon));
                let call_id = chosen.map_or(CallId(unknown_id()), |call| self.calls[call]);
                let classification = call(CALLS[what].key, Place::Unverified).classification;
                let command = Command::SplitIncident(SplitIncident { incident_id, call_id, classification, place, expected_revision });
                let rooms = self.rooms_of(&[case]);
                self.by_room(turn, &rooms, command, |paper| of(case, |case| paper.split(case, chosen, what, spot, stale)))
            }
            Act::Transfer { case, known, stale } => {
                let (to, reason) = (TransferTarget::Fire119, key(known, "fire"));
                let command = |incident_id, expected_revision| {
                    Command::TransferIncident(TransferIncident { incident_id, to, reason, expected_revision })
                };
                self.on_case(turn, &case, stale, command, |paper, case| paper.transfer(case, known, stale))
            }
            Act::Answer { case, accepted, reason } => {
                let given = reason.map(|known| key(known, "no_capacity"));
                let command = |incident_id, _| Command::AnswerTransfer(AnswerTransfer { incident_id, accepted, reason: given });
                self.on_case(turn, &case, false, command, |paper, case| paper.answer(case, accepted, reason))
            }
            Act::Undo { case, right } => {
                let case = pick(&case, self.incidents.len());
                let (incident_id, revision) = self.incident(case, false);
                // Where the change was answered to be.
                let last = self.bench.world.incident(&incident_id).and_then(|incident| incident.last_change.as_ref()).map(|last| last.seq);
                let seq = last.filter(|_| right).unwrap_or(Seq(if right { revision } else { 1 }));
                let rooms = self.rooms_of(&[case]);
                let command = Command::Undo(Undo { incident_id, seq });
                self.by_room(turn, &rooms, command, |paper| of(case, |case| paper.undo(case, right)))
            }
            _ => self.special_act(turn),
        }
    }
}
