//! Calls, crews, operators and counties for replay, demo and simulation: recorded or invented, always from a seed.
//!
//! *Architecture invariant:* nothing in this crate reads a clock, sends, sleeps or draws randomness of its own. Time comes in as
//! `now`, randomness from a seeded generator, bytes from an `impl Read`; what should happen comes out as values. So a driver can run
//! the same crews over gRPC at real time and on a virtual clock without a network.

pub mod caller;
pub mod calls;
pub mod county;
pub mod crew;
pub mod fit;
pub mod geometry;
pub mod layout;
pub mod nation;
pub mod operator;
pub mod random;
pub mod story;

#[cfg(test)]
mod shipped_policy;
