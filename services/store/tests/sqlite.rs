//! The conformance suite on SQLite.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failed unwrap here is the test failing")]

use std::sync::Arc;
use store::conformance::Harness;
use store::{SqliteOptions, SqliteStore};

async fn fresh() -> Harness {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let store = SqliteStore::open(dir.path(), SqliteOptions::default()).expect("a new record");
    Harness { store: Arc::clone(&store) as _, identities: store, guard: Box::new(dir) }
}

store::conformance_suite!(fresh);
