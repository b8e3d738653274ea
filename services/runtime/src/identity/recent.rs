//! Tokens that were looked up a moment ago, so that not every request reads the record.

use super::REMEMBERED_FOR;
use domain::principal::Principal;
use domain::time::Timestamp;
use foldhash::quality::RandomState;
use std::collections::HashMap;
use tokio::time::Instant;

/// Tokens remembered at once; when there are more, all are looked up again.
const MAX_TOKENS: usize = 32_768;

struct Known {
    principal: Principal,
    expires_at: Option<Timestamp>,
    since: Instant,
}

/// Tokens by their SHA-256.
#[derive(Default)]
pub(super) struct Recent {
    tokens: HashMap<[u8; 32], Known, RandomState>,
}

impl Recent {
    pub(super) fn get(&self, sha256: &[u8; 32], now: Instant) -> Option<(Principal, Option<Timestamp>)> {
        let known = self.tokens.get(sha256)?;
        let fresh = now.saturating_duration_since(known.since) < REMEMBERED_FOR;
        fresh.then(|| (known.principal.clone(), known.expires_at))
    }

    pub(super) fn put(&mut self, sha256: [u8; 32], principal: Principal, expires_at: Option<Timestamp>, since: Instant) {
        if self.tokens.len() >= MAX_TOKENS {
            self.tokens.retain(|_, known| since.saturating_duration_since(known.since) < REMEMBERED_FOR);
        }
        if self.tokens.len() >= MAX_TOKENS {
            self.tokens.clear();
        }
        self.tokens.insert(sha256, Known { principal, expires_at, since });
        metrics::gauge!("oneroom_tokens_remembered").set(f64::from(u32::try_from(self.tokens.len()).unwrap_or(u32::MAX)));
    }

    pub(super) fn forget(&mut self, sha256: &[u8; 32]) {
        self.tokens.remove(sha256);
    }
}
