//! One server's turn with a scenario: everybody signs on, positions stream, consoles watch, and calls come in for a while.

use super::batches::{Batches, Walk};
use super::calls;
use super::consoles::{Consoles, Entrance};
use super::devices;
use super::field::Units;
use super::gateways::{Pace, Streaming};
use super::scenario::Scenario;
use super::storms::{self, Aftermath};
use crate::child::Server;
use crate::engine::tally::Times;
use crate::figures::{Figures, count};
use parking_lot::Mutex;
use server::drivers::county::cannot;
use server::exit::Failure;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::time::Instant;

/// Loads a server that has just been started, and measures.
pub(crate) async fn measure(server: &Server, scenario: &Scenario, seed: u64) -> Result<Figures, Failure> {
    let connected = devices::connect(&server.ready).await?;
    let (shared, ready, process) = (&connected.shared, &server.ready, &server.process);
    let mut consoles = Vec::new();
    for part in &scenario.consoles {
        let entrance = Entrance::watch(ready.addr, &ready.operator, part.viewport.map(Into::into));
        consoles.push(Consoles::open(&entrance, part.count).await?);
    }
    let mut streams = Vec::new();
    for part in &scenario.fleets {
        let units = Units::with_devices(&ready.units, part.units.saturating_sub(ready.units.len()));
        let gateways: Vec<_> =
            Walk::split(&units, part.gateways, part.batch).into_iter().map(|walk| Arc::new(Mutex::new(Batches::new(walk)))).collect();
        streams.push(Streaming::start(ready.addr, &ready.gateway, &gateways, Pace::PerSecond(part.per_second())).await?);
    }
    calls::run(shared, scenario.warm_up_s, &scenario.rates(seed.wrapping_add(u64::MAX / 2))).await;

    let (cpu_at_calm, calm) = (process.cpu_us()?, Instant::now());
    tokio::time::sleep(Duration::from_secs_f64(scenario.calm_s)).await;
    let calm_us_per_s = if scenario.calm_s > 0.0 { (process.cpu_us()? - cpu_at_calm) / calm.elapsed().as_secs_f64() } else { 0.0 };

    let accepted = || streams.iter().map(|stream| stream.answered.accepted()).sum::<u64>();
    let deltas = || consoles.iter().map(|consoles| consoles.heard.deltas()).sum::<u64>();
    let (cpu, fixes, frames, seen, begin) =
        (process.cpu_us()?, accepted(), shared.frames.load(Ordering::Relaxed), deltas(), Instant::now());
    let entrance = Entrance::watch(ready.addr, &ready.operator, None);
    let storms = scenario.storms.iter().map(|storm| storms::run(entrance.clone(), storm, begin));
    let rates = scenario.rates(seed);
    let (run, aftermaths) = tokio::join!(calls::run(shared, scenario.seconds, &rates), futures_util::future::join_all(storms));
    let elapsed_s = begin.elapsed().as_secs_f64();
    let cpu_us = process.cpu_us()? - cpu;
    let resident = process.resident_bytes()?;
    let (fixes, frames, seen) = (accepted() - fixes, shared.frames.load(Ordering::Relaxed) - frames, deltas() - seen);

    let lost_consoles: u64 = consoles.iter().map(|consoles| consoles.heard.lost.load(Ordering::Relaxed)).sum();
    let (mut refused, mut broken, mut calmed, mut fix_lateness) = (0, 0, 0, Times::default());
    for stream in streams {
        let answered = stream.stop().await;
        refused += answered.refused();
        broken += answered.broken.load(Ordering::Relaxed);
        calmed += answered.calmed.load(Ordering::Relaxed);
        fix_lateness.merge(&answered.lateness.lock());
    }
    let storm = together(aftermaths)?;
    let calls = count(run.calls.max(1));
    let figures = Figures::default()
        .with("calls", count(run.calls))
        .with("refused", count(run.refused))
        .with("lost", count(run.lost as u64))
        .with("steps_refused", count(shared.steps_refused.load(Ordering::Relaxed)))
        .with("p50_ms", run.latencies.percentile_ms(50.0))
        .with("p99_ms", run.latencies.percentile_ms(99.0))
        .with("max_ms", run.latencies.percentile_ms(100.0))
        .with("load_late_p99_ms", run.lateness.percentile_ms(99.0))
        .with("fixes_per_s", count(fixes) / elapsed_s)
        .with("fixes_refused", count(refused))
        .with("fixes_late_p99_ms", fix_lateness.percentile_ms(99.0))
        .with("streams_broken", count(broken))
        .with("streams_calmed", count(calmed))
        .with("frames_per_call", count(frames) / calls)
        .with("console_frames_per_call", count(seen) / calls)
        .with("consoles_lost", count(lost_consoles))
        .with("cpu_us_per_call", (cpu_us - calm_us_per_s * elapsed_s) / calls)
        .with("calm_cpu_percent", calm_us_per_s / 1e4)
        .with("cpu_percent", cpu_us / elapsed_s / 1e4)
        .with("resident_mib", resident / f64::from(1 << 20));
    Ok(match storm {
        None => figures,
        Some(storm) => figures.with("storm_back_s", storm.back.percentile_ms(100.0) / 1e3).with("storm_lost", count(storm.lost)),
    })
}

fn together(aftermaths: Vec<Result<Aftermath, Failure>>) -> Result<Option<Aftermath>, Failure> {
    let mut all = None;
    for aftermath in aftermaths {
        let aftermath = aftermath?;
        let all = all.get_or_insert_with(Aftermath::default);
        all.back.merge(&aftermath.back);
        all.lost += aftermath.lost;
    }
    Ok(all)
}

/// Whether everything that was asked for was done: no call refused or lost.
pub(crate) fn complete(figures: &Figures) -> Result<(), Failure> {
    let missing = figures.get("refused") + figures.get("lost");
    if missing == 0.0 { Ok(()) } else { Err(cannot(format!("{missing} calls did not get their frame: expected 0"))) }
}
