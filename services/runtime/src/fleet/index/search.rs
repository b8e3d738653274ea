//! The search: nodes in the order of the least distance any unit below them can have, until none can be nearer.

use super::{Handle, Tree};
use roads::UnitVector;
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// Rounding a lower bound may be off by, as a chord in Earth radii: 1e-12 is 6 µm. Doubles near 1 are exact to 1e-16 and a reach
/// is a sum of at most 17 of them.
pub(super) const BOUND_SLACK: f64 = 1e-12;

/// Which units a search is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Among {
    /// Every unit that has a place.
    All,
    /// Units that may be assigned: cells without one are passed over whole.
    #[default]
    Assignable,
}

/// What to search for.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Target {
    /// From where.
    pub from: UnitVector,
    /// How many units at most.
    pub k: usize,
    /// Which units.
    pub among: Among,
    /// No unit farther than this chord, in Earth radii; 2 is everywhere.
    pub within_chord: f64,
}

/// A unit that was found.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Found {
    /// The unit.
    pub unit: Handle,
    /// Its squared chord from the target, in squared Earth radii.
    pub chord_squared: f64,
}

/// What a search looked at: the measure of its cost that does not depend on the machine.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SearchWork {
    /// Cells whose bound was worked out.
    pub cells: usize,
    /// Units whose distance was worked out.
    pub units: usize,
}

/// A node still to be opened; the nearest bound is the greatest, because the heap gives the greatest first.
struct Frontier {
    bound: f64,
    node: u32,
}

impl Ord for Frontier {
    fn cmp(&self, other: &Self) -> Ordering {
        other.bound.total_cmp(&self.bound).then_with(|| other.node.cmp(&self.node))
    }
}

impl PartialOrd for Frontier {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Frontier {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Frontier {}

/// The best so far, nearest first, never more than `k`.
struct Best<T> {
    k: usize,
    /// No unit beyond this chord is wanted: the target's limit, later the k-th best.
    limit: f64,
    limit_squared: f64,
    found: Vec<Found>,
    tie: T,
}

impl<T: Fn(Handle, Handle) -> Ordering> Best<T> {
    fn order(&self, a: &Found, b: &Found) -> Ordering {
        a.chord_squared.total_cmp(&b.chord_squared).then_with(|| (self.tie)(a.unit, b.unit))
    }

    /// Where a candidate belongs; `None` when it isn't among the best.
    fn rank(&self, candidate: &Found) -> Option<usize> {
        if candidate.chord_squared > self.limit_squared {
            return None;
        }
        let rank = self.found.partition_point(|found| self.order(found, candidate) == Ordering::Less);
        (rank < self.k).then_some(rank)
    }

    fn insert(&mut self, rank: usize, candidate: Found) {
        if self.found.len() == self.k {
            self.found.pop();
        }
        self.found.insert(rank, candidate);
        if self.found.len() == self.k
            && let Some(last) = self.found.last()
        {
            self.limit_squared = last.chord_squared;
            self.limit = last.chord_squared.sqrt();
        }
    }
}

impl Tree {
    /// The `k` nearest units that `keep` accepts, nearest first, equally near ones in the order of `tie`. Exactly what sorting
    /// all units would give. `keep` is asked only about units that would be among the best.
    pub fn nearest(
        &self,
        target: &Target,
        tie: impl Fn(Handle, Handle) -> Ordering,
        mut keep: impl FnMut(Handle) -> bool,
    ) -> (Vec<Found>, SearchWork) {
        let k = target.k.min(self.len());
        let mut work = SearchWork::default();
        if k == 0 {
            return (Vec::new(), work);
        }
        let limit_squared = target.within_chord * target.within_chord;
        let mut best = Best { k, limit: target.within_chord, limit_squared, found: Vec::with_capacity(k), tie };
        let mut frontier = BinaryHeap::with_capacity(64);
        self.push_nodes(&self.roots, target, best.limit, &mut frontier, &mut work);
        while let Some(Frontier { bound, node }) = frontier.pop() {
            if bound > best.limit {
                break;
            }
            let node = &self.nodes[node as usize];
            if !node.leaf {
                self.push_nodes(&node.items, target, best.limit, &mut frontier, &mut work);
                continue;
            }
            let wanted = match target.among {
                Among::All => &node.items[..],
                Among::Assignable => &node.items[..node.assignable as usize],
            };
            work.units += wanted.len();
            for &unit in wanted {
                let candidate = Found { unit, chord_squared: self.vector(unit).chord_squared(target.from) };
                if let Some(rank) = best.rank(&candidate)
                    && keep(unit)
                {
                    best.insert(rank, candidate);
                }
            }
        }
        (best.found, work)
    }

    /// Adds the nodes that have wanted units and may have one within `limit`.
    fn push_nodes(&self, nodes: &[u32], target: &Target, limit: f64, frontier: &mut BinaryHeap<Frontier>, work: &mut SearchWork) {
        for &index in nodes {
            let node = &self.nodes[index as usize];
            if target.among == Among::Assignable && node.assignable == 0 {
                continue;
            }
            work.cells += 1;
            let bound = node.centre.chord(target.from) - node.reach - BOUND_SLACK;
            if bound <= limit {
                frontier.push(Frontier { bound, node: index });
            }
        }
    }
}
