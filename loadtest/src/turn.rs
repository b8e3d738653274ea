//! One server's turn: its county signs on, positions stream, and calls come in for a while.

use crate::calls;
use crate::child::Server;
use crate::figures::{Figures, percentile_ms};
use crate::fixes::{self, FixCount};
use crate::matching::Matching;
use crate::sockets::{self, Shared};
use domain::ids::{LogId, UnitId};
use futures_util::{StreamExt, TryStreamExt, stream};
use parking_lot::Mutex;
use server::drivers::county::{bearer, cannot};
use server::drivers::link::Link;
use server::drivers::taps;
use server::exit::Failure;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// HTTP/2 connections of callers, units and operator.
const CONNECTIONS: usize = 2;
/// Units that sign on or connect at the same time.
const AT_ONCE: usize = 16;
/// Calls before anything is measured, in seconds.
const WARM_UP_S: f64 = 1.0;
/// Part of the measured time in which only positions stream, to know what they cost without calls.
const CALM_PART: f64 = 0.3;

/// The load.
#[derive(Clone, Copy)]
pub(crate) struct Load {
    pub(crate) seconds: f64,
    pub(crate) calls_per_s: f64,
    pub(crate) fixes_per_s: u32,
    pub(crate) seed: u64,
}

/// Everybody connected to a server, until it is dropped.
pub(crate) struct Connected {
    pub(crate) shared: Arc<Shared>,
    stop: CancellationToken,
}

impl Drop for Connected {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// Signs every unit on and opens its socket.
pub(crate) async fn connect(server: &Server) -> Result<Connected, Failure> {
    let ready = server.ready.clone();
    let link = Link::open(ready.addr, CONNECTIONS).await.map_err(cannot)?;
    let log_id = LogId::new(&ready.log_id).map_err(cannot)?;
    let signing = ready.units.iter().map(async |unit| {
        let unit_id = UnitId::new(&unit.unit_id).map_err(cannot)?;
        taps::sign_on(&link, &bearer(&unit.token)?, &log_id, &unit_id).await.map_err(cannot)
    });
    let signed: Vec<()> = stream::iter(signing).buffer_unordered(AT_ONCE).try_collect().await?;
    debug_assert_eq!(signed.len(), ready.units.len());
    let shared = Arc::new(Shared {
        operator: bearer(&ready.operator)?,
        link,
        ready,
        begin: Instant::now(),
        matching: Mutex::new(Matching::default()),
        frames: AtomicU64::new(0),
        order_bytes: AtomicUsize::new(0),
        steps_refused: AtomicU64::new(0),
        tasks: TaskTracker::new(),
    });
    let connected = Connected { shared: Arc::clone(&shared), stop: CancellationToken::new() };
    for unit in &shared.ready.units {
        sockets::open(&shared, unit, connected.stop.clone()).await?;
    }
    Ok(connected)
}

/// Loads a server that has just been started, and measures.
pub(crate) async fn measure(server: &Server, load: Load) -> Result<Figures, Failure> {
    let connected = connect(server).await?;
    let shared = &connected.shared;
    let counted = Arc::new(Mutex::new(FixCount::default()));
    let (stop, link) = (connected.stop.child_token(), Link::open(shared.ready.addr, 1).await.map_err(cannot)?);
    let gateway = bearer(&shared.ready.gateway)?;
    let streaming = fixes::stream(link.channel(), gateway, shared.ready.clone(), load.fixes_per_s, Arc::clone(&counted), stop.clone());
    let streaming = tokio::spawn(streaming);
    calls::run(shared, WARM_UP_S, load.calls_per_s, load.seed.wrapping_add(u64::MAX / 2)).await;

    let (cpu_at_calm, calm) = (server.cpu_us()?, Instant::now());
    tokio::time::sleep(Duration::from_secs_f64(load.seconds * CALM_PART)).await;
    let calm_us_per_s = (server.cpu_us()? - cpu_at_calm) / calm.elapsed().as_secs_f64();

    let (cpu, fixes, frames, begin) = (server.cpu_us()?, *counted.lock(), shared.frames.load(Ordering::Relaxed), Instant::now());
    let run = calls::run(shared, load.seconds, load.calls_per_s, load.seed).await;
    let elapsed_s = begin.elapsed().as_secs_f64();
    let cpu_us = server.cpu_us()? - cpu;
    let (fixes_after, frames_after) = (*counted.lock(), shared.frames.load(Ordering::Relaxed));

    stop.cancel();
    streaming.await.map_err(cannot)?.map_err(cannot)?;
    #[allow(clippy::cast_precision_loss)] // counts of one run
    let per = |count: u64, of: f64| count as f64 / of;
    #[allow(clippy::cast_precision_loss)] // as above
    let calls = run.calls.max(1) as f64;
    Ok(Figures {
        calls: run.calls,
        refused: run.refused,
        lost: run.lost,
        steps_refused: shared.steps_refused.load(Ordering::Relaxed),
        p50_ms: percentile_ms(&run.latencies, 50.0),
        p99_ms: percentile_ms(&run.latencies, 99.0),
        max_ms: percentile_ms(&run.latencies, 100.0),
        load_late_p99_ms: percentile_ms(&run.lateness, 99.0),
        fixes_per_s: per(fixes_after.accepted - fixes.accepted, elapsed_s),
        fixes_refused: fixes_after.refused - fixes.refused,
        frames_per_call: per(frames_after - frames, calls),
        cpu_us_per_call: (cpu_us - calm_us_per_s * elapsed_s) / calls,
        cpu_calm_percent: calm_us_per_s / 1e4,
        cpu_percent: cpu_us / elapsed_s / 1e4,
    })
}
