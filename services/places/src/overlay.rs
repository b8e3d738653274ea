//! Set operations on areas, guarded: the library that does them asserts its own invariants, and a ring that is folded over itself
//! often enough can trip one. That must refuse the ring, never end the program.

use geo::MultiPolygon;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The result of a set operation; none when the library gave up on it. Whoever repairs with it also compares areas, so that a
/// wrong result is refused like none.
pub(crate) fn guarded(operation: impl FnOnce() -> MultiPolygon<f64>) -> Option<MultiPolygon<f64>> {
    // The closure only reads its inputs and its result is dropped with the panic: nothing half-changed can be seen.
    catch_unwind(AssertUnwindSafe(operation)).ok()
}
