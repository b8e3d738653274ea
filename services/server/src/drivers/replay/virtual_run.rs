//! A replay on the virtual clock from beginning to end: a county in an empty record, the calls by their time, and the count.

use super::ReplayFlags;
use super::callers::Answers;
use super::input::CallFile;
use super::order::in_order;
use super::progress::Progress;
use super::run::{Figures, layout_report, report};
use crate::commands::serve::wait_for_signal;
use crate::drivers::county::cannot;
use crate::drivers::recount::recount;
use crate::drivers::report::{ReplayReport, VirtualReport};
use crate::drivers::site::Site;
use crate::drivers::virtual_time::times::PoliceTimes;
use crate::drivers::virtual_time::{self, VirtualPlan};
use crate::exit::Failure;
use crate::record::Record;
use domain::ids::{BlobHash, Seq};
use domain::policy::parse;
use places::AgencyBlob;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::runtime::Handle;
use tokio::time::Instant;

/// A run with what is counted by day, which the report leaves out.
pub(super) struct VirtualRun {
    /// What is reported.
    pub(super) report: ReplayReport,
    /// Police times with their days.
    pub(super) times: PoliceTimes,
}

/// Reads the calls, and runs them on the virtual clock.
///
/// # Errors
/// As [`super::run`].
pub(super) async fn replay(flags: ReplayFlags) -> Result<VirtualRun, Failure> {
    interruptible(move |stop, writer| {
        let file = CallFile::open(&flags.calls, &flags.map, flags.limit)?;
        let site = file.site(flags.org.as_deref(), flags.policy.as_deref())?;
        replay_on(&flags, &file, site, &writer, &stop)
    })
    .await
}

/// Does blocking work, and tells it when the process is asked to stop.
///
/// # Errors
/// As the work's.
pub(super) async fn interruptible<T: Send + 'static>(
    work: impl FnOnce(Arc<AtomicBool>, Handle) -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    let stop = Arc::new(AtomicBool::new(false));
    let (told, writer) = (Arc::clone(&stop), Handle::current());
    let mut working = tokio::task::spawn_blocking(move || work(told, writer));
    let done = tokio::select! {
        done = &mut working => done,
        _ = wait_for_signal() => {
            stop.store(true, Ordering::Relaxed);
            working.await
        }
    };
    done.map_err(cannot)?
}

/// Runs the calls of `file` on `site`. Blocks.
///
/// # Errors
/// As [`super::run`].
pub(super) fn replay_on(
    flags: &ReplayFlags,
    file: &CallFile,
    site: Site,
    writer: &Handle,
    stop: &Arc<AtomicBool>,
) -> Result<VirtualRun, Failure> {
    let Some(first) = file.first else {
        return Err(Failure::input(format!("{}: no call has a time: expected at least one on the virtual clock", flags.calls.display())));
    };
    let temporary = if flags.keep.is_some() { None } else { Some(tempfile::tempdir().map_err(cannot)?) };
    let kept = flags.keep.as_deref();
    let Some(dir) = kept.or(temporary.as_ref().map(tempfile::TempDir::path)) else { return Err(cannot("there is no directory")) };
    let run = in_directory(flags, file, VirtualPlan::new(site, first, flags.seed), dir, writer, stop);
    if let Some(temporary) = temporary {
        temporary.close().map_err(cannot)?;
    }
    run
}

fn in_directory(
    flags: &ReplayFlags,
    file: &CallFile,
    plan: VirtualPlan,
    dir: &Path,
    writer: &Handle,
    stop: &Arc<AtomicBool>,
) -> Result<VirtualRun, Failure> {
    let record = Record::open(dir).map_err(Failure::input)?;
    let progress = Progress::new(file.rows);
    progress.sorting();
    let calls = in_order(file, &plan.site.log_id, plan.begin)?
        .map(|call| if stop.load(Ordering::Relaxed) { Err(cannot("stopped before the end")) } else { call });
    let mut answers = Answers::after(Seq::default());
    let began = Instant::now();
    let mut seconds_sending = 0.0;
    progress.sending();
    let ended = virtual_time::run(&plan, &record, writer, calls, |answer| {
        answers.take(answer);
        seconds_sending = began.elapsed().as_secs_f64();
        progress.answered();
    })?;
    let seconds = began.elapsed().as_secs_f64();
    progress.working();
    progress.counting();
    let mut times = times_of(&plan.site)?;
    let store = record.store();
    let found = writer.block_on(recount(store.as_ref(), &plan.site.log_id, &answers.earlier, ended.begin, Some(&mut times)));
    let found = found.map_err(cannot)?;
    writer.block_on(record.close());
    progress.done();
    let figures = Figures { clock: "virtual", seconds_sending, seconds, retried: 0, watch_resyncs: 0, positions: ended.positions };
    let mut report = report(answers, found, figures, file.flaws.clone(), layout_report(&plan.site, flags));
    let virtual_seconds = ended.ended_at.since_ms(plan.begin) as f64 / 1_000.0;
    report.on_virtual = Some(Box::new(VirtualReport {
        seed: plan.seed,
        policy: parse_policy(&plan.site)?.name,
        policy_hash: BlobHash::of(plan.site.policy.as_bytes()).to_string(),
        virtual_seconds,
        speed: virtual_seconds / seconds.max(1e-3),
        chain: hex::encode(ended.head.hash),
        desk: plan.desk,
        activity: ended.activity,
        times: times.clone(),
    }));
    Ok(VirtualRun { report, times })
}

fn parse_policy(site: &Site) -> Result<domain::policy::Policy, Failure> {
    parse("policy", &site.policy).map_err(|errors| Failure::input(errors.first().map_or_else(String::new, ToString::to_string)))
}

fn times_of(site: &Site) -> Result<PoliceTimes, Failure> {
    let agencies = AgencyBlob::from_bytes(&site.agencies).map_err(cannot)?;
    Ok(PoliceTimes::new(Arc::new(parse_policy(site)?), Arc::new(agencies.tree)))
}
