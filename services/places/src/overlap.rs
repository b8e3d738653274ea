//! Nodes of one level must not claim the same ground by more than slivers.
//!
//! Neighbours that were digitised apart overlap along their border in long thin slivers; that is drawing, not a dispute. An
//! overlap counts as slivers when no piece of it is wider than [`SLIVER_WIDTH_MAX_M`] on average (2 × area ÷ perimeter) or the
//! whole of it is below [`SLIVER_SHARE_MAX`] of the smaller node. In a sliver the lower `agency_id` answers.

use crate::boundary::{Boundaries, Boundary, m2_per_square_degree};
use crate::edges::{Extent, Vertex};
use crate::overlay::guarded;
use domain::agency::{AgencyLevel, AgencyTree};
use domain::ids::AgencyId;
use geo::{Area, BooleanOps, LineString, MultiPolygon};
use std::collections::BTreeMap;

/// Mean width up to which a piece of overlap is a sliver, metres.
pub(crate) const SLIVER_WIDTH_MAX_M: f64 = 30.0;
/// Share of the smaller node's area up to which an overlap is not worth a report.
pub(crate) const SLIVER_SHARE_MAX: f64 = 1e-4;

/// Two nodes of one level with common ground.
pub(crate) struct Overlap {
    pub(crate) first: AgencyId,
    pub(crate) second: AgencyId,
    pub(crate) area_m2: f64,
    pub(crate) width_m: f64,
    pub(crate) sliver: bool,
}

/// All overlaps between nodes of one level, in order of level and codes.
pub(crate) fn overlaps(tree: &AgencyTree, boundaries: &Boundaries) -> Vec<Overlap> {
    let mut by_level: BTreeMap<AgencyLevel, Vec<Side<'_>>> = BTreeMap::new();
    for (id, boundary) in boundaries {
        if let (Some(node), Some(extent)) = (tree.get(id), boundary.extent()) {
            by_level.entry(node.level).or_default().push(Side { id, boundary, extent });
        }
    }
    let mut out = Vec::new();
    for sides in by_level.values_mut() {
        sides.sort_by(|a, b| (a.extent.lon_min, a.id).cmp(&(b.extent.lon_min, b.id)));
        for (n, a) in sides.iter().enumerate() {
            let near = sides[n + 1..].iter().take_while(|b| b.extent.lon_min <= a.extent.lon_max);
            out.extend(near.filter(|b| a.extent.meets(&b.extent)).filter_map(|b| overlap(a, b)));
        }
    }
    out.sort_by(|a, b| (&a.first, &a.second).cmp(&(&b.first, &b.second)));
    out
}

struct Side<'a> {
    id: &'a AgencyId,
    boundary: &'a Boundary,
    extent: Extent,
}

fn overlap(a: &Side<'_>, b: &Side<'_>) -> Option<Overlap> {
    let (a, b) = if a.id < b.id { (a, b) } else { (b, a) };
    // Both areas are clean here; should the operation fail all the same, the pair is reported as overlapping wholly.
    let common = guarded(|| to_geo(a.boundary).intersection(&to_geo(b.boundary))).unwrap_or_else(|| to_geo(a.boundary));
    let m2 = m2_per_square_degree(a.extent);
    let cos_lat = m2 / (crate::boundary::M_PER_DEGREE * crate::boundary::M_PER_DEGREE);
    let (mut area_m2, mut width_m) = (0.0, 0.0_f64);
    for piece in &common.0 {
        let piece_m2 = piece.unsigned_area() * m2;
        let rim_m: f64 = std::iter::once(piece.exterior())
            .chain(piece.interiors())
            .flat_map(LineString::lines)
            .map(|l| (l.dx() * cos_lat).hypot(l.dy()) * crate::boundary::M_PER_DEGREE)
            .sum();
        area_m2 += piece_m2;
        if rim_m > 0.0 {
            width_m = width_m.max(2.0 * piece_m2 / rim_m);
        }
    }
    // Below 1 m² it is rounding of a common border.
    if area_m2 < 1.0 {
        return None;
    }
    let smaller_m2 = a.boundary.area_m2().min(b.boundary.area_m2());
    let sliver = width_m <= SLIVER_WIDTH_MAX_M || area_m2 <= SLIVER_SHARE_MAX * smaller_m2;
    Some(Overlap { first: a.id.clone(), second: b.id.clone(), area_m2, width_m, sliver })
}

fn to_geo(boundary: &Boundary) -> MultiPolygon<f64> {
    let line = |ring: &[Vertex]| -> LineString<f64> { ring.iter().map(|v| (f64::from(v[0]) / 1e7, f64::from(v[1]) / 1e7)).collect() };
    let polygon =
        |p: &crate::boundary::Polygon| geo::Polygon::new(line(p.outer.vertices()), p.holes.iter().map(|h| line(h.vertices())).collect());
    MultiPolygon::new(boundary.polygons().iter().map(polygon).collect())
}
