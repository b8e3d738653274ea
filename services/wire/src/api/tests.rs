//! What the API shows of the core, and which request fields it takes.

use super::fields as f;
use super::*;
use crate::arbitrary::{any_incident, any_recorded};
use crate::v1alpha1 as api;
use domain::classification::Priority;
use domain::ids::IncidentId;
use domain::incident::{Incident, IncidentState};
use domain::unit::Availability;
use proptest::prelude::*;

struct Nothing;

impl Lookup for Nothing {
    fn incident(&self, _: &IncidentId) -> Option<&Incident> {
        None
    }
    fn call_sign(&self, _: &domain::ids::UnitId) -> Option<&str> {
        None
    }
}

fn field<T: std::fmt::Debug>(result: Result<T, FieldError>) -> String {
    result.unwrap_err().field
}

#[test]
fn a_request_id_is_required_and_a_uuid() {
    let error = f::request_id("").unwrap_err();
    assert_eq!(error.field, "request_id");
    assert!(error.to_string().starts_with("request_id \"\" is not valid: expected a UUID"));
    assert!(f::request_id("0195f2a4-7c1e-7b32-9d55-3f0a6b1c2d4e").is_ok());
    assert_eq!(field(f::incident_id("2041")), "incident_id");
}

#[test]
fn codes_are_refused_by_their_field() {
    assert_eq!(field(f::log_id("Jingbian")), "log_id");
    assert_eq!(field(f::code("jurisdictions[0]", "", domain::ids::AgencyId::new)), "jurisdictions[0]");
    assert_eq!(f::optional_code("type", "", domain::ids::TypeKey::new), Ok(None));
    let given = api::Classification { category: "dispute".to_owned(), r#type: "Family!".to_owned() };
    assert_eq!(field(f::classification("classification", Some(&given))), "classification.type");
    assert_eq!(field(f::classification("verified_as", None)), "verified_as");
}

#[test]
fn positions_are_refused_by_the_coordinate_that_is_out_of_range() {
    let at = |lat_e7, lon_e7| f::position("position", Some(&api::Position { lat_e7, lon_e7 }));
    assert!(at(900_000_000, -1_800_000_000).is_ok());
    assert_eq!(field(at(900_000_001, 0)), "position.lat_e7");
    assert_eq!(field(at(0, i32::MIN)), "position.lon_e7");
    assert_eq!(f::position("position", None), Ok(None));
}

#[test]
fn text_is_counted_in_characters_and_never_repeated() {
    assert_eq!(f::text("address", "幸福路", 3), Ok("幸福路"));
    let error = f::text("narrative", &"秘".repeat(5), 4).unwrap_err();
    assert_eq!((error.given.as_str(), error.expected.as_str()), ("5 characters", "at most 4 characters"));
    assert_eq!(field(f::text("address", "a\0b", 10)), "address");
    assert_eq!(field(f::required_text("purpose", " ", 10)), "purpose");
}

#[test]
fn times_are_checked_and_cut_to_milliseconds() {
    let at = |seconds, nanos| f::time("occurred_at", Some(&pbjson_types::Timestamp { seconds, nanos }));
    assert_eq!(at(-1, 999_999_999), Ok(Some(Timestamp(-1))));
    assert_eq!(field(at(0, -1)), "occurred_at.nanos");
    assert_eq!(field(at(0, 1_000_000_000)), "occurred_at.nanos");
    assert_eq!(field(at(i64::MAX, 0)), "occurred_at.seconds");
    assert_eq!(field(at(i64::MIN, 0)), "occurred_at.seconds");
}

#[test]
fn enums_that_must_be_said_are_not_guessed() {
    assert_eq!(field(f::availability(0, "")), "availability");
    assert_eq!(field(f::availability(77, "")), "availability");
    assert_eq!(field(f::availability(api::Availability::OutOfService.into(), "")), "reason");
    assert_eq!(f::availability(api::Availability::Available.into(), ""), Ok(Availability::Available));
    assert_eq!(f::assignment_role("role", 0), Ok(None));
    assert_eq!(field(f::call_source("source", -1)), "source");
    assert_eq!(field(f::datum("datum", 9)), "datum");
    assert_eq!(field(f::incident_state("state", 9)), "state");
}

#[test]
fn numbers_are_kept_within_their_range() {
    assert_eq!(f::priority("priority", 0), Ok(None));
    assert_eq!(f::priority("priority", 1), Ok(Some(Priority::P1)));
    assert_eq!(field(f::priority("priority", 5)), "priority");
    assert_eq!(f::crew(0, 0), Ok(None));
    assert_eq!(f::crew(0, 1), Ok(Some((0, 1))));
    assert_eq!(field(f::crew(0, 256)), "auxiliary");
    assert_eq!((f::page_size("limit", 0, 5, 20), f::page_size("limit", 20, 5, 20)), (Ok(5), Ok(20)));
    assert_eq!(field(f::page_size("limit", 21, 5, 20)), "limit");
    let order = |unit_id: &str| api::UnitOrder { unit_id: unit_id.to_owned(), role: 0 };
    assert_eq!(field(f::orders(&[])), "orders");
    assert_eq!(field(f::orders(&vec![order("a"); 21])), "orders");
    assert_eq!(field(f::orders(&[order("a"), order("B")])), "orders[1].unit_id");
}

#[test]
fn cells_are_of_resolution_9_and_lowercase() {
    assert!(f::h3_cell("h3_cell", "89283082803ffff").unwrap().is_some());
    assert_eq!(f::h3_cell("h3_cell", ""), Ok(None));
    for wrong in ["88283082803ffff", "89283082803FFFF", "xyz", "+89283082803ffff", "189283082803ffff"] {
        assert_eq!(field(f::h3_cell("h3_cell", wrong)), "h3_cell", "{wrong}");
    }
}

proptest! {
    #[test]
    fn an_incident_shows_its_clock_only_while_nobody_is_assigned_and_private_text_only_to_who_may_see_it(incident in any_incident()) {
        let log_id = LogId::new("610824").unwrap();
        let shown = incident_to_api(&incident, &log_id, None);
        prop_assert_eq!((shown.address.as_str(), shown.narrative.as_str()), ("", ""));
        let runs = matches!(incident.state, IncidentState::Classified { clock: Some(_), .. });
        prop_assert_eq!((shown.dispatch_by.is_some(), shown.dispatch_amber_at.is_some()), (runs, runs));
        let settled = matches!(incident.state, IncidentState::Resolved { .. } | IncidentState::Closed { .. });
        prop_assert_eq!(!shown.disposition.is_empty(), settled);
        prop_assert_eq!(shown.revision, incident.revision.0);
        prop_assert_eq!(Some(shown.reported_at.unwrap().seconds), incident.reported_at.0.checked_div_euclid(1_000));
        let text = PrivateText { address: "幸福路 3 号", narrative: "吵架" };
        prop_assert_eq!(incident_to_api(&incident, &log_id, Some(text)).narrative, "吵架");
    }

    #[test]
    fn a_time_line_tells_each_event_without_links_into_the_vault(recorded in any_recorded()) {
        let shown = event_to_api(&recorded, None, &[0xAB; 32]);
        prop_assert_eq!(shown.kind, recorded.event.name());
        prop_assert_eq!(shown.hash, "ab".repeat(32));
        let detail: serde_json::Value = serde_json::from_str(&shown.detail_json).unwrap();
        prop_assert!(detail.is_object());
        prop_assert!(!shown.detail_json.contains("commitment"));
    }
}

#[test]
fn what_a_lookup_does_not_know_is_shown_by_its_id() {
    let unit_id = domain::ids::UnitId::new("610824-a12").unwrap();
    let source = domain::situation::TravelSource::Unknown;
    let line = domain::matching::RankedUnit { unit_id, rank: 1, travel_ms: 0, source, fix_age_ms: None, cost_ms: 0, reasons: Vec::new() };
    assert_eq!(ranked_unit_to_api(&line, &Nothing).call_sign, "610824-a12");
}

#[test]
fn json_is_proto3_json() {
    let receipt = receipt(&LogId::new("610824").unwrap(), domain::ids::Seq(u64::MAX));
    let text = serde_json::to_string(&receipt).unwrap();
    assert_eq!(text, r#"{"logId":"610824","seq":"18446744073709551615"}"#);
    assert_eq!(serde_json::from_str::<api::Receipt>(&text).unwrap(), receipt);
    let alarm = api::Alarm { raised_at: Some(time_to_api(Timestamp(1_500))), kind: 1, ..api::Alarm::default() };
    assert_eq!(serde_json::to_string(&alarm).unwrap(), r#"{"kind":"ALARM_KIND_UNDELIVERED","raisedAt":"1970-01-01T00:00:01.500+00:00"}"#);
}

#[test]
fn the_descriptors_for_reflection_hold_the_api_and_what_it_imports_only() {
    let has = |name: &str| crate::FILE_DESCRIPTOR_SET.windows(name.len()).any(|part| part == name.as_bytes());
    assert!(has("oneroom/v1alpha1/watch_service.proto"));
    assert!(has("google/protobuf/timestamp.proto"));
    assert!(!has("oneroom/event/v1"));
}

#[test]
fn times_before_1970_keep_positive_nanoseconds() {
    assert_eq!(time_to_api(Timestamp(-1)), pbjson_types::Timestamp { seconds: -1, nanos: 999_000_000 });
    assert_eq!(time_to_api(Timestamp(1_500)), pbjson_types::Timestamp { seconds: 1, nanos: 500_000_000 });
}

#[test]
fn a_digest_tells_taps_of_different_kinds_and_contents_apart() {
    let seen = api::MarkSeenRequest { assignment_id: "a".to_owned(), ..api::MarkSeenRequest::default() };
    let acknowledged = api::AcknowledgeRequest { assignment_id: "a".to_owned(), ..api::AcknowledgeRequest::default() };
    let other = api::MarkSeenRequest { assignment_id: "b".to_owned(), ..api::MarkSeenRequest::default() };
    assert_eq!(digest(&seen), digest(&seen.clone()));
    assert_ne!(digest(&seen), digest(&acknowledged));
    assert_ne!(digest(&seen), digest(&other));
}
