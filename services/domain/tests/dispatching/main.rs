//! How units are found and orders kept: modes, plans, owners that follow, queues, diverts, recalls, holds, undo.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod divert;
mod hold;
mod modes;
mod opening;
mod owner;
mod plans;
mod recall;
mod room;
mod seeking;
mod stacking;
mod undo;
