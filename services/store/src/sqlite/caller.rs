//! Repeat callers (重复警情): a phone number is matched by a keyed hash that lives in the vault and is erased with its row.

use hmac::{Hmac, KeyInit, Mac};
use rusqlite::{Connection, OptionalExtension};
use sha2::Sha256;

/// Fewest digits that say who called.
const MIN_DIGITS: usize = 5;

/// HMAC-SHA-256 of a phone number by this installation's key; none where there is no number.
pub(super) fn hash(conn: &Connection, phone: &str) -> rusqlite::Result<Option<[u8; 32]>> {
    let digits = digits_of(phone);
    if digits.len() < MIN_DIGITS {
        return Ok(None);
    }
    let key: Option<Vec<u8>> =
        conn.prepare_cached("SELECT value FROM secrets WHERE name = 'caller_key'")?.query_row([], |row| row.get(0)).optional()?;
    let mac = key.and_then(|key| Hmac::<Sha256>::new_from_slice(&key).ok());
    Ok(mac.map(|mac| mac.chain_update(digits.as_bytes()).finalize().into_bytes().into()))
}

/// The digits of a number, without the country's code before a Chinese mobile number: `+86 139-1234-5678` is `13912345678`.
fn digits_of(phone: &str) -> String {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let without_country = digits.strip_prefix("0086").or_else(|| digits.strip_prefix("86"));
    match without_country {
        Some(mobile) if mobile.len() == 11 && mobile.starts_with('1') => mobile.to_owned(),
        _ => digits,
    }
}

#[cfg(test)]
mod tests {
    use super::digits_of;

    #[test]
    fn one_number_is_one_caller_however_it_is_written() {
        for written in ["13912345678", "+86 139 1234 5678", "0086-139-1234-5678", "139-1234-5678"] {
            assert_eq!(digits_of(written), "13912345678", "{written}");
        }
        assert_eq!(digits_of("0912-4621110"), "09124621110");
        assert_eq!(digits_of("86123"), "86123");
    }
}
