//! Nodes of one level must not claim the same ground by more than slivers, nor reach out of the node above them by more.
//!
//! Neighbours that were digitised apart overlap along their border in long thin slivers; that is drawing, not a dispute. An
//! overlap counts as slivers when no piece of it is wider than [`SLIVER_WIDTH_MAX_M`] on average (2 × area ÷ perimeter) or the
//! whole of it is below [`SLIVER_SHARE_MAX`] of the smaller node. In a sliver the lower `agency_id` answers.

use crate::boundary::{Boundaries, Boundary, m2_per_square_degree};
use crate::edges::{Extent, Vertex};
use crate::overlay::guarded;
use crate::siblings::{Side, pairs};
use domain::agency::AgencyTree;
use domain::ids::AgencyId;
use geo::{Area, BooleanOps, LineString, MultiPolygon};

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
    /// About how long it is, all pieces together.
    pub(crate) length_m: f64,
    pub(crate) sliver: bool,
}

/// All overlaps between nodes of one level, in order of codes.
pub(crate) fn overlaps(tree: &AgencyTree, boundaries: &Boundaries) -> Vec<Overlap> {
    pairs(tree, boundaries, 0.0).iter().filter_map(|(a, b)| overlap(a, b)).collect()
}

fn overlap(a: &Side<'_>, b: &Side<'_>) -> Option<Overlap> {
    // Both areas are clean here; should the operation fail all the same, the pair is reported as overlapping wholly.
    let common = guarded(|| to_geo(a.boundary).intersection(&to_geo(b.boundary))).unwrap_or_else(|| to_geo(a.boundary));
    let Measures { area_m2, width_m, length_m } = Measures::of(&common, a.extent);
    // Below 1 m² it is rounding of a common border.
    if area_m2 < 1.0 {
        return None;
    }
    let smaller_m2 = a.boundary.area_m2().min(b.boundary.area_m2());
    let sliver = width_m <= SLIVER_WIDTH_MAX_M || area_m2 <= SLIVER_SHARE_MAX * smaller_m2;
    Some(Overlap { first: a.id.clone(), second: b.id.clone(), area_m2, width_m, length_m, sliver })
}

/// A node that reaches out of the ground of a node above it.
pub(crate) struct Outside {
    pub(crate) inner: AgencyId,
    pub(crate) above: AgencyId,
    pub(crate) area_m2: f64,
    pub(crate) width_m: f64,
    /// Share of the node's own area that lies outside, 0 to 1.
    pub(crate) share: f64,
    pub(crate) sliver: bool,
}

/// All nodes that reach out of the nearest node above them that has a boundary, in order of codes. A sliver is what it is for
/// overlaps.
pub(crate) fn outside(tree: &AgencyTree, boundaries: &Boundaries) -> Vec<Outside> {
    let reaching = |(id, boundary): (&AgencyId, &Boundary)| {
        let above = tree.ancestors(id).skip(1).find_map(|node| Some((&node.agency_id, boundaries.get(&node.agency_id)?)))?;
        let whole_m2 = boundary.area_m2();
        // Should the operation fail, the node is reported as lying outside wholly.
        let rest = guarded(|| to_geo(boundary).difference(&to_geo(above.1))).unwrap_or_else(|| to_geo(boundary));
        let Measures { area_m2, width_m, .. } = Measures::of(&rest, boundary.extent()?);
        let sliver = width_m <= SLIVER_WIDTH_MAX_M || area_m2 <= SLIVER_SHARE_MAX * whole_m2;
        let share = if whole_m2 > 0.0 { (area_m2 / whole_m2).min(1.0) } else { 1.0 };
        (area_m2 >= 1.0).then(|| Outside { inner: id.clone(), above: above.0.clone(), area_m2, width_m, share, sliver })
    };
    boundaries.iter().filter_map(reaching).collect()
}

/// How large the pieces of an area are.
struct Measures {
    area_m2: f64,
    /// Mean width of the widest piece.
    width_m: f64,
    /// Half the rims of all pieces: the length of slivers.
    length_m: f64,
}

impl Measures {
    fn of(area: &MultiPolygon<f64>, extent: Extent) -> Self {
        let m2 = m2_per_square_degree(extent);
        let cos_lat = m2 / (crate::boundary::M_PER_DEGREE * crate::boundary::M_PER_DEGREE);
        let mut measures = Self { area_m2: 0.0, width_m: 0.0, length_m: 0.0 };
        for piece in &area.0 {
            let piece_m2 = piece.unsigned_area() * m2;
            let rim_m: f64 = std::iter::once(piece.exterior())
                .chain(piece.interiors())
                .flat_map(LineString::lines)
                .map(|l| (l.dx() * cos_lat).hypot(l.dy()) * crate::boundary::M_PER_DEGREE)
                .sum();
            measures.area_m2 += piece_m2;
            measures.length_m += rim_m / 2.0;
            if rim_m > 0.0 {
                measures.width_m = measures.width_m.max(2.0 * piece_m2 / rim_m);
            }
        }
        measures
    }
}

fn to_geo(boundary: &Boundary) -> MultiPolygon<f64> {
    let line = |ring: &[Vertex]| -> LineString<f64> { ring.iter().map(|v| (f64::from(v[0]) / 1e7, f64::from(v[1]) / 1e7)).collect() };
    let polygon =
        |p: &crate::boundary::Polygon| geo::Polygon::new(line(p.outer.vertices()), p.holes.iter().map(|h| line(h.vertices())).collect());
    MultiPolygon::new(boundary.polygons().iter().map(polygon).collect())
}
