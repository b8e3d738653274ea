//! ReportIncident: one call opens one incident, is classified and owned; priority 1 gets its first unit in the same commit.

use super::opening::{self, Opening};
use super::{dispatching, pass_down};
use crate::classification::{CallSource, Classification, Priority};
use crate::decide::Draft;
use crate::ids::AgencyId;
use crate::incident::PrivateLink;
use crate::place::Place;
use crate::rejection::Rejection;
use crate::time::Timestamp;

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
    /// When it was answered, where that is known.
    pub answered_at: Option<Timestamp>,
    /// The operator's priority; none takes the table's.
    pub priority: Option<Priority>,
    /// The desk that took it, where it is to be passed down to the station (签收); none where the station handles it at once.
    pub desk: Option<AgencyId>,
}

pub(crate) fn report_incident(draft: &mut Draft<'_>, command: &ReportIncident) -> Result<(), Rejection> {
    check_times(draft, command)?;
    draft.occurred_at(command.occurred_at, Timestamp::default());
    let incident_id = opening::open(
        draft,
        Opening {
            private: command.private,
            priority: command.priority,
            answered_at: command.answered_at,
            ..Opening::new(command.source, command.classification.clone(), command.place.clone())
        },
    )?;
    if let Some(desk) = &command.desk {
        pass_down::begin(draft, incident_id, desk)?;
    }
    dispatching::begin(draft, incident_id)
}

/// A call rings before it is answered, and neither lies in the future.
fn check_times(draft: &Draft<'_>, command: &ReportIncident) -> Result<(), Rejection> {
    for (field, at) in [("occurred_at", command.occurred_at), ("answered_at", command.answered_at)] {
        check_not_ahead(draft, field, at)?;
    }
    match (command.occurred_at, command.answered_at) {
        (Some(rang), Some(answered)) if answered < rang => Err(Rejection::Invalid {
            field: "answered_at",
            given: format!("{} ms before occurred_at", rang.since_ms(answered)),
            expected: "a time that is not before the call rang".to_owned(),
        }),
        _ => Ok(()),
    }
}

/// Refuses a time of a call that lies in the future.
pub(super) fn check_not_ahead(draft: &Draft<'_>, field: &'static str, at: Option<Timestamp>) -> Result<(), Rejection> {
    let Some(at) = at.filter(|at| *at > draft.now.plus_ms(FUTURE_TOLERANCE_MS)) else { return Ok(()) };
    let given = format!("{} ms ahead of the server", at.since_ms(draft.now));
    Err(Rejection::Invalid { field, given, expected: "a time that is not in the future".to_owned() })
}
