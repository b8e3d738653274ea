//! Fixes for one viewer: those of units it may see, inside its map's window, in columns.

use crate::class::ViewClass;
use crate::convert;
use domain::ids::UnitId;
use domain::place::Position;
use domain::time::Timestamp;
use runtime::LogView;
use runtime::fleet::{Fix, Tick};
use wire::v1alpha1::watch_response::Frame;
use wire::v1alpha1::{Fixes, Viewport, WatchResponse};

/// Units in one frame at most; a window with more is sent in several.
const UNITS_PER_FRAME: usize = 5_000;
/// A heading that is not known.
const HEADING_UNKNOWN: u32 = 65_535;

/// Whether the window contains a position; a window whose east lies west of its west goes across the antimeridian.
pub(crate) fn contains(viewport: &Viewport, position: Position) -> bool {
    let (lat, lon) = (position.lat_e7(), position.lon_e7());
    let inside_lon = if viewport.west_e7 <= viewport.east_e7 {
        (viewport.west_e7..=viewport.east_e7).contains(&lon)
    } else {
        lon >= viewport.west_e7 || lon <= viewport.east_e7
    };
    (viewport.south_e7..=viewport.north_e7).contains(&lat) && inside_lon
}

/// The frames for `changed`, as this viewer sees them.
pub(crate) fn frames(
    changed: &[(UnitId, Fix)],
    class: &ViewClass,
    viewport: &Viewport,
    view: &LogView,
    now: Timestamp,
) -> Vec<WatchResponse> {
    let tree = view.context.agencies();
    let visible: Vec<&(UnitId, Fix)> = changed
        .iter()
        .filter(|(unit_id, fix)| {
            contains(viewport, fix.position) && view.world.unit(unit_id).is_some_and(|unit| class.sees_position_of(unit, tree))
        })
        .collect();
    visible.chunks(UNITS_PER_FRAME).map(|part| frame(part, now)).collect()
}

/// Every fix in the window, for a map that has just moved.
pub(crate) fn all_frames(class: &ViewClass, viewport: &Viewport, view: &LogView, now: Timestamp) -> Vec<WatchResponse> {
    view.fleet.close_tick();
    // Before the first tick lies everything.
    let everything = view.fleet.changed_since(Tick::default());
    frames(&everything.fixes, class, viewport, view, now)
}

fn frame(part: &[&(UnitId, Fix)], now: Timestamp) -> WatchResponse {
    let mut fixes = Fixes::default();
    for (unit_id, fix) in part {
        fixes.unit_ids.push(unit_id.to_string());
        fixes.lat_e7.push(fix.position.lat_e7());
        fixes.lon_e7.push(fix.position.lon_e7());
        fixes.age_ms.push(u32::try_from(fix.age_ms(now)).unwrap_or(u32::MAX));
        fixes.heading_deg.push(fix.heading_deg.map_or(HEADING_UNKNOWN, u32::from));
    }
    convert::frame(Frame::Fixes(fixes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_across_the_antimeridian_holds_both_sides_and_not_the_rest() {
        let pacific = Viewport { south_e7: -100_000_000, west_e7: 1_700_000_000, north_e7: 100_000_000, east_e7: -1_700_000_000 };
        let at = |lat, lon| Position::from_degrees(lat, lon).unwrap();
        assert!(contains(&pacific, at(0.0, 179.0)) && contains(&pacific, at(0.0, -179.0)));
        assert!(!contains(&pacific, at(0.0, 0.0)) && !contains(&pacific, at(11.0, 179.0)));
    }
}
