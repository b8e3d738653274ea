//! Tests of signing in, tokens and their end, over a real record.

use super::*;
use crate::clock::VirtualClock;
use domain::ids::AgencyId;
use domain::principal::Role;
use std::collections::BTreeSet;
use store::{SqliteOptions, SqliteStore};

const PASSWORD: &str = "correct horse battery";

struct Bench {
    authenticator: Authenticator,
    identities: Arc<dyn Identities>,
    clock: Arc<VirtualClock>,
    principal_id: PrincipalId,
    _dir: tempfile::TempDir,
}

async fn bench() -> Bench {
    let dir = tempfile::tempdir().unwrap();
    let identities: Arc<dyn Identities> = SqliteStore::open(dir.path(), SqliteOptions::default()).unwrap();
    let clock = Arc::new(VirtualClock::at(Timestamp(1_000_000)));
    let principal_id = PrincipalId::new("operator-1").unwrap();
    put(&identities, &principal_id, false).await;
    let authenticator = Authenticator::new(Arc::clone(&identities), Arc::clone(&clock) as Arc<dyn Clock>);
    Bench { authenticator, identities, clock, principal_id, _dir: dir }
}

async fn put(identities: &Arc<dyn Identities>, principal_id: &PrincipalId, disabled: bool) {
    let role = Role::Operator { jurisdictions: BTreeSet::from([AgencyId::new("610824").unwrap()]) };
    let password_hash = Some(hash_password(PASSWORD).unwrap());
    let record = PrincipalRecord { principal_id: principal_id.clone(), role, password_hash, created_at_ms: 0, disabled };
    identities.put_principal(record).await.unwrap();
}

#[tokio::test]
async fn a_session_is_good_until_it_is_ended() {
    let bench = bench().await;
    let session = bench.authenticator.sign_in("operator-1", PASSWORD).await.unwrap();
    assert_eq!(session.expires_at, Timestamp(1_000_000).plus_ms(SESSION_MS));
    let principal = bench.authenticator.authenticate(&session.token).await.unwrap();
    assert_eq!(principal.principal_id, bench.principal_id);
    bench.authenticator.sign_out(&session.token).await.unwrap();
    assert_eq!(bench.authenticator.authenticate(&session.token).await, Err(AuthError::InvalidToken));
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_are_told_the_same() {
    let bench = bench().await;
    for (name, password) in [("operator-1", "correct horse batterz"), ("operator-2", PASSWORD), ("No Code", PASSWORD), ("operator-1", "")] {
        assert_eq!(bench.authenticator.sign_in(name, password).await, Err(AuthError::WrongCredentials), "{name}");
    }
    put(&bench.identities, &bench.principal_id, true).await;
    assert_eq!(bench.authenticator.sign_in("operator-1", PASSWORD).await, Err(AuthError::WrongCredentials));
}

#[tokio::test]
async fn a_name_that_fails_too_often_has_to_wait_and_others_do_not() {
    let bench = bench().await;
    for _ in 0..attempts::BURST {
        assert_eq!(bench.authenticator.sign_in("operator-9", PASSWORD).await, Err(AuthError::WrongCredentials));
    }
    assert_eq!(bench.authenticator.sign_in("operator-9", PASSWORD).await, Err(AuthError::TooMany));
    assert!(bench.authenticator.sign_in("operator-1", PASSWORD).await.is_ok());
}

#[tokio::test]
async fn a_token_ends_at_its_time_even_when_it_is_remembered() {
    let bench = bench().await;
    let ttl = Some(Duration::from_secs(60));
    let token = bench.authenticator.issue_device_token(&bench.principal_id, ttl).await.unwrap();
    assert!(bench.authenticator.authenticate(&token).await.is_ok());
    bench.clock.advance_to(Timestamp(1_000_000 + 59_999));
    assert!(bench.authenticator.authenticate(&token).await.is_ok());
    bench.clock.advance_to(Timestamp(1_000_000 + 60_000));
    assert_eq!(bench.authenticator.authenticate(&token).await, Err(AuthError::ExpiredToken));
    assert_eq!(bench.authenticator.expire().await, Ok(1));
}

#[tokio::test]
async fn a_token_revoked_elsewhere_is_refused_once_it_is_no_longer_remembered() {
    let bench = bench().await;
    let token = bench.authenticator.issue_device_token(&bench.principal_id, None).await.unwrap();
    assert!(bench.authenticator.authenticate(&token).await.is_ok());
    bench.identities.revoke_token(token_sha256(&token).unwrap()).await.unwrap();
    let first_look = Instant::now();
    let later = first_look + Duration::from_secs(5);
    assert!(bench.authenticator.recent.lock().get(&token_sha256(&token).unwrap(), later).is_none(), "remembered for 5 s or more");
    bench.authenticator.recent.lock().forget(&token_sha256(&token).unwrap());
    assert_eq!(bench.authenticator.authenticate(&token).await, Err(AuthError::InvalidToken));
}

#[tokio::test]
async fn a_principal_that_is_shut_out_takes_its_tokens_with_it() {
    let bench = bench().await;
    let token = bench.authenticator.issue_device_token(&bench.principal_id, None).await.unwrap();
    put(&bench.identities, &bench.principal_id, true).await;
    assert_eq!(bench.authenticator.authenticate(&token).await, Err(AuthError::InvalidToken));
    let refused = bench.authenticator.issue_device_token(&bench.principal_id, None).await;
    assert_eq!(refused, Err(AuthError::UnknownPrincipal(bench.principal_id.clone())));
}

#[tokio::test]
async fn what_is_no_token_is_refused_without_asking_the_record() {
    let bench = bench().await;
    for wrong in ["", "or_", "or_x", &"x".repeat(46), &format!("or_{}", "x".repeat(44))] {
        assert_eq!(token_sha256(wrong), None, "{wrong}");
        assert_eq!(bench.authenticator.authenticate(wrong).await, Err(AuthError::InvalidToken));
    }
}

#[test]
fn tokens_are_43_url_safe_characters_after_the_prefix_and_never_the_same() {
    let tokens: BTreeSet<String> = (0..100).map(|_| new_token()).collect();
    assert_eq!(tokens.len(), 100);
    for token in tokens {
        assert_eq!(token.len(), 46);
        assert!(token[3..].bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'), "{token}");
    }
}
