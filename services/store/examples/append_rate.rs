//! How fast the SQLite record appends: `append_rate [LOGS] [APPENDS_PER_LOG] [COMMITS_PER_APPEND]`, in a temporary directory
//! (`TMPDIR`). Each commit is a call with its order: a request, 4 events of 350 bytes, an incident, an assignment, a unit and a
//! vault entry. Each log has one append in flight, as in the service.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "a measurement run by hand")]

use domain::assignment::AssignmentState;
use domain::ids::{IncidentId, PrivateRef, RequestId};
use domain::unit::{Availability, Duty};
use domain::world::PostImage;
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::conformance::fixture;
use store::{AppendOutcome, Commit, EncodedEvent, Head, PrivateContent, SqliteOptions, SqliteStore, Store};

const EVENT_BYTES: usize = 350;
const EVENTS_PER_COMMIT: usize = 4;

fn commit(log: usize, number: u32) -> Commit {
    let name = format!("u-{log}-{}", number % 32);
    let mut incident = fixture::incident(number);
    // Ordered by time as the service's ids are, and spread over logs.
    incident.incident_id = IncidentId(fixture::uuid((u128::from(number) << 64) + log as u128));
    let mut assignment = fixture::assignment(number, incident.incident_id, &name);
    assignment.assignment_id.0 = fixture::uuid((u128::from(number) << 64) + (1 << 32) + log as u128);
    // Over at once, so that the next order of the same unit is no violation.
    assignment.state = AssignmentState::Expired;
    assignment.not_taken = vec![assignment.ranking.clone(); 3];
    incident.assignments = vec![assignment.assignment_id];
    let mut unit = fixture::unit(&name);
    unit.duty = Duty::On { availability: Availability::Available, engaged_in: Some(assignment.assignment_id) };
    let random = fixture::uuid(rand::random());
    let event = EncodedEvent { bytes: vec![b'x'; EVENT_BYTES], name: "incident_reported", incident_id: Some(incident.incident_id) };
    let mut private = fixture::private(0, "张三");
    private.private_ref = PrivateRef(random);
    private.content = PrivateContent { caller_phone: "13900000000".into(), narrative: "吵架".repeat(20), ..private.content };
    let mut request = fixture::request("op-1", 0);
    request.request_id = RequestId(random);
    Commit {
        request: Some(request),
        reply: vec![b'r'; 200],
        events: vec![event; EVENTS_PER_COMMIT],
        changed: vec![fixture::incident_image(&incident), fixture::assignment_image(&assignment), PostImage::Unit(Arc::new(unit))],
        private: vec![private],
        recorded_at: incident.reported_at,
    }
}

async fn one_log(store: Arc<SqliteStore>, log: usize, appends: u32, commits: u32) -> Vec<Duration> {
    let log_id = fixture::log(&format!("log-{log}"));
    let mut head = Head::EMPTY;
    let mut took = Vec::new();
    for number in 0..appends {
        let batch = (0..commits).map(|index| commit(log, number * commits + index)).collect();
        let started = Instant::now();
        match store.append(&log_id, head, batch).await {
            AppendOutcome::Appended(now) => head = now,
            other => panic!("{other:?}"),
        }
        took.push(started.elapsed());
    }
    took
}

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<u32>().expect("a number"));
    let logs = arguments.next().unwrap_or(256) as usize;
    let appends = arguments.next().unwrap_or(100);
    let commits = arguments.next().unwrap_or(1);
    let dir = tempfile::tempdir().expect("a temporary directory");
    let store = SqliteStore::open(dir.path(), SqliteOptions::default()).expect("a new record");
    let started = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for log in 0..logs {
        tasks.spawn(one_log(Arc::clone(&store), log, appends, commits));
    }
    let mut took: Vec<Duration> = tasks.join_all().await.into_iter().flatten().collect();
    let seconds = started.elapsed().as_secs_f64();
    store.close().await;
    took.sort();
    let at = |share: f64| took[((took.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
    let commits_total = logs as f64 * f64::from(appends) * f64::from(commits);
    println!(
        "logs {logs}, appends {}, commits {commits_total}: {:.0} event rows/s, {:.0} commits/s, {:.0} appends/s; append p50 {:.2} ms, \
         p99 {:.2} ms, max {:.2} ms; file {:.1} MB",
        took.len(),
        commits_total * EVENTS_PER_COMMIT as f64 / seconds,
        commits_total / seconds,
        took.len() as f64 / seconds,
        at(0.5),
        at(0.99),
        at(1.0),
        std::fs::metadata(store.path()).map_or(0, |file| file.len()) as f64 / 1e6
    );
}
