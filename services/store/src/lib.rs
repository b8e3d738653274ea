//! The record: an ordered, hash-chained log of events per `log_id`, with everything that must be durable in the same commit.
//!
//! *Architecture invariant:* the log's primary key is the lock. A decision is valid only if it is appended at the sequence it
//! was decided on; of two writers that race, one appends and the other is told *conflict*.

pub mod audit;
pub mod backup;
mod chain;
mod checkpoint;
mod commit;
#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
mod erasures;
mod identity;
mod query;
mod sqlite;
pub mod trails;

pub use chain::{Head, link};
pub use checkpoint::{AUDIT_KEY_FILE, AuditKey, Checkpoint, CheckpointError, verify_checkpoint};
pub use commit::{AppendOutcome, Commit, EncodedEvent, PrivateContent, PrivateEntry, RequestKey, StoredRequest, StoredRow};
pub use erasures::{ERASURES_FILE, read_list as read_erasures};
pub use identity::{Identities, PrincipalRecord, TokenKind, TokenRecord};
pub use query::{IncidentFilter, IncidentPage, LogSummary, Snapshot, StoreError};
pub use sqlite::{
    CHECKPOINT_ALWAYS_PAGES, CHECKPOINT_WHEN_IDLE_PAGES, MAX_GROUP, READERS, RECORD_FILE, SqliteOptions, SqliteStore, WRITE_QUEUE,
};

use async_trait::async_trait;
use domain::assignment::Assignment;
use domain::deadlines::Deadline;
use domain::ids::{BlobHash, IncidentId, LogId, PrincipalId, PrivateRef, RequestId, Seq};
use domain::incident::Incident;

/// What the record can do. Every backend passes the same conformance suite.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Appends commits at `expected`, all in one durable transaction: events and chain, projections, request ids, deadline
    /// rows, vault entries. Nothing is written unless the outcome is [`AppendOutcome::Appended`] (or, after a lost connection,
    /// [`AppendOutcome::Unknown`], which is resolved by trying the same request ids again).
    async fn append(&self, log_id: &LogId, expected: Head, commits: Vec<Commit>) -> AppendOutcome;

    /// The log's head; an unknown log's head is [`Head::EMPTY`].
    async fn head(&self, log_id: &LogId) -> Result<Head, StoreError>;

    /// Events after `after`, in order, at most `limit`.
    async fn read(&self, log_id: &LogId, after: Seq, limit: usize) -> Result<Vec<StoredRow>, StoreError>;

    /// Events of one incident after `after`, in order, at most `limit`.
    async fn read_incident(&self, log_id: &LogId, incident_id: IncidentId, after: Seq, limit: usize) -> Result<Vec<StoredRow>, StoreError>;

    /// What became of a request, whichever log it went to.
    async fn find_request(&self, principal_id: &PrincipalId, request_id: RequestId) -> Result<Option<StoredRequest>, StoreError>;

    /// Forgets requests recorded before `before_ms` (milliseconds since 1970); says how many.
    async fn forget_requests(&self, before_ms: i64) -> Result<u64, StoreError>;

    /// All logs with their heads.
    async fn logs(&self) -> Result<Vec<LogSummary>, StoreError>;

    /// Keeps a blob under its hash; keeping it again changes nothing.
    async fn put_blob(&self, content: Vec<u8>) -> Result<BlobHash, StoreError>;

    /// A blob by its hash.
    async fn get_blob(&self, hash: BlobHash) -> Result<Option<Vec<u8>>, StoreError>;

    /// Keeps a snapshot of a log's World; older ones of the log are dropped. It can be thrown away at any time.
    async fn put_snapshot(&self, log_id: &LogId, snapshot: Snapshot) -> Result<(), StoreError>;

    /// The latest snapshot of the given state version.
    async fn get_snapshot(&self, log_id: &LogId, state_version: u32) -> Result<Option<Snapshot>, StoreError>;

    /// One incident with its assignments, open or closed, from the projections.
    async fn incident(&self, log_id: &LogId, incident_id: IncidentId) -> Result<Option<(Incident, Vec<Assignment>)>, StoreError>;

    /// Incidents by filter, newest first.
    async fn search_incidents(&self, log_id: &LogId, filter: IncidentFilter) -> Result<IncidentPage, StoreError>;

    /// Deadline rows of a log due at or before `until_ms`, earliest first, at most `limit`.
    async fn deadlines(&self, log_id: &LogId, until_ms: i64, limit: usize) -> Result<Vec<Deadline>, StoreError>;

    /// What the vault holds; none when it was erased or never was.
    async fn get_private(&self, private_ref: PrivateRef) -> Result<Option<PrivateContent>, StoreError>;

    /// Erases from the vault, overwriting the bytes; says whether something was there.
    async fn erase_private(&self, private_ref: PrivateRef) -> Result<bool, StoreError>;

    /// Incidents of a log whose calls came from this phone number, the newest first, at most `limit`. It is matched by a keyed hash
    /// that lives in the vault and is erased with what it belongs to.
    async fn incidents_of_caller(&self, log_id: &LogId, phone: &str, limit: usize) -> Result<Vec<IncidentId>, StoreError>;

    /// What the vault of a log holds past its time (erase at or before `until_ms`), longest past first, at most `limit`.
    async fn due_private(&self, log_id: &LogId, until_ms: i64, limit: usize) -> Result<Vec<PrivateRef>, StoreError> {
        let _ = (until_ms, limit);
        Err(StoreError::Unavailable(format!("this record cannot list what is due for erasure in {log_id}")))
    }
}
