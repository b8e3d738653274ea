//! What several commands do with orders and alarms: offer, ask the next candidate, wait, alarm the room.

use crate::alarm::AlarmKind;
use crate::assignment::{Assignment, AssignmentRole, AssignmentState};
use crate::classification::Priority;
use crate::decide::Draft;
use crate::event::{AssignmentOffered, Event};
use crate::ids::{IncidentId, ReasonKey, UnitId};
use crate::incident::{DispatchClock, Incident, IncidentState};
use crate::matching::{self, RankedUnit};
use crate::policy::{DispatchMode, Policy};
use crate::reason::Reason;
use crate::rejection::Rejection;
use crate::states;
use crate::time::Timestamp;

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
    let state = incident.state.name();
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
        unit_id,
        role,
        deliver_by,
        acknowledge_by,
        automatic,
        ranking,
        not_taken,
    })));
    draft.reply.assignments.push(assignment_id);
    if matches!(draft.incident(&incident_id)?.state, IncidentState::Classified { .. }) {
        draft.emit(Event::IncidentDispatched { incident_id });
        end_alarms(draft, incident_id, |kind| matches!(kind, AlarmKind::NoUnit | AlarmKind::NotDispatched));
    }
    Ok(())
}

/// Orders the best eligible unit; says whether there was one.
pub(super) fn offer_best(
    draft: &mut Draft<'_>,
    incident_id: IncidentId,
    role: AssignmentRole,
    because: Option<Reason>,
) -> Result<bool, Rejection> {
    let incident = draft.incident(&incident_id)?;
    let ranking = matching::rank(&draft.world, &incident, role, draft.situation);
    let Some(mut best) = ranking.eligible.first().cloned() else { return Ok(false) };
    best.reasons.extend(because);
    let not_taken = ranking.explain(&best.unit_id);
    offer(draft, incident_id, role, true, best, not_taken)?;
    Ok(true)
}

/// Orders the best unit, or lets the incident wait and alarms the room that there is none.
pub(super) fn dispatch_automatically(draft: &mut Draft<'_>, incident_id: IncidentId) -> Result<(), Rejection> {
    if offer_best(draft, incident_id, AssignmentRole::Primary, None)? {
        return Ok(());
    }
    let retry_at = draft.now.plus_ms(draft.situation.policy.clocks.retry_ms);
    draft.emit(Event::IncidentWaiting { incident_id, retry_at });
    // One lapse, one alarm: it does not sound again on each look, even after somebody confirmed it.
    let IncidentState::Classified { alarmed: false, .. } = draft.incident(&incident_id)?.state else { return Ok(()) };
    draft.emit(Event::IncidentDispatchLapsed { incident_id });
    raise_alarm(draft, AlarmKind::NoUnit, incident_id, None)
}

/// An order was not taken: alarms the room and asks the next candidate; without one the incident waits in the queue again.
pub(super) fn not_taken(draft: &mut Draft<'_>, assignment: &Assignment, alarm: AlarmKind) -> Result<(), Rejection> {
    // What follows happens now, whenever it was tapped.
    draft.occurred = None;
    let incident_id = assignment.incident_id;
    raise_alarm(draft, alarm, incident_id, Some(assignment.unit_id.clone()))?;
    let incident = draft.incident(&incident_id)?;
    let others = draft.world.active_assignments(&incident).next().is_some();
    if !others && let Some(disposition) = reported_outcome(draft, &incident) {
        settle(draft, incident_id, disposition);
        return Ok(());
    }
    // A backup that does not come is the operator's to replace while somebody else is on it.
    if others && assignment.role != AssignmentRole::Primary {
        return Ok(());
    }
    // Either the primary fell out, or nobody is on it: in both cases it is a primary that is missing.
    if offer_best(draft, incident_id, AssignmentRole::Primary, Some(Reason::next_candidate(&assignment.unit_id)))? || others {
        return Ok(());
    }
    return_to_queue(draft, &incident)
}

/// The outcome that a unit which has left reported, the last one's: nobody need be sent for what is settled.
pub(super) fn reported_outcome(draft: &Draft<'_>, incident: &Incident) -> Option<ReasonKey> {
    let ended = incident.assignments.iter().rev().filter_map(|id| draft.world.assignment(id));
    ended
        .filter_map(|assignment| match &assignment.state {
            AssignmentState::Cleared { disposition, .. } => disposition.clone(),
            _ => None,
        })
        .next()
}

/// The incident is dealt with, and with it whatever the room was alarmed about.
pub(super) fn settle(draft: &mut Draft<'_>, incident_id: IncidentId, disposition: ReasonKey) {
    draft.emit(Event::IncidentResolved { incident_id, disposition });
    end_alarms(draft, incident_id, |_| true);
}

/// Puts an unsettled incident that nobody is on back into the queue, and looks for a unit at once where the rules dispatch.
pub(super) fn return_to_queue(draft: &mut Draft<'_>, incident: &Incident) -> Result<(), Rejection> {
    // What follows happens now, whenever the last unit left.
    draft.occurred = None;
    let policy = &draft.situation.policy;
    // Somebody may have been sent to what by the table nobody is sent to: then no clock runs for the next.
    let sends = policy.decide(incident.classification()).is_none_or(|decided| decided.dispatch);
    let clock = sends.then(|| dispatch_clock(policy, incident.priority, draft.now)).transpose()?;
    let mode = policy.priority(incident.priority).map(|rule| rule.mode);
    draft.emit(Event::IncidentReturnedToQueue { incident_id: incident.incident_id, clock });
    if sends && mode == Some(DispatchMode::Automatic) {
        return dispatch_automatically(draft, incident.incident_id);
    }
    Ok(())
}

/// Alarms the room, unless it already stands alarmed for the same thing.
pub(super) fn raise_alarm(
    draft: &mut Draft<'_>,
    kind: AlarmKind,
    incident_id: IncidentId,
    unit_id: Option<UnitId>,
) -> Result<(), Rejection> {
    if draft.world.standing_alarms(incident_id).any(|alarm| alarm.kind == kind && alarm.unit_id == unit_id) {
        return Ok(());
    }
    let alarm_id = draft.fresh_alarm_id()?;
    draft.emit(Event::AlarmRaised { alarm_id, kind, incident_id, unit_id });
    Ok(())
}

/// Ends the standing alarms of an incident whose cause is over.
pub(super) fn end_alarms(draft: &mut Draft<'_>, incident_id: IncidentId, over: impl Fn(AlarmKind) -> bool) {
    let ended: Vec<_> = draft.world.standing_alarms(incident_id).filter(|a| over(a.kind)).map(|a| a.alarm_id).collect();
    for alarm_id in ended {
        draft.emit(Event::AlarmEnded { alarm_id, confirmed: false });
    }
}
