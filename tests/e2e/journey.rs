//! One call's whole way over the wire, from the caller's words to the closed record.

use super::house::{EAST, House, LOG, OPERATOR, PATIENCE, call, classification, fresh, with};
use super::viewer::{Form, Picture, Viewer};
use tokio_stream::StreamExt;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_reflection::pb::v1::ServerReflectionRequest;
use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;
use wire::v1alpha1::resource::Resource as Kind;
use wire::v1alpha1::watch_response::Frame;
use wire::v1alpha1::*;

/// The resources of a delta that are assignments.
fn assignments(changed: &[Resource]) -> Vec<&Assignment> {
    let found = changed.iter().filter_map(|resource| resource.resource.as_ref());
    found.filter_map(|resource| if let Kind::Assignment(found) = resource { Some(found) } else { None }).collect()
}

/// Reads a unit's frames until an order comes.
async fn order(viewer: &mut Viewer) -> (Assignment, u64) {
    loop {
        if let Frame::Delta(delta) = viewer.next().await
            && let Some(found) = assignments(&delta.changed).first()
        {
            return ((*found).clone(), delta.seq);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn health_says_serving_and_reflection_lists_every_service() {
    let house = House::open().await;
    let channel = house.channel().await;
    let health = HealthClient::new(channel.clone()).check(HealthCheckRequest { service: String::new() }).await.unwrap().into_inner();
    assert_eq!(health.status(), ServingStatus::Serving);
    let ask = ServerReflectionRequest { host: String::new(), message_request: Some(MessageRequest::ListServices(String::new())) };
    let mut answers = ServerReflectionClient::new(channel).server_reflection_info(tokio_stream::once(ask)).await.unwrap().into_inner();
    let answer = tokio::time::timeout(PATIENCE, answers.next()).await.unwrap().unwrap().unwrap();
    let Some(MessageResponse::ListServicesResponse(list)) = answer.message_response else { panic!("{answer:?}") };
    let names: Vec<_> = list.service.into_iter().map(|service| service.name).collect();
    for service in ["Intake", "Dispatch", "Unit", "Position", "Record", "Watch", "Session"] {
        assert!(names.contains(&format!("oneroom.v1alpha1.{service}Service")), "{names:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_priority_1_call_goes_from_the_caller_to_the_closed_record() {
    let house = House::open().await;
    let a12 = "610824-a12";
    let (own, operator) = (house.token_of(a12), house.operator.clone());
    house.on_duty(a12).await;
    house.on_duty("610824-a11").await;
    let mut units = house.units().await;
    let at_lunch = SetAvailabilityRequest {
        request_id: fresh(),
        log_id: LOG.to_owned(),
        unit_id: "610824-a11".to_owned(),
        availability: Availability::OutOfService.into(),
        reason: "meal".to_owned(),
        ..SetAvailabilityRequest::default()
    };
    units.set_availability(with(&house.token_of("610824-a11"), at_lunch)).await.unwrap();

    let mut room = Viewer::hello(house.address(), Form::Protobuf, &operator, None).await;
    let mut picture = Picture::of(&mut room).await;
    let mut phone = Viewer::hello(house.address(), Form::Json, &own, None).await;
    Picture::of(&mut phone).await;
    let mut tablet = Viewer::hello(house.address(), Form::Protobuf, &own, None).await;
    Picture::of(&mut tablet).await;

    let reported = house.intake().await.report_incident(with(&operator, call("public_order/weapon_seen"))).await.unwrap().into_inner();
    let receipt = reported.receipt.clone().unwrap();

    // The room learns of the incident and of its order in one delta: they are one commit.
    let Frame::Delta(delta) = room.next().await else { panic!("expected a delta") };
    assert_eq!((delta.prev_seq, delta.seq), (picture.seq, receipt.seq));
    let ordered = assignments(&delta.changed);
    assert_eq!(ordered.len(), 1, "{delta:?}");
    assert_eq!((ordered[0].unit_id.as_str(), &ordered[0].incident_id, ordered[0].automatic), (a12, &reported.incident_id, true));
    picture.take(Frame::Delta(delta));

    // The unit has its order in both forms of the stream, with what it needs.
    let (by_json, json_seq) = order(&mut phone).await;
    let (by_protobuf, protobuf_seq) = order(&mut tablet).await;
    assert_eq!((&by_json, json_seq), (&by_protobuf, protobuf_seq));
    assert_eq!(json_seq, receipt.seq);
    assert_eq!((by_json.state(), by_json.role(), by_json.priority), (AssignmentState::Offered, AssignmentRole::Primary, 1));
    assert_eq!((by_json.narrative.as_str(), by_json.address.as_str()), ("有人持刀", "东街一号"));

    let id = by_json.assignment_id.clone();
    macro_rules! tap {
        ($method:ident, $request:ident) => {{
            let tap = $request { request_id: fresh(), log_id: LOG.to_owned(), assignment_id: id.clone(), ..$request::default() };
            units.$method(with(&own, tap)).await.unwrap().into_inner().receipt.unwrap().seq
        }};
    }
    let mut seqs = vec![receipt.seq];
    seqs.push(tap!(mark_delivered, MarkDeliveredRequest));
    seqs.push(tap!(mark_seen, MarkSeenRequest));
    seqs.push(tap!(acknowledge, AcknowledgeRequest));
    seqs.push(tap!(mark_en_route, MarkEnRouteRequest));
    seqs.push(tap!(mark_on_scene, MarkOnSceneRequest));
    let clear = ClearRequest {
        request_id: fresh(),
        log_id: LOG.to_owned(),
        assignment_id: id.clone(),
        reason: "done".to_owned(),
        disposition: "handled".to_owned(),
        feedback: "已处置".to_owned(),
        ..ClearRequest::default()
    };
    seqs.push(units.clear(with(&own, clear)).await.unwrap().into_inner().receipt.unwrap().seq);
    let (log_id, incident_id) = (LOG.to_owned(), reported.incident_id.clone());
    let close = CloseIncidentRequest { request_id: fresh(), log_id, incident_id, expected_revision: 0, excuse: String::new() };
    let closed = house.dispatch().await.close_incident(with(&operator, close)).await.unwrap().into_inner().receipt.unwrap();
    seqs.push(closed.seq);
    assert!(seqs.is_sorted_by(|before, after| before < after), "{seqs:?}");

    // The room saw every step, without a gap.
    picture.until(&mut room, closed.seq).await;
    assert_eq!((picture.seq, picture.snapshots, picture.deltas), (closed.seq, 1, seqs.len()));
    assert!(picture.resyncs.is_empty());

    the_record_holds(&house, &reported, &id, closed.seq).await;
}

async fn the_record_holds(house: &House, reported: &ReportIncidentResponse, assignment_id: &str, closed_seq: u64) {
    let operator = house.operator.clone();
    let mut records = house.records().await;
    let (log_id, incident_id) = (LOG.to_owned(), reported.incident_id.clone());
    let get = GetIncidentRequest { log_id, incident_id, min_seq: closed_seq };
    let found = records.get_incident(with(&operator, get)).await.unwrap().into_inner();
    let incident = found.incident.unwrap();
    assert_eq!((incident.state(), incident.disposition.as_str()), (IncidentState::Closed, "handled"));
    assert_eq!((incident.owner_team(), incident.priority, incident.station_id.as_str()), (Team::Case, 1, "610824-01"));
    assert!(!incident.owner_reasons.is_empty(), "an owner without a reason");
    let place = incident.place.clone().unwrap();
    let cell = &place.h3_cell;
    let (index, lower) = (u64::from_str_radix(cell, 16).unwrap(), cell.to_ascii_lowercase());
    assert_eq!((cell.len(), cell, (index >> 52) & 0xf), (15, &lower, 9), "{cell} is not a lowercase cell of resolution 9");
    assert_eq!((place.kind(), place.agency_id.as_str()), (PlaceKind::Located, "610824-01"));

    let [assignment] = &found.assignments[..] else { panic!("{:?}", found.assignments) };
    assert_eq!((assignment.assignment_id.as_str(), assignment.state()), (assignment_id, AssignmentState::Cleared));
    let times = [
        &assignment.offered_at,
        &assignment.delivered_at,
        &assignment.seen_at,
        &assignment.acknowledged_at,
        &assignment.en_route_at,
        &assignment.on_scene_at,
        &assignment.ended_at,
    ];
    let times: Vec<_> = times.into_iter().map(|time| time.as_ref().map(|time| (time.seconds, time.nanos)).expect("a time")).collect();
    assert!(times.is_sorted(), "{times:?}");
    let ranking = assignment.ranking.as_ref().unwrap();
    assert_eq!((ranking.rank, ranking.unit_id.as_str()), (1, "610824-a12"));
    let why_not = assignment.not_taken.iter().find(|unit| unit.unit_id == "610824-a11").expect("A11 was not considered");
    assert!(why_not.rank == 0 && why_not.reasons.iter().any(|reason| reason.code.contains("out_of_service")), "{why_not:?}");

    for (h3_cell, expected) in [(cell.clone(), vec![&reported.incident_id]), ("892830828d3ffff".to_owned(), Vec::new())] {
        let search = SearchIncidentsRequest { log_id: LOG.to_owned(), h3_cell, ..SearchIncidentsRequest::default() };
        let hits = records.search_incidents(with(&operator, search)).await.unwrap().into_inner().incidents;
        assert_eq!(hits.iter().map(|hit| &hit.incident_id).collect::<Vec<_>>(), expected);
    }

    let list = ListEventsRequest { log_id: LOG.to_owned(), incident_id: reported.incident_id.clone(), ..ListEventsRequest::default() };
    let events = records.list_events(with(&operator, list)).await.unwrap().into_inner().events;
    let kinds: Vec<_> = events.iter().map(|event| event.kind.as_str()).collect();
    let expected = [
        "incident_reported",
        "assignment_offered",
        "incident_dispatched",
        "assignment_delivered",
        "assignment_seen",
        "assignment_acknowledged",
        "assignment_en_route",
        "assignment_on_scene",
        "incident_on_scene",
        "assignment_cleared",
        "incident_resolved",
        "incident_closed",
    ];
    assert_eq!(kinds, expected);
    assert!(events.is_sorted_by(|before, after| before.seq < after.seq && before.hash != after.hash));
    assert_eq!((events[0].principal_id.as_str(), events[5].principal_id.as_str()), (OPERATOR, "610824-a12"));
    assert!(events.iter().all(|event| !event.detail_json.contains("13900001111") && !event.detail_json.contains("有人持刀")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dispute_that_turns_criminal_goes_to_the_case_team() {
    let house = House::open().await;
    let (mut intake, operator) = (house.intake().await, house.operator.clone());
    let reported = intake.report_incident(with(&operator, call("dispute/neighbour"))).await.unwrap().into_inner();
    let get = |min_seq| GetIncidentRequest { log_id: LOG.to_owned(), incident_id: reported.incident_id.clone(), min_seq };
    let mut records = house.records().await;
    let before = records.get_incident(with(&operator, get(0))).await.unwrap().into_inner().incident.unwrap();
    assert_eq!((before.owner_team(), &before.verified_as), (Team::Community, &None));
    let reclassify = ReclassifyRequest {
        request_id: fresh(),
        log_id: LOG.to_owned(),
        incident_id: reported.incident_id.clone(),
        verified_as: classification("criminal/assault"),
        expected_revision: before.revision,
    };
    let seq = intake.reclassify(with(&operator, reclassify.clone())).await.unwrap().into_inner().receipt.unwrap().seq;
    let after = records.get_incident(with(&operator, get(seq))).await.unwrap().into_inner().incident.unwrap();
    assert_eq!((after.owner_team(), after.verified_as), (Team::Case, classification("criminal/assault")));
    assert_eq!(after.reported_as, classification("dispute/neighbour"), "what was reported stays");
    assert!(!after.owner_reasons.is_empty() && after.owner_reasons != before.owner_reasons);
    // Whoever read it before the change is told so.
    let stale = ReclassifyRequest { request_id: fresh(), ..reclassify };
    assert_eq!(intake.reclassify(with(&operator, stale)).await.unwrap_err().code(), tonic::Code::Aborted);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_nearest_unit_by_its_reported_position_is_ordered() {
    let house = House::open().await;
    house.all_on_duty().await;
    let near = "610824-b21";
    let batch = StreamPositionsRequest {
        batch_number: 1,
        unit_ids: vec![near.to_owned()],
        lat_e7: vec![super::house::position(EAST).unwrap().lat_e7],
        lon_e7: vec![super::house::position(EAST).unwrap().lon_e7],
        fix_time_ms: vec![now_ms()],
        sequences: vec![1],
        ..StreamPositionsRequest::default()
    };
    let mut gateway = position_service_client::PositionServiceClient::new(house.channel().await);
    // The stream stays open until the answer has come.
    let batches = tokio_stream::once(batch).chain(tokio_stream::pending());
    let mut answers = gateway.stream_positions(with(&house.gateway, batches)).await.unwrap().into_inner();
    let answer = tokio::time::timeout(PATIENCE, answers.next()).await.unwrap().unwrap().unwrap();
    assert_eq!((answer.batch_number, answer.accepted), (1, 1), "{answer:?}");
    let mut intake = house.intake().await;
    let reported = intake.report_incident(with(&house.operator, call("criminal/robbery"))).await.unwrap().into_inner();
    let get = GetIncidentRequest { log_id: LOG.to_owned(), incident_id: reported.incident_id, min_seq: 0 };
    let found = house.records().await.get_incident(with(&house.operator, get)).await.unwrap().into_inner();
    let primary: Vec<_> = found.assignments.iter().filter(|found| found.role() == AssignmentRole::Primary).collect();
    assert_eq!(primary.len(), 1);
    assert_eq!(primary[0].unit_id, near, "{:?}", primary[0].ranking);
    // It is not of the team that owns the incident, which sends one of its own after it.
    assert_eq!(found.assignments.len(), 2, "{:?}", found.assignments);
}

fn now_ms() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    i64::try_from(since.as_millis()).unwrap()
}
