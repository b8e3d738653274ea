//! ConfirmSafe: a unit on scene says that it is safe. Nobody can say that for it.

use super::tap::{self, Tap};
use super::{orders, unit_alarms};
use crate::alarm::AlarmKind;
use crate::assignment::Assignment;
use crate::decide::Draft;
use crate::event::Event;
use crate::ids::AssignmentId;
use crate::rejection::Rejection;
use crate::time::Timestamp;
use crate::unit::UnitKind;

/// A unit on scene says that it is safe.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConfirmSafe {
    /// Which assignment, and when.
    pub tap: Tap,
}

pub(crate) fn confirm_safe(draft: &mut Draft<'_>, command: &ConfirmSafe) -> Result<(), Rejection> {
    let assignment = tap::begin(draft, &command.tap, "assignment_safety_checked")?;
    let assignment_id = assignment.assignment_id;
    let check_by = next_check(draft, &assignment)?;
    draft.emit(Event::AssignmentSafetyChecked { assignment_id, check_by });
    draft.occurred = None;
    unit_alarms::end(draft, assignment.incident_id, &assignment.unit_id, |kind| kind == AlarmKind::SafetyCheckMissed);
    Ok(())
}

/// A unit on scene did not say that it is safe.
pub(super) fn lapse(draft: &mut Draft<'_>, id: AssignmentId) -> Result<(), Rejection> {
    let Some(assignment) = draft.world.assignment(&id).cloned() else { return Err(Rejection::DeadlineGone) };
    draft.emit(Event::AssignmentSafetyLapsed(id));
    orders::raise_alarm(draft, AlarmKind::SafetyCheckMissed, assignment.incident_id, Some(assignment.unit_id.clone()))
}

/// By when the unit of `assignment` must say that it is safe, counted from now; none where nobody is on board: a drone is never
/// asked. Volunteers, guards and grid workers are people whose number is not registered.
pub(super) fn next_check(draft: &Draft<'_>, assignment: &Assignment) -> Result<Option<Timestamp>, Rejection> {
    let profile = &draft.unit(&assignment.unit_id)?.profile;
    let manned = match profile.kind {
        UnitKind::Drone => false,
        UnitKind::Foot | UnitKind::Car | UnitKind::Motorcycle => profile.sworn > 0 || profile.auxiliary > 0,
        UnitKind::GridWorker | UnitKind::Guards | UnitKind::Volunteers => true,
    };
    Ok(manned.then(|| draft.now.plus_ms(draft.situation.policy.room_clocks.safety_check_ms)))
}
