//! The drivers' clock: they live on the machine of the server, so the wall clock is the same.

use domain::time::Timestamp;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Now.
#[must_use]
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// A time as the API carries it.
#[must_use]
pub fn on_the_wire(at: Timestamp) -> pbjson_types::Timestamp {
    // The remainder of a division by 1,000 times a million is below 10⁹.
    let nanos = i32::try_from(at.0.rem_euclid(1_000) * 1_000_000).unwrap_or(0);
    pbjson_types::Timestamp { seconds: at.0.div_euclid(1_000), nanos }
}

/// A time that the API carried.
#[must_use]
pub fn off_the_wire(at: &pbjson_types::Timestamp) -> Timestamp {
    Timestamp(at.seconds.saturating_mul(1_000).saturating_add(i64::from(at.nanos) / 1_000_000))
}

/// How long it is until `at`; nothing when it has passed.
#[must_use]
pub fn until(at: Timestamp) -> Duration {
    Duration::from_millis(at.since_ms(now()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_come_back_to_the_millisecond_before_1970_too() {
        for ms in [-1_500, -1, 0, 1, 1_795_296_000_123] {
            assert_eq!(off_the_wire(&on_the_wire(Timestamp(ms))), Timestamp(ms));
        }
    }
}
