//! `oneroom demo` as a stranger meets it: report, watch, acknowledge, read back; and how it starts and stops.
#![allow(clippy::unwrap_used)] // a failed unwrap in a test's helper is the test failing too

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use server::drivers::demo::{Demo, DemoFlags, YOUR_UNIT};
use server::drivers::link::{Bearer, Link, fresh_request_id};
use std::io::{BufRead, BufReader, Read};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use wire::v1alpha1::intake_service_client::IntakeServiceClient;
use wire::v1alpha1::record_service_client::RecordServiceClient;
use wire::v1alpha1::unit_service_client::UnitServiceClient;
use wire::v1alpha1::{AcknowledgeRequest, Classification, GetIncidentRequest, Position, ReportIncidentRequest};

fn flags() -> DemoFlags {
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    DemoFlags {
        seed: 7,
        listen,
        speed: 1.0,
        calls_per_hour: 0.0,
        train: None,
        no_tour: true,
        no_stories: true,
        no_mishaps: true,
        no_operator: true,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_reports_watches_acknowledges_and_reads_back() {
    let demo = Demo::start(&flags()).await.unwrap();
    let seat = demo.county.seats.iter().find(|seat| seat.plan.call_sign == YOUR_UNIT).unwrap().clone();
    let log_id = demo.county.log_id.to_string();

    let mut request = format!("ws://{}/v1alpha1/watch", demo.app.local_addr).into_client_request().unwrap();
    request.headers_mut().insert("sec-websocket-protocol", "oneroom.json".parse().unwrap());
    let (mut socket, _) = tokio_tungstenite::connect_async(request).await.unwrap();
    let hello = json!({ "hello": { "token": seat.token } }).to_string();
    socket.send(Message::text(hello)).await.unwrap();

    let link = Link::open(demo.app.local_addr, 1).await.unwrap();
    let operator = Bearer::new(&demo.county.operator).unwrap();
    let report = ReportIncidentRequest {
        request_id: fresh_request_id(),
        classification: Some(Classification { category: "public_order".to_owned(), r#type: "weapon_seen".to_owned() }),
        position: Some(Position { lat_e7: seat.plan.start.lat_e7(), lon_e7: seat.plan.start.lon_e7() }),
        ..ReportIncidentRequest::default()
    };
    let reported =
        link.call(&operator, &report, |channel, request| async move { IntakeServiceClient::new(channel).report_incident(request).await });
    let reported = reported.await.unwrap();

    let assignment_id = loop {
        let frame = socket.next().await.unwrap().unwrap();
        let Message::Text(text) = frame else { continue };
        let frame: Value = serde_json::from_str(&text).unwrap();
        if let Some(id) = order_in(&frame, &reported.incident_id) {
            break id;
        }
    };
    let acknowledge = AcknowledgeRequest { request_id: fresh_request_id(), log_id: log_id.clone(), occurred_at: None, assignment_id };
    let call =
        link.call(&seat.bearer, &acknowledge, |channel, request| async move { UnitServiceClient::new(channel).acknowledge(request).await });
    let receipt = call.await.unwrap().receipt.unwrap();

    let read = GetIncidentRequest { log_id, incident_id: reported.incident_id.clone(), min_seq: receipt.seq };
    let call = link.call(&operator, &read, |channel, request| async move { RecordServiceClient::new(channel).get_incident(request).await });
    let answer = call.await.unwrap();
    let incident = answer.incident.unwrap();
    assert_eq!(incident.place.unwrap().h3_cell.len(), 15);
    assert!(!incident.owner_reasons.is_empty());
    let assignment = &answer.assignments[0];
    assert_eq!((assignment.call_sign.as_str(), assignment.automatic), (YOUR_UNIT, true));
    assert!(assignment.acknowledged_at.is_some());
    let _ = socket.close(None).await;
    demo.stop().await;
}

/// The id of the order for an incident, when it is in this frame.
fn order_in(frame: &Value, incident_id: &str) -> Option<String> {
    let assignments = frame["delta"]["changed"].as_array()?.iter().filter_map(|resource| resource.get("assignment"));
    let ours = assignments.into_iter().find(|assignment| assignment["incidentId"] == incident_id)?;
    Some(ours["assignmentId"].as_str()?.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_guide_has_real_addresses_and_tokens() {
    let demo = Demo::start(&flags()).await.unwrap();
    let (guide, url) = (demo.guide(), demo.app.url());
    let seat = demo.county.seats.iter().find(|seat| seat.plan.call_sign == YOUR_UNIT).unwrap();
    assert!(guide.contains(&format!("{url}/#token={}", demo.county.operator)), "{guide}");
    assert!(guide.contains(&format!("{url}/unit#token={}", seat.token)), "{guide}");
    for method in ["IntakeService/ReportIncident", "UnitService/Acknowledge", "RecordService/GetIncident"] {
        assert!(guide.contains(&format!("{url}/oneroom.v1alpha1.{method}")), "{guide}");
    }
    demo.stop().await;
}

fn spawn(listen: &str, temporary: &std::path::Path) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_oneroom"));
    command.args(["demo", "--listen", listen]).env("TMPDIR", temporary).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

#[test]
fn ctrl_c_drains_and_leaves_nothing_behind() {
    let temporary = tempfile::tempdir().unwrap();
    let mut child = spawn("127.0.0.1:0", temporary.path());
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.by_ref().map(Result::unwrap).any(|line| line.starts_with("Officer  http://127.0.0.1:")));
    let interrupted = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(interrupted.success());
    let rest: Vec<String> = lines.map(Result::unwrap).collect();
    assert_eq!(child.wait().unwrap().code(), Some(0), "{rest:?}");
    assert_eq!(std::fs::read_dir(temporary.path()).unwrap().count(), 0, "the record is removed");
}

#[test]
fn a_taken_port_is_one_clear_line() {
    let temporary = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let mut child = spawn(&address, temporary.path());
    assert_eq!(child.wait().unwrap().code(), Some(2));
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    assert!(stderr.contains(&format!("--listen {address}: ")) && stderr.contains("expected a free address"), "{stderr}");
    assert_eq!(std::fs::read_dir(temporary.path()).unwrap().count(), 0);
}
