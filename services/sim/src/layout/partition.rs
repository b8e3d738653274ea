//! Splits a rectangle into rectangles of about equal call load: a k-d tree. They fit together exactly.

use super::extent::Extent;
use domain::place::Position;

/// One part and the points in it.
pub(super) struct Cell<'a> {
    pub(super) extent: Extent,
    pub(super) points: &'a [Position],
}

/// Nearest to a side a cut may come, as a part of the length: keeps parts from becoming slivers where all calls are at one spot.
const CUT_MARGIN_PARTS: i64 = 20;

/// Splits `extent` into `parts` by the density of `points`, which it reorders. A point on a cut belongs to the part east or north
/// of it. Parts come out in a fixed order.
pub(super) fn split<'a>(extent: Extent, points: &'a mut [Position], parts: usize, into: &mut Vec<Cell<'a>>) {
    if parts <= 1 {
        into.push(Cell { extent, points });
        return;
    }
    let wide = extent.is_wide();
    let value = |p: &Position| i64::from(if wide { p.lon_e7() } else { p.lat_e7() });
    let (low, high) = if wide { (extent.west_e7(), extent.east_e7()) } else { (extent.south_e7(), extent.north_e7()) };
    let low_parts = parts / 2;
    points.sort_unstable_by_key(|p| (value(p), p.lat_e7(), p.lon_e7()));
    let cut = cut_between(points.len() * low_parts / parts, low, high, |index| points.get(index).map(value));
    let (low_side, high_side) = if wide { extent.cut_at_lon(cut) } else { extent.cut_at_lat(cut) };
    let (low_points, high_points) = points.split_at_mut(points.partition_point(|p| value(p) < cut));
    split(low_side, low_points, low_parts, into);
    split(high_side, high_points, parts - low_parts, into);
}

/// The cut before the point with this rank: above the point before it, at most at this one, and away from both sides.
fn cut_between(rank: usize, low: i64, high: i64, value: impl Fn(usize) -> Option<i64>) -> i64 {
    let margin = ((high - low) / CUT_MARGIN_PARTS).max(1);
    let wanted = match (rank.checked_sub(1).and_then(&value), value(rank)) {
        (Some(before), Some(after)) => i64::midpoint(before, after) + i64::from(after > before),
        _ => i64::midpoint(low, high),
    };
    if high - low <= 2 * margin { i64::midpoint(low, high) } else { wanted.clamp(low + margin, high - margin) }
}
