//! Who is measured: OneRoom and its peers behind one interface. A peer is started by us on a free port of this machine with its
//! files in a directory of its own, loaded, and stopped when it is dropped.

pub(crate) mod bare_sqlite;
pub(crate) mod naive;
pub(crate) mod null;
pub(crate) mod oneroom;
pub(crate) mod pair;
pub(crate) mod postgres;
pub(crate) mod resp;
pub(crate) mod uwebsockets;

use crate::engine::process::Process;
use crate::figures::{Figures, count};
use server::drivers::county::cannot;
use server::exit::Failure;
use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::Instant;

/// A server that was just started is listening within this time.
const LISTENS_WITHIN: Duration = Duration::from_secs(30);

/// Something to do for a server, for a while.
#[derive(Clone, Debug)]
pub(crate) enum Work {
    /// As many position updates as it takes.
    Updates { seconds: f64 },
    /// Questions for the nearest free units, while updates come in.
    Nearest { seconds: f64, updates_per_s: f64, asks_per_s: f64 },
    /// Events that every console gets.
    Broadcast { seconds: f64, events_per_s: f64, consoles: usize },
    /// Consoles that are connected while nothing happens.
    Idle { consoles: usize },
    /// Durable commits by clients that wait for each.
    Commits { seconds: f64, clients: usize },
    /// Calls in the midst of everything else.
    Calls,
}

/// A server under load, ours or a peer.
#[tonic::async_trait]
pub(crate) trait Peer: Send {
    /// What it is called in the table, its version, and how it is set up, if that matters.
    fn name(&self) -> String;

    /// Does the work and measures. `seed` is the round: the same for everybody in it.
    async fn load(&mut self, work: &Work, seed: u64) -> Result<Figures, Failure>;
}

/// A peer that takes part, or why not.
pub(crate) enum Contender {
    Here(Box<dyn Peer>),
    NotHere { name: &'static str, why: String },
}

impl Contender {
    /// Whoever is not on this machine is left out; whoever is there but does not start fails.
    pub(crate) fn here(peer: impl Peer + 'static) -> Self {
        Self::Here(Box::new(peer))
    }

    pub(crate) fn not_here(name: &'static str, missing: &str) -> Self {
        Self::NotHere { name, why: format!("not on this machine: {missing}") }
    }
}

/// A port that is free now.
pub(crate) fn free_port() -> Result<u16, Failure> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(cannot)?;
    Ok(listener.local_addr().map_err(cannot)?.port())
}

/// Waits until a program listens.
pub(crate) async fn listening(process: &mut Process, port: u16) -> Result<SocketAddr, Failure> {
    let (addr, begin) = (SocketAddr::from((Ipv4Addr::LOCALHOST, port)), Instant::now());
    while process.is_running() && begin.elapsed() < LISTENS_WITHIN {
        if TcpStream::connect(addr).await.is_ok() {
            return Ok(addr);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Err(cannot(format!("a peer does not listen on {addr} after {:.1} s", begin.elapsed().as_secs_f64())))
}

/// Runs `load` while a server's processor time is watched: what of `done` it did, by wall and by core.
pub(crate) async fn per_core<L: Future<Output = Result<(), Failure>>>(
    process: &Process,
    done: impl Fn() -> u64,
    load: L,
) -> Result<Rates, Failure> {
    let (before, cpu_us, begin) = (done(), process.cpu_us()?, Instant::now());
    load.await?;
    let (elapsed_s, cpu_s) = (begin.elapsed().as_secs_f64(), (process.cpu_us()? - cpu_us) / 1e6);
    let done = count(done() - before);
    Ok(Rates { per_s: done / elapsed_s, per_core_s: done / cpu_s.max(1e-9), cpu_percent: cpu_s / elapsed_s * 100.0 })
}

/// Operations by time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rates {
    pub(crate) per_s: f64,
    /// By each second of the server's processor time.
    pub(crate) per_core_s: f64,
    pub(crate) cpu_percent: f64,
}

impl Rates {
    pub(crate) fn updates(self) -> Figures {
        Figures::default()
            .with("updates_per_core_s", self.per_core_s)
            .with("updates_per_s", self.per_s)
            .with("cpu_percent", self.cpu_percent)
    }
}

/// Work that a peer can't do: the rows don't ask for it.
pub(crate) fn unable(name: &str, work: &Work) -> Failure {
    cannot(format!("{name} has no part in {work:?}"))
}
