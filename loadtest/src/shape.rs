//! How much a call costs the record: the sizes of its rows and of its frame, read from a record that took one.

use rusqlite::{Connection, OpenFlags, Row};
use serde::{Deserialize, Serialize};
use server::drivers::county::cannot;
use server::exit::Failure;
use std::path::Path;

/// Sizes in bytes.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub(crate) struct Shape {
    /// Of each event of a reported call.
    pub(crate) events: Vec<usize>,
    /// Of one event of an answer to it.
    pub(crate) later_event: usize,
    /// Of what is remembered of a request: digest and reply.
    pub(crate) request: usize,
    /// Of an incident's image.
    pub(crate) incident: usize,
    /// Of an assignment's image.
    pub(crate) assignment: usize,
    /// Of each row in the vault.
    pub(crate) vault: Vec<usize>,
    /// Of the frame that a unit gets with its order.
    pub(crate) frame: usize,
    /// Of the frame that a console gets with a commit, on average.
    pub(crate) console_frame: usize,
}

impl Shape {
    /// Of one size everywhere: for what does not depend on it.
    pub(crate) fn of_sizes(bytes: usize) -> Self {
        Self {
            events: vec![bytes; 3],
            later_event: bytes,
            request: bytes,
            incident: bytes,
            assignment: bytes,
            vault: vec![bytes],
            frame: bytes,
            console_frame: bytes,
        }
    }

    /// Reads a record that took calls whose orders were acknowledged.
    pub(crate) fn read(record: &Path, frame: usize, console_frame: usize) -> Result<Self, Failure> {
        let conn = Connection::open_with_flags(record, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(cannot)?;
        Ok(Self { frame, console_frame, ..Self::of(&conn).map_err(cannot)? })
    }

    fn of(conn: &Connection) -> rusqlite::Result<Self> {
        let sizes = |sql: &str, from: i64, to: i64| -> rusqlite::Result<Vec<usize>> {
            let mut statement = conn.prepare(sql)?;
            let rows = statement.query_map([from, to], size)?;
            rows.collect()
        };
        let one = |sql: &str| conn.query_row(sql, [], size);
        // The first call of the record, and the request that brought it: its number is that of its last event.
        let first: i64 = conn.query_row("SELECT min(first_seq) FROM incidents", [], |row| row.get(0))?;
        let last: i64 = conn.query_row("SELECT min(seq) FROM requests WHERE seq >= ?", [first], |row| row.get(0))?;
        Ok(Self {
            events: sizes("SELECT length(bytes) FROM events WHERE seq BETWEEN ?1 AND ?2 ORDER BY seq", first, last)?,
            later_event: one("SELECT max(length(bytes)) FROM events WHERE name = 'assignment_acknowledged'")?,
            request: conn.query_row("SELECT length(digest) + length(reply) FROM requests WHERE seq = ?", [last], size)?,
            incident: one("SELECT max(length(CAST(image AS BLOB))) FROM incidents")?,
            assignment: one("SELECT max(length(CAST(image AS BLOB))) FROM assignments")?,
            vault: {
                let incidents: i64 = conn.query_row("SELECT count(*) FROM incidents", [], |row| row.get(0))?;
                let rows: i64 = conn.query_row("SELECT count(*) FROM vault", [], |row| row.get(0))?;
                let per_call = rows.checked_div(incidents).unwrap_or_default();
                sizes("SELECT length(salt) + length(CAST(content AS BLOB)) FROM vault LIMIT ?2 OFFSET ?1", 0, per_call)?
            },
            frame: 0,
            console_frame: 0,
        })
    }
}

fn size(row: &Row<'_>) -> rusqlite::Result<usize> {
    Ok(usize::try_from(row.get::<_, u32>(0)?).unwrap_or(usize::MAX))
}
