//! Programs under load: started on a core of their own, asked for their processor time and memory, ended.

use server::drivers::county::cannot;
use server::exit::Failure;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The core of servers.
pub(crate) const SERVER_CORE: u32 = 0;
/// The core of the load.
pub(crate) const LOAD_CORE: u32 = 1;
/// A program that does not end by itself in this time is killed.
const END_WITHIN: Duration = Duration::from_secs(15);

/// Keeps this process to one core where `taskset` exists and the machine has that core.
pub(crate) fn keep_to_core(core: u32) {
    let (core, pid) = (core.to_string(), std::process::id().to_string());
    let kept = Command::new("taskset").args(["-a", "-c", "-p", &core, &pid]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !kept.is_ok_and(|status| status.success()) {
        eprintln!("loadtest: the load is not kept to core {core}: expected taskset and two cores or more");
    }
}

/// A command that runs on the servers' core, where `taskset` and that core are there.
pub(crate) fn on_the_servers_core(program: &std::path::Path) -> Command {
    let core = SERVER_CORE.to_string();
    let can = Command::new("taskset").args(["-c", &core, "true"]).stderr(Stdio::null()).status();
    if can.is_ok_and(|status| status.success()) {
        let mut pinned = Command::new("taskset");
        pinned.args(["-c", &core]).arg(program);
        pinned
    } else {
        Command::new(program)
    }
}

/// The first of these places where a program is: names are looked up on the PATH.
pub(crate) fn find_program(candidates: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    candidates.iter().find_map(|candidate| {
        let given = PathBuf::from(candidate);
        if given.is_absolute() {
            return given.is_file().then_some(given);
        }
        std::env::split_paths(&path).map(|dir| dir.join(candidate)).find(|found| found.is_file())
    })
}

/// A running program; ended when dropped.
pub(crate) struct Process {
    child: Child,
}

impl Process {
    pub(crate) fn spawn(command: &mut Command) -> Result<Self, Failure> {
        let child = command.spawn().map_err(|error| cannot(format!("{:?}: {error}", command.get_program())))?;
        Ok(Self { child })
    }

    pub(crate) fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Whether it still runs.
    pub(crate) fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Processor time that it and the programs it started have used so far, in microseconds.
    pub(crate) fn cpu_us(&self) -> Result<f64, Failure> {
        let tree = family(self.child.id())?;
        #[allow(clippy::cast_precision_loss)] // a run is far shorter than 2⁵³ ns
        Ok(tree.into_iter().map(cpu_ns).sum::<u64>() as f64 / 1e3)
    }

    /// Memory that it and the programs it started keep resident, in bytes; what they share counts once for each.
    pub(crate) fn resident_bytes(&self) -> Result<f64, Failure> {
        let tree = family(self.child.id())?;
        let status = |pid| fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        #[allow(clippy::cast_precision_loss)] // no machine has 2⁵³ bytes
        Ok(tree.into_iter().map(|pid| resident_kib(&status(pid))).sum::<u64>() as f64 * 1024.0)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Our own servers end when their standard input does; the others when they are told.
        let closed = self.child.stdin.take().is_some();
        if !closed {
            terminate(self.child.id());
        }
        let asked = Instant::now();
        while asked.elapsed() < END_WITHIN {
            if !self.is_running() {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// SIGINT: PostgreSQL's "fast" stop, and an end for everybody else.
fn terminate(pid: u32) {
    let _ = Command::new("kill").args(["-INT", &pid.to_string()]).stderr(Stdio::null()).status();
}

/// A process and all below it.
fn family(root: u32) -> Result<Vec<u32>, Failure> {
    let mut parents = BTreeMap::new();
    for entry in fs::read_dir("/proc").map_err(cannot)?.flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        let stat = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        if let Some(parent) = parent(&stat) {
            parents.insert(pid, parent);
        }
    }
    let mut family = vec![root];
    let mut next = 0;
    while let Some(&above) = family.get(next) {
        family.extend(parents.iter().filter(|(_, parent)| **parent == above).map(|(pid, _)| *pid));
        next += 1;
    }
    Ok(family)
}

/// The 4th field of proc(5)'s stat; the second may hold blanks and brackets.
fn parent(stat: &str) -> Option<u32> {
    stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()
}

/// Processor time of all threads of a process, to the nanosecond; of one that has gone 0.
fn cpu_ns(pid: u32) -> u64 {
    let Ok(tasks) = fs::read_dir(format!("/proc/{pid}/task")) else { return 0 };
    let of = |task: fs::DirEntry| fs::read_to_string(task.path().join("schedstat")).ok().and_then(|text| on_cpu_ns(&text));
    tasks.flatten().filter_map(of).sum()
}

/// The first field of schedstat: time on the processor.
fn on_cpu_ns(schedstat: &str) -> Option<u64> {
    schedstat.split_ascii_whitespace().next()?.parse().ok()
}

fn resident_kib(status: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|rest| rest.split_ascii_whitespace().next()).and_then(|kib| kib.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proc_files_are_read_whatever_the_program_is_called() {
        assert_eq!(parent("42 (a b) c) S 17 2 3"), Some(17));
        assert_eq!(parent("42 (a"), None);
        assert_eq!(on_cpu_ns("123456 7 8\n"), Some(123_456));
        assert_eq!(resident_kib("VmPeak:\t 9 kB\nVmRSS:\t    2048 kB\n"), 2_048);
        assert_eq!(resident_kib("State: Z"), 0);
    }

    #[test]
    fn a_shell_and_what_it_started_count_together_and_end_together() {
        let mut command = Command::new("sh");
        command.args(["-c", "sleep 60 & wait"]).stdin(Stdio::null());
        let process = Process::spawn(&mut command).unwrap();
        let (pid, begin) = (process.child.id(), Instant::now());
        while family(pid).unwrap().len() < 2 && begin.elapsed() < Duration::from_secs(20) {
            std::thread::sleep(Duration::from_millis(5));
        }
        let below = family(pid).unwrap();
        assert_eq!(below.len(), 2, "the shell and its sleep");
        assert!(process.resident_bytes().unwrap() > 0.0 && process.cpu_us().unwrap() >= 0.0);
        drop(process);
        assert!(!std::path::Path::new(&format!("/proc/{pid}")).exists());
        // What a shell puts into the background doesn't hear SIGINT.
        let killed = Command::new("kill").args(["-KILL", &below[1].to_string()]).status().unwrap();
        assert!(killed.success());
    }
}
