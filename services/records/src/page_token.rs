//! Page tokens: where the next page begins, bound to the question it belongs to. Opaque to callers.

use domain::ids::Seq;
use sha2::{Digest, Sha256};
use wire::api::FieldError;

/// Bytes of the question's digest in a token: enough to notice that a token belongs to another question.
const BOUND_BYTES: usize = 8;
/// Bytes of a token before it is written as hex.
const TOKEN_BYTES: usize = 8 + BOUND_BYTES;

fn token(before: Seq, question: &[u8; 32]) -> [u8; TOKEN_BYTES] {
    let mut bytes = [0; TOKEN_BYTES];
    bytes[..8].copy_from_slice(&before.0.to_be_bytes());
    let bound = Sha256::new().chain_update(before.0.to_be_bytes()).chain_update(question).finalize();
    bytes[8..].copy_from_slice(&bound[..BOUND_BYTES]);
    bytes
}

/// The token of the page that begins before `before`. `question` is the digest of what was asked, without page and size.
pub(crate) fn write(before: Seq, question: &[u8; 32]) -> String {
    hex::encode(token(before, question))
}

/// Where the page begins; none for the first.
pub(crate) fn read(text: &str, question: &[u8; 32]) -> Result<Option<Seq>, FieldError> {
    if text.is_empty() {
        return Ok(None);
    }
    let mut bytes = [0; TOKEN_BYTES];
    let read = hex::decode_to_slice(text, &mut bytes).ok();
    let before = read.and_then(|()| bytes.first_chunk::<8>()).map(|seq| Seq(u64::from_be_bytes(*seq)));
    let expected = "the next_page_token of the same question";
    before.filter(|before| token(*before, question) == bytes).map(Some).ok_or_else(|| FieldError::new("page_token", text, expected))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_goes_with_its_question_only() {
        let text = write(Seq(42), &[1; 32]);
        assert_eq!(read(&text, &[1; 32]).unwrap(), Some(Seq(42)));
        assert_eq!(read("", &[1; 32]).unwrap(), None);
        let changed = text.replacen("2a", "2b", 1);
        for (given, question) in [(text.as_str(), [2; 32]), (changed.as_str(), [1; 32]), ("x", [1; 32]), (&text[2..], [1; 32])] {
            assert_eq!(read(given, &question).unwrap_err().field, "page_token", "{given}");
        }
    }
}
