//! ConfirmAlarm: somebody in the room has seen the alarm.

use crate::decide::Draft;
use crate::event::Event;
use crate::ids::AlarmId;
use crate::rejection::Rejection;

/// An alarm was seen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConfirmAlarm {
    /// Which.
    pub alarm_id: AlarmId,
}

pub(crate) fn confirm_alarm(draft: &mut Draft<'_>, command: &ConfirmAlarm) -> Result<(), Rejection> {
    let id = command.alarm_id;
    let alarm = draft.world.alarm(&id).ok_or_else(|| Rejection::NotFound { kind: "alarm", id: id.to_string() })?;
    if alarm.end.is_some() {
        return Err(Rejection::IllegalMove {
            subject: "the alarm".to_owned(),
            state: "ended",
            holder: None,
            event: "alarm_ended",
            possible: vec![],
        });
    }
    draft.emit(Event::AlarmEnded { alarm_id: id, confirmed: true });
    Ok(())
}
