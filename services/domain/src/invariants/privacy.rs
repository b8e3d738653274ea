//! PRV-1: no personal data is in an event.

use super::{Findings, PRV_1, Violation};

/// Shorter words of plain ASCII, in bytes, are not looked for: a house number `12` is in every timestamp.
const SHORTEST_WORD: usize = 4;
/// Shorter runs of digits are not looked for apart from their words.
const SHORTEST_PHONE: usize = 7;
/// A Chinese mobile number has this many digits and begins with 13 to 19.
const MOBILE_DIGITS: usize = 11;

/// Checks PRV-1 on one event: `text` is the event as text (all of it: a debug print, JSON), `private` what went into the vault.
///
/// Two things are looked for: each private word, also with its phone number written together; and, whatever went into the
/// vault, a word that can only be a mobile number. The findings never repeat what was found.
#[must_use]
pub fn check_private<'a>(text: &str, private: impl IntoIterator<Item = &'a str>) -> Vec<Violation> {
    let mut found = Findings::default();
    for (place, word) in private.into_iter().enumerate() {
        let word = word.trim();
        if word.len() < SHORTEST_WORD {
            continue;
        }
        // A debug print and JSON escape what they quote.
        let escaped = word.escape_debug().to_string();
        let digits: String = word.chars().filter(char::is_ascii_digit).collect();
        if text.contains(word) || text.contains(&escaped) || (digits.len() >= SHORTEST_PHONE && text.contains(&digits)) {
            found.say(PRV_1, format!("the event holds item {place} of what is in the vault ({} bytes)", word.len()));
        }
    }
    if text.split(|c: char| !c.is_alphanumeric()).any(is_mobile) {
        found.say(PRV_1, "the event holds a mobile number".to_owned());
    }
    found.0
}

fn is_mobile(word: &str) -> bool {
    let bytes = word.as_bytes();
    bytes.len() == MOBILE_DIGITS
        && bytes.iter().all(u8::is_ascii_digit)
        && bytes.first() == Some(&b'1')
        && bytes.get(1).is_some_and(|digit| (b'3'..=b'9').contains(digit))
}
