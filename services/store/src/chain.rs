//! The hash chain: each event is bound to everything before it.

use domain::ids::{LogId, Seq};
use sha2::{Digest, Sha256};

/// Where a log stands: its last event and the chain's hash there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Head {
    /// The last event; 0 for an empty log.
    pub seq: Seq,
    /// The chain's hash after it; zeros for an empty log.
    pub hash: [u8; 32],
}

impl Head {
    /// An empty log.
    pub const EMPTY: Self = Self { seq: Seq(0), hash: [0; 32] };
}

/// The chain's next hash: SHA-256 of the previous hash, the log's id, the sequence number as a big-endian u64, and the stored
/// bytes. The stored bytes, never a re-encoding of them.
#[must_use]
pub fn link(previous: &[u8; 32], log_id: &LogId, seq: Seq, stored: &[u8]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(previous);
    hasher.update(log_id.as_str().as_bytes());
    hasher.update(seq.0.to_be_bytes());
    hasher.update(stored);
    hasher.finalize().into()
}
