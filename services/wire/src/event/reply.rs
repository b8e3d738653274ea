//! What a command was answered with, kept for when the same request comes again.

use super::DecodeError;
use super::fields::Field;
use super::primitive::*;
use crate::event_v1 as w;
use domain::decide::Reply;
use domain::ids::{LogId, Seq};
use prost::Message;

/// A command's answer: what it names, and where it is recorded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CommandReply {
    /// The log that holds it.
    pub log_id: LogId,
    /// The last event the command wrote.
    pub seq: Seq,
    /// What it names.
    pub reply: Reply,
}

/// The bytes of an answer.
#[must_use]
pub fn encode_reply(answer: &CommandReply) -> Vec<u8> {
    let reported = answer.reply.reported.as_ref();
    let message = w::CommandReply {
        incident_id: reported.map(|(id, ..)| write_id(id)).unwrap_or_default(),
        number: reported.map_or(0, |(_, number, _)| *number),
        call_id: reported.map(|(.., id)| write_id(id)).unwrap_or_default(),
        assignment_ids: write_ids(&answer.reply.assignments),
        log_id: write_code(&answer.log_id),
        seq: answer.seq.0,
        whistle_id: answer.reply.whistle.put(),
        premise_note_id: answer.reply.premise_note.put(),
        added_call_id: answer.reply.call.put(),
    };
    message.encode_to_vec()
}

/// The answer of its bytes.
///
/// # Errors
/// [`DecodeError::Malformed`] when no release wrote them.
pub fn decode_reply(bytes: &[u8]) -> Result<CommandReply, DecodeError> {
    let m = w::CommandReply::decode(bytes).map_err(|e| DecodeError::malformed("CommandReply", e, "a protobuf message"))?;
    let reported = if m.incident_id.is_empty() && m.call_id.is_empty() {
        None
    } else {
        let incident_id = read_id("CommandReply.incident_id", &m.incident_id)?;
        Some((incident_id, m.number, read_id("CommandReply.call_id", &m.call_id)?))
    };
    let reply = Reply {
        reported,
        assignments: read_ids("CommandReply.assignment_ids", &m.assignment_ids)?,
        whistle: Field::take("CommandReply.whistle_id", m.whistle_id)?,
        premise_note: Field::take("CommandReply.premise_note_id", m.premise_note_id)?,
        call: Field::take("CommandReply.added_call_id", m.added_call_id)?,
    };
    Ok(CommandReply { log_id: read_code("CommandReply.log_id", &m.log_id)?, seq: Seq(m.seq), reply })
}
