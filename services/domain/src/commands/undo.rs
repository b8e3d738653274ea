//! Undo: takes back the last change of an incident, while nothing came after it.

use super::{dispatching, orders, release_hold, reopen_incident, stacking, unmerge_incidents};
use crate::assignment::{Assignment, AssignmentState};
use crate::decide::Draft;
use crate::event::{Event, IncidentReopened, StandingRestored};
use crate::ids::{AssignmentId, IncidentId, ReasonKey, Seq};
use crate::incident::{DispatchClock, Incident, IncidentFlag, IncidentState, LastChange, Standing, Undoable};
use crate::recall::Recall;
use crate::rejection::Rejection;
use std::sync::Arc;

/// How long a change can be undone, in milliseconds: ten minutes. After that it is put right by a new one.
pub(super) const UNDO_WINDOW_MS: u64 = 10 * 60 * 1000;

/// The reason of opening an incident again that an operator took the end of back.
const BY_MISTAKE: ReasonKey = ReasonKey::literal("closed_by_mistake");

/// Takes back the last change of an incident.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Undo {
    /// The incident.
    pub incident_id: IncidentId,
    /// Where in the log the change was answered to be.
    pub seq: Seq,
}

pub(crate) fn undo(draft: &mut Draft<'_>, command: &Undo) -> Result<(), Rejection> {
    let incident = draft.incident(&command.incident_id)?;
    let last = last_change(draft, &incident, command.seq)?;
    match &last.undoable {
        Undoable::Standing(before) => restore(draft, &incident, last.seq, before),
        Undoable::Ordered(ids) => take_orders_back(draft, &incident, ids),
        Undoable::Held => {
            release_hold::end(draft, &incident, false)?;
            dispatching::begin(draft, incident.incident_id)
        }
        Undoable::Closed => resolve_again(draft, &incident),
        Undoable::Cancelled => reopen_incident::reopen(draft, &incident, BY_MISTAKE),
        Undoable::Merged => unmerge_incidents::unmerge(draft, &incident),
    }
}

/// The change at or before `seq` that can still be undone.
fn last_change(draft: &Draft<'_>, incident: &Incident, seq: Seq) -> Result<LastChange, Rejection> {
    let refuse = |why: String| Rejection::CanNotUndo { number: incident.number, why };
    let Some(last) = &incident.last_change else {
        return Err(refuse(format!("it changed since, at {}, by what can not be undone", incident.revision)));
    };
    if last.seq > seq {
        return Err(refuse(format!("it changed since, at {}: it was {}", last.seq, name_of(&last.undoable))));
    }
    let age_ms = draft.now.since_ms(last.at);
    if age_ms > UNDO_WINDOW_MS {
        return Err(refuse(format!("it was {} {age_ms} ms ago, expected at most {UNDO_WINDOW_MS} ms", name_of(&last.undoable))));
    }
    Ok(last.clone())
}

fn name_of(undoable: &Undoable) -> &'static str {
    match undoable {
        Undoable::Standing(_) => "reclassified, or its owner or priority set",
        Undoable::Ordered(_) => "given units",
        Undoable::Held => "held",
        Undoable::Closed => "closed",
        Undoable::Cancelled => "cancelled",
        Undoable::Merged => "merged",
    }
}

fn restore(draft: &mut Draft<'_>, incident: &Incident, undone: Seq, before: &Standing) -> Result<(), Rejection> {
    let policy = &draft.situation.policy;
    let what = before.verified_as.as_ref().unwrap_or(&incident.reported_as);
    let sends = policy.decide(what).is_none_or(|decided| decided.dispatch);
    let clock: Option<DispatchClock> = match &incident.state {
        // A clock that runs for the same priority goes on: taking a word back does not buy time.
        IncidentState::Classified { clock: Some(running), .. } if sends && before.priority == incident.priority => Some(*running),
        _ => sends.then(|| orders::dispatch_clock(policy, before.priority, draft.now)).transpose()?,
    };
    let (incident_id, standing) = (incident.incident_id, before.clone());
    draft.emit(Event::IncidentRestored(Box::new(StandingRestored { incident_id, undone, standing, clock })));
    dispatching::reconsider(draft, incident)
}

/// Takes back orders that no unit has taken yet.
fn take_orders_back(draft: &mut Draft<'_>, incident: &Incident, ids: &[AssignmentId]) -> Result<(), Rejection> {
    let ordered: Vec<Arc<Assignment>> = ids.iter().filter_map(|id| draft.world.assignment(id)).cloned().collect();
    let is_untaken = |order: &Assignment| order.state == AssignmentState::Queued || order.state.acknowledge_by().is_some();
    if let Some(taken) = ordered.iter().find(|order| !is_untaken(order)) {
        let unit = draft.unit(&taken.unit_id)?;
        return Err(Rejection::CanNotUndo {
            number: incident.number,
            why: format!("the order of {} is {}: recall the unit instead", unit.profile.call_sign, taken.state.name()),
        });
    }
    for order in &ordered {
        orders::recall(draft, order, Recall::UNDONE);
    }
    // What the incident does follows from all of them being gone: judged once, by the primary where there was one.
    let went_out: Vec<_> = ordered.iter().filter(|order| order.state.is_active()).collect();
    if let Some(order) = went_out.iter().min_by_key(|order| order.role) {
        dispatching::taken_back(draft, order)?;
    }
    for order in went_out {
        stacking::unit_freed(draft, &order.unit_id)?;
    }
    Ok(())
}

/// A closed incident is resolved again, as it was: nobody is sent to what was dealt with.
fn resolve_again(draft: &mut Draft<'_>, incident: &Incident) -> Result<(), Rejection> {
    let IncidentState::Closed { disposition } = &incident.state else {
        return orders::check_move(draft, incident, "incident_reopened");
    };
    let incident_id = incident.incident_id;
    let rehydrated = reopen_incident::evicted(draft, incident);
    let reopened = IncidentReopened { incident_id, reason: BY_MISTAKE, clock: None, rehydrated };
    draft.emit(Event::IncidentReopened(reopened));
    draft.emit(Event::IncidentResolved { incident_id, disposition: disposition.clone() });
    if incident.flags.contains(&IncidentFlag::FalseCall) {
        draft.emit(Event::IncidentFlagged { incident_id, flag: IncidentFlag::FalseCall });
    }
    Ok(())
}
