//! SignOff: a unit goes off duty. Refused while it is engaged; what waited for it is taken back.

use super::plan_shift::go_off;
use super::sign_on::check_move;
use crate::decide::Draft;
use crate::ids::UnitId;
use crate::rejection::Rejection;
use crate::time::Timestamp;

/// A unit goes off duty.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignOff {
    /// Which.
    pub unit_id: UnitId,
    /// When it was tapped.
    pub occurred_at: Option<Timestamp>,
}

pub(crate) fn sign_off(draft: &mut Draft<'_>, command: &SignOff) -> Result<(), Rejection> {
    let unit = draft.unit(&command.unit_id)?;
    check_move(&unit, "unit_signed_off")?;
    draft.occurred_at(command.occurred_at, unit.since);
    go_off(draft, &command.unit_id)
}
