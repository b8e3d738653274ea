//! SetAvailability: whether an on-duty unit can be sent. While it is engaged, this holds from the end of its assignment.

use super::sign_on::check_move;
use super::stacking;
use crate::decide::Draft;
use crate::event::Event;
use crate::ids::UnitId;
use crate::policy::Policy;
use crate::rejection::Rejection;
use crate::time::Timestamp;
use crate::unit::Availability;

/// A unit can or cannot be sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SetAvailability {
    /// Which.
    pub unit_id: UnitId,
    /// From here on; its reason is an availability reason of the policy.
    pub availability: Availability,
    /// When it was tapped.
    pub occurred_at: Option<Timestamp>,
}

pub(crate) fn set_availability(draft: &mut Draft<'_>, command: &SetAvailability) -> Result<(), Rejection> {
    if let Availability::Conditional { reason } | Availability::OutOfService { reason } = &command.availability {
        Policy::expect_key(&draft.situation.policy.availability_reasons, reason).map_err(|expected| Rejection::Invalid {
            field: "reason",
            given: reason.to_string(),
            expected,
        })?;
    }
    let unit = draft.unit(&command.unit_id)?;
    check_move(&unit, "unit_availability_changed")?;
    draft.occurred_at(command.occurred_at, unit.since);
    draft.emit(Event::UnitAvailabilityChanged { unit_id: command.unit_id.clone(), availability: command.availability.clone() });
    stacking::unit_freed(draft, &command.unit_id)
}
