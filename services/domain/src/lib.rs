//! The pure core of OneRoom: the vocabulary of the command room and the rules by which it decides.
//!
//! *Architecture invariant:* nothing in this crate reads a clock, draws a random number, does IO or awaits. `decide` is a
//! function of the World, the command, the Situation and `now`; `apply` is a function of the World and an event.

pub mod agency;
pub mod ids;
pub mod place;
pub mod time;
