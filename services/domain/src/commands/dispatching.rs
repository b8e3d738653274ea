//! Dispatching: what the mode of an incident's priority says is done, now, when nobody was found, and when an order was not taken.

use super::alarms::{end_alarms, raise_alarm};
use super::orders::{dispatch_clock, offer, recall, reported_outcome, settle};
use super::{lending, pass_down, raise_emergency, release_hold, seeking, stacking, unit_alarms};
use crate::alarm::AlarmKind;
use crate::assignment::{Assignment, AssignmentRole, AssignmentState};
use crate::decide::Draft;
use crate::event::{AssignmentRoleChanged, Event, IncidentProposed, PlanChosen};
use crate::ids::IncidentId;
use crate::incident::{Incident, IncidentState, ProposedOrder};
use crate::plan::{self, Choice};
use crate::policy::DispatchMode;
use crate::reason::Reason;
use crate::recall::Recall;
use crate::rejection::Rejection;
use crate::time::Timestamp;

/// How a first unit is found for `incident`. A checked policy has a row for every priority.
pub(super) fn mode_of(draft: &Draft<'_>, incident: &Incident) -> DispatchMode {
    draft.situation.policy.priority(incident.priority).map_or(DispatchMode::Manual, |rule| rule.mode)
}

/// Does what the mode of its priority says for an incident that waits: orders at once, proposes, or leaves it to an operator.
/// Nothing where nobody is to be sent, while it is held, and while the station must sign it first.
pub(super) fn begin(draft: &mut Draft<'_>, incident_id: IncidentId) -> Result<(), Rejection> {
    let incident = draft.incident(&incident_id)?;
    let IncidentState::Classified { clock: Some(_), .. } = incident.state else { return Ok(()) };
    if incident.hold.is_some() || must_be_signed_first(draft, &incident) {
        return Ok(());
    }
    match mode_of(draft, &incident) {
        DispatchMode::Automatic => dispatch_automatically(draft, incident_id),
        DispatchMode::Confirm => propose(draft, incident_id, None),
        DispatchMode::Manual => Ok(()),
    }
}

/// Whether the station's room must sign before a unit is ordered by the rules: not where every eligible unit goes at once.
fn must_be_signed_first(draft: &Draft<'_>, incident: &Incident) -> bool {
    pass_down::awaits_signature(incident) && !draft.situation.policy.priority(incident.priority).is_some_and(|rule| rule.any_team)
}

/// A waiting incident is looked at again.
pub(super) fn look_again(draft: &mut Draft<'_>, incident_id: IncidentId) -> Result<(), Rejection> {
    let incident = draft.incident(&incident_id)?;
    if let Some(passing) = incident.passing.as_ref().filter(|_| must_be_signed_first(draft, &incident)) {
        let retry_at = passing.sign_by.max(draft.now.plus_ms(draft.situation.policy.clocks.retry_ms));
        draft.emit(Event::IncidentWaiting { incident_id, retry_at });
        return Ok(());
    }
    match mode_of(draft, &incident) {
        DispatchMode::Confirm => propose(draft, incident_id, None),
        DispatchMode::Automatic | DispatchMode::Manual => dispatch_automatically(draft, incident_id),
    }
}

/// Orders who goes by the response plan, or lets the incident wait and alarms the room that there is nobody.
pub(super) fn dispatch_automatically(draft: &mut Draft<'_>, incident_id: IncidentId) -> Result<(), Rejection> {
    end_proposal(draft, incident_id)?;
    let incident = draft.incident(&incident_id)?;
    let choice = choose(draft, &incident);
    if choice.primary().is_none() {
        return wait(draft, incident_id);
    }
    order(draft, incident_id, choice, None)?;
    raise_emergency::send_more(draft, incident_id)
}

/// Who goes by the response plan; to an emergency the nearest, whoever they are.
fn choose(draft: &Draft<'_>, incident: &Incident) -> Choice {
    let mut choice = plan::choose(&draft.world, incident, draft.situation);
    raise_emergency::nearest_only(draft, incident, &mut choice);
    choice
}

/// Orders the best unit in one role; says whether there was one.
pub(super) fn offer_best(
    draft: &mut Draft<'_>,
    incident_id: IncidentId,
    role: AssignmentRole,
    because: Option<Reason>,
) -> Result<bool, Rejection> {
    let incident = draft.incident(&incident_id)?;
    let Some((mut best, not_taken)) = plan::best(&draft.world, &incident, role, draft.situation) else { return Ok(false) };
    best.reasons.extend(because);
    offer(draft, incident_id, role, true, best, not_taken)?;
    Ok(true)
}

/// Orders what was chosen. `because` is said of the primary.
fn order(draft: &mut Draft<'_>, incident_id: IncidentId, choice: Choice, because: Option<Reason>) -> Result<(), Rejection> {
    let incomplete = !choice.unfilled.is_empty();
    if let Some(plan) = choice.plan {
        draft.emit(Event::IncidentPlanChosen(PlanChosen { incident_id, plan, unfilled: choice.unfilled }));
    }
    for (role, mut line, not_taken) in choice.chosen {
        if role == AssignmentRole::Primary {
            line.reasons.extend(because.clone());
        }
        offer(draft, incident_id, role, true, line, not_taken)?;
    }
    // One lapse, one alarm: not again when the same incident is ordered anew.
    if incomplete && !draft.world.alarms_of(incident_id).any(|alarm| alarm.kind == AlarmKind::PlanIncomplete) {
        raise_alarm(draft, AlarmKind::PlanIncomplete, incident_id, None)?;
    }
    Ok(())
}

/// Proposes who goes by the response plan, to be sent at `send_at` or when the countdown of the priority ends; without anybody
/// the incident waits.
fn propose(draft: &mut Draft<'_>, incident_id: IncidentId, send_at: Option<Timestamp>) -> Result<(), Rejection> {
    let incident = draft.incident(&incident_id)?;
    let choice = choose(draft, &incident);
    if choice.primary().is_none() {
        end_proposal(draft, incident_id)?;
        return wait(draft, incident_id);
    }
    let rule = draft.situation.policy.priority(incident.priority).ok_or(Rejection::SituationLacks("a rule for the priority"))?;
    let send_at = send_at.unwrap_or_else(|| draft.now.plus_ms(rule.confirm_ms));
    let orders = choice.chosen.into_iter().map(|(role, ranking, _)| ProposedOrder { role, ranking }).collect();
    draft.emit(Event::IncidentProposed(Box::new(IncidentProposed { incident_id, orders, send_at })));
    end_alarms(draft, incident_id, |kind| kind == AlarmKind::NoUnit);
    Ok(())
}

/// Ends the proposal that runs, if one does.
pub(super) fn end_proposal(draft: &mut Draft<'_>, incident_id: IncidentId) -> Result<(), Rejection> {
    if draft.incident(&incident_id)?.proposal.is_some() {
        draft.emit(Event::IncidentProposalEnded(incident_id));
    }
    Ok(())
}

/// Nobody was found: the rules look again soon, and the room is alarmed.
fn wait(draft: &mut Draft<'_>, incident_id: IncidentId) -> Result<(), Rejection> {
    let retry_at = draft.now.plus_ms(draft.situation.policy.clocks.retry_ms);
    draft.emit(Event::IncidentWaiting { incident_id, retry_at });
    // While wider steps are still to be taken, that nobody was found so near is no alarm.
    if lending::nobody_found(draft, incident_id)? {
        return Ok(());
    }
    // One lapse, one alarm: it does not sound again on each look, even after somebody confirmed it.
    let IncidentState::Classified { alarmed: false, .. } = draft.incident(&incident_id)?.state else { return Ok(()) };
    draft.emit(Event::IncidentDispatchLapsed { incident_id });
    raise_alarm(draft, AlarmKind::NoUnit, incident_id, None)
}

/// The rules look at a waiting incident at once, with candidates for its own place: for one that a command about another
/// place leaves without a unit.
pub(super) fn look_soon(draft: &mut Draft<'_>, incident_id: IncidentId) -> Result<(), Rejection> {
    let incident = draft.incident(&incident_id)?;
    let IncidentState::Classified { clock: Some(_), retry_at: None, .. } = incident.state else { return Ok(()) };
    if incident.hold.is_none() && incident.proposal.is_none() && mode_of(draft, &incident) != DispatchMode::Manual {
        draft.emit(Event::IncidentWaiting { incident_id, retry_at: draft.now });
    }
    Ok(())
}

/// Who owns a waiting incident, how urgent it is or what it is has changed from `before`: the mode of its priority applies now.
pub(super) fn reconsider(draft: &mut Draft<'_>, before: &Incident) -> Result<(), Rejection> {
    let incident_id = before.incident_id;
    let incident = draft.incident(&incident_id)?;
    let IncidentState::Classified { clock, .. } = incident.state else { return Ok(()) };
    if clock.is_none() {
        // Nobody is to be sent any more: that nobody was is no alarm.
        end_alarms(draft, incident_id, |kind| matches!(kind, AlarmKind::NoUnit | AlarmKind::NotDispatched));
        return end_proposal(draft, incident_id);
    }
    if incident.hold.is_some() {
        if draft.situation.policy.priority(incident.priority).is_none_or(|rule| rule.may_hold) {
            return Ok(());
        }
        release_hold::end(draft, &incident, false)?;
    }
    if mode_of(draft, &incident) == DispatchMode::Confirm
        && mode_of(draft, before) == DispatchMode::Confirm
        && let Some(running) = &incident.proposal
        && !must_be_signed_first(draft, &incident)
    {
        // Another team may go now, but nobody has more time to think about it.
        return propose(draft, incident_id, Some(running.send_at));
    }
    end_proposal(draft, incident_id)?;
    begin(draft, incident_id)
}

/// An order was not taken: alarms the room and asks the next candidate; without one the incident waits in the queue again.
pub(super) fn not_taken(draft: &mut Draft<'_>, assignment: &Assignment, alarm: AlarmKind) -> Result<(), Rejection> {
    // What follows happens now, whenever it was tapped.
    draft.occurred = None;
    unit_alarms::assignment_ended(draft, assignment);
    raise_alarm(draft, alarm, assignment.incident_id, Some(assignment.unit_id.clone()))?;
    ask_next(draft, assignment)?;
    stacking::unit_freed(draft, &assignment.unit_id)
}

fn ask_next(draft: &mut Draft<'_>, assignment: &Assignment) -> Result<(), Rejection> {
    let incident_id = assignment.incident_id;
    let incident = draft.incident(&incident_id)?;
    let others = draft.world.active_assignments(&incident).next().is_some();
    if !others && let Some(disposition) = reported_outcome(draft, &incident) {
        return settle(draft, incident_id, disposition);
    }
    // A backup that does not come is the operator's to replace while somebody else responds.
    if others && assignment.role != AssignmentRole::Primary && !only_attendance(draft, &incident) {
        return Ok(());
    }
    // Either the primary fell out, or nobody is on it: in both cases it is a primary that is missing.
    let because = Reason::next_candidate(&assignment.unit_id);
    if others {
        return seeking::fell_out(draft, incident_id, Some(because));
    }
    // By the rules the whole plan goes again; where an operator chooses, the one order that is missing.
    if mode_of(draft, &incident) == DispatchMode::Manual {
        let found = offer_best(draft, incident_id, AssignmentRole::Primary, Some(because))?;
        return if found { Ok(()) } else { return_to_queue(draft, &incident) };
    }
    let choice = choose(draft, &incident);
    if choice.primary().is_none() {
        return return_to_queue(draft, &incident);
    }
    order(draft, incident_id, choice, Some(because))
}

/// Whether nobody is on the incident but officers who attend for the beat: that alone is no response.
pub(super) fn only_attendance(draft: &Draft<'_>, incident: &Incident) -> bool {
    draft.world.active_assignments(incident).all(|order| order.role == AssignmentRole::BeatAttendance)
}

/// The room took an active order back: who else is on the incident goes on; without anybody it is settled by what was reported,
/// or waits in the queue again.
pub(super) fn taken_back(draft: &mut Draft<'_>, assignment: &Assignment) -> Result<(), Rejection> {
    let incident = draft.incident(&assignment.incident_id)?;
    if draft.world.active_assignments(&incident).next().is_some() {
        let falls_out = assignment.role == AssignmentRole::Primary || only_attendance(draft, &incident);
        return if falls_out { seeking::fell_out(draft, incident.incident_id, None) } else { Ok(()) };
    }
    match reported_outcome(draft, &incident) {
        Some(disposition) => settle(draft, incident.incident_id, disposition),
        None => return_to_queue(draft, &incident),
    }
}

/// Where an operator chooses, what is left of an incident without a primary stays as it is, but officers of the beat who have yet
/// to attend do not go there alone: it waits in the queue again, and they are owed.
pub(super) fn leave_to_operator(draft: &mut Draft<'_>, incident: &Incident) -> Result<(), Rejection> {
    let left: Vec<_> = draft.world.active_assignments(incident).cloned().collect();
    let has_yet_to_attend = |order: &Assignment| order.role == AssignmentRole::BeatAttendance && order.state != AssignmentState::OnScene;
    if !left.iter().all(|order| has_yet_to_attend(order)) {
        return Ok(());
    }
    for order in &left {
        recall(draft, order, Recall::DIVERTED);
    }
    put_back(draft, incident)?;
    for order in &left {
        stacking::unit_freed(draft, &order.unit_id)?;
    }
    Ok(())
}

/// Puts an unsettled incident that nobody is on back into the queue, and does what the mode of its priority says.
pub(super) fn return_to_queue(draft: &mut Draft<'_>, incident: &Incident) -> Result<(), Rejection> {
    put_back(draft, incident)?;
    begin(draft, incident.incident_id)
}

/// Puts an unsettled incident that nobody is on back into the queue.
pub(super) fn put_back(draft: &mut Draft<'_>, incident: &Incident) -> Result<(), Rejection> {
    // What follows happens now, whenever the last unit left.
    draft.occurred = None;
    let policy = &draft.situation.policy;
    // Somebody may have been sent to what by the table nobody is sent to: then no clock runs for the next.
    let sends = policy.decide(incident.classification()).is_none_or(|decided| decided.dispatch);
    let clock = sends.then(|| dispatch_clock(policy, incident.priority, draft.now)).transpose()?;
    draft.emit(Event::IncidentReturnedToQueue { incident_id: incident.incident_id, clock });
    Ok(())
}

/// A unit has arrived: where the owner follows and it is the first of the owning team, it is primary from here on, and who was
/// primary until now is its backup.
pub(super) fn owner_arrives(draft: &mut Draft<'_>, assignment: &Assignment) -> Result<(), Rejection> {
    let incident = draft.incident(&assignment.incident_id)?;
    let unit = draft.unit(&assignment.unit_id)?;
    if assignment.role != AssignmentRole::Backup || !plan::may_take_over(&draft.world, &incident, &unit, draft.situation) {
        return Ok(());
    }
    let primary = draft.world.active_assignments(&incident).find(|order| order.role == AssignmentRole::Primary).cloned();
    if let Some(primary) = primary {
        if draft.unit(&primary.unit_id)?.profile.team == incident.owner {
            return Ok(());
        }
        change_role(draft, &primary, AssignmentRole::Backup, &incident);
    }
    change_role(draft, assignment, AssignmentRole::Primary, &incident);
    seeking::found(draft, incident.incident_id)
}

fn change_role(draft: &mut Draft<'_>, assignment: &Assignment, role: AssignmentRole, incident: &Incident) {
    let because = Reason::owner_takes_over(incident.owner);
    draft.emit(Event::AssignmentRoleChanged(AssignmentRoleChanged { assignment_id: assignment.assignment_id, role, because }));
}
