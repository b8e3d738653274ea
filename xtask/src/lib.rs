//! The checks of `xtask tidy`: one module per check, all over one reading of the files that git knows.

pub mod checks;
pub mod finding;
pub mod layer_table;
pub mod manifest;
pub mod tree;

pub use finding::Finding;
pub use tree::{Tree, TreeError};

/// Runs every check on the repository at `root` and returns what it found, ordered by file and line.
///
/// Files are those that git tracks or would add; ignored ones are not looked at. An empty list means that the house is tidy.
///
/// # Errors
/// [`TreeError`] when git cannot list the files or one of them cannot be read.
pub fn tidy(root: &std::path::Path) -> Result<Vec<Finding>, TreeError> {
    Ok(checks::run_all(&Tree::read(root)?))
}
