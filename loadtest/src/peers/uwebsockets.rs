//! uWebSockets.js: publish to everybody who subscribed. Its npm package is in `loadtest/peers` where `make bench` installed it.

use super::naive::{Room, broadcast, idle};
use super::{Contender, Peer, Work, free_port, listening, unable};
use crate::engine::process::{Process, find_program, on_the_servers_core};
use crate::figures::Figures;
use crate::load::consoles::Entrance;
use crate::rows::sizes::EventSize;
use server::drivers::county::cannot;
use server::exit::Failure;
use std::path::{Path, PathBuf};
use std::process::Stdio;

const SCRIPT: &str = "uwebsockets.cjs";
const PACKAGE: &str = "node_modules/uwebsockets/package.json";

/// A Node.js with uWebSockets, ready to be started.
pub(crate) struct UWebSockets {
    node: PathBuf,
    folder: PathBuf,
    version: String,
    running: Option<Room>,
    event: EventSize,
}

/// uWebSockets.js under Node.js.
pub(crate) fn uwebsockets(event: EventSize) -> Result<Contender, Failure> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers");
    let Some(node) = find_program(&["node"]) else { return Ok(Contender::not_here("uWebSockets.js", "node is not on the PATH")) };
    let Ok(package) = std::fs::read_to_string(folder.join(PACKAGE)) else {
        return Ok(Contender::not_here("uWebSockets.js", "the npm package uwebsockets is not in loadtest/peers (scripts/setup.sh bench)"));
    };
    let package: serde_json::Value = serde_json::from_str(&package).map_err(cannot)?;
    let version = package.get("version").and_then(serde_json::Value::as_str).unwrap_or("?").to_owned();
    Ok(Contender::here(UWebSockets { node, folder, version, running: None, event }))
}

impl UWebSockets {
    async fn start(&self) -> Result<Room, Failure> {
        let port = free_port()?;
        let mut command = on_the_servers_core(&self.node);
        command.arg(self.folder.join(SCRIPT)).arg(port.to_string()).stdin(Stdio::null()).stdout(Stdio::null());
        let mut process = Process::spawn(&mut command)?;
        let addr = listening(&mut process, port).await?;
        let entrance = |path| Entrance { addr, path, protocol: None, hello: None };
        Ok(Room { process, watch: entrance("/watch"), publish: entrance("/publish") })
    }
}

#[tonic::async_trait]
impl Peer for UWebSockets {
    fn name(&self) -> String {
        format!("uWebSockets.js {}", self.version)
    }

    async fn load(&mut self, work: &Work, _: u64) -> Result<Figures, Failure> {
        match *work {
            Work::Broadcast { seconds, events_per_s, consoles } => {
                if self.running.is_none() {
                    self.running = Some(self.start().await?);
                }
                let Some(room) = &self.running else { return Err(cannot("it was just started")) };
                broadcast(room, self.event.get(), seconds, events_per_s, consoles).await
            }
            // What an earlier turn left in its memory would count for nothing.
            Work::Idle { consoles } => idle(&self.start().await?, consoles).await,
            _ => Err(unable(&self.name(), work)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn an_event_published_once_reaches_every_subscriber() {
        let event = EventSize::default();
        event.set(300);
        let Contender::Here(mut peer) = uwebsockets(event).unwrap() else {
            println!("SKIPPED an_event_published_once_reaches_every_subscriber: node or the npm package uwebsockets is not there");
            return;
        };
        let figures = peer.load(&Work::Broadcast { seconds: 0.2, events_per_s: 20.0, consoles: 5 }, 1).await.unwrap();
        assert_eq!(figures.get("deliveries_missing"), 0.0, "{figures:?}");
        assert!(figures.get("deliveries_per_s") > 0.0);
    }
}
