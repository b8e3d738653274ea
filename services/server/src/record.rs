//! The record of a data directory, opened once and shared under its different names.

use crate::exit::Failure;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::sync::Arc;
use store::{Identities, SqliteOptions, SqliteStore, Store, StoreError};

/// An open record.
#[derive(Clone)]
pub struct Record(Arc<SqliteStore>);

impl Record {
    /// Opens the record in `dir` and makes it when it is not there.
    ///
    /// # Errors
    /// [`StoreError`] when it can't be opened.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        // The record has personal data in it: a directory of our own is for its owner only.
        let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(dir);
        made.map_err(|error| StoreError::Unavailable(format!("{}: {error}", dir.display())))?;
        SqliteStore::open(dir, SqliteOptions::default()).map(Self)
    }

    /// Opens a record that is there already.
    ///
    /// # Errors
    /// [`Failure::BadInput`] when there is none in `dir`, or it can't be opened.
    pub fn open_existing(dir: &Path) -> Result<Self, Failure> {
        if !dir.join(store::RECORD_FILE).is_file() {
            let shown = dir.display();
            return Err(Failure::BadInput(format!(
                "{shown}: there is no record here: expected a directory made by `oneroom init` or `oneroom org import`"
            )));
        }
        Self::open(dir).map_err(Failure::input)
    }

    /// The logs.
    #[must_use]
    pub fn store(&self) -> Arc<dyn Store> {
        Arc::clone(&self.0) as Arc<dyn Store>
    }

    /// The principals.
    #[must_use]
    pub fn identities(&self) -> Arc<dyn Identities> {
        Arc::clone(&self.0) as Arc<dyn Identities>
    }

    /// The record's directory.
    #[must_use]
    pub fn dir(&self) -> &Path {
        self.0.dir()
    }

    /// Writes what is queued and closes the file.
    pub async fn close(&self) {
        self.0.close().await;
    }
}
