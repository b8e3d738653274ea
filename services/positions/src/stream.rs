//! The gRPC stream: authenticates once, then answers each batch before it reads the next.

use crate::TrailSink;
use crate::routes::may_report;
use crate::sender::Sender;
use domain::rejection::Rejection;
use futures_util::stream::{BoxStream, Stream, StreamExt, unfold};
use runtime::RuntimeError;
use runtime::edge::{Caller, Edge, status};
use std::sync::Arc;
use tonic::{Request, Response, Status, Streaming};
use wire::v1alpha1::position_service_server::PositionService;
use wire::v1alpha1::{StreamPositionsRequest, StreamPositionsResponse};

/// `PositionService`: units stream where they are.
pub struct PositionsAdapter {
    edge: Edge,
    trail: Option<Arc<dyn TrailSink>>,
}

impl PositionsAdapter {
    /// An adapter over the logs of `edge`; accepted fixes go to `trail`, where there is one.
    #[must_use]
    pub fn new(edge: Edge, trail: Option<Arc<dyn TrailSink>>) -> Self {
        Self { edge, trail }
    }

    /// Who sends on a new stream.
    fn sender(&self, caller: Caller) -> Result<Sender, Status> {
        if may_report(&caller.principal) {
            return Ok(Sender::new(Arc::clone(&self.edge.runtime), self.trail.clone(), caller.principal));
        }
        Err(status(&RuntimeError::Rejected(Rejection::Forbidden {
            principal: caller.principal.principal_id.to_string(),
            action: "stream_positions",
            expected: "expected a unit or a gateway".to_owned(),
        })))
    }
}

/// One more stream is open; one less when this is dropped.
struct Open;

impl Open {
    fn new() -> Self {
        metrics::gauge!("oneroom_position_streams_open").increment(1.0);
        Self
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        metrics::gauge!("oneroom_position_streams_open").decrement(1.0);
    }
}

/// Answers batch by batch. The first batch that can't be taken ends the stream with what was wrong with it.
fn answers<S>(incoming: S, sender: Sender) -> impl Stream<Item = Result<StreamPositionsResponse, Status>> + Send + 'static
where
    S: Stream<Item = Result<StreamPositionsRequest, Status>> + Send + Unpin + 'static,
{
    unfold(Some((incoming, sender, Open::new())), |state| async {
        let (mut incoming, mut sender, open) = state?;
        match incoming.next().await? {
            Ok(message) => match sender.take(message) {
                Ok(response) => Some((Ok(response), Some((incoming, sender, open)))),
                Err(error) => {
                    metrics::counter!("oneroom_position_batches_refused_total").increment(1);
                    Some((Err(error.into()), None))
                }
            },
            Err(broken) => Some((Err(broken), None)),
        }
    })
}

#[tonic::async_trait]
impl PositionService for PositionsAdapter {
    type StreamPositionsStream = BoxStream<'static, Result<StreamPositionsResponse, Status>>;

    async fn stream_positions(
        &self,
        request: Request<Streaming<StreamPositionsRequest>>,
    ) -> Result<Response<Self::StreamPositionsStream>, Status> {
        let sender = self.sender(Caller::of(&request)?)?;
        Ok(Response::new(answers(request.into_inner(), sender).boxed()))
    }
}
