//! The command line: what is asked, and which command does it.

use crate::commands::{audit, backup, init, org, policy, report as room_report, serve, users};
use crate::config::{DEFAULT_DATA, ServeFlags};
use crate::drivers::{demo, replay};
use crate::exit::{Failure, report};
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use std::ffi::OsString;
use std::future::Future;
use std::path::PathBuf;
use std::process::ExitCode;

/// OneRoom: the dispatch core of a command room.
#[derive(Parser, Debug)]
#[command(name = "oneroom", version, about, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// A whole invented county in this process, with the console.
    Demo(demo::DemoFlags),
    /// Feeds recorded calls through a server and reports what happened.
    Replay(replay::ReplayFlags),
    /// Serves: gRPC, gRPC-Web, WebSocket and console on one port.
    Serve(ServeFlags),
    /// Makes a certificate authority, a server certificate, the audit key and the first operator.
    Init(init::InitFlags),
    /// Agency tree, boundaries and units.
    #[command(subcommand)]
    Org(org::OrgCommand),
    /// The rules of the room.
    #[command(subcommand)]
    Policy(policy::PolicyCommand),
    /// What a room did, worked out from its log: clocks in bands, attendance, lending, alarms, hours by activity.
    Report(room_report::ReportFlags),
    /// The hash chain.
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Copies the record into one file, also while it is served.
    Backup(backup::BackupFlags),
    /// Makes a record out of a backup, in an empty directory.
    Restore(backup::RestoreFlags),
    /// People.
    #[command(subcommand)]
    User(users::UserCommand),
    /// Devices and gateways.
    #[command(subcommand)]
    Device(users::DeviceCommand),
    /// Tokens.
    #[command(subcommand)]
    Token(users::TokenCommand),
}

/// Where the record is; the same flag for every command that needs it.
#[derive(Args, Clone, Debug)]
pub struct DataFlag {
    /// Directory of the record.
    #[arg(long, env = "ONEROOM_DATA", default_value = DEFAULT_DATA, value_name = "DIR")]
    pub data: PathBuf,
}

/// Runs the command that `arguments` (the program's name first) ask for.
#[must_use]
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let matches = match Cli::command().try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) => {
            // Help and version come this way too, with exit code 0.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    match Cli::from_arg_matches(&matches) {
        Ok(cli) => report(dispatch(cli.command)),
        Err(error) => report(Err(Failure::input(error))),
    }
}

fn dispatch(command: Command) -> Result<(), Failure> {
    match command {
        Command::Demo(flags) => block_on(demo::run(flags)),
        Command::Replay(flags) => block_on(replay::run(flags)),
        Command::Serve(flags) => block_on(serve::run(flags)),
        Command::Init(flags) => block_on(init::run(flags)),
        Command::Org(command) => block_on(org::run(command)),
        Command::Policy(command) => policy::run(command),
        Command::Report(flags) => block_on(room_report::run(flags)),
        Command::Audit(command) => block_on(audit::run(command)),
        Command::Backup(flags) => block_on(backup::backup(flags)),
        Command::Restore(flags) => block_on(backup::restore(flags)),
        Command::User(command) => block_on(users::run_user(command)),
        Command::Device(command) => block_on(users::run_device(command)),
        Command::Token(command) => block_on(users::run_token(command)),
    }
}

/// Runs a command on a runtime of its own.
///
/// # Errors
/// What the command's are, and [`Failure::BadInput`] when the system gives no threads.
pub fn block_on(work: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::input)?.block_on(work)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_fits_together() {
        Cli::command().debug_assert();
    }
}
