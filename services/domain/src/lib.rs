//! The pure core of OneRoom: the vocabulary of the command room and the rules by which it decides.
//!
//! *Architecture invariant:* nothing in this crate reads a clock, draws a random number, does IO or awaits. `decide` is a
//! function of the World, the command, the Situation and `now`; `apply` is a function of the World and an event.

pub mod agency;
pub mod alarm;
pub mod apply;
pub mod assignment;
pub mod classification;
pub mod command;
mod commands;
pub mod deadlines;
pub mod decide;
pub mod event;
pub mod ids;
pub mod incident;
pub mod invariants;
pub mod matching;
pub mod place;
pub mod policy;
pub mod principal;
pub mod reason;
pub mod rejection;
pub mod situation;
pub mod states;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod time;
pub mod unit;
pub mod world;

pub use commands::{FUTURE_TOLERANCE_MS, MAX_ORDERS, MAX_UNITS_PER_COMMAND};
