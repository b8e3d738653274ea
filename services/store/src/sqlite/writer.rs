//! The writer: one thread, one connection, and group commit. Whatever waits is written in one transaction with one sync.

use super::append::{self, Refused};
use super::failure::{self, CommitFailure};
use super::prepared::PreparedAppend;
use super::wal::WalKeeper;
use crate::chain::Head;
use crate::commit::AppendOutcome;
use crate::query::StoreError;
use rusqlite::Connection;
use std::time::Instant;
use tokio::sync::{mpsc, oneshot};

/// Most jobs that wait for the writer. A full queue makes callers wait; nothing is dropped.
pub const WRITE_QUEUE: usize = 1024;
/// Most jobs in one transaction: bounds how long the first of them waits for the others.
pub const MAX_GROUP: usize = 256;

/// An append that waits.
pub(super) struct AppendJob {
    pub(super) append: PreparedAppend,
    pub(super) reply: oneshot::Sender<AppendOutcome>,
}

/// Any other write that waits: it runs in the group's transaction and hears what became of that.
pub(super) trait Work: Send {
    /// Writes. It may be run again, when what it did was rolled back because of another job.
    fn run(&self, conn: &Connection) -> rusqlite::Result<()>;
    /// Answers, after the commit.
    fn finish(self: Box<Self>, outcome: Result<(), StoreError>);
    /// Whether the write-ahead log should be emptied afterwards, because it still holds what was erased.
    fn erases(&self) -> bool;
}

/// What the writer is asked to do.
pub(super) enum Job {
    /// An append.
    Append(Box<AppendJob>),
    /// Any other write.
    Work(Box<dyn Work>),
    /// To stop, after what came before.
    Close(oneshot::Sender<()>),
}

/// What became of one job inside the transaction.
enum Step {
    Written,
    Conflict(Head),
    Violated { name: &'static str, index: usize },
    Failed(String),
}

/// Whether each job can be undone alone.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Savepoints {
    None,
    PerJob,
}

/// The writer's state.
pub(super) struct Writer {
    conn: Connection,
    jobs: mpsc::Receiver<Job>,
    wal: WalKeeper,
    /// Why nothing is written any more, once a sync failed.
    stopped: Option<String>,
}

impl Writer {
    /// Takes the one writing connection.
    pub(super) fn new(conn: Connection, jobs: mpsc::Receiver<Job>, wal: WalKeeper) -> Self {
        Self { conn, jobs, wal, stopped: None }
    }

    /// Works until the store is closed or dropped.
    pub(super) fn run(mut self) {
        let mut group = Vec::with_capacity(MAX_GROUP);
        while let Some(first) = self.jobs.blocking_recv() {
            let mut closing = None;
            let mut next = Some(first);
            while let Some(job) = next {
                match job {
                    Job::Close(done) => closing = Some(done),
                    job => group.push(job),
                }
                next = if group.len() < MAX_GROUP && closing.is_none() { self.jobs.try_recv().ok() } else { None };
            }
            metrics::gauge!("oneroom_store_write_queue_depth").set(f64::from(u32::try_from(self.jobs.len()).unwrap_or(u32::MAX)));
            if !group.is_empty() {
                self.write_group(&mut group);
            }
            if let Some(done) = closing {
                self.refuse_the_rest();
                self.wal.empty(&self.conn);
                drop(self);
                // Nobody may be waiting for it any more.
                let _ = done.send(());
                return;
            }
            if let Err(error) = self.wal.keep_short(&self.conn, self.jobs.is_empty()) {
                self.note_failure(&error);
            }
        }
    }

    /// Answers what came after the order to stop: nothing of it was written, and saying so spares the caller the doubt.
    fn refuse_the_rest(&mut self) {
        self.jobs.close();
        let closed = GroupFailed { reason: "the record is closed".to_owned(), perhaps_written: false };
        while let Some(job) = self.jobs.blocking_recv() {
            answer_failed(job, &closed);
        }
    }

    fn write_group(&mut self, group: &mut Vec<Job>) {
        let started = Instant::now();
        metrics::histogram!("oneroom_store_group_jobs").record(f64::from(u32::try_from(group.len()).unwrap_or(u32::MAX)));
        let outcome = self.transaction(group);
        metrics::histogram!("oneroom_store_group_seconds").record(started.elapsed().as_secs_f64());
        match outcome {
            Ok(steps) => {
                if group.iter().any(|job| matches!(job, Job::Work(work) if work.erases())) {
                    self.wal.empty(&self.conn);
                }
                for (job, step) in group.drain(..).zip(steps) {
                    answer(job, step);
                }
            }
            Err(failed) => {
                tracing::error!(reason = %failed.reason, "a group of writes failed");
                group.drain(..).for_each(|job| answer_failed(job, &failed));
            }
        }
    }

    /// Runs a group in one transaction. An error concerns the whole group: nothing of it was written, or that isn't known.
    ///
    /// Nearly always nothing is refused once its head fits, so the group is first tried without savepoints, which cost a copy of
    /// each page per job. When something is refused after all, the group is run again with them.
    fn transaction(&mut self, group: &[Job]) -> Result<Vec<Step>, GroupFailed> {
        if let Some(reason) = &self.stopped {
            return Err(GroupFailed { reason: reason.clone(), perhaps_written: false });
        }
        let steps = match self.steps(group, Savepoints::None)? {
            Some(steps) => steps,
            None => self.steps(group, Savepoints::PerJob)?.unwrap_or_default(),
        };
        if !steps.iter().any(|step| matches!(step, Step::Written)) {
            self.roll_back();
            return Ok(steps);
        }
        match self.conn.execute_batch("COMMIT") {
            Ok(()) => Ok(steps),
            Err(error) if failure::at_commit(&error) == CommitFailure::NotWritten => Err(self.not_written(&error)),
            Err(error) => {
                self.roll_back();
                let reason = self.stop(&error);
                Err(GroupFailed { reason, perhaps_written: true })
            }
        }
    }

    /// Begins a transaction and runs each job in it; none when one was refused that had no savepoint.
    fn steps(&mut self, group: &[Job], savepoints: Savepoints) -> Result<Option<Vec<Step>>, GroupFailed> {
        self.conn.execute_batch("BEGIN IMMEDIATE").map_err(|error| self.not_written(&error))?;
        let mut steps = Vec::with_capacity(group.len());
        for job in group {
            match step(&self.conn, job, savepoints) {
                Ok(Step::Violated { .. } | Step::Failed(_)) if savepoints == Savepoints::None => {
                    self.roll_back();
                    return Ok(None);
                }
                Ok(step) => steps.push(step),
                Err(error) => return Err(self.not_written(&error)),
            }
        }
        Ok(Some(steps))
    }

    fn not_written(&mut self, error: &rusqlite::Error) -> GroupFailed {
        self.roll_back();
        self.note_failure(error);
        GroupFailed { reason: error.to_string(), perhaps_written: false }
    }

    fn roll_back(&self) {
        // SQLite may have rolled back by itself; what can't be rolled back now is when the next BEGIN fails.
        if !self.conn.is_autocommit()
            && let Err(error) = self.conn.execute_batch("ROLLBACK")
        {
            tracing::error!(%error, "a transaction could not be rolled back");
        }
    }

    fn note_failure(&mut self, error: &rusqlite::Error) {
        if failure::is_failed_sync(error) {
            self.stop(error);
        }
    }

    fn stop(&mut self, error: &rusqlite::Error) -> String {
        let reason = format!(
            "the disk did not confirm a write ({error}): nothing is written any more until a restart has read back what is there; \
             reads go on"
        );
        tracing::error!(%error, "writing has stopped: the disk did not confirm a write; restart after checking the disk");
        metrics::gauge!("oneroom_store_writing_stopped").set(1.0);
        self.stopped = Some(reason.clone());
        reason
    }
}

/// A whole group failed.
struct GroupFailed {
    reason: String,
    perhaps_written: bool,
}

/// Runs one job. An error ends the whole group.
fn step(conn: &Connection, job: &Job, savepoints: Savepoints) -> rusqlite::Result<Step> {
    let run = |write: &dyn Fn() -> Result<(), Refused>| match savepoints {
        Savepoints::None => write(),
        Savepoints::PerJob => in_savepoint(conn, write),
    };
    let outcome = match job {
        Job::Append(job) => append::check_head(conn, &job.append).and_then(|()| run(&|| append::write(conn, &job.append))),
        Job::Work(work) => run(&|| work.run(conn).map_err(Refused::from)),
        Job::Close(_) => return Ok(Step::Failed("the record is closing".to_owned())),
    };
    match outcome {
        Ok(()) => Ok(Step::Written),
        Err(Refused::Conflict(head)) => Ok(Step::Conflict(head)),
        Err(Refused::Violated { name, index }) => Ok(Step::Violated { name, index }),
        // A full disk or an IO error may have ended the whole transaction.
        Err(Refused::Failed(error)) if conn.is_autocommit() => Err(error),
        Err(Refused::Failed(error)) => Ok(Step::Failed(error.to_string())),
    }
}

/// Runs a job so that what is wrong with it hurts no other.
fn in_savepoint(conn: &Connection, write: &dyn Fn() -> Result<(), Refused>) -> Result<(), Refused> {
    conn.prepare_cached("SAVEPOINT job")?.execute([])?;
    let outcome = write();
    if outcome.is_err() && !conn.is_autocommit() {
        conn.prepare_cached("ROLLBACK TO job")?.execute([])?;
    }
    if !conn.is_autocommit() {
        conn.prepare_cached("RELEASE job")?.execute([])?;
    }
    outcome
}

fn answer(job: Job, step: Step) {
    // A caller that has gone away does not hear its answer; its request id tells when it asks again.
    match (job, step) {
        (Job::Append(job), Step::Written) => drop(job.reply.send(AppendOutcome::Appended(job.append.head))),
        (Job::Append(job), Step::Conflict(head)) => drop(job.reply.send(AppendOutcome::Conflict(head))),
        (Job::Append(job), Step::Violated { name, index }) => drop(job.reply.send(AppendOutcome::Violated { name, index })),
        (Job::Append(job), Step::Failed(reason)) => drop(job.reply.send(AppendOutcome::Unavailable(reason))),
        (Job::Work(work), Step::Written) => work.finish(Ok(())),
        (Job::Work(work), Step::Failed(reason)) => work.finish(Err(StoreError::Unavailable(reason))),
        (Job::Work(work), Step::Conflict(_) | Step::Violated { .. }) => {
            work.finish(Err(StoreError::Unavailable("a constraint was violated".to_owned())));
        }
        (Job::Close(_), _) => {}
    }
}

fn answer_failed(job: Job, failed: &GroupFailed) {
    let reason = failed.reason.clone();
    match job {
        Job::Append(job) if failed.perhaps_written => drop(job.reply.send(AppendOutcome::Unknown(reason))),
        Job::Append(job) => drop(job.reply.send(AppendOutcome::Unavailable(reason))),
        Job::Work(work) => work.finish(Err(StoreError::Unavailable(reason))),
        Job::Close(_) => {}
    }
}
