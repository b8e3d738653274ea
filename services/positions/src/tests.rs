//! Batches against real logs, and streams over a real connection.

use crate::sender::Sender;
use crate::{PositionsAdapter, ROUTES_KEPT_MS, TrailSink};
use domain::command::{Command, RegisterUnits, SignOff};
use domain::ids::{AgencyId, LogId, UnitId};
use domain::place::{Datum, Position};
use domain::principal::Principal;
use domain::time::Timestamp;
use parking_lot::Mutex;
use runtime::fleet::{Fix, MAX_BATCH};
use runtime::testing::{
    BEGIN, Bench, EAST_STATION, IN_EAST, IN_NEIGHBOUR, IN_WEST, LOG, NEIGHBOUR, WEST_STATION, gateway, observer, operator, unit,
};
use std::sync::Arc;
use tonic::Code;
use wire::v1alpha1::position_service_client::PositionServiceClient;
use wire::v1alpha1::position_service_server::PositionServiceServer;
use wire::v1alpha1::{self as api, StreamPositionsRequest, StreamPositionsResponse};

const A11: &str = "610824-a11";
const A12: &str = "610824-a12";
const B21: &str = "610824-b21";
const C31: &str = "610825-c31";

/// One row: unit, latitude and longitude × 10⁷, seconds after the begin, sequence.
type Row<'a> = (&'a str, (i32, i32), i64, u64);

fn batch(number: u64, rows: &[Row<'_>]) -> StreamPositionsRequest {
    StreamPositionsRequest {
        batch_number: number,
        unit_ids: rows.iter().map(|row| row.0.to_owned()).collect(),
        lat_e7: rows.iter().map(|row| row.1.0).collect(),
        lon_e7: rows.iter().map(|row| row.1.1).collect(),
        fix_time_ms: rows.iter().map(|row| BEGIN.0 + row.2 * 1_000).collect(),
        sequences: rows.iter().map(|row| row.3).collect(),
        ..StreamPositionsRequest::default()
    }
}

fn latest(bench: &Bench, log: &str, unit: &str) -> Option<Fix> {
    bench.edge.runtime.view(&LogId::new(log).unwrap()).unwrap().fleet.latest(&UnitId::new(unit).unwrap())
}

fn sender(bench: &Bench, principal: Principal) -> Sender {
    Sender::new(Arc::clone(&bench.edge.runtime), None, principal)
}

#[derive(Default)]
struct Kept(Mutex<Vec<(UnitId, Fix)>>);

impl TrailSink for Kept {
    fn record(&self, fixes: &[(UnitId, Fix)]) {
        self.0.lock().extend_from_slice(fixes);
    }
}

#[tokio::test]
async fn each_fix_goes_to_the_log_of_its_unit() {
    let bench = Bench::two_counties().await;
    let mut sender = sender(&bench, gateway(&[LOG, NEIGHBOUR]));
    let rows =
        [(A11, IN_WEST, 0, 1), (C31, IN_NEIGHBOUR, 0, 1), (B21, IN_EAST, 0, 1), ("610824-zzz", IN_EAST, 0, 1), ("No Unit", IN_EAST, 0, 1)];
    let answer = sender.take(batch(9, &rows)).unwrap();
    assert_eq!(answer, StreamPositionsResponse { batch_number: 9, accepted: 3, unknown_unit: 2, ..Default::default() });
    assert_eq!(latest(&bench, LOG, A11).unwrap().position, Position::from_e7(IN_WEST.0, IN_WEST.1).unwrap());
    assert!(latest(&bench, NEIGHBOUR, C31).is_some() && latest(&bench, LOG, C31).is_none());
}

#[tokio::test]
async fn every_verdict_is_counted() {
    let bench = Bench::county().await;
    let mut sender = sender(&bench, gateway(&[LOG]));
    let far = (IN_WEST.0 + 10_000_000, IN_WEST.1);
    let rows = [
        (A11, IN_WEST, 0, 5),
        (A11, IN_WEST, 0, 5),
        (A11, IN_WEST, 0, 4),
        (A11, IN_WEST, 60, 6),
        (A11, far, 1, 7),
        (A11, (0, 0), 1, 8),
        (A11, (900_000_001, 0), 1, 9),
        ("610824-d01", IN_WEST, 0, 1),
    ];
    let answer = sender.take(batch(1, &rows)).unwrap();
    let expected =
        StreamPositionsResponse { batch_number: 1, accepted: 1, older: 2, future: 1, impossible: 1, unknown_unit: 1, invalid: 2 };
    assert_eq!(answer, expected, "the drone is off duty: it is not tracked");
}

#[tokio::test]
async fn a_sender_reports_only_what_is_its_own() {
    let bench = Bench::two_counties().await;
    let rows = [(A11, IN_WEST, 0, 1), (B21, IN_EAST, 0, 1), (C31, IN_NEIGHBOUR, 0, 1)];
    let cases = [
        (unit(A11), vec![A11]),
        (unit(C31), vec![C31]),
        (unit("610824-zzz"), vec![]),
        (gateway(&[EAST_STATION]), vec![B21]),
        (gateway(&[NEIGHBOUR]), vec![C31]),
        (gateway(&["610899"]), vec![]),
    ];
    for (number, (principal, allowed)) in (1u64..).zip(cases) {
        let rows: Vec<_> = rows.iter().map(|row| (row.0, row.1, row.2, number)).collect();
        let answer = sender(&bench, principal.clone()).take(batch(number, &rows)).unwrap();
        assert_eq!((answer.accepted, answer.unknown_unit), (allowed.len() as u32, 3 - allowed.len() as u32), "{principal:?}");
        for (log, unit) in [(LOG, A11), (LOG, B21), (NEIGHBOUR, C31)] {
            let taken = latest(&bench, log, unit).is_some_and(|fix| fix.sequence == number);
            assert_eq!(taken, allowed.contains(&unit), "{principal:?} {unit}");
        }
    }
}

#[tokio::test]
async fn a_declared_datum_is_converted_and_no_position_stays_none() {
    let bench = Bench::county().await;
    let mut sender = sender(&bench, gateway(&[LOG]));
    // A minute lies between the two, because they mean places a kilometre apart.
    for (sequence, seconds, datum, core) in [(1, -60, api::Datum::Gcj02, Datum::Gcj02), (2, 0, api::Datum::Bd09, Datum::Bd09)] {
        let mut message =
            batch(sequence, &[(A11, IN_WEST, seconds, sequence), (A12, (0, 0), 0, sequence), (B21, (i32::MAX, 0), 0, sequence)]);
        message.datum = datum.into();
        let answer = sender.take(message).unwrap();
        assert_eq!((answer.accepted, answer.invalid), (1, 2));
        let expected = places::to_wgs84(f64::from(IN_WEST.0) / 1e7, f64::from(IN_WEST.1) / 1e7, core).unwrap();
        assert_eq!(latest(&bench, LOG, A11).unwrap().position, expected);
        assert_ne!(expected, Position::from_e7(IN_WEST.0, IN_WEST.1).unwrap());
    }
}

#[tokio::test]
async fn the_senders_clock_is_corrected_and_optional_columns_are_kept() {
    let bench = Bench::county().await;
    let trail = Arc::new(Kept::default());
    let mut sender = Sender::new(Arc::clone(&bench.edge.runtime), Some(Arc::<Kept>::clone(&trail)), gateway(&[LOG]));
    // The device's clock is an hour behind.
    let mut message = batch(1, &[(A11, IN_WEST, -3_602, 1), (A12, IN_WEST, -3_600, 1), (A12, IN_WEST, -3_601, 1)]);
    message.sent_at = Some(wire::api::time_to_api(Timestamp(BEGIN.0 - 3_600_000)));
    (message.device_epochs, message.speed_cm_per_s) = (vec![3, 3, 3], vec![1_250, 0, 0]);
    (message.heading_deg, message.accuracy_m) = (vec![359, 360, 70_000], vec![12, 5, 5]);
    let answer = sender.take(message).unwrap();
    assert_eq!((answer.accepted, answer.older), (2, 1));
    let a11 = latest(&bench, LOG, A11).unwrap();
    assert_eq!((a11.fix_time, a11.received, a11.device_epoch), (Timestamp(BEGIN.0 - 2_000), BEGIN, 3));
    assert_eq!((a11.speed_cm_per_s, a11.heading_deg, a11.accuracy_m), (Some(1_250), Some(359), Some(12)));
    let a12 = latest(&bench, LOG, A12).unwrap();
    assert_eq!(a12.heading_deg, None, "360 is no heading");
    // The trail has what was accepted, exactly as the fleet keeps it, and nothing else.
    assert_eq!(*trail.0.lock(), vec![(UnitId::new(A11).unwrap(), a11), (UnitId::new(A12).unwrap(), a12)]);
}

#[tokio::test]
async fn a_held_fix_that_proves_right_is_in_the_trail_before_the_one_that_proved_it() {
    let bench = Bench::county().await;
    let trail = Arc::new(Kept::default());
    let mut sender = Sender::new(Arc::clone(&bench.edge.runtime), Some(Arc::<Kept>::clone(&trail)), gateway(&[LOG]));
    let far = (IN_WEST.0 + 10_000_000, IN_WEST.1);
    sender.take(batch(1, &[(A11, IN_WEST, 0, 1)])).unwrap();
    assert_eq!(sender.take(batch(2, &[(A11, far, 1, 2)])).unwrap().impossible, 1);
    assert_eq!(sender.take(batch(3, &[(A11, far, 2, 3)])).unwrap().accepted, 1);
    assert_eq!(trail.0.lock().iter().map(|(_, fix)| fix.sequence).collect::<Vec<_>>(), [1, 2, 3]);
}

#[tokio::test]
async fn a_batch_whose_columns_do_not_fit_is_refused_whole_by_field() {
    let bench = Bench::county().await;
    let mut sender = sender(&bench, gateway(&[LOG]));
    type Spoil = fn(&mut StreamPositionsRequest);
    let table: &[(Spoil, &str)] = &[
        (|m| m.lat_e7.clear(), "lat_e7"),
        (|m| m.lon_e7.push(0), "lon_e7"),
        (|m| m.fix_time_ms.truncate(1), "fix_time_ms"),
        (|m| m.sequences.clear(), "sequences"),
        (|m| m.device_epochs = vec![1], "device_epochs"),
        (|m| m.speed_cm_per_s = vec![1], "speed_cm_per_s"),
        (|m| m.heading_deg = vec![1; 3], "heading_deg"),
        (|m| m.accuracy_m = vec![1], "accuracy_m"),
        (|m| m.unit_ids.clear(), "lat_e7"),
        (|m| m.datum = 9, "datum"),
        (|m| m.sent_at.get_or_insert_default().nanos = -1, "sent_at.nanos"),
    ];
    for (spoil, field) in table {
        let mut message = batch(1, &[(A11, IN_WEST, 0, 1), (A12, IN_WEST, 0, 1)]);
        spoil(&mut message);
        let refused = sender.take(message).unwrap_err();
        assert_eq!(&refused.field, field);
    }
    let row = (A11, IN_WEST, 0, 1);
    assert_eq!(sender.take(batch(1, &vec![row; MAX_BATCH + 1])).unwrap_err().field, "unit_ids");
    assert!(latest(&bench, LOG, A11).is_none(), "nothing of a refused batch is taken");
    let largest = sender.take(batch(1, &vec![row; MAX_BATCH])).unwrap();
    assert_eq!((largest.accepted, largest.older), (1, MAX_BATCH as u32 - 1));
    assert_eq!(sender.take(batch(7, &[])).unwrap(), StreamPositionsResponse { batch_number: 7, ..Default::default() });
}

#[tokio::test]
async fn who_loses_a_unit_loses_its_route_soon_after() {
    let bench = Bench::county().await;
    let mut west = sender(&bench, gateway(&[WEST_STATION]));
    assert_eq!(west.take(batch(1, &[(A11, IN_WEST, 0, 1)])).unwrap().accepted, 1);
    let view = bench.edge.runtime.view(&LogId::new(LOG).unwrap()).unwrap();
    let mut profile = view.world.unit(&UnitId::new(A11).unwrap()).unwrap().profile.clone();
    profile.home = AgencyId::new(EAST_STATION).unwrap();
    bench.as_server(LOG, Command::RegisterUnits(RegisterUnits { profiles: vec![profile] })).await;
    bench.pass(ROUTES_KEPT_MS);
    assert_eq!(west.take(batch(2, &[(A11, IN_WEST, 1, 2)])).unwrap().unknown_unit, 1);
    let mut east = sender(&bench, gateway(&[EAST_STATION]));
    assert_eq!(east.take(batch(1, &[(A11, IN_WEST, 1, 2)])).unwrap().accepted, 1);
    // Who signs off is not tracked from then on, whatever is remembered.
    bench.as_server(LOG, Command::SignOff(SignOff { unit_id: UnitId::new(A11).unwrap(), occurred_at: None })).await;
    assert_eq!(east.take(batch(2, &[(A11, IN_WEST, 2, 3)])).unwrap().unknown_unit, 1);
}

#[tokio::test]
async fn units_are_found_in_whatever_order_they_report_and_again_after_their_log_moved_on() {
    let bench = Bench::two_counties().await;
    let mut sender = sender(&bench, gateway(&[LOG, NEIGHBOUR]));
    let units = [(A11, IN_WEST, LOG), (C31, IN_NEIGHBOUR, NEIGHBOUR), (B21, IN_EAST, LOG), (A12, IN_WEST, LOG)];
    let orders = [[0, 1, 2, 3], [0, 1, 2, 3], [3, 2, 1, 0], [1, 1, 3, 0], [0, 1, 2, 3]];
    for (number, order) in (1u64..).zip(orders) {
        let rows: Vec<_> = order.iter().zip(0..).map(|(at, more)| (units[*at].0, units[*at].1, 0, number * 10 + more)).collect();
        let answer = sender.take(batch(number, &rows)).unwrap();
        assert_eq!((answer.accepted, answer.unknown_unit), (4, 0), "order {order:?}");
        for (row, at) in rows.iter().zip(order) {
            assert!(latest(&bench, units[at].2, row.0).unwrap().sequence >= row.3, "{order:?} {}", row.0);
        }
        bench.pass(ROUTES_KEPT_MS);
    }
}

/// A server on a free port whose every caller is `principal`; stops when the sender is dropped.
async fn serve(bench: &Bench, principal: Option<Principal>) -> (String, tokio::sync::oneshot::Sender<()>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let service =
        PositionServiceServer::with_interceptor(PositionsAdapter::new(bench.edge.clone(), None), move |mut request: tonic::Request<()>| {
            principal.iter().for_each(|principal| drop(request.extensions_mut().insert(principal.clone())));
            Ok(request)
        });
    let incoming = tokio_stream::wrappers::TcpListenerStream::new(listener);
    let until = async { drop(stopped.await) };
    tokio::spawn(tonic::transport::Server::builder().add_service(service).serve_with_incoming_shutdown(incoming, until));
    (address, stop)
}

#[tokio::test]
async fn a_stream_answers_each_batch_and_ends_with_what_was_wrong() {
    let bench = Bench::county().await;
    let (address, _stop) = serve(&bench, Some(unit(A11))).await;
    let mut client = PositionServiceClient::connect(address).await.unwrap();
    let (batches, incoming) = tokio::sync::mpsc::channel(1);
    let outgoing = tokio_stream::wrappers::ReceiverStream::new(incoming);
    let mut answers = client.stream_positions(outgoing).await.unwrap().into_inner();
    for number in 1..=3 {
        batches.send(batch(number, &[(A11, IN_WEST, number as i64, number)])).await.unwrap();
        let answer = answers.message().await.unwrap().unwrap();
        assert_eq!((answer.batch_number, answer.accepted), (number, 1));
    }
    let mut broken = batch(4, &[(A11, IN_WEST, 4, 4)]);
    broken.sequences.clear();
    batches.send(broken).await.unwrap();
    let refused = answers.message().await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
    assert!(refused.message().starts_with("sequences "), "{}", refused.message());
    assert_eq!(latest(&bench, LOG, A11).unwrap().sequence, 3);
}

#[tokio::test]
async fn a_stream_that_its_sender_ends_is_ended() {
    let bench = Bench::county().await;
    let (address, _stop) = serve(&bench, Some(gateway(&[LOG]))).await;
    let mut client = PositionServiceClient::connect(address).await.unwrap();
    let outgoing = tokio_stream::iter([batch(1, &[(A11, IN_WEST, 0, 1)]), batch(2, &[(B21, IN_EAST, 0, 1)])]);
    let mut answers = client.stream_positions(outgoing).await.unwrap().into_inner();
    assert_eq!(answers.message().await.unwrap().unwrap().batch_number, 1);
    assert_eq!(answers.message().await.unwrap().unwrap().batch_number, 2);
    assert_eq!(answers.message().await.unwrap(), None);
}

#[tokio::test]
async fn rooms_do_not_report_positions() {
    let bench = Bench::county().await;
    let cases =
        [(Some(operator(&[LOG])), Code::PermissionDenied), (Some(observer(&[LOG])), Code::PermissionDenied), (None, Code::Unauthenticated)];
    for (principal, code) in cases {
        let (address, _stop) = serve(&bench, principal).await;
        let mut client = PositionServiceClient::connect(address).await.unwrap();
        let refused = client.stream_positions(tokio_stream::iter([batch(1, &[(A11, IN_WEST, 0, 1)])])).await.unwrap_err();
        assert_eq!(refused.code(), code);
    }
    assert!(latest(&bench, LOG, A11).is_none());
}
