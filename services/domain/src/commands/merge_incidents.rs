//! MergeIncidents: two incidents are the same.

use super::{alarms, arrival, dispatching, orders, raise_emergency, seeking, unit_alarms};
use crate::assignment::{Assignment, AssignmentRole, AssignmentState};
use crate::decide::Draft;
use crate::event::{AssignmentMoved, AttendanceChanged, Event, StandingSet};
use crate::ids::IncidentId;
use crate::incident::{Attendance, DispatchClock, Incident, IncidentState, MAX_CALLS, Standing};
use crate::reason::Reason;
use crate::recall::Recall;
use crate::rejection::Rejection;
use std::sync::Arc;

/// Two incidents are the same.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MergeIncidents {
    /// The incident.
    pub incident_id: IncidentId,
    /// The one that stays.
    pub into: IncidentId,
    /// The revision the operator saw; 0 does not check.
    pub expected_revision: u64,
}

/// Calls and units of the one work on with the other, which gets the more urgent priority of both. The other must be open, so a
/// chain of merges never comes back to where it began.
pub(crate) fn merge_incidents(draft: &mut Draft<'_>, command: &MergeIncidents) -> Result<(), Rejection> {
    let merged = draft.incident(&command.incident_id)?;
    orders::check_revision(&merged, command.expected_revision)?;
    orders::check_move(draft, &merged, "incident_merged")?;
    raise_emergency::check_none_stands(draft, &merged, "incident_merged")?;
    let into = draft.incident(&command.into)?;
    check_into(&merged, &into)?;

    let id = into.incident_id;
    alarms::end_alarms(draft, merged.incident_id, |_| true);
    move_orders(draft, &merged, id)?;
    take_over_attendance(draft, &merged, id)?;
    take_over_arrival(draft, &merged, id)?;
    let changed = take_over_urgency(draft, &merged, id)?;
    draft.emit(Event::IncidentMerged { incident_id: merged.incident_id, into: id });
    if changed {
        arrival::start(draft, id)?;
        dispatching::reconsider(draft, &into)?;
    }
    if matches!(into.state, IncidentState::Classified { .. }) || merged.seek_primary_at.is_some() {
        seek_primary(draft, id)?;
    }
    Ok(())
}

fn check_into(merged: &Incident, into: &Incident) -> Result<(), Rejection> {
    let refuse = |given: String, expected: String| Err(Rejection::Invalid { field: "into", given, expected });
    if merged.incident_id == into.incident_id {
        return refuse(format!("incident {}", into.number), "another incident than the one that is merged".to_owned());
    }
    if into.state.is_closed() || matches!(into.state, IncidentState::Resolved { .. }) {
        let expected = "an incident that is open: merge the other way round, or open it again".to_owned();
        return refuse(format!("incident {}, which is {}", into.number, into.state_name()), expected);
    }
    let calls = merged.calls.len() + into.calls.len();
    if calls > MAX_CALLS {
        return refuse(format!("incident {}, which would have {calls} calls", into.number), format!("at most {MAX_CALLS} calls together"));
    }
    Ok(())
}

/// Every order that has not ended is one of the surviving incident, which is dispatched by it, and on scene where its unit is. A
/// unit that has one there already keeps one of the two: the one it is bound by.
fn move_orders(draft: &mut Draft<'_>, merged: &Incident, into: IncidentId) -> Result<(), Rejection> {
    let open = merged.assignments.iter().filter_map(|id| draft.world.assignment(id)).filter(|order| !order.state.is_ended());
    let mut moving: Vec<Arc<Assignment>> = open.cloned().collect();
    // Those that are bound first, so that one of them is primary before one that waits.
    moving.sort_by_key(|order| order.state == AssignmentState::Queued);
    for order in moving {
        let survivor = draft.incident(&into)?;
        let there: Vec<_> = survivor.assignments.iter().filter_map(|id| draft.world.assignment(id)).cloned().collect();
        let doubled = there.iter().find(|other| other.unit_id == order.unit_id && !other.state.is_ended());
        match doubled {
            Some(_) if order.state == AssignmentState::Queued => {
                orders::recall(draft, &order, Recall::SUPERSEDED);
                continue;
            }
            Some(waits) => orders::recall(draft, waits, Recall::SUPERSEDED),
            None => {}
        }
        let has_primary = there.iter().any(|other| other.role == AssignmentRole::Primary && other.state.is_active());
        let role = if has_primary && order.role == AssignmentRole::Primary { AssignmentRole::Backup } else { order.role };
        draft.emit(Event::AssignmentMoved(AssignmentMoved { assignment_id: order.assignment_id, to: into, role }));
        unit_alarms::moved(draft, order.assignment_id)?;
        if order.state.is_active() {
            orders::went_out(draft, into, role, &order.unit_id)?;
        }
        if order.state == AssignmentState::OnScene && role != AssignmentRole::Overwatch {
            arrive(draft, into)?;
        }
    }
    Ok(())
}

fn arrive(draft: &mut Draft<'_>, incident_id: IncidentId) -> Result<(), Rejection> {
    if draft.incident(&incident_id)?.state == IncidentState::Dispatched {
        draft.emit(Event::IncidentOnScene { incident_id });
    }
    arrival::arrived(draft, incident_id);
    Ok(())
}

/// The rules were looking for a primary for either, and still do where none came.
fn seek_primary(draft: &mut Draft<'_>, incident_id: IncidentId) -> Result<(), Rejection> {
    let incident = draft.incident(&incident_id)?;
    let responds = matches!(incident.state, IncidentState::Dispatched | IncidentState::OnScene);
    if responds && incident.seek_primary_at.is_none() { seeking::fell_out(draft, incident_id, None) } else { Ok(()) }
}

/// The beat's officer was there already.
fn take_over_attendance(draft: &mut Draft<'_>, merged: &Incident, incident_id: IncidentId) -> Result<(), Rejection> {
    let Some(had @ Attendance::Attended { .. }) = &merged.attendance else { return Ok(()) };
    let owed = |attendance: &Attendance| !attendance.is_settled() && attendance.beat() == had.beat();
    if draft.incident(&incident_id)?.attendance.as_ref().is_some_and(owed) {
        draft.emit(Event::IncidentAttendanceChanged(AttendanceChanged { incident_id, attendance: had.clone() }));
    }
    Ok(())
}

/// The more urgent priority of both holds, and the clock of whoever waited longer for it; says whether that changes anything.
fn take_over_urgency(draft: &mut Draft<'_>, merged: &Incident, incident_id: IncidentId) -> Result<bool, Rejection> {
    let into = draft.incident(&incident_id)?;
    let urgent = merged.priority < into.priority;
    let clock = match (&into.state, &merged.state) {
        (IncidentState::Classified { clock: own, alarmed, .. }, IncidentState::Classified { clock: Some(theirs), .. })
            if urgent
                || own.is_none_or(|own| {
                    !alarmed && merged.priority == into.priority && theirs.dispatch_by.max(draft.now) < own.dispatch_by
                }) =>
        {
            // What is due already is due now: the room hears of it once more, of the one that stands.
            Some(DispatchClock { amber_at: theirs.amber_at, dispatch_by: theirs.dispatch_by.max(draft.now) })
        }
        (IncidentState::Classified { clock: own, .. }, _) => *own,
        _ => None,
    };
    let takes_clock = matches!(&into.state, IncidentState::Classified { clock: own, .. } if *own != clock);
    if !urgent && !takes_clock {
        return Ok(false);
    }
    let priority = into.priority.min(merged.priority);
    let mut owner_reasons = into.owner_reasons.clone();
    owner_reasons.push(Reason::priority_by_merge(priority, merged.number));
    let standing = Standing {
        priority,
        priority_by_operator: into.priority_by_operator || (urgent && merged.priority_by_operator),
        owner_reasons,
        ..into.standing()
    };
    draft.emit(Event::IncidentPrioritySet(Box::new(StandingSet { incident_id, standing, clock })));
    Ok(true)
}

/// Somebody should be there as soon as either of the callers was told.
fn take_over_arrival(draft: &mut Draft<'_>, merged: &Incident, incident_id: IncidentId) -> Result<(), Rejection> {
    let into = draft.incident(&incident_id)?;
    let Some(theirs) = merged.arrival.filter(|_| into.state != IncidentState::OnScene) else { return Ok(()) };
    // What is due already is due now: the room hears of it once more, of the one that stands.
    let arrive_by = theirs.arrive_by.max(draft.now);
    if into.arrival.is_none_or(|own| own.arrive_by > arrive_by) {
        draft.emit(Event::IncidentArrivalClockSet { incident_id, arrive_by });
    }
    Ok(())
}
