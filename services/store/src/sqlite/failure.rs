//! What a SQLite error means for the record: refused by a constraint, not written, or perhaps written.

use crate::query::StoreError;
use rusqlite::ffi;

/// What became of a transaction whose COMMIT failed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum CommitFailure {
    /// The commit frame did not get into the write-ahead log: nothing was written.
    NotWritten,
    /// It may be in the write-ahead log, and a restart may find it there. After a failed sync nothing that this process writes
    /// can be trusted to become durable, so that writing must stop until a restart has read back what is there.
    PerhapsWritten,
}

/// What a failed COMMIT means. The commit frame is the last that is written, so that a full disk or a failed write leaves an
/// incomplete one, which recovery ignores; of every other IO error (a failed sync above all) that isn't known.
pub(super) fn at_commit(error: &rusqlite::Error) -> CommitFailure {
    let Some(failure) = error.sqlite_error() else { return CommitFailure::NotWritten };
    let is_io = failure.extended_code & 0xff == ffi::SQLITE_IOERR;
    if is_io && failure.extended_code != ffi::SQLITE_IOERR_WRITE { CommitFailure::PerhapsWritten } else { CommitFailure::NotWritten }
}

/// Whether the file could not be made durable: a failed sync anywhere, also outside COMMIT.
pub(super) fn is_failed_sync(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error().map(|failure| failure.extended_code);
    matches!(code, Some(ffi::SQLITE_IOERR_FSYNC | ffi::SQLITE_IOERR_DIR_FSYNC))
}

/// The constraint that was violated, by the name that callers know. SQLite names the columns, not the index.
pub(super) fn violated(error: &rusqlite::Error) -> Option<&'static str> {
    let rusqlite::Error::SqliteFailure(failure, Some(message)) = error else { return None };
    if failure.code != rusqlite::ErrorCode::ConstraintViolation {
        return None;
    }
    const NAMES: [(&str, &str); 3] =
        [("requests.request_id", "request_id"), ("assignments.unit_id", "one_active_assignment"), ("vault.private_ref", "private_ref")];
    NAMES.iter().find(|(columns, _)| message.ends_with(columns)).map(|(_, name)| *name)
}

/// A failed read or write in the interface's words.
pub(crate) fn to_store_error(error: rusqlite::Error) -> StoreError {
    use rusqlite::Error as E;
    match &error {
        E::SqliteFailure(failure, _)
            if matches!(failure.code, rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase) =>
        {
            StoreError::Damaged(error.to_string())
        }
        E::FromSqlConversionFailure(..) | E::IntegralValueOutOfRange(..) | E::InvalidColumnType(..) | E::Utf8Error(..) => {
            StoreError::Damaged(error.to_string())
        }
        _ => StoreError::Unavailable(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(extended_code: i32) -> rusqlite::Error {
        rusqlite::Error::SqliteFailure(ffi::Error::new(extended_code), None)
    }

    #[test]
    fn only_an_error_that_leaves_no_commit_frame_counts_as_not_written() {
        for code in [ffi::SQLITE_FULL, ffi::SQLITE_IOERR_WRITE, ffi::SQLITE_BUSY, ffi::SQLITE_READONLY] {
            assert_eq!(at_commit(&failure(code)), CommitFailure::NotWritten, "{code}");
        }
        for code in [ffi::SQLITE_IOERR_FSYNC, ffi::SQLITE_IOERR_DIR_FSYNC, ffi::SQLITE_IOERR_SHMMAP, ffi::SQLITE_IOERR] {
            assert_eq!(at_commit(&failure(code)), CommitFailure::PerhapsWritten, "{code}");
        }
        assert!(is_failed_sync(&failure(ffi::SQLITE_IOERR_FSYNC)));
        assert!(!is_failed_sync(&failure(ffi::SQLITE_IOERR_WRITE)));
    }
}
