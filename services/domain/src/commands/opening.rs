//! Opening an incident: what a call, an officer on the spot, a split and the emergency button have in common.

use super::{arrival, orders};
use crate::classification::{CallSource, Classification, Priority};
use crate::decide::Draft;
use crate::event::{Event, IncidentReported};
use crate::ids::{AgencyId, IncidentId};
use crate::incident::{Call, IncidentFlag, PrivateLink};
use crate::place::Place;
use crate::policy::{Decided, Policy};
use crate::premises;
use crate::reason::Reason;
use crate::rejection::Rejection;
use crate::repeats;
use crate::time::Timestamp;
use std::collections::BTreeSet;

/// What an incident is opened with.
pub(super) struct Opening {
    /// How its call came in.
    pub(super) source: CallSource,
    /// What is reported.
    pub(super) classification: Classification,
    /// Where.
    pub(super) place: Place,
    /// Caller and words, in the vault.
    pub(super) private: Option<PrivateLink>,
    /// The call, where it exists already; none takes a new one.
    pub(super) call: Option<Call>,
    /// The operator's priority; none takes the table's.
    pub(super) priority: Option<Priority>,
    /// The station that handles it where its place decides none; none leaves it to the county's desk.
    pub(super) station: Option<AgencyId>,
    /// When its call was answered.
    pub(super) answered_at: Option<Timestamp>,
    /// The incident it was split from.
    pub(super) split_from: Option<IncidentId>,
    /// Whether that incident keeps the call too.
    pub(super) call_shared: bool,
    /// What else is to be said of how it came to be.
    pub(super) reasons: Vec<Reason>,
}

impl Opening {
    /// Something that is reported in a new call, with the table's priority.
    pub(super) fn new(source: CallSource, classification: Classification, place: Place) -> Self {
        Self {
            source,
            classification,
            place,
            private: None,
            call: None,
            priority: None,
            station: None,
            answered_at: None,
            split_from: None,
            call_shared: false,
            reasons: Vec::new(),
        }
    }
}

/// Records a new incident: numbered, classified, owned, with its clocks. Names it in the reply. Nobody is ordered yet:
/// [`super::dispatching::begin`] does what the mode of its priority says. What follows happens now, whenever the call rang.
pub(super) fn open(draft: &mut Draft<'_>, opening: Opening) -> Result<IncidentId, Rejection> {
    let policy = &draft.situation.policy;
    let decided = decide(policy, "classification.category", &opening.classification)?;
    let mut owner_reasons = decided.reasons;
    let priority = opening.priority.unwrap_or(decided.priority);
    if priority != decided.priority {
        owner_reasons.push(Reason::priority_by_operator(priority, decided.priority));
    }
    let station = station_of(draft, &opening, &mut owner_reasons)?;
    owner_reasons.extend(opening.reasons);
    let mut flags = flags_of(draft, &opening.place, decided.nuisance);
    let clock = decided.dispatch.then(|| orders::dispatch_clock(policy, priority, draft.now)).transpose()?;
    let incident_id = draft.fresh_incident_id()?;
    let call = match opening.call {
        Some(call) => call,
        None => {
            let call_id = draft.fresh_call_id()?;
            Call { call_id, source: opening.source, private: opening.private, received_at: draft.now, moved_from: None }
        }
    };
    let position = opening.place.position();
    let mut repeats = repeats::find(&draft.world, draft.situation, policy, &decided.classification, position, draft.now);
    repeats.retain(|repeat| Some(repeat.incident_id) != opening.split_from);
    if !repeats.is_empty() {
        flags.insert(IncidentFlag::Repeat);
    }
    let premise_notes = premises::find(&draft.world, policy, position);
    let arrive_by = clock.and_then(|_| arrival::by_place(draft, &opening.place, &station, priority));
    let local_day = draft.world.numbering_day(draft.situation.local_day);
    let (number, call_id) = (draft.world.next_number(local_day), call.call_id);
    draft.emit(Event::IncidentReported(Box::new(IncidentReported {
        incident_id,
        number,
        local_day,
        call,
        reported_as: decided.classification,
        priority,
        place: opening.place,
        station,
        owner: decided.owner,
        owner_reasons,
        flags,
        clock,
        answered_at: opening.answered_at,
        priority_by_operator: opening.priority.is_some_and(|chosen| chosen != decided.priority),
        arrive_by,
        repeats,
        premise_notes,
        split_from: opening.split_from,
        call_shared: opening.call_shared,
    })));
    draft.reply.reported = Some((incident_id, number, call_id));
    draft.occurred = None;
    Ok(incident_id)
}

/// What the table decides for `what`, which `field` gave.
pub(super) fn decide(policy: &Policy, field: &'static str, what: &Classification) -> Result<Decided, Rejection> {
    policy.decide(what).ok_or_else(|| Rejection::Invalid {
        field,
        given: what.category.to_string(),
        expected: format!("one of {}", policy.categories.iter().map(|c| c.key.as_str()).collect::<Vec<_>>().join(", ")),
    })
}

fn station_of(draft: &Draft<'_>, opening: &Opening, owner_reasons: &mut Vec<Reason>) -> Result<AgencyId, Rejection> {
    let tree = &draft.situation.agencies;
    if let Place::Located { agency, .. } = &opening.place {
        let room = tree.room_of(agency).map(|node| node.agency_id.clone());
        return room.ok_or_else(|| Rejection::Invalid {
            field: "position",
            given: agency.to_string(),
            expected: "an agency of this log".to_owned(),
        });
    }
    if let Some(station) = &opening.station {
        return Ok(station.clone());
    }
    let root = tree.root().ok_or(Rejection::NotReady("agency tree"))?;
    owner_reasons.push(Reason::desk_handles(&root.agency_id));
    Ok(root.agency_id.clone())
}

fn flags_of(draft: &Draft<'_>, place: &Place, nuisance: bool) -> BTreeSet<IncidentFlag> {
    let clamped = draft.occurred.is_some_and(|(_, clamped)| clamped);
    let of_place = match place {
        Place::Unverified => Some(IncidentFlag::UnverifiedLocation),
        Place::OutsideBoundaries { .. } => Some(IncidentFlag::OutsideBoundaries),
        Place::Located { .. } => None,
    };
    let found = [of_place, nuisance.then_some(IncidentFlag::Nuisance), clamped.then_some(IncidentFlag::TimeClamped)];
    found.into_iter().flatten().collect()
}
