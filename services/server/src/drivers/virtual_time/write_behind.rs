//! A record that is written a little later, many commits in one transaction: for runs on a virtual clock only.
//!
//! On a virtual clock nobody waits for an answer, so nothing is lost when the process dies but the run itself. Every commit still goes
//! through the same log loop, is chained, and reaches the same SQLite file through the same writer; only the transactions are larger
//! and `append` does not wait for them. Whatever reads the record first waits until it is whole.

use domain::assignment::Assignment;
use domain::deadlines::{Deadline, Owner};
use domain::ids::{AlarmId, BlobHash, IncidentId, LogId, PrincipalId, PrivateRef, RequestId, Seq, UnitId};
use domain::incident::Incident;
use domain::world::PostImage;
use parking_lot::Mutex;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::{
    AppendOutcome, Commit, Head, IncidentFilter, IncidentPage, LogSummary, PrivateContent, Snapshot, Store, StoreError, StoredRequest,
    StoredRow, link,
};
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};

/// Commits written with one transaction.
const COMMITS_PER_WRITE: usize = 512;
/// Writes that wait for the disk at most; beyond it appending waits.
const WRITES_WAITING: usize = 4;

enum Job {
    Write { log_id: LogId, expected: Head, commits: Vec<Commit> },
    Flush(oneshot::Sender<()>),
}

#[derive(Default)]
struct State {
    heads: BTreeMap<LogId, Head>,
    /// Where the gathered commits of a log begin, and they.
    gathered: BTreeMap<LogId, (Head, Vec<Commit>)>,
}

/// A store that writes behind.
pub struct WriteBehind {
    inner: Arc<dyn Store>,
    state: Mutex<State>,
    jobs: mpsc::Sender<Job>,
    /// What went wrong with a write; nothing is taken from then on.
    failed: Arc<Mutex<String>>,
}

impl WriteBehind {
    /// A store that writes to `inner` on `writer`, which must be another runtime than the one that appends.
    #[must_use]
    pub fn new(inner: Arc<dyn Store>, writer: &Handle) -> Arc<Self> {
        let (jobs, queue) = mpsc::channel(WRITES_WAITING);
        let failed = Arc::new(Mutex::new(String::new()));
        writer.spawn(write_all(Arc::clone(&inner), queue, Arc::clone(&failed)));
        Arc::new(Self { inner, state: Mutex::default(), jobs, failed })
    }

    /// Waits until everything is written.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when something could not be.
    pub async fn flush(&self) -> Result<(), StoreError> {
        let gathered = std::mem::take(&mut self.state.lock().gathered);
        for (log_id, (expected, commits)) in gathered {
            self.hand_over(Job::Write { log_id, expected, commits }).await?;
        }
        let (done, written) = oneshot::channel();
        self.hand_over(Job::Flush(done)).await?;
        written.await.map_err(|_| self.failure())?;
        self.check()
    }

    async fn hand_over(&self, job: Job) -> Result<(), StoreError> {
        self.check()?;
        self.jobs.send(job).await.map_err(|_| self.failure())
    }

    fn check(&self) -> Result<(), StoreError> {
        if self.failed.lock().is_empty() { Ok(()) } else { Err(self.failure()) }
    }

    fn failure(&self) -> StoreError {
        StoreError::Unavailable(format!("a run's record was not written: {}", self.failed.lock()))
    }

    async fn head_of(&self, log_id: &LogId) -> Result<Head, StoreError> {
        let known = self.state.lock().heads.get(log_id).copied();
        match known {
            Some(head) => Ok(head),
            None => self.inner.head(log_id).await,
        }
    }
}

async fn write_all(inner: Arc<dyn Store>, mut queue: mpsc::Receiver<Job>, failed: Arc<Mutex<String>>) {
    while let Some(job) = queue.recv().await {
        match job {
            Job::Write { log_id, expected, mut commits } if failed.lock().is_empty() => {
                thin_out(&mut commits);
                let outcome = inner.append(&log_id, expected, commits).await;
                if !matches!(outcome, AppendOutcome::Appended(_)) {
                    *failed.lock() = format!("{outcome:?}");
                }
            }
            Job::Write { .. } => {}
            Job::Flush(done) => drop(done.send(())),
        }
    }
}

/// A resource that changed.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Changed {
    Owner(Owner),
    Unit(UnitId),
    Alarm(AlarmId),
}

fn changed(image: &PostImage) -> Option<Changed> {
    match image {
        PostImage::Unit(unit) => Some(Changed::Unit(unit.profile.unit_id.clone())),
        PostImage::Alarm(alarm) => Some(Changed::Alarm(alarm.alarm_id)),
        other => Owner::of(other).map(Changed::Owner),
    }
}

/// Takes out what a later commit of the same transaction writes over: of each resource the first image stays, because it says where
/// its time line begins, and the last. The end of an assignment stays where it is: its unit's next one may come right after it.
fn thin_out(commits: &mut [Commit]) {
    let mut last: BTreeMap<Changed, usize> = BTreeMap::new();
    for (index, commit) in commits.iter().enumerate() {
        last.extend(commit.changed.iter().filter_map(changed).map(|key| (key, index)));
    }
    let mut seen: BTreeSet<Changed> = BTreeSet::new();
    for (index, commit) in commits.iter_mut().enumerate() {
        commit.changed.retain(|image| {
            let Some(key) = changed(image) else { return true };
            let ends = matches!(image, PostImage::Assignment(assignment) if assignment.state.is_ended());
            let is_last = last.get(&key) == Some(&index);
            seen.insert(key) || is_last || ends
        });
    }
}

/// The head after `commits`.
fn head_after(log_id: &LogId, mut head: Head, commits: &[Commit]) -> Head {
    for event in commits.iter().flat_map(|commit| &commit.events) {
        let seq = head.seq.next();
        head = Head { seq, hash: link(&head.hash, log_id, seq, &event.bytes) };
    }
    head
}

#[tonic::async_trait]
impl Store for WriteBehind {
    async fn append(&self, log_id: &LogId, expected: Head, commits: Vec<Commit>) -> AppendOutcome {
        let unavailable = |error: StoreError| AppendOutcome::Unavailable(error.to_string());
        let head = match self.head_of(log_id).await {
            Ok(head) => head,
            Err(error) => return unavailable(error),
        };
        if head != expected {
            return AppendOutcome::Conflict(head);
        }
        let after = head_after(log_id, head, &commits);
        let full = {
            let mut state = self.state.lock();
            state.heads.insert(log_id.clone(), after);
            let (_, gathered) = state.gathered.entry(log_id.clone()).or_insert_with(|| (expected, Vec::new()));
            gathered.extend(commits);
            if gathered.len() >= COMMITS_PER_WRITE { state.gathered.remove(log_id) } else { None }
        };
        if let Some((expected, commits)) = full
            && let Err(error) = self.hand_over(Job::Write { log_id: log_id.clone(), expected, commits }).await
        {
            return unavailable(error);
        }
        AppendOutcome::Appended(after)
    }

    async fn head(&self, log_id: &LogId) -> Result<Head, StoreError> {
        self.head_of(log_id).await
    }

    async fn read(&self, log_id: &LogId, after: Seq, limit: usize) -> Result<Vec<StoredRow>, StoreError> {
        self.flush().await?;
        self.inner.read(log_id, after, limit).await
    }

    async fn read_incident(&self, log_id: &LogId, incident_id: IncidentId, after: Seq, limit: usize) -> Result<Vec<StoredRow>, StoreError> {
        self.flush().await?;
        self.inner.read_incident(log_id, incident_id, after, limit).await
    }

    async fn find_request(&self, principal_id: &PrincipalId, request_id: RequestId) -> Result<Option<StoredRequest>, StoreError> {
        self.flush().await?;
        self.inner.find_request(principal_id, request_id).await
    }

    async fn forget_requests(&self, before_ms: i64) -> Result<u64, StoreError> {
        self.flush().await?;
        self.inner.forget_requests(before_ms).await
    }

    async fn logs(&self) -> Result<Vec<LogSummary>, StoreError> {
        self.flush().await?;
        self.inner.logs().await
    }

    async fn put_blob(&self, content: Vec<u8>) -> Result<BlobHash, StoreError> {
        self.inner.put_blob(content).await
    }

    async fn get_blob(&self, hash: BlobHash) -> Result<Option<Vec<u8>>, StoreError> {
        self.inner.get_blob(hash).await
    }

    async fn put_snapshot(&self, log_id: &LogId, snapshot: Snapshot) -> Result<(), StoreError> {
        self.flush().await?;
        self.inner.put_snapshot(log_id, snapshot).await
    }

    async fn get_snapshot(&self, log_id: &LogId, state_version: u32) -> Result<Option<Snapshot>, StoreError> {
        self.inner.get_snapshot(log_id, state_version).await
    }

    async fn incident(&self, log_id: &LogId, incident_id: IncidentId) -> Result<Option<(Incident, Vec<Assignment>)>, StoreError> {
        self.flush().await?;
        self.inner.incident(log_id, incident_id).await
    }

    async fn search_incidents(&self, log_id: &LogId, filter: IncidentFilter) -> Result<IncidentPage, StoreError> {
        self.flush().await?;
        self.inner.search_incidents(log_id, filter).await
    }

    async fn deadlines(&self, log_id: &LogId, until_ms: i64, limit: usize) -> Result<Vec<Deadline>, StoreError> {
        self.flush().await?;
        self.inner.deadlines(log_id, until_ms, limit).await
    }

    async fn get_private(&self, private_ref: PrivateRef) -> Result<Option<PrivateContent>, StoreError> {
        self.flush().await?;
        self.inner.get_private(private_ref).await
    }

    async fn erase_private(&self, private_ref: PrivateRef) -> Result<bool, StoreError> {
        self.flush().await?;
        self.inner.erase_private(private_ref).await
    }

    async fn incidents_of_caller(&self, log_id: &LogId, phone: &str, limit: usize) -> Result<Vec<IncidentId>, StoreError> {
        self.flush().await?;
        self.inner.incidents_of_caller(log_id, phone, limit).await
    }
}
