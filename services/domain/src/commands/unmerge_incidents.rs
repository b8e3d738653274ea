//! UnmergeIncidents: a merged incident stands on its own again.

use super::reopen_incident::{evicted, fresh_clock};
use super::{arrival, dispatching, orders};
use crate::decide::Draft;
use crate::event::{Event, IncidentUnmerged};
use crate::ids::IncidentId;
use crate::incident::{Incident, IncidentState};
use crate::rejection::Rejection;

/// A merged incident stands on its own again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnmergeIncidents {
    /// The incident.
    pub incident_id: IncidentId,
}

pub(crate) fn unmerge_incidents(draft: &mut Draft<'_>, command: &UnmergeIncidents) -> Result<(), Rejection> {
    let incident = draft.incident(&command.incident_id)?;
    unmerge(draft, &incident)
}

/// Gives a merged incident its calls back and a fresh clock, and dispatches it by the mode of its priority. Its former units
/// stay where they are: they are needed there, and an operator can send them back. The other incident keeps the priority it got.
pub(super) fn unmerge(draft: &mut Draft<'_>, incident: &Incident) -> Result<(), Rejection> {
    orders::check_move(draft, incident, "incident_unmerged")?;
    let IncidentState::Merged { into } = incident.state else { return Err(Rejection::SituationLacks("the incident it was merged into")) };
    let incident_id = incident.incident_id;
    let clock = fresh_clock(draft, incident)?;
    let rehydrated = evicted(draft, incident);
    draft.emit(Event::IncidentUnmerged(IncidentUnmerged { incident_id, from: into, clock, rehydrated }));
    arrival::start(draft, incident_id)?;
    dispatching::begin(draft, incident_id)
}
