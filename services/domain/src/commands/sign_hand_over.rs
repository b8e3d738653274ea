//! SignHandOver: the next shift signs the hand-over (交接班).

use super::orders;
use super::plan_shift::check_move;
use crate::alarm::AlarmKind;
use crate::decide::Draft;
use crate::event::Event;
use crate::ids::{AgencyId, ShiftId};
use crate::rejection::Rejection;
use crate::shift::ShiftState;

/// The next shift signs the hand-over.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignHandOver {
    /// The shift.
    pub shift_id: ShiftId,
}

/// Nobody signs what they hand over themselves.
pub(crate) fn sign_hand_over(draft: &mut Draft<'_>, command: &SignHandOver) -> Result<(), Rejection> {
    let id = &command.shift_id;
    let shift = draft.world.shift(id).cloned().ok_or_else(|| Rejection::NotFound { kind: "shift", id: id.to_string() })?;
    check_move(&shift, "shift_hand_over_signed")?;
    let Some(hand_over) = &shift.hand_over else {
        return Err(Rejection::IllegalMove {
            subject: format!("shift {} of {}", shift.plan.shift_id, shift.plan.station),
            state: "ended and not handed over",
            holder: None,
            event: "shift_hand_over_signed",
            possible: vec!["shift_hand_over_offered"],
        });
    };
    if hand_over.by == draft.actor {
        return Err(Rejection::Invalid {
            field: "shift_id",
            given: id.to_string(),
            expected: format!("an operator other than {}, who hands it over", hand_over.by),
        });
    }
    draft.emit(Event::ShiftHandOverSigned(*id));
    if !others_are_late(draft, &shift.plan.station) {
        end_alarm(draft, &shift.plan.station);
    }
    Ok(())
}

/// The hand-over was not signed in time.
pub(super) fn lapse(draft: &mut Draft<'_>, id: ShiftId) -> Result<(), Rejection> {
    let Some(station) = draft.world.shift(&id).map(|shift| shift.plan.station.clone()) else { return Err(Rejection::DeadlineGone) };
    draft.emit(Event::ShiftHandOverLapsed(id));
    orders::raise_alarm_of_station(draft, AlarmKind::HandOverUnsigned, station, None)
}

/// Whether another hand-over of the station is unsigned past its deadline: one alarm sounds for all of them.
fn others_are_late(draft: &Draft<'_>, station: &AgencyId) -> bool {
    draft.world.shifts().any(|shift| &shift.plan.station == station && shift.state == ShiftState::Ended { sign_by: None })
}

fn end_alarm(draft: &mut Draft<'_>, station: &AgencyId) {
    let standing = draft.world.alarms().filter(|alarm| alarm.end.is_none() && alarm.kind == AlarmKind::HandOverUnsigned);
    let over: Vec<_> = standing.filter(|alarm| &alarm.station == station).map(|alarm| alarm.alarm_id).collect();
    for alarm_id in over {
        draft.emit(Event::AlarmEnded { alarm_id, confirmed: false });
    }
}
