//! What runs: the fleet of units, the loop that follows and extends a log, deadlines, clock and drain.

pub mod clock;
mod codec;
mod committed;
pub mod context;
pub mod edge;
mod error;
pub mod fleet;
pub mod gather;
pub mod identity;
mod log_loop;
pub mod paced_clock;
pub mod redecide;
mod runtime;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod vault;

pub use committed::{Committed, LogView, Words, WordsByIncident};
pub use context::Context;
pub use error::RuntimeError;
pub use log_loop::{OpenError, Outcome, Settled};
pub use runtime::{COMMAND_TIMEOUT_MS, Request, Runtime};
