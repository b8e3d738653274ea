//! The deadlines of one log in memory, earliest first. They follow from the World's resources and are made again from them.

use domain::deadlines::{Deadline, Owner, deadlines_of};
use domain::time::Timestamp;
use domain::world::{PostImage, World};
use std::collections::{BTreeMap, BTreeSet};

/// The deadlines of one log.
#[derive(Default)]
pub(super) struct DeadlineQueue {
    due: BTreeSet<Deadline>,
    by_owner: BTreeMap<Owner, Vec<Deadline>>,
}

impl DeadlineQueue {
    pub(super) fn of(world: &World) -> Self {
        let mut queue = Self::default();
        for image in world.post_images() {
            queue.update(&image);
        }
        queue
    }

    /// Replaces the deadlines of one resource by what it has now.
    pub(super) fn update(&mut self, image: &PostImage) {
        let Some(owner) = Owner::of(image) else { return };
        for old in self.by_owner.remove(&owner).unwrap_or_default() {
            self.due.remove(&old);
        }
        let now = deadlines_of(image);
        if !now.is_empty() {
            self.due.extend(now.iter().cloned());
            self.by_owner.insert(owner, now);
        }
    }

    /// When the next one is due.
    pub(super) fn next_due(&self) -> Option<Timestamp> {
        self.due.first().map(|deadline| deadline.due_at)
    }

    /// Those due at `now`, earliest first, at most `limit`. They stay until their resource changes.
    pub(super) fn due(&self, now: Timestamp, limit: usize) -> Vec<Deadline> {
        self.due.iter().take_while(|deadline| deadline.due_at <= now).take(limit).cloned().collect()
    }

    /// Takes one out that turned out to be gone.
    pub(super) fn forget(&mut self, deadline: &Deadline) {
        let owner = deadline.subject.owner();
        self.due.remove(deadline);
        if let Some(kept) = self.by_owner.get_mut(&owner) {
            kept.retain(|known| known != deadline);
        }
    }

    pub(super) fn contains(&self, deadline: &Deadline) -> bool {
        self.due.contains(deadline)
    }

    pub(super) fn len(&self) -> usize {
        self.due.len()
    }
}
