//! PassDown: a desk above passes an incident down to its station, whose room signs it (签收).

use super::{dispatching, orders};
use crate::decide::Draft;
use crate::event::{Event, IncidentPassedDown};
use crate::ids::{AgencyId, IncidentId};
use crate::incident::Incident;
use crate::rejection::Rejection;
use crate::states;

/// A desk above passes an incident down to its station.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PassDown {
    /// The incident.
    pub incident_id: IncidentId,
    /// The desk.
    pub from: AgencyId,
    /// The revision the operator saw; 0 does not check.
    pub expected_revision: u64,
}

pub(crate) fn pass_down(draft: &mut Draft<'_>, command: &PassDown) -> Result<(), Rejection> {
    let incident = draft.incident(&command.incident_id)?;
    orders::check_revision(&incident, command.expected_revision)?;
    orders::check_move(draft, &incident, "incident_passed_down")?;
    if let Some(passing) = &incident.passing {
        // Somebody is on it, so that its state does not say that it was passed down before.
        return Err(Rejection::IllegalMove {
            subject: format!("incident {}", incident.number),
            state: if passing.signed.is_some() { "signed" } else { "passed_down" },
            holder: Some(passing.signed.as_ref().map_or_else(|| incident.station.to_string(), |signed| signed.by.to_string())),
            event: "incident_passed_down",
            possible: states::events_from(states::INCIDENT, incident.state_name()),
        });
    }
    if !is_below(draft, &incident.station, &command.from) {
        return Err(Rejection::Invalid {
            field: "from",
            given: command.from.to_string(),
            expected: format!("a desk above a station: incident {} is handled by {}", incident.number, incident.station),
        });
    }
    emit(draft, command.incident_id, &command.from);
    // What the rules were about to send waits for the signature now.
    dispatching::end_proposal(draft, command.incident_id)
}

/// A desk took the call of a new incident: it is passed down where the room that handles it is a station below that desk, and
/// the desk's own otherwise.
pub(super) fn begin(draft: &mut Draft<'_>, incident_id: IncidentId, desk: &AgencyId) -> Result<(), Rejection> {
    if draft.situation.agencies.get(desk).is_none() {
        return Err(Rejection::Invalid { field: "desk", given: desk.to_string(), expected: "an agency of this log".to_owned() });
    }
    let station = draft.incident(&incident_id)?.station.clone();
    if is_below(draft, &station, desk) {
        emit(draft, incident_id, desk);
    }
    Ok(())
}

/// Whether nobody is sent yet because the station has still to sign: the rules wait for it, until the deadline. Priority 1 does
/// not wait, which the caller sees by its priority.
pub(super) fn awaits_signature(incident: &Incident) -> bool {
    incident.passing.as_ref().is_some_and(|passing| passing.signed.is_none() && !passing.lapsed)
}

/// Whether the room that handles an incident, a station or the root's desk, stands below `desk`.
fn is_below(draft: &Draft<'_>, room: &AgencyId, desk: &AgencyId) -> bool {
    room != desk && draft.situation.agencies.is_within(room, desk)
}

fn emit(draft: &mut Draft<'_>, incident_id: IncidentId, desk: &AgencyId) {
    let sign_by = draft.now.plus_ms(draft.situation.policy.room_clocks.sign_ms);
    draft.emit(Event::IncidentPassedDown(IncidentPassedDown { incident_id, from: desk.clone(), sign_by }));
}
