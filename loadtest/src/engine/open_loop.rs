//! Open loops: operations go out at the times they were meant to, and what a slow answer delays is charged to it.

use super::tally::Tally;
use std::time::{Duration, Instant};

/// Sleep ends this long before the time, and the rest is spent looking at the clock: the kernel wakes threads late.
const SPIN: Duration = Duration::from_micros(120);

/// Runs `operate` on this thread, one after the other, each not before its intended time. When an answer comes late, those behind it
/// are sent late, and wait at the server's expense: their latency counts from when they were meant to be sent.
pub(crate) fn one_after_the_other(begin: Instant, times: &[Duration], mut operate: impl FnMut(usize) -> Result<(), String>) -> Tally {
    let mut tally = Tally::default();
    for (number, &intended) in times.iter().enumerate() {
        wait_until(begin + intended);
        let sent = begin.elapsed();
        let result = operate(number);
        tally.record(intended, sent, begin.elapsed(), result);
    }
    tally
}

fn wait_until(at: Instant) {
    let left = at.saturating_duration_since(Instant::now());
    if left > SPIN {
        std::thread::sleep(left - SPIN);
    }
    while Instant::now() < at {
        std::thread::yield_now();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::schedule::{Arrivals, schedule};

    #[test]
    fn a_server_that_stalls_once_is_charged_for_everybody_who_waited() {
        // 100 operations, one a millisecond; the 10th takes 50 ms, so that about 50 wait behind it.
        let times = schedule(0.1, 1_000.0, Arrivals::Even, 1);
        let stall = Duration::from_millis(50);
        let tally = one_after_the_other(Instant::now(), &times, |number| {
            if number == 9 {
                std::thread::sleep(stall);
            }
            Ok(())
        });
        assert_eq!(tally.latency.count(), times.len() as u64);
        assert!(tally.latency.percentile_ms(100.0) >= 50.0);
        // Had latency counted from the sending, only one of a hundred would be slow. Those who wait 49, 48, … ms are charged too:
        // at least a fifth of all waits 25 ms or more, however this thread is scheduled.
        assert!(tally.latency.percentile_ms(80.0) >= 20.0, "{} ms", tally.latency.percentile_ms(80.0));
        assert!(tally.lateness.percentile_ms(80.0) >= 20.0, "the load shows that it was late");
    }
}
