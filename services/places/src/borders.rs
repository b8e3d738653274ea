//! Which nodes border on each other, from their boundaries.
//!
//! Two nodes of one level are neighbours when their boundaries run together, no farther apart than [`BORDER_TOLERANCE_M`], for at
//! least [`BORDER_MIN_M`] in all (the last metres at either end of the common line, where they part, count too), measured along each
//! of the two and the shorter taken; so it makes no difference which is asked.
//! Where they were digitised apart and overlap in slivers (which the import allows), the length of the slivers counts too. Areas
//! that only touch at a corner run together for a few metres on either side of it, less than that minimum unless their edges part
//! at less than about 20°: they are not neighbours.
//!
//! Lengths are measured in a plane round each pair, true to scale at its middle latitude. The work follows the number of edges near
//! common borders: pairs are found by their boxes, edges by parallels.

use crate::boundary::{Boundaries, M_PER_DEGREE};
use crate::edges::{Edge, Extent, Slabs, Vertex};
use crate::overlap::{Overlap, overlaps};
use crate::siblings::{Side, grown, pairs};
use domain::agency::{AgencyNode, AgencyTree, InvalidTree};
use domain::ids::AgencyId;
use std::collections::{BTreeMap, BTreeSet};

/// How far apart two boundaries may be drawn and still be one border, metres.
pub const BORDER_TOLERANCE_M: f64 = 5.0;
/// How long a common border must be, metres.
pub const BORDER_MIN_M: f64 = 30.0;

/// The neighbours of each node that has any, worked out from the boundaries; symmetric, and only between nodes of one level.
#[must_use]
pub fn neighbours(tree: &AgencyTree, boundaries: &Boundaries) -> BTreeMap<AgencyId, BTreeSet<AgencyId>> {
    neighbours_with(tree, boundaries, &overlaps(tree, boundaries))
}

/// The tree with every node's neighbours as its boundaries say, whatever it had before.
///
/// # Errors
/// None in practice: a tree's own nodes make a tree. The check's error is passed on rather than hidden.
pub fn with_neighbours(tree: &AgencyTree, boundaries: &Boundaries) -> Result<AgencyTree, InvalidTree> {
    filled(tree, neighbours(tree, boundaries))
}

pub(crate) fn filled(tree: &AgencyTree, mut neighbours: BTreeMap<AgencyId, BTreeSet<AgencyId>>) -> Result<AgencyTree, InvalidTree> {
    let fill = |node: &AgencyNode| AgencyNode { neighbours: neighbours.remove(&node.agency_id).unwrap_or_default(), ..node.clone() };
    AgencyTree::new(tree.log_id().clone(), tree.time_zone().to_owned(), tree.nodes().map(fill).collect())
}

/// The same, where the overlaps are known already.
pub(crate) fn neighbours_with(tree: &AgencyTree, boundaries: &Boundaries, slivers: &[Overlap]) -> BTreeMap<AgencyId, BTreeSet<AgencyId>> {
    let sliver_m: BTreeMap<(&AgencyId, &AgencyId), f64> = slivers.iter().map(|o| ((&o.first, &o.second), o.length_m)).collect();
    let mut out: BTreeMap<AgencyId, BTreeSet<AgencyId>> = BTreeMap::new();
    for (first, second) in pairs(tree, boundaries, BORDER_TOLERANCE_M) {
        let by_slivers = sliver_m.get(&(first.id, second.id)).is_some_and(|length_m| *length_m >= BORDER_MIN_M);
        if by_slivers || border_m(&first, &second, BORDER_TOLERANCE_M) >= BORDER_MIN_M {
            out.entry(first.id.clone()).or_default().insert(second.id.clone());
            out.entry(second.id.clone()).or_default().insert(first.id.clone());
        }
    }
    out
}

/// For how many metres the two boundaries run no farther apart than `tolerance_m`.
fn border_m(first: &Side<'_>, second: &Side<'_>, tolerance_m: f64) -> f64 {
    let Some(common) = common(&grown(first.extent, tolerance_m), &grown(second.extent, tolerance_m)) else { return 0.0 };
    let within = |side: &Side<'_>| -> Vec<Edge> { side.boundary.edges().filter(|edge| edge.extent().meets(&common)).collect() };
    let (first, second) = (within(first), within(second));
    if first.is_empty() || second.is_empty() {
        return 0.0;
    }
    let plane = Plane::round(&common);
    let (first, second) = (Slabs::new(first), Slabs::new(second));
    let along_first_m = along_m(&first, &second, &plane, tolerance_m);
    if along_first_m < BORDER_MIN_M { along_first_m } else { along_first_m.min(along_m(&second, &first, &plane, tolerance_m)) }
}

fn common(a: &Extent, b: &Extent) -> Option<Extent> {
    let both = Extent {
        lon_min: a.lon_min.max(b.lon_min),
        lat_min: a.lat_min.max(b.lat_min),
        lon_max: a.lon_max.min(b.lon_max),
        lat_max: a.lat_max.min(b.lat_max),
    };
    a.meets(b).then_some(both)
}

/// Metres of the edges of `of` that lie within `tolerance_m` of an edge of `to`.
fn along_m(of: &Slabs, to: &Slabs, plane: &Plane, tolerance_m: f64) -> f64 {
    let mut total_m = 0.0;
    let mut stretches: Vec<(f64, f64)> = Vec::new();
    for edge in of.edges() {
        let near = grown(edge.extent(), tolerance_m);
        stretches.clear();
        let line = plane.line(edge);
        stretches.extend(to.near(&near).filter_map(|other| stretch_within(&line, &plane.line(other), tolerance_m)));
        total_m += covered(&mut stretches) * line.length_m();
    }
    total_m
}

/// The share of an edge that its stretches cover together.
fn covered(stretches: &mut [(f64, f64)]) -> f64 {
    stretches.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut share, mut end) = (0.0, 0.0_f64);
    for (from, to) in stretches.iter() {
        share += (to - from.max(end)).max(0.0);
        end = end.max(*to);
    }
    share
}

/// A plane in metres, true to scale at the middle latitude of a box.
struct Plane {
    lon_m: f64,
    lat_m: f64,
    origin: Vertex,
}

impl Plane {
    fn round(extent: &Extent) -> Self {
        let middle_lat = (f64::from(extent.lat_min) + f64::from(extent.lat_max)) / 2e7;
        let lat_m = M_PER_DEGREE / 1e7;
        Self { lon_m: lat_m * middle_lat.to_radians().cos(), lat_m, origin: [extent.lon_min, extent.lat_min] }
    }

    fn point(&self, vertex: Vertex) -> [f64; 2] {
        let moved = |axis: usize| f64::from(vertex[axis]) - f64::from(self.origin[axis]);
        [moved(0) * self.lon_m, moved(1) * self.lat_m]
    }

    fn line(&self, edge: &Edge) -> Line {
        let (from, to) = (self.point(edge.from), self.point(edge.to));
        Line { from, to, along: [to[0] - from[0], to[1] - from[1]] }
    }
}

/// An edge in the plane, metres.
struct Line {
    from: [f64; 2],
    to: [f64; 2],
    along: [f64; 2],
}

impl Line {
    fn length_m(&self) -> f64 {
        self.along[0].hypot(self.along[1])
    }
}

/// The stretch of `line`, as shares of its length from 0 to 1, that is no farther than `reach_m` from `other`; none when nothing is.
/// What is near a straight line is convex (a band with a half disc at each end), so it is one stretch: the two discs and the band
/// are cut one by one and the outermost ends taken.
fn stretch_within(line: &Line, other: &Line, reach_m: f64) -> Option<(f64, f64)> {
    let discs = [other.from, other.to].into_iter().filter_map(|center| in_disc(line, center, reach_m));
    let (from, to) = discs.chain(in_band(line, other, reach_m)).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))?;
    let (from, to) = (from.max(0.0), to.min(1.0));
    (from < to).then_some((from, to))
}

fn in_disc(line: &Line, center: [f64; 2], radius_m: f64) -> Option<(f64, f64)> {
    let away = [line.from[0] - center[0], line.from[1] - center[1]];
    let square = line.along[0] * line.along[0] + line.along[1] * line.along[1];
    let middle = -(away[0] * line.along[0] + away[1] * line.along[1]);
    let root = middle * middle - square * (away[0] * away[0] + away[1] * away[1] - radius_m * radius_m);
    (square > 0.0 && root >= 0.0).then(|| ((middle - root.sqrt()) / square, (middle + root.sqrt()) / square))
}

/// Where the line is beside `other`, between its ends, no farther than `reach_m` from it.
fn in_band(line: &Line, other: &Line, reach_m: f64) -> Option<(f64, f64)> {
    let length_m = other.length_m();
    if length_m == 0.0 {
        return None;
    }
    let unit = [other.along[0] / length_m, other.along[1] / length_m];
    let away = [line.from[0] - other.from[0], line.from[1] - other.from[1]];
    let beside = |v: [f64; 2]| v[0] * unit[0] + v[1] * unit[1];
    let across = |v: [f64; 2]| v[0] * unit[1] - v[1] * unit[0];
    let between = cut(beside(away), beside(line.along), 0.0, length_m)?;
    let close = cut(across(away), across(line.along), -reach_m, reach_m)?;
    let (from, to) = (between.0.max(close.0), between.1.min(close.1));
    (from <= to).then_some((from, to))
}

/// For which `t` the value `start + t × change` is from `low` to `high`.
fn cut(start: f64, change: f64, low: f64, high: f64) -> Option<(f64, f64)> {
    if change == 0.0 {
        return (low <= start && start <= high).then_some((f64::NEG_INFINITY, f64::INFINITY));
    }
    let (a, b) = ((low - start) / change, (high - start) / change);
    Some((a.min(b), a.max(b)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line(from: [f64; 2], to: [f64; 2]) -> Line {
        Line { from, to, along: [to[0] - from[0], to[1] - from[1]] }
    }

    /// Distance of a point from a line's nearest point, written apart from the code above.
    fn distance_m(point: [f64; 2], line: &Line) -> f64 {
        let square = line.along[0].powi(2) + line.along[1].powi(2);
        let t = ((point[0] - line.from[0]) * line.along[0] + (point[1] - line.from[1]) * line.along[1]) / square;
        let t = t.clamp(0.0, 1.0);
        (point[0] - line.from[0] - t * line.along[0]).hypot(point[1] - line.from[1] - t * line.along[1])
    }

    #[test]
    fn a_stretch_ends_where_the_distance_does() {
        let street = line([0.0, 0.0], [100.0, 0.0]);
        assert_eq!(stretch_within(&street, &line([20.0, 3.0], [60.0, 3.0]), 5.0), Some((0.16, 0.64)));
        assert_eq!(stretch_within(&street, &line([50.0, -50.0], [50.0, 50.0]), 5.0), Some((0.45, 0.55)));
        assert_eq!(stretch_within(&street, &line([20.0, 6.0], [60.0, 6.0]), 5.0), None);
        assert_eq!(stretch_within(&street, &line([-20.0, 0.0], [-5.0, 0.0]), 5.0), None, "a single point is no stretch");
        assert_eq!(covered(&mut [(0.5, 0.7), (0.1, 0.3), (0.2, 0.4)]), 0.3 + 0.7 - 0.5);
    }

    proptest! {
        #[test]
        fn a_stretch_holds_exactly_the_points_within_reach(
            ends in prop::array::uniform8(-60.0f64..60.0), reach_m in 0.5f64..40.0, shares in prop::collection::vec(0.0f64..1.0, 20)
        ) {
            let (of, to) = (line([ends[0], ends[1]], [ends[2], ends[3]]), line([ends[4], ends[5]], [ends[6], ends[7]]));
            prop_assume!(of.length_m() > 0.1 && to.length_m() > 0.1);
            let found = stretch_within(&of, &to, reach_m);
            for t in shares {
                let off_m = distance_m([of.from[0] + t * of.along[0], of.from[1] + t * of.along[1]], &to) - reach_m;
                let inside = found.is_some_and(|(from, to)| from <= t && t <= to);
                prop_assert!(off_m.abs() < 1e-6 || inside == (off_m < 0.0), "{t} is {off_m} m past the reach, found {found:?}");
            }
        }
    }
}
