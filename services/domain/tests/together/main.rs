//! Incidents that belong together or are over before their time: duplicates and repeats, calls added, merged, split, opened on
//! the spot, transferred, cancelled, opened again, and notes about an address.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod anything;
mod calls;
mod duplicates;
mod endings;
mod merge;
mod on_the_spot;
mod premises;
mod repeats;
mod room;
mod split;
mod transfer;
mod unmerge;
