//! EndWartime: wartime mode is over. Orders that were given stay.

use crate::decide::Draft;
use crate::event::Event;
use crate::ids::AgencyId;
use crate::rejection::Rejection;

/// Wartime mode is over.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EndWartime {
    /// The area, as it was switched on.
    pub area: AgencyId,
}

pub(crate) fn end_wartime(draft: &mut Draft<'_>, command: &EndWartime) -> Result<(), Rejection> {
    let area = &command.area;
    let mode = draft.world.wartime(area).ok_or_else(|| Rejection::NotFound { kind: "wartime mode", id: area.to_string() })?;
    if !mode.holds() {
        return Err(Rejection::IllegalMove {
            subject: format!("wartime mode of {area}"),
            state: "off",
            holder: None,
            event: "wartime_ended",
            possible: vec!["wartime_started"],
        });
    }
    draft.emit(Event::WartimeEnded(area.clone()));
    Ok(())
}

/// The period is over.
pub(super) fn lapse(draft: &mut Draft<'_>, area: &AgencyId) -> Result<(), Rejection> {
    draft.emit(Event::WartimeEnded(area.clone()));
    Ok(())
}
