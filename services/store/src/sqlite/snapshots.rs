//! Snapshots: one file per log beside the record. They can be thrown away, so they cost the writer and the backup nothing.

use crate::chain::Head;
use crate::query::{Snapshot, StoreError};
use domain::ids::{LogId, Seq};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};

/// Their directory, in the record's.
pub(super) const DIR: &str = "snapshots";
const MAGIC: &[u8; 8] = b"ORSNAP01";
/// Magic, state version, sequence number, chain hash, SHA-256 of all of these and the bytes.
const HEADER_LEN: usize = 8 + 4 + 8 + 32 + 32;

fn path_of(dir: &Path, log_id: &LogId) -> PathBuf {
    dir.join(format!("{log_id}.snapshot"))
}

fn header(snapshot: &Snapshot) -> Vec<u8> {
    let mut header = Vec::with_capacity(HEADER_LEN + snapshot.bytes.len());
    header.extend_from_slice(MAGIC);
    header.extend_from_slice(&snapshot.state_version.to_be_bytes());
    header.extend_from_slice(&snapshot.head.seq.0.to_be_bytes());
    header.extend_from_slice(&snapshot.head.hash);
    header
}

fn digest(header: &[u8], bytes: &[u8]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(header);
    hasher.update(bytes);
    hasher.finalize().into()
}

/// Keeps a snapshot in place of the log's last one. Not synced: a torn file is known by its digest.
pub(super) fn put(dir: &Path, log_id: &LogId, snapshot: &Snapshot) -> Result<(), StoreError> {
    let path = path_of(dir, log_id);
    let failed = |error: std::io::Error| StoreError::Unavailable(format!("{}: {error}", path.display()));
    let mut content = header(snapshot);
    let digest = digest(&content, &snapshot.bytes);
    content.extend_from_slice(&digest);
    content.extend_from_slice(&snapshot.bytes);
    let new = path.with_extension("snapshot-new");
    fs::create_dir_all(dir).map_err(failed)?;
    fs::write(&new, content).map_err(failed)?;
    fs::rename(&new, &path).map_err(failed)
}

/// The log's snapshot, if it is whole and of this state version.
pub(super) fn get(dir: &Path, log_id: &LogId, state_version: u32) -> Option<Snapshot> {
    let content = fs::read(path_of(dir, log_id)).ok()?;
    let (head, bytes) = content.split_at_checked(HEADER_LEN)?;
    let (fields, stored_digest) = head.split_at_checked(HEADER_LEN - 32)?;
    let snapshot = Snapshot {
        state_version: u32::from_be_bytes(fields.get(8..12)?.try_into().ok()?),
        head: Head { seq: Seq(u64::from_be_bytes(fields.get(12..20)?.try_into().ok()?)), hash: fields.get(20..52)?.try_into().ok()? },
        bytes: bytes.to_vec(),
    };
    let whole = header(&snapshot) == fields && digest(fields, bytes) == stored_digest;
    (whole && snapshot.state_version == state_version).then_some(snapshot)
}
