//! The room decides here: who goes, when an incident is dealt with, which alarms were seen.

mod adapter;
mod assign;
mod confirm;
mod recommend;
mod settle;
#[cfg(test)]
mod tests;

pub use adapter::DispatchAdapter;
pub use recommend::{DEFAULT_RECOMMENDED, MAX_RECOMMENDED};
