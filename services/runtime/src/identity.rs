//! Whose token it is, and signing in and out: what every way into the server asks first.
//!
//! Tokens are opaque: 256 random bits, kept as SHA-256 only. Passwords are kept as argon2id strings with the parameters that
//! the OWASP Password Storage Cheat Sheet names (19 MiB, 2 passes, 1 lane).

mod attempts;
mod password;
mod recent;

pub use password::{MAX_PASSWORD_BYTES, MIN_PASSWORD_CHARS, hash_password};

use crate::clock::Clock;
use attempts::Attempts;
use domain::ids::PrincipalId;
use domain::principal::Principal;
use domain::time::Timestamp;
use parking_lot::Mutex;
use recent::Recent;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use std::time::Duration;
use store::{Identities, PrincipalRecord, StoreError, TokenKind, TokenRecord};
use tokio::sync::Semaphore;
use tokio::time::Instant;

/// How long a session lasts, in milliseconds: a long shift.
pub const SESSION_MS: u64 = 14 * 3_600_000;
/// How long a token's principal is remembered without asking the record again: a revoked token is refused after 5 s at the
/// latest.
pub const REMEMBERED_FOR: Duration = Duration::from_secs(4);
/// What every token begins with, so that one in a log or a repository is recognised.
pub const TOKEN_PREFIX: &str = "or_";
/// Characters of a token: the prefix and 32 bytes in base64url without padding.
const TOKEN_LEN: usize = TOKEN_PREFIX.len() + 43;
/// Passwords that are checked at once, at most: each takes 19 MiB and a core.
const CHECKS_AT_ONCE: usize = 2;
/// How long a sign-in may wait for its turn.
const TURN_TIMEOUT: Duration = Duration::from_secs(5);

/// Why somebody was not let in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// The token is not known, was revoked, or its principal is shut out.
    #[error("the token is not valid: sign in again, or ask for a new one")]
    InvalidToken,
    /// The token ended.
    #[error("the token has expired: sign in again, or ask for a new one")]
    ExpiredToken,
    /// Unknown name, wrong password, no password, or shut out: which of them is not told.
    #[error("name or password is wrong")]
    WrongCredentials,
    /// Too many attempts for this name.
    #[error("too many attempts for this name: expected at most {} in a row, then one each {} s", attempts::BURST, attempts::REFILL_EVERY.as_secs())]
    TooMany,
    /// Too many sign-ins at once.
    #[error("too many people sign in right now: try again")]
    Busy,
    /// A new password is not acceptable.
    #[error("password: expected {MIN_PASSWORD_CHARS} characters or more, and at most {MAX_PASSWORD_BYTES} bytes")]
    Password,
    /// There is no such principal, or it is shut out.
    #[error("there is no enabled principal {0}")]
    UnknownPrincipal(PrincipalId),
    /// The record can't be read or written.
    #[error("the record of principals can not be used: {0}")]
    Store(String),
    /// Our own fault.
    #[error("the server failed: {0}")]
    Internal(String),
}

impl From<StoreError> for AuthError {
    fn from(error: StoreError) -> Self {
        Self::Store(error.to_string())
    }
}

/// A session that was opened.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    /// The token; only its holder has it.
    pub token: String,
    /// When it ends by itself.
    pub expires_at: Timestamp,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("token", &"hidden").field("expires_at", &self.expires_at).finish()
    }
}

/// Knows whose token it is.
pub struct Authenticator {
    identities: Arc<dyn Identities>,
    clock: Arc<dyn Clock>,
    recent: Mutex<Recent>,
    attempts: Mutex<Attempts>,
    turns: Arc<Semaphore>,
}

impl Authenticator {
    /// Over the record's principals.
    #[must_use]
    pub fn new(identities: Arc<dyn Identities>, clock: Arc<dyn Clock>) -> Self {
        let turns = Arc::new(Semaphore::new(CHECKS_AT_ONCE));
        Self { identities, clock, recent: Mutex::default(), attempts: Mutex::new(Attempts::new(Instant::now())), turns }
    }

    /// The record's principals.
    #[must_use]
    pub fn identities(&self) -> &Arc<dyn Identities> {
        &self.identities
    }

    /// Whose token it is. A token that is revoked, or whose principal is shut out, is refused within 5 s, on every node.
    ///
    /// # Errors
    /// [`AuthError::InvalidToken`], [`AuthError::ExpiredToken`], [`AuthError::Store`].
    pub async fn authenticate(&self, token: &str) -> Result<Principal, AuthError> {
        let sha256 = token_sha256(token).ok_or(AuthError::InvalidToken)?;
        let now = self.clock.now();
        let known = self.recent.lock().get(&sha256, Instant::now());
        if let Some((principal, expires_at)) = known {
            return if ended(expires_at, now) { Err(AuthError::ExpiredToken) } else { Ok(principal) };
        }
        // The moment before asking: the answer may be as old as that.
        let asked = Instant::now();
        let found = self.identities.find_token(sha256).await?.filter(|token| !token.revoked).ok_or(AuthError::InvalidToken)?;
        let expires_at = found.expires_at_ms.map(Timestamp);
        if ended(expires_at, now) {
            return Err(AuthError::ExpiredToken);
        }
        let record = self.identities.get_principal(&found.principal_id).await?;
        let record = record.filter(|record| !record.disabled).ok_or(AuthError::InvalidToken)?;
        let principal = Principal { principal_id: record.principal_id, role: record.role };
        self.recent.lock().put(sha256, principal.clone(), expires_at, asked);
        Ok(principal)
    }

    /// Checks a name and a password, and opens a session. Unknown names take as long as known ones.
    ///
    /// # Errors
    /// [`AuthError::WrongCredentials`], [`AuthError::TooMany`], [`AuthError::Busy`], [`AuthError::Store`].
    pub async fn sign_in(&self, name: &str, password: &str) -> Result<Session, AuthError> {
        if password.len() > MAX_PASSWORD_BYTES {
            return Err(AuthError::WrongCredentials);
        }
        let principal_id = PrincipalId::new(name).map_err(|_| AuthError::WrongCredentials)?;
        if !self.attempts.lock().take(principal_id.as_str(), Instant::now()) {
            metrics::counter!("oneroom_sign_ins_total", "result" => "too_many").increment(1);
            return Err(AuthError::TooMany);
        }
        let turn = tokio::time::timeout(TURN_TIMEOUT, Arc::clone(&self.turns).acquire_owned()).await;
        let turn = turn.map_err(|_| AuthError::Busy)?.map_err(|error| AuthError::Internal(error.to_string()))?;
        let record = self.identities.get_principal(&principal_id).await?;
        let usable = record.filter(|record| !record.disabled);
        let hash = usable.as_ref().and_then(|record| record.password_hash.clone());
        let password = password.to_owned();
        let right = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            password::verify(&password, hash.as_deref())
        });
        let right = right.await.map_err(|error| AuthError::Internal(error.to_string()))?;
        let Some(PrincipalRecord { principal_id, .. }) = usable.filter(|_| right) else {
            metrics::counter!("oneroom_sign_ins_total", "result" => "wrong").increment(1);
            return Err(AuthError::WrongCredentials);
        };
        self.attempts.lock().give_back(principal_id.as_str());
        metrics::counter!("oneroom_sign_ins_total", "result" => "ok").increment(1);
        let expires_at = self.clock.now().plus_ms(SESSION_MS);
        let token = self.issue(principal_id, TokenKind::Session, Some(expires_at)).await?;
        Ok(Session { token, expires_at })
    }

    /// Ends a session: its token is refused from now on here, within 5 s on other nodes. Ending it again changes nothing.
    ///
    /// # Errors
    /// [`AuthError::Store`]; [`AuthError::InvalidToken`] when it is none.
    pub async fn sign_out(&self, token: &str) -> Result<(), AuthError> {
        let sha256 = token_sha256(token).ok_or(AuthError::InvalidToken)?;
        self.identities.revoke_token(sha256).await?;
        self.recent.lock().forget(&sha256);
        Ok(())
    }

    /// Makes a token for a device or gateway. It ends after `ttl`, or when it is revoked. It is told this once.
    ///
    /// # Errors
    /// [`AuthError::UnknownPrincipal`], [`AuthError::Store`].
    pub async fn issue_device_token(&self, principal_id: &PrincipalId, ttl: Option<Duration>) -> Result<String, AuthError> {
        let record = self.identities.get_principal(principal_id).await?;
        if record.is_none_or(|record| record.disabled) {
            return Err(AuthError::UnknownPrincipal(principal_id.clone()));
        }
        let ttl_ms = ttl.map(|ttl| u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX));
        let expires_at = ttl_ms.map(|ttl_ms| self.clock.now().plus_ms(ttl_ms));
        self.issue(principal_id.clone(), TokenKind::Device, expires_at).await
    }

    /// Deletes what has ended by now; says how many tokens.
    ///
    /// # Errors
    /// [`AuthError::Store`].
    pub async fn expire(&self) -> Result<u64, AuthError> {
        Ok(self.identities.expire_tokens(self.clock.now().0).await?)
    }

    async fn issue(&self, principal_id: PrincipalId, kind: TokenKind, expires_at: Option<Timestamp>) -> Result<String, AuthError> {
        let token = new_token();
        let token_sha256 = token_sha256(&token).ok_or_else(|| AuthError::Internal("a token of our own is malformed".to_owned()))?;
        let created_at_ms = self.clock.now().0;
        let expires_at_ms = expires_at.map(|at| at.0);
        self.identities.put_token(TokenRecord { token_sha256, principal_id, kind, created_at_ms, expires_at_ms, revoked: false }).await?;
        Ok(token)
    }
}

fn ended(expires_at: Option<Timestamp>, now: Timestamp) -> bool {
    expires_at.is_some_and(|expires_at| expires_at <= now)
}

fn new_token() -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let secret: [u8; 32] = rand::random();
    let mut token = String::with_capacity(TOKEN_LEN);
    token.push_str(TOKEN_PREFIX);
    for chunk in secret.chunks(3) {
        let bits = chunk.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..=chunk.len() {
            let index = (bits >> (18 - 6 * place)) & 63;
            token.push(char::from(ALPHABET[index as usize]));
        }
    }
    token
}

/// The name a token has in the record; none for what can't be a token.
#[must_use]
pub fn token_sha256(token: &str) -> Option<[u8; 32]> {
    let well_formed = token.len() == TOKEN_LEN && token.starts_with(TOKEN_PREFIX);
    well_formed.then(|| Sha256::digest(token.as_bytes()).into())
}

#[cfg(test)]
mod tests;
