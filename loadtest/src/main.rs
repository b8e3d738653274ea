//! `loadtest`: measures a whole server over the wire, beside a server that does only what cannot be left out.

mod calls;
mod child;
mod figures;
mod fixes;
mod matching;
mod null;
mod oneroom;
mod pair;
mod ready;
mod shape;
mod sockets;
mod turn;

use clap::{Parser, Subcommand};
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
    /// From a call to the frame at the unit's socket, beside a null server that does the same gRPC, commit and hop.
    Pair(pair::PairFlags),
    /// The server under test, as a child of `pair`.
    #[command(hide = true)]
    ServeOneroom {
        /// An empty directory for the record.
        #[arg(long)]
        dir: PathBuf,
    },
    /// The null server, as a child of `pair`.
    #[command(hide = true)]
    ServeNull {
        /// An empty directory for its file.
        #[arg(long)]
        dir: PathBuf,
        /// Sizes of the rows and of the frame, as JSON.
        #[arg(long)]
        shape: String,
    },
}

fn main() -> ExitCode {
    let result = match Flags::parse().command {
        Command::Pair(flags) => {
            child::keep_to_core(child::LOAD_CORE);
            on_a_runtime(pair::run(flags))
        }
        Command::ServeOneroom { dir } => on_a_runtime(oneroom::serve(dir)),
        Command::ServeNull { dir, shape } => on_a_runtime(null::serve(dir, shape)),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("loadtest: {failure}");
            ExitCode::from(failure.code())
        }
    }
}

fn on_a_runtime(work: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(cannot)?.block_on(work)
}
