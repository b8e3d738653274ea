//! EndSupport: the support is not needed any more.

use super::answer_support;
use crate::decide::Draft;
use crate::event::Event;
use crate::ids::WhistleId;
use crate::rejection::Rejection;

/// The support is not needed any more.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EndSupport {
    /// The request.
    pub whistle_id: WhistleId,
}

pub(crate) fn end_support(draft: &mut Draft<'_>, command: &EndSupport) -> Result<(), Rejection> {
    let whistle = answer_support::begin(draft, command.whistle_id, "support_ended")?;
    draft.emit(Event::SupportEnded(whistle.whistle_id));
    Ok(())
}
