//! What must not be taken, over the wire: each refusal by code and by what it names, and what is odd but is taken all the same.

use super::house::{EAST, House, LOG, PATIENCE, call, classification, fresh, position, with};
use super::viewer::{Form, Viewer};
use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tonic::Code;
use tonic::metadata::MetadataMap;
use wire::v1alpha1::watch_client_frame::Frame as ClientFrame;
use wire::v1alpha1::*;

type Spoil = fn(&mut ReportIncidentRequest);

/// A time that no clock is off by.
fn in_an_hour() -> Option<pbjson_types::Timestamp> {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Some(pbjson_types::Timestamp { seconds: i64::try_from(since.as_secs()).unwrap() + 3_600, nanos: 0 })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_call_is_refused_by_field_and_opens_nothing() {
    let house = House::open().await;
    let mut intake = house.intake().await;
    let table: &[(Spoil, &str)] = &[
        (|m| m.position = Some(Position { lat_e7: 900_000_001, lon_e7: 0 }), "position.lat_e7"),
        (|m| m.position = Some(Position { lat_e7: 0, lon_e7: -1_800_000_001 }), "position.lon_e7"),
        (|m| m.position = Some(Position { lat_e7: i32::MIN, lon_e7: i32::MAX }), "position.lat_e7"),
        (|m| m.classification = classification("volcano"), "classification.category"),
        (|m| m.classification = classification("dispute/Debt"), "classification.type"),
        (|m| m.classification = None, "classification"),
        (|m| m.request_id = String::new(), "request_id"),
        (|m| m.request_id = "seven".to_owned(), "request_id"),
        (|m| m.request_id = "x".repeat(10_000), "request_id"),
        (|m| m.occurred_at = in_an_hour(), "occurred_at"),
        (|m| m.occurred_at = Some(pbjson_types::Timestamp { seconds: i64::MAX, nanos: 0 }), "occurred_at.seconds"),
        (|m| m.narrative = "事".repeat(4_001), "narrative"),
        (|m| m.priority = 5, "priority"),
        (|m| m.datum = 99, "datum"),
        (|m| m.source = -1, "source"),
    ];
    for (spoil, field) in table {
        let mut message = call("dispute/debt");
        spoil(&mut message);
        let refused = intake.report_incident(with(&house.operator, message)).await.expect_err(field);
        assert_eq!(refused.code(), Code::InvalidArgument, "{field}: {refused}");
        assert!(refused.message().starts_with(&format!("{field} ")) && refused.message().contains("expected"), "{field}: {refused}");
        assert!(refused.message().len() < 1_000, "{field}: what was sent comes back at length");
    }
    let first = intake.report_incident(with(&house.operator, call("dispute/debt"))).await.unwrap().into_inner();
    assert_eq!(first.number, 1, "a refused call took a number");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_id_is_good_for_one_message_only() {
    let house = House::open().await;
    let mut intake = house.intake().await;
    let message = call("dispute/debt");
    let first = intake.report_incident(with(&house.operator, message.clone())).await.unwrap().into_inner();
    let again = intake.report_incident(with(&house.operator, message.clone())).await.unwrap().into_inner();
    assert_eq!(first, again);
    let other = ReportIncidentRequest { narrative: "另一件事".to_owned(), ..message };
    let refused = intake.report_incident(with(&house.operator, other)).await.unwrap_err();
    assert_eq!(refused.code(), Code::AlreadyExists, "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn too_much_too_little_and_nothing_that_is_served() {
    let house = House::open().await;
    let mut intake = house.intake().await;
    let large = ReportIncidentRequest { narrative: "x".repeat(2 << 20), ..call("dispute/debt") };
    let refused = intake.report_incident(with(&house.operator, large)).await.unwrap_err();
    assert_eq!(refused.code(), Code::OutOfRange, "{refused}");

    for token in [None, Some("or_x"), Some(""), Some(&"a".repeat(4_000)[..])] {
        let mut request = tonic::Request::new(call("dispute/debt"));
        if let Some(token) = token {
            *request.metadata_mut() = MetadataMap::new();
            request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
        }
        let refused = intake.report_incident(request).await.unwrap_err();
        assert_eq!(refused.code(), Code::Unauthenticated, "{refused}");
        assert!(token.is_none_or(|token| token.len() < 2 || !refused.message().contains(token)), "the token comes back: {refused}");
    }

    for path in ["/oneroom.v1alpha1.IntakeService/Nothing", "/oneroom.v1alpha1.NoService/ReportIncident"] {
        let mut grpc = tonic::client::Grpc::new(house.channel().await);
        grpc.ready().await.unwrap();
        let codec = tonic_prost::ProstCodec::<GetSessionRequest, GetSessionResponse>::default();
        let answered = grpc.unary(with(&house.operator, GetSessionRequest {}), path.parse().unwrap(), codec).await;
        assert_eq!(answered.unwrap_err().code(), Code::Unimplemented, "{path}");
    }
    assert!(intake.report_incident(with(&house.operator, call("dispute/debt"))).await.is_ok(), "the server still serves");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_acts_for_another_unit_or_for_the_room() {
    let house = House::open().await;
    house.on_duty("610824-a12").await;
    let mut units = house.units().await;
    let sign_on =
        |unit: &str| SignOnRequest { request_id: fresh(), log_id: LOG.to_owned(), unit_id: unit.to_owned(), ..SignOnRequest::default() };
    let (own, other) = (house.token_of("610824-a12"), house.token_of("610824-a13"));
    let refused = units.sign_on(with(&own, sign_on("610824-a13"))).await.unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied, "{refused}");

    let mut intake = house.intake().await;
    let reported = intake.report_incident(with(&house.operator, call("criminal/robbery"))).await.unwrap().into_inner();
    let get = GetIncidentRequest { log_id: LOG.to_owned(), incident_id: reported.incident_id.clone(), min_seq: 0 };
    let mut records = house.records().await;
    let order = records.get_incident(with(&house.operator, get.clone())).await.unwrap().into_inner().assignments.remove(0);
    let acknowledge = || AcknowledgeRequest {
        request_id: fresh(),
        log_id: LOG.to_owned(),
        assignment_id: order.assignment_id.clone(),
        ..AcknowledgeRequest::default()
    };
    for token in [&other, &house.gateway] {
        let refused = units.acknowledge(with(token, acknowledge())).await.unwrap_err();
        assert_eq!(refused.code(), Code::PermissionDenied, "{refused}");
    }
    let close = CloseIncidentRequest {
        request_id: fresh(),
        log_id: LOG.to_owned(),
        incident_id: reported.incident_id,
        expected_revision: 0,
        excuse: String::new(),
    };
    let refused = house.dispatch().await.close_incident(with(&own, close)).await.unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied, "{refused}");
    let refused = intake.report_incident(with(&house.gateway, call("dispute/debt"))).await.unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied, "{refused}");
    let after = records.get_incident(with(&house.operator, get)).await.unwrap().into_inner();
    assert_eq!(after.assignments, std::slice::from_ref(&order), "a refused tap changed something");
    units.acknowledge(with(&own, acknowledge())).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_without_a_position_or_outside_every_boundary_is_taken_flagged_and_served() {
    let house = House::open().await;
    house.all_on_duty().await;
    let mut intake = house.intake().await;
    let mut records = house.records().await;
    let table = [
        (None, PlaceKind::Unverified, IncidentFlag::UnverifiedLocation, false),
        (position((30.0, 120.0)), PlaceKind::OutsideBoundaries, IncidentFlag::OutsideBoundaries, true),
        (position((37.601, 108.951)), PlaceKind::OutsideBoundaries, IncidentFlag::OutsideBoundaries, true),
    ];
    for (at, kind, flag, has_cell) in table {
        // No phone: the same caller again is a flag of its own.
        let message = ReportIncidentRequest { position: at, caller_phone: String::new(), ..call("criminal/robbery") };
        let reported = intake.report_incident(with(&house.operator, message)).await.unwrap().into_inner();
        let get = GetIncidentRequest { log_id: LOG.to_owned(), incident_id: reported.incident_id, min_seq: 0 };
        let found = records.get_incident(with(&house.operator, get)).await.unwrap().into_inner();
        let incident = found.incident.unwrap();
        let flags: Vec<_> = incident.flags().collect();
        let place = incident.place.unwrap();
        assert_eq!((place.kind(), !place.h3_cell.is_empty(), flags), (kind, has_cell, vec![flag]));
        let primary = found.assignments.iter().filter(|found| found.role() == AssignmentRole::Primary).count();
        assert_eq!(primary, 1, "{at:?}: no unit was ordered");
    }
    // A type that the policy does not know is handled as its category says.
    let inside = ReportIncidentRequest { position: position(EAST), caller_phone: String::new(), ..call("dispute/volcano") };
    let reported = intake.report_incident(with(&house.operator, inside)).await.unwrap().into_inner();
    let get = GetIncidentRequest { log_id: LOG.to_owned(), incident_id: reported.incident_id, min_seq: 0 };
    let incident = records.get_incident(with(&house.operator, get)).await.unwrap().into_inner().incident.unwrap();
    assert!(incident.flags.is_empty(), "{incident:?}");
    assert_eq!((incident.owner_team(), incident.priority), (Team::Community, 3));
}

/// The code a server closes a socket with.
async fn close_code(viewer: &mut Viewer) -> CloseCode {
    let closed = async {
        loop {
            match viewer.socket.next().await {
                Some(Ok(Message::Close(Some(frame)))) => return frame.code,
                Some(Ok(_)) => {}
                other => panic!("the socket ended without a code: {other:?}"),
            }
        }
    };
    tokio::time::timeout(PATIENCE, closed).await.expect("the socket was not closed")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_that_breaks_the_rules_is_closed_with_the_reason() {
    let house = House::open().await;
    // One byte over 64 KiB, before hello and after it.
    for says_hello in [false, true] {
        let mut viewer = if says_hello {
            let mut viewer = Viewer::hello(house.address(), Form::Protobuf, &house.operator, None).await;
            viewer.next().await;
            viewer
        } else {
            Viewer::connect(house.address(), Form::Protobuf).await
        };
        viewer.socket.send(Message::Binary(vec![0; (64 << 10) + 1].into())).await.unwrap();
        assert_eq!(close_code(&mut viewer).await, CloseCode::Size, "says hello: {says_hello}");
    }
    let mut stranger = Viewer::hello(house.address(), Form::Json, "or_x", None).await;
    assert_eq!(close_code(&mut stranger).await, CloseCode::Policy);
    let mut rude = Viewer::connect(house.address(), Form::Protobuf).await;
    rude.say(ClientFrame::Credit(1)).await;
    assert_eq!(close_code(&mut rude).await, CloseCode::Policy);
    let mut garbled = Viewer::connect(house.address(), Form::Json).await;
    garbled.socket.send(Message::Text("{\"hello\":".into())).await.unwrap();
    assert_eq!(close_code(&mut garbled).await, CloseCode::Invalid);
    let mut other_form = Viewer::connect(house.address(), Form::Json).await;
    other_form.socket.send(Message::Binary(vec![1, 2, 3].into())).await.unwrap();
    assert_eq!(close_code(&mut other_form).await, CloseCode::Invalid);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_page_is_refused_before_the_upgrade() {
    let house = House::open().await;
    let own = format!("http://{}", house.address());
    for (origin, expected) in [(own.as_str(), "101"), ("http://evil.example", "403"), ("null", "403")] {
        let request = format!(
            "GET /v1alpha1/watch HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: oneroom.pb\r\nOrigin: {origin}\r\n\r\n",
            house.address()
        );
        let mut stream = tokio::net::TcpStream::connect(house.address()).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut head = [0; 12];
        tokio::time::timeout(PATIENCE, stream.read_exact(&mut head)).await.unwrap().unwrap();
        assert_eq!(String::from_utf8_lossy(&head), format!("HTTP/1.1 {expected}"), "{origin}");
    }
}
