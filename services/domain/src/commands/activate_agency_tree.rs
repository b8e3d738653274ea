//! ActivateAgencyTree: the log's stations, beats and boundaries from here on.

use crate::decide::Draft;
use crate::event::Event;
use crate::ids::BlobHash;
use crate::rejection::Rejection;

/// An agency tree holds from here on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ActivateAgencyTree {
    /// Its address; its content is stored and checked before.
    pub hash: BlobHash,
}

pub(crate) fn activate_agency_tree(draft: &mut Draft<'_>, command: &ActivateAgencyTree) -> Result<(), Rejection> {
    if draft.world.agency_tree() != Some(command.hash) {
        draft.emit(Event::AgencyTreeActivated { hash: command.hash });
    }
    Ok(())
}
