//! A session over a gRPC server stream: the same frames.

use crate::hub::Hub;
use crate::session::{self, End, Outgoing, Sink};
use domain::principal::Principal;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status};
use wire::v1alpha1::watch_service_server::WatchService;
use wire::v1alpha1::{WatchRequest, WatchResponse};

/// Frames that wait for one gRPC viewer at most.
const OUTBOUND_LIMIT: usize = 64;
/// A viewer that takes no frame for this long is gone, in milliseconds.
const WRITE_WITHIN_MS: u64 = 10_000;
/// Credits a gRPC viewer has: HTTP/2 flow control paces it.
const CREDIT_TOP_UP: u32 = 1_024;

struct StreamSink {
    frames: mpsc::Sender<Result<WatchResponse, Status>>,
}

impl Sink for StreamSink {
    async fn send(&mut self, frame: Outgoing) -> bool {
        let message = match frame {
            Outgoing::Own(message) => message,
            Outgoing::Shared(shared) => shared.message().clone(),
        };
        let sent = tokio::time::timeout(Duration::from_millis(WRITE_WITHIN_MS), self.frames.send(Ok(message))).await;
        matches!(sent, Ok(Ok(())))
    }
}

/// The live stream over gRPC.
pub struct WatchAdapter {
    hub: Arc<Hub>,
}

impl WatchAdapter {
    /// An adapter over a hub.
    #[must_use]
    pub fn new(hub: Arc<Hub>) -> Self {
        Self { hub }
    }
}

#[tonic::async_trait]
impl WatchService for WatchAdapter {
    type WatchStream = ReceiverStream<Result<WatchResponse, Status>>;

    async fn watch(&self, request: Request<WatchRequest>) -> Result<Response<Self::WatchStream>, Status> {
        let principal = request.extensions().get::<Principal>().cloned();
        let bearer =
            request.metadata().get("authorization").and_then(|value| value.to_str().ok()).and_then(|text| text.strip_prefix("Bearer "));
        let token = bearer.unwrap_or_default().to_owned();
        // The session asks again whether this token still holds.
        let hello = WatchRequest { token, ..request.into_inner() };
        let (frames, outbound) = mpsc::channel(OUTBOUND_LIMIT);
        let hub = Arc::clone(&self.hub);
        tokio::spawn(async move {
            let (credit, inbound) = mpsc::channel(1);
            let keep = tokio::spawn({
                let frames = frames.clone();
                async move {
                    // Ends the session's inbound side, and so the session, when the viewer goes away.
                    while credit.send(wire::v1alpha1::watch_client_frame::Frame::Credit(CREDIT_TOP_UP)).await.is_ok() {
                        tokio::select! {
                            () = frames.closed() => return,
                            () = tokio::time::sleep(Duration::from_millis(WRITE_WITHIN_MS)) => {}
                        }
                    }
                }
            });
            let mut sink = StreamSink { frames: frames.clone() };
            let end = session::run(&hub, hello, principal, &mut sink, inbound).await;
            keep.abort();
            let status = match end {
                End::Refused(reason) => Status::permission_denied(reason),
                End::Stopping => Status::unavailable("the server is stopping, connect again"),
                End::Gone => return,
            };
            let _ = frames.send(Err(status)).await;
        });
        Ok(Response::new(ReceiverStream::new(outbound)))
    }
}
