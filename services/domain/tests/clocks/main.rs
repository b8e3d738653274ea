//! Clocks under restarts, jumps and daylight saving, and: nobody is escalated twice for one lapse.
#![allow(clippy::unwrap_used, clippy::panic)]

mod jumps;
mod numbering;
mod once;
