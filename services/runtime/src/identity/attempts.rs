//! How often a name may try to sign in: a bounded set of buckets, so that strangers can't fill memory with names.

use foldhash::quality::RandomState;
use std::hash::BuildHasher;
use std::time::Duration;
use tokio::time::Instant;

/// Attempts in a row.
pub(super) const BURST: u8 = 10;
/// One more attempt each.
pub(super) const REFILL_EVERY: Duration = Duration::from_secs(6);
/// Buckets that all names share; which names share one is not foreseeable.
const BUCKETS: usize = 4_096;

#[derive(Clone, Copy)]
struct Bucket {
    left: u8,
    since: Instant,
}

/// Attempts of all names.
pub(super) struct Attempts {
    buckets: Vec<Bucket>,
    hasher: RandomState,
}

impl Attempts {
    pub(super) fn new(now: Instant) -> Self {
        Self { buckets: vec![Bucket { left: BURST, since: now }; BUCKETS], hasher: RandomState::default() }
    }

    fn bucket(&mut self, name: &str) -> Option<&mut Bucket> {
        let index = usize::try_from(self.hasher.hash_one(name)).unwrap_or_default() % BUCKETS;
        self.buckets.get_mut(index)
    }

    /// Takes one attempt; says whether there was one.
    pub(super) fn take(&mut self, name: &str, now: Instant) -> bool {
        let Some(bucket) = self.bucket(name) else { return false };
        let refills = now.saturating_duration_since(bucket.since).as_secs() / REFILL_EVERY.as_secs();
        if refills > 0 {
            bucket.left = bucket.left.saturating_add(u8::try_from(refills).unwrap_or(u8::MAX)).min(BURST);
            bucket.since = now;
        }
        let taken = bucket.left > 0;
        bucket.left = bucket.left.saturating_sub(1);
        taken
    }

    /// A sign-in that succeeded costs nothing.
    pub(super) fn give_back(&mut self, name: &str) {
        if let Some(bucket) = self.bucket(name) {
            bucket.left = bucket.left.saturating_add(1).min(BURST);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_a_burst_one_attempt_comes_back_each_6_s() {
        let now = Instant::now();
        let mut attempts = Attempts::new(now);
        for _ in 0..BURST {
            assert!(attempts.take("li-na", now));
        }
        assert!(!attempts.take("li-na", now + REFILL_EVERY / 2));
        assert!(attempts.take("li-na", now + REFILL_EVERY));
        assert!(!attempts.take("li-na", now + REFILL_EVERY));
        attempts.give_back("li-na");
        assert!(attempts.take("li-na", now + REFILL_EVERY));
        assert!(attempts.take("li-na", now + REFILL_EVERY * 1_000_000));
    }
}
