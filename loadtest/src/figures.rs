//! What one turn of a server gave: figures by name.

use serde::Serialize;
use std::collections::BTreeMap;

/// Figures by name. A name says what is counted, and its unit last.
#[derive(Serialize, Clone, Default, PartialEq, Debug)]
pub(crate) struct Figures(pub(crate) BTreeMap<&'static str, f64>);

impl Figures {
    /// With one figure more.
    pub(crate) fn with(mut self, name: &'static str, value: f64) -> Self {
        self.0.insert(name, value);
        self
    }

    /// A figure; 0 when there is none of that name.
    pub(crate) fn get(&self, name: &str) -> f64 {
        self.0.get(name).copied().unwrap_or_default()
    }
}

/// A count as a figure.
#[allow(clippy::cast_precision_loss)] // counts of one run are far below 2⁵³
pub(crate) fn count(count: u64) -> f64 {
    count as f64
}
