//! Reports: the log, the place, the vault, and what is refused.

use super::*;
use crate::EARLIEST_OCCURRED_AT;
use domain::incident::IncidentFlag;
use domain::place::Place;
use runtime::testing::{
    BEGIN, CITY, EAST_STATION, IN_CITY_LAND, IN_COUNTY_LAND, IN_EAST, IN_NEIGHBOUR, IN_WEST, NOWHERE, ON_LINE, WEST_STATION, observer, unit,
};
use sha2::Digest;
use tonic::{Code, Request};
use wire::api::time_to_api;
use wire::v1alpha1::{Datum, ReclassifyRequest};

#[tokio::test]
async fn a_call_gets_its_station_and_a_receipt() {
    let bench = Bench::county().await;
    let answer = report(&bench, call(ID, Some(IN_WEST))).await.unwrap();
    let receipt = answer.receipt.unwrap();
    assert_eq!((receipt.log_id.as_str(), answer.number), (LOG, 1));
    let incident = incident(&bench, LOG, &answer.incident_id);
    assert_eq!(incident.revision.0, receipt.seq);
    assert_eq!(incident.station.as_str(), WEST_STATION);
    assert!(matches!(&incident.place, Place::Located { agency, .. } if agency.as_str() == "610824-01-01"), "{:?}", incident.place);
    assert!(incident.flags.is_empty());
    assert_eq!(incident.calls[0].private, None);
    assert_eq!(incident.calls[0].call_id.to_string(), answer.call_id);
}

#[tokio::test]
async fn places_decide_station_and_flags() {
    let bench = Bench::county().await;
    let cases = [
        (Some(IN_EAST), EAST_STATION, None),
        // A border belongs to one side only: to that in the east.
        (Some(ON_LINE), EAST_STATION, None),
        (Some(IN_COUNTY_LAND), LOG, None),
        (Some(NOWHERE), LOG, Some(IncidentFlag::OutsideBoundaries)),
        (None, LOG, Some(IncidentFlag::UnverifiedLocation)),
    ];
    for (at, station, flag) in cases {
        let answer = report(&bench, call(&uuid::Uuid::now_v7().to_string(), at)).await.unwrap();
        let incident = incident(&bench, LOG, &answer.incident_id);
        assert_eq!(incident.station.as_str(), station, "{at:?}");
        assert_eq!(incident.flags.iter().copied().collect::<Vec<_>>(), flag.into_iter().collect::<Vec<_>>(), "{at:?}");
    }
}

#[tokio::test]
async fn a_declared_datum_is_converted_once_and_remembered() {
    let bench = Bench::county().await;
    for (datum, core) in [(Datum::Gcj02, domain::place::Datum::Gcj02), (Datum::Bd09, domain::place::Datum::Bd09)] {
        let mut message = call(&uuid::Uuid::now_v7().to_string(), Some(IN_WEST));
        message.datum = datum.into();
        let answer = report(&bench, message).await.unwrap();
        let incident = incident(&bench, LOG, &answer.incident_id);
        let Place::Located { position, datum, .. } = &incident.place else { panic!("{:?}", incident.place) };
        let expected = places::to_wgs84(f64::from(IN_WEST.0) / 1e7, f64::from(IN_WEST.1) / 1e7, core).unwrap();
        assert_eq!((*position, *datum), (expected, core));
        assert_ne!((position.lat_e7(), position.lon_e7()), IN_WEST);
    }
}

#[tokio::test]
async fn the_log_is_that_of_the_place_else_that_of_the_desk() {
    let bench = Bench::two_counties().await;
    let desk = |at, desk: &str| ReportIncidentRequest { desk_log_id: desk.to_owned(), ..call(&uuid::Uuid::now_v7().to_string(), at) };
    let cases = [
        (desk(Some(IN_NEIGHBOUR), ""), NEIGHBOUR),
        (desk(Some(IN_WEST), NEIGHBOUR), LOG),
        (desk(Some(NOWHERE), NEIGHBOUR), NEIGHBOUR),
        (desk(None, NEIGHBOUR), NEIGHBOUR),
        (desk(None, ""), LOG),
        // A desk that is not served here: the call is taken all the same.
        (desk(None, "610826"), LOG),
    ];
    for (message, log) in cases {
        let answer = report(&bench, message.clone()).await.unwrap();
        assert_eq!(answer.receipt.unwrap().log_id, log, "{message:?}");
    }
}

#[tokio::test]
async fn of_two_logs_that_contain_a_place_the_deeper_has_it() {
    let bench = Bench::county_in_city().await;
    let adapter = IntakeAdapter::new(bench.edge.clone());
    for (at, log) in [(IN_WEST, LOG), (IN_COUNTY_LAND, LOG), (IN_CITY_LAND, CITY)] {
        let message = call(&uuid::Uuid::now_v7().to_string(), Some(at));
        let answer = adapter.report_incident(request(&operator(&[LOG, CITY]), message)).await.unwrap().into_inner();
        assert_eq!(answer.receipt.unwrap().log_id, log, "{at:?}");
    }
}

#[tokio::test]
async fn the_same_request_gets_the_same_answer_to_the_byte() {
    use prost::Message;
    let bench = Bench::county().await;
    let mut message = call(ID, Some(IN_WEST));
    message.narrative = "听见争吵".to_owned();
    let first = report(&bench, message.clone()).await.unwrap();
    let between = report(&bench, call(OTHER_ID, Some(IN_WEST))).await.unwrap();
    assert_eq!(between.number, 2);
    bench.pass(60_000);
    let again = report(&bench, message.clone()).await.unwrap();
    assert_eq!(first.encode_to_vec(), again.encode_to_vec());
    message.narrative.push('!');
    let refused = report(&bench, message).await.unwrap_err();
    assert_eq!(refused.code(), Code::AlreadyExists);
    assert!(refused.message().contains("request_id"), "{}", refused.message());
}

#[tokio::test]
async fn a_request_stays_with_its_log() {
    let bench = Bench::two_counties().await;
    let first = report(&bench, call(ID, Some(IN_NEIGHBOUR))).await.unwrap();
    assert_eq!(report(&bench, call(ID, Some(IN_NEIGHBOUR))).await.unwrap(), first);
    let moved = report(&bench, call(ID, Some(IN_WEST))).await.unwrap_err();
    assert_eq!(moved.code(), Code::AlreadyExists);
    let county = bench.edge.runtime.view(&LogId::new(LOG).unwrap()).unwrap();
    assert_eq!(county.world.incidents().count(), 0, "no second incident in the other log");
}

#[tokio::test]
async fn what_is_personal_goes_into_the_vault_and_not_into_the_log() {
    let bench = Bench::county().await;
    let mut message = call(ID, Some(IN_WEST));
    message.caller_name = "张三丰".to_owned();
    message.caller_phone = "13900001111".to_owned();
    message.address = "人民路88号".to_owned();
    message.narrative = "邻居打麻将".to_owned();
    let words = [message.caller_name.clone(), message.caller_phone.clone(), message.address.clone(), message.narrative.clone()];
    let answer = report(&bench, message).await.unwrap();
    let incident = incident(&bench, LOG, &answer.incident_id);
    let link = incident.calls[0].private.unwrap();
    let store = bench.edge.runtime.store();
    let content = store.get_private(link.private_ref).await.unwrap().unwrap();
    assert_eq!([content.caller_name.clone(), content.caller_phone.clone(), content.address.clone(), content.narrative.clone()], words);
    let rows = store.read(&LogId::new(LOG).unwrap(), domain::ids::Seq(0), 1_000).await.unwrap();
    for row in rows {
        assert!(words.iter().all(|word| !row.bytes.windows(word.len()).any(|window| window == word.as_bytes())), "event {}", row.seq);
    }
    let view = bench.edge.runtime.view(&LogId::new(LOG).unwrap()).unwrap();
    assert_eq!(view.words.get(&incident.incident_id).unwrap().address, "人民路88号");
}

#[test]
fn a_commitment_is_over_salt_and_content_and_the_entry_expires() {
    let content = store::PrivateContent { narrative: "邻居".to_owned(), ..store::PrivateContent::default() };
    let (entry, link) = runtime::vault::seal(content.clone(), BEGIN).unwrap().unwrap();
    let json = r#"{"caller_name":"","caller_phone":"","address":"","narrative":"邻居","feedback":""}"#;
    let expected: [u8; 32] = sha2::Sha256::digest([entry.salt.as_slice(), json.as_bytes()].concat()).into();
    assert_eq!(link.commitment, expected);
    assert_eq!((entry.private_ref, entry.erase_at), (link.private_ref, BEGIN.plus_ms(runtime::vault::PRIVATE_KEPT_MS)));
    let (other, other_link) = runtime::vault::seal(content, BEGIN).unwrap().unwrap();
    assert!(other.salt != entry.salt && other_link.commitment != link.commitment, "each has its own salt");
    assert!(runtime::vault::seal(store::PrivateContent::default(), BEGIN).unwrap().is_none());
}

type Spoil = fn(&mut ReportIncidentRequest);

#[tokio::test]
async fn bad_input_is_refused_by_field_with_what_was_expected() {
    let bench = Bench::county().await;
    let table: &[(Spoil, &str, &str)] = &[
        (|m| m.request_id = String::new(), "request_id", "a UUID"),
        (|m| m.request_id = "7".to_owned(), "request_id", "a UUID"),
        (|m| m.source = 99, "source", "CallSource"),
        (|m| m.classification = None, "classification", "a category"),
        (|m| m.classification = what("Dispute", ""), "classification.category", "a-z, 0-9 and _"),
        (|m| m.classification = what("volcano", ""), "classification.category", "dispute"),
        (|m| m.classification = what("dispute", "NEIGHBOUR"), "classification.type", "a-z, 0-9 and _"),
        (|m| m.position = Some(Position { lat_e7: 900_000_001, lon_e7: 0 }), "position.lat_e7", "-90 to 90"),
        (|m| m.position = Some(Position { lat_e7: 0, lon_e7: -1_800_000_001 }), "position.lon_e7", "-180 to 180"),
        (|m| m.position = Some(Position { lat_e7: i32::MIN, lon_e7: i32::MAX }), "position.lat_e7", "-90 to 90"),
        (|m| m.datum = 4, "datum", "Datum"),
        (|m| m.address = "路".repeat(501), "address", "at most 500 characters"),
        (|m| m.narrative = "事".repeat(4_001), "narrative", "at most 4000 characters"),
        (|m| m.caller_phone = "1".repeat(33), "caller_phone", "at most 32 characters"),
        (|m| m.caller_name = "张".repeat(101), "caller_name", "at most 100 characters"),
        (|m| m.caller_name = "张\u{0}".to_owned(), "caller_name", "without control characters"),
        (|m| m.occurred_at = Some(time_to_api(BEGIN.plus_ms(5_001))), "occurred_at", "not in the future"),
        (|m| m.occurred_at = Some(time_to_api(domain::time::Timestamp(EARLIEST_OCCURRED_AT.0 - 1))), "occurred_at", "2000-01-01"),
        (|m| m.occurred_at.get_or_insert_default().nanos = -1, "occurred_at.nanos", "0 to 999999999"),
        (|m| m.occurred_at.get_or_insert_default().seconds = i64::MAX, "occurred_at.seconds", "9999"),
        (|m| m.priority = 5, "priority", "1 (most urgent) to 4"),
        (|m| m.desk_log_id = "Desk 1".to_owned(), "desk_log_id", "a-z, 0-9 and -"),
        (|m| m.answered_at = Some(time_to_api(BEGIN.plus_ms(5_001))), "answered_at", "not in the future"),
        (|m| m.answered_at = Some(time_to_api(domain::time::Timestamp(0))), "answered_at", "2000-01-01"),
        (|m| m.pass_down_from_id = "The desk".to_owned(), "pass_down_from_id", "a-z, 0-9 and -"),
        (|m| m.pass_down_from_id = "610899".to_owned(), "pass_down_from_id", "an agency of this log"),
    ];
    for (spoil, field, expected) in table {
        let mut message = call(ID, Some(IN_WEST));
        spoil(&mut message);
        let refused = report(&bench, message).await.unwrap_err();
        let text = refused.message();
        assert_eq!(refused.code(), Code::InvalidArgument, "{field}: {text}");
        assert!(text.starts_with(&format!("{field} ")) && text.contains(expected), "{field}, {expected}: {text}");
    }
    // Nothing of it was taken, so the id is still good; and the limits themselves are allowed.
    let mut message = call(ID, Some((900_000_000, 1_800_000_000)));
    (message.address, message.narrative) = ("路".repeat(500), "事".repeat(4_000));
    (message.caller_phone, message.caller_name) = ("1".repeat(32), "张".repeat(100));
    message.occurred_at = Some(time_to_api(BEGIN.plus_ms(5_000)));
    message.priority = 4;
    assert_eq!(report(&bench, message).await.unwrap().number, 1);
}

#[tokio::test]
async fn a_refusal_does_not_repeat_what_is_personal() {
    let bench = Bench::county().await;
    let mut message = call(ID, Some(IN_WEST));
    message.caller_phone = format!("13900001111{}", "0".repeat(30));
    let refused = report(&bench, message).await.unwrap_err();
    assert!(!format!("{refused:?}").contains("13900001111"), "{refused:?}");
}

#[tokio::test]
async fn any_desk_of_the_county_reports_and_nobody_else() {
    let bench = Bench::county().await;
    let adapter = IntakeAdapter::new(bench.edge.clone());
    for principal in [observer(&[LOG]), unit("610824-a11"), operator(&[NEIGHBOUR])] {
        let refused = adapter.report_incident(request(&principal, call(ID, Some(IN_WEST)))).await.unwrap_err();
        assert_eq!(refused.code(), Code::PermissionDenied, "{principal:?}");
        assert!(refused.message().contains("an operator of 610824 or below"), "{}", refused.message());
    }
    let nobody = adapter.report_incident(Request::new(call(ID, Some(IN_WEST)))).await.unwrap_err();
    assert_eq!(nobody.code(), Code::Unauthenticated);
    // The eastern desk takes a call from the west: the west's room handles it.
    let taken = adapter.report_incident(request(&operator(&[EAST_STATION]), call(ID, Some(IN_WEST)))).await.unwrap().into_inner();
    let view = bench.edge.runtime.view(&LogId::new(LOG).unwrap()).unwrap();
    let incident = view.world.incidents().find(|incident| incident.incident_id.to_string() == taken.incident_id).unwrap();
    assert_eq!(incident.station.as_str(), WEST_STATION);
}

#[tokio::test]
async fn a_dispute_that_turns_criminal_changes_its_owner() {
    let bench = Bench::county().await;
    let adapter = IntakeAdapter::new(bench.edge.clone());
    let reported = report(&bench, call(ID, Some(IN_WEST))).await.unwrap();
    let turn = |id: &str, expected_revision| ReclassifyRequest {
        request_id: id.to_owned(),
        log_id: LOG.to_owned(),
        incident_id: reported.incident_id.clone(),
        verified_as: what("criminal", "theft"),
        expected_revision,
    };
    let stale = adapter.reclassify(request(&operator(&[LOG]), turn(OTHER_ID, 1))).await.unwrap_err();
    assert_eq!(stale.code(), Code::Aborted);
    let revision = reported.receipt.clone().unwrap().seq;
    let first = adapter.reclassify(request(&operator(&[LOG]), turn(OTHER_ID, revision))).await.unwrap().into_inner();
    assert_eq!(incident(&bench, LOG, &reported.incident_id).owner, domain::classification::Team::Case);
    let again = adapter.reclassify(request(&operator(&[LOG]), turn(OTHER_ID, revision))).await.unwrap().into_inner();
    assert_eq!(first, again, "a retry is answered although the revision has moved on");
    let mut unknown = turn(OTHER_ID, 0);
    unknown.verified_as = None;
    let refused = adapter.reclassify(request(&operator(&[LOG]), unknown)).await.unwrap_err();
    assert!(refused.message().starts_with("verified_as "), "{}", refused.message());
}

#[tokio::test]
async fn a_desk_that_passes_down_and_when_it_answered_are_recorded() {
    let bench = Bench::county().await;
    let mut message = call(ID, Some(IN_WEST));
    (message.occurred_at, message.answered_at) = (Some(time_to_api(BEGIN)), Some(time_to_api(BEGIN.plus_ms(4_000))));
    message.pass_down_from_id = LOG.to_owned();
    let answer = report(&bench, message).await.unwrap();
    let incident = incident(&bench, LOG, &answer.incident_id);
    assert_eq!((incident.state_name(), incident.answered_at), ("passed_down", Some(BEGIN.plus_ms(4_000))));
    assert_eq!(incident.passing.as_ref().unwrap().from.as_str(), LOG);
}
