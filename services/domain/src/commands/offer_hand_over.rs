//! OfferHandOver: a shift is handed over (交接班): what is open is counted and written down.

use super::plan_shift::check_move;
use crate::decide::Draft;
use crate::event::{Event, HandOverOffered};
use crate::ids::{AgencyId, ShiftId};
use crate::incident::PrivateLink;
use crate::rejection::Rejection;
use crate::support::WhistleState;

/// A shift is handed over (交接班).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OfferHandOver {
    /// The shift.
    pub shift_id: ShiftId,
    /// Words, in the vault.
    pub notes: Option<PrivateLink>,
}

/// It may be offered before the shift ends, and again: the last one is what is signed.
pub(crate) fn offer_hand_over(draft: &mut Draft<'_>, command: &OfferHandOver) -> Result<(), Rejection> {
    let id = &command.shift_id;
    let shift = draft.world.shift(id).cloned().ok_or_else(|| Rejection::NotFound { kind: "shift", id: id.to_string() })?;
    check_move(&shift, "shift_hand_over_offered")?;
    let (world, agencies) = (&draft.world, &draft.situation.agencies);
    let ours = |agency: &AgencyId| agencies.is_within(agency, &shift.plan.station);
    let incidents = world.incidents().filter(|incident| !incident.state.is_closed() && ours(&incident.station)).count();
    let alarms = world.alarms().filter(|alarm| alarm.end.is_none() && ours(&alarm.station)).count();
    let waits = |state: &WhistleState| matches!(state, WhistleState::Asked { .. });
    let whistles = world.whistles().filter(|whistle| waits(&whistle.state) && (ours(&whistle.from) || ours(&whistle.to))).count();
    let count = |found: usize| u32::try_from(found).unwrap_or(u32::MAX);
    draft.emit(Event::ShiftHandOverOffered(HandOverOffered {
        shift_id: *id,
        open_incidents: count(incidents),
        standing_alarms: count(alarms),
        open_whistles: count(whistles),
        notes: command.notes,
    }));
    Ok(())
}
