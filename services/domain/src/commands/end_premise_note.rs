//! EndPremiseNote: a note is taken back.

use crate::decide::Draft;
use crate::event::Event;
use crate::ids::PremiseNoteId;
use crate::rejection::Rejection;

/// A note is taken back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EndPremiseNote {
    /// The note.
    pub note_id: PremiseNoteId,
}

pub(crate) fn end_premise_note(draft: &mut Draft<'_>, command: &EndPremiseNote) -> Result<(), Rejection> {
    let id = &command.note_id;
    let note = draft.world.premise_note(id).ok_or_else(|| Rejection::NotFound { kind: "premise note", id: id.to_string() })?;
    if note.ended_at.is_some() {
        return Err(Rejection::IllegalMove {
            subject: format!("the note of {}", note.author),
            state: "ended",
            holder: None,
            event: "premise_note_ended",
            possible: vec!["premise_note_added"],
        });
    }
    draft.emit(Event::PremiseNoteEnded(*id));
    Ok(())
}

/// The note expires.
pub(super) fn expire(draft: &mut Draft<'_>, id: PremiseNoteId) -> Result<(), Rejection> {
    draft.emit(Event::PremiseNoteEnded(id));
    Ok(())
}
