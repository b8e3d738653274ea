//! The units' devices: a WebSocket each, and the answer to every order that comes in over it.

use crate::matching::Matching;
use crate::ready::{Ready, ReadyUnit};
use futures_util::{SinkExt, StreamExt};
use parking_lot::Mutex;
use prost::Message as _;
use server::drivers::county::{bearer, cannot};
use server::drivers::link::{Bearer, Link, fresh_request_id};
use server::exit::Failure;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tonic::{Code, Status};
use wire::v1alpha1::dispatch_service_client::DispatchServiceClient;
use wire::v1alpha1::resource::Resource as Kind;
use wire::v1alpha1::unit_service_client::UnitServiceClient;
use wire::v1alpha1::watch_client_frame::Frame as ClientFrame;
use wire::v1alpha1::watch_response::Frame;
use wire::v1alpha1::{
    AcknowledgeRequest, Assignment, AssignmentState, ClearRequest, CloseIncidentRequest, WatchClientFrame, WatchRequest, WatchResponse,
};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// What all devices and callers share.
pub(crate) struct Shared {
    pub(crate) link: Link,
    pub(crate) ready: Ready,
    pub(crate) operator: Bearer,
    pub(crate) begin: Instant,
    pub(crate) matching: Mutex<Matching>,
    /// Frames of any kind that came.
    pub(crate) frames: AtomicU64,
    /// Bytes of the largest frame with an order.
    pub(crate) order_bytes: AtomicUsize,
    /// Steps after an order that the server refused.
    pub(crate) steps_refused: AtomicU64,
    pub(crate) tasks: TaskTracker,
}

/// Opens a unit's socket and reads it until it has everything; the rest is read in a task until `stop`.
pub(crate) async fn open(shared: &Arc<Shared>, unit: &ReadyUnit, stop: CancellationToken) -> Result<(), Failure> {
    let mut request = format!("ws://{}/v1alpha1/watch", shared.ready.addr).into_client_request().map_err(cannot)?;
    request.headers_mut().insert("sec-websocket-protocol", http::HeaderValue::from_static("oneroom.pb"));
    let stream = TcpStream::connect(shared.ready.addr).await.map_err(cannot)?;
    stream.set_nodelay(true).map_err(cannot)?;
    let (mut socket, _) = tokio_tungstenite::client_async(request, MaybeTlsStream::Plain(stream)).await.map_err(cannot)?;
    let hello = ClientFrame::Hello(WatchRequest { token: unit.token.clone(), ..WatchRequest::default() });
    let hello = WatchClientFrame { frame: Some(hello) };
    socket.send(Message::Binary(hello.encode_to_vec().into())).await.map_err(cannot)?;
    loop {
        let frame = socket.next().await.ok_or_else(|| cannot("a unit's socket was closed"))?.map_err(cannot)?;
        if let Message::Binary(bytes) = frame
            && let Some(Frame::Snapshot(snapshot)) = WatchResponse::decode(bytes).map_err(cannot)?.frame
            && snapshot.last
        {
            break;
        }
    }
    let bearer = bearer(&unit.token)?;
    tokio::spawn(read(Arc::clone(shared), socket, bearer, stop));
    Ok(())
}

async fn read(shared: Arc<Shared>, mut socket: Socket, bearer: Bearer, stop: CancellationToken) {
    loop {
        let message = tokio::select! {
            message = socket.next() => message,
            () = stop.cancelled() => break,
        };
        let arrived = shared.begin.elapsed();
        let Some(Ok(message)) = message else { break };
        let Message::Binary(bytes) = message else { continue };
        shared.frames.fetch_add(1, Ordering::Relaxed);
        let length = bytes.len();
        let Ok(WatchResponse { frame: Some(Frame::Delta(delta)) }) = WatchResponse::decode(bytes) else { continue };
        for resource in delta.changed {
            if let Some(Kind::Assignment(order)) = resource.resource
                && order.state == AssignmentState::Offered as i32
            {
                shared.matching.lock().arrived(&order.incident_id, arrived);
                shared.order_bytes.fetch_max(length, Ordering::Relaxed);
                let (shared, bearer) = (Arc::clone(&shared), bearer.clone());
                shared.tasks.clone().spawn(async move { answer(&shared, &bearer, order).await });
            }
        }
    }
    // Whoever is left on the other side need not wait for it.
    let _ = socket.close(None).await;
}

async fn answer(shared: &Shared, bearer: &Bearer, order: Assignment) {
    if let Err(status) = steps(shared, bearer, order).await
        && shared.steps_refused.fetch_add(1, Ordering::Relaxed) == 0
    {
        eprintln!("loadtest: a step after an order was refused, the first of them: {:?}: {}", status.code(), status.message());
    }
}

/// The unit takes the order and is done; the operator closes the incident.
async fn steps(shared: &Shared, bearer: &Bearer, order: Assignment) -> Result<(), Status> {
    let log_id = shared.ready.log_id.clone();
    let mut unit = UnitServiceClient::new(shared.link.channel());
    let taken = AcknowledgeRequest {
        request_id: fresh_request_id(),
        log_id: log_id.clone(),
        occurred_at: None,
        assignment_id: order.assignment_id.clone(),
    };
    unit.acknowledge(bearer.request(taken)).await?;
    let done = ClearRequest {
        request_id: fresh_request_id(),
        log_id: log_id.clone(),
        assignment_id: order.assignment_id,
        reason: "done".to_owned(),
        disposition: "handled".to_owned(),
        ..ClearRequest::default()
    };
    unit.clear(bearer.request(done)).await?;
    let close = CloseIncidentRequest {
        request_id: fresh_request_id(),
        log_id,
        incident_id: order.incident_id,
        expected_revision: 0,
        // The generator's beat officers are busy with its own calls.
        excuse: "busy_on_scene".to_owned(),
    };
    match DispatchServiceClient::new(shared.link.channel()).close_incident(shared.operator.request(close)).await {
        // Another unit of the same incident is still busy: its own answer closes it.
        Err(status) if status.code() == Code::FailedPrecondition => Ok(()),
        other => other.map(|_| ()),
    }
}
