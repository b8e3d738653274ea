//! Scenarios: text that a dispatcher can read, run against the core.
//!
//! Each line stands for itself; `#` begins a comment.
//!
//! - `given unit A12 car team case home 610824-01 sworn 2 at 37.601,108.801` registers a unit and signs it on; `off duty` leaves it
//!   off, `without a fix` says nothing of where it is, `auxiliary 2`, `id X` and `call sign X` say what they say.
//! - `at 09:00:00 …` lets time pass until then, with every deadline fired at its time, and does something. `day 2` is the next day;
//!   `late` lets the clock move and no deadline fire. `as operator of 610824-02, …` says who does it; without it the county's
//!   operator does, and a unit speaks for itself.
//! - `then …` checks. A refusal must be expected by `then refused "…"`.
//!
//! See `act` for what can be done and `check` for what can be checked.

mod act;
mod check;
mod given;
mod runner;
mod unit_act;
mod words;

pub use runner::{Covered, run_file};
