//! A server of ours as a child process: this program started again, on the servers' core.

use crate::engine::process::{Process, on_the_servers_core};
use crate::ready::Ready;
use server::drivers::county::cannot;
use server::exit::Failure;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;

/// A server that runs; ended when dropped.
pub(crate) struct Server {
    pub(crate) process: Process,
    /// What it said when it was ready.
    pub(crate) ready: Ready,
}

impl Server {
    /// Starts this program again as a server with `arguments`, its files in `dir`.
    pub(crate) fn start(arguments: &[&str], dir: &Path) -> Result<Self, Failure> {
        let mut command = on_the_servers_core(&std::env::current_exe().map_err(cannot)?);
        command.args(arguments).arg("--dir").arg(dir).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = Process::spawn(&mut command)?;
        let mut line = String::new();
        let read = process.child().stdout.take().map(|stdout| BufReader::new(stdout).read_line(&mut line));
        match (read, serde_json::from_str(&line)) {
            (Some(Ok(_)), Ok(ready)) => Ok(Self { process, ready }),
            _ => Err(cannot(format!("{arguments:?} did not become ready: it said {line:?}"))),
        }
    }
}
