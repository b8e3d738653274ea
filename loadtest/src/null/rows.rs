//! What the null server writes: rows of the same number and size as the record's, found by their key and by nothing else.

use crate::shape::Shape;
use rusqlite::{Connection, params};
use uuid::Uuid;

/// The null server's tables.
pub(super) const TABLES: &str = "
CREATE TABLE heads (log_id INTEGER PRIMARY KEY, seq INTEGER NOT NULL);
CREATE TABLE events (seq INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
CREATE TABLE requests (request_id BLOB PRIMARY KEY, bytes BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE incidents (incident_id BLOB PRIMARY KEY, image BLOB NOT NULL);
CREATE TABLE assignments (assignment_id BLOB PRIMARY KEY, image BLOB NOT NULL);
CREATE TABLE vault (private_ref BLOB PRIMARY KEY, bytes BLOB NOT NULL) WITHOUT ROWID;";

/// One transaction's rows, in bytes.
pub(super) struct Rows {
    events: Vec<usize>,
    request: usize,
    incident: Option<usize>,
    assignment: Option<(Uuid, usize)>,
    vault: Vec<usize>,
}

impl Rows {
    /// Of a call that is reported and ordered.
    pub(super) fn of_call(shape: &Shape, assignment_id: Uuid) -> Self {
        Self {
            events: shape.events.clone(),
            request: shape.request,
            incident: Some(shape.incident),
            assignment: Some((assignment_id, shape.assignment)),
            vault: shape.vault.clone(),
        }
    }

    /// Of a later step: one event, its request, and the assignment anew where it concerns one.
    pub(super) fn of_step(shape: &Shape, assignment_id: Option<Uuid>) -> Self {
        Self {
            events: vec![shape.later_event],
            request: shape.request,
            incident: None,
            assignment: assignment_id.map(|id| (id, shape.assignment)),
            vault: Vec::new(),
        }
    }

    /// Writes them in the transaction that is open.
    pub(super) fn write(&self, conn: &Connection) -> rusqlite::Result<()> {
        let insert = |sql: &str, id: Uuid, bytes: usize| conn.prepare_cached(sql)?.execute(params![id.as_bytes(), filler(bytes)]);
        for bytes in &self.events {
            conn.prepare_cached("INSERT INTO events (bytes) VALUES (?)")?.execute([filler(*bytes)])?;
        }
        insert("INSERT INTO requests VALUES (?, ?)", Uuid::now_v7(), self.request)?;
        if let Some(bytes) = self.incident {
            insert("INSERT INTO incidents VALUES (?, ?)", Uuid::now_v7(), bytes)?;
        }
        if let Some((id, bytes)) = self.assignment {
            insert("INSERT INTO assignments VALUES (?1, ?2) ON CONFLICT (assignment_id) DO UPDATE SET image = ?2", id, bytes)?;
        }
        for bytes in &self.vault {
            insert("INSERT INTO vault VALUES (?, ?)", Uuid::now_v7(), *bytes)?;
        }
        let head = "INSERT INTO heads VALUES (1, ?1) ON CONFLICT (log_id) DO UPDATE SET seq = ?1";
        conn.prepare_cached(head)?.execute([conn.last_insert_rowid()])?;
        Ok(())
    }
}

fn filler(bytes: usize) -> Vec<u8> {
    vec![b'x'; bytes]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_and_a_step_write_as_many_rows_as_they_say() {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(TABLES).unwrap();
        let shape = Shape { events: vec![10, 20, 30], later_event: 7, ..Shape::of_sizes(40) };
        let id = Uuid::now_v7();
        Rows::of_call(&shape, id).write(&conn).unwrap();
        Rows::of_step(&shape, Some(id)).write(&conn).unwrap();
        let count = |table: &str| conn.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get::<_, u32>(0)).unwrap();
        let counts = ["events", "requests", "incidents", "assignments", "vault", "heads"].map(count);
        assert_eq!(counts, [4, 2, 1, 1, 1, 1]);
        let bytes: u32 = conn.query_row("SELECT sum(length(bytes)) FROM events", [], |row| row.get(0)).unwrap();
        assert_eq!(bytes, 67);
    }
}
