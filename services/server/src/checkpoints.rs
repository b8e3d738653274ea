//! Signed checkpoints of every log, appended to a file that is meant to be copied off the machine.

use crate::record::Record;
use runtime::Runtime;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use store::{AuditKey, Checkpoint, CheckpointError, Head};
use tokio::io::AsyncWriteExt;
use tokio_util::sync::CancellationToken;

/// The file in the record's directory; one JSON line for each checkpoint.
pub const CHECKPOINTS_FILE: &str = "checkpoints.jsonl";
/// How often a log that has moved gets a new checkpoint.
pub const CHECKPOINT_EVERY: Duration = Duration::from_secs(60);

/// Writes checkpoints of the logs of one record.
pub struct Keeper {
    key: AuditKey,
    file: PathBuf,
    runtime: Arc<Runtime>,
    last: BTreeMap<domain::ids::LogId, Head>,
}

impl Keeper {
    /// Reads the record's key, or makes one.
    ///
    /// # Errors
    /// [`CheckpointError::Key`].
    pub fn new(record: &Record, runtime: Arc<Runtime>) -> Result<Self, CheckpointError> {
        let key = AuditKey::load_or_make(record.dir())?;
        Ok(Self { key, file: record.dir().join(CHECKPOINTS_FILE), runtime, last: BTreeMap::new() })
    }

    async fn write(&mut self) {
        for log_id in self.runtime.logs() {
            let Some(view) = self.runtime.view(&log_id) else { continue };
            if self.last.get(&log_id) == Some(&view.head) {
                continue;
            }
            let checkpoint = Checkpoint { log_id: log_id.clone(), head: view.head, signed_at_ms: self.runtime.clock().now().0 };
            let written = match self.key.sign(&checkpoint) {
                Ok(line) => append(&self.file, format!("{line}\n")).await.map_err(|error| error.to_string()),
                Err(error) => Err(error.to_string()),
            };
            match written {
                Ok(()) => {
                    self.last.insert(log_id, view.head);
                }
                Err(error) => {
                    metrics::counter!("oneroom_checkpoint_errors_total").increment(1);
                    tracing::warn!(%error, log = %log_id, "a checkpoint could not be written");
                }
            }
        }
    }
}

async fn append(file: &std::path::Path, line: String) -> std::io::Result<()> {
    let mut file = tokio::fs::OpenOptions::new().create(true).append(true).open(file).await?;
    file.write_all(line.as_bytes()).await?;
    file.sync_data().await
}

/// Writes checkpoints until `stop`, and once more then.
pub async fn keep(mut keeper: Keeper, stop: CancellationToken) {
    let mut tick = tokio::time::interval(CHECKPOINT_EVERY);
    loop {
        tokio::select! {
            _ = tick.tick() => keeper.write().await,
            () = stop.cancelled() => break,
        }
    }
    keeper.write().await;
}
