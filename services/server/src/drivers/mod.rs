//! What drives a server from inside: the demo county, and the replay of recorded calls; as commands of the command line.

pub mod cast;
pub mod clock;
pub mod county;
pub mod crews;
pub mod demo;
pub mod facts;
pub mod feed;
pub mod follow_up;
pub mod link;
pub mod operator;
pub mod positions;
pub mod recount;
pub mod replay;
pub mod report;
mod report_times;
pub mod room;
pub mod site;
pub mod taps;
pub mod truths;
pub mod virtual_time;

use crate::exit::Failure;
use clap::{ArgMatches, Args, Command, FromArgMatches};
use std::future::Future;

/// The commands `demo` and `replay`, for the command line.
#[must_use]
pub fn commands() -> [Command; 2] {
    let demo = Command::new("demo").about("Runs a whole invented county in this process: callers, crews, console. Ctrl-C stops it");
    let replay = Command::new("replay").about("Sends recorded calls through a server of its own and reports what became of them");
    [demo::DemoFlags::augment_args(demo), replay::ReplayFlags::augment_args(replay)]
}

/// Runs the command of this name; none when it is not one of [`commands`].
#[must_use]
pub fn run(name: &str, arguments: &ArgMatches) -> Option<Result<(), Failure>> {
    match name {
        "demo" => Some(flags(arguments).and_then(|flags| on_a_runtime(demo::run(flags)))),
        "replay" => Some(flags(arguments).and_then(|flags| on_a_runtime(replay::run(flags)))),
        _ => None,
    }
}

fn flags<F: FromArgMatches>(arguments: &ArgMatches) -> Result<F, Failure> {
    F::from_arg_matches(arguments).map_err(Failure::input)
}

fn on_a_runtime(work: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::input)?.block_on(work)
}
