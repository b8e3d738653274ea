//! What becomes of an incident once it is reported: more calls, one or two, called off, to another side.

use super::*;
use domain::ids::{CallId, Seq};
use domain::incident::IncidentState;
use runtime::testing::{EAST_STATION, IN_EAST, IN_WEST, WEST_STATION, gateway, observer, unit};
use tonic::{Code, Request};
use wire::v1alpha1 as api;

fn fresh() -> String {
    uuid::Uuid::now_v7().to_string()
}

/// A request on the bench's log with its own id; the fields that are not given are left out.
macro_rules! message {
    ($type:ident { $($field:ident: $value:expr),* $(,)? }) => {
        {
            // Some messages have no field but these: then nothing is left out.
            #[allow(clippy::needless_update)]
            let message = api::$type { request_id: fresh(), log_id: LOG.to_owned(), $($field: $value,)* ..Default::default() };
            message
        }
    };
}

/// Sends a message as an operator of the county.
macro_rules! send {
    ($adapter:ident.$call:ident($message:expr)) => {
        $adapter.$call(request(&operator(&[LOG]), $message)).await.map(tonic::Response::into_inner)
    };
}

async fn reported(bench: &Bench, at: (i32, i32)) -> ReportIncidentResponse {
    report(bench, call(&fresh(), Some(at))).await.unwrap()
}

#[tokio::test]
async fn another_call_has_its_own_words_in_the_vault() {
    let bench = Bench::county().await;
    let adapter = IntakeAdapter::new(bench.edge.clone());
    let id = reported(&bench, IN_WEST).await.incident_id;
    let add = || {
        let source = CallSource::WalkIn.into();
        let (caller_phone, narrative) = ("13900002222".to_owned(), "楼上又吵起来了".to_owned());
        message!(AddCallRequest { incident_id: id.clone(), source: source, caller_phone: caller_phone, narrative: narrative })
    };
    let message = add();
    let added = send!(adapter.add_call(message.clone())).unwrap();
    assert_eq!(send!(adapter.add_call(message)).unwrap(), added, "sent again it is the same call");
    let incident = incident(&bench, LOG, &id);
    assert_eq!(incident.calls.len(), 2);
    let call = &incident.calls[1];
    assert_eq!((call.call_id.to_string(), call.source), (added.call_id, domain::classification::CallSource::WalkIn));
    let store = bench.edge.runtime.store();
    let content = store.get_private(call.private.unwrap().private_ref).await.unwrap().unwrap();
    assert_eq!((content.caller_phone.as_str(), content.narrative.as_str()), ("13900002222", "楼上又吵起来了"));
    let rows = store.read(&LogId::new(LOG).unwrap(), Seq(0), 1_000).await.unwrap();
    assert!(rows.iter().all(|row| !row.bytes.windows(11).any(|window| window == b"13900002222")));
    type Spoil = fn(&mut api::AddCallRequest);
    let table: &[(Spoil, &str)] = &[
        (|m| m.request_id = "1".to_owned(), "request_id"),
        (|m| m.log_id = "A".to_owned(), "log_id"),
        (|m| m.incident_id = "7".to_owned(), "incident_id"),
        (|m| m.source = 99, "source"),
        (|m| m.address = "路".repeat(501), "address"),
        (|m| m.narrative = "话".repeat(4_001), "narrative"),
        (|m| m.caller_phone = "1".repeat(33), "caller_phone"),
        (|m| m.caller_name = "张".repeat(101), "caller_name"),
        (|m| m.occurred_at.get_or_insert_default().seconds = 0, "occurred_at"),
    ];
    for (spoil, field) in table {
        let mut message = add();
        spoil(&mut message);
        let refused = send!(adapter.add_call(message)).unwrap_err();
        assert_eq!(refused.code(), Code::InvalidArgument, "{field}");
        assert!(refused.message().starts_with(&format!("{field} ")), "{field}: {}", refused.message());
        assert!(!format!("{refused:?}").contains("13900002222"), "nothing personal is repeated");
    }
}

#[tokio::test]
async fn two_are_one_and_two_again_and_no_call_is_lost() {
    let bench = Bench::county().await;
    let adapter = IntakeAdapter::new(bench.edge.clone());
    let (first, second) = (reported(&bench, IN_WEST).await, reported(&bench, IN_WEST).await);
    let merge =
        |from: &str, into: &str| message!(MergeIncidentsRequest { incident_id: from.to_owned(), into_incident_id: into.to_owned() });
    let itself = send!(adapter.merge_incidents(merge(&first.incident_id, &first.incident_id))).unwrap_err();
    assert!(itself.message().starts_with("into_incident_id "), "{}", itself.message());
    let stale = api::MergeIncidentsRequest { expected_revision: 1, ..merge(&second.incident_id, &first.incident_id) };
    assert_eq!(send!(adapter.merge_incidents(stale)).unwrap_err().code(), Code::Aborted);
    send!(adapter.merge_incidents(merge(&second.incident_id, &first.incident_id))).unwrap();
    let calls = |id: &str| incident(&bench, LOG, id).calls.iter().map(|call| call.call_id.to_string()).collect::<Vec<_>>();
    assert!(matches!(incident(&bench, LOG, &second.incident_id).state, IncidentState::Merged { .. }));
    assert_eq!(calls(&first.incident_id), [first.call_id.clone(), second.call_id.clone()]);
    let unmerge = || message!(UnmergeIncidentsRequest { incident_id: second.incident_id.clone() });
    send!(adapter.unmerge_incidents(unmerge())).unwrap();
    assert_eq!((calls(&first.incident_id), calls(&second.incident_id)), (vec![first.call_id], vec![second.call_id.clone()]));
    assert_eq!(send!(adapter.unmerge_incidents(unmerge())).unwrap_err().code(), Code::FailedPrecondition);
}

#[tokio::test]
async fn one_is_two_where_the_operator_says_or_where_the_first_is() {
    let bench = Bench::county().await;
    let adapter = IntakeAdapter::new(bench.edge.clone());
    let first = reported(&bench, IN_WEST).await;
    let added = send!(adapter.add_call(message!(AddCallRequest { incident_id: first.incident_id.clone() }))).unwrap().call_id;
    let split = |call_id: &str, position| {
        let classification = what("traffic", "parking");
        message!(SplitIncidentRequest {
            incident_id: first.incident_id.clone(),
            call_id: call_id.to_owned(),
            classification: classification,
            position: position
        })
    };
    let nobodys = send!(adapter.split_incident(split(&fresh(), None))).unwrap_err();
    assert!(nobodys.message().starts_with("call_id "), "{}", nobodys.message());
    assert!(send!(adapter.split_incident(split("7", None))).unwrap_err().message().starts_with("call_id "));
    let no_kind = api::SplitIncidentRequest { classification: None, ..split(&added, None) };
    assert!(send!(adapter.split_incident(no_kind)).unwrap_err().message().starts_with("classification "));
    let here = send!(adapter.split_incident(split(&added, None))).unwrap();
    let second = incident(&bench, LOG, &here.incident_id);
    assert_eq!((second.number, second.place == incident(&bench, LOG, &first.incident_id).place), (here.number, true));
    assert_eq!(second.calls.iter().map(|call| call.call_id).collect::<Vec<_>>(), [CallId(added.parse().unwrap())]);
    let elsewhere = Some(Position { lat_e7: IN_EAST.0, lon_e7: IN_EAST.1 });
    let there = send!(adapter.split_incident(split(&first.call_id, elsewhere))).unwrap();
    let third = incident(&bench, LOG, &there.incident_id);
    assert!(matches!(&third.place, domain::place::Place::Located { agency, .. } if agency.as_str() == EAST_STATION), "{:?}", third.place);
}

#[tokio::test]
async fn an_incident_is_called_off_for_a_reason() {
    let bench = Bench::county().await;
    let adapter = IntakeAdapter::new(bench.edge.clone());
    let id = reported(&bench, IN_WEST).await.incident_id;
    let cancel = |reason: &str| message!(CancelIncidentRequest { incident_id: id.clone(), reason: reason.to_owned() });
    for reason in ["", "Bored", "bored"] {
        let refused = send!(adapter.cancel_incident(cancel(reason))).unwrap_err();
        assert_eq!(refused.code(), Code::InvalidArgument);
        assert!(refused.message().starts_with("reason "), "{}", refused.message());
    }
    send!(adapter.cancel_incident(cancel("caller_withdrew"))).unwrap();
    assert_eq!(incident(&bench, LOG, &id).state_name(), "cancelled");
    assert_eq!(send!(adapter.cancel_incident(cancel("test"))).unwrap_err().code(), Code::FailedPrecondition);
}

#[tokio::test]
async fn another_side_has_an_incident_once_it_accepts() {
    let bench = Bench::county().await;
    let adapter = IntakeAdapter::new(bench.edge.clone());
    let id = reported(&bench, IN_WEST).await.incident_id;
    let ask = |to: i32| message!(TransferIncidentRequest { incident_id: id.clone(), to: to, reason: "not_police".to_owned() });
    let answer =
        |accepted, reason: &str| message!(AnswerTransferRequest { incident_id: id.clone(), accepted: accepted, reason: reason.to_owned() });
    for to in [0, 5] {
        assert!(send!(adapter.transfer_incident(ask(to))).unwrap_err().message().starts_with("to "));
    }
    assert_eq!(send!(adapter.answer_transfer(answer(true, ""))).unwrap_err().code(), Code::FailedPrecondition, "nobody was asked");
    let citizens_line = api::TransferTarget::CitizensLine12345.into();
    send!(adapter.transfer_incident(ask(citizens_line))).unwrap();
    assert!(incident(&bench, LOG, &id).transfer.is_some());
    assert!(send!(adapter.answer_transfer(answer(false, ""))).unwrap_err().message().starts_with("reason "));
    send!(adapter.answer_transfer(answer(false, "wrong_receiver"))).unwrap();
    assert_eq!(incident(&bench, LOG, &id).transfer, None, "the first receiver keeps it");
    send!(adapter.transfer_incident(ask(citizens_line))).unwrap();
    send!(adapter.answer_transfer(answer(true, ""))).unwrap();
    assert_eq!(incident(&bench, LOG, &id).state_name(), "transferred");
}

/// Sends a message as each of those who may not: none gets through; then without a token.
macro_rules! forbidden {
    ($adapter:ident, $who:expr; $($call:ident($message:expr)),+ $(,)?) => {$(
        for principal in $who {
            let refused = $adapter.$call(request(principal, $message)).await.unwrap_err();
            assert_eq!(refused.code(), Code::PermissionDenied, "{} by {principal:?}: {}", stringify!($call), refused.message());
        }
        let nobody = $adapter.$call(Request::new($message)).await.unwrap_err();
        assert_eq!(nobody.code(), Code::Unauthenticated, "{}", stringify!($call));
    )+};
}

#[tokio::test]
async fn only_who_covers_an_incident_changes_it_but_any_desk_adds_a_call() {
    let bench = Bench::county().await;
    let adapter = IntakeAdapter::new(bench.edge.clone());
    let first = reported(&bench, IN_WEST).await;
    let other = reported(&bench, IN_EAST).await;
    let id = || first.incident_id.clone();
    let (to, reason) = (1, || "fire".to_owned());
    let others = [operator(&[EAST_STATION]), operator(&[NEIGHBOUR]), observer(&[LOG]), gateway(&[LOG]), unit("610824-a11")];
    forbidden!(adapter, &others;
        unmerge_incidents(message!(UnmergeIncidentsRequest { incident_id: id() })),
        split_incident(message!(SplitIncidentRequest { incident_id: id(), call_id: first.call_id.clone(), classification: what("help", "") })),
        cancel_incident(message!(CancelIncidentRequest { incident_id: id(), reason: "test".to_owned() })),
        transfer_incident(message!(TransferIncidentRequest { incident_id: id(), to: to, reason: reason() })),
        answer_transfer(message!(AnswerTransferRequest { incident_id: id(), accepted: true })),
    );
    forbidden!(adapter, &others[1..]; add_call(message!(AddCallRequest { incident_id: id() })));
    // Of two stations' incidents both must be one's own.
    forbidden!(adapter, &[operator(&[WEST_STATION]), operator(&[EAST_STATION])];
        merge_incidents(message!(MergeIncidentsRequest { incident_id: id(), into_incident_id: other.incident_id.clone() })));
    let desk = operator(&[EAST_STATION]);
    adapter.add_call(request(&desk, message!(AddCallRequest { incident_id: id() }))).await.unwrap();
}
