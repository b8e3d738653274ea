//! Writes other than appends, for the writer's queue.

use super::open::SqliteStore;
use super::writer::{Job, Work};
use crate::query::StoreError;
use parking_lot::Mutex;
use rusqlite::Connection;
use tokio::sync::oneshot;

/// A closure that writes, and whoever waits for what it gives.
struct Closure<T, F> {
    write: F,
    /// What it gave when it was last run.
    value: Mutex<Option<T>>,
    erases: bool,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

impl<T, F> Work for Closure<T, F>
where
    T: Send,
    F: Fn(&Connection) -> rusqlite::Result<T> + Send,
{
    fn run(&self, conn: &Connection) -> rusqlite::Result<()> {
        *self.value.lock() = Some((self.write)(conn)?);
        Ok(())
    }

    fn finish(self: Box<Self>, outcome: Result<(), StoreError>) {
        let Self { value, reply, .. } = *self;
        let lost = || StoreError::Unavailable("the write gave no answer".to_owned());
        // Whoever asked may have gone away.
        let _ = reply.send(outcome.and_then(|()| value.into_inner().ok_or_else(lost)));
    }

    fn erases(&self) -> bool {
        self.erases
    }
}

impl SqliteStore {
    /// Writes in the next group; answers after its commit.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        write: impl Fn(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.enqueue(false, write).await
    }

    /// As [`SqliteStore::write`], and empties the write-ahead log afterwards.
    pub(super) async fn erase<T: Send + 'static>(
        &self,
        write: impl Fn(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.enqueue(true, write).await
    }

    async fn enqueue<T: Send + 'static>(
        &self,
        erases: bool,
        write: impl Fn(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        let closed = || StoreError::Unavailable("the record is closed".to_owned());
        let work = Closure { write, value: Mutex::new(None), erases, reply };
        self.jobs.send(Job::Work(Box::new(work))).await.map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }
}
