//! `oneroom replay`: recorded calls through a real server over gRPC, and what became of them.

mod callers;
mod input;
mod progress;
mod run;

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
    let report = run::replay(flags).await?;
    if json {
        print_line(serde_json::to_string(&report).map_err(|error| Failure::DoesNotHold(error.to_string()))?);
    } else {
        print_line(report.table().trim_end());
    }
    if report.failed_checks.is_empty() { Ok(()) } else { Err(Failure::DoesNotHold(report.failed_checks.join("; "))) }
}
