//! AssignUnits: an operator orders units to an incident, all or none.

use super::orders;
use crate::assignment::AssignmentRole;
use crate::decide::Draft;
use crate::ids::{IncidentId, UnitId};
use crate::incident::Incident;
use crate::matching::{self, RankedUnit};
use crate::reason::Reason;
use crate::rejection::Rejection;
use crate::situation::TravelSource;
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
    if incident.state.is_closed() || matches!(incident.state, crate::incident::IncidentState::Resolved { .. }) {
        orders::check_move(draft, &incident, "incident_dispatched")?;
    }
    for order in &command.orders {
        let incident = draft.incident(&command.incident_id)?;
        let has_primary = draft.world.active_assignments(&incident).any(|a| a.role == AssignmentRole::Primary);
        let role = order.role.unwrap_or(if has_primary { AssignmentRole::Backup } else { AssignmentRole::Primary });
        if role == AssignmentRole::Primary && has_primary {
            return Err(Rejection::Invalid {
                field: "orders.role",
                given: "primary".to_owned(),
                expected: format!("another role: {} is primary on incident {}", primary_of(draft, &incident), incident.number),
            });
        }
        order_one(draft, &incident, &order.unit_id, role)?;
    }
    Ok(())
}

fn primary_of(draft: &Draft<'_>, incident: &Incident) -> String {
    let primary = draft.world.active_assignments(incident).find(|a| a.role == AssignmentRole::Primary);
    primary.and_then(|a| draft.world.unit(&a.unit_id)).map_or_else(String::new, |u| u.profile.call_sign.to_string())
}

fn order_one(draft: &mut Draft<'_>, incident: &Incident, unit_id: &UnitId, role: AssignmentRole) -> Result<(), Rejection> {
    let unit = draft.unit(unit_id)?;
    if let Some(held) = unit.engaged_in() {
        let holder = draft.world.assignment(&held).and_then(|a| draft.world.incident(&a.incident_id)).map_or(0, |i| i.number);
        return Err(Rejection::LostRace { unit: unit.profile.call_sign.to_string(), holder });
    }
    let reasons = matching::why_not_at_all(&draft.world, &unit, role, draft.situation);
    if !reasons.is_empty() {
        return Err(Rejection::NotEligible { unit: unit_id.clone(), reasons });
    }
    let ranking = matching::rank(&draft.world, incident, role, draft.situation);
    let not_taken = ranking.explain(unit_id);
    let mut line = ranking.eligible.into_iter().chain(ranking.not_eligible).find(|line| &line.unit_id == unit_id).unwrap_or(RankedUnit {
        unit_id: unit_id.clone(),
        rank: 0,
        travel_ms: 0,
        source: TravelSource::Unknown,
        fix_age_ms: None,
        cost_ms: 0,
        reasons: Vec::new(),
    });
    line.reasons.push(Reason::chosen_by_operator());
    orders::offer(draft, incident.incident_id, role, false, line, not_taken)
}
