//! Lending (各负其责又互相借力): how far the rules look for a unit, step by step, and whose budget it is charged to.

use super::{dispatching, request_support};
use crate::assignment::{AssignmentRole, Lent};
use crate::decide::Draft;
use crate::event::{Event, IncidentWidened};
use crate::ids::{IncidentId, UnitId};
use crate::incident::{Incident, IncidentState, LendingStep};
use crate::matching::lending;
use crate::rejection::Rejection;
use crate::time::Timestamp;

/// Whose lending budget `unit_id`'s time on the incident is charged to; none where nobody's is.
pub(super) fn charged_to(draft: &Draft<'_>, incident_id: IncidentId, unit_id: &UnitId, role: AssignmentRole) -> Option<Lent> {
    let (incident, unit) = (draft.incident(&incident_id).ok()?, draft.world.unit(unit_id)?);
    lending::charge(&draft.world, &incident, unit, role, draft.situation)
}

/// The rules found nobody at the step reached. The time-out to the next step starts, and for an incident that seeks a primary
/// while others are on it, whose looks are its clock, the next step is taken once it has run out. Says whether wider steps are
/// still to be taken, so that the room need not be alarmed yet.
pub(super) fn nobody_found(draft: &mut Draft<'_>, id: IncidentId) -> Result<bool, Rejection> {
    let incident = draft.incident(&id)?;
    if !lending::steps_bind(&draft.world, &incident, draft.situation) {
        return Ok(false);
    }
    let Some(next) = next_step(draft, incident.lending.step) else { return Ok(false) };
    match incident.lending.next_at {
        None => take(draft, id, incident.lending.step, Some(timeout(draft))),
        Some(at) if at <= draft.now && !matches!(incident.state, IncidentState::Classified { .. }) => {
            advance(draft, &incident, next)?;
            return Ok(next_step(draft, next).is_some());
        }
        Some(_) => {}
    }
    Ok(true)
}

/// Nobody was found at this step in time: the next is taken, and the rules look again.
pub(super) fn widen(draft: &mut Draft<'_>, id: IncidentId) -> Result<(), Rejection> {
    let incident = draft.incident(&id)?;
    let waits = incident.hold.is_none() && incident.proposal.is_none();
    let next = next_step(draft, incident.lending.step).filter(|_| lending::steps_bind(&draft.world, &incident, draft.situation));
    let Some(next) = next.filter(|_| waits) else {
        // Lending has no say any more, or somebody else decides now: the steps begin again when the rules find nobody again.
        take(draft, id, incident.lending.step, None);
        return Ok(());
    };
    advance(draft, &incident, next)?;
    dispatching::begin(draft, id)
}

/// Takes `step`; at the whistle a level above is asked.
fn advance(draft: &mut Draft<'_>, incident: &Incident, step: LendingStep) -> Result<(), Rejection> {
    let next_at = next_step(draft, step).map(|_| timeout(draft));
    take(draft, incident.incident_id, step, next_at);
    if step == LendingStep::Whistle { request_support::by_the_rules(draft, incident) } else { Ok(()) }
}

fn take(draft: &mut Draft<'_>, id: IncidentId, step: LendingStep, next_at: Option<Timestamp>) {
    draft.emit(Event::IncidentWidened(IncidentWidened { incident_id: id, step, next_at }));
}

fn timeout(draft: &Draft<'_>) -> Timestamp {
    draft.now.plus_ms(draft.situation.policy.lending.step_ms)
}

/// The step after `step` that the policy takes, in its order. Steps that it does not list are skipped; one that a policy before
/// took is followed by the first that is wider.
fn next_step(draft: &Draft<'_>, step: LendingStep) -> Option<LendingStep> {
    let steps = &draft.situation.policy.lending.steps;
    match steps.iter().position(|listed| *listed == step) {
        Some(place) => steps.get(place + 1).copied(),
        None => steps.iter().find(|listed| **listed > step).copied(),
    }
}
