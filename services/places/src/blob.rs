//! The agency blob: tree and boundaries as bytes that are the same wherever they are made, so that their hash is an address.

use crate::boundary::Boundaries;
use crate::index::InvalidPlaces;
use domain::agency::{AgencyTree, InvalidTree};
use domain::ids::BlobHash;
use serde::{Deserialize, Serialize};

/// The format this code writes and reads.
pub const FORMAT: u32 = 1;
/// Most bytes a blob may have.
pub const BLOB_BYTES_MAX: usize = 128 << 20;

/// An agency tree with its boundaries: what an event in a log activates. JSON with maps in order of codes and whole numbers
/// only, so equal content has equal bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgencyBlob {
    format: u32,
    /// The agency tree.
    pub tree: AgencyTree,
    /// Boundaries of its nodes, WGS-84.
    pub boundaries: Boundaries,
}

/// Why bytes are not an agency blob that can be used.
#[derive(Debug, thiserror::Error)]
pub enum InvalidBlob {
    /// Too large.
    #[error("the agency blob has {found} bytes: expected at most {BLOB_BYTES_MAX}")]
    TooLarge {
        /// How many.
        found: usize,
    },
    /// Not this JSON.
    #[error("the agency blob is not valid: {0}")]
    Malformed(#[from] serde_json::Error),
    /// Another format.
    #[error("the agency blob has format {0}: expected {FORMAT}")]
    Format(u32),
    /// The tree can't be one.
    #[error("the agency blob's tree: {0}")]
    Tree(#[from] InvalidTree),
    /// Boundaries don't fit the tree.
    #[error("the agency blob's boundaries: {0}")]
    Places(#[from] InvalidPlaces),
}

impl AgencyBlob {
    /// A blob of a tree and boundaries.
    #[must_use]
    pub fn new(tree: AgencyTree, boundaries: Boundaries) -> Self {
        Self { format: FORMAT, tree, boundaries }
    }

    /// The blob's bytes, to be stored under [`AgencyBlob::address`].
    ///
    /// # Errors
    /// [`InvalidBlob::TooLarge`], so that no node stores what another would refuse to read; [`InvalidBlob::Malformed`] can't
    /// come from content that was checked.
    pub fn to_bytes(&self) -> Result<Vec<u8>, InvalidBlob> {
        let bytes = serde_json::to_vec(self)?;
        if bytes.len() > BLOB_BYTES_MAX {
            return Err(InvalidBlob::TooLarge { found: bytes.len() });
        }
        Ok(bytes)
    }

    /// Reads a blob and checks its tree; [`crate::Places::new`] checks the boundaries.
    ///
    /// # Errors
    /// [`InvalidBlob`] for bytes that are too many, not such a blob, of another format, or with a tree that can't be one.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, InvalidBlob> {
        if bytes.len() > BLOB_BYTES_MAX {
            return Err(InvalidBlob::TooLarge { found: bytes.len() });
        }
        let blob: Self = serde_json::from_slice(bytes)?;
        if blob.format != FORMAT {
            return Err(InvalidBlob::Format(blob.format));
        }
        // Reading a tree doesn't check it, building one does.
        let tree = AgencyTree::new(blob.tree.log_id().clone(), blob.tree.time_zone().to_owned(), blob.tree.nodes().cloned().collect())?;
        Ok(Self { format: FORMAT, tree, boundaries: blob.boundaries })
    }

    /// The address of a blob's bytes.
    #[must_use]
    pub fn address(bytes: &[u8]) -> BlobHash {
        BlobHash::of(bytes)
    }
}
