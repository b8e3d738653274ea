//! What operators do beside sending units: every move of the room, at any time, possible or not. What is not possible must be
//! refused, and nothing may break.

use super::county::Simulation;
use domain::assignment::AssignmentRole;
use domain::classification::{CallSource, Priority, Team, TransferTarget};
use domain::command::{
    AddCall, AnswerTransfer, AssignUnits, CancelIncident, Command, ConfirmProposal, ExcuseAttendance, HoldIncident, MergeIncidents,
    PassDown, RecallUnit, RejectProposal, ReleaseHold, ReopenIncident, ReorderQueue, RequestSupport, SetOwner, SetPriority, SignIncident,
    SplitIncident, TransferIncident, Undo, UnitOrder, UnmergeIncidents, WhenEngaged,
};
use domain::ids::{AgencyId, IncidentId, ReasonKey};
use domain::incident::{Incident, IncidentState, PrivateLink};
use domain::place::Place;
use domain::testing::{LOG, call, locate, operator, unknown_id};
use domain::time::Timestamp;

pub(super) fn key(text: &str) -> ReasonKey {
    ReasonKey::new(text).unwrap()
}

/// So often an operator tries something else when it was refused.
const TRIES: usize = 3;

/// A move of an operator on one incident.
#[derive(Clone, Copy, Debug)]
enum Moves {
    SetPriority,
    SetOwner,
    PassDown,
    Sign,
    ConfirmProposal,
    RejectProposal,
    Recall,
    Queue,
    Divert,
    Reorder,
    Hold,
    Release,
    Undo,
    AddCall,
    Merge,
    Unmerge,
    Split,
    Transfer,
    AnswerTransfer,
    Cancel,
    Reopen,
    Excuse,
    AskForSupport,
}

const ALL: [Moves; 23] = [
    Moves::SetPriority,
    Moves::SetOwner,
    Moves::PassDown,
    Moves::Sign,
    Moves::ConfirmProposal,
    Moves::RejectProposal,
    Moves::Recall,
    Moves::Queue,
    Moves::Divert,
    Moves::Reorder,
    Moves::Hold,
    Moves::Release,
    Moves::Undo,
    Moves::AddCall,
    Moves::Merge,
    Moves::Unmerge,
    Moves::Split,
    Moves::Transfer,
    Moves::AnswerTransfer,
    Moves::Cancel,
    Moves::Reopen,
    Moves::Excuse,
    Moves::AskForSupport,
];

impl Simulation {
    /// Moves on an incident, possible or not, until one was possible or the operator tires of it.
    pub(super) fn any_move(&mut self, incident: &Incident, expected_revision: u64) -> Result<(), String> {
        for _ in 0..TRIES {
            let what = self.chance.one(&ALL);
            let Some(command) = self.command(what, incident, expected_revision) else { continue };
            if self.offer(&operator(LOG), command)? {
                break;
            }
        }
        Ok(())
    }

    fn command(&mut self, what: Moves, incident: &Incident, expected_revision: u64) -> Option<Command> {
        let incident_id = incident.incident_id;
        Some(match what {
            Moves::SetPriority => {
                let priority = Priority::new(u8::try_from(self.chance.between(1, 4)).unwrap()).unwrap();
                Command::SetPriority(SetPriority { incident_id, priority, expected_revision })
            }
            Moves::SetOwner => {
                let owner = self.chance.one(&Team::ALL);
                Command::SetOwner(SetOwner { incident_id, owner, reason: key("command"), expected_revision })
            }
            Moves::PassDown => Command::PassDown(PassDown { incident_id, from: AgencyId::new(LOG).unwrap(), expected_revision }),
            Moves::Sign => Command::SignIncident(SignIncident { incident_id }),
            Moves::ConfirmProposal => Command::ConfirmProposal(ConfirmProposal { incident_id, expected_revision }),
            Moves::RejectProposal => Command::RejectProposal(RejectProposal { incident_id, expected_revision }),
            Moves::Hold => {
                let until = self.bench.now.plus_ms(self.chance.between(0, 120_000));
                Command::HoldIncident(HoldIncident { incident_id, reason: key("call_back"), until, expected_revision })
            }
            Moves::Release => Command::ReleaseHold(ReleaseHold { incident_id }),
            Moves::Undo => {
                let seq = incident.last_change.as_ref().map_or(incident.revision, |last| last.seq);
                Command::Undo(Undo { incident_id, seq })
            }
            Moves::Cancel => Command::CancelIncident(CancelIncident { incident_id, reason: key("caller_withdrew"), expected_revision }),
            Moves::Reopen => Command::ReopenIncident(ReopenIncident { incident_id, reason: key("again"), expected_revision }),
            Moves::Excuse => Command::ExcuseAttendance(ExcuseAttendance { incident_id, reason: key("remote") }),
            Moves::Recall | Moves::Queue | Moves::Divert | Moves::Reorder => return self.of_units(what, incident, expected_revision),
            _ => return self.of_others(what, incident, expected_revision),
        })
    }

    /// Moves that also speak of a unit.
    fn of_units(&mut self, what: Moves, incident: &Incident, expected_revision: u64) -> Option<Command> {
        let incident_id = incident.incident_id;
        let units: Vec<_> = self.bench.world.units().cloned().collect();
        // Who is engaged is more interesting than who is free.
        let engaged: Vec<_> = units.iter().filter(|unit| unit.engaged_in().is_some()).cloned().collect();
        let unit = if engaged.is_empty() || self.chance.percent(20) { self.chance.one(&units) } else { self.chance.one(&engaged) };
        let unit_id = unit.profile.unit_id.clone();
        Some(match what {
            Moves::Recall => {
                let assignment_id = incident.assignments.last().copied().or_else(|| unit.engaged_in())?;
                let reason = key(self.chance.one(&["not_needed", "mistake"]));
                Command::RecallUnit(RecallUnit { assignment_id, reason })
            }
            Moves::Queue | Moves::Divert => {
                let when_engaged = if matches!(what, Moves::Queue) { WhenEngaged::Queue } else { WhenEngaged::Divert };
                let role = self.chance.one(&[None, None, Some(AssignmentRole::Backup), Some(AssignmentRole::BeatAttendance)]);
                let orders = vec![UnitOrder { unit_id, role, when_engaged }];
                Command::AssignUnits(AssignUnits { incident_id, orders, expected_revision })
            }
            _ => {
                let waiting: Vec<_> = units.iter().filter(|unit| unit.queue.len() > 1).collect();
                let unit = waiting.first()?;
                let mut queue = unit.queue.clone();
                queue.reverse();
                Command::ReorderQueue(ReorderQueue { unit_id: unit.profile.unit_id.clone(), queue })
            }
        })
    }

    /// Moves that also speak of callers, other incidents and other sides.
    fn of_others(&mut self, what: Moves, incident: &Incident, expected_revision: u64) -> Option<Command> {
        let incident_id = incident.incident_id;
        Some(match what {
            Moves::AddCall => {
                let private = Some(PrivateLink { private_ref: domain::ids::PrivateRef(unknown_id()), commitment: [4; 32] });
                Command::AddCall(AddCall { incident_id, source: CallSource::Emergency110, private, occurred_at: None })
            }
            Moves::Merge => {
                let into = self.another(incident)?;
                Command::MergeIncidents(MergeIncidents { incident_id, into, expected_revision })
            }
            Moves::Unmerge => Command::UnmergeIncidents(UnmergeIncidents { incident_id }),
            Moves::Split => {
                // A merged incident's calls are with the other.
                if incident.calls.is_empty() {
                    return None;
                }
                let call_id = self.chance.one(&incident.calls.iter().map(|call| call.call_id).collect::<Vec<_>>());
                let classification = call(self.chance.one(&super::room::WHAT), Place::Unverified).classification;
                let (lat, lon) = self.spot();
                let place = locate(&self.bench.agencies, lat, lon);
                Command::SplitIncident(SplitIncident { incident_id, call_id, classification, place, expected_revision })
            }
            Moves::Transfer => {
                let to = self.chance.one(&[TransferTarget::Fire119, TransferTarget::Medical120, TransferTarget::CitizensLine12345]);
                Command::TransferIncident(TransferIncident { incident_id, to, reason: key("not_police"), expected_revision })
            }
            Moves::AnswerTransfer => return Some(self.answer(incident_id)),
            Moves::AskForSupport => {
                let asked: Vec<_> = self.bench.agencies.nodes().map(|node| node.agency_id.clone()).collect();
                let to = self.chance.one(&asked);
                let team = self.chance.one(&[None, Some(Team::Patrol)]);
                Command::RequestSupport(RequestSupport { incident_id, to, team, reason: key("more_units") })
            }
            _ => return None,
        })
    }

    /// What the other side says of a transfer.
    pub(super) fn answer(&mut self, incident_id: IncidentId) -> Command {
        let accepted = self.chance.percent(50);
        let reason = (!accepted).then(|| key("no_capacity"));
        Command::AnswerTransfer(AnswerTransfer { incident_id, accepted, reason })
    }

    fn another(&mut self, incident: &Incident) -> Option<IncidentId> {
        let ids: Vec<_> = self.bench.world.incidents().map(|other| other.incident_id).filter(|id| *id != incident.incident_id).collect();
        if ids.is_empty() { None } else { Some(self.chance.one(&ids)) }
    }

    /// When the trouble is over, what was left open is brought to its end: held, handed, not signed, in an emergency.
    pub(super) fn tidy(&mut self, incident: &Incident) -> Result<(), String> {
        let incident_id = incident.incident_id;
        if incident.hold.is_some() {
            self.offer(&operator(LOG), Command::ReleaseHold(ReleaseHold { incident_id }))?;
        }
        let asked_at = incident.transfer.as_ref().map(|transfer| transfer.requested_at);
        if asked_at.is_some_and(|at: Timestamp| self.bench.now.since_ms(at) > 200_000) {
            let command = self.answer(incident_id);
            self.offer(&operator(LOG), command)?;
        }
        let unsigned = incident.passing.as_ref().is_some_and(|passing| passing.signed.is_none());
        if unsigned && matches!(incident.state, IncidentState::Classified { .. }) && self.chance.percent(30) {
            self.offer(&operator(LOG), Command::SignIncident(SignIncident { incident_id }))?;
        }
        Ok(())
    }
}
