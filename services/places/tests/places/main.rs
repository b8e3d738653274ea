//! Tests of the crate from outside.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "helpers of tests fail the test that way")]

mod arbitrary;
mod common;
mod import;
mod real_data;
