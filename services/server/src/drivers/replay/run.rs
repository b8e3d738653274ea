//! One replay from beginning to end: a server of its own, a county, its people, the calls, and the count.

use super::ReplayFlags;
use super::callers::{Answers, Sending};
use super::input::CallFile;
use super::progress::Progress;
use crate::commands::serve::wait_for_signal;
use crate::drivers::cast::{Cast, CastPlan};
use crate::drivers::county::{bearer, cannot, found, people};
use crate::drivers::crews::CrewStyle;
use crate::drivers::link::Link;
use crate::drivers::operator::DeskStyle;
use crate::drivers::positions::FixTally;
use crate::drivers::recount::{Recount, recount};
use crate::drivers::report::{Counts, LayoutReport, ReplayReport, peak_rss_bytes};
use crate::drivers::site::Site;
use crate::exit::Failure;
use crate::record::Record;
use crate::{App, AppOptions};
use domain::ids::{LogId, Seq};
use sim::crew::{CrewProfile, Delay};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// HTTP/2 connections to the server.
const CONNECTIONS: usize = 8;
/// How often the open work is looked at, in milliseconds.
const LOOK_EVERY_MS: u64 = 100;
/// Work that has not become less for this long is left open, in milliseconds.
const STALLED_AFTER_MS: u64 = 60_000;
/// Highest speed taken.
const SPEED_MAX: f64 = 1e6;
/// Seed of the crews. They are prompt: nothing of what they do depends on it.
const CREW_SEED: u64 = 1;

/// Runs a replay.
///
/// # Errors
/// [`Failure::BadInput`] for flags or files that can't be used; [`Failure::DoesNotHold`] when the server fails.
pub(super) async fn replay(flags: ReplayFlags) -> Result<ReplayReport, Failure> {
    if let Some(speed) = flags.speed
        && !(speed > 0.0 && speed <= SPEED_MAX)
    {
        return Err(Failure::input(format!("--speed {speed}: expected a number above 0, at most {SPEED_MAX}")));
    }
    let (calls, map, org, policy) = (flags.calls.clone(), flags.map.clone(), flags.org.clone(), flags.policy.clone());
    let limit = flags.limit;
    let read = tokio::task::spawn_blocking(move || {
        let file = CallFile::open(&calls, &map, limit)?;
        let site = file.site(org.as_deref(), policy.as_deref())?;
        Ok::<_, Failure>((Arc::new(file), site))
    });
    let (file, site) = read.await.map_err(cannot)??;
    let temporary = if flags.keep.is_some() { None } else { Some(tempfile::tempdir().map_err(cannot)?) };
    let kept = flags.keep.as_deref();
    let Some(dir) = kept.or(temporary.as_ref().map(tempfile::TempDir::path)) else { return Err(cannot("there is no directory")) };
    let record = Record::open(dir).map_err(Failure::input)?;
    found(&record, &site).await?;
    let options = AppOptions { desk_log: Some(site.log_id.clone()), ..AppOptions::new(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))) };
    let app = App::start(record, options).await.map_err(cannot)?;
    let outcome = tokio::select! {
        outcome = play(&app, &flags, file, &site) => outcome,
        _ = wait_for_signal() => Err(cannot("stopped before the end")),
    };
    app.stop().await;
    outcome
}

async fn play(app: &App, flags: &ReplayFlags, file: Arc<CallFile>, site: &Site) -> Result<ReplayReport, Failure> {
    let county = people(&app.authenticator, site).await?;
    let link = Arc::new(Link::open(app.local_addr, CONNECTIONS).await.map_err(cannot)?);
    let profile = CrewProfile { service: Delay::NONE, ..CrewProfile::prompt() };
    let crews = CrewStyle { profile, line: None, roads: None, drives: false, seed: CREW_SEED, left_to_people: None };
    let cast = Cast::start(&link, &county, CastPlan { crews, desk: Some(DeskStyle::tireless()), follow_up: None }).await?;
    let begin = app.runtime.store().head(&county.log_id).await.map_err(cannot)?.seq;

    let progress = Progress::new(file.rows);
    let began = Instant::now();
    let (at_once, bearer) = (usize::from(flags.concurrency), bearer(&county.operator)?);
    let sending = Sending { link: Arc::clone(&link), bearer, desk: county.log_id.clone(), at_once, speed: flags.speed };
    let answers = sending.send_all(Arc::clone(&file), begin, &progress).await?;
    let seconds_sending = began.elapsed().as_secs_f64();
    progress.working();
    finish_work(app, &county.log_id, &cast, &progress, Duration::from_secs(flags.wait_s)).await;
    let seconds = began.elapsed().as_secs_f64();
    let watch_resyncs = cast.shared.room.lock().resyncs();
    let positions = cast.stop().await;
    progress.counting();
    let store = app.runtime.store();
    let found = recount(store.as_ref(), &county.log_id, &answers.earlier, begin, None).await.map_err(cannot)?;
    progress.done();
    let layout = layout_report(site, flags);
    let figures = Figures { clock: "wall", seconds_sending, seconds, retried: link.retried(), watch_resyncs, positions };
    Ok(report(answers, found, figures, file.flaws.clone(), layout))
}

/// Waits until nothing is open, or nothing has moved for a while, or the time is up.
async fn finish_work(app: &App, log_id: &LogId, cast: &Cast, progress: &Progress, wait: Duration) {
    let began = Instant::now();
    let mut stall = Stall { least: usize::MAX, moved: began };
    loop {
        let head = app.runtime.view(log_id).map_or(Seq::default(), |view| view.head.seq);
        let (open, waiting, at) = {
            let room = cast.shared.room.lock();
            // A room in the middle of a snapshot knows only a part of what is open.
            (room.is_live().then(|| room.open()), room.waiting_count(), room.at().0)
        };
        if let Some(open) = open {
            progress.open(waiting, open);
        }
        let done = open == Some(0) && at >= head.0;
        if done || stall.is_over(open, Instant::now()) || began.elapsed() > wait {
            return;
        }
        tokio::time::sleep(Duration::from_millis(LOOK_EVERY_MS)).await;
    }
}

/// Whether the open work still becomes less.
struct Stall {
    least: usize,
    moved: Instant,
}

impl Stall {
    /// Takes in what is open, if that is known; says whether it has not become less for [`STALLED_AFTER_MS`].
    fn is_over(&mut self, open: Option<usize>, now: Instant) -> bool {
        if let Some(open) = open.filter(|open| *open < self.least) {
            (self.least, self.moved) = (open, now);
        }
        now.saturating_duration_since(self.moved) > Duration::from_millis(STALLED_AFTER_MS)
    }
}

/// What it ran on.
pub(super) fn layout_report(site: &Site, flags: &ReplayFlags) -> LayoutReport {
    LayoutReport {
        log_id: site.log_id.to_string(),
        source: if flags.org.is_some() { "org" } else { "calls" },
        stations: site.stations,
        beats: site.beats,
        units: site.units.len(),
    }
}

/// What is not counted from the record.
pub(super) struct Figures {
    pub(super) clock: &'static str,
    pub(super) seconds_sending: f64,
    pub(super) seconds: f64,
    pub(super) retried: u64,
    pub(super) watch_resyncs: u64,
    pub(super) positions: FixTally,
}

/// Puts the report together and checks its sums.
pub(super) fn report(answers: Answers, found: Recount, figures: Figures, rows_with_flaws: Counts, layout: LayoutReport) -> ReplayReport {
    let of = |name: &str| found.events.get(name).copied().unwrap_or(0);
    let mut report = ReplayReport {
        clock: figures.clock,
        sent: answers.sent,
        accepted: answers.accepted,
        refused: answers.refused,
        recorded: found.recorded,
        calls_per_s: answers.sent as f64 / figures.seconds_sending.max(1e-3),
        peak_rss_bytes: peak_rss_bytes(),
        audit_ok: found.audit_ok,
        attendance: found.attendance,
        assigned: of("assignment_offered") + of("assignment_activated"),
        acknowledged: of("assignment_acknowledged"),
        closed: found.closed,
        left_open: found.recorded.saturating_sub(found.closed),
        already_recorded: found.earlier,
        duplicates_retried: figures.retried,
        watch_resyncs: figures.watch_resyncs,
        seconds_sending: figures.seconds_sending,
        seconds: figures.seconds,
        flagged: found.flagged,
        teams: found.teams,
        events: found.events,
        rows_with_flaws,
        positions: figures.positions,
        layout,
        on_virtual: None,
        failed_checks: Vec::new(),
    };
    report.check();
    report
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_left_only_when_it_has_not_become_less_for_a_minute() {
        let begin = Instant::now();
        let after = |ms| begin + Duration::from_millis(ms);
        let mut stall = Stall { least: usize::MAX, moved: begin };
        assert!(!stall.is_over(Some(100), after(50_000)));
        assert!(!stall.is_over(None, after(100_000)), "a room that is not whole says nothing");
        assert!(!stall.is_over(Some(99), after(109_000)));
        assert!(!stall.is_over(Some(100), after(169_000)));
        assert!(stall.is_over(Some(99), after(169_001)));
    }
}
