//! Principals and tokens: who may speak to the service. Passwords come hashed, tokens come as SHA-256; neither is here in clear.

use crate::query::StoreError;
use async_trait::async_trait;
use domain::ids::PrincipalId;
use domain::principal::Role;

/// A principal as it is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct PrincipalRecord {
    /// Its name.
    pub principal_id: PrincipalId,
    /// What it may do.
    pub role: Role,
    /// Its password's hash string (with its algorithm, parameters and salt); none when it has no password.
    pub password_hash: Option<String>,
    /// When it was made, milliseconds since 1970.
    pub created_at_ms: i64,
    /// Whether it is shut out.
    pub disabled: bool,
}

impl std::fmt::Debug for PrincipalRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PrincipalRecord")
            .field("principal_id", &self.principal_id)
            .field("role", &self.role)
            .field("has_password", &self.password_hash.is_some())
            .field("created_at_ms", &self.created_at_ms)
            .field("disabled", &self.disabled)
            .finish()
    }
}

/// What a token is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TokenKind {
    /// One login of a person.
    Session,
    /// A device or gateway, until it is revoked.
    Device,
}

/// A token as it is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TokenRecord {
    /// SHA-256 of the token.
    pub token_sha256: [u8; 32],
    /// Whose.
    pub principal_id: PrincipalId,
    /// What for.
    pub kind: TokenKind,
    /// When it was made, milliseconds since 1970.
    pub created_at_ms: i64,
    /// When it ends, milliseconds since 1970; none when it does not end by itself.
    pub expires_at_ms: Option<i64>,
    /// Whether it was revoked.
    pub revoked: bool,
}

/// Who may speak to the service. The caller decides what an expired or revoked token or a disabled principal means: it is found.
#[async_trait]
pub trait Identities: Send + Sync + 'static {
    /// Keeps a principal. One that is there gets the role and `disabled`; its password and the time it was made stay.
    async fn put_principal(&self, principal: PrincipalRecord) -> Result<(), StoreError>;

    /// A principal by its name.
    async fn get_principal(&self, principal_id: &PrincipalId) -> Result<Option<PrincipalRecord>, StoreError>;

    /// All principals by name.
    async fn list_principals(&self) -> Result<Vec<PrincipalRecord>, StoreError>;

    /// Sets or takes away a password's hash; says whether the principal is there.
    async fn set_password_hash(&self, principal_id: &PrincipalId, password_hash: Option<String>) -> Result<bool, StoreError>;

    /// Keeps a token of a principal that is there.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] also when the principal is not there or the token is.
    async fn put_token(&self, token: TokenRecord) -> Result<(), StoreError>;

    /// A token by its hash, also when it is revoked or past its time.
    async fn find_token(&self, token_sha256: [u8; 32]) -> Result<Option<TokenRecord>, StoreError>;

    /// All tokens of a principal, by hash.
    async fn tokens_of(&self, principal_id: &PrincipalId) -> Result<Vec<TokenRecord>, StoreError>;

    /// Revokes a token; says whether that changed anything.
    async fn revoke_token(&self, token_sha256: [u8; 32]) -> Result<bool, StoreError>;

    /// Revokes all tokens of a principal; says how many were not revoked yet.
    async fn revoke_all_of(&self, principal_id: &PrincipalId) -> Result<u64, StoreError>;

    /// Deletes tokens that ended at or before `now_ms` (milliseconds since 1970); says how many.
    async fn expire_tokens(&self, now_ms: i64) -> Result<u64, StoreError>;
}
