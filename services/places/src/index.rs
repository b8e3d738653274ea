//! Point → deepest agency node: places and what they answer.
//!
//! The index is a split of the Earth into H3 cells ([`crate::split`]): most positions are answered by their cell alone, those in
//! cells on a boundary by an exact test of one to three nodes.

use crate::blob::{AgencyBlob, InvalidBlob};
use crate::boundary::{Boundaries, Boundary, InvalidBoundary, POSITIONS_MAX};
use crate::cells::FINEST;
use crate::edges::{Extent, Slabs};
use crate::split::{Limits, Node, Ranges, Split};
use domain::agency::{AgencyLevel, AgencyTree};
use domain::ids::AgencyId;
use domain::place::{Datum, H3Cell, Place, Position};
use h3o::{CellIndex, LatLng};
use std::cmp::Reverse;
use std::sync::Arc;

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

/// The places of one log: its agency tree, its boundaries, and the index over them. Never changes; share it by `Arc`.
#[derive(Debug)]
pub struct Places {
    tree: Arc<AgencyTree>,
    boundaries: Boundaries,
    nodes: Vec<Node>,
    ranges: Ranges,
}

impl Places {
    /// Builds the index. Takes some seconds per million vertices and runs once per activated blob.
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
        let split = Split::all(&nodes, Limits::default());
        let ranges = split.into_ranges();
        Ok(Self { tree, boundaries, nodes, ranges })
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
        let answer = self.ranges.answer(cell)?;
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
        let nodes: usize = self.nodes.iter().map(|n| size_of::<Node>() + n.slabs.bytes()).sum();
        IndexStats {
            ranges: self.ranges.starts.len(),
            lists: self.ranges.answers.len(),
            finest_resolution: u8::from(self.ranges.finest),
            bytes: self.ranges.bytes() + nodes,
        }
    }
}
