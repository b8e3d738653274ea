//! Fixes: as a device reports them, and as they are kept.

use domain::ids::UnitId;
use domain::place::Position;
use domain::time::Timestamp;

/// A fix older than this is stale, in milliseconds, where policy doesn't say otherwise: its unit is ranked at its station.
pub const STALE_AFTER_MS: u64 = 60_000;

/// A fix as its device reports it: nothing in it is checked yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReportedFix {
    /// The unit.
    pub unit: UnitId,
    /// Latitude in degrees × 10⁷, WGS-84.
    pub lat_e7: i32,
    /// Longitude in degrees × 10⁷, WGS-84.
    pub lon_e7: i32,
    /// When the fix was taken, by the sender's clock.
    pub device_time: Timestamp,
    /// Grows when the device restarts its sequence numbers.
    pub device_epoch: u32,
    /// Number of the fix within its device epoch.
    pub sequence: u64,
    /// Speed over ground in cm/s, when known.
    pub speed_cm_per_s: Option<u32>,
    /// Heading in degrees from north, 0 to 359, when known; anything else is kept as unknown.
    pub heading_deg: Option<u16>,
    /// Radius the device believes to be within, in metres, when known.
    pub accuracy_m: Option<u32>,
}

/// Fixes that were sent together.
#[derive(Clone, Copy, Debug)]
pub struct FixBatch<'a> {
    /// The sender's clock when it sent the batch. The fixes' times are corrected by how far it is from the time of receipt;
    /// without it they are taken as they are.
    pub sent_at: Option<Timestamp>,
    /// The fixes, at most [`MAX_BATCH`](super::MAX_BATCH).
    pub fixes: &'a [ReportedFix],
}

impl FixBatch<'_> {
    /// What is added to the sender's times to get ours, in milliseconds: receipt minus sending. The way over the network counts
    /// as skew; it can't be told apart and makes a fix look fresher by that much.
    #[must_use]
    pub fn clock_correction_ms(&self, received: Timestamp) -> i64 {
        self.sent_at.map_or(0, |sent_at| received.0.saturating_sub(sent_at.0))
    }
}

/// A unit's fix as it is kept: its position is valid and its time is ours.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fix {
    /// Where the unit was, WGS-84.
    pub position: Position,
    /// When the fix was taken, corrected to the server's clock; at most 10 s after `received`.
    pub fix_time: Timestamp,
    /// When it reached the server.
    pub received: Timestamp,
    /// The device's epoch.
    pub device_epoch: u32,
    /// Number within the epoch.
    pub sequence: u64,
    /// Speed over ground in cm/s, when known.
    pub speed_cm_per_s: Option<u32>,
    /// Heading in degrees from north, 0 to 359, when known.
    pub heading_deg: Option<u16>,
    /// Radius the device believes to be within, in metres, when known.
    pub accuracy_m: Option<u32>,
}

impl Fix {
    /// What decides which of two fixes of a unit is newer: the device epoch, then the sequence number. Clocks have no say.
    #[must_use]
    pub fn order_key(&self) -> (u32, u64) {
        (self.device_epoch, self.sequence)
    }

    /// Milliseconds since the fix was taken; 0 when that is up to 10 s in the future.
    #[must_use]
    pub fn age_ms(&self, now: Timestamp) -> u64 {
        now.since_ms(self.fix_time)
    }

    /// Whether the fix is older than `stale_after_ms` (usually [`STALE_AFTER_MS`]).
    #[must_use]
    pub fn is_stale(&self, now: Timestamp, stale_after_ms: u64) -> bool {
        self.age_ms(now) > stale_after_ms
    }
}
