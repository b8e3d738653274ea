//! The units' devices: a WebSocket each, and the answer to every order that comes in over it.

use super::consoles::Entrance;
use super::matching::Matching;
use crate::ready::{Ready, ReadyUnit};
use domain::ids::{LogId, UnitId};
use futures_util::{StreamExt, TryStreamExt, stream};
use parking_lot::Mutex;
use prost::Message as _;
use server::drivers::county::{bearer, cannot};
use server::drivers::link::{Bearer, Link, fresh_request_id};
use server::drivers::taps;
use server::exit::Failure;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use tokio::sync::Semaphore;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tonic::{Code, Status};
use wire::v1alpha1::dispatch_service_client::DispatchServiceClient;
use wire::v1alpha1::resource::Resource as Kind;
use wire::v1alpha1::unit_service_client::UnitServiceClient;
use wire::v1alpha1::watch_response::Frame;
use wire::v1alpha1::{AcknowledgeRequest, Assignment, AssignmentState, ClearRequest, CloseIncidentRequest, WatchResponse};

/// HTTP/2 connections of callers, units and operator.
const CONNECTIONS: usize = 2;
/// Units that sign on or connect at the same time.
const AT_ONCE: usize = 16;

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
    /// Steps after an order that it took.
    pub(crate) steps_done: AtomicU64,
    /// A permit for each order that a device has answered to the end.
    pub(crate) settled: Semaphore,
    pub(crate) tasks: TaskTracker,
}

/// Everybody connected to a server, until it is dropped.
pub(crate) struct Connected {
    pub(crate) shared: Arc<Shared>,
    stop: CancellationToken,
}

impl Drop for Connected {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// Signs every unit with a device on and opens its socket.
pub(crate) async fn connect(ready: &Ready) -> Result<Connected, Failure> {
    let ready = ready.clone();
    let link = Link::open(ready.addr, CONNECTIONS).await.map_err(cannot)?;
    let log_id = LogId::new(&ready.log_id).map_err(cannot)?;
    let mut signing = Vec::new();
    for unit in &ready.units {
        signing.push(sign_on(&link, &log_id, unit));
    }
    let signed: Vec<()> = stream::iter(signing).buffer_unordered(AT_ONCE).try_collect().await?;
    debug_assert_eq!(signed.len(), ready.units.len());
    let shared = Arc::new(Shared {
        operator: bearer(&ready.operator)?,
        link,
        ready,
        begin: Instant::now(),
        matching: Mutex::new(Matching::default()),
        frames: AtomicU64::new(0),
        order_bytes: AtomicUsize::new(0),
        steps_refused: AtomicU64::new(0),
        steps_done: AtomicU64::new(0),
        settled: Semaphore::new(0),
        tasks: TaskTracker::new(),
    });
    let connected = Connected { shared: Arc::clone(&shared), stop: CancellationToken::new() };
    for unit in &shared.ready.units {
        open(&shared, unit, connected.stop.clone()).await?;
    }
    Ok(connected)
}

async fn sign_on(link: &Link, log_id: &LogId, unit: &ReadyUnit) -> Result<(), Failure> {
    let unit_id = UnitId::new(&unit.unit_id).map_err(cannot)?;
    taps::sign_on(link, &bearer(&unit.token)?, log_id, &unit_id).await.map_err(cannot)
}

/// Opens a unit's socket and reads it until it has everything; the rest is read in a task until `stop`.
async fn open(shared: &Arc<Shared>, unit: &ReadyUnit, stop: CancellationToken) -> Result<(), Failure> {
    let socket = Entrance::watch(shared.ready.addr, &unit.token, None).open().await?;
    tokio::spawn(read(Arc::clone(shared), socket, bearer(&unit.token)?, stop));
    Ok(())
}

async fn read(shared: Arc<Shared>, mut socket: super::consoles::Socket, bearer: Bearer, stop: CancellationToken) {
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
    shared.settled.add_permits(1);
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
    let done_one = || shared.steps_done.fetch_add(1, Ordering::Relaxed);
    done_one();
    let done = ClearRequest {
        request_id: fresh_request_id(),
        log_id: log_id.clone(),
        assignment_id: order.assignment_id,
        reason: "done".to_owned(),
        disposition: "handled".to_owned(),
        ..ClearRequest::default()
    };
    unit.clear(bearer.request(done)).await?;
    done_one();
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
        other => {
            other?;
            done_one();
            Ok(())
        }
    }
}
