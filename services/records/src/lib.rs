//! What is recorded can be read here, by those who may see it.

mod access;
mod adapter;
mod boundaries;
mod events;
mod incident;
mod page_token;
mod policy;
mod premise;
mod private;
#[cfg(test)]
mod room_tests;
mod search;
mod shift;
#[cfg(test)]
mod tests;

pub use adapter::RecordsAdapter;
pub use boundaries::{BOUNDARY_TOLERANCE_M, MAX_KEPT_BOUNDARIES};
pub use events::{DEFAULT_EVENTS, MAX_EVENTS};
pub use search::{DEFAULT_INCIDENTS, MAX_INCIDENTS};
