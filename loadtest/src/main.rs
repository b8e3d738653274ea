//! `loadtest`: measures a whole server over the wire, beside servers that do less, and beside what others made for a part of it.

mod bench;
mod child;
mod commits;
mod engine;
mod figures;
mod load;
mod nation;
mod nearest;
mod null;
mod oneroom;
mod pair;
mod peers;
mod ready;
mod recommend;
mod report;
mod rows;
mod shape;
mod truth;

use clap::{Parser, Subcommand};
use engine::process::{LOAD_CORE, keep_to_core};
use server::drivers::county::cannot;
use server::exit::Failure;
use std::future::Future;
use std::path::PathBuf;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
#[command(name = "loadtest", about = "Measures a whole server over the wire")]
struct Flags {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// The rows of the table of speed, beside their peers.
    Bench(bench::BenchFlags),
    /// From a call to the frame at the unit's socket, beside a null server that does the same gRPC, commit and hop.
    Pair(pair::PairFlags),
    /// A scenario on a server of its own.
    Run(pair::RunFlags),
    /// The server under test, as a child.
    #[command(hide = true)]
    ServeOneroom(oneroom::OneroomFlags),
    /// A server of a whole nation, as a child.
    #[command(hide = true)]
    ServeNation(nation::NationFlags),
    /// The null server, as a child.
    #[command(hide = true)]
    ServeNull {
        /// An empty directory for its file.
        #[arg(long)]
        dir: PathBuf,
        /// Sizes of the rows and of the frames, as JSON.
        #[arg(long)]
        shape: String,
    },
    /// The naive broadcast, as a child.
    #[command(hide = true)]
    ServeNaive {
        /// Not used: it keeps nothing.
        #[arg(long)]
        dir: PathBuf,
    },
    /// Transactions without a server, as a child.
    #[command(hide = true)]
    CommitBare {
        /// An empty directory for its file.
        #[arg(long)]
        dir: PathBuf,
        /// Sizes of the rows, as JSON.
        #[arg(long)]
        shape: String,
        /// For how long.
        #[arg(long)]
        seconds: f64,
    },
}

fn main() -> ExitCode {
    let result = match Flags::parse().command {
        Command::Bench(flags) => as_the_load(bench::run(flags)),
        Command::Pair(flags) => as_the_load(pair::run(flags)),
        Command::Run(flags) => as_the_load(pair::run_scenario(flags)),
        Command::ServeOneroom(flags) => as_a_server(oneroom::serve(flags)),
        Command::ServeNation(flags) => as_a_server(nation::serve(flags)),
        Command::ServeNull { dir, shape } => as_a_server(null::serve(dir, shape)),
        Command::ServeNaive { dir: _ } => as_a_server(peers::naive::serve()),
        Command::CommitBare { dir, shape, seconds } => peers::bare_sqlite::commit_bare(&dir, seconds, &shape),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("loadtest: {failure}");
            ExitCode::from(failure.code())
        }
    }
}

fn as_the_load(work: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    keep_to_core(LOAD_CORE);
    on_a_runtime(work)
}

fn as_a_server(work: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    // Ten thousand consoles are ten thousand files.
    rlimit::increase_nofile_limit(u64::MAX).map_err(cannot)?;
    on_a_runtime(work)
}

fn on_a_runtime(work: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(cannot)?.block_on(work)
}
