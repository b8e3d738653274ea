//! Premise notes: what an officer should know of an address before arriving. About a place, never about a person; with an
//! author and an expiry.

use crate::ids::{AgencyId, PremiseNoteId, PrincipalId, ReasonKey, Seq};
use crate::incident::PrivateLink;
use crate::place::Position;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Longest life of a note, in milliseconds: a year. Then somebody must look again.
pub const MAX_NOTE_LIFE_MS: u64 = 366 * 24 * 3600 * 1000;

/// One note about an address.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PremiseNote {
    /// Its id.
    pub note_id: PremiseNoteId,
    /// Where.
    pub position: Position,
    /// What kind of note, a key of the policy.
    pub kind: ReasonKey,
    /// Its words, in the vault.
    pub text: Option<PrivateLink>,
    /// The station whose ground it is on.
    pub station: AgencyId,
    /// Who wrote it.
    pub author: PrincipalId,
    /// When.
    pub written_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// When it ended; none while it holds.
    pub ended_at: Option<Timestamp>,
    /// Position in the log of its last change.
    pub revision: Seq,
}
