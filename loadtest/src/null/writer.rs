//! The null server's one writer: a thread, a connection, one synced transaction for each request.

use super::rows::{Rows, TABLES};
use rusqlite::Connection;
use std::path::Path;
use tokio::sync::{mpsc, oneshot};
use tonic::Status;

/// Requests that wait for the writer at most.
const QUEUE: usize = 1_024;

struct Job {
    rows: Rows,
    done: oneshot::Sender<rusqlite::Result<()>>,
}

/// Where transactions are handed in.
#[derive(Clone)]
pub(super) struct Writer(mpsc::Sender<Job>);

impl Writer {
    /// Makes the file with the settings of the record, and starts the thread.
    pub(super) fn open(path: &Path) -> rusqlite::Result<Self> {
        let conn = Connection::open(path)?;
        conn.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
        conn.pragma_update(None, "synchronous", "full")?;
        conn.execute_batch(TABLES)?;
        let (sender, mut jobs) = mpsc::channel::<Job>(QUEUE);
        std::thread::spawn(move || {
            while let Some(job) = jobs.blocking_recv() {
                // Nobody may be waiting for it any more.
                let _ = job.done.send(job.rows.write(&conn));
            }
        });
        Ok(Self(sender))
    }

    /// Writes durably.
    pub(super) async fn write(&self, rows: Rows) -> Result<(), Status> {
        let (done, answer) = oneshot::channel();
        self.0.send(Job { rows, done }).await.map_err(|_| Status::unavailable("the writer is gone"))?;
        let written = answer.await.map_err(|_| Status::unavailable("the writer is gone"))?;
        written.map_err(|error| Status::unavailable(error.to_string()))
    }
}
