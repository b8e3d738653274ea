//! `oneroom report` on a small real run: every figure is checked against the requests that were sent.

use super::house::{House, LOG, call, done, fresh, run, with};
use wire::v1alpha1::*;

const A11: &str = "610824-a11";
const A12: &str = "610824-a12";

/// Sends a request as somebody; it must be taken.
macro_rules! send {
    ($client:expr, $token:expr, $method:ident, $Request:ident { $($field:ident $(: $value:expr)?),* $(,)? }) => {{
        // Some of these messages have further fields, some have none.
        #[allow(clippy::needless_update)]
        $client
            .$method(with($token, $Request { request_id: fresh(), log_id: LOG.to_owned(), $($field $(: $value)?,)* ..Default::default() }))
            .await
            .unwrap()
            .into_inner()
    }};
}

async fn report(house: &House, what: &str, from: &str) -> String {
    let message = ReportIncidentRequest { pass_down_from_id: from.to_owned(), ..call(what) };
    house.intake().await.report_incident(with(&house.operator, message)).await.unwrap().into_inner().incident_id
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_counts_what_was_done() {
    let house = House::open().await;
    house.on_duty(A12).await;
    let (mut units, mut dispatch, mut intake) = (house.units().await, house.dispatch().await, house.intake().await);
    let (operator, own) = (&house.operator, house.token_of(A12));
    let station = house.operator_of("station-1", "610824-01").await;

    // Three incidents: one worked to its end, one passed down and signed, one merged away and back. A second call about the first.
    let robbery = report(&house, "criminal/robbery", "").await;
    let get = GetIncidentRequest { log_id: LOG.to_owned(), incident_id: robbery.clone(), min_seq: 0 };
    let found = house.records().await.get_incident(with(operator, get)).await.unwrap().into_inner();
    let order = found.assignments[0].assignment_id.clone();
    send!(units, &own, acknowledge, AcknowledgeRequest { assignment_id: order.clone() });
    send!(units, &own, mark_en_route, MarkEnRouteRequest { assignment_id: order.clone() });
    send!(units, &own, mark_on_scene, MarkOnSceneRequest { assignment_id: order.clone() });
    let (reason, disposition) = ("done".to_owned(), "handled".to_owned());
    send!(units, &own, clear, ClearRequest { assignment_id: order.clone(), reason, disposition });
    send!(intake, operator, add_call, AddCallRequest { incident_id: robbery.clone() });
    let closed = send!(dispatch, operator, close_incident, CloseIncidentRequest { incident_id: robbery.clone() });
    // Closed by mistake, and that undone: no incident was opened again.
    let seq = closed.receipt.unwrap().seq;
    send!(dispatch, operator, undo, UndoRequest { incident_id: robbery.clone(), seq });

    let debt = report(&house, "dispute/debt", LOG).await;
    send!(dispatch, &station, sign_incident, SignIncidentRequest { incident_id: debt.clone() });
    let other = report(&house, "dispute/debt", "").await;
    send!(intake, operator, merge_incidents, MergeIncidentsRequest { incident_id: other.clone(), into_incident_id: debt.clone() });
    send!(intake, operator, unmerge_incidents, UnmergeIncidentsRequest { incident_id: other.clone() });
    let withdrew = "caller_withdrew".to_owned();
    send!(intake, operator, cancel_incident, CancelIncidentRequest { incident_id: other.clone(), reason: withdrew });
    let again = "again".to_owned();
    let reopened = send!(dispatch, operator, reopen_incident, ReopenIncidentRequest { incident_id: other.clone(), reason: again });
    let head = reopened.receipt.unwrap().seq;

    let flags = ["report", "--data", &house.data()];
    let json = done(&run(&[&flags[..], &["--json"]].concat()));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["log_id"].as_str(), Some(LOG), "{json}");
    // A deadline may have fired since.
    assert!(json["events"].as_u64() >= Some(head), "{json}");
    let figures = &json["report"];
    assert_eq!(figures["incidents"], 3, "{figures}");
    assert_eq!(figures["by_team"], serde_json::json!({ "case": 1, "community": 2 }), "{figures}");
    assert_eq!(figures["by_priority"], serde_json::json!({ "1": 1, "4": 2 }), "{figures}");
    // All three were reported from one phone at one place.
    assert_eq!((&figures["repeats"], &figures["calls_added"]), (&2.into(), &1.into()), "{figures}");
    let moved = serde_json::json!({ "merged": 1, "unmerged": 1, "cancelled": 1, "reopened": 1, "undone": 1 });
    assert_eq!(figures["moved"], moved, "{figures}");
    let ran = |clock: &str| figures[clock]["counts"].as_array().unwrap().iter().map(|count| count.as_u64().unwrap()).sum::<u64>();
    assert_eq!((ran("answer"), ran("acknowledge"), ran("arrive"), ran("sign")), (0, 1, 1, 1), "{figures}");
    assert!(figures["arrive"]["longest_ms"].as_u64() >= figures["acknowledge"]["longest_ms"].as_u64(), "{figures}");
    assert_eq!(figures["lent_orders"], 0);
    let hours = json["hours"].as_array().unwrap();
    let worked = |call_sign: &str, field: &str| hours.iter().find(|unit| unit["call_sign"] == call_sign).unwrap()[field].as_u64().unwrap();
    assert!(worked("A12", "engaged_ms") > 0 && worked("A12", "available_ms") > 0, "{hours:?}");
    assert_eq!((worked("A12", "lent_ms"), worked("A11", "available_ms")), (0, 0), "{A11} was never on duty: {hours:?}");
    assert_eq!(worked("A12", "own_service_ms"), worked("A12", "engaged_ms") + worked("A12", "available_ms"));

    let said = done(&run(&flags));
    for line in [
        format!("log {LOG}: "),
        " events, 3 incidents".to_owned(),
        "by team: {\"case\": 1, \"community\": 2}".to_owned(),
        "repeats 2, calls added 1".to_owned(),
        "of 1 (small count)".to_owned(),
        "  A12    on duty".to_owned(),
    ] {
        assert!(said.contains(&line), "{line}\n{said}");
    }
    assert!(!said.contains("A11"), "{said}");
}

#[test]
fn a_report_of_what_is_not_there_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let none = dir.path().join("none");
    assert_eq!(run(&["report", "--data", none.to_str().unwrap()]).status.code(), Some(2));
}
