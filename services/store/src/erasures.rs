//! Erasing from the vault so that it stays erased: a backup taken before an erasure still has the data, so the list of what was
//! erased lies in a file of its own beside the record, to be kept off the machine, and every restore erases it again.

use crate::query::StoreError;
use domain::ids::PrivateRef;
use parking_lot::Mutex;
use rusqlite::{Connection, params};
use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;
use uuid::Uuid;

/// The list's file in the record's directory: one reference a line, in order. A reference says nothing by itself.
pub const ERASURES_FILE: &str = "erasures.txt";

/// A UUID and its line break.
const LINE_LEN: u64 = 37;

/// Erases one entry and notes it; says whether something was there.
pub(crate) fn erase(conn: &Connection, private_ref: PrivateRef) -> rusqlite::Result<bool> {
    let id = private_ref.0.as_bytes();
    let erased = conn.prepare_cached("DELETE FROM vault WHERE private_ref = ?")?.execute(params![id])?;
    conn.prepare_cached("INSERT OR IGNORE INTO erasures (private_ref) VALUES (?)")?.execute(params![id])?;
    Ok(erased > 0)
}

/// Adds one line to the list, durably.
pub(crate) async fn export_one(dir: &Path, private_ref: PrivateRef) -> Result<(), StoreError> {
    let path = dir.join(ERASURES_FILE);
    tokio::task::spawn_blocking(move || append_lines(&path, &[private_ref.0]))
        .await
        .map_err(|error| StoreError::Unavailable(error.to_string()))?
}

/// Adds what the record has erased and the list does not have: a crash between the two leaves such a gap.
pub(crate) fn complete_list(conn: &Connection, dir: &Path) -> Result<(), StoreError> {
    let path = dir.join(ERASURES_FILE);
    let listed: BTreeSet<Uuid> = if path.exists() { read_list(&path)?.into_iter().map(|r| r.0).collect() } else { BTreeSet::new() };
    let erased = erased(conn).map_err(crate::sqlite::failure::to_store_error)?;
    let missing: Vec<_> = erased.into_iter().map(|r| r.0).filter(|id| !listed.contains(id)).collect();
    if missing.is_empty() { Ok(()) } else { append_lines(&path, &missing) }
}

/// All that the record has erased, in order.
pub(crate) fn erased(conn: &Connection) -> rusqlite::Result<Vec<PrivateRef>> {
    conn.prepare("SELECT private_ref FROM erasures ORDER BY ordinal")?.query_map([], |row| row.get(0).map(PrivateRef))?.collect()
}

/// Reads a list. A last line without its end is what a crash left of it, and is not taken.
///
/// # Errors
/// [`StoreError::Unavailable`] when it can't be read, [`StoreError::Damaged`] with the line that is no reference.
pub fn read_list(path: &Path) -> Result<Vec<PrivateRef>, StoreError> {
    let mut text = String::new();
    File::open(path).and_then(|mut file| file.read_to_string(&mut text)).map_err(|error| cannot(path, &error))?;
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    let reference = |(index, line): (usize, &str)| {
        let not_one = |_| StoreError::Damaged(format!("{}:{}: {line:?} is not a UUID", path.display(), index + 1));
        line.trim().parse::<Uuid>().map(PrivateRef).map_err(not_one)
    };
    whole.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).map(reference).collect()
}

/// One at a time: the end of the list is looked at before a line is added.
static LIST: Mutex<()> = Mutex::new(());

fn append_lines(path: &Path, ids: &[Uuid]) -> Result<(), StoreError> {
    let lines: String = ids.iter().map(|id| format!("{id}\n")).collect();
    let write = || {
        let _alone = LIST.lock();
        let mut file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
        let mut text = Vec::new();
        file.seek(SeekFrom::End(-(LINE_LEN.min(file.metadata()?.len()).cast_signed())))?;
        file.read_to_end(&mut text)?;
        // What a crash left of a line must not swallow the next one.
        let torn = text.len() - text.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        file.set_len(file.metadata()?.len() - torn as u64)?;
        file.write_all(lines.as_bytes())?;
        file.sync_all()
    };
    write().map_err(|error| cannot(path, &error))
}

fn cannot(path: &Path, error: &std::io::Error) -> StoreError {
    StoreError::Unavailable(format!("{}: {error}", path.display()))
}
