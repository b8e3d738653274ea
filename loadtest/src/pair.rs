//! `loadtest pair`: the server and the null server in turn under the same load, and the ratio between them.

use crate::calls;
use crate::child::Server;
use crate::figures::{Figures, Medians, Round};
use crate::shape::Shape;
use crate::turn::{self, Load};
use serde::Serialize;
use server::drivers::county::cannot;
use server::exit::{Failure, print_line};
use std::sync::atomic::Ordering;

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
    #[arg(long, value_name = "N", default_value_t = 5_000, value_parser = clap::value_parser!(u32).range(0..=1_000_000))]
    fixes_per_s: u32,
    /// Prints one JSON object instead of a table.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report {
    seconds: u32,
    calls_per_s: u32,
    fixes_per_s: u32,
    shape: Shape,
    rounds: Vec<Round>,
    median: Medians,
}

/// Runs it.
///
/// # Errors
/// [`Failure::DoesNotHold`] when a server can't be run, or a call was lost.
pub(crate) async fn run(flags: PairFlags) -> Result<(), Failure> {
    let shape = probe().await?;
    if !flags.json {
        print_line(format_args!("bytes written for a call, and of its frame: {shape:?}"));
        print_line(HEAD);
    }
    let mut rounds = Vec::new();
    for number in 1..=flags.rounds {
        let load = Load {
            seconds: f64::from(flags.seconds),
            calls_per_s: f64::from(flags.calls_per_s),
            fixes_per_s: flags.fixes_per_s,
            seed: number,
        };
        // Whoever comes first changes from round to round: a machine that warms up or gets busy favours neither.
        let round = if number % 2 == 1 {
            let oneroom = oneroom(load).await?;
            Round::new(oneroom, null(load, &shape).await?)
        } else {
            let null = null(load, &shape).await?;
            Round::new(oneroom(load).await?, null)
        };
        if !flags.json {
            print_round(number, &round);
        }
        rounds.push(round);
    }
    let median = Medians::of(&rounds);
    let missing: u64 =
        rounds.iter().flat_map(|round| [round.oneroom, round.null]).map(|figures| figures.refused + figures.lost as u64).sum();
    if flags.json {
        let (seconds, calls_per_s, fixes_per_s) = (flags.seconds, flags.calls_per_s, flags.fixes_per_s);
        let report = Report { seconds, calls_per_s, fixes_per_s, shape, rounds, median };
        print_line(serde_json::to_string(&report).map_err(cannot)?);
    } else {
        print_medians(&median);
    }
    if missing == 0 { Ok(()) } else { Err(cannot(format!("{missing} calls did not get their frame: expected 0"))) }
}

/// Reads from a record of its own what one call costs.
async fn probe() -> Result<Shape, Failure> {
    let dir = tempfile::tempdir().map_err(cannot)?;
    let server = Server::start(&["serve-oneroom"], dir.path())?;
    let connected = turn::connect(&server).await?;
    let run = calls::run(&connected.shared, 2.0, 2.0, 1).await;
    if run.latencies.is_empty() {
        return Err(cannot("a trial call got no frame: expected an automatic order"));
    }
    Shape::read(&dir.path().join("record.db"), connected.shared.order_bytes.load(Ordering::Relaxed))
}

async fn oneroom(load: Load) -> Result<Figures, Failure> {
    turn(&["serve-oneroom"], load).await
}

async fn null(load: Load, shape: &Shape) -> Result<Figures, Failure> {
    turn(&["serve-null", "--shape", &serde_json::to_string(shape).map_err(cannot)?], load).await
}

async fn turn(arguments: &[&str], load: Load) -> Result<Figures, Failure> {
    let dir = tempfile::tempdir().map_err(cannot)?;
    let server = Server::start(arguments, dir.path())?;
    turn::measure(&server, load).await
}

const HEAD: &str = "round server     calls refused lost   p50 ms   p99 ms   max ms  load late p99 ms  fixes/s  frames/call  cpu µs/call  cpu %  calm cpu %";

fn print_round(number: u64, round: &Round) {
    for (name, figures) in [("oneroom", &round.oneroom), ("null", &round.null)] {
        print_line(format_args!(
            "{number:>5} {name:<9} {:>6} {:>7} {:>4} {:>8.2} {:>8.2} {:>8.2} {:>17.2} {:>8.0} {:>12.1} {:>12.0} {:>6.1} {:>11.1}",
            figures.calls,
            figures.refused,
            figures.lost,
            figures.p50_ms,
            figures.p99_ms,
            figures.max_ms,
            figures.load_late_p99_ms,
            figures.fixes_per_s,
            figures.frames_per_call,
            figures.cpu_us_per_call,
            figures.cpu_percent,
            figures.cpu_calm_percent,
        ));
    }
    print_line(format_args!(
        "      ratio: p50 {:.2}, p99 {:.2}; added cpu {:.0} µs a call",
        round.p50_ratio, round.p99_ratio, round.added_cpu_us_per_call
    ));
}

fn print_medians(median: &Medians) {
    print_line(format_args!(
        "median over the rounds: p50 {:.2} ms beside {:.2} ms, ratio {:.2}; p99 {:.2} ms beside {:.2} ms, ratio {:.2}; \
         cpu {:.0} µs a call beside {:.0} µs, added {:.0} µs",
        median.oneroom_p50_ms,
        median.null_p50_ms,
        median.p50_ratio,
        median.oneroom_p99_ms,
        median.null_p99_ms,
        median.p99_ratio,
        median.oneroom_cpu_us_per_call,
        median.null_cpu_us_per_call,
        median.added_cpu_us_per_call,
    ));
}
