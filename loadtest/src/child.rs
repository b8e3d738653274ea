//! A server as a child process: started on a core of its own, asked for its processor time, ended.

use crate::ready::Ready;
use server::drivers::county::cannot;
use server::exit::Failure;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The core of the server.
const SERVER_CORE: u32 = 0;
/// The core of the load.
pub(crate) const LOAD_CORE: u32 = 1;
/// Ticks a second of `/proc/<pid>/stat`: `USER_HZ`, which Linux fixes at 100 for user space.
const TICKS_PER_S: f64 = 100.0;
/// A child that does not end by itself in this time is killed.
const END_WITHIN: Duration = Duration::from_secs(15);

/// Keeps this process to one core where `taskset` exists and the machine has that core.
pub(crate) fn keep_to_core(core: u32) {
    let (core, pid) = (core.to_string(), std::process::id().to_string());
    let kept = Command::new("taskset").args(["-a", "-c", "-p", &core, &pid]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !kept.is_ok_and(|status| status.success()) {
        eprintln!("loadtest: the load is not kept to core {core}: expected taskset and two cores or more");
    }
}

/// A server that runs.
pub(crate) struct Server {
    child: Child,
    /// What it said when it was ready.
    pub(crate) ready: Ready,
}

impl Server {
    /// Starts this program again as a server with `arguments`, its files in `dir`.
    pub(crate) fn start(arguments: &[&str], dir: &Path) -> Result<Self, Failure> {
        let program = std::env::current_exe().map_err(cannot)?;
        let on_a_core = Command::new("taskset").args(["-c", &SERVER_CORE.to_string(), "true"]).stderr(Stdio::null()).status();
        let mut command = if on_a_core.is_ok_and(|status| status.success()) {
            let mut pinned = Command::new("taskset");
            pinned.args(["-c", &SERVER_CORE.to_string()]).arg(&program);
            pinned
        } else {
            Command::new(&program)
        };
        command.args(arguments).arg("--dir").arg(dir).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(cannot)?;
        let mut line = String::new();
        let read = child.stdout.take().map(|stdout| BufReader::new(stdout).read_line(&mut line));
        match (read, serde_json::from_str(&line)) {
            (Some(Ok(_)), Ok(ready)) => Ok(Self { child, ready }),
            _ => {
                end(&mut child);
                Err(cannot(format!("{arguments:?} did not become ready: it said {line:?}")))
            }
        }
    }

    /// Processor time that it has used so far, user and system, in microseconds; to 10 ms.
    pub(crate) fn cpu_us(&self) -> Result<f64, Failure> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).map_err(cannot)?;
        let ticks = cpu_ticks(&stat).ok_or_else(|| cannot(format!("/proc/<pid>/stat is {stat:?}: expected proc(5)")))?;
        #[allow(clippy::cast_precision_loss)] // a run has few ticks
        Ok(ticks as f64 * 1e6 / TICKS_PER_S)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

/// `utime` and `stime`, the 14th and 15th field of proc(5); the second field may hold blanks and brackets.
fn cpu_ticks(stat: &str) -> Option<u64> {
    let (_, after_name) = stat.rsplit_once(") ")?;
    let mut fields = after_name.split(' ').skip(11);
    Some(fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?)
}

fn end(child: &mut Child) {
    drop(child.stdin.take());
    let asked = Instant::now();
    while asked.elapsed() < END_WITHIN {
        if !matches!(child.try_wait(), Ok(None)) {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let _ = child.kill();
    let _ = child.wait();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processor_time_is_read_whatever_the_program_is_called() {
        assert_eq!(cpu_ticks("42 (a b) c) S 1 2 3 4 5 6 7 8 9 10 70 30 0 0 20 0"), Some(100));
        assert_eq!(cpu_ticks("42 (a) S 1 2"), None);
    }
}
