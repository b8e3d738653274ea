//! What invented calls are really about: known to nobody in the room until somebody has been there.

use domain::ids::IncidentId;
use parking_lot::Mutex;
use sim::caller::Truth;
use std::collections::{BTreeMap, VecDeque};

/// Incidents remembered at most; beyond it the oldest are forgotten and never verified.
pub const TRUTHS_MAX: usize = 20_000;

#[derive(Default)]
struct Known {
    by_incident: BTreeMap<IncidentId, Truth>,
    order: VecDeque<IncidentId>,
}

/// What is true of the incidents that invented callers reported.
#[derive(Default)]
pub struct Truths(Mutex<Known>);

impl Truths {
    /// Notes what an incident really is.
    pub fn note(&self, incident_id: IncidentId, truth: Truth) {
        let mut known = self.0.lock();
        if known.by_incident.insert(incident_id, truth).is_some() {
            return;
        }
        known.order.push_back(incident_id);
        if known.order.len() > TRUTHS_MAX
            && let Some(oldest) = known.order.pop_front()
        {
            known.by_incident.remove(&oldest);
        }
    }

    /// What an incident really is; none when no invented caller reported it.
    #[must_use]
    pub fn of(&self, incident_id: IncidentId) -> Option<Truth> {
        self.0.lock().by_incident.get(&incident_id).cloned()
    }
}
