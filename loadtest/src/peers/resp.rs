//! Redis and Tile38: positions over RESP, pipelined by 16, and the nearest of a set.

use super::{Contender, Peer, Rates, Work, free_port, listening, per_core, unable};
use crate::engine::open_loop::one_after_the_other;
use crate::engine::process::{Process, find_program, on_the_servers_core};
use crate::engine::schedule::{Arrivals, schedule};
use crate::engine::tally::{Tally, Times};
use crate::figures::{Figures, count};
use crate::load::batches::Walk;
use crate::load::field::{Units, places};
use crate::nearest::NEAREST;
use crate::rows::sizes::{ASKERS, FIELD, FREE};
use parking_lot::Mutex;
use server::drivers::county::cannot;
use server::exit::Failure;
use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

/// Commands that are sent before their answers are read.
const PIPELINE: usize = 16;
/// Connections that send updates.
const CONNECTIONS: usize = 16;
/// Updates before anything is measured, in seconds.
const WARM_UP_S: f64 = 0.5;
/// Radius of a question, in kilometres: large enough for eight free units almost everywhere, and doubled where it is not.
const RADIUS_KM: f64 = 2.0;
const E7: f64 = 1e7;

/// Whose commands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Redis,
    Tile38,
}

/// A server that speaks RESP.
pub(crate) struct Resp {
    kind: Kind,
    version: String,
    process: Process,
    addr: SocketAddr,
    walks: Vec<Arc<Mutex<Walk>>>,
    _dir: TempDir,
}

/// Redis, without persistence.
pub(crate) async fn redis() -> Result<Contender, Failure> {
    let Some(program) = find_program(&["redis-server"]) else {
        return Ok(Contender::not_here("Redis", "redis-server is not on the PATH"));
    };
    let port = free_port()?;
    let dir = tempfile::tempdir().map_err(cannot)?;
    let mut command = on_the_servers_core(&program);
    command.args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--save", "", "--appendonly", "no"]).arg("--dir").arg(dir.path());
    let said = Command::new(&program).arg("--version").output().map_err(cannot)?;
    start(Kind::Redis, version_of(&String::from_utf8_lossy(&said.stdout), "v="), command, port, dir).await
}

/// Tile38, without persistence.
pub(crate) async fn tile38() -> Result<Contender, Failure> {
    let Some(program) = find_program(&["tile38-server"]) else {
        return Ok(Contender::not_here("Tile38", "tile38-server is not on the PATH"));
    };
    let port = free_port()?;
    let dir = tempfile::tempdir().map_err(cannot)?;
    let mut command = on_the_servers_core(&program);
    command.args(["-h", "127.0.0.1", "-p", &port.to_string(), "-appendonly", "no", "-q", "-d"]).arg(dir.path());
    let said = Command::new(&program).arg("--version").output().map_err(cannot)?;
    start(Kind::Tile38, version_of(&String::from_utf8_lossy(&said.stdout), "tile38-server version: "), command, port, dir).await
}

async fn start(kind: Kind, version: String, mut command: Command, port: u16, dir: TempDir) -> Result<Contender, Failure> {
    let mut process = Process::spawn(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()))?;
    let addr = listening(&mut process, port).await?;
    let units = Arc::new(Units::field(FIELD));
    let walks = Walk::split(&units, CONNECTIONS, PIPELINE).into_iter().map(|walk| Arc::new(Mutex::new(walk))).collect();
    let peer = Resp { kind, version, process, addr, walks, _dir: dir };
    // Every unit is somewhere before anything is measured.
    for walk in &peer.walks {
        let mut stream = TcpStream::connect(addr).await.map_err(cannot)?;
        let mut left = FIELD.div_ceil(CONNECTIONS).div_ceil(PIPELINE) + 1;
        while left > 0 {
            send(&mut stream, kind, walk).await?;
            left -= 1;
        }
    }
    Ok(Contender::here(peer))
}

fn version_of(said: &str, before: &str) -> String {
    let after = said.split_once(before).map_or(said, |(_, after)| after);
    after.split([' ', ',', '\n']).next().unwrap_or_default().to_owned()
}

/// Free units are one set and the others another, as one would keep them to ask for the nearest free one.
fn set_of(unit: usize) -> &'static str {
    if unit < FREE { "free" } else { "other" }
}

/// The next updates of a walk as commands.
fn commands(kind: Kind, walk: &mut Walk) -> (Vec<u8>, usize) {
    let (units, steps) = walk.advance();
    let count = units.len();
    let mut bytes = Vec::with_capacity(count * 96);
    for unit in units {
        let (lat_e7, lon_e7) = walk.units.place_e7(unit, steps);
        let (lat, lon, id) = (f64::from(lat_e7) / E7, f64::from(lon_e7) / E7, &walk.units.ids[unit]);
        let command = match kind {
            Kind::Redis => redis::cmd("GEOADD").arg(set_of(unit)).arg(lon).arg(lat).arg(id).get_packed_command(),
            Kind::Tile38 => redis::cmd("SET").arg(set_of(unit)).arg(id).arg("POINT").arg(lat).arg(lon).get_packed_command(),
        };
        bytes.extend_from_slice(&command);
    }
    (bytes, count)
}

/// Sends one pipeline and waits for its answers: one short line each.
async fn send(stream: &mut TcpStream, kind: Kind, walk: &Mutex<Walk>) -> Result<usize, Failure> {
    let (bytes, count) = commands(kind, &mut walk.lock());
    stream.write_all(&bytes).await.map_err(cannot)?;
    let (mut answered, mut buffer) = (0, [0; 512]);
    while answered < count {
        let read = stream.read(&mut buffer).await.map_err(cannot)?;
        let said = buffer.get(..read).unwrap_or_default();
        if read == 0 || said.contains(&b'-') {
            return Err(cannot(format!("an update was refused: {:?}", String::from_utf8_lossy(said))));
        }
        answered += said.iter().filter(|byte| **byte == b'\n').count();
    }
    Ok(count)
}

impl Resp {
    /// Updates over every connection until `stop`: as fast as they are answered, or `per_second` in all.
    fn updates(
        &self,
        per_second: Option<f64>,
        done: &Arc<AtomicU64>,
        stop: &CancellationToken,
    ) -> Vec<tokio::task::JoinHandle<Result<Times, Failure>>> {
        let every = per_second.map(|rate| Duration::from_secs_f64((PIPELINE * CONNECTIONS) as f64 / rate));
        let run = |(number, walk): (usize, &Arc<Mutex<Walk>>)| {
            let (addr, kind, walk, done, stop) = (self.addr, self.kind, Arc::clone(walk), Arc::clone(done), stop.clone());
            tokio::spawn(async move {
                let mut stream = TcpStream::connect(addr).await.map_err(cannot)?;
                stream.set_nodelay(true).map_err(cannot)?;
                let mut lateness = Times::default();
                let mut next = tokio::time::Instant::now() + every.unwrap_or_default().mul_f64(number as f64 / CONNECTIONS as f64);
                while !stop.is_cancelled() {
                    if let Some(every) = every {
                        tokio::time::sleep_until(next).await;
                        lateness.record(next.elapsed());
                        next += every;
                    }
                    let sent = send(&mut stream, kind, &walk).await?;
                    done.fetch_add(sent as u64, Ordering::Relaxed);
                }
                Ok(lateness)
            })
        };
        self.walks.iter().enumerate().map(run).collect()
    }

    async fn saturated(&self, seconds: f64) -> Result<Figures, Failure> {
        let (done, stop) = (Arc::new(AtomicU64::new(0)), CancellationToken::new());
        let tasks = self.updates(None, &done, &stop);
        tokio::time::sleep(Duration::from_secs_f64(WARM_UP_S)).await;
        let load = async {
            tokio::time::sleep(Duration::from_secs_f64(seconds)).await;
            Ok(())
        };
        let rates: Rates = per_core(&self.process, || done.load(Ordering::Relaxed), load).await?;
        stop.cancel();
        for task in tasks {
            task.await.map_err(cannot)??;
        }
        Ok(rates.updates())
    }

    async fn nearest(&self, seconds: f64, updates_per_s: f64, asks_per_s: f64, seed: u64) -> Result<Figures, Failure> {
        let (done, stop) = (Arc::new(AtomicU64::new(0)), CancellationToken::new());
        let tasks = self.updates(Some(updates_per_s), &done, &stop);
        tokio::time::sleep(Duration::from_secs_f64(WARM_UP_S)).await;
        let addr = self.addr;
        let mut tally = Tally::default();
        let load = async {
            let asking = (0..ASKERS).map(|asker| {
                let seed = seed.wrapping_mul(100).wrapping_add(asker as u64);
                tokio::task::spawn_blocking(move || ask(addr, seconds, asks_per_s / ASKERS as f64, seed))
            });
            for asked in asking.collect::<Vec<_>>() {
                tally.merge(asked.await.map_err(cannot)??);
            }
            Ok(())
        };
        let rates = per_core(&self.process, || done.load(Ordering::Relaxed), load).await?;
        stop.cancel();
        let mut lateness = Times::default();
        for task in tasks {
            lateness.merge(&task.await.map_err(cannot)??);
        }
        Ok(nearest_figures(&tally, rates.per_s, &lateness))
    }
}

/// The figures of questions among updates.
pub(crate) fn nearest_figures(tally: &Tally, updates_per_s: f64, lateness: &Times) -> Figures {
    Figures::default()
        .with("asks", count(tally.latency.count()))
        .with("asks_failed", count(tally.failed))
        .with("p50_us", tally.latency.percentile_us(50.0))
        .with("p99_us", tally.latency.percentile_us(99.0))
        .with("ask_late_p99_us", tally.lateness.percentile_us(99.0))
        .with("updates_per_s", updates_per_s)
        .with("updates_late_p99_ms", lateness.percentile_ms(99.0))
}

fn ask(addr: SocketAddr, seconds: f64, per_second: f64, seed: u64) -> Result<Tally, Failure> {
    let client = redis::Client::open(format!("redis://{addr}/")).map_err(cannot)?;
    let mut connection = client.get_connection().map_err(cannot)?;
    let times = schedule(seconds, per_second, Arrivals::Poisson, seed);
    let places = places(times.len(), seed);
    Ok(one_after_the_other(Instant::now(), &times, |number| {
        let (lat_e7, lon_e7) = places[number];
        let mut radius_km = RADIUS_KM;
        loop {
            let mut search = redis::cmd("GEOSEARCH");
            search.arg("free").arg("FROMLONLAT").arg(f64::from(lon_e7) / E7).arg(f64::from(lat_e7) / E7);
            search.arg("BYRADIUS").arg(radius_km).arg("km").arg("ASC").arg("COUNT").arg(NEAREST);
            let found: Vec<String> = search.query(&mut connection).map_err(|error| error.to_string())?;
            if found.len() >= NEAREST {
                return Ok(());
            }
            radius_km *= 2.0;
        }
    }))
}

#[tonic::async_trait]
impl Peer for Resp {
    fn name(&self) -> String {
        match self.kind {
            Kind::Redis => format!("Redis {}", self.version),
            Kind::Tile38 => format!("Tile38 {}", self.version),
        }
    }

    async fn load(&mut self, work: &Work, seed: u64) -> Result<Figures, Failure> {
        match *work {
            Work::Updates { seconds } => self.saturated(seconds).await,
            Work::Nearest { seconds, updates_per_s, asks_per_s } if self.kind == Kind::Redis => {
                self.nearest(seconds, updates_per_s, asks_per_s, seed).await
            }
            _ => Err(unable(&self.name(), work)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_what_the_servers_document() {
        let mut walk = Walk::new(Arc::new(Units::field(2)), 0..2, 1);
        let (lat_e7, lon_e7) = walk.units.starts_e7[0];
        let (bytes, count) = commands(Kind::Redis, &mut walk);
        let text = String::from_utf8(bytes).unwrap();
        let (lat, lon) = ((f64::from(lat_e7) / E7).to_string(), (f64::from(lon_e7) / E7).to_string());
        let parts: Vec<_> = text.split("\r\n").filter(|part| !part.starts_with(['*', '$']) && !part.is_empty()).collect();
        assert_eq!((count, parts), (1, vec!["GEOADD", "free", &lon, &lat, "990001-x000000"]));
        let (bytes, _) = commands(Kind::Tile38, &mut walk);
        assert!(String::from_utf8(bytes).unwrap().contains("POINT"));
        assert_eq!(version_of("Redis server v=7.0.15 sha=0", "v="), "7.0.15");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn redis_takes_updates_and_answers_with_the_nearest() {
        let Contender::Here(mut peer) = redis().await.unwrap() else {
            println!("SKIPPED redis_takes_updates_and_answers_with_the_nearest: redis-server is not on the PATH");
            return;
        };
        let updates = peer.load(&Work::Updates { seconds: 0.3 }, 1).await.unwrap();
        assert!(updates.get("updates_per_s") > 0.0, "{updates:?}");
        let work = Work::Nearest { seconds: 0.3, updates_per_s: 2_000.0, asks_per_s: 100.0 };
        let nearest = peer.load(&work, 1).await.unwrap();
        assert!(nearest.get("asks") > 0.0 && nearest.get("asks_failed") == 0.0, "{nearest:?}");
        assert!(nearest.get("p50_us") > 0.0);
    }
}
