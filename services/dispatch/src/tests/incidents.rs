//! What an operator decides about one incident: each call once through, and the moves that are refused.

use super::*;
use domain::assignment::AssignmentState;
use domain::classification::Team;
use domain::command::{RegisterUnits, SignOn};
use domain::ids::{AgencyId, AssignmentId, UnitId};
use domain::incident::Attendance;
use domain::unit::{UnitKind, UnitProfile};
use tonic::Code;
use wire::api::time_to_api;

fn state(bench: &Bench, id: &str) -> AssignmentState {
    view(bench).world.assignment(&AssignmentId(id.parse().unwrap())).unwrap().state.clone()
}

fn queue(bench: &Bench, unit: &str) -> Vec<String> {
    view(bench).world.unit(&UnitId::new(unit).unwrap()).unwrap().queue.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn priority_and_owner_are_set_and_put_back() {
    let bench = Bench::county().await;
    let adapter = DispatchAdapter::new(bench.edge.clone());
    let id = reported(&bench, Some(IN_WEST)).await;
    let (before, incident_id) = (incident(&bench, id), id.to_string());
    let expected_revision = before.revision.0;
    let set = message!(SetPriorityRequest { incident_id: incident_id.clone(), priority: 4, expected_revision: expected_revision });
    taken!(adapter.set_priority(set.clone()));
    assert_eq!((incident(&bench, id).priority.level(), incident(&bench, id).priority_by_operator), (4, true));
    let stale = api::SetPriorityRequest { request_id: fresh(), priority: 2, ..set };
    assert_eq!(refused!(adapter.set_priority(stale)).code(), Code::Aborted);

    let give = |reason: &str| {
        message!(SetOwnerRequest { incident_id: id.to_string(), owner_team: api::Team::Case.into(), reason: reason.to_owned() })
    };
    let no_reason = refused!(adapter.set_owner(give("mood")));
    assert!(no_reason.message().starts_with("reason ") && no_reason.message().contains("command"), "{}", no_reason.message());
    let receipt = taken!(adapter.set_owner(give("command"))).receipt.unwrap();
    assert_eq!(incident(&bench, id).owner, Team::Case);
    let same = refused!(adapter.set_owner(give("command")));
    assert!(same.message().starts_with("owner_team "), "{}", same.message());

    taken!(adapter.undo(message!(UndoRequest { incident_id: incident_id.clone(), seq: receipt.seq })));
    assert_eq!(incident(&bench, id).owner, before.owner);
    let twice = refused!(adapter.undo(message!(UndoRequest { incident_id: incident_id, seq: receipt.seq })));
    assert_eq!(twice.code(), Code::FailedPrecondition);
}

#[tokio::test]
async fn a_desk_passes_down_and_the_station_signs() {
    let bench = Bench::county().await;
    let adapter = DispatchAdapter::new(bench.edge.clone());
    let id = reported(&bench, Some(IN_WEST)).await;
    let down = |from: &str| message!(PassDownRequest { incident_id: id.to_string(), from_id: from.to_owned() });
    let aside = refused!(adapter.pass_down(down(WEST_STATION)));
    assert!(aside.message().starts_with("from_id "), "{}", aside.message());
    let station = operator(&[WEST_STATION]);
    let from_below = adapter.pass_down(request(&station, down(LOG))).await.unwrap_err();
    assert_eq!(from_below.code(), Code::PermissionDenied, "a station passes nothing down to itself");
    taken!(adapter.pass_down(down(LOG)));
    assert_eq!(incident(&bench, id).state_name(), "passed_down");
    let sign = message!(SignIncidentRequest { incident_id: id.to_string() });
    adapter.sign_incident(request(&station, sign.clone())).await.unwrap();
    assert_eq!(incident(&bench, id).state_name(), "signed");
    let twice = adapter.sign_incident(request(&station, api::SignIncidentRequest { request_id: fresh(), ..sign })).await.unwrap_err();
    assert_eq!(twice.code(), Code::FailedPrecondition);
    assert!(twice.message().starts_with("incident 1 is signed, held by "), "{}", twice.message());
}

#[tokio::test]
async fn an_incident_is_held_for_a_while_and_let_go() {
    let bench = Bench::county().await;
    let adapter = DispatchAdapter::new(bench.edge.clone());
    let id = reported(&bench, Some(IN_WEST)).await;
    let hold = |ahead_ms| {
        let until = Some(time_to_api(BEGIN.plus_ms(ahead_ms)));
        message!(HoldIncidentRequest { incident_id: id.to_string(), reason: "call_back".to_owned(), until: until })
    };
    let long = refused!(adapter.hold_incident(hold(1_800_001)));
    assert!(long.message().starts_with("until "), "{}", long.message());
    taken!(adapter.hold_incident(hold(1_800_000)));
    let held = incident(&bench, id);
    assert_eq!(held.hold.as_ref().map(|hold| (hold.by.as_str(), hold.reason.as_str())), Some(("op-li", "call_back")));
    let twice = refused!(adapter.hold_incident(hold(60_000)));
    assert!(twice.message().contains("held by op-li"), "{}", twice.message());
    let release = || message!(ReleaseHoldRequest { incident_id: id.to_string() });
    taken!(adapter.release_hold(release()));
    assert_eq!(incident(&bench, id).hold, None);
    assert_eq!(refused!(adapter.release_hold(release())).code(), Code::FailedPrecondition);
}

#[tokio::test]
async fn a_proposal_is_sent_or_dropped() {
    let bench = Bench::county().await;
    let adapter = DispatchAdapter::new(bench.edge.clone());
    let nothing = reported(&bench, Some(IN_WEST)).await;
    let confirm = |id: IncidentId| message!(ConfirmProposalRequest { incident_id: id.to_string() });
    let reject = |id: IncidentId| message!(RejectProposalRequest { incident_id: id.to_string() });
    assert_eq!(refused!(adapter.confirm_proposal(confirm(nothing))).code(), Code::FailedPrecondition);
    assert_eq!(refused!(adapter.reject_proposal(reject(nothing))).code(), Code::FailedPrecondition);
    propose_from_here_on(&bench).await;
    let (first, second) = (reported(&bench, Some(IN_WEST)).await, reported(&bench, Some(IN_WEST)).await);
    assert!(incident(&bench, first).proposal.is_some() && incident(&bench, second).proposal.is_some());
    taken!(adapter.confirm_proposal(confirm(first)));
    let sent = incident(&bench, first);
    assert_eq!((sent.proposal.is_none(), sent.assignments.len()), (true, 1));
    taken!(adapter.reject_proposal(reject(second)));
    let dropped = incident(&bench, second);
    assert_eq!((dropped.proposal.is_none(), dropped.assignments.len()), (true, 0));
}

#[tokio::test]
async fn orders_wait_in_an_order_that_the_room_sets_and_takes_back() {
    let bench = Bench::county().await;
    let adapter = DispatchAdapter::new(bench.edge.clone());
    let mut ids = Vec::new();
    for _ in 0..3 {
        let mut message = order(reported(&bench, Some(IN_WEST)).await, &[A11]);
        message.orders[0].when_engaged = api::WhenEngaged::Queue.into();
        ids.push(assign(&adapter, message).await.unwrap().assignment_ids.remove(0));
    }
    assert_eq!(queue(&bench, A11), ids[1..]);
    let reorder = |queue: &[&String]| {
        let assignment_ids = queue.iter().map(|id| (*id).clone()).collect();
        message!(ReorderQueueRequest { unit_id: A11.to_owned(), assignment_ids: assignment_ids })
    };
    let lacking = refused!(adapter.reorder_queue(reorder(&[&ids[2]])));
    assert!(lacking.message().starts_with("assignment_ids "), "{}", lacking.message());
    taken!(adapter.reorder_queue(reorder(&[&ids[2], &ids[1]])));
    assert_eq!(queue(&bench, A11), [ids[2].clone(), ids[1].clone()]);
    let recall = |id: &str, reason: &str| message!(RecallUnitRequest { assignment_id: id.to_owned(), reason: reason.to_owned() });
    let unknown = refused!(adapter.recall_unit(recall(&ids[1], "bored")));
    assert!(unknown.message().starts_with("reason ") && unknown.message().contains("mistake"), "{}", unknown.message());
    taken!(adapter.recall_unit(recall(&ids[1], "mistake")));
    assert!(matches!(state(&bench, &ids[1]), AssignmentState::Recalled { .. }));
    assert_eq!(queue(&bench, A11), [ids[2].clone()]);
    // The order it is on is taken back: the one that waited goes out.
    taken!(adapter.recall_unit(recall(&ids[0], "not_needed")));
    assert!(matches!(state(&bench, &ids[2]), AssignmentState::Offered { .. }));
    assert_eq!(refused!(adapter.recall_unit(recall(&ids[0], "not_needed"))).code(), Code::FailedPrecondition);
}

#[tokio::test]
async fn an_incident_is_closed_by_mistake_and_opened_again() {
    let bench = Bench::county().await;
    let adapter = DispatchAdapter::new(bench.edge.clone());
    let id = reported(&bench, Some(IN_WEST)).await;
    let incident_id = id.to_string();
    let early = message!(ReopenIncidentRequest { incident_id: incident_id.clone(), reason: "again".to_owned() });
    assert_eq!(refused!(adapter.reopen_incident(early.clone())).code(), Code::FailedPrecondition);
    taken!(
        adapter.resolve_incident(message!(ResolveIncidentRequest { incident_id: incident_id.clone(), disposition: "mediated".to_owned() }))
    );
    taken!(adapter.close_incident(message!(CloseIncidentRequest { incident_id: incident_id })));
    let wrong = refused!(adapter.reopen_incident(api::ReopenIncidentRequest {
        request_id: fresh(),
        reason: "why_not".to_owned(),
        ..early.clone()
    }));
    assert!(wrong.message().starts_with("reason "), "{}", wrong.message());
    taken!(adapter.reopen_incident(api::ReopenIncidentRequest { request_id: fresh(), ..early }));
    assert_eq!((incident(&bench, id).state_name(), incident(&bench, id).reopened), ("classified", 1));
}

#[tokio::test]
async fn the_officer_of_the_beat_is_excused_for_a_reason_only() {
    let bench = Bench::county().await;
    let adapter = DispatchAdapter::new(bench.edge.clone());
    let unit_id = UnitId::new("610824-c01").unwrap();
    let officer = UnitProfile {
        unit_id: unit_id.clone(),
        call_sign: "C01".into(),
        kind: UnitKind::Foot,
        team: Team::Community,
        home: AgencyId::new("610824-01-01").unwrap(),
        sworn: 1,
        auxiliary: 0,
        capabilities: Default::default(),
    };
    bench.as_server(LOG, Command::RegisterUnits(RegisterUnits { profiles: vec![officer] })).await;
    bench.as_server(LOG, Command::SignOn(SignOn { unit_id, crew: None, occurred_at: None })).await;
    let id = reported(&bench, Some(IN_WEST)).await;
    let incident_id = id.to_string();
    assign(&adapter, order(id, &[A12])).await.unwrap();
    let excuse = |reason: &str| message!(ExcuseAttendanceRequest { incident_id: id.to_string(), reason: reason.to_owned() });
    let wrong = refused!(adapter.excuse_attendance(excuse("rain")));
    assert!(wrong.message().starts_with("reason ") && wrong.message().contains("training"), "{}", wrong.message());
    taken!(adapter.excuse_attendance(excuse("training")));
    let excused = incident(&bench, id).attendance.clone().unwrap();
    assert!(matches!(&excused, Attendance::Excused { reason, .. } if reason.as_str() == "training"), "{excused:?}");
    let shown = wire::api::incident_to_api(&incident(&bench, id), &log(), &view(&bench).world, None);
    assert_eq!((shown.incident_id, shown.attendance.unwrap().excuse), (incident_id, "training".to_owned()));
}
