//! The room decides here: who goes, who owns, who waits, when an incident is dealt with, which alarms were seen, who works when.

mod adapter;
mod assign;
mod confirm;
mod hold;
mod orders;
mod passing;
mod premise;
mod proposal;
mod recommend;
mod settle;
mod shift;
mod standing;
mod support;
#[cfg(test)]
mod tests;
mod undo;
mod wartime;

pub use adapter::DispatchAdapter;
pub use recommend::{DEFAULT_RECOMMENDED, MAX_RECOMMENDED};
