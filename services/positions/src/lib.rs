//! Positions come in here: streams of batches, each answered with what became of its fixes.
//!
//! *Architecture invariant:* positions are not events. Nothing here waits for the record, and nothing is queued: the next batch
//! of a stream is read when the last one is answered, so a sender that is too fast is slowed by its own connection.

mod batch;
mod routes;
mod sender;
mod stream;
#[cfg(test)]
mod tests;

pub use routes::{MAX_ROUTES, ROUTES_KEPT_MS};
pub use stream::PositionsAdapter;

use domain::ids::UnitId;
use runtime::fleet::Fix;

/// Where accepted fixes leave a trail. It must not wait: what it can't take it drops and counts.
pub trait TrailSink: Send + Sync {
    /// Takes fixes that were accepted, oldest first for each unit.
    fn record(&self, fixes: &[(UnitId, Fix)]);
}
