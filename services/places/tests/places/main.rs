//! Tests of the crate from outside.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "helpers of tests fail the test that way")]

mod arbitrary;
mod borders;
mod common;
mod import;
mod nodes;
mod real_data;
