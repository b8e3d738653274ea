//! An exact nearest-unit index over the whole globe: a tree of H3 cells searched best first.
//!
//! *Invariant:* the grid only decides which units share a node. What a search may skip follows from numbers measured on the
//! units themselves: every node keeps its centre and a `reach`, and no unit below it is farther from the centre than that. The
//! chord obeys the triangle inequality everywhere, so poles, the antimeridian, pentagons and cells that stick out of their
//! parents need no special case.

mod search;
mod tree;

#[cfg(test)]
mod proofs;

pub use search::{Among, Found, SearchWork, Target};
pub use tree::{DEFAULT_LEVELS, Tree};

/// A unit's number inside this process: small, dense, reused after its unit is unregistered.
pub type Handle = u32;

/// No node, or no place.
pub(crate) const NONE: u32 = u32::MAX;
