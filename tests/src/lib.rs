//! What the tests across crates share: scenarios as text, and the seeded simulation.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

pub mod scenario;
pub mod simulation;
