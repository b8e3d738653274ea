//! Passing down, stacking, proposals and standing.

use crate::room::{A11, B21, OFFICER, Room, call, key};
use domain::assignment::AssignmentState;
use domain::classification::Priority;
use domain::command::{Command, HoldIncident, PassDown, RecallUnit, ReleaseHold, SetPriority, SignIncident, Undo, WhenEngaged};
use domain::ids::{AgencyId, UnitId};
use domain::incident::IncidentState;
use runtime::clock::Clock;
use runtime::testing::{LOG, WEST_STATION, operator};

#[tokio::test(flavor = "multi_thread")]
async fn passed_down_signed_and_lapsed() {
    let room = Room::open().await;
    let desk = Some(AgencyId::new(LOG).unwrap());
    let passed = room.report(domain::command::ReportIncident { desk: desk.clone(), ..call("dispute", "debt") }).await;
    let passing = room.incident(passed).passing.clone().expect("it is passed down to its station");
    assert!(passing.signed.is_none());
    room.by(operator(&[WEST_STATION]), Command::SignIncident(SignIncident { incident_id: passed })).await;
    assert!(room.incident(passed).passing.as_ref().unwrap().signed.is_some());
    let kept = room.report(call("dispute", "debt")).await;
    let from = AgencyId::new(LOG).unwrap();
    room.room(Command::PassDown(PassDown { incident_id: kept, from, expected_revision: 0 })).await;
    room.pass_until(60_001, "the signature lapses", |world| world.incident(&kept).unwrap().passing.as_ref().unwrap().lapsed).await;
    room.confirm().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn queue_divert_and_next() {
    let room = Room::open().await;
    room.officer_on_duty().await;
    let (dispute, later, fight) = (
        room.report(call("dispute", "debt")).await,
        room.report(call("help", "animal")).await,
        room.report(call("public_order", "fight")).await,
    );
    let first = room.assign(dispute, A11, WhenEngaged::Refuse).await;
    let queued = room.assign(later, A11, WhenEngaged::Queue).await;
    let urgent = room.assign(fight, A11, WhenEngaged::Divert).await;
    let state = |id| room.view().world.assignment(&id).map(|assignment| assignment.state.clone());
    assert!(matches!(state(first), Some(AssignmentState::Recalled { .. }) | None), "taken off: {:?}", state(first));
    assert_eq!(room.order_of(A11), urgent);
    assert_eq!(state(queued), Some(AssignmentState::Queued));
    room.on_scene(A11).await;
    room.clear(A11, Some("mediated")).await;
    assert_eq!(room.order_of(A11), queued, "the next goes out by itself");
    room.room(Command::RecallUnit(RecallUnit { assignment_id: queued, reason: key("mistake") })).await;
    assert!(room.view().world.unit(&UnitId::new(A11).unwrap()).unwrap().engaged_in().is_none_or(|id| id != queued));
    assert!(room.incident(dispute).assignments.len() > 1, "the beat's officer was ordered as well: {OFFICER}");
    room.confirm().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn held_released_and_undone() {
    let room = Room::open().await;
    let incident_id = room.report(call("dispute", "debt")).await;
    let until = room.bench.clock.now().plus_ms(120_000);
    let hold = HoldIncident { incident_id, reason: key("call_back"), until, expected_revision: 0 };
    room.room(Command::HoldIncident(hold.clone())).await;
    room.room(Command::ReleaseHold(ReleaseHold { incident_id })).await;
    room.room(Command::HoldIncident(hold)).await;
    room.pass_until(120_001, "the hold ends by itself", |world| world.incident(&incident_id).unwrap().hold.is_none()).await;
    let before = room.incident(incident_id).priority;
    let raised =
        room.room(Command::SetPriority(SetPriority { incident_id, priority: Priority::new(2).unwrap(), expected_revision: 0 })).await;
    assert_eq!(room.incident(incident_id).priority, Priority::new(2).unwrap());
    room.room(Command::Undo(Undo { incident_id, seq: raised.seq })).await;
    assert_eq!(room.incident(incident_id).priority, before);
    room.confirm().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn priority_one_tries_everybody_and_says_so() {
    let room = Room::open().await;
    let incident_id = room.report(call("criminal", "robbery")).await;
    for _ in 0..3 {
        let tried = room.incident(incident_id).assignments.len();
        room.pass_until(10_001, "another is tried or nobody is left", |world| {
            let incident = world.incident(&incident_id).unwrap();
            incident.assignments.len() > tried || matches!(incident.state, IncidentState::Classified { .. })
        })
        .await;
    }
    assert!(room.standing_alarms() > 0);
    assert!(room.incident(incident_id).assignments.len() > 1, "{B21} was asked too");
    room.confirm().await;
}
