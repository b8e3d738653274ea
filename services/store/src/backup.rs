//! Backup and restore of a record: one file out of a running service, and back into an empty directory, proven before it is used.
//!
//! A backup holds the record: events, projections, requests, vault, principals. It does not hold exact trails (a file of their
//! own that expires), snapshots (they can be made again) or the audit key (it belongs to the machine). A backup has personal
//! data in it that may have been erased since: keep `erasures.txt` off the machine as well and hand it to [`restore`].

use crate::Store;
use crate::audit::{self, Audit, FirstBad, Verified};
use crate::erasures;
use crate::query::StoreError;
use crate::sqlite::failure::to_store_error;
use crate::sqlite::{RECORD_FILE, SqliteOptions, SqliteStore};
use domain::ids::{LogId, PrivateRef, Seq};
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Pages copied at once, 4 KiB each.
const PAGES_AT_ONCE: i32 = 1_024;
/// Events read at once when erasures are looked for.
const PAGE: usize = 1_000;
/// The name of the event that says what was erased.
const ERASED_EVENT: &str = "private_erased";

/// Why a backup or restore was not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BackupError {
    /// Something is there already.
    #[error("{0} is there already and is not overwritten")]
    Exists(String),
    /// The record or a file can't be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file's structure is not sound.
    #[error("the file does not pass SQLite's integrity check: {0}")]
    NotSound(String),
    /// A log's chain doesn't hold.
    #[error("a log does not hold: {0}")]
    Chain(#[from] FirstBad),
}

/// What a restore gave.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Restored {
    /// The logs and what was verified of them.
    pub logs: Vec<(LogId, Verified)>,
    /// How many entries of the vault were erased again.
    pub erased_again: u64,
}

/// Copies the record in `dir` into one new file, as of one moment, while it is in use. Its writer is not held up; the
/// write-ahead log grows until the copy is done.
///
/// # Errors
/// [`BackupError`] when the file is there already, or something can't be read or written. Nothing is left at `file` then.
pub async fn backup(dir: &Path, file: &Path) -> Result<(), BackupError> {
    let (source, file) = (dir.join(RECORD_FILE), file.to_owned());
    in_background(move || {
        if file.exists() {
            return Err(BackupError::Exists(file.display().to_string()));
        }
        let unfinished = with_suffix(&file, ".unfinished");
        let copied = remove_if_there(&unfinished).and_then(|()| copy(&source, &unfinished)).and_then(|()| {
            std::fs::rename(&unfinished, &file).map_err(|error| cannot(&file, &error))?;
            sync_directory_of(&file)
        });
        if copied.is_err() {
            // The first error is the one to report.
            let _ = std::fs::remove_file(&unfinished);
        }
        Ok(copied?)
    })
    .await
}

/// Makes a record in `dir` out of a backup file: checks its structure and every log's chain, and erases again what the log, the
/// backup or the list in `erasures` say was erased. `erased_by` reads a stored event and gives what it erased, if it is of that
/// kind: the record itself doesn't know the events' encoding.
///
/// # Errors
/// [`BackupError`] when the directory has something in it, or the backup doesn't hold. What was copied stays in the directory
/// then, so that it can be looked at; it is not to be used.
pub async fn restore(
    file: &Path,
    dir: &Path,
    list: Option<&Path>,
    erased_by: &(dyn Fn(&[u8]) -> Option<PrivateRef> + Send + Sync),
) -> Result<Restored, BackupError> {
    let target = prepare(file, dir).await?;
    let listed = match list {
        Some(list) => erasures::read_list(list)?,
        None => Vec::new(),
    };
    let store = SqliteStore::open(dir, SqliteOptions::default())?;
    let outcome = prove_and_erase(&store, &target, listed, erased_by).await;
    store.close().await;
    outcome
}

async fn prove_and_erase(
    store: &Arc<SqliteStore>,
    target: &Path,
    mut erased: Vec<PrivateRef>,
    erased_by: &(dyn Fn(&[u8]) -> Option<PrivateRef> + Send + Sync),
) -> Result<Restored, BackupError> {
    let mut logs = Vec::new();
    for log in store.logs().await? {
        let verified = audit::verify(&**store, &log.log_id, &Audit::default()).await??;
        let mut after = Seq(0);
        loop {
            let rows = store.read_named(&log.log_id, ERASED_EVENT, after, PAGE).await?;
            let Some(last) = rows.last() else { break };
            after = last.seq;
            erased.extend(rows.iter().filter_map(|row| erased_by(&row.bytes)));
        }
        logs.push((log.log_id, verified));
    }
    erased.extend(store.erased().await?);
    erased.sort_unstable();
    erased.dedup();
    let erased_again = store.erase_all(erased).await?;
    tracing::info!(record = %target.display(), logs = logs.len(), erased_again, "a record was restored");
    Ok(Restored { logs, erased_again })
}

/// Copies the backup into an empty directory and checks its structure.
async fn prepare(file: &Path, dir: &Path) -> Result<PathBuf, BackupError> {
    let (file, dir) = (file.to_owned(), dir.to_owned());
    in_background(move || {
        std::fs::create_dir_all(&dir).map_err(|error| cannot(&dir, &error))?;
        let mut entries = std::fs::read_dir(&dir).map_err(|error| cannot(&dir, &error))?;
        if entries.next().is_some() {
            return Err(BackupError::Exists(format!("something in {}", dir.display())));
        }
        let target = dir.join(RECORD_FILE);
        copy(&file, &target)?;
        let conn = Connection::open_with_flags(&target, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(to_store_error)?;
        let complaint: String = conn.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0)).map_err(to_store_error)?;
        if complaint == "ok" { Ok(target) } else { Err(BackupError::NotSound(complaint)) }
    })
    .await
}

/// Copies a record file as of one moment into a new one that stands alone (no write-ahead log beside it), durably.
fn copy(source: &Path, target: &Path) -> Result<(), StoreError> {
    let copied = || -> rusqlite::Result<()> {
        let from = Connection::open_with_flags(source, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        // A read transaction pins the moment; without it every write of the service would start the copy anew.
        from.execute_batch("BEGIN")?;
        from.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0))?;
        let mut to = Connection::open(target)?;
        {
            let copying = Backup::new(&from, &mut to)?;
            while !matches!(copying.step(PAGES_AT_ONCE)?, StepResult::Done) {}
        }
        to.pragma_update_and_check(None, "journal_mode", "delete", |_| Ok(()))?;
        to.close().map_err(|(_, error)| error)
    };
    copied().map_err(to_store_error)?;
    std::fs::File::open(target).and_then(|file| file.sync_all()).map_err(|error| cannot(target, &error))?;
    sync_directory_of(target)
}

fn sync_directory_of(file: &Path) -> Result<(), StoreError> {
    let dir = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::File::open(dir).and_then(|dir| dir.sync_all()).map_err(|error| cannot(dir, &error))
}

fn remove_if_there(file: &Path) -> Result<(), StoreError> {
    match std::fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(cannot(file, &error)),
        _ => Ok(()),
    }
}

fn with_suffix(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn cannot(path: &Path, error: &std::io::Error) -> StoreError {
    StoreError::Unavailable(format!("{}: {error}", path.display()))
}

async fn in_background<T: Send + 'static>(work: impl FnOnce() -> Result<T, BackupError> + Send + 'static) -> Result<T, BackupError> {
    let ended_early = |error: tokio::task::JoinError| StoreError::Unavailable(format!("the work ended early: {error}"));
    tokio::task::spawn_blocking(work).await.map_err(ended_early)?
}
