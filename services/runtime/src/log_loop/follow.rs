//! Follows the record: reads what others appended, checks the chain, applies it, tells the followers.

use super::LogLoop;
use crate::committed::Committed;
use domain::apply::apply;
use domain::ids::Seq;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use store::{Head, StoreError, StoredRow, link};

/// Events read at once.
pub(super) const PAGE: usize = 1_000;

/// Why a stored row could not be taken.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FollowError {
    /// The record can't be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The chain does not hold.
    #[error("event {0} does not fit the hash chain")]
    Chain(Seq),
    /// An event can't be decoded.
    #[error("event {seq}: {why}")]
    Decode {
        /// Which.
        seq: Seq,
        /// Why.
        why: String,
    },
}

impl LogLoop {
    /// Catches up with the record. A row that can't be taken makes this node read-only for the log.
    pub(super) async fn follow(&mut self) {
        if self.read_only.is_some() {
            return;
        }
        match self.catch_up().await {
            Ok(()) => self.checked_at_ms.store(self.clock.now().0, Ordering::Relaxed),
            Err(FollowError::Store(error)) => {
                metrics::counter!("oneroom_follow_errors_total").increment(1);
                tracing::warn!(log = %self.log_id, %error, "the record can not be read, trying again");
            }
            Err(error) => {
                tracing::error!(log = %self.log_id, %error, "this node only reads the log");
                self.read_only = Some(error.to_string());
            }
        }
    }

    async fn catch_up(&mut self) -> Result<(), FollowError> {
        if self.store.head(&self.log_id).await?.seq == self.head.seq {
            return Ok(());
        }
        loop {
            let rows = self.store.read(&self.log_id, self.head.seq, PAGE).await?;
            if rows.is_empty() {
                return Ok(());
            }
            let mut taken = Vec::with_capacity(rows.len());
            let mut bad = None;
            for row in &rows {
                match self.take(row).await {
                    Ok(committed) => taken.push(committed),
                    Err(error) => {
                        bad = Some(error);
                        break;
                    }
                }
            }
            // Readers see the newest World before followers hear of it; what stood before a bad row counts.
            self.reload_context().await;
            self.show();
            for committed in taken {
                let _ = self.published.send(Arc::new(committed));
            }
            if let Some(error) = bad {
                return Err(error);
            }
        }
    }

    async fn take(&mut self, row: &StoredRow) -> Result<Committed, FollowError> {
        if row.seq != self.head.seq.next() || link(&self.head.hash, &self.log_id, row.seq, &row.bytes) != row.hash {
            return Err(FollowError::Chain(row.seq));
        }
        let recorded = wire::event::decode(&row.bytes, row.seq)
            .map_err(|error| FollowError::Decode { seq: row.seq, why: error.to_string() })?
            .recorded;
        let changed = apply(&mut self.world, &recorded);
        self.learn(&changed);
        let words = self.learn_words(&changed, &[]).await;
        let prev_seq = self.head.seq;
        self.head = Head { seq: row.seq, hash: row.hash };
        Ok(Committed {
            log_id: self.log_id.clone(),
            prev_seq,
            head: self.head,
            recorded_at: recorded.meta.recorded_at,
            changed,
            world: self.world.clone(),
            words,
            trace_parent: String::new(),
        })
    }
}
