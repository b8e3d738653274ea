//! Projections: resources come back whole, deadlines follow the state.

use super::fixture::{START_MS, alarm, append, assignment, assignment_image, commit_of, incident, incident_image, log, unit, uuid};
use crate::{Head, Store};
use domain::assignment::{AssignmentState, UnitClock};
use domain::classification::TransferTarget;
use domain::deadlines::{Deadline, DeadlineSubject, deadlines_of};
use domain::ids::{AgencyId, PremiseNoteId, PrincipalId, ReasonKey, Seq, ShiftId, WhistleId};
use domain::incident::{ArrivalClock, Hold, IncidentState, Lending, LendingStep, Passing, Proposal, Transfer};
use domain::place::Position;
use domain::premise::PremiseNote;
use domain::shift::{Shift, ShiftPlan, ShiftState};
use domain::support::{Whistle, WhistleState};
use domain::time::Timestamp;
use domain::wartime::Wartime;
use domain::world::PostImage;
use std::collections::BTreeSet;
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
    assert_eq!(due(100_000, 10).await, [(5_000, deliver.clone()), (30_000, acknowledge.clone()), (61_000, DeadlineSubject::Dispatch(id))]);
    assert_eq!(due(30_000, 10).await, [(5_000, deliver.clone()), (30_000, acknowledge.clone())]);
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

/// Every kind of deadline is kept by its resource and comes back as it was.
pub async fn every_kind_of_deadline_comes_back(store: Arc<dyn Store>) {
    let log = log("610824");
    let at = |ms: u64| Timestamp(START_MS).plus_ms(ms);
    let key = |text: &str| ReasonKey::new(text).unwrap();
    let (station, by) = (AgencyId::new("610824-01").unwrap(), PrincipalId::new("op-1").unwrap());
    let mut open = incident(1);
    open.passing = Some(Passing { from: station.clone(), sign_by: at(1), signed: None, lapsed: false });
    open.proposal = Some(Proposal { orders: Vec::new(), send_at: at(2) });
    open.lending = Lending { step: LendingStep::OtherTeam, next_at: Some(at(3)) };
    open.arrival = Some(ArrivalClock { arrive_by: at(4), alarmed: false });
    open.seek_primary_at = Some(at(5));
    open.transfer = Some(Transfer { to: TransferTarget::Medical120, reason: key("medical"), requested_at: at(0), answer_by: Some(at(6)) });
    let mut held = incident(2);
    held.hold = Some(Hold { by: by.clone(), reason: key("call_back"), until: at(7) });
    let (mut there, mut done) = (assignment(1, open.incident_id, "a-1"), assignment(2, open.incident_id, "a-2"));
    there.state = AssignmentState::OnScene;
    there.safety_check = Some(UnitClock { due_at: at(8), alarmed: false });
    done.state = AssignmentState::Cleared { reason: key("done"), disposition: None };
    done.feedback_clock = Some(UnitClock { due_at: at(9), alarmed: false });
    let whistle = Whistle {
        whistle_id: WhistleId(uuid(10)),
        incident_id: open.incident_id,
        from: station.clone(),
        to: station.clone(),
        team: None,
        reason: key("more_units"),
        asked_at: at(0),
        climbed: 0,
        state: WhistleState::Asked { answer_by: at(10) },
        revision: Seq(1),
    };
    let shift = |number: u128, state: ShiftState, ends_at: Timestamp| Shift {
        plan: ShiftPlan { shift_id: ShiftId(uuid(number)), station: station.clone(), starts_at: at(0), ends_at, units: BTreeSet::new() },
        state,
        hand_over: None,
        revision: Seq(1),
    };
    let mode = Wartime {
        area: station.clone(),
        by: by.clone(),
        reason: key("exercise"),
        from: at(0),
        until: at(13),
        ended_at: None,
        revision: Seq(1),
    };
    let note = PremiseNote {
        note_id: PremiseNoteId(uuid(14)),
        position: Position::from_e7(376_000_000, 1_088_000_000).unwrap(),
        kind: key("dog"),
        text: None,
        station: station.clone(),
        author: by,
        written_at: at(0),
        expires_at: at(14),
        ended_at: None,
        revision: Seq(1),
    };
    let changed = vec![
        incident_image(&open),
        incident_image(&held),
        assignment_image(&there),
        assignment_image(&done),
        PostImage::Whistle(Arc::new(whistle)),
        PostImage::Shift(Arc::new(shift(11, ShiftState::Planned, at(11)))),
        PostImage::Shift(Arc::new(shift(12, ShiftState::Ended { sign_by: Some(at(12)) }, at(1)))),
        PostImage::Wartime(Arc::new(mode)),
        PostImage::PremiseNote(Arc::new(note)),
    ];
    let expected: BTreeSet<Deadline> = changed.iter().flat_map(deadlines_of).collect();
    append(&*store, &log, Head::EMPTY, vec![commit_of("a", changed)]).await;
    let rows = store.deadlines(&log, i64::MAX, 100).await.unwrap();
    assert_eq!(rows.into_iter().collect::<BTreeSet<_>>(), expected);
    let kinds: BTreeSet<&str> = expected.iter().map(|deadline| deadline.subject.kind()).collect();
    assert_eq!(kinds.len(), 15, "{kinds:?}");
}
