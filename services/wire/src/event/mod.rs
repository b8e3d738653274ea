//! Stored events: the bytes of the record, which the hash chain binds and which are never written again.

mod commands;
mod decision;
mod error;
mod events;
mod fields;
mod incident;
mod primitive;
mod reply;
mod room_commands;
#[cfg(test)]
mod tests;
mod upcast;
mod values;

pub use decision::DecisionRecord;
pub use error::DecodeError;
pub use reply::{CommandReply, decode_reply, encode_reply};
pub use upcast::SCHEMA_VERSION;

use crate::event_v1::StoredEvent;
use domain::event::{Event, EventMeta, Recorded};
use domain::ids::Seq;
use domain::time::Timestamp;
use primitive::{Stored, read_code, read_optional, read_time, write_code, write_time};
use prost::Message;
use prost::encoding::{DecodeContext, WireType, decode_key, skip_field};

/// The lowest number of the kinds of events in `StoredEvent`.
const FIRST_KIND: u32 = 16;

/// One event of the record, read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DecodedEvent {
    /// The event.
    pub recorded: Recorded,
    /// What its commit was decided from, on the commit's first event.
    pub decision: Option<DecisionRecord>,
}

/// The bytes of one event. `decision` belongs on the first event of a commit and on no other. The event's position is not in the
/// bytes. The same arguments always give the same bytes.
#[must_use]
pub fn encode(recorded: &Recorded, decision: Option<&DecisionRecord>) -> Vec<u8> {
    let meta = &recorded.meta;
    let stored = StoredEvent {
        actor: write_code(&meta.actor),
        recorded_at_ms: meta.recorded_at.0,
        occurred_at_ms: write_time(meta.occurred_at),
        clamped: meta.clamped,
        decision: decision.map(Stored::write),
        schema_version: SCHEMA_VERSION,
        event: Some(recorded.event.write()),
    };
    stored.encode_to_vec()
}

/// The event that stands at `seq`, from its bytes.
///
/// # Errors
/// [`DecodeError::UnknownKind`], [`DecodeError::UnknownValue`] or [`DecodeError::UnknownVersion`] when a newer release wrote it:
/// the log can only be served read-only then. [`DecodeError::Malformed`], with the field, when the bytes are damaged.
pub fn decode(bytes: &[u8], seq: Seq) -> Result<DecodedEvent, DecodeError> {
    let stored = StoredEvent::decode(bytes).map_err(|e| DecodeError::malformed("StoredEvent", e, "a protobuf message"))?;
    let stored = upcast::complete(upcast::lift(stored, upcast::UPCASTERS)?);
    let Some(event) = stored.event else {
        return Err(unknown_kind(bytes));
    };
    let meta = EventMeta {
        seq,
        actor: read_code("StoredEvent.actor", &stored.actor)?,
        recorded_at: Timestamp(stored.recorded_at_ms),
        occurred_at: read_time(stored.occurred_at_ms),
        clamped: stored.clamped,
    };
    Ok(DecodedEvent { recorded: Recorded { meta, event: Event::read(event)? }, decision: read_optional(stored.decision)? })
}

/// Why there is no event in the bytes: they hold a kind that is not known here, or none at all.
fn unknown_kind(bytes: &[u8]) -> DecodeError {
    let mut rest = bytes;
    while let Ok((number, wire_type)) = decode_key(&mut rest) {
        if number >= FIRST_KIND && wire_type == WireType::LengthDelimited {
            return DecodeError::UnknownKind { number };
        }
        if skip_field(wire_type, number, &mut rest, DecodeContext::default()).is_err() {
            break;
        }
    }
    DecodeError::missing("StoredEvent.event")
}
