//! What a restore asks of the record: which events erased, what was erased, and erasing it again.

use super::open::SqliteStore;
use super::read;
use super::rows::limit_to_sql;
use crate::commit::StoredRow;
use crate::erasures;
use crate::query::StoreError;
use domain::ids::{LogId, PrivateRef, Seq};

impl SqliteStore {
    /// Events of this name after `after`, in order, at most `limit`.
    pub(crate) async fn read_named(
        &self,
        log_id: &LogId,
        name: &'static str,
        after: Seq,
        limit: usize,
    ) -> Result<Vec<StoredRow>, StoreError> {
        let log_id = log_id.clone();
        self.readers.read(move |conn| read::events_named(conn, &log_id, name, after, limit_to_sql(limit))).await
    }

    /// All that this record has erased.
    pub(crate) async fn erased(&self) -> Result<Vec<PrivateRef>, StoreError> {
        self.readers.read(erasures::erased).await
    }

    /// Erases these, in one transaction; says how many were there.
    pub(crate) async fn erase_all(&self, all: Vec<PrivateRef>) -> Result<u64, StoreError> {
        let erased = self
            .erase(move |conn| {
                let mut erased = 0;
                for &private_ref in &all {
                    erased += u64::from(erasures::erase(conn, private_ref)?);
                }
                Ok(erased)
            })
            .await?;
        let dir = self.dir.clone();
        self.readers.read(move |conn| Ok(erasures::complete_list(conn, &dir))).await??;
        Ok(erased)
    }
}
