//! Beat attendance (社区案事件必到现场): the beat's community officer attends every case in the beat. If busy it is queued, and
//! only a stated reason excuses it.
//!
//! Attendance never stands in for the response. The officer is ordered once somebody was ordered to respond, and the incident
//! goes on looking for its primary with its own clocks; until then attendance is owed. From then on an officer who attends is a
//! unit on the incident like any other: it is dispatched or on scene as long as anybody is on it (INC-2). When nobody else is left
//! on what is not settled, see `follow_up`.

use super::{dispatching, orders, stacking};
use crate::assignment::{Assignment, AssignmentRole, AssignmentState};
use crate::classification::Team;
use crate::decide::Draft;
use crate::event::{AssignmentQueued, AttendanceChanged, Event};
use crate::ids::{AgencyId, AssignmentId, IncidentId, ReasonKey, UnitId};
use crate::incident::{Attendance, Incident, IncidentState};
use crate::matching::{self, RankedUnit, lending};
use crate::policy::Policy;
use crate::reason::Reason;
use crate::recall::Recall;
use crate::rejection::Rejection;
use crate::situation::TravelSource;
use crate::unit::{Availability, Duty, MAX_QUEUED, Unit};
use std::sync::Arc;

/// Most owed visits that are looked at when an officer becomes free.
const MAX_LOOKED_AT: usize = 32;
/// Most that the officer is ordered to at once; the next ones when free again.
const MAX_ORDERED_AT_ONCE: usize = 2;
/// The recall reason of an order that nobody wants any more.
const NOT_NEEDED: &str = "not_needed";

/// Says whether the beat's officer attends an incident, and orders the officer where that is due and possible. Called whenever
/// something changed: it records what is different.
pub(super) fn see_to(draft: &mut Draft<'_>, id: IncidentId) -> Result<(), Rejection> {
    let Some(incident) = draft.world.incident(&id).cloned() else { return Ok(()) };
    if incident.attendance.as_ref().is_some_and(Attendance::is_settled) || incident.state.is_closed() {
        return Ok(());
    }
    let Some(beat) = owed_in(draft, &incident) else { return Ok(()) };
    if let Some(there) = order_of_an_officer(draft, &incident, &beat) {
        let assignment_id = there.assignment_id;
        let attended = there.state == AssignmentState::OnScene;
        let beat = beat.clone();
        change(
            draft,
            &incident,
            if attended { Attendance::Attended { beat, assignment_id } } else { Attendance::Ordered { beat, assignment_id } },
        );
        supersede(draft, &incident, assignment_id);
        return Ok(());
    }
    let ordered = if responds(&incident) { order_officer(draft, &incident, &beat)? } else { None };
    let attendance = match ordered {
        Some(assignment_id) => Attendance::Ordered { beat, assignment_id },
        None => Attendance::Owed { beat },
    };
    change(draft, &incident, attendance);
    Ok(())
}

/// Nobody responds any more: an officer's order that waits would be all there is, so it is taken back until somebody does.
pub(super) fn nobody_responds(draft: &mut Draft<'_>, id: IncidentId) -> Result<(), Rejection> {
    let Some(incident) = draft.world.incident(&id).cloned() else { return Ok(()) };
    if !matches!(incident.state, IncidentState::Classified { .. }) {
        return Ok(());
    }
    for order in attending(draft, &incident, |state| *state == AssignmentState::Queued) {
        orders::recall(draft, &order, Recall::DIVERTED);
    }
    see_to(draft, id)
}

/// An officer of a beat came on duty or became free: what is owed there is ordered, the oldest first.
pub(super) fn officer_available(draft: &mut Draft<'_>, unit_id: &UnitId) -> Result<(), Rejection> {
    let Some(unit) = draft.world.unit(unit_id).cloned() else { return Ok(()) };
    let beat = unit.profile.home.clone();
    if !is_officer(&unit) || draft.situation.agencies.beat(&beat).is_none() {
        return Ok(());
    }
    let owed: Vec<_> = draft.world.owed_visits(&beat).take(MAX_LOOKED_AT).collect();
    let mut ordered = 0;
    for id in owed {
        if ordered == MAX_ORDERED_AT_ONCE || !draft.has_fresh_id() {
            return Ok(());
        }
        see_to(draft, id)?;
        let attendance = draft.world.incident(&id).and_then(|incident| incident.attendance.as_ref());
        ordered += usize::from(matches!(attendance, Some(Attendance::Ordered { .. })));
    }
    Ok(())
}

/// Nothing of an incident is closed while attendance is owed, unless it is excused with it.
pub(super) fn check_or_excuse(draft: &mut Draft<'_>, incident: &Incident, excuse: Option<&ReasonKey>) -> Result<(), Rejection> {
    let settled = incident.attendance.as_ref().is_none_or(Attendance::is_settled);
    let Some(beat) = owed_in(draft, incident).filter(|_| !settled) else { return Ok(()) };
    if let Some(reason) = excuse {
        return excuse_for(draft, incident, "excuse", reason);
    }
    let officers: Vec<_> = officers(draft, &beat).map(|unit| unit.profile.call_sign.to_string()).collect();
    let keys: Vec<_> = draft.situation.policy.reasons.excuse.iter().map(|row| row.key.as_str()).collect();
    let expected = format!("one of {}: {} of beat {beat} has not attended", keys.join(", "), officers.join(" or "));
    Err(Rejection::Invalid { field: "excuse", given: String::new(), expected })
}

/// The officer need not attend: an order for it that is out is taken back.
pub(super) fn excuse_for(draft: &mut Draft<'_>, incident: &Incident, field: &'static str, reason: &ReasonKey) -> Result<(), Rejection> {
    let list = &draft.situation.policy.reasons.excuse;
    Policy::expect_key(list, reason).map_err(|expected| Rejection::Invalid { field, given: reason.to_string(), expected })?;
    let Some(attendance) = &incident.attendance else { return Ok(()) };
    change(draft, incident, Attendance::Excused { beat: attendance.beat().clone(), reason: reason.clone() });
    for order in attending(draft, incident, |state| !state.is_ended()) {
        orders::recall(draft, &order, ReasonKey::literal(NOT_NEEDED));
        if order.state.is_active() {
            dispatching::taken_back(draft, &order)?;
            stacking::unit_freed(draft, &order.unit_id)?;
        }
    }
    Ok(())
}

/// The beat whose officer owes attendance: the incident is in a beat that has an officer, its category is covered by the policy,
/// and somebody is sent to it at all.
fn owed_in(draft: &Draft<'_>, incident: &Incident) -> Option<AgencyId> {
    let policy = &draft.situation.policy;
    let (rule, what) = (&policy.attendance, incident.classification());
    let covered = rule.enabled && (rule.categories.is_empty() || rule.categories.contains(&what.category));
    // A category that was withdrawn meanwhile is handled as it was decided.
    let sends = policy.decide(what).is_none_or(|decided| decided.dispatch);
    let beat = lending::beat_of(&draft.situation.agencies, incident).filter(|_| covered && sends)?;
    officers(draft, &beat.agency_id).next().map(|_| beat.agency_id.clone())
}

/// The community officers of a beat: its own community units with a sworn officer.
fn officers<'d>(draft: &'d Draft<'_>, beat: &AgencyId) -> impl Iterator<Item = &'d Arc<Unit>> {
    draft.world.units_of(beat).filter(|unit| is_officer(unit))
}

fn is_officer(unit: &Unit) -> bool {
    unit.profile.team == Team::Community && unit.profile.sworn > 0
}

/// Whether somebody was ordered and is on it.
fn responds(incident: &Incident) -> bool {
    matches!(incident.state, IncidentState::Dispatched | IncidentState::OnScene)
}

fn change(draft: &mut Draft<'_>, incident: &Incident, attendance: Attendance) {
    if incident.attendance.as_ref() != Some(&attendance) {
        draft.emit(Event::IncidentAttendanceChanged(AttendanceChanged { incident_id: incident.incident_id, attendance }));
    }
}

/// An order of an officer of the beat to the incident, in whatever role: one that is on scene, else one that is out, else one
/// that waits.
fn order_of_an_officer(draft: &Draft<'_>, incident: &Incident, beat: &AgencyId) -> Option<Arc<Assignment>> {
    let open = incident.assignments.iter().filter_map(|id| draft.world.assignment(id)).filter(|held| !held.state.is_ended());
    let of_beat = |held: &&Arc<Assignment>| {
        let unit = draft.world.unit(&held.unit_id);
        unit.is_some_and(|unit| &unit.profile.home == beat && is_officer(unit))
    };
    let nearness = |held: &&Arc<Assignment>| match held.state {
        AssignmentState::OnScene => 0,
        AssignmentState::Queued => 2,
        _ => 1,
    };
    open.filter(of_beat).min_by_key(nearness).cloned()
}

/// The attendance orders of an incident whose state is as wanted.
fn attending(draft: &Draft<'_>, incident: &Incident, wanted: impl Fn(&AssignmentState) -> bool) -> Vec<Arc<Assignment>> {
    let held = incident.assignments.iter().filter_map(|id| draft.world.assignment(id));
    held.filter(|held| held.role == AssignmentRole::BeatAttendance && wanted(&held.state)).cloned().collect()
}

/// An officer of the beat is on it: attendance that still waits in a queue is not needed.
fn supersede(draft: &mut Draft<'_>, incident: &Incident, by: AssignmentId) {
    for order in attending(draft, incident, |state| *state == AssignmentState::Queued) {
        if order.assignment_id != by {
            orders::recall(draft, &order, Recall::SUPERSEDED);
        }
    }
}

/// Orders an officer of the beat who is free, else puts the order into the queue of one who is busy. Attendance is not worth
/// having a command refused for want of an id: then it stays owed.
fn order_officer(draft: &mut Draft<'_>, incident: &Incident, beat: &AgencyId) -> Result<Option<AssignmentId>, Rejection> {
    if !draft.has_fresh_id() {
        return Ok(None);
    }
    let asked: Vec<_> = officers(draft, beat).filter(|unit| may_be_asked(draft, incident, unit)).cloned().collect();
    if let Some(unit) = asked.iter().find(|unit| is_free(draft, incident, unit)) {
        let named = draft.reply.assignments.len();
        orders::offer(draft, incident.incident_id, AssignmentRole::BeatAttendance, true, line(unit, beat), Vec::new())?;
        // The answer names what was asked for; this followed from it.
        return Ok(draft.reply.assignments.drain(named..).next());
    }
    let Some(unit) = asked.iter().find(|unit| can_queue(unit)) else { return Ok(None) };
    let assignment_id = draft.fresh_assignment_id()?;
    draft.emit(Event::AssignmentQueued(Box::new(AssignmentQueued {
        assignment_id,
        incident_id: incident.incident_id,
        unit_id: unit.profile.unit_id.clone(),
        role: AssignmentRole::BeatAttendance,
        automatic: true,
        ranking: line(unit, beat),
    })));
    Ok(Some(assignment_id))
}

/// Whether the rules may ask this officer: not one who said no or stayed silent, nor one whose order an operator took back or who
/// left without having been there. One whose order the rules took back, being needed elsewhere, is asked again.
fn may_be_asked(draft: &Draft<'_>, incident: &Incident, unit: &Unit) -> bool {
    let unit_id = &unit.profile.unit_id;
    let mut ended = incident.assignments.iter().filter_map(|id| draft.world.assignment(id)).filter(|held| &held.unit_id == unit_id);
    let asked_before = ended.any(|held| match &held.state {
        AssignmentState::Recalled { reason } => !Recall::ALL_BY_RULE.contains(reason),
        state => state.is_ended(),
    });
    !asked_before && !incident.tried.contains(unit_id) && !unit.off_after && unit.emergency.is_none()
}

/// Attendance is no urgent work: who is free for that alone is not ordered.
fn is_free(draft: &Draft<'_>, incident: &Incident, unit: &Unit) -> bool {
    matches!(unit.duty, Duty::On { availability: Availability::Available, engaged_in: None })
        && unit.queue.is_empty()
        && matching::why_not_at_all(&draft.world, incident, unit, AssignmentRole::BeatAttendance, draft.situation).is_empty()
}

fn can_queue(unit: &Unit) -> bool {
    let busy =
        matches!(unit.duty, Duty::On { availability: Availability::Available | Availability::Conditional { .. }, engaged_in: Some(_) });
    busy && unit.queue.len() < MAX_QUEUED
}

/// Chosen for the beat, not for how near: the candidates at hand may be for another place.
fn line(unit: &Unit, beat: &AgencyId) -> RankedUnit {
    RankedUnit {
        unit_id: unit.profile.unit_id.clone(),
        rank: 1,
        travel_ms: 0,
        source: TravelSource::Unknown,
        fix_age_ms: None,
        cost_ms: 0,
        reasons: vec![Reason::officer_of_beat(beat)],
    }
}
