//! Exact trails: where units were, in a file and writer of their own. They are no events: a full queue drops the oldest fixes,
//! a crash loses what was not written yet, and what is past its time is deleted and overwritten.

mod codec;
mod queue;
mod writer;

use crate::query::StoreError;
use crate::sqlite::failure::to_store_error;
use crate::sqlite::migrate;
use domain::ids::UnitId;
use parking_lot::Mutex;
use queue::{Item, Queue};
use rusqlite::{Connection, params};
use std::path::Path;
use std::sync::Arc;
use tokio::sync::oneshot;

pub use queue::QUEUED_FIXES;
pub use writer::{FIXES_PER_CHUNK, FLUSH_AFTER_MS};

/// The trails' file in the record's directory.
pub const TRAILS_FILE: &str = "trails.db";

const STEPS: &[&str] = &["
    -- Fixes of one unit, up to FIXES_PER_CHUNK a row, oldest first; `fixes` is differences as varints (codec.rs).
    CREATE TABLE chunks (
        row     INTEGER PRIMARY KEY,
        unit_id TEXT NOT NULL,
        from_ms INTEGER NOT NULL,
        to_ms   INTEGER NOT NULL,
        fixes   BLOB NOT NULL
    ) STRICT;
    CREATE INDEX chunks_of_unit ON chunks (unit_id, to_ms);
    CREATE INDEX chunks_by_time ON chunks (from_ms);
"];

/// One fix of a trail.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct TrailFix {
    /// When the device was there, milliseconds since 1970.
    pub fix_time_ms: i64,
    /// WGS-84 latitude, degrees × 10⁷.
    pub lat_e7: i32,
    /// WGS-84 longitude, degrees × 10⁷.
    pub lon_e7: i32,
    /// Ground speed in centimetres per second; none when unknown.
    pub speed_cm_per_s: Option<u16>,
    /// Heading in degrees from north, 0 to 359; none when unknown.
    pub heading_deg: Option<u16>,
}

/// The trails of all units. Dropping it writes what is queued.
pub struct Trails {
    queue: Arc<Queue>,
    reader: Arc<Mutex<Connection>>,
}

impl Trails {
    /// Opens the trails in `dir`, makes them when they are not there.
    ///
    /// # Errors
    /// [`StoreError`] when the file can't be opened or is newer than this program.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        let cannot = |error: std::io::Error| StoreError::Unavailable(format!("{}: {error}", dir.display()));
        std::fs::create_dir_all(dir).map_err(cannot)?;
        let path = dir.join(TRAILS_FILE);
        let mut conn = connection(&path).map_err(to_store_error)?;
        migrate::run(&mut conn, STEPS)?;
        let reader = connection(&path).map_err(to_store_error)?;
        let queue = Arc::new(Queue::default());
        let writer = writer::Writer::new(conn, Arc::clone(&queue));
        std::thread::Builder::new().name("trail-writer".to_owned()).spawn(move || writer.run()).map_err(cannot)?;
        Ok(Self { queue, reader: Arc::new(Mutex::new(reader)) })
    }

    /// Adds fixes. Never waits: when [`QUEUED_FIXES`] wait to be written the oldest of them are dropped and counted.
    pub fn append(&self, fixes: impl IntoIterator<Item = (UnitId, TrailFix)>) {
        self.queue.push_fixes(fixes);
    }

    /// A unit's fixes from `from_ms` to before `to_ms` in order of time, at most `limit`; also those that are not written yet.
    ///
    /// # Errors
    /// [`StoreError`] when the file can't be read or written.
    pub async fn read(&self, unit_id: &UnitId, from_ms: i64, to_ms: i64, limit: usize) -> Result<Vec<TrailFix>, StoreError> {
        self.flush().await?;
        let (reader, unit_id) = (Arc::clone(&self.reader), unit_id.clone());
        let read = move || read(&reader.lock(), &unit_id, from_ms, to_ms, limit);
        tokio::task::spawn_blocking(read).await.map_err(|error| StoreError::Unavailable(error.to_string()))?
    }

    /// Writes what is queued.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when it can't be written.
    pub async fn flush(&self) -> Result<(), StoreError> {
        self.ask(Item::Flush).await.map(|_| ())
    }

    /// Deletes fixes before `before_ms` (milliseconds since 1970), overwriting them; says how many rows of the file it touched.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when it can't be written.
    pub async fn delete_before(&self, before_ms: i64) -> Result<u64, StoreError> {
        self.ask(|answer| Item::DeleteBefore(before_ms, answer)).await
    }

    async fn ask(&self, item: impl FnOnce(oneshot::Sender<Result<u64, StoreError>>) -> Item) -> Result<u64, StoreError> {
        let (answer, answered) = oneshot::channel();
        self.queue.push(item(answer));
        answered.await.unwrap_or_else(|_| Err(StoreError::Unavailable("the trails' writer has ended".to_owned())))
    }
}

impl Drop for Trails {
    fn drop(&mut self) {
        self.queue.push(Item::Close);
    }
}

fn connection(path: &Path) -> rusqlite::Result<Connection> {
    let conn = Connection::open(path)?;
    conn.busy_timeout(std::time::Duration::from_secs(5))?;
    conn.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
    // A power cut may lose the last seconds of trails, never the file.
    conn.pragma_update(None, "synchronous", "normal")?;
    conn.pragma_update_and_check(None, "secure_delete", true, |_| Ok(()))?;
    Ok(conn)
}

fn read(conn: &Connection, unit_id: &UnitId, from_ms: i64, to_ms: i64, limit: usize) -> Result<Vec<TrailFix>, StoreError> {
    let question = || -> rusqlite::Result<Vec<(i64, Vec<u8>)>> {
        conn.prepare_cached("SELECT row, fixes FROM chunks WHERE unit_id = ? AND to_ms >= ? AND from_ms < ?")?
            .query_map(params![unit_id.as_str(), from_ms, to_ms], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect()
    };
    let mut fixes = Vec::new();
    for (row, chunk) in question().map_err(to_store_error)? {
        let chunk = codec::decode(&chunk).ok_or_else(|| StoreError::Damaged(format!("row {row} of {unit_id}'s trail is cut off")))?;
        fixes.extend(chunk.into_iter().filter(|fix| (from_ms..to_ms).contains(&fix.fix_time_ms)));
    }
    fixes.sort_unstable();
    fixes.dedup();
    fixes.truncate(limit);
    Ok(fixes)
}
