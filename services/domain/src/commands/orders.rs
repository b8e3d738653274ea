//! What several commands do with orders: check a move, offer, settle.

pub(super) use super::alarms::{end_alarms, raise_alarm, raise_alarm_of_station};
pub(super) use super::dispatching::{not_taken, return_to_queue};
use super::{arrival, dispatching, lending, seeking, stacking, unit_alarms};
use crate::alarm::AlarmKind;
use crate::assignment::{Assignment, AssignmentRole, AssignmentState};
use crate::classification::Priority;
use crate::decide::Draft;
use crate::event::{AssignmentOffered, Event};
use crate::ids::{IncidentId, ReasonKey, UnitId};
use crate::incident::{DispatchClock, Incident, IncidentFlag, IncidentState};
use crate::matching::RankedUnit;
use crate::policy::Policy;
use crate::rejection::Rejection;
use crate::states;
use crate::time::Timestamp;

/// The outcome that flags an incident as a false call (虚假警情).
const FALSE_CALL: &str = "false_call";

/// The clock of a first order by priority, from `from`.
pub(super) fn dispatch_clock(policy: &Policy, priority: Priority, from: Timestamp) -> Result<DispatchClock, Rejection> {
    let rule = policy.priority(priority).ok_or(Rejection::SituationLacks("a rule for the priority"))?;
    let amber_ms = rule.dispatch_ms / 100 * u64::from(policy.clocks.amber_percent);
    Ok(DispatchClock { amber_at: from.plus_ms(amber_ms), dispatch_by: from.plus_ms(rule.dispatch_ms) })
}

/// Checks a coded outcome against the policy.
pub(super) fn check_disposition(policy: &Policy, disposition: &ReasonKey) -> Result<(), Rejection> {
    Policy::expect_key(&policy.dispositions, disposition).map_err(|expected| Rejection::Invalid {
        field: "disposition",
        given: disposition.to_string(),
        expected,
    })
}

/// Checks that the state table lets `event` happen to `incident`, and names who holds it if not.
pub(super) fn check_move(draft: &Draft<'_>, incident: &Incident, event: &'static str) -> Result<(), Rejection> {
    let state = incident.state_name();
    if states::allows(states::INCIDENT, state, event) {
        return Ok(());
    }
    Err(Rejection::IllegalMove {
        subject: format!("incident {}", incident.number),
        state,
        holder: holders(draft, incident),
        event,
        possible: states::events_from(states::INCIDENT, state),
    })
}

/// The call signs of the units that are on `incident`.
pub(super) fn holders(draft: &Draft<'_>, incident: &Incident) -> Option<String> {
    let call_signs: Vec<_> = draft
        .world
        .active_assignments(incident)
        .map(|a| draft.world.unit(&a.unit_id).map_or_else(|| a.unit_id.to_string(), |u| u.profile.call_sign.to_string()))
        .collect();
    (!call_signs.is_empty()).then(|| call_signs.join(" "))
}

/// Refuses a command whose caller has not seen the incident's last change. 0 does not check.
pub(super) fn check_revision(incident: &Incident, expected: u64) -> Result<(), Rejection> {
    if expected == 0 || expected == incident.revision.0 {
        return Ok(());
    }
    Err(Rejection::StaleRevision { number: incident.number, expected, actual: incident.revision.0 })
}

/// Orders one unit.
pub(super) fn offer(
    draft: &mut Draft<'_>,
    incident_id: IncidentId,
    role: AssignmentRole,
    automatic: bool,
    ranking: RankedUnit,
    not_taken: Vec<RankedUnit>,
) -> Result<(), Rejection> {
    let assignment_id = draft.fresh_assignment_id()?;
    let clocks = &draft.situation.policy.clocks;
    let (deliver_by, acknowledge_by) = (draft.now.plus_ms(clocks.deliver_ms), draft.now.plus_ms(clocks.acknowledge_ms));
    let unit_id = ranking.unit_id.clone();
    draft.emit(Event::AssignmentOffered(Box::new(AssignmentOffered {
        assignment_id,
        incident_id,
        unit_id: unit_id.clone(),
        role,
        deliver_by,
        acknowledge_by,
        automatic,
        ranking,
        not_taken,
        lent: lending::charged_to(draft, incident_id, &unit_id, role),
    })));
    draft.reply.assignments.push(assignment_id);
    went_out(draft, incident_id, role, &unit_id)
}

/// What follows when an order goes out, new or from a queue: its incident is dispatched if it waited, and has its primary.
pub(super) fn went_out(draft: &mut Draft<'_>, incident_id: IncidentId, role: AssignmentRole, unit_id: &UnitId) -> Result<(), Rejection> {
    if matches!(draft.incident(&incident_id)?.state, IncidentState::Classified { .. }) {
        dispatching::end_proposal(draft, incident_id)?;
        draft.emit(Event::IncidentDispatched { incident_id });
        end_alarms(draft, incident_id, |kind| matches!(kind, AlarmKind::NoUnit | AlarmKind::NotDispatched | AlarmKind::HoldExpired));
    }
    if role == AssignmentRole::Primary {
        seeking::found(draft, incident_id)?;
        stacking::supersede_primaries(draft, incident_id)?;
    }
    arrival::ordered(draft, incident_id, unit_id)
}

/// Takes one order back, queued or active. What its unit and its incident do then is the caller's.
pub(super) fn recall(draft: &mut Draft<'_>, assignment: &Assignment, reason: ReasonKey) {
    draft.emit(Event::AssignmentRecalled { assignment_id: assignment.assignment_id, reason });
    if assignment.state.is_active() {
        unit_alarms::assignment_ended(draft, assignment);
    }
}

/// The outcome that a unit which has left reported, the last one's: nobody need be sent for what is settled. What was ordered
/// before the incident was opened again says nothing of it.
pub(super) fn reported_outcome(draft: &Draft<'_>, incident: &Incident) -> Option<ReasonKey> {
    let ended = incident.assignments.iter().rev().filter_map(|id| draft.world.assignment(id));
    ended
        .filter(|assignment| incident.reopened_at.is_none_or(|at| assignment.times.offered_at >= at))
        .filter_map(|assignment| match &assignment.state {
            AssignmentState::Cleared { disposition, .. } => disposition.clone(),
            _ => None,
        })
        .next()
}

/// The incident is dealt with, and with it whatever was proposed, looked for, queued, or the room was alarmed about.
pub(super) fn settle(draft: &mut Draft<'_>, incident_id: IncidentId, disposition: ReasonKey) -> Result<(), Rejection> {
    let false_call = disposition.as_str() == FALSE_CALL;
    dispatching::end_proposal(draft, incident_id)?;
    seeking::found(draft, incident_id)?;
    stacking::recall_queued(draft, incident_id, "closed")?;
    draft.emit(Event::IncidentResolved { incident_id, disposition });
    if false_call {
        draft.emit(Event::IncidentFlagged { incident_id, flag: IncidentFlag::FalseCall });
    }
    end_alarms(draft, incident_id, |_| true);
    Ok(())
}
