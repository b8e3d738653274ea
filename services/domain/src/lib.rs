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
pub mod duplicates;
pub mod event;
pub mod grid;
pub mod history;
pub mod hours;
pub mod ids;
pub mod incident;
pub mod invariants;
pub mod matching;
pub mod place;
pub mod plan;
pub mod policy;
pub mod premise;
pub mod premises;
pub mod principal;
pub mod reason;
mod recall;
pub mod rejection;
pub mod repeats;
pub mod report;
pub mod shift;
pub mod situation;
pub mod staffing;
pub mod states;
pub mod support;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod time;
pub mod unit;
pub mod wartime;
pub mod world;

pub use commands::{FUTURE_TOLERANCE_MS, MAX_NOTES_AT_A_PLACE, MAX_ORDERS, MAX_UNITS_PER_COMMAND, NOTES_WITHIN_M};
