//! What a person said goes into the vault; a command and its events carry a reference and a salted commitment.

use domain::ids::PrivateRef;
use domain::incident::PrivateLink;
use domain::time::Timestamp;
use sha2::{Digest, Sha256};
use store::{PrivateContent, PrivateEntry};
use uuid::Uuid;

/// How long personal data stays in the vault before it is erased by itself, in milliseconds: 365 days.
pub const PRIVATE_KEPT_MS: u64 = 365 * 24 * 60 * 60 * 1_000;

/// The vault's entry for `content` and the link to it; none when nothing personal was given.
///
/// The commitment is SHA-256 over the salt and the content as JSON, whose fields stand in the order of the type.
///
/// # Errors
/// When the content can't be written as JSON, which text always can.
pub fn seal(content: PrivateContent, now: Timestamp) -> Result<Option<(PrivateEntry, PrivateLink)>, serde_json::Error> {
    if content == PrivateContent::default() {
        return Ok(None);
    }
    let salt: [u8; 16] = rand::random();
    let private_ref = PrivateRef(Uuid::now_v7());
    let commitment = Sha256::new().chain_update(salt).chain_update(serde_json::to_vec(&content)?).finalize().into();
    let entry = PrivateEntry { private_ref, salt, content, erase_at: now.plus_ms(PRIVATE_KEPT_MS) };
    Ok(Some((entry, PrivateLink { private_ref, commitment })))
}
