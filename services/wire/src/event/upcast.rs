//! Older forms of stored events are lifted, one version at a time, to the form this release reads. The stored bytes stay as they
//! are: they are hashed.

use super::DecodeError;
use crate::event_v1::StoredEvent;

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event_v1::stored_event::Event;
    use crate::event_v1::{IncidentClosed, IncidentResolved};

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
    fn this_release_reads_what_it_writes() {
        assert_eq!(usize::try_from(SCHEMA_VERSION).unwrap(), UPCASTERS.len() + 1);
    }
}
