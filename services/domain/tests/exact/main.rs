//! What is exact: every bound at its last value and at the first beyond it, every name, figure and order as it is written down.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod about;
mod agencies;
mod attendance;
mod following;
mod limits;
mod merging;
mod names;
mod opening;
mod places;
mod policy;
mod remembered;
mod report;
mod room;
mod undoing;
mod working;
mod world;
