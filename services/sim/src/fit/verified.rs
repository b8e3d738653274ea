//! What calls turned out to be, against what they were taken as.

use super::{Sample, What};
use std::collections::BTreeMap;

/// How often a call turned out to be something else.
#[derive(Clone, PartialEq, Debug)]
pub struct Verified {
    /// Calls of which the set says, in the policy's keys, what they turned out to be.
    pub known: u64,
    /// Share of them that changed category.
    pub category_changed: f64,
    /// Share of them that changed category or type.
    pub type_changed: f64,
    /// For each category and type taken: how often each verified one, itself included.
    pub table: BTreeMap<What, BTreeMap<What, u64>>,
}

/// Compares the initial with the verified classification; none when the set has no verified ones.
#[must_use]
pub fn verified(sample: &Sample) -> Option<Verified> {
    let mut table: BTreeMap<What, BTreeMap<What, u64>> = BTreeMap::new();
    let (mut known, mut category, mut kind) = (0_u64, 0_u64, 0_u64);
    for call in &sample.calls {
        let Some(cleared) = &call.cleared else { continue };
        known += 1;
        category += u64::from(cleared.0 != call.what.0);
        kind += u64::from(cleared != &call.what);
        *table.entry(call.what.clone()).or_default().entry(cleared.clone()).or_default() += 1;
    }
    let part = |count: u64| count as f64 / known.max(1) as f64;
    (known > 0).then(|| Verified { known, category_changed: part(category), type_changed: part(kind), table })
}

/// Share of calls whose outcome says that nobody and nothing was found, and share that says false alarm; none without outcomes.
#[must_use]
pub fn nobody_found(sample: &Sample) -> Option<(f64, f64)> {
    let says = |words: &[&str]| -> Vec<bool> {
        sample.outcomes.iter().map(|text| words.iter().any(|word| text.to_ascii_uppercase().contains(word))).collect()
    };
    let (nobody, false_alarm) = (says(&["UNABLE TO LOCATE"]), says(&["FALSE"]));
    let with = sample.calls.iter().filter(|call| call.outcome.is_some()).count();
    let count = |which: &[bool]| {
        sample.calls.iter().filter(|call| call.outcome.is_some_and(|index| which.get(index).copied().unwrap_or(false))).count()
    };
    (with > 0).then(|| (count(&nobody) as f64 / with as f64, count(&false_alarm) as f64 / with as f64))
}
