//! Two policies over the same calls: the same county, crews and draws on the virtual clock, first by one policy, then by the other.

use super::ReplayFlags;
use super::difference::{Difference, differences};
use super::input::CallFile;
use super::virtual_run::{VirtualRun, interruptible, replay_on};
use crate::drivers::report::ReplayReport;
use crate::exit::Failure;
use serde::Serialize;
use std::fmt::Write as _;

/// What both runs found, and how they differ.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Comparison {
    /// The files of the two policies.
    pub(super) policies: [String; 2],
    /// By the first policy.
    pub(super) a: ReplayReport,
    /// By the second.
    pub(super) b: ReplayReport,
    /// Second minus first, figure by figure.
    pub(super) differences: Vec<Difference>,
}

/// Runs the calls by both policies.
///
/// # Errors
/// [`Failure::BadInput`] unless there are two policies, and for files that can't be used; else as a single run.
pub(super) async fn compare(flags: ReplayFlags) -> Result<Comparison, Failure> {
    let [first, second] = flags.compare_policy.as_slice() else {
        return Err(Failure::input(format!("--compare-policy: given {} time(s): expected two policy files", flags.compare_policy.len())));
    };
    let (first, second) = (first.clone(), second.clone());
    let policies = [first.display().to_string(), second.display().to_string()];
    interruptible(move |stop, writer| {
        let file = CallFile::open(&flags.calls, &flags.map, flags.limit)?;
        // Both must be good before either runs.
        let site = |policy| file.site(flags.org.as_deref(), Some(policy));
        let (site_a, site_b) = (site(&first)?, site(&second)?);
        let VirtualRun { report: a, times: times_a } = replay_on(&flags, &file, site_a, &writer, &stop)?;
        let VirtualRun { report: b, times: times_b } = replay_on(&flags, &file, site_b, &writer, &stop)?;
        Ok(Comparison { policies, a, b, differences: differences(times_a.days(), times_b.days()) })
    })
    .await
}

impl Comparison {
    /// The comparison for people.
    pub(super) fn table(&self) -> String {
        let mut text = String::new();
        // Writing to a string does not fail.
        let [a, b] = &self.policies;
        for (name, policy, report) in [("A", a, &self.a), ("B", b, &self.b)] {
            let chain = report.on_virtual.as_ref().map_or("", |on_virtual| on_virtual.chain.get(..16).unwrap_or_default());
            let _ = writeln!(
                text,
                "{name}: {policy}: {} sent, {} recorded, {} closed, {} left open, {:.0} calls per second, chain {chain}",
                report.sent, report.recorded, report.closed, report.left_open, report.calls_per_s
            );
        }
        let _ = writeln!(text, "\n{:<50} {:>10} {:>10} {:>10}   95 % of resampled days", "", "A", "B", "B - A");
        for line in &self.differences {
            let shown = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{value:.2}"));
            let interval = line.interval.map_or_else(
                || format!("({} days are too few)", line.days),
                |(low, high)| format!("{low:+.2} to {high:+.2}{}", if low > 0.0 || high < 0.0 { " *" } else { "" }),
            );
            let (a, b, by) = (shown(line.a), shown(line.b), shown(line.difference));
            let _ = writeln!(text, "{:<50} {a:>10} {b:>10} {by:>10}   {interval}", line.figure);
        }
        let _ = writeln!(text, "\n* the interval does not contain 0");
        text
    }
}
