//! Principals and tokens.

use super::fixture::{START_MS, principal, unit_id};
use crate::{Identities, PrincipalRecord, TokenKind, TokenRecord};
use domain::ids::AgencyId;
use domain::principal::Role;
use std::sync::Arc;

fn record(name: &str, role: Role) -> PrincipalRecord {
    PrincipalRecord { principal_id: principal(name), role, password_hash: None, created_at_ms: START_MS, disabled: false }
}

/// Every role comes back; a later put replaces all but the password.
pub async fn a_principal_is_kept_with_its_role_and_password(identities: Arc<dyn Identities>) {
    let jurisdictions: std::collections::BTreeSet<_> = ["610824-01", "610824-02"].map(|a| AgencyId::new(a).unwrap()).into();
    let roles = [
        ("device", Role::Unit { unit_id: unit_id("a-1") }),
        ("gateway", Role::Gateway { jurisdictions: jurisdictions.clone() }),
        ("observer", Role::Observer { jurisdictions: jurisdictions.clone() }),
        ("operator", Role::Operator { jurisdictions }),
        ("system", Role::System),
    ];
    let all: Vec<_> = roles.into_iter().map(|(name, role)| record(name, role)).collect();
    for one in all.iter().rev() {
        identities.put_principal(one.clone()).await.unwrap();
    }
    assert_eq!(identities.list_principals().await.unwrap(), all, "sorted by id");
    assert_eq!(identities.get_principal(&principal("nobody")).await.unwrap(), None);

    assert!(identities.set_password_hash(&principal("operator"), Some("$argon2id$x".to_owned())).await.unwrap());
    assert!(!identities.set_password_hash(&principal("nobody"), None).await.unwrap());
    let disabled = PrincipalRecord { disabled: true, ..record("operator", Role::System) };
    identities.put_principal(disabled.clone()).await.unwrap();
    let kept = PrincipalRecord { password_hash: Some("$argon2id$x".to_owned()), ..disabled };
    assert_eq!(identities.get_principal(&principal("operator")).await.unwrap(), Some(kept));
}

/// A token is found by its hash only; revoking and expiring end it, for one or for all of a principal.
pub async fn a_token_is_found_until_it_expires_or_is_revoked(identities: Arc<dyn Identities>) {
    let token = |number: u8, who: &str, expires_at_ms: Option<i64>| TokenRecord {
        token_sha256: [number; 32],
        principal_id: principal(who),
        kind: if expires_at_ms.is_some() { TokenKind::Session } else { TokenKind::Device },
        created_at_ms: START_MS,
        expires_at_ms,
        revoked: false,
    };
    let orphan = identities.put_token(token(9, "nobody", None)).await;
    assert!(orphan.is_err(), "a token needs its principal");
    for name in ["op-1", "op-2"] {
        identities.put_principal(record(name, Role::System)).await.unwrap();
    }
    for one in [token(1, "op-1", Some(100)), token(2, "op-1", None), token(3, "op-2", Some(200)), token(4, "op-2", Some(300))] {
        identities.put_token(one).await.unwrap();
    }
    assert_eq!(identities.find_token([1; 32]).await.unwrap(), Some(token(1, "op-1", Some(100))));
    assert_eq!(identities.find_token([8; 32]).await.unwrap(), None);
    assert_eq!(identities.tokens_of(&principal("op-2")).await.unwrap(), [token(3, "op-2", Some(200)), token(4, "op-2", Some(300))]);

    assert!(identities.revoke_token([3; 32]).await.unwrap());
    assert!(!identities.revoke_token([3; 32]).await.unwrap());
    assert!(identities.find_token([3; 32]).await.unwrap().unwrap().revoked);
    assert_eq!(identities.revoke_all_of(&principal("op-1")).await.unwrap(), 2);
    assert!(identities.find_token([2; 32]).await.unwrap().unwrap().revoked);

    assert_eq!(identities.expire_tokens(200).await.unwrap(), 2, "expired at or before that time");
    assert_eq!(identities.find_token([1; 32]).await.unwrap(), None);
    assert!(identities.find_token([2; 32]).await.unwrap().is_some(), "a device's token does not expire");
    assert!(identities.find_token([4; 32]).await.unwrap().is_some());
}
