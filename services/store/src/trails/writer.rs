//! The trails' writer: gathers fixes by unit and writes a row when enough are together or they have waited long enough.

use super::queue::{Item, Queue};
use super::{TrailFix, codec};
use crate::query::StoreError;
use crate::sqlite::failure::to_store_error;
use domain::ids::UnitId;
use rusqlite::{Connection, params};
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Fixes of one row of the file.
pub const FIXES_PER_CHUNK: usize = 64;
/// A unit's fixes are written after this long, even when they don't fill a row, in milliseconds: what a crash may lose.
pub const FLUSH_AFTER_MS: u64 = 60_000;
/// How often the writer looks for fixes that have waited long enough.
const TICK: Duration = Duration::from_secs(1);
/// Rows that are rewritten at once by an expiry.
const EXPIRY_BATCH: u32 = 1_000;

/// A unit's fixes that are not written yet.
struct Gathered {
    since: Instant,
    fixes: Vec<TrailFix>,
}

/// The writer's state.
pub(super) struct Writer {
    conn: Connection,
    queue: Arc<Queue>,
    gathered: HashMap<UnitId, Gathered, foldhash::fast::RandomState>,
    looked_at: Instant,
}

impl Writer {
    /// Takes the writing connection.
    pub(super) fn new(conn: Connection, queue: Arc<Queue>) -> Self {
        Self { conn, queue, gathered: HashMap::default(), looked_at: Instant::now() }
    }

    /// Works until the trails are dropped.
    pub(super) fn run(mut self) {
        loop {
            let (fixes, items) = self.queue.take(TICK);
            let now = Instant::now();
            let mut due = self.gather(fixes, now);
            if now.duration_since(self.looked_at) >= TICK {
                self.looked_at = now;
                due.extend(self.take_waiting(now));
            }
            let mut written = self.write(due);
            if !items.is_empty() {
                written = written.and_then(|()| self.write_all());
            }
            if let Err(error) = &written {
                tracing::warn!(%error, "trails could not be written; these fixes are lost");
                metrics::counter!("oneroom_trails_write_failures_total").increment(1);
            }
            for item in items {
                match item {
                    Item::Flush(answer) => drop(answer.send(written.clone().map(|()| 0))),
                    Item::DeleteBefore(before_ms, answer) => drop(answer.send(self.delete_before(before_ms))),
                    Item::Close => return,
                }
            }
        }
    }

    /// Sorts fixes by unit; gives the units that fill a row.
    fn gather(&mut self, fixes: VecDeque<(UnitId, TrailFix)>, now: Instant) -> Vec<(UnitId, Vec<TrailFix>)> {
        let mut full = Vec::new();
        for (unit_id, fix) in fixes {
            let gathered = self.gathered.entry(unit_id.clone()).or_insert_with(|| Gathered { since: now, fixes: Vec::new() });
            gathered.fixes.push(fix);
            if gathered.fixes.len() >= FIXES_PER_CHUNK {
                full.push((unit_id, std::mem::take(&mut gathered.fixes)));
                gathered.since = now;
            }
        }
        full
    }

    fn take_waiting(&mut self, now: Instant) -> Vec<(UnitId, Vec<TrailFix>)> {
        let long_enough = Duration::from_millis(FLUSH_AFTER_MS);
        let mut taken = Vec::new();
        self.gathered.retain(|unit_id, gathered| {
            let due = now.duration_since(gathered.since) >= long_enough;
            if due {
                taken.push((unit_id.clone(), std::mem::take(&mut gathered.fixes)));
            }
            !due
        });
        taken
    }

    fn write_all(&mut self) -> Result<(), StoreError> {
        let all = std::mem::take(&mut self.gathered).into_iter().map(|(unit_id, gathered)| (unit_id, gathered.fixes)).collect();
        self.write(all)
    }

    fn write(&mut self, mut chunks: Vec<(UnitId, Vec<TrailFix>)>) -> Result<(), StoreError> {
        chunks.retain(|(_, fixes)| !fixes.is_empty());
        if chunks.is_empty() {
            return Ok(());
        }
        let mut write = || -> rusqlite::Result<()> {
            let transaction = self.conn.transaction()?;
            for (unit_id, fixes) in &mut chunks {
                fixes.sort_unstable();
                insert(&transaction, unit_id.as_str(), fixes)?;
            }
            transaction.commit()
        };
        write().map_err(to_store_error)
    }

    /// Deletes rows that are past their time and cuts those that are so in part.
    fn delete_before(&mut self, before_ms: i64) -> Result<u64, StoreError> {
        let mut delete = || -> rusqlite::Result<u64> {
            let mut touched = 0;
            loop {
                let transaction = self.conn.transaction()?;
                let rows: Vec<(i64, String, Vec<u8>)> = transaction
                    .prepare_cached("SELECT row, unit_id, fixes FROM chunks WHERE from_ms < ? LIMIT ?")?
                    .query_map(params![before_ms, EXPIRY_BATCH], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
                    .collect::<rusqlite::Result<_>>()?;
                for (row, unit_id, chunk) in &rows {
                    transaction.prepare_cached("DELETE FROM chunks WHERE row = ?")?.execute([row])?;
                    // A row that can't be read is past keeping as well.
                    let mut kept = codec::decode(chunk).unwrap_or_default();
                    kept.retain(|fix| fix.fix_time_ms >= before_ms);
                    insert(&transaction, unit_id, &kept)?;
                }
                transaction.commit()?;
                touched += rows.len() as u64;
                if rows.len() < EXPIRY_BATCH as usize {
                    // What was deleted must not stay in the write-ahead log.
                    self.conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
                    return Ok(touched);
                }
            }
        };
        delete().map_err(to_store_error)
    }
}

/// Adds a row; the fixes are in order of time.
fn insert(conn: &Connection, unit_id: &str, fixes: &[TrailFix]) -> rusqlite::Result<()> {
    let (Some(first), Some(last)) = (fixes.first(), fixes.last()) else { return Ok(()) };
    conn.prepare_cached("INSERT INTO chunks (unit_id, from_ms, to_ms, fixes) VALUES (?, ?, ?, ?)")?.execute(params![
        unit_id,
        first.fix_time_ms,
        last.fix_time_ms,
        codec::encode(fixes)
    ])?;
    Ok(())
}
