//! Scenarios: text that a dispatcher can read, run against the core.
//!
//! Each line stands for itself; `#` begins a comment.
//!
//! - `given unit A12 car team case home 610824-01 sworn 2 at 37.601,108.801` registers a unit and signs it on; `off duty` leaves it
//!   off, `without a fix` says nothing of where it is, `auxiliary 2`, `id X` and `call sign X` say what they say.
//! - `given policy priority.2.mode = automatic` changes a value of the default policy by its path: rows of a list go by their level,
//!   key or kind. `given policy without category.dispute.type.family` takes one out.
//! - `given agency 610824-02 by post` has a station organised by post, `given agency 610824-01 place class rural`, `given post
//!   610824-01-p1 of 610824-01 at 37.6,108.8`.
//! - `at 09:00:00 …` lets time pass until then, with every deadline fired at its time, and does something. `day 2` is the next day;
//!   `late` lets the clock move and no deadline fire. `as operator of 610824-02, …` says who does it; without it the county's
//!   operator does, and a unit speaks for itself.
//! - `then …` checks. A refusal must be expected by `then refused "…"`.
//!
//! See `act`, `room_act`, `incident_act`, `station_act`, `unit_act` and `server_act` for what can be done, and `check` and those beside
//! it for what can be checked.

mod act;
mod check;
mod check_incident;
mod check_station;
mod check_unit;
mod given;
mod incident_act;
mod policy;
mod room_act;
mod runner;
mod server_act;
mod station_act;
mod unit_act;
mod words;

pub use runner::{Covered, run_file};
