//! The record in one SQLite file: write-ahead log, `synchronous=FULL`, one writer with group commit, a few readers.

mod append;
mod caller;
mod deadlines;
mod erase;
pub(crate) mod failure;
mod identities;
pub(crate) mod migrate;
mod open;
mod pool;
mod prepared;
mod project;
mod read;
mod rows;
mod search;
mod snapshots;
mod store;
mod wal;
mod work;
mod writer;

pub use open::{RECORD_FILE, SqliteOptions, SqliteStore};
pub use pool::READERS;
pub use wal::{CHECKPOINT_ALWAYS_PAGES, CHECKPOINT_WHEN_IDLE_PAGES};
pub use writer::{MAX_GROUP, WRITE_QUEUE};
