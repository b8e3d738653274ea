//! Places: boundaries of the agency tree, their import and repair, which nodes border on each other, datum conversion, and point →
//! deepest agency node.
//!
//! Boundaries are kept in WGS-84 degrees × 10⁷, and every decision whether a point is inside is made in exact integer
//! arithmetic: the same blob gives the same answer on every node. Edges are straight lines in longitude and latitude, as
//! RFC 7946 § 3.1.1 defines them.
//!
//! *Architecture invariant:* nothing here depends on the log, the clock or the network. [`Places`] never changes once built.

pub mod blob;
pub mod borders;
pub mod boundary;
pub mod console;
pub mod datum;
pub mod error;
pub mod import;
pub mod index;

mod cells;
mod edges;
mod geojson;
mod manifest;
mod overlap;
mod overlay;
mod properties;
mod repair;
mod siblings;
mod simplify;
mod split;
mod tree;

pub use blob::{AgencyBlob, InvalidBlob};
pub use borders::{BORDER_MIN_M, BORDER_TOLERANCE_M, neighbours, with_neighbours};
pub use boundary::{Boundaries, Boundary, InvalidBoundary, Polygon, Ring};
pub use datum::{from_wgs84, to_wgs84};
pub use error::{ImportError, ImportErrors, ImportNote, Problem};
pub use import::{Import, OrgFiles, import_dir, import_files};
pub use index::{IndexStats, InvalidPlaces, Places, h3_cell};
pub use properties::Declared;
