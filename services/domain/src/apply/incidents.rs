//! What happens to incidents.

use super::edit::{Change, nothing_waits};
use crate::event::{Event, IncidentReopened, IncidentReported, IncidentUnmerged, StandingRestored, StandingSet, TransferOutcome};
use crate::ids::{AssignmentId, CallId, IncidentId};
use crate::incident::{
    ArrivalClock, Call, ChosenPlan, DispatchClock, Hold, Incident, IncidentFlag, IncidentState, LastChange, Lending, MAX_CALLS, Passing,
    Proposal, Signed, Standing, Transfer, Undoable,
};
use crate::world::PostImage;
use std::collections::BTreeSet;
use std::sync::Arc;

pub(super) fn apply(change: &mut Change<'_>, event: &Event) {
    match event {
        Event::IncidentReported(reported) => report(change, reported),
        Event::IncidentReclassified { incident_id, verified_as, priority, owner, owner_reasons, clock } => {
            let standing = Standing {
                verified_as: Some(verified_as.clone()),
                priority: *priority,
                // A reclassification that keeps the operator's priority says so by not changing it.
                priority_by_operator: change
                    .world
                    .incident(incident_id)
                    .is_some_and(|incident| incident.priority_by_operator && incident.priority == *priority),
                owner: *owner,
                owner_reasons: owner_reasons.clone(),
            };
            stand(change, *incident_id, standing, *clock, true);
        }
        Event::IncidentOwnerSet(set) | Event::IncidentPrioritySet(set) => {
            let StandingSet { incident_id, standing, clock } = &**set;
            stand(change, *incident_id, standing.clone(), *clock, true);
        }
        Event::IncidentRestored(restored) => {
            let StandingRestored { incident_id, standing, clock, .. } = &**restored;
            stand(change, *incident_id, standing.clone(), *clock, false);
        }
        Event::IncidentFlagged { incident_id, flag } => change.incident_keeping_undo(*incident_id, |incident| {
            incident.flags.insert(*flag);
        }),
        Event::IncidentWaiting { incident_id, retry_at: at } => change.incident(*incident_id, |incident| {
            if let IncidentState::Classified { retry_at, .. } = &mut incident.state {
                *retry_at = Some(*at);
            }
        }),
        Event::IncidentDispatchLapsed { incident_id } => change.incident(*incident_id, |incident| {
            if let IncidentState::Classified { alarmed, .. } = &mut incident.state {
                *alarmed = true;
            }
        }),
        Event::IncidentDispatched { incident_id } => change.incident_keeping_undo(*incident_id, |incident| {
            incident.state = IncidentState::Dispatched;
            incident.lending.next_at = None;
            incident.hold = None;
        }),
        Event::IncidentOnScene { incident_id } => change.incident(*incident_id, |incident| {
            incident.state = IncidentState::OnScene;
            // The first arrival was: should everybody leave again, nobody is late for it.
            incident.arrival = None;
        }),
        Event::IncidentReturnedToQueue { incident_id, clock } => change.incident(*incident_id, |incident| {
            incident.state = waiting(*clock);
            incident.lending = Lending::default();
            incident.seek_primary_at = None;
        }),
        Event::IncidentResolved { incident_id, disposition } => {
            change.incident(*incident_id, |incident| {
                incident.state = IncidentState::Resolved { disposition: disposition.clone() };
                incident.hold = None;
            });
            change.remember(*incident_id);
        }
        Event::IncidentClosed { incident_id } => {
            let last = last_change(change, Undoable::Closed);
            change.incident(*incident_id, |incident| {
                if let IncidentState::Resolved { disposition } = &incident.state {
                    incident.state = IncidentState::Closed { disposition: disposition.clone() };
                    incident.last_change = Some(last);
                }
            });
            change.incident_is_over(*incident_id);
        }
        Event::IncidentPassedDown(passed) => change.incident(passed.incident_id, |incident| {
            incident.passing = Some(Passing { from: passed.from.clone(), sign_by: passed.sign_by, signed: None, lapsed: false });
        }),
        Event::IncidentSigned(id) => {
            let signed = Signed { by: change.meta.actor.clone(), at: change.meta.recorded_at };
            change.incident_keeping_undo(*id, |incident| {
                if let Some(passing) = &mut incident.passing {
                    passing.signed = Some(signed);
                }
            });
        }
        Event::IncidentSignLapsed(id) => change.incident(*id, |incident| {
            if let Some(passing) = &mut incident.passing {
                passing.lapsed = true;
            }
        }),
        Event::IncidentProposed(proposed) => change.incident(proposed.incident_id, |incident| {
            incident.proposal = Some(Proposal { orders: proposed.orders.clone(), send_at: proposed.send_at });
            // Somebody was found: nothing is looked for, near or wider, while it is up to the operator.
            incident.lending.next_at = None;
            if let IncidentState::Classified { retry_at, .. } = &mut incident.state {
                *retry_at = None;
            }
        }),
        Event::IncidentProposalEnded(id) => change.incident_keeping_undo(*id, |incident| incident.proposal = None),
        Event::IncidentHeld(held) => {
            let last = last_change(change, Undoable::Held);
            let hold = Hold { by: change.meta.actor.clone(), reason: held.reason.clone(), until: held.until };
            change.incident(held.incident_id, |incident| {
                incident.hold = Some(hold);
                // Nothing is looked for while it is held; the end of the hold looks at once.
                incident.lending.next_at = None;
                if let IncidentState::Classified { retry_at, .. } = &mut incident.state {
                    *retry_at = None;
                }
                incident.last_change = Some(last);
            });
        }
        Event::IncidentHoldEnded(ended) => change.incident(ended.incident_id, |incident| {
            incident.hold = None;
            if let IncidentState::Classified { clock, alarmed, .. } = &mut incident.state {
                *clock = ended.clock;
                *alarmed = false;
            }
        }),
        Event::IncidentWidened(widened) => change.incident(widened.incident_id, |incident| {
            incident.lending = Lending { step: widened.step, next_at: widened.next_at };
        }),
        Event::IncidentPlanChosen(chosen) => change.incident_keeping_undo(chosen.incident_id, |incident| {
            incident.plan = Some(ChosenPlan { plan: chosen.plan.clone(), unfilled: chosen.unfilled.clone() });
        }),
        Event::IncidentArrivalClockSet { incident_id, arrive_by } => change.incident_keeping_undo(*incident_id, |incident| {
            incident.arrival = Some(ArrivalClock { arrive_by: *arrive_by, alarmed: false });
        }),
        Event::IncidentArrivalLapsed(id) => change.incident_keeping_undo(*id, |incident| {
            if let Some(clock) = &mut incident.arrival {
                clock.alarmed = true;
            }
        }),
        Event::IncidentSeeksPrimary { incident_id, at } => {
            change.incident_keeping_undo(*incident_id, |incident| incident.seek_primary_at = *at);
        }
        Event::IncidentAttendanceChanged(changed) => {
            change.incident_keeping_undo(changed.incident_id, |incident| incident.attendance = Some(changed.attendance.clone()));
        }
        Event::IncidentCallAdded(added) => change.incident(added.incident_id, |incident| {
            if incident.calls.len() < MAX_CALLS {
                incident.calls.push(added.call.clone());
            }
        }),
        Event::IncidentMerged { incident_id, into } => merge(change, *incident_id, *into),
        Event::IncidentUnmerged(unmerged) => unmerge(change, unmerged),
        Event::IncidentTransferRequested(requested) => {
            let transfer = Transfer {
                to: requested.to,
                reason: requested.reason.clone(),
                requested_at: change.meta.recorded_at,
                answer_by: Some(requested.answer_by),
            };
            change.incident(requested.incident_id, |incident| incident.transfer = Some(transfer));
        }
        Event::IncidentTransferEnded { incident_id, outcome } => end_transfer(change, *incident_id, outcome),
        Event::IncidentCancelled { incident_id, reason } => {
            let last = last_change(change, Undoable::Cancelled);
            change.incident(*incident_id, |incident| {
                incident.state = IncidentState::Cancelled { reason: reason.clone() };
                incident.last_change = Some(last);
            });
            change.incident_is_over(*incident_id);
        }
        Event::IncidentReopened(reopened) => reopen(change, reopened),
        // Everything else is applied elsewhere: see `apply_event`.
        _ => {}
    }
}

/// Most merges in a row that an unmerge follows to find the calls it takes back.
const MAX_MERGES: usize = 32;

fn waiting(clock: Option<DispatchClock>) -> IncidentState {
    IncidentState::Classified { clock, alarmed: false, retry_at: None }
}

fn last_change(change: &Change<'_>, undoable: Undoable) -> LastChange {
    LastChange { seq: change.meta.seq, at: change.meta.recorded_at, undoable }
}

/// Who owns it and how urgent it is from here on; the clock of a first order runs anew where it is another.
fn stand(change: &mut Change<'_>, id: IncidentId, standing: Standing, clock: Option<DispatchClock>, can_be_undone: bool) {
    let Some(before) = change.world.incident(&id).map(|incident| incident.standing()) else { return };
    let last = can_be_undone.then(|| last_change(change, Undoable::Standing(Box::new(before))));
    change.incident(id, |incident| {
        incident.verified_as = standing.verified_as;
        incident.priority = standing.priority;
        incident.priority_by_operator = standing.priority_by_operator;
        incident.owner = standing.owner;
        incident.owner_reasons = standing.owner_reasons;
        if let IncidentState::Classified { clock: running, retry_at, .. } = &mut incident.state {
            if *running == clock {
                *retry_at = None;
            } else {
                incident.state = waiting(clock);
            }
        }
        incident.last_change = last;
    });
    change.remember(id);
    // A unit reads in its assignment what it goes to, so that changes with its incident.
    let Some(incident) = change.world.incidents.get(&id) else { return };
    let bound: Vec<AssignmentId> = change.world.active_assignments(incident).map(|assignment| assignment.assignment_id).collect();
    for id in bound {
        change.assignment(id, |_| {});
    }
}

fn report(change: &mut Change<'_>, reported: &IncidentReported) {
    let meta = change.meta;
    change.world.numbering = (reported.local_day, reported.number);
    let incident = Arc::new(Incident {
        incident_id: reported.incident_id,
        number: reported.number,
        local_day: reported.local_day,
        revision: meta.seq,
        state: waiting(reported.clock),
        reported_as: reported.reported_as.clone(),
        verified_as: None,
        priority: reported.priority,
        place: reported.place.clone(),
        station: reported.station.clone(),
        owner: reported.owner,
        owner_reasons: reported.owner_reasons.clone(),
        flags: reported.flags.clone(),
        calls: vec![reported.call.clone()],
        reported_at: meta.happened_at(),
        updated_at: meta.recorded_at,
        assignments: Vec::new(),
        tried: Vec::new(),
        refused_orders: 0,
        answered_at: reported.answered_at,
        priority_by_operator: reported.priority_by_operator,
        passing: None,
        hold: None,
        proposal: None,
        plan: None,
        lending: Lending::default(),
        attendance: None,
        transfer: None,
        arrival: reported.arrive_by.map(|arrive_by| ArrivalClock { arrive_by, alarmed: false }),
        seek_primary_at: None,
        repeats: reported.repeats.clone(),
        premise_notes: reported.premise_notes.clone(),
        split_from: reported.split_from,
        reopened: 0,
        reopened_at: None,
        last_change: None,
    });
    change.world.history.remember(&incident);
    change.world.incidents.insert(incident.incident_id, Arc::clone(&incident));
    change.changed.push(PostImage::Incident(incident));
    if let Some(origin) = reported.split_from.filter(|_| !reported.call_shared) {
        change.incident(origin, |incident| incident.calls.retain(|call| call.call_id != reported.call.call_id));
    }
}

fn merge(change: &mut Change<'_>, id: IncidentId, into: IncidentId) {
    let Some(calls) = change.world.incident(&id).map(|incident| incident.calls.clone()) else { return };
    change.incident(into, |incident| {
        let room = MAX_CALLS.saturating_sub(incident.calls.len());
        // A call that a split left with both is theirs already.
        let new = calls.into_iter().filter(|call| incident.calls.iter().all(|known| known.call_id != call.call_id));
        let new: Vec<_> = new.take(room).map(|call| crate::incident::Call { moved_from: Some(id), ..call }).collect();
        incident.calls.extend(new);
    });
    let last = last_change(change, Undoable::Merged);
    change.incident(id, |incident| {
        incident.state = IncidentState::Merged { into };
        incident.last_change = Some(last);
    });
    change.incident_is_over(id);
}

fn unmerge(change: &mut Change<'_>, unmerged: &IncidentUnmerged) {
    let id = unmerged.incident_id;
    bring_back(change, id, unmerged.rehydrated.as_deref());
    let own = change.world.incident(&id).map(|incident| call_ids(incident)).unwrap_or_default();
    // The other may have been merged in its turn since: the calls went with it.
    let (mut from, mut holder, mut held) = (id, Some(unmerged.from), None);
    for _ in 0..MAX_MERGES {
        let Some(at) = holder else { break };
        held = change.world.incident(&at).map(|incident| call_ids(incident));
        change.incident(at, |incident| {
            // What was split from there keeps the call it was opened with: the split left it with both, no merge brought it.
            let opened_by = incident.calls.first().filter(|_| incident.split_from == Some(from)).map(|call| call.call_id);
            let brought = |call: &Call| call.moved_from == Some(from) && own.contains(&call.call_id);
            incident.calls.retain(|call| !brought(call) || opened_by == Some(call.call_id));
        });
        // One in between may have left the World: the memory knows where it went.
        holder = match change.world.incident(&at).map(|incident| &incident.state) {
            Some(IncidentState::Merged { into }) => Some(*into),
            Some(_) => None,
            None => change.world.history.get(&at).and_then(|known| known.merged_into),
        };
        from = at;
    }
    // What a split took from there meanwhile is not taken back, unless nothing else is left.
    let back = held.map_or_else(|| own.clone(), |held| own.intersection(&held).copied().collect());
    if !back.is_empty() {
        change.incident(id, |incident| incident.calls.retain(|call| back.contains(&call.call_id)));
    }
    change.incident(id, |incident| {
        incident.state = waiting(unmerged.clock);
        incident.arrival = None;
        nothing_waits(incident);
    });
    change.incident_is_open(id);
}

fn end_transfer(change: &mut Change<'_>, id: IncidentId, outcome: &TransferOutcome) {
    change.incident(id, |incident| match (outcome, &mut incident.transfer) {
        (TransferOutcome::Accepted, Some(transfer)) => {
            incident.state = IncidentState::Transferred { to: transfer.to };
            incident.transfer = None;
        }
        (TransferOutcome::Refused { .. }, _) => incident.transfer = None,
        (TransferOutcome::Lapsed, Some(transfer)) => transfer.answer_by = None,
        (TransferOutcome::Accepted | TransferOutcome::Lapsed, None) => {}
    });
    if *outcome == TransferOutcome::Accepted {
        change.incident_is_over(id);
    }
}

fn reopen(change: &mut Change<'_>, reopened: &IncidentReopened) {
    let (id, at) = (reopened.incident_id, change.meta.recorded_at);
    bring_back(change, id, reopened.rehydrated.as_deref());
    change.incident(id, |incident| {
        incident.state = waiting(reopened.clock);
        incident.reopened = incident.reopened.saturating_add(1);
        incident.reopened_at = Some(at);
        incident.arrival = None;
        nothing_waits(incident);
        incident.lending = Lending::default();
        incident.tried.clear();
        incident.flags.remove(&IncidentFlag::FalseCall);
    });
    change.no_feedback_owed(id);
    change.incident_is_open(id);
}

/// An incident that the World had let go is here again. Its assignments stay away: they have ended. Calls that it had from an
/// incident which was unmerged meanwhile are that one's.
fn bring_back(change: &mut Change<'_>, id: IncidentId, rehydrated: Option<&Incident>) {
    let Some(incident) = rehydrated.filter(|_| !change.world.incidents.contains_key(&id)) else { return };
    let mut incident = incident.clone();
    if incident.calls.iter().any(|call| call.moved_from.is_some()) {
        let open = change.world.incidents.values().filter(|other| !other.state.is_closed());
        let theirs: BTreeSet<CallId> =
            open.flat_map(|other| &other.calls).filter(|call| call.moved_from.is_none()).map(|call| call.call_id).collect();
        // What a split left with both is rightly here and there.
        let shared = incident.split_from;
        incident.calls.retain(|call| call.moved_from.is_none() || call.moved_from == shared || !theirs.contains(&call.call_id));
    }
    change.world.incidents.insert(id, Arc::new(incident));
}

fn call_ids(incident: &Incident) -> BTreeSet<CallId> {
    incident.calls.iter().map(|call| call.call_id).collect()
}
