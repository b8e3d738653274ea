//! How large things are in the rows: the same for everybody.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Units that move.
pub(crate) const FIELD: usize = 100_000;
/// How many of them are on duty and free.
pub(crate) const FREE: usize = 20_000;
/// Gateways that they report through.
pub(crate) const GATEWAYS: usize = 8;
/// Fixes in a batch.
pub(crate) const BATCH: usize = 250;
/// Batches that a gateway keeps on the way when as many go out as the server takes.
pub(crate) const WINDOW: usize = 8;
/// Threads that ask.
pub(crate) const ASKERS: usize = 4;
/// Bytes of an event until one was measured.
const EVENT: usize = 700;

/// Bytes of an event as a console of ours gets it: the peers publish as many.
#[derive(Clone, Default)]
pub(crate) struct EventSize(Arc<AtomicUsize>);

impl EventSize {
    pub(crate) fn set(&self, bytes: usize) {
        self.0.store(bytes, Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> usize {
        match self.0.load(Ordering::Relaxed) {
            0 => EVENT,
            bytes => bytes,
        }
    }
}
