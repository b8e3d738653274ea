//! Passwords: argon2id strings.

use super::AuthError;
use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use std::sync::OnceLock;

/// Shortest password, in characters (NIST SP 800-63B § 3.1.1.2 asks for 8 at least beside another factor).
pub const MIN_PASSWORD_CHARS: usize = 10;
/// Longest password, in bytes.
pub const MAX_PASSWORD_BYTES: usize = 256;

/// Hashes a new password; takes about 50 ms and 19 MiB.
///
/// # Errors
/// [`AuthError::Password`] when it is too short or too long.
pub fn hash_password(password: &str) -> Result<String, AuthError> {
    if password.chars().count() < MIN_PASSWORD_CHARS || password.len() > MAX_PASSWORD_BYTES {
        return Err(AuthError::Password);
    }
    hash(password)
}

fn hash(password: &str) -> Result<String, AuthError> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|error| AuthError::Internal(error.to_string()))
}

/// Whether `password` is the one of `hash`. Without a hash the same work is done for nothing, so that time does not tell.
pub(super) fn verify(password: &str, hash: Option<&str>) -> bool {
    static NOBODY: OnceLock<String> = OnceLock::new();
    let nobody = || NOBODY.get_or_init(|| self::hash("nobody's password").unwrap_or_default()).as_str();
    let Ok(parsed) = PasswordHash::new(hash.unwrap_or_else(nobody)) else { return false };
    let right = Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok();
    right && hash.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_password_is_right_and_nobodys_never_is() {
        let hash = hash_password("correct horse").unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(verify("correct horse", Some(&hash)));
        assert!(!verify("correct horsf", Some(&hash)));
        assert!(!verify("nobody's password", None));
        assert!(!verify("x", Some("not a hash")));
    }

    #[test]
    fn short_and_endless_passwords_are_refused() {
        assert_eq!(hash_password("九个字符不够长的"), Err(AuthError::Password));
        assert_eq!(hash_password(&"x".repeat(257)), Err(AuthError::Password));
        assert!(hash_password("这个密码正好十个字符").is_ok());
    }
}
