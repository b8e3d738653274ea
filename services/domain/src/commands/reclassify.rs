//! Reclassify: what an incident was verified to be. A dispute that turns criminal (民转刑) moves to the case team with its
//! history; the unit on scene stays until it is relieved.

use super::orders;
use crate::alarm::AlarmKind;
use crate::classification::Classification;
use crate::decide::Draft;
use crate::event::Event;
use crate::ids::IncidentId;
use crate::incident::IncidentState;
use crate::policy::DispatchMode;
use crate::reason::Reason;
use crate::rejection::Rejection;

/// An incident is something else.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reclassify {
    /// Which.
    pub incident_id: IncidentId,
    /// What it was verified to be.
    pub verified_as: Classification,
    /// The revision the operator saw; 0 does not check.
    pub expected_revision: u64,
}

pub(crate) fn reclassify(draft: &mut Draft<'_>, command: &Reclassify) -> Result<(), Rejection> {
    let policy = &draft.situation.policy;
    let decided = policy.decide(&command.verified_as).ok_or_else(|| Rejection::Invalid {
        field: "verified_as.category",
        given: command.verified_as.category.to_string(),
        expected: format!("one of {}", policy.categories.iter().map(|c| c.key.as_str()).collect::<Vec<_>>().join(", ")),
    })?;
    let incident = draft.incident(&command.incident_id)?;
    orders::check_revision(&incident, command.expected_revision)?;
    orders::check_move(draft, &incident, "incident_reclassified")?;
    let mut owner_reasons = decided.reasons;
    if decided.owner != incident.owner {
        owner_reasons.push(Reason::owner_moved(incident.owner, decided.owner, &decided.classification));
    }
    let fresh = decided.dispatch.then(|| orders::dispatch_clock(policy, decided.priority, draft.now)).transpose()?;
    // A clock that runs for the same priority goes on: saying again what it is does not buy time.
    let clock = match &incident.state {
        IncidentState::Classified { clock: Some(running), .. } if decided.dispatch && decided.priority == incident.priority => {
            Some(*running)
        }
        _ => fresh,
    };
    let mode = policy.priority(decided.priority).map(|rule| rule.mode);
    draft.emit(Event::IncidentReclassified {
        incident_id: incident.incident_id,
        verified_as: decided.classification,
        priority: decided.priority,
        owner: decided.owner,
        owner_reasons,
        clock,
    });
    let waits = matches!(incident.state, IncidentState::Classified { .. });
    if waits && clock.is_none() {
        // Nobody is to be sent any more: that nobody was is no alarm.
        orders::end_alarms(draft, incident.incident_id, |kind| matches!(kind, AlarmKind::NoUnit | AlarmKind::NotDispatched));
    }
    if waits && clock.is_some() && mode == Some(DispatchMode::Automatic) {
        orders::dispatch_automatically(draft, incident.incident_id)?;
    }
    Ok(())
}
