//! OneRoom itself: a whole server, over the wire, as everybody else.

use super::naive::{broadcast_figures, delivered, idle_at};
use super::resp::nearest_figures;
use super::{Contender, Peer, Work, per_core, unable};
use crate::child::Server;
use crate::engine::open_loop::one_after_the_other;
use crate::engine::process::Process;
use crate::engine::schedule::{Arrivals, schedule};
use crate::engine::tally::{Tally, Times};
use crate::figures::{Figures, count};
use crate::load::batches::{Batches, Walk};
use crate::load::calls::quiet;
use crate::load::consoles::{Consoles, Entrance};
use crate::load::devices::{self, Connected};
use crate::load::field::{Units, places};
use crate::load::gateways::{Answered, Pace, Streaming};
use crate::nearest::Asker;
use crate::rows::sizes::{ASKERS, BATCH, EventSize, FREE, GATEWAYS, WINDOW};
use crate::{commits, recommend, truth};
use parking_lot::Mutex;
use server::drivers::county::cannot;
use server::exit::Failure;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tempfile::TempDir;
use tokio::time::{Instant, sleep_until};
use wire::v1alpha1::intake_service_client::IntakeServiceClient;

/// Updates before anything is measured, in seconds.
const WARM_UP_S: f64 = 0.5;

/// A whole server that goes on from turn to turn.
pub(crate) struct Oneroom {
    arguments: Vec<String>,
    server: Server,
    gateways: Vec<Arc<Mutex<Batches>>>,
    devices: Option<Connected>,
    event: EventSize,
    _dir: TempDir,
}

fn start(arguments: &[String]) -> Result<(Server, TempDir), Failure> {
    let dir = tempfile::tempdir().map_err(cannot)?;
    let arguments: Vec<&str> = std::iter::once("serve-oneroom").chain(arguments.iter().map(String::as_str)).collect();
    Ok((Server::start(&arguments, dir.path())?, dir))
}

/// A server with units as `arguments` of `serve-oneroom` say.
pub(crate) fn oneroom(arguments: &[String], event: EventSize) -> Result<Contender, Failure> {
    let (server, dir) = start(arguments)?;
    let gateways = gateways(&Units::with_devices(&[], server.ready.field));
    Ok(Contender::here(Oneroom { arguments: arguments.to_vec(), server, gateways, devices: None, event, _dir: dir }))
}

/// The gateways of a field, each with its own batches.
pub(crate) fn gateways(units: &Arc<Units>) -> Vec<Arc<Mutex<Batches>>> {
    Walk::split(units, GATEWAYS, BATCH).into_iter().map(|walk| Arc::new(Mutex::new(Batches::new(walk)))).collect()
}

/// As many updates as a server takes, by each second of its processor time.
pub(crate) async fn saturate(
    process: &Process,
    addr: std::net::SocketAddr,
    token: &str,
    gateways: &[Arc<Mutex<Batches>>],
    seconds: f64,
) -> Result<Figures, Failure> {
    let streaming = Streaming::start(addr, token, gateways, Pace::Window(WINDOW)).await?;
    tokio::time::sleep(Duration::from_secs_f64(WARM_UP_S)).await;
    let load = async {
        tokio::time::sleep(Duration::from_secs_f64(seconds)).await;
        Ok(())
    };
    let rates = per_core(process, || streaming.answered.accepted(), load).await?;
    Ok(with_streams(rates.updates(), &*streaming.stop().await))
}

fn with_streams(figures: Figures, answered: &Answered) -> Figures {
    figures
        .with("fixes_refused", count(answered.refused()))
        .with("streams_broken", count(answered.broken.load(Ordering::Relaxed)))
        .with("streams_calmed", count(answered.calmed.load(Ordering::Relaxed)))
}

impl Oneroom {
    async fn devices(&mut self) -> Result<&Connected, Failure> {
        if self.devices.is_none() {
            self.devices = Some(devices::connect(&self.server.ready).await?);
        }
        self.devices.as_ref().ok_or_else(|| cannot("the units were just connected"))
    }

    /// Questions to the index by itself, then to `RecommendUnits`, while updates come in; then whether the index is right.
    async fn nearest(&mut self, seconds: f64, updates_per_s: f64, asks_per_s: f64, seed: u64) -> Result<Figures, Failure> {
        let incidents = recommend::incidents(&self.server.ready, seed).await?;
        let ready = &self.server.ready;
        let index = ready.nearest.ok_or_else(|| cannot("the server has no index to ask"))?;
        let streaming = Streaming::start(ready.addr, &ready.gateway, &self.gateways, Pace::PerSecond(updates_per_s)).await?;
        tokio::time::sleep(Duration::from_secs_f64(WARM_UP_S)).await;
        let (mut direct, mut ranked) = (Tally::default(), Tally::default());
        let asking = |seed: u64| schedule(seconds, asks_per_s / ASKERS as f64, Arrivals::Poisson, seed);
        let seeds = || (0..ASKERS as u64).map(|asker| seed.wrapping_mul(100).wrapping_add(asker));
        let load = async {
            let direct_ones = seeds().map(|seed| {
                let times = asking(seed);
                tokio::task::spawn_blocking(move || ask(index, &times, seed))
            });
            for asked in direct_ones.collect::<Vec<_>>() {
                direct.merge(asked.await.map_err(cannot)??);
            }
            let ranked_ones = seeds().map(|seed| {
                let (times, ready, incidents) = (asking(seed), ready.clone(), incidents.clone());
                tokio::task::spawn_blocking(move || recommend::ask(&ready, &incidents, &times))
            });
            for asked in ranked_ones.collect::<Vec<_>>() {
                ranked.merge(asked.await.map_err(cannot)??);
            }
            Ok(())
        };
        let rates = per_core(&self.server.process, || streaming.answered.accepted(), load).await?;
        let answered = streaming.stop().await;
        let wrong = truth::wrong_answers(index, &self.gateways, FREE, seed)?;
        let lateness = answered.lateness.lock().clone();
        Ok(with_streams(nearest_figures(&direct, rates.per_s, &lateness), &answered)
            .with("recommend_p50_us", ranked.latency.percentile_us(50.0))
            .with("recommend_p99_us", ranked.latency.percentile_us(99.0))
            .with("recommend_failed", count(ranked.failed))
            .with("cpu_percent", rates.cpu_percent)
            .with("wrong_answers", count(wrong)))
    }

    async fn broadcast(&mut self, seconds: f64, events_per_s: f64, consoles: usize) -> Result<Figures, Failure> {
        let ready = self.server.ready.clone();
        // Units that sign on are events too: they must not come while consoles count.
        let shared = Arc::clone(&self.devices().await?.shared);
        let watching = Consoles::open(&Entrance::watch(ready.addr, &ready.operator, None), consoles).await?;
        let process = &self.server.process;
        let (cpu_us, begin) = (process.cpu_us()?, Instant::now());
        let (times, mut lateness) = (schedule(seconds, events_per_s, Arrivals::Even, 0), Times::default());
        for (number, &at) in times.iter().enumerate() {
            sleep_until(begin + at).await;
            lateness.record((begin + at).elapsed());
            let shared = Arc::clone(&shared);
            shared.tasks.clone().spawn(async move {
                let message = quiet(&shared, number % shared.ready.units.len().max(1), (0, 0));
                let request = shared.operator.request(message);
                if let Err(status) = IntakeServiceClient::new(shared.link.channel()).report_incident(request).await {
                    eprintln!("loadtest: an event was refused: {:?}: {}", status.code(), status.message());
                }
            });
        }
        let expected = (times.len() * consoles) as u64;
        delivered(&watching.heard, expected).await;
        let figures = broadcast_figures(&watching.heard, expected, begin.elapsed(), process.cpu_us()? - cpu_us, &lateness);
        self.event.set(figures.get("bytes_per_delivery") as usize);
        watching.close().await;
        Ok(figures)
    }
}

fn ask(index: std::net::SocketAddr, times: &[Duration], seed: u64) -> Result<Tally, Failure> {
    let mut asker = Asker::connect(index)?;
    let places = places(times.len(), seed);
    Ok(one_after_the_other(std::time::Instant::now(), times, |number| match asker.ask(places[number]) {
        Ok(units) if units.len() == crate::nearest::NEAREST => Ok(()),
        Ok(units) => Err(format!("{} units", units.len())),
        Err(error) => Err(error.to_string()),
    }))
}

#[tonic::async_trait]
impl Peer for Oneroom {
    fn name(&self) -> String {
        format!("OneRoom {}", env!("CARGO_PKG_VERSION"))
    }

    async fn load(&mut self, work: &Work, seed: u64) -> Result<Figures, Failure> {
        let ready = &self.server.ready;
        match *work {
            Work::Updates { seconds } => saturate(&self.server.process, ready.addr, &ready.gateway, &self.gateways, seconds).await,
            Work::Nearest { seconds, updates_per_s, asks_per_s } => self.nearest(seconds, updates_per_s, asks_per_s, seed).await,
            Work::Broadcast { seconds, events_per_s, consoles } => self.broadcast(seconds, events_per_s, consoles).await,
            // What an earlier turn left in its memory would count for nothing.
            Work::Idle { consoles } => {
                let (fresh, _dir) = start(&self.arguments)?;
                idle_at(&fresh.process, &Entrance::watch(fresh.ready.addr, &fresh.ready.operator, None), consoles).await
            }
            Work::Commits { seconds, clients } => {
                let shared = Arc::clone(&self.devices().await?.shared);
                commits::run(&shared, &self.server.process, seconds, clients, seed).await
            }
            Work::Calls => Err(unable(&self.name(), work)),
        }
    }
}
