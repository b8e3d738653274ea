//! The log loop over a real record: deadlines fire, retries are answered alike, a restart changes nothing, two nodes agree.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failed unwrap is the test failing")]

use bus::LocalBus;
use domain::assignment::AssignmentState;
use domain::classification::{CallSource, Classification};
use domain::command::{AssignUnits, Command, ReportIncident, Tap, UnitOrder, WhenEngaged};
use domain::ids::{AssignmentId, CategoryKey, IncidentId, LogId, RequestId, TypeKey, UnitId};
use domain::incident::IncidentState;
use domain::place::{Datum, Place, Position};
use domain::principal::Principal;
use domain::rejection::Rejection;
use runtime::clock::VirtualClock;
use runtime::redecide::redecide;
use runtime::testing::{BEGIN, Bench, IN_WEST, LOG, operator, unit};
use runtime::{Outcome, Request, Runtime, RuntimeError};
use std::sync::Arc;
use std::time::Duration;
use store::{RequestKey, SqliteOptions, SqliteStore, Store};
use uuid::Uuid;

fn log() -> LogId {
    LogId::new(LOG).unwrap()
}

fn call(category: &str, kind: &str) -> Command {
    let position = Position::from_e7(IN_WEST.0, IN_WEST.1).unwrap();
    let agency = domain::ids::AgencyId::new("610824-01-01").unwrap();
    Command::ReportIncident(ReportIncident {
        source: CallSource::Emergency110,
        classification: Classification { category: CategoryKey::new(category).unwrap(), kind: Some(TypeKey::new(kind).unwrap()) },
        place: Place::Located { position, datum: Datum::Wgs84, h3_cell: places::h3_cell(position), agency },
        private: None,
        occurred_at: None,
        answered_at: None,
        priority: None,
        desk: None,
    })
}

fn tap(assignment_id: AssignmentId) -> Tap {
    Tap { assignment_id, occurred_at: None }
}

async fn give(runtime: &Runtime, principal: Principal, command: Command, id: Uuid) -> Result<Outcome, RuntimeError> {
    // Any digest will do here: what a message hashes to is the adapters' matter.
    let digest = [command.name().len() as u8; 32];
    let key = RequestKey { principal_id: principal.principal_id.clone(), request_id: RequestId(id), digest };
    let request = Request { principal, command, request: Some(key), private: Vec::new(), trace_parent: String::new() };
    runtime.execute(&log(), request).await
}

async fn report(runtime: &Runtime, category: &str, kind: &str) -> (IncidentId, Outcome) {
    let outcome = give(runtime, operator(&[LOG]), call(category, kind), Uuid::now_v7()).await.unwrap();
    (outcome.reply.reported.unwrap().0, outcome)
}

fn holder(runtime: &Runtime, incident_id: IncidentId) -> Option<(UnitId, AssignmentId, AssignmentState)> {
    let view = runtime.view(&log()).unwrap();
    let incident = view.world.incident(&incident_id).unwrap();
    let active = view.world.active_assignments(incident).next().cloned();
    active.map(|a| (a.unit_id.clone(), a.assignment_id, a.state.clone()))
}

async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..400 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("did not happen: {what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_unit_is_passed_over_at_its_deadline_and_the_next_one_is_asked() {
    let bench = Bench::county().await;
    let runtime = &bench.edge.runtime;
    let (incident_id, _) = report(runtime, "criminal", "robbery").await;
    let (first, ..) = holder(runtime, incident_id).expect("priority 1 is ordered in the same commit");
    bench.pass(10_001);
    until("the next unit is asked", || holder(runtime, incident_id).is_some_and(|(unit_id, ..)| unit_id != first)).await;
    let view = runtime.view(&log()).unwrap();
    let alarms = |of: &UnitId| {
        let world = &runtime.view(&log()).unwrap().world;
        world.standing_alarms(incident_id).filter(|alarm| alarm.unit_id.as_ref() == Some(of)).count()
    };
    assert_eq!(alarms(&first), 1, "the room is alarmed once: {:?}", view.world.standing_alarms(incident_id).collect::<Vec<_>>());
    let (_, assignment_id, _) = holder(runtime, incident_id).unwrap();
    let next = unit(holder(runtime, incident_id).unwrap().0.as_str());
    give(runtime, next, Command::Acknowledge(tap(assignment_id)), Uuid::now_v7()).await.unwrap();
    assert_eq!(runtime.view(&log()).unwrap().world.standing_alarms(incident_id).count(), 0, "an acknowledgement ends the alarm");
    runtime.drain().await;
    redecide(runtime.store().as_ref(), &log()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_is_one_command_however_often_it_comes() {
    let bench = Bench::county().await;
    let runtime = Arc::clone(&bench.edge.runtime);
    let id = Uuid::now_v7();
    let tries = (0..20).map(|_| {
        let runtime = Arc::clone(&runtime);
        tokio::spawn(async move { give(&runtime, operator(&[LOG]), call("dispute", "family"), id).await })
    });
    let mut answers = Vec::new();
    for each in tries.collect::<Vec<_>>() {
        answers.push(each.await.unwrap().unwrap());
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "every try gets the same answer");
    assert_eq!(runtime.view(&log()).unwrap().world.incidents().count(), 1);
    let other = give(&runtime, operator(&[LOG]), call("help", "animal"), id).await;
    assert_eq!(other.unwrap().reply, answers[0].reply, "the digest decides, and here it is the same");
    let reused = {
        let principal = operator(&[LOG]);
        let key = RequestKey { principal_id: principal.principal_id.clone(), request_id: RequestId(id), digest: [9; 32] };
        let command = call("help", "animal");
        runtime.execute(&log(), Request { principal, command, request: Some(key), private: vec![], trace_parent: String::new() }).await
    };
    assert_eq!(reused.unwrap_err(), RuntimeError::RequestIdReused);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_of_a_tap_that_was_taken_gets_its_answer_and_not_a_refusal() {
    let bench = Bench::county().await;
    let runtime = &bench.edge.runtime;
    let (incident_id, _) = report(runtime, "criminal", "robbery").await;
    let (unit_id, assignment_id, _) = holder(runtime, incident_id).unwrap();
    let id = Uuid::now_v7();
    let first = give(runtime, unit(unit_id.as_str()), Command::Acknowledge(tap(assignment_id)), id).await.unwrap();
    let second = give(runtime, unit(unit_id.as_str()), Command::Acknowledge(tap(assignment_id)), id).await.unwrap();
    assert_eq!(first, second);
    let fresh = give(runtime, unit(unit_id.as_str()), Command::Acknowledge(tap(assignment_id)), Uuid::now_v7()).await;
    assert!(matches!(fresh, Err(RuntimeError::Rejected(Rejection::IllegalMove { state: "acknowledged", .. }))), "{fresh:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_finds_the_same_world_and_its_deadlines_still_fire() {
    let bench = Bench::county().await;
    let (incident_id, _) = report(&bench.edge.runtime, "criminal", "robbery").await;
    let before = bench.edge.runtime.view(&log()).unwrap();
    bench.edge.runtime.drain().await;

    let clock = Arc::new(VirtualClock::at(BEGIN));
    let again = Runtime::new(Arc::clone(bench.edge.runtime.store()), Arc::new(LocalBus::default()), Arc::<VirtualClock>::clone(&clock));
    again.open(&log()).await.unwrap();
    let after = again.view(&log()).unwrap();
    assert_eq!(before.head, after.head);
    assert!(before.world == after.world, "the events make the same World again");
    let (first, ..) = holder(&again, incident_id).unwrap();
    clock.advance_to(domain::time::Timestamp(BEGIN.0 + 10_001));
    until("the deadline set before the restart fires", || holder(&again, incident_id).is_some_and(|(unit_id, ..)| unit_id != first)).await;
    again.drain().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_nodes_on_one_record_never_send_a_unit_to_two_places() {
    let bench = Bench::county().await;
    let one = Arc::clone(&bench.edge.runtime);
    // A second node opens the same file by itself, as another process would.
    let store: Arc<dyn Store> = SqliteStore::open(bench.dir(), SqliteOptions::default()).unwrap();
    let two = Arc::new(Runtime::new(store, Arc::new(LocalBus::default()), Arc::<VirtualClock>::clone(&bench.clock)));
    two.open(&log()).await.unwrap();

    let mut incidents = Vec::new();
    for _ in 0..12 {
        incidents.push(report(&one, "dispute", "family").await.0);
    }
    let head = one.view(&log()).unwrap().head.seq;
    two.view_at(&log(), head).await.unwrap();
    let races = incidents.iter().enumerate().map(|(at, incident_id)| {
        let runtime = Arc::clone(if at % 2 == 0 { &one } else { &two });
        let (incident_id, unit_id) = (*incident_id, UnitId::new("610824-a11").unwrap());
        tokio::spawn(async move {
            let orders = vec![UnitOrder { unit_id, role: None, when_engaged: WhenEngaged::Refuse }];
            let command = Command::AssignUnits(AssignUnits { incident_id, orders, expected_revision: 0 });
            give(&runtime, operator(&[LOG]), command, Uuid::now_v7()).await
        })
    });
    let (mut won, mut lost) = (0, 0);
    for race in races.collect::<Vec<_>>() {
        match race.await.unwrap() {
            Ok(_) => won += 1,
            Err(RuntimeError::Rejected(Rejection::LostRace { unit, .. })) if unit == "A11" => lost += 1,
            Err(other) => panic!("expected a lost race, got {other:?}"),
        }
    }
    assert_eq!((won, lost), (1, 11));
    let head = one.view(&log()).unwrap().head.seq.max(two.view(&log()).unwrap().head.seq);
    let (a, b) = (one.view_at(&log(), head).await.unwrap(), two.view_at(&log(), head).await.unwrap());
    assert!(a.world == b.world, "both nodes hold the same World");
    one.drain().await;
    two.drain().await;
    assert!(redecide(one.store().as_ref(), &log()).await.unwrap().confirmed > 12);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_incident_that_left_memory_is_refused_by_its_state_and_not_as_unknown() {
    let bench = Bench::county().await;
    let runtime = &bench.edge.runtime;
    let (incident_id, _) = report(runtime, "dispute", "family").await;
    let disposition = domain::ids::ReasonKey::new("mediated").unwrap();
    let resolve = domain::command::ResolveIncident { incident_id, disposition, expected_revision: 0 };
    give(runtime, operator(&[LOG]), Command::ResolveIncident(resolve), Uuid::now_v7()).await.unwrap();
    let close = |incident_id| Command::CloseIncident(domain::command::CloseIncident { incident_id, excuse: None, expected_revision: 0 });
    give(runtime, operator(&[LOG]), close(incident_id), Uuid::now_v7()).await.unwrap();
    bench.pass(11 * 60 * 1000);
    report(runtime, "help", "animal").await;
    let view = runtime.view(&log()).unwrap();
    assert!(view.world.incident(&incident_id).is_none(), "it has left the World");
    let again = give(runtime, operator(&[LOG]), close(incident_id), Uuid::now_v7()).await;
    assert!(matches!(again, Err(RuntimeError::Rejected(Rejection::IllegalMove { state: "closed", .. }))), "{again:?}");
    let (stored, _) = runtime.store().incident(&log(), incident_id).await.unwrap().unwrap();
    assert!(matches!(stored.state, IncidentState::Closed { .. }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_refuses_commands_tells_the_room_and_reads_go_on() {
    let bench = Bench::county().await;
    let (first, _) = report(&bench.edge.runtime, "dispute", "family").await;
    bench.edge.runtime.drain().await;
    let size = std::fs::metadata(bench.dir().join("record.db")).unwrap().len();
    // The same record on a disk with room for a few more pages.
    let options = SqliteOptions { max_bytes: Some(size + 64 * 1024), ..SqliteOptions::default() };
    let store: Arc<dyn Store> = SqliteStore::open(bench.dir(), options).unwrap();
    let full = Runtime::new(store, Arc::new(LocalBus::default()), Arc::<VirtualClock>::clone(&bench.clock));
    full.open(&log()).await.unwrap();
    assert_eq!(full.trouble(&log()), "");
    let mut acknowledged = vec![first];
    let refused = loop {
        match give(&full, operator(&[LOG]), call("help", "animal"), Uuid::now_v7()).await {
            Ok(outcome) => acknowledged.push(outcome.reply.reported.unwrap().0),
            Err(error) => break error,
        }
        assert!(acknowledged.len() < 10_000, "the limit is not a limit");
    };
    assert!(matches!(refused, RuntimeError::Unavailable(_)), "{refused:?}");
    assert!(!full.trouble(&log()).is_empty(), "the room is told why");
    let view = full.view(&log()).unwrap();
    assert_eq!(view.world.incidents().count(), acknowledged.len(), "what was refused is in no World");
    for incident_id in acknowledged {
        assert!(full.store().incident(&log(), incident_id).await.unwrap().is_some(), "what was acknowledged can be read");
    }
    full.drain().await;
    redecide(full.store().as_ref(), &log()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_a_newer_release_wrote_is_served_read_only() {
    let bench = Bench::county().await;
    let (incident_id, _) = report(&bench.edge.runtime, "dispute", "family").await;
    bench.edge.runtime.drain().await;
    let store = Arc::clone(bench.edge.runtime.store());
    // A stored event of schema version 1 (field 6) by actor "system" (field 1), whose kind is field 200: nobody here knows it.
    let mut bytes = vec![0x0a, 6];
    bytes.extend(b"system");
    bytes.extend([0x30, 1, 0xc2, 0x0c, 0]);
    let event = store::EncodedEvent { bytes, name: "from_the_future", incident_id: None };
    let commit = store::Commit { request: None, reply: vec![], events: vec![event], changed: vec![], private: vec![], recorded_at: BEGIN };
    let head = store.head(&log()).await.unwrap();
    assert!(matches!(store.append(&log(), head, vec![commit]).await, store::AppendOutcome::Appended(_)));
    let older = Runtime::new(store, Arc::new(LocalBus::default()), Arc::<VirtualClock>::clone(&bench.clock));
    older.open(&log()).await.unwrap();
    assert!(older.view(&log()).unwrap().world.incident(&incident_id).is_some(), "it can be read up to there");
    let refused = give(&older, operator(&[LOG]), call("help", "animal"), Uuid::now_v7()).await.unwrap_err();
    assert!(matches!(&refused, RuntimeError::ReadOnly { reason, .. } if reason.contains("event kind 200")), "{refused:?}");
    older.drain().await;
}
