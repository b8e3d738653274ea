//! From decisions to what the record keeps of them, and back from a kept answer.

use crate::context::Context;
use crate::log_loop::Pending;
use domain::command::{ActivateAgencyTree, ActivatePolicy, Command};
use domain::decide::{Decision, Reply};
use domain::event::Event;
use domain::ids::{AssignmentId, BlobHash, IncidentId, LogId, Seq};
use domain::situation::Situation;
use domain::time::Timestamp;
use domain::world::World;
use wire::event::{CommandReply, DecisionRecord, DecodeError};

/// What a commit keeps of how it was decided.
pub(crate) fn record_of(
    pending: &Pending,
    situation: &Situation,
    context: &Context,
    decision: &Decision,
    now: Timestamp,
) -> DecisionRecord {
    let contents = (Some(context.policy_hash), Some(context.agency_hash));
    DecisionRecord::new(&pending.principal, &pending.command, situation, contents, now, decision.ids_used)
}

/// The bytes of an answer.
pub(crate) fn encode_reply(reply: &Reply, log_id: &LogId, seq: Seq) -> Vec<u8> {
    wire::event::encode_reply(&CommandReply { log_id: log_id.clone(), seq, reply: reply.clone() })
}

/// The answer of its bytes.
pub(crate) fn decode_reply(bytes: &[u8]) -> Result<Reply, DecodeError> {
    wire::event::decode_reply(bytes).map(|answer| answer.reply)
}

/// The commands that make a policy and an agency tree active, where they are not.
pub(crate) fn activations(world: &World, policy: BlobHash, agencies: BlobHash) -> Vec<Command> {
    let mut commands = Vec::new();
    if world.policy() != Some(policy) {
        commands.push(Command::ActivatePolicy(ActivatePolicy { hash: policy }));
    }
    if world.agency_tree() != Some(agencies) {
        commands.push(Command::ActivateAgencyTree(ActivateAgencyTree { hash: agencies }));
    }
    commands
}

/// The incident whose time line an event belongs to. An assignment or alarm that has just left the World is looked up before.
pub(crate) fn incident_of_event(event: &Event, after: &World, before: &World) -> Option<IncidentId> {
    let of_assignment = |id: &AssignmentId| after.assignment(id).or_else(|| before.assignment(id)).map(|assignment| assignment.incident_id);
    match event {
        Event::IncidentReported(reported) => Some(reported.incident_id),
        Event::IncidentReclassified { incident_id, .. }
        | Event::IncidentWaiting { incident_id, .. }
        | Event::IncidentDispatchLapsed { incident_id }
        | Event::IncidentDispatched { incident_id }
        | Event::IncidentOnScene { incident_id }
        | Event::IncidentReturnedToQueue { incident_id, .. }
        | Event::IncidentResolved { incident_id, .. }
        | Event::IncidentClosed { incident_id }
        | Event::AlarmRaised { incident_id, .. }
        | Event::PrivateRead { incident_id, .. } => Some(*incident_id),
        Event::AssignmentOffered(offered) => Some(offered.incident_id),
        Event::AssignmentDelivered { assignment_id }
        | Event::AssignmentSeen { assignment_id }
        | Event::AssignmentAcknowledged { assignment_id }
        | Event::AssignmentDeclined { assignment_id, .. }
        | Event::AssignmentExpired { assignment_id, .. }
        | Event::AssignmentEnRoute { assignment_id }
        | Event::AssignmentOnScene { assignment_id }
        | Event::AssignmentCleared { assignment_id, .. } => of_assignment(assignment_id),
        Event::AlarmEnded { alarm_id, .. } => after.alarm(alarm_id).or_else(|| before.alarm(alarm_id)).map(|alarm| alarm.incident_id),
        Event::FeatureActivated { .. }
        | Event::PolicyActivated { .. }
        | Event::AgencyTreeActivated { .. }
        | Event::UnitRegistered { .. }
        | Event::UnitSignedOn { .. }
        | Event::UnitSignedOff { .. }
        | Event::UnitAvailabilityChanged { .. }
        | Event::PrivateErased { .. } => None,
    }
}
