//! ClearEmergency: the room has settled an emergency. Its incident goes on like any other.

use super::{stacking, unit_alarms};
use crate::alarm::AlarmKind;
use crate::decide::Draft;
use crate::event::Event;
use crate::ids::{ReasonKey, UnitId};
use crate::policy::Policy;
use crate::rejection::Rejection;

/// The room has settled an emergency.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClearEmergency {
    /// The unit.
    pub unit_id: UnitId,
    /// How it ended, an emergency end reason of the policy.
    pub reason: ReasonKey,
}

pub(crate) fn clear_emergency(draft: &mut Draft<'_>, command: &ClearEmergency) -> Result<(), Rejection> {
    let policy = &draft.situation.policy;
    Policy::expect_key(&policy.reasons.emergency_end, &command.reason).map_err(|expected| Rejection::Invalid {
        field: "reason",
        given: command.reason.to_string(),
        expected,
    })?;
    let unit = draft.unit(&command.unit_id)?;
    let Some(emergency) = &unit.emergency else {
        return Err(Rejection::IllegalMove {
            subject: format!("unit {}", unit.profile.call_sign),
            state: "not in an emergency",
            holder: None,
            event: "unit_emergency_cleared",
            possible: vec!["unit_emergency_raised"],
        });
    };
    draft.emit(Event::UnitEmergencyCleared { unit_id: command.unit_id.clone(), reason: command.reason.clone() });
    unit_alarms::end(draft, emergency.incident_id, &command.unit_id, |kind| kind == AlarmKind::Emergency);
    // Its shift may have ended meanwhile, or an order may wait for it.
    if unit.engaged_in().is_none() {
        stacking::unit_freed(draft, &command.unit_id)?;
    }
    Ok(())
}
