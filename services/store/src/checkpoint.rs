//! Signed checkpoints: a log's position and hash at a time, one JSON line, to be kept where nobody who can change the record
//! can change them too. A record that was cut short or rewritten as a whole contradicts them.

use crate::chain::Head;
use domain::ids::{LogId, Seq};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;

/// The file of the signing key in the record's directory.
pub const AUDIT_KEY_FILE: &str = "audit.key";
/// Keeps a signature from being taken for one of something else.
const CONTEXT: &str = "oneroom.checkpoint.v1";

/// A log's head at a time, as claimed by who signed it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Checkpoint {
    /// The log.
    pub log_id: LogId,
    /// Its head.
    pub head: Head,
    /// When it was signed, milliseconds since 1970.
    pub signed_at_ms: i64,
}

/// Why a checkpoint or key is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// Not a line of this format.
    #[error("this is no checkpoint: {0}")]
    Malformed(String),
    /// Signed by another key, or changed after it was signed.
    #[error("the checkpoint of {log_id} at {seq} is not signed by the key {expected_key}")]
    NotSignedBy {
        /// Its log.
        log_id: String,
        /// Its position.
        seq: u64,
        /// The public key that was expected, in hex.
        expected_key: String,
    },
    /// The key file can't be read or made.
    #[error("the signing key {path}: {reason}")]
    Key {
        /// The file.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
}

/// The line's fields, in this order.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    log_id: LogId,
    seq: u64,
    hash: String,
    signed_at_ms: i64,
    key: String,
    signature: String,
}

/// The key that signs checkpoints.
pub struct AuditKey(SigningKey);

impl AuditKey {
    /// Reads the key file of a record's directory, or makes it with a fresh key, readable by its owner only.
    ///
    /// # Errors
    /// [`CheckpointError::Key`] when it can't be read or made, or holds no key.
    pub fn load_or_make(dir: &Path) -> Result<Self, CheckpointError> {
        let path = dir.join(AUDIT_KEY_FILE);
        let failed = |reason: String| CheckpointError::Key { path: path.display().to_string(), reason };
        match fs::read_to_string(&path) {
            Ok(text) => {
                let seed = unhex::<32>(text.trim()).ok_or_else(|| failed("expected 64 hexadecimal digits".to_owned()))?;
                Ok(Self(SigningKey::from_bytes(&seed)))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let seed: [u8; 32] = rand::random();
                write_secret(&path, &format!("{}\n", hex::encode(seed))).map_err(|error| failed(error.to_string()))?;
                Ok(Self(SigningKey::from_bytes(&seed)))
            }
            Err(error) => Err(failed(error.to_string())),
        }
    }

    /// The public key in hex: what a verifier is given.
    #[must_use]
    pub fn public(&self) -> String {
        hex::encode(self.0.verifying_key().as_bytes())
    }

    /// The checkpoint as one signed JSON line, without a line break.
    ///
    /// # Errors
    /// [`CheckpointError::Malformed`] when it can't be written as JSON.
    pub fn sign(&self, checkpoint: &Checkpoint) -> Result<String, CheckpointError> {
        let line = Line {
            log_id: checkpoint.log_id.clone(),
            seq: checkpoint.head.seq.0,
            hash: hex::encode(checkpoint.head.hash),
            signed_at_ms: checkpoint.signed_at_ms,
            key: self.public(),
            signature: hex::encode(self.0.sign(&signed_bytes(checkpoint)).to_bytes()),
        };
        serde_json::to_string(&line).map_err(|error| CheckpointError::Malformed(error.to_string()))
    }
}

/// Reads a line and checks that `public_key` (hex) signed it. The key in the line only says which key that claims to be.
///
/// # Errors
/// [`CheckpointError`] when it is no checkpoint, or not signed by that key.
pub fn verify_checkpoint(line: &str, public_key: &str) -> Result<Checkpoint, CheckpointError> {
    let malformed = |what: &str| CheckpointError::Malformed(what.to_owned());
    let line: Line = serde_json::from_str(line.trim()).map_err(|error| CheckpointError::Malformed(error.to_string()))?;
    let hash = unhex::<32>(&line.hash).ok_or_else(|| malformed("hash: expected 64 hexadecimal digits"))?;
    let signature = unhex::<64>(&line.signature).ok_or_else(|| malformed("signature: expected 128 hexadecimal digits"))?;
    let key = unhex::<32>(public_key.trim()).and_then(|bytes| VerifyingKey::from_bytes(&bytes).ok());
    let key = key.ok_or_else(|| malformed("public key: expected 64 hexadecimal digits of an ed25519 key"))?;
    let checkpoint = Checkpoint { log_id: line.log_id, head: Head { seq: Seq(line.seq), hash }, signed_at_ms: line.signed_at_ms };
    key.verify_strict(&signed_bytes(&checkpoint), &Signature::from_bytes(&signature)).map_err(|_| CheckpointError::NotSignedBy {
        log_id: checkpoint.log_id.to_string(),
        seq: checkpoint.head.seq.0,
        expected_key: hex::encode(key.as_bytes()),
    })?;
    Ok(checkpoint)
}

/// What is signed. A log id has no line break in it, so that no two checkpoints give the same bytes.
fn signed_bytes(checkpoint: &Checkpoint) -> Vec<u8> {
    let Checkpoint { log_id, head, signed_at_ms } = checkpoint;
    format!("{CONTEXT}\n{log_id}\n{}\n{}\n{signed_at_ms}", head.seq, hex::encode(head.hash)).into_bytes()
}

fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    hex::decode(text).ok()?.try_into().ok()
}

fn write_secret(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checkpoint() -> Checkpoint {
        Checkpoint { log_id: LogId::new("610824").unwrap(), head: Head { seq: Seq(57), hash: [0xab; 32] }, signed_at_ms: 1_784_705_600_000 }
    }

    #[test]
    fn a_signed_line_is_read_back_and_any_change_of_it_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let key = AuditKey::load_or_make(dir.path()).unwrap();
        let line = key.sign(&checkpoint()).unwrap();
        assert_eq!(line.lines().count(), 1);
        assert_eq!(verify_checkpoint(&line, &key.public()), Ok(checkpoint()));
        for (from, to) in [("\"seq\":57", "\"seq\":56"), ("610824", "610825"), ("abab", "abac"), ("1784705600000", "1784705600001")] {
            let changed = line.replacen(from, to, 1);
            assert_ne!(changed, line);
            assert!(matches!(verify_checkpoint(&changed, &key.public()), Err(CheckpointError::NotSignedBy { .. })), "{from}");
        }
        let other = AuditKey::load_or_make(tempfile::tempdir().unwrap().path()).unwrap();
        assert!(matches!(verify_checkpoint(&line, &other.public()), Err(CheckpointError::NotSignedBy { .. })));
        assert!(matches!(verify_checkpoint("{}", &key.public()), Err(CheckpointError::Malformed(_))));
    }

    #[test]
    fn the_key_is_made_once_and_is_its_owners_only() {
        let dir = tempfile::tempdir().unwrap();
        let first = AuditKey::load_or_make(dir.path()).unwrap().public();
        assert_eq!(AuditKey::load_or_make(dir.path()).unwrap().public(), first);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(dir.path().join(AUDIT_KEY_FILE)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        fs::write(dir.path().join(AUDIT_KEY_FILE), "short").unwrap();
        assert!(matches!(AuditKey::load_or_make(dir.path()), Err(CheckpointError::Key { .. })));
    }
}
