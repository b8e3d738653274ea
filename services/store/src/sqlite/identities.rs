//! Principals and tokens in the record's file.

use super::open::SqliteStore;
use super::rows;
use crate::identity::{Identities, PrincipalRecord, TokenKind, TokenRecord};
use crate::query::StoreError;
use async_trait::async_trait;
use domain::ids::{AgencyId, PrincipalId, UnitId};
use domain::principal::Role;
use rusqlite::{OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A role as the file has it. The domain's type is free to change; this one is not.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StoredRole {
    Operator { jurisdictions: BTreeSet<AgencyId> },
    Observer { jurisdictions: BTreeSet<AgencyId> },
    Unit { unit_id: UnitId },
    Gateway { jurisdictions: BTreeSet<AgencyId> },
    System,
}

impl From<Role> for StoredRole {
    fn from(role: Role) -> Self {
        match role {
            Role::Operator { jurisdictions } => Self::Operator { jurisdictions },
            Role::Observer { jurisdictions } => Self::Observer { jurisdictions },
            Role::Unit { unit_id } => Self::Unit { unit_id },
            Role::Gateway { jurisdictions } => Self::Gateway { jurisdictions },
            Role::System => Self::System,
        }
    }
}

impl From<StoredRole> for Role {
    fn from(role: StoredRole) -> Self {
        match role {
            StoredRole::Operator { jurisdictions } => Self::Operator { jurisdictions },
            StoredRole::Observer { jurisdictions } => Self::Observer { jurisdictions },
            StoredRole::Unit { unit_id } => Self::Unit { unit_id },
            StoredRole::Gateway { jurisdictions } => Self::Gateway { jurisdictions },
            StoredRole::System => Self::System,
        }
    }
}

const SESSION: &str = "session";
const DEVICE: &str = "device";

fn principal(row: &Row<'_>) -> rusqlite::Result<PrincipalRecord> {
    Ok(PrincipalRecord {
        principal_id: rows::code(row, 0, PrincipalId::new)?,
        role: rows::json::<StoredRole>(row, 1)?.into(),
        password_hash: row.get(2)?,
        created_at_ms: row.get(3)?,
        disabled: row.get(4)?,
    })
}

fn token(row: &Row<'_>) -> rusqlite::Result<TokenRecord> {
    let kind = match row.get_ref(2)?.as_str().map_err(|error| rows::wrong(2, error))? {
        SESSION => TokenKind::Session,
        DEVICE => TokenKind::Device,
        other => return Err(rows::wrong(2, std::io::Error::other(format!("{other:?} is no kind of token")))),
    };
    Ok(TokenRecord {
        token_sha256: rows::bytes(row, 0)?,
        principal_id: rows::code(row, 1, PrincipalId::new)?,
        kind,
        created_at_ms: row.get(3)?,
        expires_at_ms: row.get(4)?,
        revoked: row.get(5)?,
    })
}

fn count(rows: usize) -> u64 {
    u64::try_from(rows).unwrap_or(u64::MAX)
}

#[async_trait]
impl Identities for SqliteStore {
    async fn put_principal(&self, principal: PrincipalRecord) -> Result<(), StoreError> {
        let role = serde_json::to_string(&StoredRole::from(principal.role)).map_err(|e| StoreError::Unavailable(e.to_string()))?;
        self.write(move |conn| {
            conn.prepare_cached(
                "INSERT INTO principals (principal_id, role, password_hash, created_at_ms, disabled) VALUES (?1, ?2, ?3, ?4, ?5) \
                 ON CONFLICT (principal_id) DO UPDATE SET role = ?2, disabled = ?5",
            )?
            .execute(params![
                principal.principal_id.as_str(),
                role,
                principal.password_hash,
                principal.created_at_ms,
                principal.disabled
            ])
        })
        .await?;
        Ok(())
    }

    async fn get_principal(&self, principal_id: &PrincipalId) -> Result<Option<PrincipalRecord>, StoreError> {
        let id = principal_id.clone();
        self.readers
            .read(move |conn| {
                conn.prepare_cached(
                    "SELECT principal_id, role, password_hash, created_at_ms, disabled FROM principals WHERE principal_id = ?",
                )?
                .query_row([id.as_str()], principal)
                .optional()
            })
            .await
    }

    async fn list_principals(&self) -> Result<Vec<PrincipalRecord>, StoreError> {
        self.readers
            .read(|conn| {
                conn.prepare_cached(
                    "SELECT principal_id, role, password_hash, created_at_ms, disabled FROM principals ORDER BY principal_id",
                )?
                .query_map([], principal)?
                .collect()
            })
            .await
    }

    async fn set_password_hash(&self, principal_id: &PrincipalId, password_hash: Option<String>) -> Result<bool, StoreError> {
        let id = principal_id.clone();
        let changed = self
            .write(move |conn| {
                conn.prepare_cached("UPDATE principals SET password_hash = ? WHERE principal_id = ?")?
                    .execute(params![password_hash, id.as_str()])
            })
            .await?;
        Ok(changed > 0)
    }

    async fn put_token(&self, token: TokenRecord) -> Result<(), StoreError> {
        let kind = match token.kind {
            TokenKind::Session => SESSION,
            TokenKind::Device => DEVICE,
        };
        self.write(move |conn| {
            conn.prepare_cached(
                "INSERT INTO tokens (token_sha256, principal_id, kind, created_at_ms, expires_at_ms, revoked) VALUES (?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![
                token.token_sha256,
                token.principal_id.as_str(),
                kind,
                token.created_at_ms,
                token.expires_at_ms,
                token.revoked
            ])
        })
        .await?;
        Ok(())
    }

    async fn find_token(&self, token_sha256: [u8; 32]) -> Result<Option<TokenRecord>, StoreError> {
        self.readers
            .read(move |conn| {
                conn.prepare_cached(
                    "SELECT token_sha256, principal_id, kind, created_at_ms, expires_at_ms, revoked FROM tokens WHERE token_sha256 = ?",
                )?
                .query_row([token_sha256], token)
                .optional()
            })
            .await
    }

    async fn tokens_of(&self, principal_id: &PrincipalId) -> Result<Vec<TokenRecord>, StoreError> {
        let id = principal_id.clone();
        self.readers
            .read(move |conn| {
                conn.prepare_cached(
                    "SELECT token_sha256, principal_id, kind, created_at_ms, expires_at_ms, revoked FROM tokens \
                     WHERE principal_id = ? ORDER BY token_sha256",
                )?
                .query_map([id.as_str()], token)?
                .collect()
            })
            .await
    }

    async fn revoke_token(&self, token_sha256: [u8; 32]) -> Result<bool, StoreError> {
        let changed = self
            .write(move |conn| conn.execute("UPDATE tokens SET revoked = 1 WHERE token_sha256 = ? AND revoked = 0", [token_sha256]))
            .await?;
        Ok(changed > 0)
    }

    async fn revoke_all_of(&self, principal_id: &PrincipalId) -> Result<u64, StoreError> {
        let id = principal_id.clone();
        let revoke = "UPDATE tokens SET revoked = 1 WHERE principal_id = ? AND revoked = 0";
        self.write(move |conn| conn.execute(revoke, [id.as_str()])).await.map(count)
    }

    async fn expire_tokens(&self, now_ms: i64) -> Result<u64, StoreError> {
        self.write(move |conn| conn.execute("DELETE FROM tokens WHERE expires_at_ms <= ?", [now_ms])).await.map(count)
    }
}
