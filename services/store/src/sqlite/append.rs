//! One append inside the writer's transaction: the head compared and set, then everything of its commits.

use super::caller;
use super::failure;
use super::prepared::{PreparedAppend, PreparedCommit};
use super::project;
use super::rows::{self, seq_to_sql};
use crate::chain::Head;
use domain::ids::LogId;
use rusqlite::{Connection, params};

/// Why an append was not written.
#[derive(Debug)]
pub(super) enum Refused {
    /// The head is elsewhere.
    Conflict(Head),
    /// One commit violates a constraint.
    Violated { name: &'static str, index: usize },
    /// SQLite failed.
    Failed(rusqlite::Error),
}

impl From<rusqlite::Error> for Refused {
    fn from(error: rusqlite::Error) -> Self {
        Self::Failed(error)
    }
}

/// Checks the head; it is the lock.
pub(super) fn check_head(conn: &Connection, append: &PreparedAppend) -> Result<(), Refused> {
    let head = rows::head(conn, &append.log_id)?;
    if head == append.expected { Ok(()) } else { Err(Refused::Conflict(head)) }
}

/// Writes one append, whose head was checked in the same transaction.
pub(super) fn write(conn: &Connection, append: &PreparedAppend) -> Result<(), Refused> {
    for (index, commit) in append.commits.iter().enumerate() {
        write_commit(conn, &append.log_id, commit).map_err(|error| match failure::violated(&error) {
            Some(name) => Refused::Violated { name, index },
            None => Refused::Failed(error),
        })?;
    }
    if append.head != append.expected {
        conn.prepare_cached(
            "INSERT INTO heads (log_id, seq, hash) VALUES (?1, ?2, ?3) ON CONFLICT (log_id) DO UPDATE SET seq = ?2, hash = ?3",
        )?
        .execute(params![append.log_id.as_str(), seq_to_sql(append.head.seq), append.head.hash])?;
    }
    Ok(())
}

fn write_commit(conn: &Connection, log_id: &LogId, commit: &PreparedCommit) -> rusqlite::Result<()> {
    let log = log_id.as_str();
    let recorded_at_ms = commit.recorded_at.0;
    if let Some(request) = &commit.request {
        conn.prepare_cached(
            "INSERT INTO requests (principal_id, request_id, log_id, digest, reply, seq, recorded_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            request.principal_id.as_str(),
            request.request_id.0.as_bytes(),
            log,
            request.digest,
            commit.reply,
            seq_to_sql(commit.head.seq),
            recorded_at_ms
        ])?;
    }
    if !commit.events.is_empty() {
        let mut insert = conn.prepare_cached(
            "INSERT INTO events (log_id, seq, hash, bytes, name, incident_id, recorded_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?)",
        )?;
        for row in &commit.events {
            let incident_id = row.event.incident_id.as_ref().map(|id| id.0.as_bytes());
            insert.execute(params![
                log,
                seq_to_sql(row.head.seq),
                row.head.hash,
                row.event.bytes,
                row.event.name,
                incident_id,
                recorded_at_ms
            ])?;
        }
    }
    for image in &commit.changed {
        project::write(conn, log, image)?;
    }
    for private in &commit.private {
        let entry = &private.entry;
        let incident_id = commit.events.iter().find_map(|row| row.event.incident_id);
        conn.prepare_cached(
            "INSERT INTO vault (private_ref, log_id, salt, content, erase_at_ms, caller_hash, incident_id) VALUES (?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            entry.private_ref.0.as_bytes(),
            log,
            entry.salt,
            private.json,
            entry.erase_at.0,
            caller::hash(conn, &entry.content.caller_phone)?,
            incident_id.as_ref().map(|id| id.0.as_bytes()),
        ])?;
    }
    Ok(())
}
