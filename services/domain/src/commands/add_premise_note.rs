//! AddPremiseNote: a note about an address.

use crate::decide::Draft;
use crate::event::Event;
use crate::ids::{AgencyId, ReasonKey};
use crate::incident::PrivateLink;
use crate::place::Position;
use crate::policy::Policy;
use crate::premise::{MAX_NOTE_LIFE_MS, PremiseNote};
use crate::rejection::Rejection;
use crate::time::Timestamp;

/// Most notes that hold within [`NOTES_WITHIN_M`] of a place.
pub const MAX_NOTES_AT_A_PLACE: usize = 64;
/// Notes this near are at one place, in metres.
pub const NOTES_WITHIN_M: u32 = 30;

/// A note about an address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AddPremiseNote {
    /// Where.
    pub position: Position,
    /// What kind of note, a premise kind of the policy.
    pub kind: ReasonKey,
    /// Its words, in the vault.
    pub text: Option<PrivateLink>,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// The station whose ground it is on.
    pub station: AgencyId,
}

pub(crate) fn add_premise_note(draft: &mut Draft<'_>, command: &AddPremiseNote) -> Result<(), Rejection> {
    let policy = &draft.situation.policy;
    Policy::expect_key(&policy.reasons.premise, &command.kind).map_err(|expected| Rejection::Invalid {
        field: "kind",
        given: command.kind.to_string(),
        expected,
    })?;
    let latest = draft.now.plus_ms(MAX_NOTE_LIFE_MS);
    if command.expires_at <= draft.now || command.expires_at > latest {
        return Err(Rejection::Invalid {
            field: "expires_at",
            given: format!("{} ms", command.expires_at.0),
            expected: format!("after {} ms and at most {} ms", draft.now.0, latest.0),
        });
    }
    if draft.situation.agencies.get(&command.station).is_none() {
        return Err(Rejection::Invalid {
            field: "station",
            given: command.station.to_string(),
            expected: "an agency of this log".to_owned(),
        });
    }
    let known = draft.world.premise_notes_at(command.position, NOTES_WITHIN_M).len();
    if known >= MAX_NOTES_AT_A_PLACE {
        return Err(Rejection::Invalid {
            field: "position",
            given: format!("a place with {known} notes within {NOTES_WITHIN_M} m"),
            expected: format!("fewer than {MAX_NOTES_AT_A_PLACE}: end one first"),
        });
    }
    let note_id = draft.fresh_note_id()?;
    let note = PremiseNote {
        note_id,
        position: command.position,
        kind: command.kind.clone(),
        text: command.text,
        station: command.station.clone(),
        author: draft.actor.clone(),
        written_at: draft.now,
        expires_at: command.expires_at,
        ended_at: None,
        revision: draft.world.head().next(),
    };
    draft.emit(Event::PremiseNoteAdded(note));
    draft.reply.premise_note = Some(note_id);
    Ok(())
}
