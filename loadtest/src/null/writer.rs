//! The null server's one writer: a thread, a connection, and one synced transaction for whatever waits.

use super::rows::{Rows, TABLES};
use crate::shape::Shape;
use rusqlite::Connection;
use std::path::Path;
use tokio::sync::{mpsc, oneshot};
use tonic::Status;
use uuid::Uuid;

/// Requests that wait for the writer at most.
const QUEUE: usize = 1_024;
/// Requests in one transaction at most.
const GROUP_MAX: usize = 256;
/// Transactions after which the write-ahead log is brought into the file, when nothing waits: as in the record, after the answers.
const CHECKPOINT_EVERY: u32 = 64;

struct Job {
    rows: Rows,
    done: oneshot::Sender<Result<(), String>>,
}

/// Where transactions are handed in.
#[derive(Clone)]
pub(super) struct Writer(mpsc::Sender<Job>);

impl Writer {
    /// Makes the file with the settings of the record, and starts the thread.
    pub(super) fn open(path: &Path) -> rusqlite::Result<Self> {
        let conn = open(path)?;
        let (sender, jobs) = mpsc::channel(QUEUE);
        std::thread::spawn(move || work(&conn, jobs));
        Ok(Self(sender))
    }

    /// Writes durably.
    pub(super) async fn write(&self, rows: Rows) -> Result<(), Status> {
        let (done, answer) = oneshot::channel();
        self.0.send(Job { rows, done }).await.map_err(|_| Status::unavailable("the writer is gone"))?;
        let written = answer.await.map_err(|_| Status::unavailable("the writer is gone"))?;
        written.map_err(Status::unavailable)
    }
}

fn open(path: &Path) -> rusqlite::Result<Connection> {
    let conn = Connection::open(path)?;
    conn.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
    conn.pragma_update(None, "synchronous", "full")?;
    conn.execute_batch(TABLES)?;
    conn.pragma_update_and_check(None, "wal_autocheckpoint", 0, |_| Ok(()))?;
    Ok(conn)
}

/// The same file and rows without a thread: one call's transaction after the other.
pub(crate) struct Alone {
    conn: Connection,
    shape: Shape,
    since_checkpoint: u32,
    assignment_id: Uuid,
}

/// Opens the file for [`Alone`].
pub(crate) fn commit_alone(path: &Path, shape: Shape) -> rusqlite::Result<Alone> {
    Ok(Alone { conn: open(path)?, shape, since_checkpoint: 0, assignment_id: Uuid::nil() })
}

impl Alone {
    /// A call that is reported and ordered.
    pub(crate) fn call(&mut self) -> rusqlite::Result<()> {
        self.assignment_id = Uuid::now_v7();
        self.commit(&Rows::of_call(&self.shape, self.assignment_id))
    }

    /// It is acknowledged, cleared and closed; then the log is brought into the file, if it is time.
    pub(crate) fn steps(&mut self) -> rusqlite::Result<()> {
        for assignment_id in [Some(self.assignment_id), Some(self.assignment_id), None] {
            self.commit(&Rows::of_step(&self.shape, assignment_id))?;
        }
        if self.since_checkpoint < CHECKPOINT_EVERY {
            return Ok(());
        }
        self.since_checkpoint = 0;
        self.conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))
    }

    fn commit(&mut self, rows: &Rows) -> rusqlite::Result<()> {
        self.since_checkpoint += 1;
        self.conn.execute_batch("BEGIN IMMEDIATE")?;
        let written = rows.write(&self.conn);
        self.conn.execute_batch(if written.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
        written
    }
}

fn work(conn: &Connection, mut jobs: mpsc::Receiver<Job>) {
    let (mut group, mut since_checkpoint) = (Vec::new(), 0);
    while jobs.blocking_recv_many(&mut group, GROUP_MAX) > 0 {
        let written = commit(conn, &group).map_err(|error| error.to_string());
        for job in group.drain(..) {
            // Nobody may be waiting for it any more.
            let _ = job.done.send(written.clone());
        }
        since_checkpoint += 1;
        if since_checkpoint >= CHECKPOINT_EVERY && jobs.is_empty() {
            since_checkpoint = 0;
            if let Err(error) = conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())) {
                eprintln!("loadtest: the null server's checkpoint: {error}");
            }
        }
    }
}

fn commit(conn: &Connection, group: &[Job]) -> rusqlite::Result<()> {
    conn.execute_batch("BEGIN IMMEDIATE")?;
    let written = group.iter().try_for_each(|job| job.rows.write(conn));
    conn.execute_batch(if written.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
    written
}
