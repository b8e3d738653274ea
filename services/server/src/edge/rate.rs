//! How many requests a principal may send: one that runs wild must not take the room from the others.

use domain::ids::PrincipalId;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::num::NonZeroU32;
use std::time::Duration;
use tokio::time::Instant;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

/// Requests a second of one principal when nothing else is said: far above what a hand, an outbox or a call-taking system sends.
pub const DEFAULT_REQUESTS_PER_S: u32 = 1_000;
/// How long a principal may have been silent to send at once what it could have sent meanwhile.
const BURST: Duration = Duration::from_secs(2);
/// Principals counted at once, at most. Only who sent something in the last [`BURST`] is counted.
const MAX_PRINCIPALS: usize = 16_384;

/// A principal sends too much.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("too many requests: expected at most {per_s} a second from one principal, try again in {} ms", retry_after.as_millis())]
pub struct TooMany {
    /// What is allowed, a second.
    pub per_s: NonZeroU32,
    /// When the next one is taken.
    pub retry_after: Duration,
}

impl TooMany {
    /// RESOURCE_EXHAUSTED, with `google.rpc.RetryInfo`.
    #[must_use]
    pub fn status(&self) -> Status {
        let details = ErrorDetails::with_retry_info(Some(self.retry_after));
        Status::with_error_details(Code::ResourceExhausted, self.to_string(), details)
    }
}

/// The requests of all principals: of each the moment until which what it sent has used up its rate.
pub struct RateLimit {
    per_s: Option<NonZeroU32>,
    used_until: Mutex<HashMap<PrincipalId, Instant>>,
}

impl RateLimit {
    /// At most this many a second from each principal, with a burst of 2 s; none sets no limit.
    #[must_use]
    pub fn new(per_s: Option<NonZeroU32>) -> Self {
        Self { per_s, used_until: Mutex::default() }
    }

    /// Takes one request of a principal.
    ///
    /// # Errors
    /// [`TooMany`]; the request does not count then.
    pub fn take(&self, principal: &PrincipalId, now: Instant) -> Result<(), TooMany> {
        let Some(per_s) = self.per_s else { return Ok(()) };
        let one = Duration::from_secs(1) / per_s.get();
        let mut used_until = self.used_until.lock();
        if let Some(until) = used_until.get_mut(principal) {
            let after = (*until).max(now) + one;
            let over = after.saturating_duration_since(now + BURST);
            if !over.is_zero() {
                return Err(TooMany { per_s, retry_after: over });
            }
            *until = after;
            return Ok(());
        }
        if used_until.len() >= MAX_PRINCIPALS {
            // Who has used nothing of its rate is as if it had never been here.
            used_until.retain(|_, until| *until > now);
        }
        if used_until.len() < MAX_PRINCIPALS {
            used_until.insert(principal.clone(), now + one);
        } else {
            metrics::counter!("oneroom_rate_not_counted_total").increment(1);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str) -> PrincipalId {
        PrincipalId::new(name).unwrap()
    }

    #[test]
    fn after_a_burst_one_comes_through_each_time_its_share_of_a_second_has_passed() {
        let limit = RateLimit::new(NonZeroU32::new(10));
        let now = Instant::now();
        for _ in 0..20 {
            limit.take(&of("wild"), now).unwrap();
        }
        let refused = limit.take(&of("wild"), now).unwrap_err();
        assert_eq!(refused.retry_after, Duration::from_millis(100));
        assert_eq!(limit.take(&of("wild"), now + Duration::from_millis(99)).unwrap_err().retry_after, Duration::from_millis(1));
        limit.take(&of("calm"), now).unwrap();
        limit.take(&of("wild"), now + Duration::from_millis(100)).unwrap();
        limit.take(&of("wild"), now + Duration::from_millis(100)).unwrap_err();
        for _ in 0..20 {
            limit.take(&of("wild"), now + Duration::from_secs(60)).unwrap();
        }
        limit.take(&of("wild"), now + Duration::from_secs(60)).unwrap_err();
    }

    #[test]
    fn the_status_says_when_to_try_again() {
        let refused = TooMany { per_s: NonZeroU32::MIN, retry_after: Duration::from_millis(250) };
        let status = refused.status();
        assert_eq!(status.code(), Code::ResourceExhausted);
        let retry = status.get_details_retry_info().and_then(|info| info.retry_delay);
        assert_eq!(retry, Some(Duration::from_millis(250)));
        assert!(status.message().contains("at most 1 a second"), "{status:?}");
    }

    #[test]
    fn no_more_principals_are_counted_than_there_is_room_for_and_the_idle_make_room() {
        let limit = RateLimit::new(NonZeroU32::new(1));
        let now = Instant::now();
        for index in 0..=MAX_PRINCIPALS {
            limit.take(&of(&format!("unit-{index}")), now).unwrap();
        }
        assert_eq!(limit.used_until.lock().len(), MAX_PRINCIPALS);
        limit.take(&of("late"), now + Duration::from_secs(2)).unwrap();
        assert_eq!(limit.used_until.lock().len(), 1);
        let none = RateLimit::new(None);
        for _ in 0..10_000 {
            none.take(&of("wild"), now).unwrap();
        }
    }
}
