//! An H3 index over all boundaries, exact at their edges.
//!
//! The Earth is split along the H3 hierarchy from the 122 base cells down. A cell that no boundary's edge touches has one
//! answer for all of it and is split no further; a cell that an edge still touches at resolution 9 keeps the short list of
//! nodes to test exactly. H3 cells have curved outlines in longitude and latitude and children reach past their parents, so a
//! cell is judged by a box that certainly contains all that descends from it ([`crate::cells::extents`]), not by its outline:
//! that makes the index agree with the exact test everywhere, which covering by outlines does not. Memory follows the length of
//! the boundaries, not their area; if it would pass [`UNRESOLVED_CELLS_MAX`] or [`EDGE_REFERENCES_MAX`], splitting ends at a
//! coarser resolution, which costs exact tests and no correctness.

use crate::cells::{self, FINEST};
use crate::edges::{Edge, Extent, Slabs, Vertex};
use domain::ids::AgencyId;
use h3o::{CellIndex, Resolution};
use std::collections::BTreeMap;

/// Most cells that may wait to be split at one resolution.
const UNRESOLVED_CELLS_MAX: usize = 1_000_000;
/// Most references from such cells to edges.
const EDGE_REFERENCES_MAX: usize = 8_000_000;

/// Where splitting ends early.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    unresolved_cells: usize,
    edge_references: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { unresolved_cells: UNRESOLVED_CELLS_MAX, edge_references: EDGE_REFERENCES_MAX }
    }
}

/// What a cell's range answers.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Answer {
    /// Nodes to test exactly, in order; the first that contains the point is the answer.
    pub(crate) test: Box<[u32]>,
    /// The node that contains the whole cell, if none of `test` contains the point.
    pub(crate) otherwise: Option<u32>,
}

/// One node with a boundary. Nodes are in the order in which they answer: deepest level first, then lowest code.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) agency_id: AgencyId,
    pub(crate) extent: Extent,
    pub(crate) slabs: Slabs,
}

impl Node {
    pub(crate) fn contains(&self, point: Vertex) -> bool {
        self.extent.contains(point) && self.slabs.contains(point)
    }
}

/// A cell that is not resolved yet.
struct Pending {
    cell: CellIndex,
    /// Nodes that may contain a part of the cell and not the rest.
    partial: Vec<u32>,
    /// Edges, as indices into `Split::edges`, that reach into the cell; ascending, so grouped by node.
    edges: Vec<u32>,
    /// The first node that contains the whole cell.
    whole: Option<u32>,
}

/// The split of the Earth into cells, while it is made.
pub(crate) struct Split<'a> {
    nodes: &'a [Node],
    edges: Vec<(u32, Edge)>,
    answers: BTreeMap<Answer, u32>,
    ranges: Vec<(u64, u32)>,
    finest: Resolution,
}

impl<'a> Split<'a> {
    pub(crate) fn all(nodes: &'a [Node], limits: Limits) -> Self {
        let numbered = (0u32..).zip(nodes);
        let edges: Vec<(u32, Edge)> = numbered.flat_map(|(n, node)| node.slabs.edges().iter().map(move |e| (n, *e))).collect();
        let every_node: Vec<u32> = (0u32..).zip(nodes).map(|(n, _)| n).collect();
        let every_edge: Vec<u32> = (0u32..).zip(&edges).map(|(e, _)| e).collect();
        let mut split = Self { nodes, edges, answers: BTreeMap::new(), ranges: Vec::new(), finest: Resolution::Zero };
        let mut pending: Vec<Pending> =
            CellIndex::base_cells().filter_map(|cell| split.judge(cell, &every_node, &every_edge, None)).collect();
        while let Some(finer) = split.finest.succ().filter(|r| *r <= FINEST) {
            let references: usize = pending.iter().map(|p| p.edges.len()).sum();
            if pending.is_empty() || pending.len() > limits.unresolved_cells || references > limits.edge_references {
                break;
            }
            split.finest = finer;
            let mut next = Vec::new();
            for parent in pending {
                next.extend(parent.cell.children(finer).filter_map(|c| split.judge(c, &parent.partial, &parent.edges, parent.whole)));
            }
            pending = next;
        }
        for rest in pending {
            split.record(rest.cell, &rest.partial, rest.whole);
        }
        split
    }

    /// Records a cell that has one answer; gives back one that has to be split.
    fn judge(&mut self, cell: CellIndex, partial: &[u32], edges: &[u32], whole: Option<u32>) -> Option<Pending> {
        let extents = cells::extents(cell);
        let mut edges: Vec<u32> = edges.iter().copied().filter(|e| extents.iter().any(|x| self.edges[*e as usize].1.touches(x))).collect();
        let mut touched = edges.iter().map(|e| self.edges[*e as usize].0).peekable();
        let mut still_partial = Vec::new();
        let mut first_whole = whole;
        // Without an edge in it, a box lies inside or outside as a whole. Of two boxes both lie outside: each ends at the
        // antimeridian, and a boundary that reaches it has an edge along it.
        for n in partial {
            let mut reached = false;
            while let Some(t) = touched.next_if(|t| t <= n) {
                reached |= t == *n;
            }
            if reached {
                still_partial.push(*n);
            } else if extents.first().is_some_and(|x| self.nodes[*n as usize].contains([x.lon_min, x.lat_min])) {
                first_whole = Some(first_whole.map_or(*n, |w| w.min(*n)));
            }
        }
        // A node that comes after one that contains the whole cell never answers there.
        still_partial.retain(|n| first_whole.is_none_or(|w| *n < w));
        if still_partial.is_empty() {
            self.record(cell, &[], first_whole);
            return None;
        }
        edges.retain(|e| still_partial.binary_search(&self.edges[*e as usize].0).is_ok());
        Some(Pending { cell, partial: still_partial, edges, whole: first_whole })
    }

    fn record(&mut self, cell: CellIndex, test: &[u32], otherwise: Option<u32>) {
        let next = u32::try_from(self.answers.len()).unwrap_or(u32::MAX);
        let answer = *self.answers.entry(Answer { test: test.into(), otherwise }).or_insert(next);
        self.ranges.push((cells::first_key(cell), answer));
    }

    /// Ranges in order of keys, neighbours with one answer joined.
    pub(crate) fn into_ranges(mut self) -> Ranges {
        self.ranges.sort_unstable();
        self.ranges.dedup_by_key(|(_, answer)| *answer);
        let mut answers: Vec<(Answer, u32)> = self.answers.into_iter().collect();
        answers.sort_unstable_by_key(|(_, n)| *n);
        Ranges {
            starts: self.ranges.iter().map(|(start, _)| *start).collect(),
            range_answers: self.ranges.iter().map(|(_, answer)| *answer).collect(),
            answers: answers.into_iter().map(|(answer, _)| answer).collect(),
            finest: self.finest,
        }
    }
}

/// A finished split: ranges of cells with one answer each.
#[derive(Debug)]
pub(crate) struct Ranges {
    /// First key of each range, ascending; a range ends where the next begins.
    pub(crate) starts: Vec<u64>,
    /// Index into `answers` of each range.
    range_answers: Vec<u32>,
    pub(crate) answers: Vec<Answer>,
    pub(crate) finest: Resolution,
}

impl Ranges {
    /// The answer for a cell of the finest resolution. There is one for every cell on Earth.
    pub(crate) fn answer(&self, cell: CellIndex) -> Option<&Answer> {
        let key = cells::first_key(cell);
        let range = self.starts.partition_point(|start| *start <= key).checked_sub(1)?;
        self.answers.get(*self.range_answers.get(range)? as usize)
    }

    /// Heap bytes held.
    pub(crate) fn bytes(&self) -> usize {
        let lists: usize = self.answers.iter().map(|a| size_of::<Answer>() + a.test.len() * size_of::<u32>()).sum();
        lists + self.starts.capacity() * size_of::<u64>() + self.range_answers.capacity() * size_of::<u32>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use h3o::LatLng;

    #[test]
    fn a_split_that_reaches_its_limit_is_coarser_and_answers_the_same() {
        let zigzag: Vec<Vertex> = (0..60).map(|i| [1_080_000_000 + i * 200_000, 370_000_000 + (i % 2) * 4_000_000]).collect();
        let ring: Vec<Vertex> = zigzag.into_iter().chain([[1_092_000_000, 380_000_000], [1_080_000_000, 380_000_000]]).collect();
        let slabs = || Slabs::new(crate::edges::ring_edges(&ring).collect());
        let Ok(agency_id) = AgencyId::new("c") else { panic!("a code") };
        let nodes = [Node { agency_id, extent: Extent::around(&ring).unwrap(), slabs: slabs() }];
        let fine = Split::all(&nodes, Limits::default()).into_ranges();
        let few_cells = Split::all(&nodes, Limits { unresolved_cells: 500, ..Limits::default() }).into_ranges();
        let few_edges = Split::all(&nodes, Limits { edge_references: 2_000, ..Limits::default() }).into_ranges();
        assert_eq!(fine.finest, FINEST);
        for coarse in [few_cells, few_edges] {
            assert!(coarse.finest < FINEST && coarse.finest > Resolution::Three, "{:?}", coarse.finest);
            assert!(coarse.starts.len() < fine.starts.len() / 2);
            for step in 0..4_000 {
                let point = [1_079_000_000 + step * 37 % 4_000 * 3_500, 369_000_000 + step * 61 % 4_000 * 3_000];
                let cell = LatLng::new(f64::from(point[1]) / 1e7, f64::from(point[0]) / 1e7).unwrap().to_cell(FINEST);
                let answer = coarse.answer(cell).unwrap();
                let found = answer.test.iter().copied().find(|n| nodes[*n as usize].contains(point)).or(answer.otherwise);
                assert_eq!(found.is_some(), nodes[0].contains(point), "{point:?}");
            }
        }
    }
}
