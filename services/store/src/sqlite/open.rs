//! Opening and closing a record.

use super::failure::to_store_error;
use super::pool::{Pool, READERS};
use super::wal::WalKeeper;
use super::writer::{Job, WRITE_QUEUE, Writer};
use super::{migrate, snapshots};
use crate::erasures;
use crate::query::StoreError;
use rusqlite::{Connection, OpenFlags};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// The record's file in its directory.
pub const RECORD_FILE: &str = "record.db";
/// Prepared statements kept per connection.
const STATEMENTS: usize = 128;
/// Page cache of the writer in KiB. A group's pages must fit in it: a cache that spills writes pages more than once.
const WRITER_CACHE_KIB: i32 = 64 * 1024;
/// Page cache of each reader in KiB.
const READER_CACHE_KIB: i32 = 8 * 1024;

/// How a record is opened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SqliteOptions {
    /// How long to wait for another process that writes the same file, in milliseconds. 1,500 by default: an answer is due in 2 s.
    pub busy_timeout_ms: u32,
    /// The file does not grow beyond this many bytes; writes are then refused as on a full disk. No limit by default.
    pub max_bytes: Option<u64>,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self { busy_timeout_ms: 1_500, max_bytes: None }
    }
}

impl SqliteOptions {
    fn busy_timeout(&self) -> Duration {
        Duration::from_millis(u64::from(self.busy_timeout_ms))
    }
}

/// The record in one SQLite file. Dropping it ends its writer after what is queued; [`SqliteStore::close`] waits for that.
pub struct SqliteStore {
    pub(super) dir: PathBuf,
    pub(super) jobs: mpsc::Sender<Job>,
    pub(super) readers: Pool,
}

impl SqliteStore {
    /// Opens the record in `dir`, makes both when they are not there, and migrates an older file.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when it can't be opened or written, [`StoreError::Damaged`] when the file is no record or is
    /// newer than this program.
    pub fn open(dir: &Path, options: SqliteOptions) -> Result<Arc<Self>, StoreError> {
        let cannot = |error: std::io::Error| StoreError::Unavailable(format!("{}: {error}", dir.display()));
        std::fs::create_dir_all(dir).map_err(cannot)?;
        let path = dir.join(RECORD_FILE);
        // The vault lies in this file: it is for its owner only, and what SQLite puts beside it follows its mode.
        std::fs::OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&path).map_err(cannot)?;
        let mut conn = writing_connection(&path, &options)?;
        migrate::record(&mut conn)?;
        erasures::complete_list(&conn, dir)?;
        let wal = WalKeeper::new(&mut conn, options.busy_timeout()).map_err(to_store_error)?;
        let readers = (0..READERS).map(|_| reading_connection(&path, &options)).collect::<Result<Vec<_>, _>>()?;
        let (jobs, queue) = mpsc::channel(WRITE_QUEUE);
        let writer = Writer::new(conn, queue, wal);
        std::thread::Builder::new().name("record-writer".to_owned()).spawn(move || writer.run()).map_err(cannot)?;
        Ok(Arc::new(Self { dir: dir.to_owned(), jobs, readers: Pool::new(readers) }))
    }

    /// The directory of the record.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The record's file.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.dir.join(RECORD_FILE)
    }

    /// Writes what is queued, empties the write-ahead log into the file and closes it. What is asked afterwards is refused.
    pub async fn close(&self) {
        self.readers.close().await;
        let (done, closed) = oneshot::channel();
        if self.jobs.send(Job::Close(done)).await.is_ok() {
            // A writer that is gone has closed already.
            let _ = closed.await;
        }
    }

    /// Where snapshots lie.
    pub(super) fn snapshot_dir(&self) -> PathBuf {
        self.dir.join(snapshots::DIR)
    }
}

fn writing_connection(path: &Path, options: &SqliteOptions) -> Result<Connection, StoreError> {
    let conn = connection(path, options, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
    let set_up = || -> rusqlite::Result<String> {
        let mode = conn.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))?;
        conn.pragma_update(None, "synchronous", "full")?;
        conn.pragma_update(None, "cache_size", -WRITER_CACHE_KIB)?;
        // Overwrites what is deleted: the vault lies in this file.
        conn.pragma_update_and_check(None, "secure_delete", true, |_| Ok(()))?;
        conn.pragma_update(None, "temp_store", "memory")?;
        if let Some(max_bytes) = options.max_bytes {
            let page_bytes: i64 = conn.pragma_query_value(None, "page_size", |row| row.get(0))?;
            let max_pages = i64::try_from(max_bytes).unwrap_or(i64::MAX) / page_bytes;
            conn.pragma_update_and_check(None, "max_page_count", max_pages, |_| Ok(()))?;
        }
        Ok(mode)
    };
    match set_up().map_err(to_store_error)?.as_str() {
        "wal" => Ok(conn),
        other => Err(StoreError::Unavailable(format!("{}: expected a write-ahead log, SQLite gave {other:?}", path.display()))),
    }
}

fn reading_connection(path: &Path, options: &SqliteOptions) -> Result<Connection, StoreError> {
    let conn = connection(path, options, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    conn.pragma_update(None, "cache_size", -READER_CACHE_KIB).map_err(to_store_error)?;
    Ok(conn)
}

fn connection(path: &Path, options: &SqliteOptions, flags: OpenFlags) -> Result<Connection, StoreError> {
    let conn = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        .map_err(|error| StoreError::Unavailable(format!("{}: {error}", path.display())))?;
    let set_up = || -> rusqlite::Result<()> {
        conn.busy_timeout(options.busy_timeout())?;
        conn.pragma_update(None, "foreign_keys", true)
    };
    set_up().map_err(to_store_error)?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(conn)
}
