//! Units against a real log: one is ordered, then it speaks for itself.

mod room;

use crate::UnitsAdapter;
use domain::assignment::{Assignment, AssignmentState};
use domain::classification::{CallSource, Classification};
use domain::command::{AssignUnits, Command, ReportIncident, UnitOrder, WhenEngaged};
use domain::ids::{AssignmentId, CategoryKey, LogId, UnitId};
use domain::place::Place;
use domain::unit::Duty;
use prost::Message;
use runtime::clock::Clock;
use runtime::testing::{BEGIN, Bench, EAST_STATION, LOG, WEST_STATION, gateway, observer, operator, request, unit};
use std::sync::Arc;
use tonic::{Code, Request, Status};
use wire::api::time_to_api;
use wire::v1alpha1 as api;
use wire::v1alpha1::unit_service_server::UnitService;

const A11: &str = "610824-a11";

fn fresh() -> String {
    uuid::Uuid::now_v7().to_string()
}

async fn ordered(bench: &Bench) -> AssignmentId {
    let classification = Classification { category: CategoryKey::new("dispute").unwrap(), kind: None };
    let call = ReportIncident {
        source: CallSource::WalkIn,
        classification,
        place: Place::Unverified,
        private: None,
        occurred_at: None,
        answered_at: None,
        priority: None,
        desk: None,
    };
    let reported = bench.as_server(LOG, Command::ReportIncident(call)).await.reply.reported.unwrap();
    let orders = vec![UnitOrder { unit_id: UnitId::new(A11).unwrap(), role: None, when_engaged: WhenEngaged::Refuse }];
    let assigned = bench.as_server(LOG, Command::AssignUnits(AssignUnits { incident_id: reported.0, orders, expected_revision: 0 })).await;
    assigned.reply.assignments[0]
}

fn assignment(bench: &Bench, id: AssignmentId) -> Arc<Assignment> {
    let view = bench.edge.runtime.view(&LogId::new(LOG).unwrap()).unwrap();
    Arc::clone(view.world.assignment(&id).unwrap())
}

fn duty(bench: &Bench, id: &str) -> Duty {
    let view = bench.edge.runtime.view(&LogId::new(LOG).unwrap()).unwrap();
    view.world.unit(&UnitId::new(id).unwrap()).unwrap().duty.clone()
}

macro_rules! tap {
    ($type:ident, $assignment:expr) => {{
        // Some messages have no field but these: then nothing is left out.
        #[allow(clippy::needless_update)]
        let message =
            api::$type { request_id: fresh(), log_id: LOG.to_owned(), assignment_id: $assignment.to_string(), ..Default::default() };
        message
    }};
}

use tap;

#[tokio::test]
async fn an_order_goes_from_delivered_to_cleared_at_the_times_of_the_taps() {
    let bench = Bench::county().await;
    let adapter = UnitsAdapter::new(bench.edge.clone());
    let id = ordered(&bench).await;
    let own = unit(A11);
    bench.pass(1_000);
    adapter.mark_delivered(request(&own, tap!(MarkDeliveredRequest, id))).await.unwrap();
    adapter.mark_seen(request(&own, tap!(MarkSeenRequest, id))).await.unwrap();
    bench.pass(9_000);
    let mut acknowledge = tap!(AcknowledgeRequest, id);
    acknowledge.occurred_at = Some(time_to_api(BEGIN.plus_ms(4_000)));
    adapter.acknowledge(request(&own, acknowledge)).await.unwrap();
    assert_eq!(assignment(&bench, id).times.acknowledged_at, Some(BEGIN.plus_ms(4_000)), "as tapped, not as received");
    adapter.mark_en_route(request(&own, tap!(MarkEnRouteRequest, id))).await.unwrap();
    adapter.mark_on_scene(request(&own, tap!(MarkOnSceneRequest, id))).await.unwrap();
    let mut clear = tap!(ClearRequest, id);
    (clear.reason, clear.disposition, clear.feedback) = ("done".to_owned(), "mediated".to_owned(), "双方和解".to_owned());
    let receipt = adapter.clear(request(&own, clear)).await.unwrap().into_inner().receipt.unwrap();
    let cleared = assignment(&bench, id);
    assert!(matches!(&cleared.state, AssignmentState::Cleared { disposition: Some(key), .. } if key.as_str() == "mediated"));
    assert!(cleared.revision.0 <= receipt.seq && receipt.log_id == LOG);
}

#[tokio::test]
async fn feedback_goes_into_the_vault_and_not_into_the_log() {
    use domain::event::Event;
    let bench = Bench::county().await;
    let adapter = UnitsAdapter::new(bench.edge.clone());
    let id = ordered(&bench).await;
    let own = unit(A11);
    adapter.acknowledge(request(&own, tap!(AcknowledgeRequest, id))).await.unwrap();
    adapter.mark_en_route(request(&own, tap!(MarkEnRouteRequest, id))).await.unwrap();
    adapter.mark_on_scene(request(&own, tap!(MarkOnSceneRequest, id))).await.unwrap();
    let mut clear = tap!(ClearRequest, id);
    (clear.reason, clear.disposition, clear.feedback) = ("done".to_owned(), "mediated".to_owned(), "双方和解".to_owned());
    adapter.clear(request(&own, clear)).await.unwrap();
    let store = bench.edge.runtime.store();
    let rows = store.read(&LogId::new(LOG).unwrap(), domain::ids::Seq(0), 1_000).await.unwrap();
    assert!(rows.iter().all(|row| !row.bytes.windows("双方和解".len()).any(|window| window == "双方和解".as_bytes())));
    let link = rows.iter().find_map(|row| match wire::event::decode(&row.bytes, row.seq).unwrap().recorded.event {
        Event::AssignmentCleared { feedback, .. } => feedback,
        _ => None,
    });
    let content = store.get_private(link.unwrap().private_ref).await.unwrap().unwrap();
    assert_eq!(content.feedback, "双方和解");
    let (entry, _) = runtime::vault::seal(content, bench.clock.now()).unwrap().unwrap();
    assert_eq!(entry.erase_at, bench.clock.now().plus_ms(runtime::vault::PRIVATE_KEPT_MS));
}

#[tokio::test]
async fn a_decline_needs_a_reason_of_the_policy() {
    let bench = Bench::county().await;
    let adapter = UnitsAdapter::new(bench.edge.clone());
    let id = ordered(&bench).await;
    let mut decline = tap!(DeclineRequest, id);
    for reason in ["", "Too far", "rain"] {
        decline.reason = reason.to_owned();
        let refused = adapter.decline(request(&unit(A11), decline.clone())).await.unwrap_err();
        assert_eq!(refused.code(), Code::InvalidArgument);
        assert!(refused.message().starts_with("reason "), "{}", refused.message());
    }
    decline.reason = "too_far".to_owned();
    adapter.decline(request(&unit(A11), decline)).await.unwrap();
    assert!(matches!(assignment(&bench, id).state, AssignmentState::Declined { .. }));
}

#[tokio::test]
async fn duty_and_availability() {
    let bench = Bench::county().await;
    let adapter = UnitsAdapter::new(bench.edge.clone());
    let drone = unit("610824-d01");
    let on = |sworn, auxiliary| api::SignOnRequest {
        request_id: fresh(),
        log_id: LOG.to_owned(),
        unit_id: "610824-d01".to_owned(),
        sworn,
        auxiliary,
        ..Default::default()
    };
    let refused = adapter.sign_on(request(&drone, on(256, 0))).await.unwrap_err();
    assert_eq!((refused.code(), refused.message()), (Code::InvalidArgument, "sworn \"256\" is not valid: expected at most 255"));
    adapter.sign_on(request(&drone, on(1, 0))).await.unwrap();
    assert_eq!(duty(&bench, "610824-d01").name(), "available");
    let set = |availability: api::Availability, reason: &str| api::SetAvailabilityRequest {
        request_id: fresh(),
        log_id: LOG.to_owned(),
        unit_id: "610824-d01".to_owned(),
        availability: availability.into(),
        reason: reason.to_owned(),
        ..Default::default()
    };
    for (availability, reason, field) in [
        (api::Availability::Unspecified, "", "availability"),
        (api::Availability::OutOfService, "", "reason"),
        (api::Availability::OutOfService, "nap", "reason"),
    ] {
        let refused = adapter.set_availability(request(&drone, set(availability, reason))).await.unwrap_err();
        assert_eq!(refused.code(), Code::InvalidArgument);
        assert!(refused.message().starts_with(&format!("{field} ")), "{}", refused.message());
    }
    adapter.set_availability(request(&drone, set(api::Availability::ConditionallyAvailable, "meal"))).await.unwrap();
    assert_eq!(duty(&bench, "610824-d01").name(), "conditionally_available");
    let off = api::SignOffRequest { request_id: fresh(), log_id: LOG.to_owned(), unit_id: "610824-d01".to_owned(), occurred_at: None };
    adapter.sign_off(request(&drone, off)).await.unwrap();
    assert_eq!(duty(&bench, "610824-d01"), Duty::Off);
}

#[tokio::test]
async fn the_same_tap_gets_the_same_answer_and_another_tap_with_its_id_is_refused() {
    let bench = Bench::county().await;
    let adapter = UnitsAdapter::new(bench.edge.clone());
    let id = ordered(&bench).await;
    let own = unit(A11);
    let delivered = tap!(MarkDeliveredRequest, id);
    let first = adapter.mark_delivered(request(&own, delivered.clone())).await.unwrap().into_inner();
    bench.pass(500);
    let again = adapter.mark_delivered(request(&own, delivered.clone())).await.unwrap().into_inner();
    assert_eq!(first.encode_to_vec(), again.encode_to_vec());
    // The fields are those of the first request; what is asked for is not.
    let seen = api::MarkSeenRequest {
        request_id: delivered.request_id.clone(),
        log_id: delivered.log_id,
        assignment_id: id.to_string(),
        occurred_at: None,
    };
    let refused = adapter.mark_seen(request(&own, seen)).await.unwrap_err();
    assert_eq!(refused.code(), Code::AlreadyExists);
    assert!(matches!(assignment(&bench, id).state, AssignmentState::Delivered { .. }));
    // An id belongs to who sent it: another principal's is another request.
    let theirs = api::AcknowledgeRequest {
        request_id: delivered.request_id,
        log_id: LOG.to_owned(),
        assignment_id: id.to_string(),
        occurred_at: None,
    };
    adapter.acknowledge(request(&operator(&[LOG]), theirs)).await.unwrap();
}

type Answer = Result<(), Status>;

async fn acknowledge(adapter: &UnitsAdapter, principal: &domain::principal::Principal, id: AssignmentId) -> Answer {
    adapter.acknowledge(request(principal, tap!(AcknowledgeRequest, id))).await.map(|_| ())
}

#[tokio::test]
async fn a_unit_acts_for_itself_only_and_a_room_for_its_own() {
    let bench = Bench::county().await;
    let adapter = UnitsAdapter::new(bench.edge.clone());
    let id = ordered(&bench).await;
    for principal in [unit("610824-a12"), observer(&[LOG]), gateway(&[LOG]), operator(&[EAST_STATION])] {
        assert_eq!(acknowledge(&adapter, &principal, id).await.unwrap_err().code(), Code::PermissionDenied, "{principal:?}");
    }
    let nobody = adapter.acknowledge(Request::new(tap!(AcknowledgeRequest, id))).await.unwrap_err();
    assert_eq!(nobody.code(), Code::Unauthenticated);
    // What was on a screen nobody else can know.
    let refused = adapter.mark_seen(request(&operator(&[LOG]), tap!(MarkSeenRequest, id))).await.unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied);
    acknowledge(&adapter, &operator(&[WEST_STATION]), id).await.unwrap();
}

#[tokio::test]
async fn bad_input_is_refused_by_field() {
    let bench = Bench::county().await;
    let adapter = UnitsAdapter::new(bench.edge.clone());
    let id = ordered(&bench).await;
    type Spoil = fn(&mut api::ClearRequest);
    let table: &[(Spoil, &str, &str)] = &[
        (|m| m.request_id = "x".to_owned(), "request_id", "a UUID"),
        (|m| m.log_id = "County".to_owned(), "log_id", "a-z, 0-9 and -"),
        (|m| m.assignment_id = "7".to_owned(), "assignment_id", "a UUID"),
        (|m| m.occurred_at.get_or_insert_default().nanos = 1_000_000_000, "occurred_at.nanos", "0 to 999999999"),
        (|m| m.reason = String::new(), "reason", "a-z, 0-9 and _"),
        (|m| m.reason = "bored".to_owned(), "reason", "one of done"),
        (|m| m.disposition = "Done".to_owned(), "disposition", "a-z, 0-9 and _"),
        (|m| m.disposition = "forgotten".to_owned(), "disposition", "one of handled"),
        (|m| m.feedback = "话".repeat(4_001), "feedback", "at most 4000 characters"),
    ];
    for (spoil, field, expected) in table {
        let mut message = tap!(ClearRequest, id);
        message.reason = "done".to_owned();
        spoil(&mut message);
        let refused = adapter.clear(request(&unit(A11), message)).await.unwrap_err();
        assert_eq!(refused.code(), Code::InvalidArgument, "{field}: {}", refused.message());
        assert!(
            refused.message().starts_with(&format!("{field} ")) && refused.message().contains(expected),
            "{field}: {}",
            refused.message()
        );
    }
    let mut elsewhere = tap!(AcknowledgeRequest, id);
    elsewhere.log_id = "610899".to_owned();
    assert_eq!(adapter.acknowledge(request(&unit(A11), elsewhere)).await.unwrap_err().code(), Code::NotFound);
    let unknown = tap!(AcknowledgeRequest, uuid::Uuid::nil());
    let refused = adapter.acknowledge(request(&unit(A11), unknown)).await.unwrap_err();
    assert_eq!(refused.code(), Code::NotFound);
    assert!(refused.message().starts_with("assignment "), "{}", refused.message());
}
