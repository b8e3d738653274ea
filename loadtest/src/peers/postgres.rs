//! PostgreSQL: positions with PostGIS and its nearest-neighbour operator, and durable commits of the same rows.

use super::resp::nearest_figures;
use super::{Contender, Peer, Work, free_port, per_core, unable};
use crate::commits::commit_figures;
use crate::engine::open_loop::one_after_the_other;
use crate::engine::process::{Process, find_program, on_the_servers_core};
use crate::engine::schedule::{Arrivals, schedule};
use crate::engine::tally::{Tally, Times};
use crate::figures::{Figures, count};
use crate::load::batches::Walk;
use crate::load::field::{Units, places};
use crate::nearest::NEAREST;
use crate::rows::sizes::{ASKERS, BATCH, FIELD, FREE};
use crate::shape::Shape;
use parking_lot::Mutex;
use server::drivers::county::cannot;
use server::exit::Failure;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use tokio::time::Instant;
use tokio_postgres::{Client, Config, NoTls, Statement};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// The account that the Debian package makes: PostgreSQL does not run as root.
const ACCOUNT: &str = "postgres";
const E7: f64 = 1e7;
/// Connections that write positions.
const WRITERS: usize = 2;
/// A server that was just started answers within this time.
const ANSWERS_WITHIN: Duration = Duration::from_secs(30);
/// What is set for many small commits and for memory enough; nothing that would weaken a commit.
const TUNED: &[&str] = &[
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "shared_buffers=512MB",
    "wal_buffers=64MB",
    "max_wal_size=8GB",
    "checkpoint_timeout=30min",
    "wal_level=minimal",
    "max_wal_senders=0",
    "synchronous_commit=on",
    "fsync=on",
    "full_page_writes=on",
    "max_connections=100",
    "jit=off",
    "logging_collector=off",
];
/// Positions: not logged, because ours are not durable either, and an index of the free ones.
const POSITIONS: &str = "
CREATE EXTENSION postgis;
CREATE UNLOGGED TABLE units (id text PRIMARY KEY, free boolean NOT NULL, place geography(Point, 4326) NOT NULL);
CREATE INDEX units_free ON units USING gist (place) WHERE free;";
const MOVE: &str = "INSERT INTO units SELECT id, free, ST_MakePoint(lon, lat)::geography
FROM unnest($1::text[], $2::bool[], $3::float8[], $4::float8[]) AS moved (id, free, lon, lat)
ON CONFLICT (id) DO UPDATE SET place = excluded.place";
const ASK: &str = "SELECT id FROM units WHERE free ORDER BY place <-> ST_MakePoint($1, $2)::geography LIMIT $3";
/// The rows of the null server, without its one head row: there 64 clients would wait for each other's commits.
const ROWS: &str = "
CREATE TABLE events (seq bigserial PRIMARY KEY, bytes bytea NOT NULL);
CREATE TABLE requests (request_id uuid PRIMARY KEY, bytes bytea NOT NULL);
CREATE TABLE incidents (incident_id uuid PRIMARY KEY, image bytea NOT NULL);
CREATE TABLE assignments (assignment_id uuid PRIMARY KEY, image bytea NOT NULL);
CREATE TABLE vault (private_ref uuid PRIMARY KEY, bytes bytea NOT NULL);
CREATE FUNCTION report(events bytea[], request bytea, incident bytea, assignment bytea, vault bytea[], id uuid) RETURNS void AS $$
  INSERT INTO events (bytes) SELECT unnest(events);
  INSERT INTO requests VALUES (gen_random_uuid(), request);
  INSERT INTO incidents VALUES (gen_random_uuid(), incident);
  INSERT INTO assignments VALUES (id, assignment);
  INSERT INTO vault SELECT gen_random_uuid(), v FROM unnest(vault) AS v;
$$ LANGUAGE sql;
CREATE FUNCTION step(event bytea, request bytea, assignment bytea, id uuid) RETURNS void AS $$
  INSERT INTO events (bytes) VALUES (event);
  INSERT INTO requests VALUES (gen_random_uuid(), request);
  UPDATE assignments SET image = assignment WHERE assignment_id = id;
$$ LANGUAGE sql;";
/// Steps after a call: acknowledged, cleared, closed.
const STEPS: usize = 3;

/// A PostgreSQL of our own.
pub(crate) struct Postgres {
    name: String,
    process: Process,
    config: Config,
    gateways: Vec<Arc<Mutex<Walk>>>,
    shape: Option<Shape>,
    _dir: TempDir,
}

/// PostGIS with all units in it.
pub(crate) async fn postgis() -> Result<Contender, Failure> {
    let Some(programs) = programs() else { return Ok(Contender::not_here("PostGIS", "no initdb of PostgreSQL")) };
    if !has_postgis(&programs) {
        return Ok(Contender::not_here("PostGIS", "the extension postgis is not installed"));
    }
    let mut peer = Postgres::start(&programs, "PostGIS").await?;
    let client = peer.client().await?;
    client.batch_execute(POSITIONS).await.map_err(cannot)?;
    let units = Arc::new(Units::field(FIELD));
    peer.gateways = Walk::split(&units, WRITERS, BATCH).into_iter().map(|walk| Arc::new(Mutex::new(walk))).collect();
    let moving = client.prepare(MOVE).await.map_err(cannot)?;
    for gateway in peer.gateways.clone() {
        for _ in 0..FIELD.div_ceil(WRITERS).div_ceil(BATCH) {
            write_batch(&client, &moving, &gateway).await?;
        }
    }
    client.batch_execute("ANALYZE units").await.map_err(cannot)?;
    let version = client.query_one("SELECT postgis_lib_version()", &[]).await.map_err(cannot)?;
    peer.name = format!("PostGIS {} on {}", version.get::<_, String>(0), peer.name);
    Ok(Contender::here(peer))
}

/// PostgreSQL with the tables of a record.
pub(crate) async fn postgresql(shape: Shape) -> Result<Contender, Failure> {
    let Some(programs) = programs() else { return Ok(Contender::not_here("PostgreSQL", "no initdb of PostgreSQL")) };
    let mut peer = Postgres::start(&programs, "PostgreSQL").await?;
    peer.client().await?.batch_execute(ROWS).await.map_err(cannot)?;
    peer.shape = Some(shape);
    Ok(Contender::here(peer))
}

/// The folder of the newest PostgreSQL's programs: Debian's, or that on the PATH.
fn programs() -> Option<PathBuf> {
    let version = |path: &Path| path.parent()?.file_name()?.to_str()?.parse::<u32>().ok();
    let found = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|entry| entry.path().join("bin"));
    let newest = found.filter(|bin| bin.join("initdb").is_file()).max_by_key(|bin| version(bin));
    newest.or_else(|| find_program(&["initdb"])?.parent().map(Path::to_path_buf))
}

fn has_postgis(programs: &Path) -> bool {
    let said = Command::new(programs.join("pg_config")).arg("--sharedir").output().map(|output| output.stdout).unwrap_or_default();
    let told = PathBuf::from(String::from_utf8_lossy(&said).trim());
    // Debian's server package has no pg_config; its files lie beside its programs' version.
    let version = programs.parent().and_then(Path::file_name).unwrap_or_default();
    [told, Path::new("/usr/share/postgresql").join(version)].iter().any(|dir| dir.join("extension/postgis.control").is_file())
}

/// A command under the account of PostgreSQL, where this process is root.
fn unprivileged(mut command: Command, owner: Option<(u32, u32)>) -> Command {
    use std::os::unix::process::CommandExt;
    if let Some((uid, gid)) = owner {
        command.uid(uid).gid(gid);
    }
    command
}

fn id(option: &str, account: &str) -> Option<u32> {
    let said = Command::new("id").args([option, account]).output().ok()?;
    String::from_utf8_lossy(&said.stdout).trim().parse().ok()
}

impl Postgres {
    async fn start(programs: &Path, name: &str) -> Result<Self, Failure> {
        let dir = tempfile::tempdir().map_err(cannot)?;
        let data = dir.path().join("data");
        std::fs::create_dir(&data).map_err(cannot)?;
        let is_root = std::fs::metadata("/proc/self").is_ok_and(|own| is_root(&own));
        let owner = if is_root { id("-u", ACCOUNT).zip(id("-g", ACCOUNT)) } else { None };
        if let Some((uid, gid)) = owner {
            std::os::unix::fs::chown(&data, Some(uid), Some(gid)).map_err(cannot)?;
            open_to_all(dir.path())?;
        }
        let mut init = unprivileged(Command::new(programs.join("initdb")), owner);
        init.args(["--no-sync", "--auth=trust", "--username=bench", "--encoding=UTF8", "--locale=C", "-D"]).arg(&data);
        let made = init.current_dir(&data).stdin(Stdio::null()).output().map_err(cannot)?;
        if !made.status.success() {
            return Err(cannot(format!("initdb failed: {}", String::from_utf8_lossy(&made.stderr))));
        }
        let port = free_port()?;
        let mut command = unprivileged(on_the_servers_core(&programs.join("postgres")), owner);
        command.arg("-D").arg(&data).args(["-p", &port.to_string()]);
        for setting in TUNED {
            command.args(["-c", setting]);
        }
        let process = Process::spawn(command.current_dir(&data).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()))?;
        let mut config = Config::new();
        config.host("127.0.0.1").port(port).user("bench").dbname("postgres");
        let mut peer = Self { name: name.to_owned(), process, config, gateways: Vec::new(), shape: None, _dir: dir };
        let begin = Instant::now();
        while peer.client().await.is_err() && begin.elapsed() < ANSWERS_WITHIN && peer.process.is_running() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let version = peer.client().await?.query_one("SHOW server_version", &[]).await.map_err(cannot)?;
        let version: String = version.get(0);
        peer.name = format!("PostgreSQL {}", version.split(' ').next().unwrap_or_default());
        Ok(peer)
    }

    async fn client(&self) -> Result<Client, Failure> {
        connect(&self.config).await
    }

    async fn nearest(&self, seconds: f64, updates_per_s: f64, asks_per_s: f64, seed: u64) -> Result<Figures, Failure> {
        let (done, stop) = (Arc::new(AtomicU64::new(0)), CancellationToken::new());
        let every = Duration::from_secs_f64((BATCH * WRITERS) as f64 / updates_per_s);
        let mut writing = Vec::new();
        for gateway in &self.gateways {
            let (client, gateway, done, stop) = (self.client().await?, Arc::clone(gateway), Arc::clone(&done), stop.clone());
            writing.push(tokio::spawn(write(client, gateway, every, done, stop)));
        }
        let mut tally = Tally::default();
        let load = async {
            let asking = (0..ASKERS).map(|asker| {
                let (config, seed) = (self.config.clone(), seed.wrapping_mul(100).wrapping_add(asker as u64));
                tokio::task::spawn_blocking(move || ask(&config, seconds, asks_per_s / ASKERS as f64, seed))
            });
            for asked in asking.collect::<Vec<_>>() {
                tally.merge(asked.await.map_err(cannot)??);
            }
            Ok(())
        };
        let rates = per_core(&self.process, || done.load(Ordering::Relaxed), load).await?;
        stop.cancel();
        let mut lateness = Times::default();
        for written in writing {
            lateness.merge(&written.await.map_err(cannot)??);
        }
        Ok(nearest_figures(&tally, rates.per_s, &lateness).with("cpu_percent", rates.cpu_percent))
    }

    async fn commits(&self, shape: &Shape, seconds: f64, clients: usize) -> Result<Figures, Failure> {
        let mut connections = Vec::new();
        for _ in 0..clients {
            connections.push(self.client().await?);
        }
        let (cpu_us, begin) = (self.process.cpu_us()?, Instant::now());
        let committing = connections.into_iter().map(|client| {
            let shape = shape.clone();
            tokio::spawn(async move { commit_on(&client, &shape, begin, seconds).await })
        });
        let (mut tally, mut commits) = (Tally::default(), 0);
        for committed in committing.collect::<Vec<_>>() {
            let (calls, count) = committed.await.map_err(cannot)?.map_err(cannot)?;
            tally.merge(calls);
            commits += count;
        }
        Ok(commit_figures(&tally, count(commits), begin.elapsed().as_secs_f64(), self.process.cpu_us()? - cpu_us))
    }
}

fn is_root(own: &std::fs::Metadata) -> bool {
    std::os::unix::fs::MetadataExt::uid(own) == 0
}

fn open_to_all(dir: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(dir, std::fs::Permissions::from_mode(0o755)).map_err(cannot)
}

async fn connect(config: &Config) -> Result<Client, Failure> {
    let (client, connection) = config.connect(NoTls).await.map_err(cannot)?;
    // It ends with its client.
    tokio::spawn(connection);
    Ok(client)
}

async fn write_batch(client: &Client, moving: &Statement, gateway: &Mutex<Walk>) -> Result<usize, Failure> {
    let (ids, free, lons, lats) = {
        let mut walk = gateway.lock();
        let (units, steps) = walk.advance();
        let at = |unit| walk.units.place_e7(unit, steps);
        let ids: Vec<String> = units.clone().map(|unit| walk.units.ids[unit].clone()).collect();
        let free: Vec<bool> = units.clone().map(|unit| unit < FREE).collect();
        let lons: Vec<f64> = units.clone().map(|unit| f64::from(at(unit).1) / E7).collect();
        let lats: Vec<f64> = units.map(|unit| f64::from(at(unit).0) / E7).collect();
        (ids, free, lons, lats)
    };
    client.execute(moving, &[&ids, &free, &lons, &lats]).await.map_err(cannot)?;
    Ok(ids.len())
}

/// Writes batches at their times, or as soon after as the last is done.
async fn write(
    client: Client,
    gateway: Arc<Mutex<Walk>>,
    every: Duration,
    done: Arc<AtomicU64>,
    stop: CancellationToken,
) -> Result<Times, Failure> {
    let moving = client.prepare(MOVE).await.map_err(cannot)?;
    let (mut next, mut lateness) = (Instant::now(), Times::default());
    while !stop.is_cancelled() {
        tokio::time::sleep_until(next).await;
        lateness.record(next.elapsed());
        next += every;
        done.fetch_add(write_batch(&client, &moving, &gateway).await? as u64, Ordering::Relaxed);
    }
    Ok(lateness)
}

fn ask(config: &Config, seconds: f64, per_second: f64, seed: u64) -> Result<Tally, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(cannot)?;
    let client = runtime.block_on(connect(config))?;
    let statement = runtime.block_on(client.prepare(ASK)).map_err(cannot)?;
    let times = schedule(seconds, per_second, Arrivals::Poisson, seed);
    let (places, limit) = (places(times.len(), seed), NEAREST as i64);
    Ok(one_after_the_other(std::time::Instant::now(), &times, |number| {
        let (lat_e7, lon_e7) = places[number];
        let (lat, lon) = (f64::from(lat_e7) / E7, f64::from(lon_e7) / E7);
        match runtime.block_on(client.query(&statement, &[&lon, &lat, &limit])) {
            Ok(rows) if rows.len() == NEAREST => Ok(()),
            Ok(rows) => Err(format!("{} units", rows.len())),
            Err(error) => Err(error.to_string()),
        }
    }))
}

/// Calls and their steps, each a commit of its own, until the time is over; what the calls took, and how many commits there were.
async fn commit_on(client: &Client, shape: &Shape, begin: Instant, seconds: f64) -> Result<(Tally, u64), tokio_postgres::Error> {
    let report = client.prepare("SELECT report($1, $2, $3, $4, $5, $6)").await?;
    let step = client.prepare("SELECT step($1, $2, $3, $4)").await?;
    let filler = |bytes: usize| vec![b'x'; bytes];
    let events: Vec<Vec<u8>> = shape.events.iter().map(|bytes| filler(*bytes)).collect();
    let vault: Vec<Vec<u8>> = shape.vault.iter().map(|bytes| filler(*bytes)).collect();
    let (request, incident, assignment, later) =
        (filler(shape.request), filler(shape.incident), filler(shape.assignment), filler(shape.later_event));
    let (mut tally, mut commits) = (Tally::default(), 0);
    while begin.elapsed().as_secs_f64() < seconds {
        let id = Uuid::now_v7();
        let sent = begin.elapsed();
        client.execute(&report, &[&events, &request, &incident, &assignment, &vault, &id]).await?;
        tally.record(sent, sent, begin.elapsed(), Ok(()));
        for _ in 0..STEPS {
            client.execute(&step, &[&later, &request, &assignment, &id]).await?;
        }
        commits += 1 + STEPS as u64;
    }
    Ok((tally, commits))
}

#[tonic::async_trait]
impl Peer for Postgres {
    fn name(&self) -> String {
        self.name.clone()
    }

    async fn load(&mut self, work: &Work, seed: u64) -> Result<Figures, Failure> {
        match (work, &self.shape) {
            (Work::Nearest { seconds, updates_per_s, asks_per_s }, None) => self.nearest(*seconds, *updates_per_s, *asks_per_s, seed).await,
            (Work::Commits { seconds, clients }, Some(shape)) => self.commits(shape, *seconds, *clients).await,
            _ => Err(unable(&self.name, work)),
        }
    }
}
