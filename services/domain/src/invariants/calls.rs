//! INC-3: no caller is lost. A call is in exactly one open incident, unless a split left it with both.

use super::{Findings, INC_3, Violation};
use crate::event::{Event, Recorded};
use crate::ids::{CallId, IncidentId};
use crate::incident::{Incident, IncidentState};
use crate::world::{PostImage, World};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The call that `recorded` brings in; none when it brings none.
#[must_use]
pub fn call_of(recorded: &Recorded) -> Option<CallId> {
    match &recorded.event {
        Event::IncidentReported(reported) => Some(reported.call.call_id),
        Event::IncidentCallAdded(added) => Some(added.call.call_id),
        _ => None,
    }
}

/// Checks INC-3 on a whole log: every call that ever came in is in some incident, here or gone from the World, that stands for
/// itself. What is merged into another keeps its calls as a memory only.
#[must_use]
pub fn check_calls<'a>(told: impl IntoIterator<Item = CallId>, incidents: impl IntoIterator<Item = &'a Incident>) -> Vec<Violation> {
    let mut found = Findings::default();
    let held: BTreeSet<_> =
        incidents.into_iter().filter(|it| !is_merged(it)).flat_map(|it| it.calls.iter().map(|call| call.call_id)).collect();
    for call_id in told {
        if !held.contains(&call_id) {
            found.say(INC_3, format!("call {call_id} came in and is in no incident"));
        }
    }
    found.0
}

/// INC-3 on everything the World holds.
pub(super) fn check_world(world: &World, found: &mut Findings) {
    let holders = holders(world.incidents());
    for (call_id, incidents) in &holders {
        check_holders(world, *call_id, incidents, found);
    }
    for merged in world.incidents().filter(|incident| is_merged(incident)) {
        for call in merged.calls.iter().filter(|call| !holders.contains_key(&call.call_id)) {
            found.say(INC_3, format!("call {} of the merged incident {} went nowhere", call.call_id, merged.number));
        }
    }
}

/// INC-3 on what one commit changed: the calls of the incidents it touched are still with them, each once.
pub(super) fn check_changed(before: &World, after: &World, changed: &[PostImage], found: &mut Findings) {
    let touched: BTreeMap<IncidentId, &Arc<Incident>> = changed
        .iter()
        .filter_map(|image| match image {
            PostImage::Incident(incident) => Some((incident.incident_id, incident)),
            _ => None,
        })
        .collect();
    // A split need not touch where it came from.
    let origins = touched.values().filter_map(|incident| after.incident(&incident.split_from?));
    // Two may come from one.
    let origins: BTreeMap<IncidentId, _> =
        origins.filter(|origin| !touched.contains_key(&origin.incident_id)).map(|origin| (origin.incident_id, origin)).collect();
    let holders = holders(touched.values().copied().chain(origins.into_values()));
    for (call_id, incidents) in &holders {
        check_holders(after, *call_id, incidents, found);
    }
    let were = touched.keys().filter_map(|id| before.incident(id)).filter(|incident| !is_merged(incident));
    for incident in were {
        for call in incident.calls.iter().filter(|call| !holders.contains_key(&call.call_id)) {
            found.say(INC_3, format!("call {} of incident {} is in no incident any more", call.call_id, incident.number));
        }
    }
}

fn is_merged(incident: &Incident) -> bool {
    matches!(incident.state, IncidentState::Merged { .. })
}

/// Which incidents hold each call, but for those merged into another.
fn holders<'a>(incidents: impl Iterator<Item = &'a Arc<Incident>>) -> BTreeMap<CallId, Vec<&'a Incident>> {
    let mut holders: BTreeMap<CallId, Vec<&Incident>> = BTreeMap::new();
    for incident in incidents.filter(|incident| !is_merged(incident)) {
        for call in &incident.calls {
            holders.entry(call.call_id).or_default().push(incident);
        }
    }
    holders
}

fn check_holders(world: &World, call_id: CallId, incidents: &[&Incident], found: &mut Findings) {
    let open: Vec<_> = incidents.iter().filter(|incident| !incident.state.is_closed()).collect();
    // Only a split shares a call: then all but the first have it from there, themselves or through one that was merged into them.
    if open.iter().filter(|incident| !has_from_elsewhere(world, incident, call_id)).count() > 1 {
        let numbers: Vec<_> = open.iter().map(|incident| incident.number).collect();
        found.say(INC_3, format!("call {call_id} is in several open incidents: {numbers:?}"));
    }
    if open.windows(2).any(|pair| pair[0].incident_id == pair[1].incident_id) {
        found.say(INC_3, format!("call {call_id} is twice in one incident"));
    }
}

/// Whether `incident` has the call from a split, or from an incident that is merged into it and has it still.
fn has_from_elsewhere(world: &World, incident: &Incident, call_id: CallId) -> bool {
    let moved_from = incident.calls.iter().find(|call| call.call_id == call_id).and_then(|call| call.moved_from);
    let Some(merged) = moved_from else { return false };
    if incident.split_from == moved_from {
        return true;
    }
    let into = IncidentState::Merged { into: incident.incident_id };
    // One that was let go can not be asked.
    world.incident(&merged).is_none_or(|merged| merged.state == into && merged.calls.iter().any(|call| call.call_id == call_id))
}
