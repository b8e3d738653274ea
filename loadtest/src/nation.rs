//! Row 9: a nation on one core. Two million units in as many logs as there are counties report through gateways, while calls come in to
//! one county that has devices at their sockets.

use crate::child::Server;
use crate::engine::schedule::Arrivals;
use crate::engine::tally::Times;
use crate::figures::{Figures, count};
use crate::load::batches::{Batches, Walk};
use crate::load::calls::{self, Rate};
use crate::load::devices;
use crate::load::field::Units;
use crate::load::gateways::{Pace, Streaming};
use crate::oneroom::{COUNTY_SEED, any_port, track};
use crate::peers::{Contender, Peer, Work, unable};
use crate::ready::{Ready, ReadyUnit};
use crate::rows::contest::{Claim, Contest, Reach};
use clap::Args;
use domain::ids::{AgencyId, PrincipalId};
use domain::policy::DEFAULT_TEXT;
use domain::principal::Role;
use parking_lot::Mutex;
use runtime::identity::Authenticator;
use server::drivers::county::{cannot, found, people};
use server::drivers::site::Site;
use server::exit::Failure;
use server::record::Record;
use server::{App, AppOptions};
use sim::county::invented_county;
use sim::nation::Nation;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use store::PrincipalRecord;
use tempfile::TempDir;
use tokio::time::Instant;

/// Counties of the nation, and units of each: 2,000,000 in all.
const COUNTIES: u32 = 2_000;
const UNITS_EACH: u64 = 1_000;
/// A unit reports this often, in seconds: 400,000 fixes a second.
const FIX_EVERY_S: f64 = 5.0;
/// Streams that they come in through.
const GATEWAYS: u32 = 64;
/// Fixes in a batch.
const BATCH: usize = 500;
/// Calls a second.
const CALLS_PER_S: f64 = 50.0;
/// What may be refused of the fixes asked for, because a run does not end between two batches.
const SUSTAINED: f64 = 0.98;
/// Seed of the nation.
const SEED: u64 = 1;

/// The flags of the nation's server.
#[derive(Clone, Debug, Args)]
pub(crate) struct NationFlags {
    /// An empty directory for the record.
    #[arg(long)]
    dir: PathBuf,
    /// How many counties.
    #[arg(long, default_value_t = COUNTIES)]
    counties: u32,
    /// Units of each.
    #[arg(long, default_value_t = UNITS_EACH)]
    units: u64,
}

/// The nation, whose first county is left out: it has the code of the county with devices.
fn nation(counties: u32, each: u64) -> Result<Nation, Failure> {
    Nation::new(SEED, counties + 1, u64::from(counties + 1) * each).map_err(cannot)
}

/// The units of all counties, county by county.
fn units(nation: &Nation) -> Result<Units, Failure> {
    let mut all = Units::default();
    for number in 2..=nation.counties() {
        for unit in nation.county(number).map_err(cannot)?.layout.units {
            all.ids.push(unit.unit_id.to_string());
            all.starts_e7.push((unit.start.lat_e7(), unit.start.lon_e7()));
        }
    }
    Ok(all)
}

/// Serves until the parent goes away.
pub(crate) async fn serve(flags: NationFlags) -> Result<(), Failure> {
    let desk = Site::of_layout(invented_county(COUNTY_SEED).map_err(cannot)?, DEFAULT_TEXT)?;
    let record = Record::open(&flags.dir).map_err(cannot)?;
    found(&record, &desk).await?;
    let nation = nation(flags.counties, flags.units)?;
    let mut field = 0;
    for number in 2..=nation.counties() {
        let site = Site::of_layout(nation.county(number).map_err(cannot)?.layout, DEFAULT_TEXT)?;
        field += site.units.len();
        found(&record, &site).await?;
    }
    let options = AppOptions { desk_log: Some(desk.log_id.clone()), ..AppOptions::new(any_port()) };
    let app = App::start(record, options).await.map_err(cannot)?;
    for log_id in app.runtime.logs().into_iter().filter(|log_id| *log_id != desk.log_id) {
        let view = app.runtime.view(&log_id).ok_or_else(|| cannot(format!("log {log_id} is not served")))?;
        let mut units = Units::default();
        for unit in view.world.units() {
            units.ids.push(unit.profile.unit_id.to_string());
        }
        // Without a fix they are nowhere: what they report places them.
        track(&view.fleet, &units)?;
    }
    let people = people(&app.authenticator, &desk).await?;
    let of_device = people.seats.iter().map(|seat| ReadyUnit {
        unit_id: seat.plan.unit_id.to_string(),
        token: seat.token.clone(),
        lat_e7: seat.plan.start.lat_e7(),
        lon_e7: seat.plan.start.lon_e7(),
    });
    let (log_id, units) = (people.log_id.to_string(), of_device.collect());
    let mut gateways = Vec::new();
    for gateway in 0..GATEWAYS {
        gateways.push(gateway_token(&app.authenticator, gateway, flags.counties).await?);
    }
    let (operator, gateway) = (people.operator.clone(), gateways.join(" "));
    let ready = Ready { log_id, operator, gateway, units, field, ..Ready::bare(app.local_addr) };
    let announced = ready.announce().await;
    app.stop().await;
    announced
}

/// A gateway may report the units of the counties whose units it is given.
async fn gateway_token(authenticator: &Authenticator, gateway: u32, counties: u32) -> Result<String, Failure> {
    // Counties differ by a unit or so in size: one more on either side.
    let (from, to) = (counties * gateway / GATEWAYS, counties * (gateway + 1) / GATEWAYS + 1);
    let code = |county: u32| AgencyId::new(&format!("99{:04}", county + 2)).map_err(cannot);
    let jurisdictions: Result<BTreeSet<AgencyId>, Failure> = (from.saturating_sub(1)..=to.min(counties - 1)).map(code).collect();
    let principal_id = PrincipalId::new(&format!("99-gw{gateway:02}")).map_err(cannot)?;
    let role = Role::Gateway { jurisdictions: jurisdictions? };
    let record = PrincipalRecord { principal_id: principal_id.clone(), role, password_hash: None, created_at_ms: 0, disabled: false };
    authenticator.identities().put_principal(record).await.map_err(cannot)?;
    authenticator.issue_device_token(&principal_id, Some(Duration::from_secs(86_400))).await.map_err(cannot)
}

/// The contest: ours alone, for so many seconds.
pub(crate) fn contest(seconds: f64) -> Result<Contest, Failure> {
    let dir = tempfile::tempdir().map_err(cannot)?;
    let server = Server::start(&["serve-nation"], dir.path())?;
    let wanted = (u64::from(COUNTIES) * UNITS_EACH) as f64 / FIX_EVERY_S;
    Ok(Contest {
        title: "A nation on one core: 2,000,000 units, 400,000 fixes/s through 64 gateways, 50 calls/s",
        work: Work::Calls,
        rounds: 1,
        contenders: vec![("oneroom", Contender::here(Nationwide { server, seconds, _dir: dir }))],
        claims: vec![
            Claim::alone(9, "fixes accepted /s", "fixes_per_s", Reach::AtLeast(wanted * SUSTAINED)),
            Claim::alone(9, "resident memory, GiB", "resident_gib", Reach::AtMost(2.0)),
            Claim::alone(9, "server CPU, % of its core", "cpu_percent", Reach::Stated),
            Claim::alone(9, "call → frame, p50 ms", "p50_ms", Reach::Stated),
            Claim::alone(9, "call → frame, p99 ms", "p99_ms", Reach::Stated),
            Claim::alone(9, "calls without a frame", "missing", Reach::AtMost(0.0)),
        ],
    })
}

struct Nationwide {
    server: Server,
    seconds: f64,
    _dir: TempDir,
}

#[tonic::async_trait]
impl Peer for Nationwide {
    fn name(&self) -> String {
        format!("OneRoom {}", env!("CARGO_PKG_VERSION"))
    }

    async fn load(&mut self, work: &Work, seed: u64) -> Result<Figures, Failure> {
        if !matches!(work, Work::Calls) {
            return Err(unable(&self.name(), work));
        }
        let (ready, process) = (&self.server.ready, &self.server.process);
        let connected = devices::connect(ready).await?;
        let units = Arc::new(units(&nation(COUNTIES, UNITS_EACH)?)?);
        let idle = process.resident_bytes()?;
        let (total, mut streams) = (units.len() as f64 / FIX_EVERY_S, Vec::new());
        for (walk, token) in Walk::split(&units, GATEWAYS as usize, BATCH).into_iter().zip(ready.gateway.split(' ')) {
            let gateway = [Arc::new(Mutex::new(Batches::new(walk)))];
            let share = gateway[0].lock().units() as f64 / units.len() as f64;
            streams.push(Streaming::start(ready.addr, token, &gateway, Pace::PerSecond(total * share)).await?);
        }
        // Each unit has reported once before anything is measured.
        tokio::time::sleep(Duration::from_secs_f64(FIX_EVERY_S + 1.0)).await;
        let accepted = || streams.iter().map(|stream| stream.answered.accepted()).sum::<u64>();
        let (fixes, cpu_us, begin) = (accepted(), process.cpu_us()?, Instant::now());
        let rate = Rate { per_second: CALLS_PER_S, arrivals: Arrivals::Poisson, seed };
        let run = calls::run(&connected.shared, self.seconds, &[rate]).await;
        let elapsed_s = begin.elapsed().as_secs_f64();
        let (fixes, cpu_us, resident) = (accepted() - fixes, process.cpu_us()? - cpu_us, process.resident_bytes()?);
        let (mut refused, mut broken, mut lateness) = (0, 0, Times::default());
        for stream in streams {
            let answered = stream.stop().await;
            refused += answered.refused();
            broken += answered.broken.load(Ordering::Relaxed);
            lateness.merge(&answered.lateness.lock());
        }
        let gib = |bytes: f64| bytes / f64::from(1 << 30);
        Ok(Figures::default()
            .with("fixes_per_s", count(fixes) / elapsed_s)
            .with("fixes_refused", count(refused))
            .with("fixes_late_p99_ms", lateness.percentile_ms(99.0))
            .with("streams_broken", count(broken))
            .with("resident_gib", gib(resident))
            .with("resident_before_fixes_gib", gib(idle))
            .with("cpu_percent", cpu_us / 1e4 / elapsed_s)
            .with("calls", count(run.calls))
            .with("refused", count(run.refused))
            .with("lost", count(run.lost as u64))
            .with("p50_ms", run.latencies.percentile_ms(50.0))
            .with("p99_ms", run.latencies.percentile_ms(99.0))
            .with("load_late_p99_ms", run.lateness.percentile_ms(99.0)))
    }
}
