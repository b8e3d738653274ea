//! Point → deepest agency node: an H3 index over all boundaries, exact at their edges.
//!
//! The Earth is split along the H3 hierarchy from the 122 base cells down. A cell that no boundary's edge touches has one
//! answer for all of it and is split no further; a cell that an edge still touches at resolution 9 keeps the short list of
//! nodes to test exactly. H3 cells have curved outlines in longitude and latitude and children reach past their parents, so a
//! cell is judged by a box that certainly contains all that descends from it ([`crate::cells::extents`]), not by its outline:
//! that makes the index agree with the exact test everywhere, which covering by outlines does not. Memory follows the length of
//! the boundaries, not their area; if it would pass [`UNRESOLVED_CELLS_MAX`] or [`EDGE_REFERENCES_MAX`], splitting ends at a
//! coarser resolution, which costs exact tests and no correctness.

use crate::blob::{AgencyBlob, InvalidBlob};
use crate::boundary::{Boundaries, Boundary, InvalidBoundary, POSITIONS_MAX};
use crate::cells::{self, FINEST};
use crate::edges::{Edge, Extent, Slabs, Vertex};
use domain::agency::{AgencyLevel, AgencyTree};
use domain::ids::AgencyId;
use domain::place::{Datum, H3Cell, Place, Position};
use h3o::{CellIndex, LatLng, Resolution};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Most cells that may wait to be split at one resolution.
pub const UNRESOLVED_CELLS_MAX: usize = 1_000_000;
/// Most references from such cells to edges.
pub const EDGE_REFERENCES_MAX: usize = 8_000_000;

/// The H3 cell of a position at resolution 9.
#[must_use]
pub fn h3_cell(position: Position) -> H3Cell {
    H3Cell(u64::from(cell_of(position)))
}

fn cell_of(position: Position) -> CellIndex {
    // A position is always finite, so the default is never taken.
    LatLng::new(position.lat(), position.lon()).unwrap_or_default().to_cell(FINEST)
}

/// Why a tree and boundaries don't make places.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPlaces {
    /// A boundary for a node that isn't in the tree.
    #[error("there is a boundary for agency {0}, which is not in the tree")]
    UnknownAgency(AgencyId),
    /// A boundary can't be one.
    #[error("the boundary of agency {agency_id}: {reason}")]
    Boundary {
        /// Whose.
        agency_id: AgencyId,
        /// Why.
        reason: InvalidBoundary,
    },
    /// Too many vertices.
    #[error("the boundaries have {found} vertices: expected at most {POSITIONS_MAX}")]
    TooLarge {
        /// How many.
        found: usize,
    },
}

/// Size of an index, for logs and measurements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IndexStats {
    /// Ranges of cells with one answer each.
    pub ranges: usize,
    /// Different lists of nodes to test.
    pub lists: usize,
    /// The resolution at which splitting ended.
    pub finest_resolution: u8,
    /// Heap bytes of ranges, lists and edge tables (not of the boundaries themselves).
    pub bytes: usize,
}

/// What a cell's range answers.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Answer {
    /// Nodes to test exactly, in order; the first that contains the point is the answer.
    test: Box<[u32]>,
    /// The node that contains the whole cell, if none of `test` contains the point.
    otherwise: Option<u32>,
}

/// One node with a boundary. Nodes are in the order in which they answer: deepest level first, then lowest code.
#[derive(Debug)]
struct Node {
    agency_id: AgencyId,
    extent: Extent,
    slabs: Slabs,
}

impl Node {
    fn contains(&self, point: Vertex) -> bool {
        self.extent.contains(point) && self.slabs.contains(point)
    }
}

/// The places of one log: its agency tree, its boundaries, and the index over them. Never changes; share it by `Arc`.
#[derive(Debug)]
pub struct Places {
    tree: Arc<AgencyTree>,
    boundaries: Boundaries,
    nodes: Vec<Node>,
    /// First key of each range, ascending; a range ends where the next begins.
    starts: Vec<u64>,
    /// Index into `answers` of each range.
    range_answers: Vec<u32>,
    answers: Vec<Answer>,
    finest: Resolution,
}

impl Places {
    /// Builds the index. Takes about a second per million vertices and runs once per activated blob.
    ///
    /// # Errors
    /// [`InvalidPlaces`] when a boundary belongs to no node, can't be one, or all have too many vertices.
    pub fn new(tree: Arc<AgencyTree>, boundaries: Boundaries) -> Result<Self, InvalidPlaces> {
        let found = boundaries.values().map(Boundary::vertex_count).sum();
        if found > POSITIONS_MAX {
            return Err(InvalidPlaces::TooLarge { found });
        }
        let mut ranked: Vec<(Reverse<AgencyLevel>, &AgencyId, &Boundary, Extent)> = Vec::new();
        for (id, boundary) in &boundaries {
            let node = tree.get(id).ok_or_else(|| InvalidPlaces::UnknownAgency(id.clone()))?;
            boundary.check().map_err(|reason| InvalidPlaces::Boundary { agency_id: id.clone(), reason })?;
            // A checked boundary has vertices and so an extent.
            if let Some(extent) = boundary.extent() {
                ranked.push((Reverse(node.level), id, boundary, extent));
            }
        }
        ranked.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)));
        let nodes: Vec<Node> = ranked
            .into_iter()
            .map(|(_, id, boundary, extent)| Node { agency_id: id.clone(), extent, slabs: Slabs::new(boundary.edges().collect()) })
            .collect();
        let split = Split::all(&nodes);
        let (starts, range_answers, answers) = split.into_ranges();
        Ok(Self { tree, boundaries, nodes, starts, range_answers, answers: answers.0, finest: answers.1 })
    }

    /// Rebuilds places from a blob's bytes.
    ///
    /// # Errors
    /// [`InvalidBlob`] when the bytes are not such a blob, or its content can't be used.
    pub fn from_blob(bytes: &[u8]) -> Result<Self, InvalidBlob> {
        let blob = AgencyBlob::from_bytes(bytes)?;
        Ok(Self::new(Arc::new(blob.tree), blob.boundaries)?)
    }

    /// The agency tree.
    #[must_use]
    pub fn tree(&self) -> &Arc<AgencyTree> {
        &self.tree
    }

    /// The boundaries, WGS-84.
    #[must_use]
    pub fn boundaries(&self) -> &Boundaries {
        &self.boundaries
    }

    /// What is known of a position: its cell and the deepest node that contains it. `datum` is the one it was declared in, for
    /// the record; the position itself is WGS-84 ([`crate::to_wgs84`]).
    #[must_use]
    pub fn locate(&self, position: Position, datum: Datum) -> Place {
        let cell = cell_of(position);
        let h3_cell = H3Cell(u64::from(cell));
        match self.agency_in(cell, position) {
            Some(agency) => Place::Located { position, datum, h3_cell, agency: agency.clone() },
            None => Place::OutsideBoundaries { position, datum, h3_cell },
        }
    }

    /// The deepest node that contains the position: of the lowest level, and of several on it the one with the lowest code.
    #[must_use]
    pub fn agency_at(&self, position: Position) -> Option<&AgencyId> {
        self.agency_in(cell_of(position), position)
    }

    fn agency_in(&self, cell: CellIndex, position: Position) -> Option<&AgencyId> {
        let range = self.starts.partition_point(|start| *start <= cells::first_key(cell)).checked_sub(1)?;
        let answer = &self.answers[self.range_answers[range] as usize];
        let point = [position.lon_e7(), position.lat_e7()];
        let tested = answer.test.iter().copied().find(|n| self.nodes[*n as usize].contains(point));
        tested.or(answer.otherwise).map(|n| &self.nodes[n as usize].agency_id)
    }

    /// What [`Places::agency_at`] means, by testing every edge of every boundary: the definition the index is held to.
    #[must_use]
    pub fn agency_by_every_edge(&self, position: Position) -> Option<&AgencyId> {
        self.nodes.iter().map(|n| &n.agency_id).find(|id| self.boundaries.get(*id).is_some_and(|b| b.contains(position)))
    }

    /// The codes of all nodes whose boundary contains the position, deepest first. Tests every boundary: for checks and
    /// explanations, not for the call path.
    #[must_use]
    pub fn all_at(&self, position: Position) -> Vec<&AgencyId> {
        let point = [position.lon_e7(), position.lat_e7()];
        self.nodes.iter().filter(|n| n.contains(point)).map(|n| &n.agency_id).collect()
    }

    /// How large the index is.
    #[must_use]
    pub fn stats(&self) -> IndexStats {
        let lists: usize = self.answers.iter().map(|a| size_of::<Answer>() + a.test.len() * size_of::<u32>()).sum();
        let ranges = self.starts.capacity() * size_of::<u64>() + self.range_answers.capacity() * size_of::<u32>();
        let nodes: usize = self.nodes.iter().map(|n| size_of::<Node>() + n.slabs.bytes()).sum();
        IndexStats {
            ranges: self.starts.len(),
            lists: self.answers.len(),
            finest_resolution: u8::from(self.finest),
            bytes: lists + ranges + nodes,
        }
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
struct Split<'a> {
    nodes: &'a [Node],
    edges: Vec<(u32, Edge)>,
    answers: BTreeMap<Answer, u32>,
    ranges: Vec<(u64, u32)>,
    finest: Resolution,
}

impl<'a> Split<'a> {
    fn all(nodes: &'a [Node]) -> Self {
        let numbered = (0u32..).zip(nodes);
        let edges: Vec<(u32, Edge)> = numbered.flat_map(|(n, node)| node.slabs.edges().iter().map(move |e| (n, *e))).collect();
        let every_node: Vec<u32> = (0u32..).zip(nodes).map(|(n, _)| n).collect();
        let every_edge: Vec<u32> = (0u32..).zip(&edges).map(|(e, _)| e).collect();
        let mut split = Self { nodes, edges, answers: BTreeMap::new(), ranges: Vec::new(), finest: Resolution::Zero };
        let mut pending: Vec<Pending> =
            CellIndex::base_cells().filter_map(|cell| split.judge(cell, &every_node, &every_edge, None)).collect();
        while let Some(finer) = split.finest.succ().filter(|r| *r <= FINEST) {
            let references: usize = pending.iter().map(|p| p.edges.len()).sum();
            if pending.is_empty() || pending.len() > UNRESOLVED_CELLS_MAX || references > EDGE_REFERENCES_MAX {
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
        for n in partial {
            let mut reached = false;
            while let Some(t) = touched.next_if(|t| t <= n) {
                reached |= t == *n;
            }
            let inside = extents.iter().filter(|x| self.nodes[*n as usize].contains([x.lon_min, x.lat_min])).count();
            if reached || (inside != 0 && inside != extents.len()) {
                still_partial.push(*n);
            } else if inside != 0 {
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
    fn into_ranges(mut self) -> (Vec<u64>, Vec<u32>, (Vec<Answer>, Resolution)) {
        self.ranges.sort_unstable();
        self.ranges.dedup_by_key(|(_, answer)| *answer);
        let mut answers: Vec<(Answer, u32)> = self.answers.into_iter().collect();
        answers.sort_unstable_by_key(|(_, n)| *n);
        let starts = self.ranges.iter().map(|(start, _)| *start).collect();
        let range_answers = self.ranges.iter().map(|(_, answer)| *answer).collect();
        (starts, range_answers, (answers.into_iter().map(|(a, _)| a).collect(), self.finest))
    }
}
