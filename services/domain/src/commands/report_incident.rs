//! ReportIncident: one call opens one incident, is classified and owned; priority 1 gets its first unit in the same commit.

use super::orders;
use crate::classification::{CallSource, Classification, Priority};
use crate::decide::Draft;
use crate::event::{Event, IncidentReported};
use crate::incident::{Call, IncidentFlag, PrivateLink};
use crate::place::Place;
use crate::policy::DispatchMode;
use crate::reason::Reason;
use crate::rejection::Rejection;
use crate::time::Timestamp;
use std::collections::BTreeSet;

/// A phone's clock may be this far ahead, in milliseconds, before a time counts as lying in the future.
pub const FUTURE_TOLERANCE_MS: u64 = 5_000;

/// One call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReportIncident {
    /// How it came in.
    pub source: CallSource,
    /// What is reported.
    pub classification: Classification,
    /// Where, as worked out at the edge.
    pub place: Place,
    /// Caller and words, in the vault.
    pub private: Option<PrivateLink>,
    /// When it rang.
    pub occurred_at: Option<Timestamp>,
    /// The operator's priority; none takes the table's.
    pub priority: Option<Priority>,
}

pub(crate) fn report_incident(draft: &mut Draft<'_>, command: &ReportIncident) -> Result<(), Rejection> {
    let policy = &draft.situation.policy;
    let decided = policy.decide(&command.classification).ok_or_else(|| Rejection::Invalid {
        field: "classification.category",
        given: command.classification.category.to_string(),
        expected: format!("one of {}", policy.categories.iter().map(|c| c.key.as_str()).collect::<Vec<_>>().join(", ")),
    })?;
    if let Some(at) = command.occurred_at
        && at > draft.now.plus_ms(FUTURE_TOLERANCE_MS)
    {
        let given = format!("{} ms ahead of the server", at.since_ms(draft.now));
        return Err(Rejection::Invalid { field: "occurred_at", given, expected: "a time that is not in the future".to_owned() });
    }
    draft.occurred_at(command.occurred_at, Timestamp::default());

    let mut owner_reasons = decided.reasons.clone();
    let priority = command.priority.unwrap_or(decided.priority);
    if priority != decided.priority {
        owner_reasons.push(Reason::priority_by_operator(priority, decided.priority));
    }
    let tree = &draft.situation.agencies;
    let root = tree.root().ok_or(Rejection::NotReady("agency tree"))?;
    let station = match &command.place {
        Place::Located { agency, .. } => tree.room_of(agency).map(|node| &node.agency_id).ok_or_else(|| Rejection::Invalid {
            field: "position",
            given: agency.to_string(),
            expected: "an agency of this log".to_owned(),
        })?,
        Place::OutsideBoundaries { .. } | Place::Unverified => {
            owner_reasons.push(Reason::desk_handles(&root.agency_id));
            &root.agency_id
        }
    };
    let mut flags = BTreeSet::new();
    match &command.place {
        Place::Unverified => drop(flags.insert(IncidentFlag::UnverifiedLocation)),
        Place::OutsideBoundaries { .. } => drop(flags.insert(IncidentFlag::OutsideBoundaries)),
        Place::Located { .. } => {}
    }
    if decided.nuisance {
        flags.insert(IncidentFlag::Nuisance);
    }
    if draft.occurred.is_some_and(|(_, clamped)| clamped) {
        flags.insert(IncidentFlag::TimeClamped);
    }
    let clock = decided.dispatch.then(|| orders::dispatch_clock(policy, priority, draft.now)).transpose()?;
    let mode = policy.priority(priority).map(|rule| rule.mode);
    let (local_day, station) = (draft.situation.local_day, station.clone());

    let incident_id = draft.fresh_incident_id()?;
    let call_id = draft.fresh_call_id()?;
    let number = draft.world.next_number(local_day);
    draft.emit(Event::IncidentReported(Box::new(IncidentReported {
        incident_id,
        number,
        local_day,
        call: Call { call_id, source: command.source, private: command.private },
        reported_as: decided.classification,
        priority,
        place: command.place.clone(),
        station,
        owner: decided.owner,
        owner_reasons,
        flags,
        clock,
    })));
    draft.reply.reported = Some((incident_id, number, call_id));
    // What follows happens now, whenever the call rang.
    draft.occurred = None;
    if clock.is_some() && mode == Some(DispatchMode::Automatic) {
        orders::dispatch_automatically(draft, incident_id)?;
    }
    Ok(())
}
