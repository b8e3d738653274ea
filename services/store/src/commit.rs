//! What one append takes and gives.

use crate::chain::Head;
use domain::ids::{IncidentId, LogId, PrincipalId, PrivateRef, RequestId, Seq};
use domain::time::Timestamp;
use domain::world::PostImage;
use serde::{Deserialize, Serialize};

/// One encoded event.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EncodedEvent {
    /// The bytes of a `oneroom.event.v1.StoredEvent`; the chain hashes these.
    pub bytes: Vec<u8>,
    /// The event's name.
    pub name: &'static str,
    /// The incident it belongs to, for time lines.
    pub incident_id: Option<IncidentId>,
}

/// A request's identity: the same one twice is one command.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RequestKey {
    /// Whose request.
    pub principal_id: PrincipalId,
    /// Its id.
    pub request_id: RequestId,
    /// SHA-256 of the command's deterministic encoding without its id.
    pub digest: [u8; 32],
}

/// What a person said, kept where it can be erased. Never in an event, a log line, a trace or a metric.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PrivateContent {
    /// The caller's name.
    pub caller_name: String,
    /// The caller's phone.
    pub caller_phone: String,
    /// Address line.
    pub address: String,
    /// What the caller said.
    pub narrative: String,
    /// What a unit reported.
    pub feedback: String,
}

impl std::fmt::Debug for PrivateContent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PrivateContent(hidden)")
    }
}

/// One entry for the vault.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PrivateEntry {
    /// Its reference, as the event has it.
    pub private_ref: PrivateRef,
    /// The salt of the event's commitment.
    pub salt: [u8; 16],
    /// What is kept.
    pub content: PrivateContent,
    /// When it is erased by itself.
    pub erase_at: Timestamp,
}

/// One decided command, ready to be made durable.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Commit {
    /// The request, so that it is never taken twice; none for the server's own commands.
    pub request: Option<RequestKey>,
    /// What the request is answered with, now and whenever it comes again.
    pub reply: Vec<u8>,
    /// Its events, in order.
    pub events: Vec<EncodedEvent>,
    /// The resources it changed, as they are after it: projections and deadline rows follow from them.
    pub changed: Vec<PostImage>,
    /// What goes into the vault.
    pub private: Vec<PrivateEntry>,
    /// When it was decided.
    pub recorded_at: Timestamp,
}

/// What became of an append.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AppendOutcome {
    /// Durable. The log's head now.
    Appended(Head),
    /// Somebody else appended first. The log's head now; nothing was written.
    Conflict(Head),
    /// One commit violates a constraint (`request_id`, `one_active_assignment`); nothing was written.
    Violated {
        /// The constraint.
        name: &'static str,
        /// Which commit, from 0.
        index: usize,
    },
    /// The record can't be written now (disk full, connection refused); nothing was written.
    Unavailable(String),
    /// The connection died at COMMIT: it may or may not be written. The request ids tell.
    Unknown(String),
}

/// One event as it is stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredRow {
    /// Its position.
    pub seq: Seq,
    /// The chain's hash after it.
    pub hash: [u8; 32],
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What became of a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredRequest {
    /// The log it went to.
    pub log_id: LogId,
    /// The digest of the command it came with.
    pub digest: [u8; 32],
    /// What it was answered with.
    pub reply: Vec<u8>,
    /// The head after its commit's last event.
    pub seq: Seq,
}

impl From<(Seq, [u8; 32])> for Head {
    fn from((seq, hash): (Seq, [u8; 32])) -> Self {
        Self { seq, hash }
    }
}
