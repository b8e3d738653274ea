//! INC-1 and AUD-1: nothing that was acknowledged is missing or doubled, and nothing in the log was changed.

use super::{AUD_1, Findings, INC_1, Violation};
use crate::event::{Event, Recorded};
use crate::ids::{IncidentId, Seq};
use std::collections::BTreeMap;

/// An incident as its reporter was told of it, or as the log has it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct IncidentEntry {
    /// Its id.
    pub incident_id: IncidentId,
    /// Its number.
    pub number: u32,
    /// Where in the log it was opened.
    pub seq: Seq,
}

impl IncidentEntry {
    /// The entry that `recorded` makes; none when it opens no incident.
    #[must_use]
    pub fn of(recorded: &Recorded) -> Option<Self> {
        match &recorded.event {
            Event::IncidentReported(reported) => {
                Some(Self { incident_id: reported.incident_id, number: reported.number, seq: recorded.meta.seq })
            }
            _ => None,
        }
    }
}

/// Checks INC-1: every incident that was acknowledged to its reporter is in the log, once, as it was acknowledged.
#[must_use]
pub fn check_acknowledged(
    acknowledged: impl IntoIterator<Item = IncidentEntry>,
    log: impl IntoIterator<Item = IncidentEntry>,
) -> Vec<Violation> {
    let mut found = Findings::default();
    let mut logged: BTreeMap<IncidentId, IncidentEntry> = BTreeMap::new();
    for entry in log {
        if let Some(first) = logged.insert(entry.incident_id, entry) {
            found.say(INC_1, format!("incident {} is in the log twice: at {} and {}", entry.number, first.seq, entry.seq));
        }
    }
    for told in acknowledged {
        match logged.get(&told.incident_id) {
            None => found.say(INC_1, format!("incident {} was acknowledged at {} and is not in the log", told.number, told.seq)),
            Some(entry) if *entry != told => {
                let (told_seq, seq) = (told.seq, entry.seq);
                found.say(INC_1, format!("incident {} was acknowledged at {told_seq}, the log has {} at {seq}", told.number, entry.number));
            }
            Some(_) => {}
        }
    }
    found.0
}

/// One row of the log, as it is stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ChainRow<'a> {
    /// Its position.
    pub seq: Seq,
    /// The stored bytes, never a re-encoding.
    pub stored: &'a [u8],
    /// Its link of the chain.
    pub hash: [u8; 32],
}

/// Checks AUD-1 from the link after `(seq, hash)`: positions follow each other and every row's hash is `link` of the hash before
/// it, its position and its bytes. Stops at the first row that is wrong, because all after it hang on it.
#[must_use]
pub fn check_chain<'a>(
    after: (Seq, [u8; 32]),
    rows: impl IntoIterator<Item = ChainRow<'a>>,
    link: impl Fn(&[u8; 32], Seq, &[u8]) -> [u8; 32],
) -> Vec<Violation> {
    let mut found = Findings::default();
    let (mut seq, mut hash) = after;
    for row in rows {
        if row.seq != seq.next() {
            found.say(AUD_1, format!("position {} follows {seq}, expected {}", row.seq, seq.next()));
            break;
        }
        if link(&hash, row.seq, row.stored) != row.hash {
            found.say(AUD_1, format!("the event at {} does not match its link", row.seq));
            break;
        }
        (seq, hash) = (row.seq, row.hash);
    }
    found.0
}
