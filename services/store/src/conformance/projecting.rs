//! Projections: resources come back whole, deadlines follow the state.

use super::fixture::{START_MS, alarm, append, assignment, assignment_image, commit_of, incident, incident_image, log, unit};
use crate::{Head, Store};
use domain::assignment::AssignmentState;
use domain::deadlines::DeadlineSubject;
use domain::ids::{ReasonKey, Seq};
use domain::incident::IncidentState;
use domain::time::Timestamp;
use domain::world::PostImage;
use std::sync::Arc;

/// A closed incident comes back as it was last written, with its assignments in its order.
pub async fn an_incident_comes_back_with_its_assignments(store: Arc<dyn Store>) {
    let (here, there) = (log("610824"), log("610825"));
    let mut open = incident(1);
    let first = assignment(11, open.incident_id, "a-1");
    let mut second = assignment(12, open.incident_id, "a-2");
    let other = assignment(13, incident(2).incident_id, "a-3");
    open.assignments = vec![first.assignment_id, second.assignment_id];
    let images = [&second, &first, &other].map(assignment_image);
    let units = [PostImage::Unit(Arc::new(unit("a-1"))), PostImage::Alarm(Arc::new(alarm(1, open.incident_id)))];
    let changed = [incident_image(&open)].into_iter().chain(images).chain(units).collect();
    let head = append(&*store, &here, Head::EMPTY, vec![commit_of("a", changed)]).await;
    assert_eq!(store.incident(&here, open.incident_id).await.unwrap(), Some((open.clone(), vec![first.clone(), second.clone()])));

    open.state = IncidentState::Closed { disposition: ReasonKey::new("handled").unwrap() };
    open.revision = Seq(2);
    second.state = AssignmentState::Cleared { reason: ReasonKey::new("done").unwrap(), disposition: None };
    second.times.ended_at = Some(Timestamp(START_MS + 5));
    append(&*store, &here, head, vec![commit_of("b", vec![incident_image(&open), assignment_image(&second)])]).await;
    assert_eq!(store.incident(&here, open.incident_id).await.unwrap(), Some((open.clone(), vec![first, second])));
    assert!(store.incident(&there, open.incident_id).await.unwrap().is_none(), "another log's incident is not this one's");
}

/// Deadlines are what the state says, and end with it.
pub async fn deadline_rows_follow_the_state(store: Arc<dyn Store>) {
    let log = log("610824");
    let (mut waiting, mut ordered) = (incident(1), assignment(1, incident(2).incident_id, "a-1"));
    let due = |until_ms: i64, limit: usize| {
        let (store, log) = (Arc::clone(&store), log.clone());
        async move {
            let rows = store.deadlines(&log, START_MS + until_ms, limit).await.unwrap();
            rows.into_iter().map(|d| (d.due_at.0 - START_MS, d.subject)).collect::<Vec<_>>()
        }
    };
    let (id, order) = (waiting.incident_id, ordered.assignment_id);
    let changed = vec![incident_image(&waiting), assignment_image(&ordered)];
    let mut head = append(&*store, &log, Head::EMPTY, vec![commit_of("a", changed)]).await;
    let (deliver, acknowledge) = (DeadlineSubject::Deliver(order), DeadlineSubject::Acknowledge(order));
    assert_eq!(due(100_000, 10).await, [(5_000, deliver), (30_000, acknowledge), (61_000, DeadlineSubject::Dispatch(id))]);
    assert_eq!(due(30_000, 10).await, [(5_000, deliver), (30_000, acknowledge)]);
    assert_eq!(due(100_000, 1).await, [(5_000, deliver)]);
    assert!(due(4_999, 10).await.is_empty());

    ordered.state = AssignmentState::Delivered { acknowledge_by: Timestamp(START_MS + 30_000) };
    waiting.state = IncidentState::Classified { clock: None, alarmed: true, retry_at: Some(Timestamp(START_MS + 7_000)) };
    head = append(&*store, &log, head, vec![commit_of("b", vec![incident_image(&waiting), assignment_image(&ordered)])]).await;
    assert_eq!(due(100_000, 10).await, [(7_000, DeadlineSubject::Retry(id)), (30_000, acknowledge)]);

    ordered.state = AssignmentState::Acknowledged;
    waiting.state = IncidentState::Dispatched;
    append(&*store, &log, head, vec![commit_of("c", vec![incident_image(&waiting), assignment_image(&ordered)])]).await;
    assert!(due(i64::MAX - START_MS, 10).await.is_empty());
}
