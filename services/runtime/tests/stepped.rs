//! A stepped log: it does nothing by itself, fires what is due when it is asked, and the same steps write the same record.
#![allow(clippy::unwrap_used)] // a failed unwrap in a test's helper is the test failing too

use bus::LocalBus;
use domain::command::{Command, RegisterUnits, ReportIncident};
use domain::ids::{CategoryKey, LogId, PrincipalId, TypeKey};
use domain::policy::DEFAULT_TEXT;
use domain::principal::{Principal, Role};
use domain::time::Timestamp;
use runtime::clock::VirtualClock;
use runtime::testing::{BEGIN, Bench, LOG};
use runtime::{Request, Runtime, RuntimeError};
use std::sync::Arc;
use store::{Head, SqliteOptions, SqliteStore, Store};

/// A priority-3 call that nobody is sent to: the room is alarmed a minute after it.
fn call() -> Command {
    Command::ReportIncident(ReportIncident {
        source: domain::classification::CallSource::Emergency110,
        classification: domain::classification::Classification {
            category: CategoryKey::new("dispute").unwrap(),
            kind: Some(TypeKey::new("neighbour").unwrap()),
        },
        place: domain::place::Place::Unverified,
        private: None,
        occurred_at: None,
        answered_at: None,
        priority: None,
        desk: None,
    })
}

struct Stepped {
    runtime: Runtime,
    clock: Arc<VirtualClock>,
    log_id: LogId,
    _dir: tempfile::TempDir,
}

impl Stepped {
    async fn new(seed: u64) -> Self {
        let county = Bench::county().await;
        let log_id = LogId::new(LOG).unwrap();
        let agencies = county.edge.runtime.view(&log_id).unwrap().context.agency_hash;
        let agencies = county.edge.runtime.store().get_blob(agencies).await.unwrap().unwrap();
        let dir = tempfile::tempdir().unwrap();
        let store: Arc<dyn Store> = SqliteStore::open(dir.path(), SqliteOptions::default()).unwrap();
        let clock = Arc::new(VirtualClock::repeatable(BEGIN, seed));
        let policy = store.put_blob(DEFAULT_TEXT.as_bytes().to_vec()).await.unwrap();
        let agencies = store.put_blob(agencies).await.unwrap();
        let runtime = Runtime::stepped(store, Arc::new(LocalBus::default()), Arc::<VirtualClock>::clone(&clock));
        runtime.set_up(&log_id, policy, agencies).await.unwrap();
        runtime.open(&log_id).await.unwrap();
        Self { runtime, clock, log_id, _dir: dir }
    }

    async fn give(&self, command: Command) -> Result<runtime::Outcome, RuntimeError> {
        let principal = Principal { principal_id: PrincipalId::new("system").unwrap(), role: Role::System };
        let request = Request { principal, command, request: None, private: Vec::new(), trace_parent: String::new() };
        self.runtime.execute(&self.log_id, request).await
    }

    async fn head(&self) -> Head {
        self.runtime.store().head(&self.log_id).await.unwrap()
    }
}

#[tokio::test]
async fn deadlines_fire_when_they_are_settled_and_not_before() {
    let stepped = Stepped::new(1).await;
    assert_eq!(stepped.runtime.next_deadline(&stepped.log_id), None);
    stepped.give(call()).await.unwrap();
    let due = stepped.runtime.next_deadline(&stepped.log_id).unwrap();
    assert_eq!(due, BEGIN.plus_ms(60_000));
    let before = stepped.head().await;
    stepped.clock.advance_to(Timestamp(due.0 - 1));
    assert_eq!(stepped.runtime.settle(&stepped.log_id).await.unwrap().fired, 0);
    stepped.clock.advance_to(due);
    // A loop with timers of its own would fire now.
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(stepped.head().await, before, "nothing happens by itself");
    let settled = stepped.runtime.settle(&stepped.log_id).await.unwrap();
    assert_eq!(settled.fired, 1);
    assert_ne!(stepped.head().await, before);
    assert!(settled.next_due.is_none_or(|next| next > due), "{settled:?}");
    assert_eq!(stepped.runtime.next_deadline(&stepped.log_id), settled.next_due);
    stepped.runtime.drain().await;
    assert!(matches!(stepped.runtime.settle(&stepped.log_id).await, Err(RuntimeError::Unavailable(_))));
}

#[tokio::test]
async fn the_same_steps_write_the_same_record() {
    let run = async |seed| {
        let stepped = Stepped::new(seed).await;
        for minute in 0..5 {
            stepped.clock.advance_to(BEGIN.plus_ms(minute * 45_000));
            stepped.runtime.settle(&stepped.log_id).await.unwrap();
            stepped.give(call()).await.unwrap();
            // What is refused takes ids too, the same ones each time.
            stepped.give(Command::RegisterUnits(RegisterUnits { profiles: Vec::new() })).await.ok();
        }
        stepped.head().await
    };
    let (first, again, other) = (run(1).await, run(1).await, run(2).await);
    assert_eq!(first, again);
    assert_ne!(first.hash, other.hash);
}

#[tokio::test]
async fn a_log_with_timers_is_not_settled_from_outside() {
    let county = Bench::county().await;
    let refused = county.edge.runtime.settle(&LogId::new(LOG).unwrap()).await;
    assert!(matches!(refused, Err(RuntimeError::Unavailable(why)) if why.contains("not stepped")));
}
