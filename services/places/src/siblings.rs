//! Pairs of nodes of one level whose boundaries come near each other: what is compared for overlaps and for common borders.

use crate::boundary::{Boundaries, Boundary, M_PER_DEGREE};
use crate::edges::Extent;
use domain::agency::{AgencyLevel, AgencyTree};
use domain::ids::AgencyId;
use std::collections::BTreeMap;

/// A node with its boundary.
#[derive(Clone, Copy)]
pub(crate) struct Side<'a> {
    pub(crate) id: &'a AgencyId,
    pub(crate) boundary: &'a Boundary,
    pub(crate) extent: Extent,
}

/// All pairs of nodes of one level whose boxes, each grown by `margin_m`, meet: the lower code first, in order of codes. Boxes are
/// not carried across the antimeridian, where boundaries are cut anyway.
pub(crate) fn pairs<'a>(tree: &AgencyTree, boundaries: &'a Boundaries, margin_m: f64) -> Vec<(Side<'a>, Side<'a>)> {
    let mut by_level: BTreeMap<AgencyLevel, Vec<(Extent, Side<'a>)>> = BTreeMap::new();
    for (id, boundary) in boundaries {
        if let (Some(node), Some(extent)) = (tree.get(id), boundary.extent()) {
            by_level.entry(node.level).or_default().push((grown(extent, margin_m), Side { id, boundary, extent }));
        }
    }
    let mut out = Vec::new();
    for sides in by_level.values_mut() {
        sides.sort_by(|(a, x), (b, y)| (a.lon_min, x.id).cmp(&(b.lon_min, y.id)));
        for (n, (a, first)) in sides.iter().enumerate() {
            let near = sides[n + 1..].iter().take_while(|(b, _)| b.lon_min <= a.lon_max);
            out.extend(
                near.filter(|(b, _)| a.meets(b))
                    .map(|(_, second)| if first.id < second.id { (*first, *second) } else { (*second, *first) }),
            );
        }
    }
    out.sort_by(|(a, b), (c, d)| (a.id, b.id).cmp(&(c.id, d.id)));
    out
}

/// The box with `margin_m` metres added on every side, within the Earth's range.
pub(crate) fn grown(extent: Extent, margin_m: f64) -> Extent {
    let farthest_lat = f64::from(extent.lat_min.saturating_abs().max(extent.lat_max.saturating_abs())) / 1e7;
    // Near a pole a metre is many degrees of longitude: a hundredth is the least cosine that is told apart.
    let cos_lat = farthest_lat.to_radians().cos().max(0.01);
    let lat_e7 = (margin_m / M_PER_DEGREE * 1e7).ceil();
    let lon_e7 = (lat_e7 / cos_lat).ceil();
    // Clamped to the valid range, so the value fits an i32.
    #[allow(clippy::cast_possible_truncation)]
    let moved = |value: i32, by: f64, limit: f64| (f64::from(value) + by).clamp(-limit, limit) as i32;
    Extent {
        lon_min: moved(extent.lon_min, -lon_e7, 1.8e9),
        lat_min: moved(extent.lat_min, -lat_e7, 0.9e9),
        lon_max: moved(extent.lon_max, lon_e7, 1.8e9),
        lat_max: moved(extent.lat_max, lat_e7, 0.9e9),
    }
}
