//! Migrations: numbered steps, each in a transaction of its own; the file says which it has.

use super::failure;
use crate::query::StoreError;
use rusqlite::{Connection, TransactionBehavior};

/// The steps in order. A released step is never changed; what changes comes as a new one.
const RECORD_STEPS: &[&str] = &[include_str!("migrations/0001_record.sql"), include_str!("migrations/0002_room_rules.sql")];

/// Brings a record file to this program's version.
pub(super) fn record(conn: &mut Connection) -> Result<(), StoreError> {
    run(conn, RECORD_STEPS)
}

/// Runs the steps that the file does not have yet; its `user_version` counts the ones it has.
///
/// # Errors
/// [`StoreError::Damaged`] when the file has more steps than this program knows, [`StoreError::Unavailable`] when it can't be
/// written.
pub(crate) fn run(conn: &mut Connection, steps: &[&str]) -> Result<(), StoreError> {
    loop {
        let step = conn.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failure::to_store_error)?;
        // Read inside the transaction: another process may be opening the same new file.
        let version: i64 = step.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(failure::to_store_error)?;
        let known = steps.len();
        let done = usize::try_from(version).unwrap_or(usize::MAX);
        if done > known {
            return Err(StoreError::Damaged(format!(
                "the file has schema version {version}, this program knows versions up to {known}: use the newer program"
            )));
        }
        let Some(sql) = steps.get(done) else { return Ok(()) };
        step.execute_batch(sql).map_err(failure::to_store_error)?;
        step.pragma_update(None, "user_version", version + 1).map_err(failure::to_store_error)?;
        step.commit().map_err(failure::to_store_error)?;
    }
}
