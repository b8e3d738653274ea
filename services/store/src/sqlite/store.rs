//! The interface, on SQLite.

use super::open::SqliteStore;
use super::prepared::PreparedAppend;
use super::rows::limit_to_sql;
use super::writer::{AppendJob, Job};
use super::{deadlines, read, rows, search, snapshots};
use crate::chain::Head;
use crate::commit::{AppendOutcome, Commit, PrivateContent, StoredRequest, StoredRow};
use crate::query::{IncidentFilter, IncidentPage, LogSummary, Snapshot, StoreError};
use crate::{Store, erasures};
use async_trait::async_trait;
use domain::assignment::Assignment;
use domain::deadlines::Deadline;
use domain::ids::{BlobHash, IncidentId, LogId, PrincipalId, PrivateRef, RequestId, Seq};
use domain::incident::Incident;
use rusqlite::params;
use std::time::Instant;
use tokio::sync::oneshot;

#[async_trait]
impl Store for SqliteStore {
    async fn append(&self, log_id: &LogId, expected: Head, commits: Vec<Commit>) -> AppendOutcome {
        let started = Instant::now();
        let append = match PreparedAppend::new(log_id, expected, commits) {
            Ok(append) => append,
            Err(error) => return AppendOutcome::Unavailable(error.to_string()),
        };
        let (reply, answer) = oneshot::channel();
        if self.jobs.send(Job::Append(Box::new(AppendJob { append, reply }))).await.is_err() {
            return AppendOutcome::Unavailable("the record is closed".to_owned());
        }
        // A writer that ends without an answer may have got past its COMMIT.
        let outcome = answer.await.unwrap_or_else(|_| AppendOutcome::Unknown("the writer ended before it answered".to_owned()));
        metrics::histogram!("oneroom_store_append_seconds").record(started.elapsed().as_secs_f64());
        outcome
    }

    async fn head(&self, log_id: &LogId) -> Result<Head, StoreError> {
        let log_id = log_id.clone();
        self.readers.read(move |conn| rows::head(conn, &log_id)).await
    }

    async fn read(&self, log_id: &LogId, after: Seq, limit: usize) -> Result<Vec<StoredRow>, StoreError> {
        let log_id = log_id.clone();
        self.readers.read(move |conn| read::events(conn, &log_id, after, limit_to_sql(limit))).await
    }

    async fn read_incident(&self, log_id: &LogId, incident_id: IncidentId, after: Seq, limit: usize) -> Result<Vec<StoredRow>, StoreError> {
        let log_id = log_id.clone();
        self.readers.read(move |conn| read::events_of_incident(conn, &log_id, incident_id, after, limit_to_sql(limit))).await
    }

    async fn find_request(&self, principal_id: &PrincipalId, request_id: RequestId) -> Result<Option<StoredRequest>, StoreError> {
        let principal_id = principal_id.clone();
        self.readers.read(move |conn| read::request(conn, &principal_id, request_id)).await
    }

    async fn forget_requests(&self, before_ms: i64) -> Result<u64, StoreError> {
        let forgotten = self.write(move |conn| conn.execute("DELETE FROM requests WHERE recorded_at_ms < ?", [before_ms])).await?;
        Ok(u64::try_from(forgotten).unwrap_or(u64::MAX))
    }

    async fn logs(&self) -> Result<Vec<LogSummary>, StoreError> {
        self.readers.read(read::logs).await
    }

    async fn put_blob(&self, content: Vec<u8>) -> Result<BlobHash, StoreError> {
        let hash = BlobHash::of(&content);
        self.write(move |conn| conn.execute("INSERT OR IGNORE INTO blobs (hash, content) VALUES (?, ?)", params![hash.0, content])).await?;
        Ok(hash)
    }

    async fn get_blob(&self, hash: BlobHash) -> Result<Option<Vec<u8>>, StoreError> {
        match self.readers.read(move |conn| read::blob(conn, hash.0)).await? {
            Some(content) if BlobHash::of(&content) != hash => Err(StoreError::Damaged(format!("blob {hash} holds something else"))),
            found => Ok(found),
        }
    }

    async fn put_snapshot(&self, log_id: &LogId, snapshot: Snapshot) -> Result<(), StoreError> {
        let (dir, log_id) = (self.snapshot_dir(), log_id.clone());
        tokio::task::spawn_blocking(move || snapshots::put(&dir, &log_id, &snapshot))
            .await
            .map_err(|error| StoreError::Unavailable(error.to_string()))?
    }

    async fn get_snapshot(&self, log_id: &LogId, state_version: u32) -> Result<Option<Snapshot>, StoreError> {
        let (dir, log_id) = (self.snapshot_dir(), log_id.clone());
        self.readers
            .read(move |conn| {
                let Some(snapshot) = snapshots::get(&dir, &log_id, state_version) else { return Ok(None) };
                // A snapshot of another history (after a restore) is none.
                let known = match snapshot.head {
                    Head::EMPTY => Some(Head::EMPTY.hash),
                    head => read::hash_at(conn, &log_id, head.seq)?,
                };
                Ok((known == Some(snapshot.head.hash)).then_some(snapshot))
            })
            .await
    }

    async fn incident(&self, log_id: &LogId, incident_id: IncidentId) -> Result<Option<(Incident, Vec<Assignment>)>, StoreError> {
        let log_id = log_id.clone();
        self.readers.read(move |conn| read::incident(conn, &log_id, incident_id)).await
    }

    async fn search_incidents(&self, log_id: &LogId, filter: IncidentFilter) -> Result<IncidentPage, StoreError> {
        let log_id = log_id.clone();
        self.readers.read(move |conn| search::incidents(conn, &log_id, &filter)).await
    }

    async fn deadlines(&self, log_id: &LogId, until_ms: i64, limit: usize) -> Result<Vec<Deadline>, StoreError> {
        let log_id = log_id.clone();
        self.readers.read(move |conn| deadlines::read(conn, &log_id, until_ms, limit_to_sql(limit))).await
    }

    async fn get_private(&self, private_ref: PrivateRef) -> Result<Option<PrivateContent>, StoreError> {
        self.readers.read(move |conn| read::private(conn, private_ref)).await
    }

    async fn erase_private(&self, private_ref: PrivateRef) -> Result<bool, StoreError> {
        let erased = self.erase(move |conn| erasures::erase(conn, private_ref)).await?;
        erasures::export_one(&self.dir, private_ref).await?;
        Ok(erased)
    }

    async fn incidents_of_caller(&self, log_id: &LogId, phone: &str, limit: usize) -> Result<Vec<IncidentId>, StoreError> {
        let (log_id, phone) = (log_id.clone(), phone.to_owned());
        self.readers.read(move |conn| read::incidents_of_caller(conn, &log_id, &phone, limit_to_sql(limit))).await
    }

    async fn due_private(&self, log_id: &LogId, until_ms: i64, limit: usize) -> Result<Vec<PrivateRef>, StoreError> {
        let log_id = log_id.clone();
        self.readers.read(move |conn| read::due_private(conn, &log_id, until_ms, limit_to_sql(limit))).await
    }
}
