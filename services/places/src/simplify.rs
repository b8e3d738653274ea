//! Fewer vertices for drawing, without gaps between neighbours.
//!
//! Simplifying each ring alone moves a common border differently on its two sides. Here rings are cut into arcs at the vertices
//! where the set of neighbours changes (three areas meet, or a border begins), each arc is simplified once in one direction
//! (Douglas and Peucker 1973), and both sides use the result.

use crate::boundary::{Boundaries, M_PER_DEGREE};
use crate::edges::Vertex;
use std::collections::{BTreeMap, BTreeSet};

/// The vertices at which rings are cut.
pub(crate) struct Junctions(BTreeSet<Vertex>);

impl Junctions {
    /// Finds the junctions of all boundaries: vertices with more or fewer than two different neighbours over all rings.
    pub(crate) fn of(boundaries: &Boundaries) -> Self {
        let mut neighbours: BTreeMap<Vertex, Vec<Vertex>> = BTreeMap::new();
        for edge in boundaries.values().flat_map(|b| b.edges()) {
            for (at, other) in [(edge.from, edge.to), (edge.to, edge.from)] {
                let known = neighbours.entry(at).or_default();
                // Three are enough to know a junction.
                if known.len() < 3 && !known.contains(&other) {
                    known.push(other);
                }
            }
        }
        Self(neighbours.into_iter().filter(|(_, known)| known.len() != 2).map(|(at, _)| at).collect())
    }

    /// The ring with a maximum deviation of `tolerance_m` metres; the ring itself where less than a triangle would remain.
    pub(crate) fn simplify(&self, ring: &[Vertex], tolerance_m: f64) -> Vec<Vertex> {
        let mut cuts: Vec<usize> = (0..ring.len()).filter(|i| self.0.contains(&ring[*i])).collect();
        if cuts.len() < 2 {
            cuts = self.cuts_of_loop(ring, cuts.first().copied());
        }
        let mut out = Vec::new();
        for (n, from) in cuts.iter().enumerate() {
            let to = cuts[(n + 1) % cuts.len()];
            let length = (to + ring.len() - from - 1) % ring.len() + 1;
            let mut arc: Vec<Vertex> = (0..=length).map(|step| ring[(from + step) % ring.len()]).collect();
            let reversed = (arc.last(), arc.iter().rev().nth(1)) < (arc.first(), arc.get(1));
            if reversed {
                arc.reverse();
            }
            let mut kept = douglas_peucker(&arc, tolerance_m);
            if reversed {
                kept.reverse();
            }
            kept.pop();
            out.extend(kept);
        }
        if out.len() < 3 { ring.to_vec() } else { out }
    }

    /// A ring with at most one junction is cut there (or at its least vertex) and at the vertex farthest from it: the same two
    /// places whichever side's ring this is.
    fn cuts_of_loop(&self, ring: &[Vertex], junction: Option<usize>) -> Vec<usize> {
        let start = junction.or_else(|| (0..ring.len()).min_by_key(|i| ring[*i])).unwrap_or(0);
        let far = |i: &usize| {
            let d = |axis: usize| i128::from(ring[*i][axis]) - i128::from(ring[start][axis]);
            (d(0) * d(0) + d(1) * d(1), ring[*i])
        };
        let other = (0..ring.len()).max_by_key(far).unwrap_or(0);
        let mut cuts = vec![start, other];
        cuts.sort_unstable();
        cuts.dedup();
        cuts
    }
}

/// Keeps first and last and every vertex that lies farther than the tolerance from the line drawn without it.
fn douglas_peucker(line: &[Vertex], tolerance_m: f64) -> Vec<Vertex> {
    let mut keep = vec![false; line.len()];
    for end in [0, line.len() - 1] {
        keep[end] = true;
    }
    let mut todo = vec![(0, line.len() - 1)];
    while let Some((first, last)) = todo.pop() {
        let mut farthest = (tolerance_m, None);
        for (at, vertex) in line.iter().enumerate().take(last).skip(first + 1) {
            let off_m = distance_m(*vertex, line[first], line[last]);
            if off_m > farthest.0 {
                farthest = (off_m, Some(at));
            }
        }
        if let Some(at) = farthest.1 {
            keep[at] = true;
            todo.extend([(first, at), (at, last)]);
        }
    }
    line.iter().zip(keep).filter_map(|(v, keep)| keep.then_some(*v)).collect()
}

/// Metres from a vertex to a segment, on the plane that touches the Earth at the segment's start.
fn distance_m(vertex: Vertex, from: Vertex, to: Vertex) -> f64 {
    let east = (f64::from(from[1]) / 1e7).to_radians().cos() * M_PER_DEGREE;
    let metres =
        |v: Vertex| ((f64::from(v[0]) - f64::from(from[0])) / 1e7 * east, (f64::from(v[1]) - f64::from(from[1])) / 1e7 * M_PER_DEGREE);
    let ((x, y), (dx, dy)) = (metres(vertex), metres(to));
    let length2 = dx * dx + dy * dy;
    let along = if length2 > 0.0 { ((x * dx + y * dy) / length2).clamp(0.0, 1.0) } else { 0.0 };
    (x - along * dx).hypot(y - along * dy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::boundary::{Boundary, Polygon, Ring};
    use domain::ids::AgencyId;

    #[test]
    fn neighbours_keep_one_common_border() {
        // A wavy border at longitude 0 between a western and an eastern area whose rings start at different vertices.
        let border: Vec<Vertex> = (0..200).map(|i| [(i * 37 % 23 - 11) * 1000, i * 10_000]).collect();
        let mut west = border.clone();
        west.extend([[-1_000_000, 1_990_000], [-1_000_000, 0]]);
        let mut east: Vec<Vertex> = border.iter().rev().copied().collect();
        east.extend([[1_000_000, 0], [1_000_000, 1_990_000]]);
        east.rotate_left(57);
        let boundary = |ring: &[Vertex]| Boundary::new(vec![Polygon { outer: Ring::from_vertices(ring.to_vec()), holes: vec![] }]).unwrap();
        let all = Boundaries::from([(AgencyId::new("west").unwrap(), boundary(&west)), (AgencyId::new("east").unwrap(), boundary(&east))]);
        let junctions = Junctions::of(&all);
        let on_border = |ring: Vec<Vertex>| -> BTreeSet<Vertex> { ring.into_iter().filter(|v| border.contains(v)).collect() };
        let (w, e) = (on_border(junctions.simplify(&west, 80.0)), on_border(junctions.simplify(&east, 80.0)));
        assert_eq!(w, e);
        assert!(w.len() > 2 && w.len() < 150, "{}", w.len());
    }
}
