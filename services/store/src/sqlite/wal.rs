//! Keeps the write-ahead log short. Checkpoints are ours to run: SQLite's automatic ones ignore a failed sync.

use rusqlite::Connection;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Pages in the write-ahead log (4 KiB each) from which a checkpoint is run when nothing waits.
pub const CHECKPOINT_WHEN_IDLE_PAGES: u32 = 1_000;
/// Pages from which one is run whatever waits.
pub const CHECKPOINT_ALWAYS_PAGES: u32 = 8_000;

/// How long an emptying waits for readers.
const WAIT_FOR_READERS: Duration = Duration::from_millis(50);

/// Counts the pages of the write-ahead log as transactions commit.
pub(super) struct WalKeeper {
    pages: Arc<AtomicU32>,
    /// Pages that were there after the last checkpoint: a log that readers hold back is not tried again at once.
    held_back: u32,
    /// Readers held back the emptying of a log that holds erased bytes.
    must_empty: bool,
    /// How long the connection waits otherwise.
    busy_timeout: Duration,
}

impl WalKeeper {
    /// Takes the checkpoints of `conn` over.
    pub(super) fn new(conn: &mut Connection, busy_timeout: Duration) -> rusqlite::Result<Self> {
        let pages = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&pages);
        conn.wal_hook(Some(move |_: &mut rusqlite::hooks::Wal, now: std::ffi::c_int| {
            counted.store(u32::try_from(now).unwrap_or(0), Ordering::Relaxed);
            Ok(())
        }))?;
        Ok(Self { pages, held_back: 0, must_empty: false, busy_timeout })
    }

    /// Runs a checkpoint when the log has grown enough.
    pub(super) fn keep_short(&mut self, conn: &Connection, idle: bool) -> rusqlite::Result<()> {
        if self.must_empty && idle {
            self.try_empty(conn)?;
        }
        let pages = self.pages.load(Ordering::Relaxed);
        if pages < self.held_back {
            self.held_back = 0;
        }
        let grown = pages - self.held_back;
        if grown < if idle { CHECKPOINT_WHEN_IDLE_PAGES } else { CHECKPOINT_ALWAYS_PAGES } {
            return Ok(());
        }
        // PASSIVE waits for nobody; the next write starts the log anew once everything is in the file and no reader needs it.
        conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?;
        self.held_back = pages;
        metrics::gauge!("oneroom_store_wal_pages").set(f64::from(pages));
        Ok(())
    }

    /// Empties the log now, or as soon as readers let it: what was erased must not stay in it.
    pub(super) fn empty(&mut self, conn: &Connection) {
        self.must_empty = true;
        if let Err(error) = self.try_empty(conn) {
            tracing::warn!(%error, "the write-ahead log could not be emptied; it is tried again");
        }
    }

    fn try_empty(&mut self, conn: &Connection) -> rusqlite::Result<()> {
        // A long reader (a backup) must not hold up the writer: it is tried again after the next group.
        conn.busy_timeout(WAIT_FOR_READERS)?;
        let tried = conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0));
        conn.busy_timeout(self.busy_timeout)?;
        let busy: bool = tried?;
        if !busy {
            self.must_empty = false;
            self.held_back = 0;
            self.pages.store(0, Ordering::Relaxed);
        }
        Ok(())
    }
}
