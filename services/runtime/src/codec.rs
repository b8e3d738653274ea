//! From decisions to what the record keeps of them, and back from a kept answer.

use crate::context::Context;
use crate::log_loop::Pending;
use domain::command::{ActivateAgencyTree, ActivateFeature, ActivatePolicy, Command};
use domain::decide::{Decision, Reply};
use domain::event::{Event, ROOM_RULES};
use domain::ids::{AlarmId, AssignmentId, BlobHash, IncidentId, LogId, Seq, WhistleId};
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

/// The commands that make this release's kinds of event, a policy and an agency tree active, where they are not.
pub(crate) fn activations(world: &World, policy: BlobHash, agencies: BlobHash) -> Vec<Command> {
    let mut commands = Vec::new();
    if !world.has_feature(ROOM_RULES) {
        commands.push(Command::ActivateFeature(ActivateFeature { feature: ROOM_RULES.to_owned() }));
    }
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
    let about = event.about();
    let of_assignment = |id: &AssignmentId| after.assignment(id).or_else(|| before.assignment(id)).map(|assignment| assignment.incident_id);
    let of_alarm = |id: &AlarmId| after.alarm(id).or_else(|| before.alarm(id)).and_then(|alarm| alarm.incident_id);
    let of_whistle = |id: &WhistleId| after.whistle(id).or_else(|| before.whistle(id)).map(|whistle| whistle.incident_id);
    about
        .incident_id
        .or_else(|| about.assignment_id.as_ref().and_then(of_assignment))
        .or_else(|| about.alarm_id.as_ref().and_then(of_alarm))
        .or_else(|| about.whistle_id.as_ref().and_then(of_whistle))
}
