//! Bare SQLite: the rows of a call in one synced transaction after the other, without a server around it.

use super::{Contender, Peer, Work, unable};
use crate::commits::commit_figures;
use crate::engine::process::on_the_servers_core;
use crate::engine::tally::Tally;
use crate::figures::{Figures, count};
use crate::null::commit_alone;
use crate::shape::Shape;
use serde::{Deserialize, Serialize};
use server::drivers::county::cannot;
use server::exit::{Failure, print_line};
use std::path::Path;
use std::time::{Duration, Instant};

/// What the child says.
#[derive(Serialize, Deserialize)]
struct Said {
    took_us: Vec<u64>,
    elapsed_s: f64,
}

/// SQLite, in a process of its own on the servers' core.
pub(crate) struct BareSqlite {
    shape: Shape,
}

impl BareSqlite {
    pub(crate) fn contender(shape: Shape) -> Contender {
        Contender::here(Self { shape })
    }
}

#[tonic::async_trait]
impl Peer for BareSqlite {
    fn name(&self) -> String {
        format!("bare SQLite {}", rusqlite::version())
    }

    async fn load(&mut self, work: &Work, _: u64) -> Result<Figures, Failure> {
        let Work::Commits { seconds, clients: 1 } = *work else { return Err(unable(&self.name(), work)) };
        let dir = tempfile::tempdir().map_err(cannot)?;
        let mut command = on_the_servers_core(&std::env::current_exe().map_err(cannot)?);
        command.args(["commit-bare", "--seconds", &seconds.to_string(), "--shape"]);
        command.arg(serde_json::to_string(&self.shape).map_err(cannot)?).arg("--dir").arg(dir.path());
        let output = tokio::task::spawn_blocking(move || command.output()).await.map_err(cannot)?.map_err(cannot)?;
        let said: Said = serde_json::from_slice(&output.stdout).map_err(cannot)?;
        let mut tally = Tally::default();
        for took in &said.took_us {
            tally.record(Duration::ZERO, Duration::ZERO, Duration::from_micros(*took), Ok(()));
        }
        Ok(commit_figures(&tally, count(said.took_us.len() as u64), said.elapsed_s, 0.0))
    }
}

/// The child: commits for `seconds`, and says what each took.
pub(crate) fn commit_bare(dir: &Path, seconds: f64, shape: &str) -> Result<(), Failure> {
    let shape: Shape = serde_json::from_str(shape).map_err(Failure::input)?;
    let (begin, mut took_us) = (Instant::now(), Vec::new());
    let mut committing = commit_alone(&dir.join("bare.db"), shape).map_err(cannot)?;
    while begin.elapsed().as_secs_f64() < seconds {
        let sent = Instant::now();
        committing.call().map_err(cannot)?;
        took_us.push(u64::try_from(sent.elapsed().as_micros()).unwrap_or(u64::MAX));
        // The later steps of a call go to the file as well, and are not what is measured.
        committing.steps().map_err(cannot)?;
    }
    print_line(serde_json::to_string(&Said { took_us, elapsed_s: begin.elapsed().as_secs_f64() }).map_err(cannot)?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rows_of_a_call_and_its_steps_are_committed_durably() {
        let shape = Shape::of_sizes(300);
        let dir = tempfile::tempdir().unwrap();
        let mut committing = commit_alone(&dir.path().join("bare.db"), shape).unwrap();
        committing.call().unwrap();
        committing.steps().unwrap();
        let other = rusqlite::Connection::open(dir.path().join("bare.db")).unwrap();
        let count = |table: &str| other.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get::<_, u32>(0)).unwrap();
        // A call's events and three later ones; a request each; one incident.
        assert_eq!([count("events"), count("requests"), count("incidents"), count("assignments")], [3 + 3, 1 + 3, 1, 1]);
    }
}
