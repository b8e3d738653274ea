//! PlanShift: a shift is planned, or planned anew; and what happens when its time is over.

use super::stacking;
use crate::decide::Draft;
use crate::event::Event;
use crate::ids::{ShiftId, UnitId};
use crate::rejection::Rejection;
use crate::shift::{MAX_SHIFT_UNITS, Shift, ShiftPlan, ShiftState};
use crate::states;

/// Longest shift, in milliseconds: 24 h.
const MAX_SHIFT_MS: u64 = 24 * 3_600_000;
/// Why an order in the queue of a unit that goes off duty is taken back.
const REPLACED: &str = "replaced";

/// A shift is planned, or planned anew.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlanShift {
    /// What is planned.
    pub plan: ShiftPlan,
}

/// A shift may be planned anew until it ends, but stays its station's.
pub(crate) fn plan_shift(draft: &mut Draft<'_>, command: &PlanShift) -> Result<(), Rejection> {
    let plan = &command.plan;
    if let Some(known) = draft.world.shift(&plan.shift_id) {
        check_move(known, "shift_planned")?;
        if known.plan.station != plan.station {
            return Err(Rejection::Invalid {
                field: "plan.station",
                given: plan.station.to_string(),
                expected: format!("{}, whose shift it is", known.plan.station),
            });
        }
    }
    if draft.situation.agencies.get(&plan.station).is_none() {
        return Err(Rejection::NotFound { kind: "agency", id: plan.station.to_string() });
    }
    check_times(draft, plan)?;
    check_units(draft, plan)?;
    check_overlap(draft, plan)?;
    draft.emit(Event::ShiftPlanned(plan.clone()));
    Ok(())
}

fn check_times(draft: &Draft<'_>, plan: &ShiftPlan) -> Result<(), Rejection> {
    let length_ms = plan.ends_at.since_ms(plan.starts_at);
    if length_ms == 0 || length_ms > MAX_SHIFT_MS {
        return Err(Rejection::Invalid {
            field: "plan.ends_at",
            given: format!("{} ms after its start", plan.ends_at.0.saturating_sub(plan.starts_at.0)),
            expected: format!("1 to {MAX_SHIFT_MS} ms after its start"),
        });
    }
    if plan.ends_at <= draft.now {
        let given = format!("{} ms ago", draft.now.since_ms(plan.ends_at));
        return Err(Rejection::Invalid { field: "plan.ends_at", given, expected: "a time that is still to come".to_owned() });
    }
    Ok(())
}

/// Its units are registered and belong to the station or below it: at its end they go off duty.
fn check_units(draft: &Draft<'_>, plan: &ShiftPlan) -> Result<(), Rejection> {
    if plan.units.len() > MAX_SHIFT_UNITS {
        let given = format!("{} units", plan.units.len());
        return Err(Rejection::Invalid { field: "plan.units", given, expected: format!("at most {MAX_SHIFT_UNITS}") });
    }
    let named = |found: Vec<&UnitId>| found.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let unknown: Vec<_> = plan.units.iter().filter(|id| draft.world.unit(id).is_none()).collect();
    if !unknown.is_empty() {
        return Err(Rejection::NotFound { kind: "unit", id: named(unknown) });
    }
    let agencies = &draft.situation.agencies;
    let foreign = |id: &&UnitId| draft.world.unit(id).is_some_and(|unit| !agencies.is_within(&unit.profile.home, &plan.station));
    let foreign: Vec<_> = plan.units.iter().filter(foreign).collect();
    if !foreign.is_empty() {
        let expected = format!("units of {} or below", plan.station);
        return Err(Rejection::Invalid { field: "plan.units", given: named(foreign), expected });
    }
    Ok(())
}

/// No unit works in two shifts at a time.
fn check_overlap(draft: &Draft<'_>, plan: &ShiftPlan) -> Result<(), Rejection> {
    let others = draft.world.shifts().filter(|other| other.plan.shift_id != plan.shift_id && other.state == ShiftState::Planned);
    let mut overlapping = others.filter(|other| other.plan.starts_at < plan.ends_at && plan.starts_at < other.plan.ends_at);
    let doubled = overlapping.find_map(|other| other.plan.units.intersection(&plan.units).next().map(|unit| (unit, other)));
    let Some((unit_id, other)) = doubled else { return Ok(()) };
    Err(Rejection::Invalid {
        field: "plan.units",
        given: format!("{unit_id} in shift {}", plan.shift_id),
        expected: format!("a unit that is not in shift {} of {} at the same time", other.plan.shift_id, other.plan.station),
    })
}

/// Checks that the state table lets `event` happen to `shift`.
pub(super) fn check_move(shift: &Shift, event: &'static str) -> Result<(), Rejection> {
    let state = shift.state.name();
    if states::allows(states::SHIFT, state, event) {
        return Ok(());
    }
    Err(Rejection::IllegalMove {
        subject: format!("shift {} of {}", shift.plan.shift_id, shift.plan.station),
        state,
        holder: shift.hand_over.as_ref().map(|hand_over| hand_over.by.to_string()),
        event,
        possible: states::events_from(states::SHIFT, state),
    })
}

/// The shift is over. Its units that are free go off duty; one that is engaged, or whose emergency stands, goes once it is not,
/// and what waits for it is taken back.
/// Who works in a shift that has begun meanwhile stays.
pub(super) fn end(draft: &mut Draft<'_>, id: ShiftId) -> Result<(), Rejection> {
    let Some(shift) = draft.world.shift(&id).cloned() else { return Err(Rejection::DeadlineGone) };
    let sign_by = draft.now.plus_ms(draft.situation.policy.room_clocks.hand_over_ms);
    draft.emit(Event::ShiftEnded { shift_id: id, sign_by });
    for unit_id in &shift.plan.units {
        let Some(unit) = draft.world.unit(unit_id).filter(|unit| unit.off_after) else { continue };
        if unit.engaged_in().is_none() && unit.emergency.is_none() {
            go_off(draft, unit_id)?;
        } else {
            // It will not take it any more: somebody else can at once.
            stacking::recall_queue_of(draft, unit_id, REPLACED)?;
        }
    }
    Ok(())
}

/// A unit that is not engaged goes off duty; what waited for it is taken back.
pub(super) fn go_off(draft: &mut Draft<'_>, unit_id: &UnitId) -> Result<(), Rejection> {
    draft.emit(Event::UnitSignedOff { unit_id: unit_id.clone() });
    // What follows happens now, whenever it was tapped.
    draft.occurred = None;
    stacking::recall_queue_of(draft, unit_id, REPLACED)
}
