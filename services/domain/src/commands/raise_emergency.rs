//! RaiseEmergency: the emergency button was pressed. The room is alarmed and the nearest help is on its way in the same commit.

use super::opening::{self, Opening};
use super::{dispatching, orders};
use crate::alarm::AlarmKind;
use crate::assignment::AssignmentRole;
use crate::classification::{CallSource, Classification, Priority};
use crate::decide::Draft;
use crate::event::{EmergencyRaised, Event};
use crate::ids::{IncidentId, UnitId};
use crate::incident::Incident;
use crate::place::Place;
use crate::plan::{self, Choice};
use crate::policy::Policy;
use crate::reason::Reason;
use crate::rejection::Rejection;
use crate::time::Timestamp;
use crate::unit::Unit;
use std::sync::Arc;

/// The emergency button was pressed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RaiseEmergency {
    /// The unit.
    pub unit_id: UnitId,
    /// Where, as far as the device said.
    pub place: Place,
    /// When it was tapped, by the device's clock.
    pub occurred_at: Option<Timestamp>,
}

/// On duty or off, engaged or not: an emergency is never refused because of what the unit is doing or what the policy lacks.
/// Pressing again while the first is being seen to opens nothing new, and is answered with the incident there is.
pub(crate) fn raise_emergency(draft: &mut Draft<'_>, command: &RaiseEmergency) -> Result<(), Rejection> {
    let unit = draft.unit(&command.unit_id)?;
    if let Some(incident) = stands(draft, &unit) {
        draft.reply.reported = incident.calls.first().map(|call| (incident.incident_id, incident.number, call.call_id));
        return Ok(());
    }
    draft.occurred_at(command.occurred_at, Timestamp::default());
    let policy = Arc::clone(&draft.situation.policy);
    let classification = classification(&policy);
    let urgent = policy.decide(&classification).is_some_and(|decided| decided.priority == Priority::P1);
    let home = draft.situation.agencies.room_of(&unit.profile.home).map(|node| node.agency_id.clone());
    let place = known_place(draft, &command.place);
    let incident_id = opening::open(
        draft,
        Opening { priority: (!urgent).then_some(Priority::P1), station: home, ..Opening::new(CallSource::Officer, classification, place) },
    )?;
    let unit_id = unit.profile.unit_id.clone();
    let position = command.place.position();
    draft.emit(Event::UnitEmergencyRaised(EmergencyRaised { unit_id: unit_id.clone(), incident_id, position }));
    orders::raise_alarm(draft, AlarmKind::Emergency, incident_id, Some(unit_id))?;
    // Whatever the mode of priority 1 is: help goes at once, or is looked for until it is found.
    dispatching::dispatch_automatically(draft, incident_id)
}

/// Without a plan of its own, help for a standing emergency is whoever is nearest: nobody farther off goes for being the owner.
pub(super) fn nearest_only(draft: &Draft<'_>, incident: &Incident, choice: &mut Choice) {
    if choice.plan.is_none() && in_distress(draft, incident).is_some() {
        choice.chosen.retain(|(role, ..)| *role == AssignmentRole::Primary);
    }
}

/// Tops the help for a standing emergency up to what the policy sends: the nearest units of any team, each with an order of its
/// own that it acknowledges for itself. Nothing for any other incident.
pub(super) fn send_more(draft: &mut Draft<'_>, incident_id: IncidentId) -> Result<(), Rejection> {
    let incident = draft.incident(&incident_id)?;
    let Some(unit_id) = in_distress(draft, &incident).map(|unit| unit.profile.unit_id.clone()) else { return Ok(()) };
    let on_it = draft.world.active_assignments(&incident).filter(|order| order.role != AssignmentRole::Overwatch).count();
    for _ in on_it..usize::from(draft.situation.policy.safety.helpers) {
        // Somebody who needs help needs people: a drone only looks. Whom an operator took back is not sent again.
        let Some((mut best, not_taken)) = plan::best(&draft.world, &incident, AssignmentRole::Backup, draft.situation) else { break };
        best.reasons.push(Reason::helps_officer(&unit_id));
        orders::offer(draft, incident_id, AssignmentRole::Backup, true, best, not_taken)?;
    }
    Ok(())
}

/// What the policy calls an officer's emergency; where it has no such row, its first one of priority 1, else its first.
fn classification(policy: &Policy) -> Classification {
    let named = Classification { category: policy.safety.category.clone(), kind: policy.safety.kind.clone() };
    if policy.decide(&named).is_some() {
        return named;
    }
    let rows = policy.categories.iter().flat_map(|category| {
        let of_type = |kind| Classification { category: category.key.clone(), kind };
        std::iter::once(of_type(None)).chain(category.types.iter().map(move |rule| of_type(Some(rule.key.clone()))))
    });
    let rows: Vec<_> = rows.collect();
    let urgent = rows.iter().find(|row| policy.decide(row).is_some_and(|decided| decided.priority == Priority::P1));
    urgent.or(rows.first()).cloned().unwrap_or(named)
}

/// The place as the device gave it; one that names an agency which is not in the tree counts as outside every boundary.
fn known_place(draft: &Draft<'_>, place: &Place) -> Place {
    match place {
        Place::Located { position, datum, h3_cell, agency } if draft.situation.agencies.get(agency).is_none() => {
            Place::OutsideBoundaries { position: *position, datum: *datum, h3_cell: *h3_cell }
        }
        known => known.clone(),
    }
}

/// The incident of the unit's emergency, while both stand.
fn stands(draft: &Draft<'_>, unit: &Unit) -> Option<Arc<Incident>> {
    let emergency = unit.emergency.as_ref()?;
    draft.world.incident(&emergency.incident_id).filter(|incident| !incident.state.is_closed()).cloned()
}

/// The unit whose emergency the incident was opened for, while that stands.
fn in_distress<'d>(draft: &'d Draft<'_>, incident: &Incident) -> Option<&'d Arc<Unit>> {
    let pressed = draft.world.alarms_of(incident.incident_id).filter(|alarm| alarm.kind == AlarmKind::Emergency);
    let mut units = pressed.filter_map(|alarm| draft.world.unit(alarm.unit_id.as_ref()?));
    units.find(|unit| unit.emergency.as_ref().is_some_and(|emergency| emergency.incident_id == incident.incident_id))
}

/// Refuses what would end an incident while the emergency it was opened for stands, and names the unit: the room says first how
/// that ended.
pub(super) fn check_none_stands(draft: &Draft<'_>, incident: &Incident, event: &'static str) -> Result<(), Rejection> {
    let Some(unit) = in_distress(draft, incident) else { return Ok(()) };
    Err(Rejection::IllegalMove {
        subject: format!("incident {}", incident.number),
        state: "an emergency that stands",
        holder: Some(unit.profile.call_sign.to_string()),
        event,
        possible: vec!["unit_emergency_cleared"],
    })
}
