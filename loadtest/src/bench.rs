//! `loadtest bench`: the rows of the table, measured beside their peers.

use crate::report;
use crate::rows::contest::Outcome;
use crate::rows::{Extent, ROWS, Which};
use serde::Serialize;
use server::drivers::county::cannot;
use server::exit::{Failure, print_line};
use std::collections::BTreeSet;
use std::path::PathBuf;

/// The flags of `bench`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct BenchFlags {
    /// Rows of the table, by number; all without it.
    #[arg(long, value_delimiter = ',', value_name = "N,N")]
    rows: Vec<u8>,
    /// Turns of each server; 7, or 5 in the short form.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=100))]
    rounds: Option<u64>,
    /// Everything shorter: all rows in less than ten minutes.
    #[arg(long)]
    short: bool,
    /// How long the nation's fixes stream in row 9, in seconds; 600, or 20 in the short form.
    #[arg(long, value_name = "S", value_parser = clap::value_parser!(u32).range(1..=3_600))]
    nation_seconds: Option<u32>,
    /// Writes everything as JSON.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Writes a page with plots that needs nothing else.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

/// Everything that was measured.
#[derive(Serialize)]
pub(crate) struct Measured {
    pub(crate) version: &'static str,
    /// Seconds since 1970.
    pub(crate) at: u64,
    pub(crate) machine: String,
    pub(crate) rounds: u64,
    pub(crate) contests: Vec<Outcome>,
}

/// Runs it. That something falls short is no failure: a figure is no test.
///
/// # Errors
/// [`Failure::BadInput`] for a row that is not there; [`Failure::DoesNotHold`] when something can't be measured.
pub(crate) async fn run(flags: BenchFlags) -> Result<(), Failure> {
    let wanted: BTreeSet<u8> = if flags.rows.is_empty() { ROWS.into() } else { flags.rows.iter().copied().collect() };
    if let Some(unknown) = wanted.iter().find(|row| !ROWS.contains(row)) {
        return Err(Failure::input(format!("--rows: there is no row {unknown} here: expected some of {ROWS:?}")));
    }
    rlimit::increase_nofile_limit(u64::MAX).map_err(cannot)?;
    let extent = Extent {
        rounds: flags.rounds.unwrap_or(if flags.short { 5 } else { 7 }),
        seconds: if flags.short { 2.0 } else { 5.0 },
        calls_s: if flags.short { 6.0 } else { 30.0 },
        nation_s: f64::from(flags.nation_seconds.unwrap_or(if flags.short { 20 } else { 600 })),
    };
    let mut measured = Measured {
        version: env!("CARGO_PKG_VERSION"),
        at: std::time::SystemTime::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_secs()),
        machine: report::machine(),
        rounds: extent.rounds,
        contests: Vec::new(),
    };
    for (which, rows) in Which::ALL {
        if !rows.iter().any(|row| wanted.contains(row)) {
            continue;
        }
        let contest = which.contest(extent, &wanted).await?;
        eprintln!("== {}", contest.title);
        let outcome = contest.run(|round, name, figures| eprintln!("   round {round}: {name}: {}", report::line(figures))).await?;
        measured.contests.push(outcome);
        write(&flags, &measured)?;
    }
    print_line(report::table(&measured));
    Ok(())
}

/// Writes what there is so far: a long run that is cut short keeps its rows.
fn write(flags: &BenchFlags, measured: &Measured) -> Result<(), Failure> {
    let put = |path: &PathBuf, text: String| std::fs::write(path, text).map_err(|error| cannot(format!("{}: {error}", path.display())));
    if let Some(path) = &flags.json {
        put(path, serde_json::to_string_pretty(measured).map_err(cannot)?)?;
    }
    if let Some(path) = &flags.html {
        put(path, report::html::page(measured).map_err(cannot)?)?;
    }
    Ok(())
}
