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
    assert_eq!(field(f::incident_state("state", 99)), "state");
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
    let order = |unit_id: &str| api::UnitOrder { unit_id: unit_id.to_owned(), ..api::UnitOrder::default() };
    assert_eq!(field(f::orders(&[])), "orders");
    assert_eq!(field(f::orders(&vec![order("a"); 21])), "orders");
    assert_eq!(field(f::orders(&[order("a"), order("B")])), "orders[1].unit_id");
    assert_eq!(field(f::orders(&[api::UnitOrder { when_engaged: 7, ..order("a") }])), "orders[0].when_engaged");
    let queued = f::orders(&[api::UnitOrder { when_engaged: api::WhenEngaged::Queue.into(), ..order("a") }]).unwrap();
    assert_eq!(queued[0].when_engaged, domain::command::WhenEngaged::Queue);
    assert_eq!(field(f::chosen_priority("priority", 0)), "priority");
    assert_eq!(f::chosen_priority("priority", 4).map(Priority::level), Ok(4));
    assert_eq!(field(f::seq("seq", 0)), "seq");
}

#[test]
fn lists_are_bounded_and_each_entry_is_named() {
    let id = || uuid::Uuid::nil().to_string();
    assert_eq!(f::assignment_ids(&vec![id(); f::MAX_QUEUE]).unwrap().len(), f::MAX_QUEUE);
    assert_eq!(field(f::assignment_ids(&vec![id(); f::MAX_QUEUE + 1])), "assignment_ids");
    assert_eq!(field(f::assignment_ids(&[id(), "7".to_owned()])), "assignment_ids[1]");
    let units = |count: usize| (0..count).map(|number| format!("u{number}")).collect::<Vec<_>>();
    assert_eq!(f::unit_ids(&units(f::MAX_SHIFT_UNITS)).unwrap().len(), f::MAX_SHIFT_UNITS);
    assert_eq!(field(f::unit_ids(&units(f::MAX_SHIFT_UNITS + 1))), "unit_ids");
    assert_eq!(field(f::unit_ids(&["u1".to_owned(), "U2".to_owned()])), "unit_ids[1]");
    assert_eq!(field(f::unit_ids(&["u1".to_owned(), "u1".to_owned()])), "unit_ids[1]");
}

#[test]
fn what_must_be_chosen_is_not_guessed() {
    use domain::classification::{Team, TransferTarget};
    assert_eq!((f::team("team", 0), f::team("team", api::Team::Patrol.into())), (Ok(None), Ok(Some(Team::Patrol))));
    assert_eq!((field(f::team("team", 6)), field(f::required_team("owner_team", 0))), ("team".to_owned(), "owner_team".to_owned()));
    let target = |given: api::TransferTarget| f::transfer_target("to", given.into());
    assert_eq!(target(api::TransferTarget::CitizensLine12345), Ok(TransferTarget::CitizensLine12345));
    assert_eq!(field(target(api::TransferTarget::Unspecified)), "to");
    assert_eq!(field(f::transfer_target("to", 5)), "to");
    assert_eq!(f::refusal(true, "Not a code"), Ok(None));
    assert_eq!(field(f::refusal(false, "")), "reason");
    assert_eq!(field(f::required_time("until", None)), "until");
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
        let shown = incident_to_api(&incident, &log_id, &Nothing, None);
        prop_assert_eq!((shown.address.as_str(), shown.narrative.as_str()), ("", ""));
        let runs = matches!(incident.state, IncidentState::Classified { clock: Some(_), .. });
        prop_assert_eq!((shown.dispatch_by.is_some(), shown.dispatch_amber_at.is_some()), (runs, runs));
        let settled = matches!(incident.state, IncidentState::Resolved { .. } | IncidentState::Closed { .. });
        prop_assert_eq!(!shown.disposition.is_empty(), settled);
        prop_assert_eq!(shown.revision, incident.revision.0);
        prop_assert_eq!(Some(shown.reported_at.unwrap().seconds), incident.reported_at.0.checked_div_euclid(1_000));
        let text = PrivateText { address: "幸福路 3 号", narrative: "吵架" };
        prop_assert_eq!(incident_to_api(&incident, &log_id, &Nothing, Some(text)).narrative, "吵架");
    }

    #[test]
    fn an_incident_is_in_the_state_that_is_spoken_of_and_nothing_personal_is_in_its_calls(incident in any_incident()) {
        let shown = incident_to_api(&incident, &LogId::new("610824").unwrap(), &Nothing, None);
        let name = shown.state().as_str_name().trim_start_matches("INCIDENT_STATE_").to_lowercase();
        prop_assert_eq!(name, incident.state_name());
        let ends = [!shown.disposition.is_empty(), !shown.cancel_reason.is_empty(), !shown.merged_into_incident_id.is_empty(),
            shown.transferred_to() != api::TransferTarget::Unspecified];
        prop_assert!(ends.iter().filter(|end| **end).count() <= 1, "one end at most: {:?}", ends);
        let calls: Vec<_> = shown.calls.iter().map(|call| call.call_id.clone()).collect();
        prop_assert_eq!(calls, incident.calls.iter().map(|call| call.call_id.to_string()).collect::<Vec<_>>());
        let text = format!("{shown:?}");
        for link in incident.calls.iter().filter_map(|call| call.private) {
            prop_assert!(!text.contains(&link.private_ref.to_string()), "{}", text);
        }
        prop_assert_eq!(shown.last_change.map(|change| change.seq), incident.last_change.map(|change| change.seq.0));
        prop_assert_eq!(shown.attendance.is_some(), incident.attendance.is_some());
        prop_assert_eq!(shown.proposal.map(|proposal| proposal.orders.len()), incident.proposal.map(|proposal| proposal.orders.len()));
    }

    #[test]
    fn a_time_line_tells_each_event_without_links_into_the_vault(recorded in any_recorded()) {
        let shown = event_to_api(&recorded, None, &[0xAB; 32], false);
        prop_assert_eq!(shown.kind, recorded.event.name());
        prop_assert_eq!(shown.hash, "ab".repeat(32));
        let detail: serde_json::Value = serde_json::from_str(&shown.detail_json).unwrap();
        prop_assert!(detail.is_object());
        prop_assert!(!shown.detail_json.contains("commitment"));
        let about = recorded.event.about();
        let text = |id: Option<String>| id.unwrap_or_default();
        prop_assert_eq!(shown.incident_id, text(about.incident_id.map(|id| id.to_string())));
        prop_assert_eq!(shown.assignment_id, text(about.assignment_id.map(|id| id.to_string())));
        prop_assert_eq!(shown.unit_id, text(about.unit_id.map(|id| id.to_string())));
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
fn whistles_shifts_and_notes_show_where_they_stand_and_words_only_to_who_may_see_them() {
    use domain::ids::{AgencyId, PrincipalId, ReasonKey, Seq};
    use domain::support::{Whistle, WhistleState};
    let (agency, principal) = (|id: &str| AgencyId::new(id).unwrap(), |id: &str| PrincipalId::new(id).unwrap());
    let nil = uuid::Uuid::nil();
    let link = domain::incident::PrivateLink { private_ref: domain::ids::PrivateRef(nil), commitment: [7; 32] };
    let mut whistle = Whistle {
        whistle_id: domain::ids::WhistleId(nil),
        incident_id: IncidentId(nil),
        from: agency("610824-01"),
        to: agency("610824"),
        team: None,
        reason: ReasonKey::new("few_units").unwrap(),
        asked_at: Timestamp(0),
        climbed: 1,
        state: WhistleState::Asked { answer_by: Timestamp(2_000) },
        revision: Seq(9),
    };
    let asked = whistle_to_api(&whistle, &Nothing);
    assert_eq!(
        (asked.state(), asked.team(), asked.answer_by.is_some(), asked.answered_at),
        (api::WhistleState::Asked, api::Team::Unspecified, true, None)
    );
    whistle.state = WhistleState::Accepted { by: principal("op-li"), at: Timestamp(1_000) };
    let accepted = whistle_to_api(&whistle, &Nothing);
    assert_eq!((accepted.state(), accepted.answered_by.as_str(), accepted.answer_by), (api::WhistleState::Accepted, "op-li", None));
    whistle.state = WhistleState::Refused { reason: ReasonKey::new("busy").unwrap() };
    assert_eq!(whistle_to_api(&whistle, &Nothing).refuse_reason, "busy");

    let hand_over = domain::shift::HandOver {
        by: principal("op-li"),
        at: Timestamp(0),
        open_incidents: 3,
        standing_alarms: 2,
        open_whistles: 1,
        notes: Some(link),
        signed: Some((principal("op-wu"), Timestamp(1_000))),
    };
    let plan = domain::shift::ShiftPlan {
        shift_id: domain::ids::ShiftId(nil),
        station: agency("610824-01"),
        starts_at: Timestamp(0),
        ends_at: Timestamp(1_000),
        units: Default::default(),
    };
    let state = domain::shift::ShiftState::Ended { sign_by: None };
    let shift = domain::shift::Shift { plan, state, hand_over: Some(hand_over), revision: Seq(9) };
    let streamed = shift_to_api(&shift, None).hand_over.unwrap();
    assert_eq!((streamed.has_notes, streamed.notes.as_str(), streamed.signed_by.as_str()), (true, "", "op-wu"));
    assert_eq!((streamed.open_incidents, streamed.standing_alarms, streamed.open_whistles), (3, 2, 1));
    assert_eq!(shift_to_api(&shift, Some("看好二楼")).hand_over.unwrap().notes, "看好二楼");

    let note = domain::premise::PremiseNote {
        note_id: domain::ids::PremiseNoteId(nil),
        position: domain::place::Position::from_e7(376_500_000, 1_088_000_000).unwrap(),
        kind: ReasonKey::new("access").unwrap(),
        text: Some(link),
        station: agency("610824-01"),
        author: principal("op-li"),
        written_at: Timestamp(0),
        expires_at: Timestamp(1_000),
        ended_at: None,
        revision: Seq(9),
    };
    assert_eq!(premise_note_to_api(&note, None).text, "");
    assert_eq!(premise_note_to_api(&note, Some("门在背面")).text, "门在背面");
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
