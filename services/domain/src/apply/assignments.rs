//! What happens to assignments, and with them to their units and incidents.

use super::edit::Change;
use crate::assignment::{Assignment, AssignmentState, AssignmentTimes, UnitClock};
use crate::event::{AssignmentMoved, AssignmentOffered, AssignmentQueued, Event};
use crate::ids::{AssignmentId, IncidentId, UnitId};
use crate::incident::{LastChange, MAX_TRIED_UNITS, Undoable};
use crate::time::Timestamp;
use crate::unit::{Duty, MAX_QUEUED};
use crate::world::PostImage;
use std::sync::Arc;

pub(super) fn apply(change: &mut Change<'_>, event: &Event) {
    let at = change.meta.happened_at();
    match event {
        Event::AssignmentOffered(offered) => offer(change, offered),
        Event::AssignmentQueued(queued) => queue(change, queued),
        Event::AssignmentActivated(activated) => {
            let (id, recorded_at) = (activated.assignment_id, change.meta.recorded_at);
            change.assignment(id, |assignment| {
                assignment.times.offered_at = recorded_at;
                assignment.lent.clone_from(&activated.lent);
                assignment.state = AssignmentState::Offered { deliver_by: activated.deliver_by, acknowledge_by: activated.acknowledge_by };
            });
            let Some(unit_id) = unit_of(change, id) else { return };
            change.unit(&unit_id, |unit| {
                unit.queue.retain(|queued| *queued != id);
                if let Duty::On { engaged_in, .. } = &mut unit.duty {
                    *engaged_in = Some(id);
                }
            });
        }
        Event::AssignmentDelivered { assignment_id } => change.assignment(*assignment_id, |assignment| {
            assignment.times.delivered_at = Some(at);
            if let AssignmentState::Offered { acknowledge_by, .. } = assignment.state {
                assignment.state = AssignmentState::Delivered { acknowledge_by };
            }
        }),
        Event::AssignmentSeen { assignment_id } => change.assignment(*assignment_id, |assignment| {
            assignment.times.seen_at = Some(at);
            if let Some(acknowledge_by) = assignment.state.acknowledge_by() {
                assignment.state = AssignmentState::Seen { acknowledge_by };
            }
        }),
        Event::AssignmentAcknowledged { assignment_id } => {
            change.assignment(*assignment_id, |assignment| {
                assignment.times.acknowledged_at = Some(at);
                assignment.state = AssignmentState::Acknowledged;
            });
            forget_undo(change, *assignment_id);
        }
        Event::AssignmentEnRoute { assignment_id } => change.assignment(*assignment_id, |assignment| {
            assignment.times.en_route_at = Some(at);
            assignment.state = AssignmentState::EnRoute;
        }),
        Event::AssignmentOnScene { assignment_id, check_by } => change.assignment(*assignment_id, |assignment| {
            assignment.times.on_scene_at = Some(at);
            assignment.state = AssignmentState::OnScene;
            assignment.safety_check = check_by.map(|due_at| UnitClock { due_at, alarmed: false });
        }),
        Event::AssignmentDeclined { assignment_id, reason } => {
            end(change, *assignment_id, AssignmentState::Declined { reason: reason.clone() }, true);
        }
        Event::AssignmentExpired { assignment_id, .. } => end(change, *assignment_id, AssignmentState::Expired, true),
        Event::AssignmentRecalled { assignment_id, reason } => {
            end(change, *assignment_id, AssignmentState::Recalled { reason: reason.clone() }, false);
            if !taken_back_at_once(change, *assignment_id) {
                forget_undo(change, *assignment_id);
            }
        }
        Event::AssignmentCleared { assignment_id, reason, disposition, feedback, feedback_by } => {
            if let Some(assignment) = change.world.assignments.get_mut(assignment_id) {
                let assignment = Arc::make_mut(assignment);
                assignment.feedback = *feedback;
                assignment.feedback_clock = feedback_by.map(|due_at| UnitClock { due_at, alarmed: false });
            }
            let state = AssignmentState::Cleared { reason: reason.clone(), disposition: disposition.clone() };
            end(change, *assignment_id, state, false);
        }
        Event::AssignmentRoleChanged(changed) => change.assignment(changed.assignment_id, |assignment| assignment.role = changed.role),
        Event::AssignmentMoved(moved) => move_to(change, moved),
        Event::AssignmentSafetyChecked { assignment_id, check_by } => change.assignment(*assignment_id, |assignment| {
            assignment.safety_check = check_by.map(|due_at| UnitClock { due_at, alarmed: false });
        }),
        Event::AssignmentSafetyLapsed(id) => change.assignment(*id, |assignment| {
            if let Some(clock) = &mut assignment.safety_check {
                clock.alarmed = true;
            }
        }),
        Event::AssignmentFeedbackSubmitted(submitted) => change.assignment(submitted.assignment_id, |assignment| {
            if let AssignmentState::Cleared { disposition, .. } = &mut assignment.state {
                *disposition = Some(submitted.disposition.clone());
            }
            assignment.feedback = submitted.feedback.or(assignment.feedback);
            assignment.feedback_clock = None;
        }),
        Event::AssignmentFeedbackLapsed(id) => change.assignment(*id, |assignment| {
            if let Some(clock) = &mut assignment.feedback_clock {
                clock.alarmed = true;
            }
        }),
        // Everything else is applied elsewhere: see `apply_event`.
        _ => {}
    }
}

fn unit_of(change: &Change<'_>, id: AssignmentId) -> Option<UnitId> {
    change.world.assignments.get(&id).map(|assignment| assignment.unit_id.clone())
}

/// An order that was taken, or taken back, can not be undone any more.
fn forget_undo(change: &mut Change<'_>, id: AssignmentId) {
    let Some(incident_id) = change.world.assignments.get(&id).map(|assignment| assignment.incident_id) else { return };
    let ordered = |undoable: &Undoable| matches!(undoable, Undoable::Ordered(ids) if ids.contains(&id));
    if change.world.incident(&incident_id).and_then(|incident| incident.last_change.as_ref()).is_some_and(|last| ordered(&last.undoable)) {
        change.incident(incident_id, |_| {});
    }
}

/// An order that the command which gave it has taken back again is nothing to undo; the others of that command still are. One that
/// waited to be primary gives way so to one that goes at once.
fn taken_back_at_once(change: &mut Change<'_>, id: AssignmentId) -> bool {
    let Some(incident_id) = change.world.assignments.get(&id).map(|assignment| assignment.incident_id) else { return false };
    let at = change.meta.recorded_at;
    let given = |last: &LastChange| match &last.undoable {
        Undoable::Ordered(ids) if last.at == at && ids.len() > 1 && ids.contains(&id) => Some(ids.clone()),
        _ => None,
    };
    let last = change.world.incident(&incident_id).and_then(|incident| incident.last_change.as_ref());
    let Some(mut ids) = last.and_then(given) else { return false };
    ids.retain(|given| *given != id);
    change.incident_keeping_undo(incident_id, |incident| {
        if let Some(last) = &mut incident.last_change {
            last.undoable = Undoable::Ordered(ids);
        }
    });
    true
}

fn offer(change: &mut Change<'_>, offered: &AssignmentOffered) {
    let assignment = Assignment {
        assignment_id: offered.assignment_id,
        incident_id: offered.incident_id,
        unit_id: offered.unit_id.clone(),
        role: offered.role,
        state: AssignmentState::Offered { deliver_by: offered.deliver_by, acknowledge_by: offered.acknowledge_by },
        times: times(change.meta.recorded_at, None),
        automatic: offered.automatic,
        ranking: offered.ranking.clone(),
        not_taken: offered.not_taken.clone(),
        feedback: None,
        safety_check: None,
        feedback_clock: None,
        lent: offered.lent.clone(),
        revision: change.meta.seq,
    };
    list(change, assignment, offered.incident_id);
    change.unit(&offered.unit_id, |unit| {
        if let Duty::On { engaged_in, .. } = &mut unit.duty {
            *engaged_in = Some(offered.assignment_id);
        }
    });
}

fn queue(change: &mut Change<'_>, queued: &AssignmentQueued) {
    let at = change.meta.recorded_at;
    let assignment = Assignment {
        assignment_id: queued.assignment_id,
        incident_id: queued.incident_id,
        unit_id: queued.unit_id.clone(),
        role: queued.role,
        state: AssignmentState::Queued,
        times: times(at, Some(at)),
        automatic: queued.automatic,
        ranking: queued.ranking.clone(),
        not_taken: Vec::new(),
        feedback: None,
        safety_check: None,
        feedback_clock: None,
        lent: None,
        revision: change.meta.seq,
    };
    list(change, assignment, queued.incident_id);
    change.unit(&queued.unit_id, |unit| {
        if unit.queue.len() < MAX_QUEUED {
            unit.queue.push(queued.assignment_id);
        }
    });
}

fn times(offered_at: Timestamp, queued_at: Option<Timestamp>) -> AssignmentTimes {
    AssignmentTimes {
        queued_at,
        offered_at,
        delivered_at: None,
        seen_at: None,
        acknowledged_at: None,
        en_route_at: None,
        on_scene_at: None,
        ended_at: None,
    }
}

/// A new assignment, listed with its incident. Several orders of one command are undone together.
fn list(change: &mut Change<'_>, assignment: Assignment, incident_id: IncidentId) {
    let (id, by_operator) = (assignment.assignment_id, !assignment.automatic);
    let (seq, at) = (change.meta.seq, change.meta.recorded_at);
    let assignment = Arc::new(assignment);
    change.world.assignments.insert(id, Arc::clone(&assignment));
    change.changed.push(PostImage::Assignment(assignment));
    change.incident_keeping_undo(incident_id, |incident| {
        incident.assignments.push(id);
        let before = incident.last_change.take();
        if !by_operator {
            // Attendance that follows from an operator's order goes with it.
            incident.last_change = before.filter(|last| last.at == at && matches!(last.undoable, Undoable::Ordered(_)));
            return;
        }
        let (seq, mut ordered) = match before {
            Some(LastChange { seq, at: then, undoable: Undoable::Ordered(ids) }) if then == at => (seq, ids),
            _ => (seq, Vec::new()),
        };
        ordered.push(id);
        incident.last_change = Some(LastChange { seq, at, undoable: Undoable::Ordered(ordered) });
    });
}

fn end(change: &mut Change<'_>, id: AssignmentId, state: AssignmentState, not_taken: bool) {
    let at = change.meta.happened_at();
    let Some(before) = change.world.assignments.get(&id).cloned() else { return };
    change.assignment(id, |assignment| {
        assignment.times.ended_at = Some(at);
        assignment.state = state;
        assignment.safety_check = None;
    });
    if let Some(lent) = before.lent.as_ref().filter(|_| before.state.is_active()) {
        let spent = change.world.lent_ms.entry((lent.station.clone(), lent.month)).or_default();
        *spent = spent.saturating_add(at.since_ms(before.times.offered_at));
    }
    if not_taken {
        change.incident(before.incident_id, |incident| {
            incident.refused_orders = incident.refused_orders.saturating_add(1);
            if incident.tried.len() < MAX_TRIED_UNITS && !incident.tried.contains(&before.unit_id) {
                incident.tried.push(before.unit_id.clone());
            }
        });
    }
    change.unit(&before.unit_id, |unit| {
        unit.queue.retain(|queued| *queued != id);
        if let Duty::On { engaged_in, .. } = &mut unit.duty
            && *engaged_in == Some(id)
        {
            *engaged_in = None;
        }
    });
}

fn move_to(change: &mut Change<'_>, moved: &AssignmentMoved) {
    let id = moved.assignment_id;
    let Some(from) = change.world.assignments.get(&id).map(|assignment| assignment.incident_id) else { return };
    change.incident(from, |incident| incident.assignments.retain(|listed| *listed != id));
    change.incident(moved.to, |incident| incident.assignments.push(id));
    change.assignment(id, |assignment| {
        assignment.incident_id = moved.to;
        assignment.role = moved.role;
    });
}
