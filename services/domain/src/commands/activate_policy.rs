//! ActivatePolicy: the log decides by this policy from here on. A reload is an event.

use crate::decide::Draft;
use crate::event::Event;
use crate::ids::BlobHash;
use crate::rejection::Rejection;

/// A policy holds from here on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ActivatePolicy {
    /// Its address; its content is stored and checked before.
    pub hash: BlobHash,
}

pub(crate) fn activate_policy(draft: &mut Draft<'_>, command: &ActivatePolicy) -> Result<(), Rejection> {
    if draft.world.policy() != Some(command.hash) {
        draft.emit(Event::PolicyActivated { hash: command.hash });
    }
    Ok(())
}
