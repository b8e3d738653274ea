//! What is remembered of incidents for a while: enough to see duplicates and repeats, by place and by id, and nothing personal.

use crate::classification::Classification;
use crate::grid::{GridKey, distance_m};
use crate::ids::{IncidentId, ReasonKey};
use crate::incident::Incident;
use crate::place::Position;
use crate::time::{LocalDay, Timestamp};
use imbl::{OrdMap, OrdSet};
use std::sync::Arc;

/// An incident is remembered this long after it was reported, in milliseconds: 60 days, the longest repeat window a policy may set.
pub const REMEMBER_MS: u64 = 60 * 24 * 3600 * 1000;
/// Most incidents that are remembered: the oldest go first.
pub const MAX_REMEMBERED: usize = 200_000;

/// What is remembered of one incident.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Remembered {
    /// Its id.
    pub incident_id: IncidentId,
    /// Its number.
    pub number: u32,
    /// The local day of that number.
    pub local_day: LocalDay,
    /// What it was held to be.
    pub classification: Classification,
    /// Where; none without a position.
    pub position: Option<Position>,
    /// When it was reported.
    pub reported_at: Timestamp,
    /// Whether it is open.
    pub open: bool,
    /// How it ended.
    pub disposition: Option<ReasonKey>,
    /// The incident it was merged into.
    pub merged_into: Option<IncidentId>,
}

/// The memory.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct History {
    by_id: OrdMap<IncidentId, Arc<Remembered>>,
    by_place: OrdSet<(GridKey, IncidentId)>,
    by_age: OrdSet<(Timestamp, IncidentId)>,
}

impl History {
    /// Remembers an incident as it is now.
    pub(crate) fn remember(&mut self, incident: &Incident) {
        use crate::incident::IncidentState;
        let disposition = match &incident.state {
            IncidentState::Resolved { disposition } | IncidentState::Closed { disposition } => Some(disposition.clone()),
            _ => None,
        };
        let merged_into = match &incident.state {
            IncidentState::Merged { into } => Some(*into),
            _ => None,
        };
        let remembered = Arc::new(Remembered {
            incident_id: incident.incident_id,
            number: incident.number,
            local_day: incident.local_day,
            classification: incident.classification().clone(),
            position: incident.place.position(),
            reported_at: incident.reported_at,
            open: !incident.state.is_closed(),
            disposition,
            merged_into,
        });
        if let Some(position) = remembered.position {
            self.by_place.insert((GridKey::of(position), remembered.incident_id));
        }
        self.by_age.insert((remembered.reported_at, remembered.incident_id));
        self.by_id.insert(remembered.incident_id, remembered);
    }

    /// Forgets what is too old or too much. Open incidents stay.
    pub(crate) fn forget(&mut self, now: Timestamp) {
        while let Some((at, id)) = self.by_age.get_min().copied() {
            if now.since_ms(at) <= REMEMBER_MS && self.by_age.len() <= MAX_REMEMBERED {
                return;
            }
            self.by_age.remove(&(at, id));
            let Some(gone) = self.by_id.remove(&id) else { continue };
            if let Some(position) = gone.position {
                self.by_place.remove(&(GridKey::of(position), id));
            }
        }
    }

    /// One incident.
    #[must_use]
    pub fn get(&self, id: &IncidentId) -> Option<&Arc<Remembered>> {
        self.by_id.get(id)
    }

    /// How many incidents are remembered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Whether nothing is remembered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// Incidents within `radius_m` of `position` that were reported at or after `since`, with their distance in metres, the
    /// nearest first.
    #[must_use]
    pub fn near(&self, position: Position, radius_m: u32, since: Timestamp) -> Vec<(u32, Arc<Remembered>)> {
        let ids = GridKey::around(position, radius_m).flat_map(|key| {
            let from = (key, IncidentId(uuid::Uuid::nil()));
            self.by_place.range(from..).take_while(move |(at, _)| *at == key).map(|(_, id)| *id)
        });
        let known = ids.filter_map(|id| self.by_id.get(&id)).filter(|known| known.reported_at >= since);
        let mut near: Vec<_> = known
            .filter_map(|known| Some((distance_m(position, known.position?), Arc::clone(known))))
            .filter(|(distance, _)| *distance <= radius_m)
            .collect();
        near.sort_by_key(|(distance, known)| (*distance, known.incident_id));
        near
    }
}
