//! Older forms of stored events are lifted, one version at a time, to the form this release reads. The stored bytes stay as they
//! are: they are hashed.

use super::DecodeError;
use crate::event_v1::stored_event::Event;
use crate::event_v1::{DecisionRecord, Incident, Lending, LendingStep, StoredEvent};

/// The form this release writes.
pub const SCHEMA_VERSION: u32 = 1;

/// Lifts an event by one version.
pub(super) type Upcaster = fn(StoredEvent) -> Result<StoredEvent, DecodeError>;

/// The step from version n to n + 1 stands at place n - 1. Version 1 is the first, so there is none yet.
pub(super) const UPCASTERS: &[Upcaster] = &[];

/// Lifts `stored` to the newest version by `steps`.
pub(super) fn lift(mut stored: StoredEvent, steps: &[Upcaster]) -> Result<StoredEvent, DecodeError> {
    let done = match stored.schema_version.checked_sub(1) {
        None => return Err(DecodeError::malformed("StoredEvent.schema_version", 0, "1 or more")),
        Some(done) => usize::try_from(done).unwrap_or(usize::MAX),
    };
    let Some(missing) = steps.get(done..) else {
        let newest = u32::try_from(steps.len()).unwrap_or(u32::MAX).saturating_add(1);
        return Err(DecodeError::UnknownVersion { version: stored.schema_version, newest });
    };
    for step in missing {
        let version = stored.schema_version.saturating_add(1);
        stored = step(stored)?;
        stored.schema_version = version;
    }
    Ok(stored)
}

/// Gives fields that were added within a version what they are in bytes from before: a call came in when its incident was
/// recorded, an incident had one call, and the rules looked for units of the owning team.
pub(super) fn complete(mut stored: StoredEvent) -> StoredEvent {
    if let Some(Event::IncidentReported(reported)) = &mut stored.event
        && let Some(call) = &mut reported.call
    {
        call.received_at_ms.get_or_insert(stored.recorded_at_ms);
    }
    for incident in stored.decision.iter_mut().flat_map(|DecisionRecord { rehydrated, .. }| rehydrated) {
        complete_incident(incident);
    }
    stored
}

fn complete_incident(incident: &mut Incident) {
    if let Some(mut call) = incident.call.take() {
        call.received_at_ms.get_or_insert(incident.reported_at_ms);
        incident.calls.insert(0, call);
    }
    incident.lending.get_or_insert_with(|| Lending { step: LendingStep::OwnTeam.into(), next_at_ms: None });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event_v1::{Call, IncidentClosed, IncidentReported, IncidentResolved};

    /// A synthetic history: version 2 counts in milliseconds what version 1 counted in seconds.
    fn seconds_to_ms(mut stored: StoredEvent) -> Result<StoredEvent, DecodeError> {
        stored.recorded_at_ms *= 1_000;
        Ok(stored)
    }

    /// And version 3 has no closing without an outcome.
    fn closed_needs_an_outcome(mut stored: StoredEvent) -> Result<StoredEvent, DecodeError> {
        stored.event = stored.event.map(|event| match event {
            Event::IncidentClosed(IncidentClosed { incident_id }) => {
                Event::IncidentResolved(IncidentResolved { incident_id, disposition: "unknown".to_owned() })
            }
            other => other,
        });
        Ok(stored)
    }

    const HISTORY: &[Upcaster] = &[seconds_to_ms, closed_needs_an_outcome];

    fn closed(schema_version: u32, recorded_at_ms: i64) -> StoredEvent {
        let event = Some(Event::IncidentClosed(IncidentClosed { incident_id: vec![7; 16] }));
        StoredEvent { schema_version, recorded_at_ms, event, ..StoredEvent::default() }
    }

    #[test]
    fn each_older_form_takes_only_the_steps_it_lacks() {
        for (version, at, expected_at, is_resolved) in [(1, 60, 60_000, true), (2, 60_000, 60_000, true), (3, 60_000, 60_000, false)] {
            let lifted = lift(closed(version, at), HISTORY).unwrap();
            assert_eq!(lifted.schema_version, 3);
            assert_eq!(lifted.recorded_at_ms, expected_at);
            assert_eq!(matches!(lifted.event, Some(Event::IncidentResolved(_))), is_resolved, "from version {version}");
        }
    }

    #[test]
    fn a_form_from_the_future_is_refused() {
        assert_eq!(lift(closed(4, 0), HISTORY).unwrap_err(), DecodeError::UnknownVersion { version: 4, newest: 3 });
        assert_eq!(lift(closed(2, 0), UPCASTERS).unwrap_err(), DecodeError::UnknownVersion { version: 2, newest: 1 });
        assert!(matches!(lift(closed(0, 0), UPCASTERS), Err(DecodeError::Malformed { field: "StoredEvent.schema_version", .. })));
    }

    #[test]
    fn what_was_added_is_completed_only_where_it_is_absent() {
        let reported = |received_at_ms| {
            let call = Some(Call { received_at_ms, ..Call::default() });
            let event = Some(Event::IncidentReported(IncidentReported { call, ..IncidentReported::default() }));
            StoredEvent { recorded_at_ms: 70, event, ..StoredEvent::default() }
        };
        for (given, expected) in [(None, 70), (Some(60), 60), (Some(0), 0)] {
            let Some(Event::IncidentReported(event)) = complete(reported(given)).event else { panic!("it is one still") };
            assert_eq!(event.call.unwrap().received_at_ms, Some(expected));
        }

        let mut before = Incident { reported_at_ms: 50, call: Some(Call::default()), ..Incident::default() };
        complete_incident(&mut before);
        assert_eq!((before.call, before.calls.len(), before.calls[0].received_at_ms), (None, 1, Some(50)));
        assert_eq!(before.lending.unwrap().step(), LendingStep::OwnTeam);

        let lending = Some(Lending { step: LendingStep::County.into(), next_at_ms: Some(1) });
        let now = Incident { lending, ..Incident::default() };
        let mut completed = now.clone();
        complete_incident(&mut completed);
        assert_eq!(completed, now, "an incident whose calls all went elsewhere has none");
    }

    #[test]
    fn this_release_reads_what_it_writes() {
        assert_eq!(usize::try_from(SCHEMA_VERSION).unwrap(), UPCASTERS.len() + 1);
    }
}
