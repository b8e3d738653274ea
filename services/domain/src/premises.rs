//! Premises: which notes about an address are shown with what happens there.

use crate::ids::PremiseNoteId;
use crate::incident::MAX_PREMISE_NOTES;
use crate::place::Position;
use crate::policy::Policy;
use crate::world::World;

/// The notes that hold within the policy's `premise_m` of `position`, the nearest first; at most [`MAX_PREMISE_NOTES`]. None
/// without a position.
#[must_use]
pub fn find(world: &World, policy: &Policy, position: Option<Position>) -> Vec<PremiseNoteId> {
    let notes = position.map(|position| world.premise_notes_at(position, policy.repeats.premise_m)).unwrap_or_default();
    notes.into_iter().take(MAX_PREMISE_NOTES).map(|(_, note)| note.note_id).collect()
}
