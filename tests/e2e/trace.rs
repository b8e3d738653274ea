//! Traces over OTLP: one trace from the caller's request through the commit to every screen.

use super::house::{House, LOG, PATIENCE, call, fresh, with};
use super::viewer::{Form, Picture, Viewer};
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{TraceService, TraceServiceServer};
use opentelemetry_proto::tonic::collector::trace::v1::{ExportTraceServiceRequest, ExportTraceServiceResponse};
use opentelemetry_proto::tonic::trace::v1::Span;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::{Request, Response, Status};
use wire::v1alpha1::watch_response::Frame;
use wire::v1alpha1::{AcknowledgeRequest, GetIncidentRequest};

struct Collector(mpsc::UnboundedSender<Span>);

#[tonic::async_trait]
impl TraceService for Collector {
    async fn export(&self, request: Request<ExportTraceServiceRequest>) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let scopes = request.into_inner().resource_spans.into_iter().flat_map(|resource| resource.scope_spans);
        for span in scopes.flat_map(|scope| scope.spans) {
            // After the test nobody listens.
            let _ = self.0.send(span);
        }
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

/// A collector on a free port; it ends with the test's runtime.
async fn collector() -> (SocketAddr, mpsc::UnboundedReceiver<Span>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (sender, spans) = mpsc::unbounded_channel();
    let service = TraceServiceServer::new(Collector(sender));
    tokio::spawn(tonic::transport::Server::builder().add_service(service).serve_with_incoming(TcpListenerStream::new(listener)));
    (address, spans)
}

async fn span_of(spans: &mut mpsc::UnboundedReceiver<Span>, method: &str, trace_id: &str) -> Span {
    let search = async {
        loop {
            let span = spans.recv().await.expect("the collector ended");
            if span.name.ends_with(method) && hex::encode(&span.trace_id) == trace_id {
                return span;
            }
        }
    };
    tokio::time::timeout(PATIENCE, search).await.unwrap_or_else(|_| panic!("no span of {method} in trace {trace_id}"))
}

fn traced<T>(mut request: Request<T>, trace_parent: &str) -> Request<T> {
    request.metadata_mut().insert("traceparent", trace_parent.parse().unwrap());
    request
}

#[tokio::test(flavor = "multi_thread")]
async fn one_trace_leads_from_the_callers_request_to_the_units_tap() {
    let (address, mut spans) = collector().await;
    let house = House::open_with(&["--otlp-endpoint", &format!("http://{address}")]).await;
    let a12 = "610824-a12";
    house.on_duty(a12).await;
    let mut room = Viewer::hello(house.address(), Form::Json, &house.operator, None).await;
    let mut picture = Picture::of(&mut room).await;

    let (trace_id, caller) = ("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7");
    let request = traced(with(&house.operator, call("criminal/robbery")), &format!("00-{trace_id}-{caller}-01"));
    let reported = house.intake().await.report_incident(request).await.unwrap().into_inner();
    let Frame::Delta(delta) = room.next().await else { panic!("expected a delta") };
    let told = delta.trace_parent.clone();
    picture.take(Frame::Delta(delta));

    // The device goes on with the trace that its order came with.
    let get = GetIncidentRequest { log_id: LOG.to_owned(), incident_id: reported.incident_id, min_seq: 0 };
    let found = house.records().await.get_incident(with(&house.operator, get)).await.unwrap().into_inner();
    let acknowledge = AcknowledgeRequest {
        request_id: fresh(),
        log_id: LOG.to_owned(),
        assignment_id: found.assignments[0].assignment_id.clone(),
        ..AcknowledgeRequest::default()
    };
    house.units().await.acknowledge(traced(with(&house.token_of(a12), acknowledge), &told)).await.unwrap();
    let Frame::Delta(second) = room.next().await else { panic!("expected a delta") };

    let report = span_of(&mut spans, "IntakeService/ReportIncident", trace_id).await;
    assert_eq!(hex::encode(&report.parent_span_id), caller, "the request's span is the parent of the server's");
    let report_id = hex::encode(&report.span_id);
    assert_eq!(told, format!("00-{trace_id}-{report_id}-01"), "the frame names the span that made the commit");
    let tap = span_of(&mut spans, "UnitService/Acknowledge", trace_id).await;
    assert_eq!(hex::encode(&tap.parent_span_id), report_id);
    assert_eq!(second.trace_parent, format!("00-{trace_id}-{}-01", hex::encode(&tap.span_id)));
    // Spans say what was called, and nothing of what was said.
    let shown = format!("{report:?}{tap:?}");
    for personal in ["有人持刀", "东街一号", "13900001111"] {
        assert!(!shown.contains(personal), "{shown}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_collector_or_with_a_dead_one_the_server_serves_the_same() {
    // A port where nobody listens any more.
    let dead = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let endpoint = format!("http://{dead}");
    let trace_id = "0af7651916cd43dd8448eb211c80319c";
    for (flags, spans) in [(&["--otlp-endpoint", endpoint.as_str()][..], true), (&[], false)] {
        let house = House::open_with(flags).await;
        house.on_duty("610824-a12").await;
        let mut room = Viewer::hello(house.address(), Form::Protobuf, &house.operator, None).await;
        let mut picture = Picture::of(&mut room).await;
        let given = format!("00-{trace_id}-b7ad6b7169203331-01");
        let mut intake = house.intake().await;
        let answered = intake.report_incident(traced(with(&house.operator, call("criminal/robbery")), &given)).await.unwrap();
        let Frame::Delta(delta) = room.next().await else { panic!("expected a delta") };
        assert!(delta.trace_parent.starts_with(&format!("00-{trace_id}-")), "{}", delta.trace_parent);
        assert_eq!(delta.trace_parent == given, !spans, "without spans of its own the server hands the caller's on");
        picture.take(Frame::Delta(delta));
        // Still there after the exporter has given up at least once.
        tokio::time::sleep(Duration::from_secs(3)).await;
        let again = intake.report_incident(with(&house.operator, call("criminal/robbery"))).await.unwrap().into_inner();
        assert_eq!(again.number, answered.into_inner().number + 1);
        picture.until(&mut room, again.receipt.unwrap().seq).await;
    }
}
