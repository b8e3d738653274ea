//! SignIncident: the station's room signs an incident that was passed down (签收).

use super::{alarms, dispatching, orders};
use crate::alarm::AlarmKind;
use crate::decide::Draft;
use crate::event::Event;
use crate::ids::IncidentId;
use crate::incident::{Incident, IncidentState, Passing};
use crate::principal::Role;
use crate::rejection::Rejection;
use crate::states;

/// The station's room signs an incident that was passed down (签收).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignIncident {
    /// The incident.
    pub incident_id: IncidentId,
}

/// Late is better than never: what has lapsed can still be signed, which ends the alarm.
pub(crate) fn sign_incident(draft: &mut Draft<'_>, command: &SignIncident) -> Result<(), Rejection> {
    let incident = draft.incident(&command.incident_id)?;
    match &incident.passing {
        // Who signed it before is who holds it: the table alone could not say.
        Some(Passing { signed: Some(signed), .. }) => {
            let holder = Some(signed.by.to_string());
            Err(refusal(&incident, "signed", holder))
        }
        Some(Passing { signed: None, .. }) => {
            orders::check_move(draft, &incident, "incident_signed")?;
            sign(draft, &incident);
            dispatching::begin(draft, incident.incident_id)
        }
        None => Err(refusal(&incident, incident.state_name(), orders::holders(draft, &incident))),
    }
}

fn refusal(incident: &Incident, state: &'static str, holder: Option<String>) -> Rejection {
    let possible = states::events_from(states::INCIDENT, incident.state_name()).into_iter().filter(|event| *event != "incident_signed");
    let subject = format!("incident {}", incident.number);
    Rejection::IllegalMove { subject, state, holder, event: "incident_signed", possible: possible.collect() }
}

fn sign(draft: &mut Draft<'_>, incident: &Incident) {
    draft.emit(Event::IncidentSigned(incident.incident_id));
    alarms::end_alarms(draft, incident.incident_id, |kind| kind == AlarmKind::NotSigned);
}

/// An operator of the station that has a unit ordered has seen the incident: that signs it. One of the desk above, who covers the
/// station too, signs nothing by it.
pub(super) fn sign_if_open(draft: &mut Draft<'_>, id: IncidentId) -> Result<(), Rejection> {
    let incident = draft.incident(&id)?;
    let Some(Passing { signed: None, from, .. }) = &incident.passing else { return Ok(()) };
    let (who, tree) = (draft.principal, &draft.situation.agencies);
    let of_the_station = matches!(who.role, Role::Operator { .. }) && who.covers(tree, &incident.station) && !who.covers(tree, from);
    if of_the_station && states::allows(states::INCIDENT, incident.state_name(), "incident_signed") {
        sign(draft, &incident);
    }
    Ok(())
}

/// The station has not signed in time: the room is alarmed, and the desk above dispatches directly while nobody is on it,
/// whatever the mode. What an operator holds back stays held, and nobody is sent where nobody is to be sent.
pub(super) fn lapse(draft: &mut Draft<'_>, id: IncidentId) -> Result<(), Rejection> {
    draft.emit(Event::IncidentSignLapsed(id));
    alarms::raise_alarm(draft, AlarmKind::NotSigned, id, None)?;
    let incident = draft.incident(&id)?;
    match incident.state {
        IncidentState::Classified { clock: Some(_), .. } if incident.hold.is_none() => dispatching::dispatch_automatically(draft, id),
        _ => Ok(()),
    }
}
