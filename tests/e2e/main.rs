//! The built binary over its own wire: a call's whole way, resumption, kills, bad input, the command line, traces.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod bad_input;
mod cli;
mod disk;
mod house;
mod journey;
mod kill;
mod load;
mod rate;
mod report;
mod resume;
mod rules;
mod trace;
mod viewer;
