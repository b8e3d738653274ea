//! The list of checks, one file each.

pub mod file_size;
pub mod first_line;
pub mod glossary;
pub mod layers;
pub mod leftovers;
pub mod machine_traces;
pub mod manifests;

use crate::{Finding, Tree};

/// All checks. A new one is a file in this folder and a line here.
const CHECKS: [fn(&Tree) -> Vec<Finding>; 7] =
    [layers::check, manifests::check, file_size::check, first_line::check, leftovers::check, machine_traces::check, glossary::check];

/// Runs every check and orders the findings by file and line.
pub fn run_all(tree: &Tree) -> Vec<Finding> {
    let mut findings: Vec<Finding> = CHECKS.iter().flat_map(|check| check(tree)).collect();
    findings.sort();
    findings
}
