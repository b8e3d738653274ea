//! Which fixes are believed: the newest by device epoch and sequence, not from the future, not impossibly far away.

use super::fix::{Fix, FixBatch, ReportedFix};
use super::verdict::Verdict;
use domain::place::Position;
use domain::time::Timestamp;
use roads::great_circle_m;

/// A fix whose corrected time is further after its receipt than this, in milliseconds, is quarantined.
pub const FUTURE_TOLERANCE_MS: u64 = 10_000;

/// Faster than this no unit moves, in m/s: 432 km/h, above any patrol car or police drone and below an airliner.
pub const MAX_UNIT_SPEED_M_PER_S: f64 = 120.0;

/// A position may jump this far at any speed, in metres: receivers err by that much between high buildings, and clocks by seconds.
pub const JUMP_ALLOWANCE_M: f64 = 200.0;

/// Metres that a ten-millionth of a degree spans at most: a degree of a great circle of the mean sphere is 111,195 m.
const MAX_M_PER_E7: f64 = 0.011_119_6;

/// A reported fix with a valid position and a corrected time; [`Verdict::InvalidPosition`] when there is no such position.
pub(super) fn prepare(reported: &ReportedFix, batch: &FixBatch<'_>, received: Timestamp) -> Result<Fix, Verdict> {
    if (reported.lat_e7, reported.lon_e7) == (0, 0) {
        return Err(Verdict::InvalidPosition);
    }
    let position = Position::from_e7(reported.lat_e7, reported.lon_e7).map_err(|_| Verdict::InvalidPosition)?;
    Ok(Fix {
        position,
        fix_time: Timestamp(reported.device_time.0.saturating_add(batch.clock_correction_ms(received))),
        received,
        device_epoch: reported.device_epoch,
        sequence: reported.sequence,
        speed_cm_per_s: reported.speed_cm_per_s,
        heading_deg: reported.heading_deg.filter(|heading| *heading < 360),
        accuracy_m: reported.accuracy_m,
    })
}

/// What is known of one unit's movement: its latest accepted fix, and one that is held in doubt.
#[derive(Clone, Debug, Default)]
pub(super) struct Track {
    pub(super) latest: Option<Fix>,
    held: Option<Box<Fix>>,
}

/// A verdict, and the held fix that became believable with it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Judged {
    pub(super) verdict: Verdict,
    pub(super) released: Option<Fix>,
}

impl Judged {
    fn just(verdict: Verdict) -> Self {
        Self { verdict, released: None }
    }
}

impl Track {
    /// Judges a fix; when it is accepted it becomes the latest.
    ///
    /// 1. Not newer than the latest: *duplicate* or *older*.
    /// 2. Too far in the future: *future*.
    /// 3. Reachable from the latest, or the first of its unit: *accepted*. A held fix that is older than it was a slip and is
    ///    dropped.
    /// 4. Not reachable from the latest, but from a held fix that is older than it: two witnesses. The held fix is released and
    ///    this one is *accepted*: the unit was carried, or the latest fix was wrong.
    /// 5. Otherwise *impossible*: it is held in the place of an older held fix.
    pub(super) fn judge(&mut self, fix: Fix) -> Judged {
        let Some(latest) = &self.latest else {
            return self.first(fix);
        };
        match fix.order_key().cmp(&latest.order_key()) {
            std::cmp::Ordering::Less => return Judged::just(Verdict::Older),
            std::cmp::Ordering::Equal => return Judged::just(Verdict::Duplicate),
            std::cmp::Ordering::Greater => {}
        }
        let held_order = self.held.as_ref().map(|held| fix.order_key().cmp(&held.order_key()));
        if held_order == Some(std::cmp::Ordering::Equal) {
            return Judged::just(Verdict::Duplicate);
        }
        if let Some(future) = future(&fix) {
            return Judged::just(future);
        }
        let Some(impossible) = implausible(latest, &fix) else {
            if held_order == Some(std::cmp::Ordering::Greater) {
                self.held = None;
            }
            self.latest = Some(fix);
            return Judged::just(Verdict::Accepted);
        };
        match self.held.take() {
            Some(held) if held_order == Some(std::cmp::Ordering::Less) => self.held = Some(held),
            Some(held) if implausible(&held, &fix).is_none() => {
                self.latest = Some(fix);
                return Judged { verdict: Verdict::Accepted, released: Some(*held) };
            }
            _ => self.held = Some(Box::new(fix)),
        }
        Judged::just(impossible)
    }

    fn first(&mut self, fix: Fix) -> Judged {
        if let Some(future) = future(&fix) {
            return Judged::just(future);
        }
        self.latest = Some(fix);
        Judged::just(Verdict::Accepted)
    }
}

fn future(fix: &Fix) -> Option<Verdict> {
    let ahead_ms = fix.fix_time.since_ms(fix.received);
    (ahead_ms > FUTURE_TOLERANCE_MS).then_some(Verdict::Future { ahead_ms })
}

/// Why a unit can't have got from one fix to the next; `None` when it can. Time that ran backwards between the two (a clock was
/// set) counts as none.
fn implausible(from: &Fix, to: &Fix) -> Option<Verdict> {
    if at_most_m(from.position, to.position) <= JUMP_ALLOWANCE_M {
        return None;
    }
    let elapsed_ms = to.fix_time.since_ms(from.fix_time);
    let distance_m = great_circle_m(from.position, to.position);
    // Far below 2⁵³ ms, or so long that any place is reachable: rounding has no say.
    #[allow(clippy::cast_precision_loss)]
    let reachable_m = JUMP_ALLOWANCE_M + MAX_UNIT_SPEED_M_PER_S * elapsed_ms as f64 / 1000.0;
    if distance_m <= reachable_m {
        return None;
    }
    // At most half the Earth's circumference, 20,015,115 m.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    Some(Verdict::Impossible { distance_m: distance_m.round() as u32, elapsed_ms })
}

/// No less than the distance in metres, without a trigonometric function: along the meridian, then along the widest parallel.
fn at_most_m(from: Position, to: Position) -> f64 {
    let north = f64::from(from.lat_e7()) - f64::from(to.lat_e7());
    let east = f64::from(from.lon_e7()) - f64::from(to.lon_e7());
    (north.abs() + east.abs()) * MAX_M_PER_E7
}
