//! The rules of the room over the wire: passing down and signing, holding, merging, ending and beginning again, refusals that name
//! state and holder, and a deadline that a kill does not lose.

use super::house::{House, LOG, PATIENCE, call, fresh, with};
use tonic::{Code, Status};
use wire::v1alpha1::*;

const STATION: &str = "610824-01";

/// Sends a request as somebody and gives its answer.
macro_rules! send {
    ($client:expr, $token:expr, $method:ident, $message:expr) => {
        $client.$method(with($token, $message)).await.map(tonic::Response::into_inner)
    };
}

/// A request with a fresh id on the log.
macro_rules! on_log {
    ($Request:ident { $($field:ident $(: $value:expr)?),* $(,)? }) => {
        {
            // Some messages have no field but these: then nothing is left out.
            #[allow(clippy::needless_update)]
            let message = $Request { request_id: fresh(), log_id: LOG.to_owned(), $($field $(: $value)?,)* ..Default::default() };
            message
        }
    };
}

mod calls;
mod orders;
mod people;

async fn incident(house: &House, id: &str) -> Incident {
    let get = GetIncidentRequest { log_id: LOG.to_owned(), incident_id: id.to_owned(), min_seq: 0 };
    send!(house.records().await, &house.operator, get_incident, get).unwrap().incident.unwrap()
}

async fn kinds(house: &House, id: &str) -> Vec<String> {
    let list = ListEventsRequest { log_id: LOG.to_owned(), incident_id: id.to_owned(), ..Default::default() };
    let events = send!(house.records().await, &house.operator, list_events, list).unwrap().events;
    events.into_iter().map(|event| event.kind).collect()
}

async fn report(house: &House, what: &str, from: &str) -> String {
    let message = ReportIncidentRequest { pass_down_from_id: from.to_owned(), ..call(what) };
    send!(house.intake().await, &house.operator, report_incident, message).unwrap().incident_id
}

fn not_possible<R: std::fmt::Debug>(answer: Result<R, Status>, words: &[&str]) {
    let status = answer.unwrap_err();
    assert_eq!(status.code(), Code::FailedPrecondition, "{status:?}");
    for word in words {
        assert!(status.message().contains(word), "expected {word}: {}", status.message());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_is_passed_down_signed_held_merged_cancelled_and_open_again() {
    let house = House::open().await;
    let station = house.operator_of("station-1", STATION).await;
    let (mut dispatch, mut intake) = (house.dispatch().await, house.intake().await);
    let id = report(&house, "dispute/debt", LOG).await;
    assert_eq!(incident(&house, &id).await.state(), IncidentState::PassedDown);
    send!(dispatch, &station, sign_incident, on_log!(SignIncidentRequest { incident_id: id.clone() })).unwrap();
    assert_eq!(incident(&house, &id).await.state(), IncidentState::Signed);
    let again = send!(dispatch, &station, sign_incident, on_log!(SignIncidentRequest { incident_id: id.clone() }));
    not_possible(again, &["signed"]);

    let in_a_minute = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() + 60;
    let until = pbjson_types::Timestamp { seconds: i64::try_from(in_a_minute).unwrap(), nanos: 0 };
    let hold = on_log!(HoldIncidentRequest { incident_id: id.clone(), reason: "call_back".to_owned(), until: Some(until) });
    send!(dispatch, &station, hold_incident, hold.clone()).unwrap();
    let twice = HoldIncidentRequest { request_id: fresh(), ..hold };
    not_possible(send!(dispatch, &house.operator, hold_incident, twice), &["station-1"]);
    send!(dispatch, &station, release_hold, on_log!(ReleaseHoldRequest { incident_id: id.clone() })).unwrap();

    let other = report(&house, "dispute/debt", "").await;
    let merge = on_log!(MergeIncidentsRequest { incident_id: other.clone(), into_incident_id: id.clone() });
    send!(intake, &house.operator, merge_incidents, merge).unwrap();
    assert_eq!(incident(&house, &other).await.state(), IncidentState::Merged);
    let cancel = |id: &str| on_log!(CancelIncidentRequest { incident_id: id.to_owned(), reason: "caller_withdrew".to_owned() });
    not_possible(send!(intake, &house.operator, cancel_incident, cancel(&other)), &["merged"]);
    send!(intake, &house.operator, unmerge_incidents, on_log!(UnmergeIncidentsRequest { incident_id: other.clone() })).unwrap();
    send!(intake, &house.operator, cancel_incident, cancel(&other)).unwrap();
    let reopen = on_log!(ReopenIncidentRequest { incident_id: other.clone(), reason: "again".to_owned() });
    send!(dispatch, &house.operator, reopen_incident, reopen).unwrap();
    assert_eq!(incident(&house, &other).await.state(), IncidentState::Classified);

    let own = kinds(&house, &id).await;
    for kind in ["incident_reported", "incident_passed_down", "incident_signed", "incident_held", "incident_hold_ended"] {
        assert!(own.iter().any(|known| known == kind), "{kind}: {own:?}");
    }
    let own = kinds(&house, &other).await;
    for kind in ["incident_merged", "incident_unmerged", "incident_cancelled", "incident_reopened"] {
        assert!(own.iter().any(|known| known == kind), "{kind}: {own:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_calls_for_help_and_the_room_settles_it() {
    let house = House::open().await;
    let unit_id = "610824-b21".to_owned();
    house.on_duty(&unit_id).await;
    let (mut units, mut dispatch) = (house.units().await, house.dispatch().await);
    let raise = on_log!(RaiseEmergencyRequest { unit_id: unit_id.clone() });
    send!(units, &house.token_of(&unit_id), raise_emergency, raise).unwrap();
    let clear = on_log!(ClearEmergencyRequest { unit_id: unit_id.clone(), reason: "safe".to_owned() });
    send!(dispatch, &house.operator, clear_emergency, clear.clone()).unwrap();
    let twice = ClearEmergencyRequest { request_id: fresh(), ..clear };
    assert_eq!(send!(dispatch, &house.operator, clear_emergency, twice).unwrap_err().code(), Code::FailedPrecondition);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_signs_lapses_once_although_the_server_was_killed() {
    let policy = domain::policy::DEFAULT_TEXT.replace("sign_ms = 60000", "sign_ms = 3000");
    assert_ne!(policy, domain::policy::DEFAULT_TEXT);
    let mut house = House::open_under(&policy).await;
    let id = report(&house, "dispute/debt", LOG).await;
    house.kill();
    house.serve_again();
    let lapses = async {
        loop {
            let found = kinds(&house, &id).await.into_iter().filter(|kind| kind == "incident_sign_lapsed").count();
            if found > 0 {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(PATIENCE, lapses).await.expect("the deadline is not lost");
    house.serve_again();
    let own = kinds(&house, &id).await;
    assert_eq!(own.iter().filter(|kind| *kind == "incident_sign_lapsed").count(), 1, "{own:?}");
}
