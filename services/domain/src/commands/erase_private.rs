//! ErasePrivate: personal data was erased from the vault on schedule or on demand.

use crate::decide::Draft;
use crate::event::Event;
use crate::ids::PrivateRef;
use crate::rejection::Rejection;

/// Personal data was erased.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ErasePrivate {
    /// Where it was.
    pub private_ref: PrivateRef,
}

pub(crate) fn erase_private(draft: &mut Draft<'_>, command: &ErasePrivate) -> Result<(), Rejection> {
    draft.emit(Event::PrivateErased { private_ref: command.private_ref });
    Ok(())
}
