//! SignOn: a unit comes on duty.

use super::stacking;
use crate::decide::Draft;
use crate::event::Event;
use crate::ids::UnitId;
use crate::rejection::Rejection;
use crate::states;
use crate::time::Timestamp;
use crate::unit::Unit;

/// A unit comes on duty.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignOn {
    /// Which.
    pub unit_id: UnitId,
    /// Sworn officers and auxiliaries on board; none keeps what is registered.
    pub crew: Option<(u8, u8)>,
    /// When it was tapped.
    pub occurred_at: Option<Timestamp>,
}

pub(crate) fn sign_on(draft: &mut Draft<'_>, command: &SignOn) -> Result<(), Rejection> {
    let unit = draft.unit(&command.unit_id)?;
    check_move(&unit, "unit_signed_on")?;
    draft.occurred_at(command.occurred_at, unit.since);
    let (sworn, auxiliary) = command.crew.unwrap_or((unit.profile.sworn, unit.profile.auxiliary));
    draft.emit(Event::UnitSignedOn { unit_id: command.unit_id.clone(), sworn, auxiliary });
    // What follows happens now, whenever it was tapped: what waited for the unit goes out.
    draft.occurred = None;
    stacking::unit_freed(draft, &command.unit_id)
}

/// Checks that the state table lets `event` happen to `unit`.
pub(super) fn check_move(unit: &Unit, event: &'static str) -> Result<(), Rejection> {
    let state = unit.duty.name();
    if states::allows(states::UNIT, state, event) {
        return Ok(());
    }
    Err(Rejection::IllegalMove {
        subject: format!("unit {}", unit.profile.call_sign),
        state,
        holder: unit.engaged_in().map(|assignment| format!("assignment {assignment}")),
        event,
        possible: states::events_from(states::UNIT, state),
    })
}
