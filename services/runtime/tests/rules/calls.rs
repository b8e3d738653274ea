//! Several calls, the same caller, and incidents that end and begin again.

use crate::room::{A11, Room, call, key, of, west};
use domain::classification::CallSource;
use domain::command::{
    AddCall, CancelIncident, CloseIncident, Command, ErasePrivate, MergeIncidents, ReopenIncident, ResolveIncident, SplitIncident,
    UnmergeIncidents, WhenEngaged,
};
use domain::ids::IncidentId;
use domain::incident::{IncidentState, RepeatBy};
use domain::place::Place;

fn by_caller(room: &Room, incident_id: IncidentId, earlier: IncidentId) -> bool {
    let incident = room.incident(incident_id);
    incident.repeats.iter().any(|repeat| repeat.incident_id == earlier && repeat.by == RepeatBy::Caller)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_caller_is_known_until_the_vault_forgets() {
    const PHONE: &str = "13800000001";
    let room = Room::open().await;
    let nowhere = |mut report: domain::command::ReportIncident| {
        report.place = Place::Unverified;
        report
    };
    let first = room.report_by(PHONE, call("dispute", "debt")).await;
    let second = room.report_by(PHONE, nowhere(call("help", "animal"))).await;
    assert!(by_caller(&room, second, first), "{:?}", room.incident(second).repeats);
    for incident_id in [first, second] {
        let link = room.incident(incident_id).private().unwrap();
        room.server(Command::ErasePrivate(ErasePrivate { private_ref: link.private_ref })).await;
        room.bench.edge.runtime.store().erase_private(link.private_ref).await.unwrap();
    }
    let third = room.report_by(PHONE, nowhere(call("help", "animal"))).await;
    assert!(!by_caller(&room, third, first) && !by_caller(&room, third, second), "what was erased links nobody");
    room.confirm().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn merged_unmerged_and_split() {
    let room = Room::open().await;
    let (one, two) = (room.report(call("dispute", "debt")).await, room.report(call("dispute", "debt")).await);
    room.assign(two, A11, WhenEngaged::Refuse).await;
    let merge = MergeIncidents { incident_id: two, into: one, expected_revision: 0 };
    room.room(Command::MergeIncidents(merge)).await;
    assert_eq!(room.incident(two).state, IncidentState::Merged { into: one });
    assert_eq!((room.incident(one).calls.len(), room.incident_of(A11)), (2, one), "calls and units are with the one that stays");
    room.room(Command::UnmergeIncidents(UnmergeIncidents { incident_id: two })).await;
    assert_eq!((room.incident(one).calls.len(), room.incident(two).calls.len()), (1, 1));
    let added = AddCall { incident_id: one, source: CallSource::Emergency110, private: None, occurred_at: None };
    let call_id = room.room(Command::AddCall(added)).await.reply.call.unwrap();
    let split = SplitIncident { incident_id: one, call_id, classification: of("help", "animal"), place: west(), expected_revision: 0 };
    let third = room.room(Command::SplitIncident(split)).await.reply.reported.unwrap().0;
    assert_eq!(room.incident(third).split_from, Some(one));
    room.confirm().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelled_and_open_again_even_after_it_left_memory() {
    let room = Room::open().await;
    let (cancelled, closed) = (room.report(call("dispute", "debt")).await, room.report(call("help", "animal")).await);
    room.assign(cancelled, A11, WhenEngaged::Refuse).await;
    let cancel = CancelIncident { incident_id: cancelled, reason: key("caller_withdrew"), expected_revision: 0 };
    room.room(Command::CancelIncident(cancel)).await;
    let reopen = |incident_id| Command::ReopenIncident(ReopenIncident { incident_id, reason: key("again"), expected_revision: 0 });
    room.room(reopen(cancelled)).await;
    assert!(matches!(room.incident(cancelled).state, IncidentState::Classified { .. }));
    let resolve = ResolveIncident { incident_id: closed, disposition: key("handled"), expected_revision: 0 };
    room.room(Command::ResolveIncident(resolve)).await;
    let excuse = Some(key("settled_by_phone"));
    room.room(Command::CloseIncident(CloseIncident { incident_id: closed, excuse, expected_revision: 0 })).await;
    room.bench.pass(11 * 60_000);
    room.report(call("help", "animal")).await;
    assert!(room.view().world.incident(&closed).is_none(), "it has left the World");
    room.room(reopen(closed)).await;
    assert_eq!(room.incident(closed).reopened, 1);
    room.confirm().await;
}
