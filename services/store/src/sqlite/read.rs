//! Questions to the record, on a reader.

use super::caller;
use super::rows::{self, seq_to_sql};
use crate::chain::Head;
use crate::commit::{PrivateContent, StoredRequest, StoredRow};
use crate::query::LogSummary;
use domain::assignment::Assignment;
use domain::ids::{IncidentId, LogId, PrincipalId, PrivateRef, RequestId, Seq};
use domain::incident::Incident;
use rusqlite::{Connection, OptionalExtension, Row, params};

fn stored_row(row: &Row<'_>) -> rusqlite::Result<StoredRow> {
    let seq = rows::seq(row, 0)?;
    Ok(StoredRow { seq, hash: rows::bytes(row, 1)?, bytes: row.get_ref(2)?.as_blob().map_err(|error| rows::wrong(2, error))?.to_vec() })
}

/// Events after `after`.
pub(super) fn events(conn: &Connection, log_id: &LogId, after: Seq, limit: i64) -> rusqlite::Result<Vec<StoredRow>> {
    conn.prepare_cached("SELECT seq, hash, bytes FROM events WHERE log_id = ? AND seq > ? ORDER BY seq LIMIT ?")?
        .query_map(params![log_id.as_str(), seq_to_sql(after), limit], stored_row)?
        .collect()
}

/// Events of one incident after `after`.
pub(super) fn events_of_incident(
    conn: &Connection,
    log_id: &LogId,
    incident_id: IncidentId,
    after: Seq,
    limit: i64,
) -> rusqlite::Result<Vec<StoredRow>> {
    conn.prepare_cached("SELECT seq, hash, bytes FROM events WHERE log_id = ? AND incident_id = ? AND seq > ? ORDER BY seq LIMIT ?")?
        .query_map(params![log_id.as_str(), incident_id.0.as_bytes(), seq_to_sql(after), limit], stored_row)?
        .collect()
}

/// Events of one name after `after`. There is no index for it: it is asked once per restore.
pub(super) fn events_named(conn: &Connection, log_id: &LogId, name: &str, after: Seq, limit: i64) -> rusqlite::Result<Vec<StoredRow>> {
    conn.prepare_cached("SELECT seq, hash, bytes FROM events WHERE log_id = ? AND seq > ? AND name = ? ORDER BY seq LIMIT ?")?
        .query_map(params![log_id.as_str(), seq_to_sql(after), name, limit], stored_row)?
        .collect()
}

/// The chain's hash after one event.
pub(super) fn hash_at(conn: &Connection, log_id: &LogId, seq: Seq) -> rusqlite::Result<Option<[u8; 32]>> {
    conn.prepare_cached("SELECT hash FROM events WHERE log_id = ? AND seq = ?")?
        .query_row(params![log_id.as_str(), seq_to_sql(seq)], |row| rows::bytes(row, 0))
        .optional()
}

/// What became of a request.
pub(super) fn request(conn: &Connection, principal_id: &PrincipalId, request_id: RequestId) -> rusqlite::Result<Option<StoredRequest>> {
    conn.prepare_cached("SELECT log_id, digest, reply, seq FROM requests WHERE principal_id = ? AND request_id = ?")?
        .query_row(params![principal_id.as_str(), request_id.0.as_bytes()], |row| {
            Ok(StoredRequest {
                log_id: rows::code(row, 0, LogId::new)?,
                digest: rows::bytes(row, 1)?,
                reply: row.get(2)?,
                seq: rows::seq(row, 3)?,
            })
        })
        .optional()
}

/// All logs with their heads.
pub(super) fn logs(conn: &Connection) -> rusqlite::Result<Vec<LogSummary>> {
    conn.prepare_cached("SELECT log_id, seq, hash FROM heads ORDER BY log_id")?
        .query_map([], |row| {
            let head = Head { seq: rows::seq(row, 1)?, hash: rows::bytes(row, 2)? };
            Ok(LogSummary { log_id: rows::code(row, 0, LogId::new)?, head })
        })?
        .collect()
}

/// A blob.
pub(super) fn blob(conn: &Connection, hash: [u8; 32]) -> rusqlite::Result<Option<Vec<u8>>> {
    conn.prepare_cached("SELECT content FROM blobs WHERE hash = ?")?.query_row([hash], |row| row.get(0)).optional()
}

/// One incident with its assignments, oldest first.
pub(super) fn incident(
    conn: &Connection,
    log_id: &LogId,
    incident_id: IncidentId,
) -> rusqlite::Result<Option<(Incident, Vec<Assignment>)>> {
    // One transaction, so that the assignments are as of the same commit.
    let snapshot = conn.unchecked_transaction()?;
    let id = incident_id.0.as_bytes();
    let incident = snapshot
        .prepare_cached("SELECT image FROM incidents WHERE log_id = ? AND incident_id = ?")?
        .query_row(params![log_id.as_str(), id], |row| rows::json::<Incident>(row, 0))
        .optional()?;
    let Some(incident) = incident else { return Ok(None) };
    let mut assignments: Vec<Assignment> = snapshot
        .prepare_cached("SELECT image FROM assignments WHERE log_id = ? AND incident_id = ? ORDER BY row")?
        .query_map(params![log_id.as_str(), id], |row| rows::json(row, 0))?
        .collect::<rusqlite::Result<_>>()?;
    assignments.sort_by_key(|a| incident.assignments.iter().position(|id| *id == a.assignment_id));
    Ok(Some((incident, assignments)))
}

/// What the vault holds.
pub(super) fn private(conn: &Connection, private_ref: PrivateRef) -> rusqlite::Result<Option<PrivateContent>> {
    conn.prepare_cached("SELECT content FROM vault WHERE private_ref = ?")?
        .query_row([private_ref.0.as_bytes()], |row| rows::json(row, 0))
        .optional()
}

/// What the vault holds past its time.
pub(super) fn due_private(conn: &Connection, log_id: &LogId, until_ms: i64, limit: i64) -> rusqlite::Result<Vec<PrivateRef>> {
    conn.prepare_cached("SELECT private_ref FROM vault WHERE log_id = ? AND erase_at_ms <= ? ORDER BY erase_at_ms LIMIT ?")?
        .query_map(params![log_id.as_str(), until_ms, limit], |row| rows::uuid(row, 0).map(PrivateRef))?
        .collect()
}

/// Incidents whose calls came from this caller, the newest first.
pub(super) fn incidents_of_caller(conn: &Connection, log_id: &LogId, phone: &str, limit: i64) -> rusqlite::Result<Vec<IncidentId>> {
    let Some(hash) = caller::hash(conn, phone)? else { return Ok(Vec::new()) };
    conn.prepare_cached(
        "SELECT incident_id FROM vault WHERE log_id = ? AND caller_hash = ? AND incident_id IS NOT NULL ORDER BY private_ref DESC LIMIT ?",
    )?
    .query_map(params![log_id.as_str(), hash, limit], |row| rows::uuid(row, 0).map(IncidentId))?
    .collect()
}
