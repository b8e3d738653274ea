//! `oneroom audit verify`: walks the hash chain of each log and names the first row that does not hold.

use crate::checkpoints::CHECKPOINTS_FILE;
use crate::cli::DataFlag;
use crate::exit::{Failure, print_line};
use crate::record::Record;
use domain::ids::LogId;
use serde_json::json;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use store::audit::{self, Audit};
use store::{AuditKey, Checkpoint, verify_checkpoint};

/// Most bytes of a file of checkpoints.
const MAX_CHECKPOINT_BYTES: u64 = 256 << 20;

/// The chain.
#[derive(clap::Subcommand, Debug)]
pub enum AuditCommand {
    /// Verifies the chain, and that it passes through the signed checkpoints.
    Verify {
        /// Where the record is.
        #[command(flatten)]
        data: DataFlag,
        /// One log only.
        #[arg(long, value_name = "ID")]
        log: Option<String>,
        /// Start at the last checkpoint in this file instead of at the first event.
        #[arg(long, value_name = "FILE")]
        from: Option<PathBuf>,
        /// Checkpoints that were kept off the machine [default: those beside the record].
        #[arg(long, value_name = "FILE")]
        checkpoints: Option<PathBuf>,
        /// Public key of the checkpoints, in hex [default: of the key beside the record].
        #[arg(long, value_name = "HEX")]
        key: Option<String>,
        /// One JSON object.
        #[arg(long)]
        json: bool,
    },
}

/// Runs an `audit` command.
///
/// # Errors
/// [`Failure::DoesNotHold`] naming the first bad row; [`Failure::BadInput`] when something can't be read.
pub async fn run(command: AuditCommand) -> Result<(), Failure> {
    let AuditCommand::Verify { data, log, from, checkpoints, key, json } = command;
    let record = Record::open_existing(&data.data)?;
    let key = match key {
        Some(key) => Some(key),
        None if data.data.join(store::AUDIT_KEY_FILE).is_file() => {
            Some(AuditKey::load_or_make(&data.data).map_err(Failure::input)?.public())
        }
        None => None,
    };
    let from = from.map(|file| read_checkpoints(&file, key.as_deref())).transpose()?.unwrap_or_default();
    let beside = data.data.join(CHECKPOINTS_FILE);
    let witnesses = match checkpoints {
        Some(file) => read_checkpoints(&file, key.as_deref())?,
        None if beside.is_file() => read_checkpoints(&beside, key.as_deref())?,
        None => Vec::new(),
    };
    let wanted = log.as_deref().map(LogId::new).transpose().map_err(Failure::input)?;
    let mut logs: Vec<LogId> = record.store().logs().await.map_err(Failure::input)?.into_iter().map(|log| log.log_id).collect();
    if let Some(wanted) = wanted {
        if !logs.contains(&wanted) {
            return Err(Failure::BadInput(format!("--log {wanted}: is not in this record")));
        }
        logs = vec![wanted];
    }
    let mut missing = missing_logs(&logs, witnesses.iter().chain(&from));
    if log.is_some() {
        missing.clear();
    }
    let verified = verify(&record, &logs, &from, witnesses, missing, json).await;
    record.close().await;
    verified
}

/// A log that a checkpoint speaks of but the record does not have was taken away as a whole.
fn missing_logs<'a>(logs: &[LogId], checkpoints: impl Iterator<Item = &'a Checkpoint>) -> Vec<String> {
    let missing: BTreeSet<&LogId> = checkpoints.map(|checkpoint| &checkpoint.log_id).filter(|log_id| !logs.contains(log_id)).collect();
    missing.iter().map(|log_id| format!("log {log_id}: is in the checkpoints, and not in this record")).collect()
}

async fn verify(
    record: &Record,
    logs: &[LogId],
    from: &[Checkpoint],
    witnesses: Vec<Checkpoint>,
    mut bad: Vec<String>,
    json: bool,
) -> Result<(), Failure> {
    let mut found = Vec::new();
    let mut audit = Audit { from: None, witnesses };
    for log_id in logs {
        audit.from = from.iter().filter(|checkpoint| &checkpoint.log_id == log_id).max_by_key(|checkpoint| checkpoint.head.seq).cloned();
        match audit::verify(record.store().as_ref(), log_id, &audit).await.map_err(Failure::input)? {
            Ok(verified) => {
                if !json {
                    let (head, hash) = (verified.head.seq, hex::encode(verified.head.hash));
                    print_line(format_args!("log {log_id}: {} events hold, head {head} {hash}", verified.events));
                }
                found.push(json!({ "log_id": log_id, "ok": true, "events": verified.events, "seq": verified.head.seq.0, "hash": hex::encode(verified.head.hash) }));
            }
            Err(first_bad) => {
                found.push(json!({ "log_id": log_id, "ok": false, "seq": first_bad.seq.0, "what": first_bad.what }));
                bad.push(first_bad.to_string());
            }
        }
    }
    if json {
        print_line(json!({ "ok": bad.is_empty(), "logs": found }));
    }
    if bad.is_empty() { Ok(()) } else { Err(Failure::DoesNotHold(bad.join("\n"))) }
}

fn read_checkpoints(file: &Path, key: Option<&str>) -> Result<Vec<Checkpoint>, Failure> {
    let shown = file.display();
    let at = |error: std::io::Error| Failure::BadInput(format!("{shown}: {error}"));
    let key = key.ok_or_else(|| Failure::BadInput(format!("{shown}: expected --key with the public key of the checkpoints")))?;
    let size = std::fs::metadata(file).map_err(at)?.len();
    if size > MAX_CHECKPOINT_BYTES {
        return Err(Failure::BadInput(format!("{shown}: {size} bytes: expected at most {MAX_CHECKPOINT_BYTES}")));
    }
    let text = std::fs::read_to_string(file).map_err(at)?;
    let mut checkpoints = Vec::new();
    let ended = text.ends_with('\n');
    let count = text.lines().count();
    for (index, line) in text.lines().enumerate() {
        match verify_checkpoint(line, key) {
            Ok(checkpoint) => checkpoints.push(checkpoint),
            // The machine may have stopped in the middle of the last line.
            Err(_) if index + 1 == count && !ended => {}
            Err(error) => return Err(Failure::DoesNotHold(format!("{shown}:{}: {error}", index + 1))),
        }
    }
    Ok(checkpoints)
}
