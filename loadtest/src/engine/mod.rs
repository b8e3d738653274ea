//! The engine: when operations are meant to be sent, what they took from then on, and what it cost the server.

pub(crate) mod open_loop;
pub(crate) mod process;
pub(crate) mod schedule;
pub(crate) mod stats;
pub(crate) mod tally;
