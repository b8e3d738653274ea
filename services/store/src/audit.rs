//! Walks a log's hash chain and names the first row that doesn't hold. It works on the bytes and the hashes: names, incidents
//! and times in other columns are an index to the bytes, not the record.

use crate::Store;
use crate::chain::{Head, link};
use crate::checkpoint::Checkpoint;
use crate::commit::StoredRow;
use crate::query::StoreError;
use domain::ids::{LogId, Seq};

/// Rows that are read at once.
const PAGE: usize = 1_000;

/// What to hold a log against.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Audit {
    /// Start here instead of at the first event. What is before it is taken on the signature's word.
    pub from: Option<Checkpoint>,
    /// Checkpoints of the log that the walk must pass through. Without any, a log that was rewritten as a whole looks right.
    pub witnesses: Vec<Checkpoint>,
}

/// A log that holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verified {
    /// How many events were walked.
    pub events: u64,
    /// Its head.
    pub head: Head,
}

/// The first row that doesn't hold.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("event {seq} of log {log_id}: {what}")]
pub struct FirstBad {
    /// The log.
    pub log_id: LogId,
    /// The row.
    pub seq: Seq,
    /// What is wrong with it.
    pub what: String,
}

/// Verifies one log. Appends may go on meanwhile: it is verified as far as it was when the walk ended.
///
/// # Errors
/// [`StoreError::Unavailable`] when the record can't be read. What is wrong with the log is the inner result.
pub async fn verify(store: &dyn Store, log_id: &LogId, audit: &Audit) -> Result<Result<Verified, FirstBad>, StoreError> {
    match (Walk { store, log_id, witnesses: witnesses(log_id, audit) }).run(audit.from.as_ref()).await {
        Ok(verified) => Ok(Ok(verified)),
        Err(Stop::Bad(seq, what)) => Ok(Err(FirstBad { log_id: log_id.clone(), seq, what })),
        Err(Stop::Store(error)) => Err(error),
    }
}

fn witnesses(log_id: &LogId, audit: &Audit) -> Vec<Head> {
    let from = audit.from.as_ref().map_or(Seq(0), |checkpoint| checkpoint.head.seq);
    let of_log = audit.witnesses.iter().filter(|checkpoint| &checkpoint.log_id == log_id);
    let mut heads: Vec<_> = of_log.map(|checkpoint| checkpoint.head).filter(|head| head.seq > from).collect();
    heads.sort_by_key(|head| head.seq);
    heads
}

enum Stop {
    Bad(Seq, String),
    Store(StoreError),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

struct Walk<'a> {
    store: &'a dyn Store,
    log_id: &'a LogId,
    /// Ascending.
    witnesses: Vec<Head>,
}

impl Walk<'_> {
    async fn run(&self, from: Option<&Checkpoint>) -> Result<Verified, Stop> {
        let start = match from {
            Some(checkpoint) => self.start_at(checkpoint).await?,
            None => Head::EMPTY,
        };
        let mut at = start;
        loop {
            let rows = self.page(at.seq).await?;
            if rows.is_empty() {
                break;
            }
            for row in &rows {
                at = self.check(at, row)?;
            }
        }
        // Read after the rows: an append in between moved it on, never back.
        let head = self.head(at).await?;
        while at.seq < head.seq {
            let grown = self.page(at.seq).await?;
            if grown.is_empty() {
                return Err(Stop::Bad(at.seq.next(), format!("it is missing: the log's head is at {}", head.seq)));
            }
            for row in grown.iter().take_while(|row| row.seq <= head.seq) {
                at = self.check(at, row)?;
            }
        }
        self.check_end(at, head)?;
        Ok(Verified { events: at.seq.0 - start.seq.0, head: at })
    }

    async fn head(&self, at: Head) -> Result<Head, Stop> {
        match self.store.head(self.log_id).await {
            Err(StoreError::Damaged(what)) => Err(Stop::Bad(at.seq, format!("the log's head cannot be read: {what}"))),
            other => Ok(other?),
        }
    }

    fn check_end(&self, at: Head, head: Head) -> Result<(), Stop> {
        if let Some(witness) = self.witnesses.iter().find(|witness| witness.seq > at.seq) {
            let what = format!("it is missing: a signed checkpoint knows event {}", witness.seq);
            return Err(Stop::Bad(at.seq.next(), what));
        }
        if head.seq < at.seq {
            return Err(Stop::Bad(head.seq.next(), format!("it is after the log's head, which is at {}", head.seq)));
        }
        if head.hash != at.hash {
            return Err(Stop::Bad(at.seq, "the log's head has another hash".to_owned()));
        }
        Ok(())
    }

    /// Checks that the row a checkpoint speaks of is there and has its hash.
    async fn start_at(&self, checkpoint: &Checkpoint) -> Result<Head, Stop> {
        let head = checkpoint.head;
        if &checkpoint.log_id != self.log_id {
            return Err(Stop::Bad(head.seq, format!("the checkpoint to start from is of log {}", checkpoint.log_id)));
        }
        let Some(before) = head.seq.0.checked_sub(1) else { return Ok(Head::EMPTY) };
        let last = self.head(head).await?;
        if last.seq < head.seq {
            let what = format!("it is missing: a signed checkpoint knows event {}", head.seq);
            return Err(Stop::Bad(last.seq.next(), what));
        }
        match self.read(Seq(before), 1).await?.first() {
            Some(row) if row.seq == head.seq && row.hash == head.hash => Ok(head),
            Some(row) if row.seq == head.seq => Err(Stop::Bad(head.seq, CONTRADICTS.to_owned())),
            _ => Err(Stop::Bad(head.seq, "it is missing: a signed checkpoint knows it".to_owned())),
        }
    }

    fn check(&self, at: Head, row: &StoredRow) -> Result<Head, Stop> {
        let seq = at.seq.next();
        if row.seq != seq {
            return Err(Stop::Bad(seq, format!("it is missing: the next one is {}", row.seq)));
        }
        let hash = link(&at.hash, self.log_id, seq, &row.bytes);
        if hash != row.hash {
            return Err(Stop::Bad(seq, "its bytes and its hash do not belong together".to_owned()));
        }
        let known = self.witnesses.binary_search_by_key(&seq, |witness| witness.seq).ok().and_then(|index| self.witnesses.get(index));
        if known.is_some_and(|witness| witness.hash != hash) {
            return Err(Stop::Bad(seq, CONTRADICTS.to_owned()));
        }
        Ok(Head { seq, hash })
    }

    /// A page of rows; where one of them can't be read, what is before it, and then its name.
    async fn page(&self, after: Seq) -> Result<Vec<StoredRow>, Stop> {
        match self.store.read(self.log_id, after, PAGE).await {
            Err(StoreError::Damaged(_)) => self.read(after, 1).await,
            other => Ok(other?),
        }
    }

    async fn read(&self, after: Seq, limit: usize) -> Result<Vec<StoredRow>, Stop> {
        match self.store.read(self.log_id, after, limit).await {
            Err(StoreError::Damaged(what)) => Err(Stop::Bad(after.next(), format!("it cannot be read: {what}"))),
            other => Ok(other?),
        }
    }
}

const CONTRADICTS: &str = "it is not what a signed checkpoint says it was";
