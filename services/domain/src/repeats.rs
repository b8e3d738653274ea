//! Repeats (重复警情): earlier incidents at the same place or by the same caller, shown with their history before dispatch.

use crate::classification::Classification;
use crate::grid::distance_m;
use crate::history::Remembered;
use crate::ids::IncidentId;
use crate::incident::{MAX_REPEATS, Repeat, RepeatBy};
use crate::place::Position;
use crate::policy::Policy;
use crate::situation::Situation;
use crate::time::Timestamp;
use crate::world::World;
use std::collections::BTreeMap;
use std::sync::Arc;

const DAY_MS: u64 = 24 * 3600 * 1000;
/// Most merges in a row that are followed from an incident the caller reported to the one that has its calls now.
const MAX_MERGES: usize = 32;

/// The earlier incidents that a report of `what` at `position` repeats, the newest first; at most [`MAX_REPEATS`].
///
/// By place: within the rule's `place_m` and of the same category. By caller: what the Situation names, of any category. Both
/// within `window_days` before `now`; open ones included. An incident that was merged counts as the one it was merged into.
#[must_use]
pub fn find(
    world: &World,
    situation: &Situation,
    policy: &Policy,
    what: &Classification,
    position: Option<Position>,
    now: Timestamp,
) -> Vec<Repeat> {
    let rule = &policy.repeats;
    let window_ms = i64::try_from(u64::from(rule.window_days) * DAY_MS).unwrap_or(i64::MAX);
    let since = Timestamp(now.0.saturating_sub(window_ms));
    let mut found: BTreeMap<IncidentId, (Arc<Remembered>, RepeatBy)> = BTreeMap::new();
    for (_, known) in position.map(|position| world.history().near(position, rule.place_m, since)).unwrap_or_default() {
        if known.classification.category == what.category && known.merged_into.is_none() {
            found.insert(known.incident_id, (known, RepeatBy::Place));
        }
    }
    for known in situation.same_caller.iter().filter_map(|id| standing(world, *id)) {
        if known.reported_at >= since {
            let by_caller = (Arc::clone(&known), RepeatBy::Caller);
            let entry = found.entry(known.incident_id).or_insert(by_caller);
            if entry.1 == RepeatBy::Place {
                entry.1 = RepeatBy::PlaceAndCaller;
            }
        }
    }
    let mut found: Vec<_> = found.into_values().collect();
    found.sort_by_key(|(known, _)| (std::cmp::Reverse(known.reported_at), known.incident_id));
    let repeats = found.into_iter().take(MAX_REPEATS).map(|(known, by)| Repeat {
        incident_id: known.incident_id,
        number: known.number,
        local_day: known.local_day,
        classification: known.classification.clone(),
        disposition: known.disposition.clone(),
        by,
        distance_m: position.zip(known.position).map(|(here, there)| distance_m(here, there)),
    });
    repeats.collect()
}

/// The incident that has the calls of `id` now; none where nothing is remembered of it.
fn standing(world: &World, id: IncidentId) -> Option<Arc<Remembered>> {
    let mut known = world.history().get(&id)?;
    for _ in 0..MAX_MERGES {
        let Some(into) = known.merged_into else { break };
        known = world.history().get(&into)?;
    }
    Some(Arc::clone(known))
}
