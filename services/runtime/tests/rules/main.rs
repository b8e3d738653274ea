//! The rules of the room through the real loop over a real record: what was decided is what a second node makes of the events, what
//! deciding again from the log gives, and what no invariant complains of.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failed unwrap is the test failing")]

mod calls;
mod contents;
mod earlier_release;
mod orders;
mod room;
mod station;
mod words;
