//! Readers: a few connections that only read, each used by one question at a time on a blocking thread.

use super::failure;
use crate::query::StoreError;
use parking_lot::Mutex;
use rusqlite::Connection;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Readers of one record. More questions than readers wait for their turn.
pub const READERS: usize = 4;

/// The readers that are free.
#[derive(Clone)]
pub(super) struct Pool {
    free: Arc<Mutex<Vec<Connection>>>,
    turns: Arc<Semaphore>,
}

/// A reader in use; it goes back when the question is answered, even if that panics.
struct InUse {
    conn: Option<Connection>,
    pool: Pool,
    /// Given back after the connection is: whoever takes it finds one.
    _turn: OwnedSemaphorePermit,
}

impl Drop for InUse {
    fn drop(&mut self) {
        if let Some(conn) = self.conn.take() {
            self.pool.free.lock().push(conn);
        }
    }
}

impl Pool {
    /// A pool of these connections.
    pub(super) fn new(connections: Vec<Connection>) -> Self {
        let turns = Arc::new(Semaphore::new(connections.len()));
        Self { free: Arc::new(Mutex::new(connections)), turns }
    }

    /// Asks a question on a blocking thread.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let closed = || StoreError::Unavailable("the record is closed".to_owned());
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| closed())?;
        let conn = self.free.lock().pop().ok_or_else(closed)?;
        let in_use = InUse { conn: Some(conn), pool: self.clone(), _turn: turn };
        let answered = tokio::task::spawn_blocking(move || in_use.conn.as_ref().map(question)).await;
        match answered {
            Ok(Some(answer)) => answer.map_err(failure::to_store_error),
            Ok(None) => Err(closed()),
            Err(error) => Err(StoreError::Unavailable(format!("a question to the record ended early: {error}"))),
        }
    }

    /// Closes the readers: questions under way end, new ones are refused.
    pub(super) async fn close(&self) {
        if let Ok(all) = self.turns.acquire_many(u32::try_from(READERS).unwrap_or(u32::MAX)).await {
            self.free.lock().clear();
            self.turns.close();
            drop(all);
        }
    }
}
