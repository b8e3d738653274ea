//! HoldIncident: an operator keeps an incident back ("held by …").

use super::{dispatching, orders};
use crate::decide::Draft;
use crate::event::{Event, IncidentHeld};
use crate::ids::{IncidentId, ReasonKey};
use crate::policy::Policy;
use crate::rejection::Rejection;
use crate::time::Timestamp;

/// An operator keeps an incident back ("held by …").
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HoldIncident {
    /// The incident.
    pub incident_id: IncidentId,
    /// Why, a hold reason of the policy.
    pub reason: ReasonKey,
    /// When the hold ends by itself.
    pub until: Timestamp,
    /// The revision the operator saw; 0 does not check.
    pub expected_revision: u64,
}

pub(crate) fn hold_incident(draft: &mut Draft<'_>, command: &HoldIncident) -> Result<(), Rejection> {
    let policy = &draft.situation.policy;
    Policy::expect_key(&policy.reasons.hold, &command.reason).map_err(|expected| Rejection::Invalid {
        field: "reason",
        given: command.reason.to_string(),
        expected,
    })?;
    let incident = draft.incident(&command.incident_id)?;
    orders::check_revision(&incident, command.expected_revision)?;
    orders::check_move(draft, &incident, "incident_held")?;
    if let Some(hold) = &incident.hold {
        return Err(Rejection::IllegalMove {
            subject: format!("incident {}", incident.number),
            state: incident.state_name(),
            holder: Some(hold.by.to_string()),
            event: "incident_held",
            possible: vec!["incident_hold_ended"],
        });
    }
    if !policy.priority(incident.priority).is_some_and(|rule| rule.may_hold) {
        let may: Vec<_> = policy.priorities.iter().filter(|rule| rule.may_hold).map(|rule| rule.level.to_string()).collect();
        return Err(Rejection::Invalid {
            field: "incident_id",
            given: format!("incident {} of priority {}", incident.number, incident.priority.level()),
            expected: format!("an incident of a priority that may be held: {}", may.join(", ")),
        });
    }
    let longest_ms = policy.room_clocks.hold_max_ms;
    if command.until <= draft.now || command.until > draft.now.plus_ms(longest_ms) {
        return Err(Rejection::Invalid {
            field: "until",
            given: match command.until.since_ms(draft.now) {
                0 => format!("{} ms ago", draft.now.since_ms(command.until)),
                ahead_ms => format!("in {ahead_ms} ms"),
            },
            expected: format!("a time after now and at most {longest_ms} ms ahead"),
        });
    }
    dispatching::end_proposal(draft, incident.incident_id)?;
    let (incident_id, reason, until) = (incident.incident_id, command.reason.clone(), command.until);
    draft.emit(Event::IncidentHeld(IncidentHeld { incident_id, reason, until }));
    Ok(())
}
