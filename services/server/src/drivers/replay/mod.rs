//! `oneroom replay`: recorded calls through a real server over gRPC, and what became of them; or through the same core on a virtual
//! clock, where police times mean something and two policies can be compared.

mod callers;
mod compare;
mod difference;
mod input;
mod order;
mod progress;
mod request;
mod run;
mod virtual_run;

use crate::exit::{Failure, print_line};
use std::path::PathBuf;

/// The flags of `replay`.
#[derive(Clone, Debug, clap::Args)]
pub struct ReplayFlags {
    /// Recorded calls, .csv or .csv.gz.
    #[arg(long, value_name = "FILE")]
    pub calls: PathBuf,
    /// Which column is what, and which category each raw value is.
    #[arg(long, value_name = "MAPPING.toml")]
    pub map: PathBuf,
    /// An agency folder; without one stations are laid out over the calls.
    #[arg(long, value_name = "DIR")]
    pub org: Option<PathBuf>,
    /// Decides by this policy; without it by the agency folder's, else by the shipped one.
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// Runs on a virtual clock, without a network: police times then mean something.
    #[arg(long = "virtual", conflicts_with = "speed")]
    pub on_virtual: bool,
    /// Runs the same calls on the virtual clock by this policy and by another one, and tells what differs; give it twice.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["speed", "policy", "keep"])]
    pub compare_policy: Vec<PathBuf>,
    /// Seed of everything random on the virtual clock.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Only the first N rows.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub limit: Option<u64>,
    /// Sends each call when it came in, this many times faster; without it as fast as the server answers.
    #[arg(long, value_name = "X")]
    pub speed: Option<f64>,
    /// Calls under way at the same time.
    #[arg(long, value_name = "C", default_value_t = 256, value_parser = clap::value_parser!(u16).range(1..=2_000))]
    pub concurrency: u16,
    /// Keeps the record in this directory; without it a temporary one is removed at the end.
    #[arg(long, value_name = "DATA_DIR")]
    pub keep: Option<PathBuf>,
    /// Waits at most this long for the work on the calls after the last one was sent, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 900)]
    pub wait_s: u64,
    /// Prints one JSON object instead of a table.
    #[arg(long)]
    pub json: bool,
}

/// Runs a replay and prints its report.
///
/// # Errors
/// [`Failure::BadInput`] for a file that can't be replayed, before anything is started; [`Failure::DoesNotHold`] when the counts
/// don't agree or the audit fails, after the report was printed.
pub async fn run(flags: ReplayFlags) -> Result<(), Failure> {
    let json = flags.json;
    let failed_checks = if flags.compare_policy.is_empty() {
        let report = if flags.on_virtual { virtual_run::replay(flags).await?.report } else { run::replay(flags).await? };
        print(json, &report, || report.table())?;
        report.failed_checks
    } else {
        let comparison = compare::compare(flags).await?;
        print(json, &comparison, || comparison.table())?;
        [comparison.a, comparison.b].into_iter().flat_map(|report| report.failed_checks).collect()
    };
    if failed_checks.is_empty() { Ok(()) } else { Err(Failure::DoesNotHold(failed_checks.join("; "))) }
}

fn print(json: bool, report: &impl serde::Serialize, table: impl FnOnce() -> String) -> Result<(), Failure> {
    if json {
        print_line(serde_json::to_string(report).map_err(|error| Failure::DoesNotHold(error.to_string()))?);
    } else {
        print_line(table().trim_end());
    }
    Ok(())
}
