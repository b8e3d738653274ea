//! ReleaseHold: the hold is over. The clock of a first order runs anew from there, and the mode of the priority applies.

use super::{alarms, dispatching, orders};
use crate::alarm::AlarmKind;
use crate::decide::Draft;
use crate::event::{Event, IncidentHoldEnded};
use crate::ids::IncidentId;
use crate::incident::{Incident, IncidentState};
use crate::rejection::Rejection;
use crate::states;

/// The hold is over.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReleaseHold {
    /// The incident.
    pub incident_id: IncidentId,
}

pub(crate) fn release_hold(draft: &mut Draft<'_>, command: &ReleaseHold) -> Result<(), Rejection> {
    let incident = draft.incident(&command.incident_id)?;
    if incident.hold.is_none() {
        let state = incident.state_name();
        return Err(Rejection::IllegalMove {
            subject: format!("incident {}, which nobody holds,", incident.number),
            state,
            holder: orders::holders(draft, &incident),
            event: "incident_hold_ended",
            possible: states::events_from(states::INCIDENT, state),
        });
    }
    end(draft, &incident, false)?;
    dispatching::begin(draft, incident.incident_id)
}

/// The hold ends by itself: the room is alarmed, and the rules look at once where they dispatch.
pub(super) fn expire(draft: &mut Draft<'_>, id: IncidentId) -> Result<(), Rejection> {
    let incident = draft.incident(&id)?;
    end(draft, &incident, true)?;
    alarms::raise_alarm(draft, AlarmKind::HoldExpired, id, None)?;
    dispatching::begin(draft, id)
}

/// Ends the hold of a waiting incident. Its clock, where one runs, runs anew from now.
pub(super) fn end(draft: &mut Draft<'_>, incident: &Incident, lapsed: bool) -> Result<(), Rejection> {
    let runs = matches!(incident.state, IncidentState::Classified { clock: Some(_), .. });
    let clock = runs.then(|| orders::dispatch_clock(&draft.situation.policy, incident.priority, draft.now)).transpose()?;
    draft.emit(Event::IncidentHoldEnded(IncidentHoldEnded { incident_id: incident.incident_id, lapsed, clock }));
    Ok(())
}
