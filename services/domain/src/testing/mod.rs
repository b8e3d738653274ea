//! The core's test bench: a small invented county, and a log in memory that checks itself after every step.
//!
//! Only tests use it: this crate's, the scenarios and the simulation. It is behind the feature `testing`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod bench;
mod checks;
mod county;
mod gather;
mod moves;
#[cfg(test)]
mod tests;

pub use bench::{Bench, Edit, Step};
pub use checks::{REDECIDE, STATES};
pub use county::{
    BASE, BASE_DAY, DAY_MS, LOG, call, local_day, locate, observer, operator, profile, server, station_id, tap, tree, unit_principal,
    unknown_id,
};
pub use gather::{distance_m, travel_ms};
pub use moves::Moved;
