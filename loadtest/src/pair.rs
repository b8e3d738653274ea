//! `loadtest pair`: the server and the null server in turn under the same load, and the ratio between them; and `loadtest run`: one
//! server under any scenario.

use crate::child::Server;
use crate::load::scenario::{Callers, Scenario};
use crate::load::turn;
use crate::peers::pair::with_field;
use crate::report;
use crate::rows::pair_contest;
use server::drivers::county::cannot;
use server::exit::{Failure, print_line};
use std::path::PathBuf;

/// The flags of `pair`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct PairFlags {
    /// Turns of each server.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=1_000))]
    rounds: u64,
    /// How long calls come in in each turn, in seconds.
    #[arg(long, value_name = "S", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=3_600))]
    seconds: u32,
    /// Calls a second, on average.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    calls_per_s: u32,
    /// Fixes a second.
    #[arg(long, value_name = "N", default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    fixes_per_s: u32,
    /// Consoles that watch.
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u32).range(0..=15_000))]
    consoles: u32,
    /// Prints one JSON object instead of a table.
    #[arg(long)]
    json: bool,
}

/// The scenario that the flags change.
const PAIR: &str = include_str!("../scenarios/pair.toml");

/// Runs it.
///
/// # Errors
/// [`Failure::DoesNotHold`] when a server can't be run, or a call was lost.
pub(crate) async fn run(flags: PairFlags) -> Result<(), Failure> {
    let mut scenario = Scenario::parse(PAIR).map_err(cannot)?;
    scenario.seconds = f64::from(flags.seconds);
    scenario.callers = vec![Callers { per_second: f64::from(flags.calls_per_s), arrivals: Default::default(), seed: 0 }];
    for fleet in &mut scenario.fleets {
        fleet.fix_every_s = fleet.units as f64 / f64::from(flags.fixes_per_s);
    }
    for part in &mut scenario.consoles {
        part.count = flags.consoles as usize;
    }
    let contest = pair_contest(&scenario, flags.rounds).await?;
    let mut missing = 0.0;
    let outcome = contest
        .run(|round, name, figures| {
            missing += crate::rows::missing(figures);
            eprintln!("round {round}: {name}: {}", report::line(figures));
        })
        .await?;
    if flags.json {
        print_line(serde_json::to_string(&outcome).map_err(cannot)?);
    } else {
        for judged in &outcome.claims {
            print_line(report::cells(judged).join(" | "));
        }
    }
    if missing == 0.0 { Ok(()) } else { Err(cannot(format!("{missing} calls did not get their frame: expected 0"))) }
}

/// The flags of `run`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct RunFlags {
    /// A scenario: see loadtest/scenarios.
    scenario: PathBuf,
    /// Changes who calls when; the same seed gives the same calls.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Runs a scenario on a server of its own, and prints the figures as JSON.
///
/// # Errors
/// [`Failure::BadInput`] for a scenario that can't be run; [`Failure::DoesNotHold`] when a call was lost.
pub(crate) async fn run_scenario(flags: RunFlags) -> Result<(), Failure> {
    let named = |why: &dyn std::fmt::Display| Failure::input(format!("{}: {why}", flags.scenario.display()));
    let text = std::fs::read_to_string(&flags.scenario).map_err(|error| named(&error))?;
    let scenario = Scenario::parse(&text).map_err(|error| named(&error))?;
    rlimit::increase_nofile_limit(u64::MAX).map_err(cannot)?;
    eprintln!("== {}: {} s", scenario.name, scenario.seconds);
    let dir = tempfile::tempdir().map_err(cannot)?;
    let arguments = with_field(&scenario);
    let server = Server::start(&arguments.iter().map(String::as_str).collect::<Vec<_>>(), dir.path())?;
    let figures = turn::measure(&server, &scenario, flags.seed).await?;
    print_line(serde_json::to_string_pretty(&figures).map_err(cannot)?);
    turn::complete(&figures)
}
