//! What the bench checks beside the World: the record, the rows, the state tables, and that a decision can be repeated.

use super::moves::{self, Moved};
use crate::apply::apply;
use crate::deadlines::{Deadline, Owner, deadlines_of};
use crate::decide::{Decision, same_resource};
use crate::event::Recorded;
use crate::ids::{LogId, Seq};
use crate::invariants::{ChainRow, IncidentEntry, Violation, check_acknowledged, check_chain, check_private};
use crate::rejection::Rejection;
use crate::world::{PostImage, World};
use sha2::Digest;
use std::collections::BTreeSet;

/// A decision that was made again came out differently, or its events give another World than it said.
pub const REDECIDE: &str = "REDECIDE";
/// A move is not in the state tables, or the deadline rows do not follow from the state.
pub const STATES: &str = "STATES";

fn violation(id: &'static str, detail: String) -> Violation {
    Violation { id, detail }
}

/// The record: the log, its chain, what was acknowledged, and a World that follows by `apply` alone.
pub(super) struct Books {
    pub(super) log: Vec<Recorded>,
    pub(super) acknowledged: Vec<IncidentEntry>,
    log_id: LogId,
    chain: Vec<(Seq, Vec<u8>, [u8; 32])>,
    follower: World,
}

fn link(log_id: &LogId, previous: &[u8; 32], seq: Seq, stored: &[u8]) -> [u8; 32] {
    let mut digest = sha2::Sha256::new();
    digest.update(previous);
    digest.update(log_id.as_str());
    digest.update(seq.0.to_be_bytes());
    digest.update(stored);
    digest.finalize().into()
}

impl Books {
    pub(super) fn new(log_id: LogId) -> Self {
        Self { log: Vec::new(), acknowledged: Vec::new(), chain: Vec::new(), follower: World::new(log_id.clone()), log_id }
    }

    /// Writes the events of one commit, follows them, and checks PRV-1 on each.
    pub(super) fn write(&mut self, events: &[Recorded], vault: &[String], found: &mut Vec<Violation>) -> Vec<Moved> {
        let mut moved = Vec::new();
        for recorded in events {
            let stored = format!("{recorded:?}");
            found.extend(check_private(&stored, vault.iter().map(String::as_str)));
            let previous = self.chain.last().map_or([0; 32], |(_, _, hash)| *hash);
            let hash = link(&self.log_id, &previous, recorded.meta.seq, stored.as_bytes());
            self.chain.push((recorded.meta.seq, stored.into_bytes(), hash));
            self.acknowledged.extend(IncidentEntry::of(recorded));
            self.log.push(recorded.clone());
            let watched = moves::watch(&self.follower, recorded);
            apply(&mut self.follower, recorded);
            moved.extend(watched.moved(&self.follower));
        }
        moved
    }

    /// INC-1, AUD-1, and that a follower has the same World.
    pub(super) fn check(&self, world: &World) -> Vec<Violation> {
        let entries = self.log.iter().filter_map(IncidentEntry::of);
        let mut found = check_acknowledged(self.acknowledged.iter().copied(), entries);
        let rows = self.chain.iter().map(|(seq, stored, hash)| ChainRow { seq: *seq, stored, hash: *hash });
        found.extend(check_chain((Seq(0), [0; 32]), rows, |previous, seq, stored| link(&self.log_id, previous, seq, stored)));
        if &self.follower != world {
            found.push(violation(REDECIDE, format!("at {} a follower has another World than the decider", world.head())));
        }
        found
    }

    pub(super) fn lose_last(&mut self, event: &str) {
        let place = self.log.iter().rposition(|recorded| recorded.event.name() == event).expect("an event to lose");
        self.log.remove(place);
    }

    pub(super) fn tamper(&mut self, place: usize) {
        let (_, stored, _) = self.chain.get_mut(place).expect("an event to change");
        *stored.last_mut().expect("a stored event is not empty") ^= 1;
    }
}

/// Compares a decision with the same one made again.
pub(super) fn redecided(first: &Result<Decision, Rejection>, again: &Result<Decision, Rejection>) -> Option<Violation> {
    let same = match (first, again) {
        (Ok(a), Ok(b)) => a.events == b.events && a.changed == b.changed && a.world == b.world && a.reply == b.reply,
        (Err(a), Err(b)) => a == b,
        _ => false,
    };
    (!same).then(|| violation(REDECIDE, format!("the same command was decided as {first:?} and as {again:?}")))
}

/// Gives edited events consecutive positions again.
pub(super) fn renumber(world: &World, events: &mut [Recorded]) {
    let mut seq = world.head();
    for recorded in events {
        seq = seq.next();
        recorded.meta.seq = seq;
    }
}

/// The World after `events`, and what they changed, each once as it is after the last.
pub(super) fn fold(world: &World, events: &[Recorded]) -> (World, Vec<PostImage>) {
    let mut world = world.clone();
    let mut changed = Vec::new();
    for image in events.iter().flat_map(|recorded| apply(&mut world, recorded)).collect::<Vec<_>>().into_iter().rev() {
        if !changed.iter().any(|known| same_resource(known, &image)) {
            changed.push(image);
        }
    }
    (world, changed)
}

/// Whether a deadline row belongs to this resource.
pub(super) fn is_row_of(row: &Deadline, image: &PostImage) -> bool {
    Owner::of(image) == Some(row.subject.owner())
}

/// The rows kept by changes alone are the ones that follow from the whole state.
pub(super) fn rows_follow_from_state(world: &World, rows: &BTreeSet<Deadline>) -> Option<Violation> {
    let expected: BTreeSet<_> = world.post_images().flat_map(|image| deadlines_of(&image)).collect();
    (&expected != rows).then(|| violation(STATES, format!("deadline rows are {rows:?}, the state says {expected:?}")))
}

/// A deadline that has fired does not run any more; else it would fire for ever.
pub(super) fn has_stopped(rows: &BTreeSet<Deadline>, fired: &Deadline) -> Option<Violation> {
    rows.contains(fired).then(|| violation(STATES, format!("{fired:?} still runs after it fired")))
}

/// Every move is in its table.
pub(super) fn moves_in_tables(moved: &[Moved]) -> Vec<Violation> {
    moved.iter().filter(|moved| moved.row().is_none()).map(|moved| violation(STATES, format!("{moved:?} is not in its table"))).collect()
}
