//! Brings the two ends of each call together: when it was meant to be sent, and when its frame came. Either may be known first.

use std::collections::BTreeMap;
use std::time::Duration;

/// What is known of calls whose other end is not known yet, by incident; times since the run began.
#[derive(Default)]
pub(crate) struct Matching {
    intended: BTreeMap<String, Duration>,
    arrived: BTreeMap<String, Duration>,
    latencies: Vec<Duration>,
}

impl Matching {
    /// The server answered: this call, meant to be sent at `intended`, is this incident.
    pub(crate) fn answered(&mut self, incident_id: &str, intended: Duration) {
        match self.arrived.remove(incident_id) {
            Some(arrived) => self.latencies.push(arrived.saturating_sub(intended)),
            None => drop(self.intended.insert(incident_id.to_owned(), intended)),
        }
    }

    /// The first frame with this incident came.
    pub(crate) fn arrived(&mut self, incident_id: &str, arrived: Duration) {
        match self.intended.remove(incident_id) {
            Some(intended) => self.latencies.push(arrived.saturating_sub(intended)),
            None => drop(self.arrived.insert(incident_id.to_owned(), arrived)),
        }
    }

    /// Calls that were answered and whose frame has not come.
    pub(crate) fn missing(&self) -> usize {
        self.intended.len()
    }

    /// Takes the latencies and begins anew.
    pub(crate) fn take(&mut self) -> Vec<Duration> {
        std::mem::take(self).latencies
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(count: u64) -> Duration {
        Duration::from_millis(count)
    }

    #[test]
    fn a_call_is_measured_whichever_end_is_known_first() {
        let mut matching = Matching::default();
        matching.answered("a", ms(10));
        matching.arrived("b", ms(25));
        assert_eq!(matching.missing(), 1, "a has no frame");
        matching.arrived("a", ms(13));
        matching.answered("b", ms(20));
        assert_eq!(matching.missing(), 0);
        assert_eq!(matching.take(), [ms(3), ms(5)]);
        assert!(matching.take().is_empty());
    }
}
