//! An append made ready outside the writer: chain and JSON are worked out by whoever asks, the one writer only binds and steps.

use crate::chain::{Head, link};
use crate::commit::{Commit, EncodedEvent, PrivateEntry, RequestKey};
use crate::query::StoreError;
use domain::ids::{IncidentId, LogId, Seq};
use domain::time::Timestamp;
use domain::world::PostImage;

/// One event with its place in the chain.
pub(super) struct PreparedEvent {
    pub(super) head: Head,
    pub(super) event: EncodedEvent,
}

/// One resource with its JSON.
pub(super) struct PreparedImage {
    pub(super) image: PostImage,
    pub(super) json: String,
    /// For an incident: the position of its first event, where that is in this commit.
    pub(super) first_seq: Seq,
}

/// One vault entry with its JSON.
pub(super) struct PreparedPrivate {
    pub(super) entry: PrivateEntry,
    pub(super) json: String,
}

/// One commit.
pub(super) struct PreparedCommit {
    pub(super) request: Option<RequestKey>,
    pub(super) reply: Vec<u8>,
    pub(super) events: Vec<PreparedEvent>,
    pub(super) changed: Vec<PreparedImage>,
    pub(super) private: Vec<PreparedPrivate>,
    pub(super) recorded_at: Timestamp,
    /// The head after its last event.
    pub(super) head: Head,
}

/// One append.
pub(super) struct PreparedAppend {
    pub(super) log_id: LogId,
    pub(super) expected: Head,
    pub(super) commits: Vec<PreparedCommit>,
    /// The head after the last commit.
    pub(super) head: Head,
}

impl PreparedAppend {
    /// Works out what needs no database.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when a resource can't be written as JSON.
    pub(super) fn new(log_id: &LogId, expected: Head, commits: Vec<Commit>) -> Result<Self, StoreError> {
        let mut head = expected;
        let commits = commits.into_iter().map(|commit| PreparedCommit::new(log_id, &mut head, commit)).collect::<Result<_, _>>()?;
        Ok(Self { log_id: log_id.clone(), expected, commits, head })
    }
}

impl PreparedCommit {
    fn new(log_id: &LogId, head: &mut Head, commit: Commit) -> Result<Self, StoreError> {
        let chained = |event: EncodedEvent| {
            let seq = head.seq.next();
            *head = Head { seq, hash: link(&head.hash, log_id, seq, &event.bytes) };
            PreparedEvent { head: *head, event }
        };
        let Commit { request, reply, events, mut changed, private, recorded_at } = commit;
        let events: Vec<_> = events.into_iter().map(chained).collect();
        // Assignments that ended go first: a unit may be freed and ordered again in one commit.
        changed.sort_by_key(|image| matches!(image, PostImage::Assignment(assignment) if assignment.state.is_active()));
        let changed = changed.into_iter().map(|image| PreparedImage::new(image, &events)).collect::<Result<_, _>>()?;
        let private = private.into_iter().map(PreparedPrivate::new).collect::<Result<_, _>>()?;
        Ok(Self { request, reply, events, changed, private, recorded_at, head: *head })
    }
}

impl PreparedImage {
    fn new(image: PostImage, events: &[PreparedEvent]) -> Result<Self, StoreError> {
        let first_of = |id: IncidentId| events.iter().find(|e| e.event.incident_id == Some(id)).map(|e| e.head.seq);
        let (json, first_seq) = match &image {
            PostImage::Incident(i) => (serde_json::to_string(i), first_of(i.incident_id).unwrap_or(i.revision)),
            PostImage::Assignment(a) => (serde_json::to_string(a), a.revision),
            PostImage::Unit(u) => (serde_json::to_string(u), u.revision),
            PostImage::Alarm(a) => (serde_json::to_string(a), a.revision),
            PostImage::Whistle(w) => (serde_json::to_string(w), w.revision),
            PostImage::Shift(s) => (serde_json::to_string(s), s.revision),
            PostImage::Wartime(w) => (serde_json::to_string(w), w.revision),
            PostImage::PremiseNote(n) => (serde_json::to_string(n), n.revision),
        };
        Ok(Self { json: json.map_err(not_json)?, image, first_seq })
    }
}

impl PreparedPrivate {
    fn new(entry: PrivateEntry) -> Result<Self, StoreError> {
        let json = serde_json::to_string(&entry.content).map_err(not_json)?;
        Ok(Self { entry, json })
    }
}

fn not_json(error: serde_json::Error) -> StoreError {
    StoreError::Unavailable(format!("a resource cannot be written as JSON: {error}"))
}
