//! The fleet's metrics.

use super::verdict::VerdictCounts;
use metrics::{counter, gauge};

/// Adds a batch's verdicts to `fleet_fixes_total{verdict}`.
pub(super) fn count_fixes(counts: &VerdictCounts) {
    for (verdict, count) in counts.iter().filter(|(_, count)| *count > 0) {
        counter!("fleet_fixes_total", "verdict" => verdict).increment(count);
    }
}

/// Adds fixes that were held and are accepted now to `fleet_fixes_released_total`.
pub(super) fn count_released(released: usize) {
    if released > 0 {
        counter!("fleet_fixes_released_total").increment(u64::try_from(released).unwrap_or(u64::MAX));
    }
}

/// Sets `fleet_units`: how many units are registered.
pub(super) fn set_units(units: usize) {
    // Units are bounded far below 2⁵³.
    #[allow(clippy::cast_precision_loss)]
    gauge!("fleet_units").set(units as f64);
}

/// Adds to `fleet_batches_refused_total`: batches that were too large.
pub(super) fn count_refused_batch() {
    counter!("fleet_batches_refused_total").increment(1);
}

/// Adds to `fleet_units_relegated_total`: units placed at their station because their fix went stale.
pub(super) fn count_relegated(units: usize) {
    if units > 0 {
        counter!("fleet_units_relegated_total").increment(u64::try_from(units).unwrap_or(u64::MAX));
    }
}
