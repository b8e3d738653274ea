//! AssignUnits: an operator orders units to an incident, all or none.

use super::{dispatching, diverting, orders, release_hold, stacking};
use crate::assignment::AssignmentRole;
use crate::decide::Draft;
use crate::ids::{IncidentId, UnitId};
use crate::incident::{Incident, IncidentState};
use crate::matching::{self, RankedUnit};
use crate::policy::DispatchMode;
use crate::reason::Reason;
use crate::rejection::Rejection;
use crate::situation::TravelSource;
use crate::unit::Unit;
use std::collections::BTreeSet;

/// Most units in one order.
pub const MAX_ORDERS: usize = 20;

/// One unit to order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnitOrder {
    /// The unit.
    pub unit_id: UnitId,
    /// What for; none makes the first primary while nobody is, and the others backup.
    pub role: Option<AssignmentRole>,
    /// What to do when the unit is engaged.
    pub when_engaged: WhenEngaged,
}

/// What an order does when its unit is engaged in another incident.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum WhenEngaged {
    /// The order is refused, with who holds the unit.
    #[default]
    Refuse,
    /// The order waits in the unit's queue.
    Queue,
    /// The unit is taken off what it is on: only for something more urgent.
    Divert,
}

/// An operator's order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AssignUnits {
    /// The incident.
    pub incident_id: IncidentId,
    /// Who goes, 1 to [`MAX_ORDERS`], each once.
    pub orders: Vec<UnitOrder>,
    /// The revision the operator saw; 0 does not check.
    pub expected_revision: u64,
}

pub(crate) fn assign_units(draft: &mut Draft<'_>, command: &AssignUnits) -> Result<(), Rejection> {
    let distinct: BTreeSet<_> = command.orders.iter().map(|order| &order.unit_id).collect();
    if command.orders.is_empty() || command.orders.len() > MAX_ORDERS || distinct.len() != command.orders.len() {
        return Err(Rejection::Invalid {
            field: "orders",
            given: format!("{} orders for {} units", command.orders.len(), distinct.len()),
            expected: format!("1 to {MAX_ORDERS} units, each once"),
        });
    }
    let incident = draft.incident(&command.incident_id)?;
    orders::check_revision(&incident, command.expected_revision)?;
    // Orders may be added while others are on it; the table's move is only for the first.
    if incident.state.is_closed() || matches!(incident.state, IncidentState::Resolved { .. }) {
        orders::check_move(draft, &incident, "incident_dispatched")?;
    }
    // The operator has chosen: nothing is proposed or kept back any more.
    dispatching::end_proposal(draft, incident.incident_id)?;
    if incident.hold.is_some() {
        release_hold::end(draft, &incident, false)?;
    }
    for order in &command.orders {
        order_one(draft, &command.incident_id, order)?;
    }
    // What only waits for a unit that is busy is looked at again by the rules, where they had been kept back.
    let by_the_rules = dispatching::mode_of(draft, &incident) == DispatchMode::Automatic;
    if incident.hold.is_some() && by_the_rules { dispatching::begin(draft, incident.incident_id) } else { Ok(()) }
}

fn order_one(draft: &mut Draft<'_>, incident_id: &IncidentId, order: &UnitOrder) -> Result<(), Rejection> {
    let incident = draft.incident(incident_id)?;
    let unit = draft.unit(&order.unit_id)?;
    let held = unit.engaged_in();
    let waits = held.is_some() && order.when_engaged == WhenEngaged::Queue;
    let role = role_of(draft, &incident, order, waits)?;
    if let Some(held) = held {
        let on = draft.world.assignment(&held).map(|assignment| assignment.incident_id);
        if on == Some(incident.incident_id) || order.when_engaged == WhenEngaged::Refuse {
            let holder = on.and_then(|id| draft.world.incident(&id).map(|incident| incident.number)).unwrap_or(0);
            return Err(Rejection::LostRace { unit: unit.profile.call_sign.to_string(), holder });
        }
    }
    let mut reasons = matching::why_not_at_all(&draft.world, &incident, &unit, role, draft.situation);
    if held.is_some() {
        // That it is engaged is what the order says what to do about.
        let engaged = Reason::engaged(0).code;
        reasons.retain(|reason| reason.code != engaged);
    }
    if !reasons.is_empty() {
        return Err(Rejection::NotEligible { unit: order.unit_id.clone(), reasons });
    }
    let (mut line, not_taken) = line_of(draft, &incident, &unit, role);
    if waits {
        return stacking::queue(draft, &incident, &unit, role, line);
    }
    if held.is_some() {
        line.reasons.push(diverting::divert(draft, &incident, &unit)?);
    }
    orders::offer(draft, incident.incident_id, role, false, line, not_taken)
}

/// What the unit is ordered for. There is one primary, on the incident or waiting to be it; one that goes at once takes the place
/// of one that waits.
fn role_of(draft: &Draft<'_>, incident: &Incident, order: &UnitOrder, waits: bool) -> Result<AssignmentRole, Rejection> {
    let active = draft.world.active_assignments(incident).find(|other| other.role == AssignmentRole::Primary).cloned();
    let waiting = stacking::queued(draft, incident).into_iter().find(|other| other.role == AssignmentRole::Primary);
    let primary = active.or(waiting.filter(|_| waits));
    let role = order.role.unwrap_or(if primary.is_some() { AssignmentRole::Backup } else { AssignmentRole::Primary });
    let Some(other) = primary.filter(|_| role == AssignmentRole::Primary) else { return Ok(role) };
    let call_sign = draft.world.unit(&other.unit_id).map_or_else(String::new, |unit| unit.profile.call_sign.to_string());
    let is = if other.state.is_active() { "is" } else { "waits to be" };
    Err(Rejection::Invalid {
        field: "orders.role",
        given: "primary".to_owned(),
        expected: format!("another role: {call_sign} {is} primary on incident {}", incident.number),
    })
}

/// The unit's line of the ranking as the operator chose it, and why not the others.
fn line_of(draft: &Draft<'_>, incident: &Incident, unit: &Unit, role: AssignmentRole) -> (RankedUnit, Vec<RankedUnit>) {
    let unit_id = &unit.profile.unit_id;
    let ranking = matching::rank_for_operator(&draft.world, incident, role, draft.situation);
    let not_taken = ranking.explain(unit_id);
    let found = ranking.eligible.into_iter().chain(ranking.not_eligible).find(|line| &line.unit_id == unit_id);
    let mut line = found.unwrap_or_else(|| RankedUnit {
        unit_id: unit_id.clone(),
        rank: 0,
        travel_ms: 0,
        source: TravelSource::Unknown,
        fix_age_ms: None,
        cost_ms: 0,
        reasons: Vec::new(),
    });
    line.reasons.push(Reason::chosen_by_operator());
    (line, not_taken)
}
