//! The way from a driver to a server: several HTTP/2 connections, bearer tokens, and bounded retries with the same request.

use domain::ids::RequestId;
use domain::time::Timestamp;
use runtime::clock::{Clock, Reached, WallClock};
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Response, Status};
use uuid::Uuid;

/// Tries of one request before it is given up.
pub const TRIES_MAX: u32 = 8;
/// Wait before the second try, in milliseconds; doubles each time up to [`BACKOFF_MAX_MS`].
const BACKOFF_MS: u64 = 50;
const BACKOFF_MAX_MS: u64 = 2_000;
/// A request that is not answered in this time is tried again, in milliseconds.
const ANSWER_WITHIN_MS: u64 = 15_000;
/// HTTP/2 windows: a snapshot of a large county must not wait for window updates at every 64 KiB.
const STREAM_WINDOW_BYTES: u32 = 2 << 20;
const CONNECTION_WINDOW_BYTES: u32 = 8 << 20;

/// Connections to one server, used in turn, and the clock that the server and its drivers live by.
pub struct Link {
    clock: Arc<dyn Clock>,
    channels: Vec<Channel>,
    next: AtomicUsize,
    retried: AtomicU64,
}

impl Link {
    /// Connects to a server `connections` times (at least once). Drivers live by the wall clock.
    ///
    /// # Errors
    /// The transport's error when nobody listens there.
    pub async fn open(address: SocketAddr, connections: usize) -> Result<Self, tonic::transport::Error> {
        let endpoint = Endpoint::from_shared(format!("http://{address}"))?
            .tcp_nodelay(true)
            .initial_stream_window_size(STREAM_WINDOW_BYTES)
            .initial_connection_window_size(CONNECTION_WINDOW_BYTES);
        let mut channels = Vec::new();
        for _ in 0..connections.max(1) {
            channels.push(endpoint.connect().await?);
        }
        Ok(Self { clock: Arc::new(WallClock::default()), channels, next: AtomicUsize::new(0), retried: AtomicU64::new(0) })
    }

    /// The same connections, with drivers that live by this clock: the server's own.
    #[must_use]
    pub fn with_clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self }
    }

    /// Now, by the clock that drivers live by.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Resolves once that clock shows `at` or later.
    pub fn reached(&self, at: Timestamp) -> Reached<'_> {
        self.clock.reached(at)
    }

    /// The next connection.
    #[must_use]
    pub fn channel(&self) -> Channel {
        let index = self.next.fetch_add(1, Ordering::Relaxed) % self.channels.len();
        self.channels[index].clone()
    }

    /// How many tries were made again so far.
    #[must_use]
    pub fn retried(&self) -> u64 {
        self.retried.load(Ordering::Relaxed)
    }

    /// Makes a unary call with `message`, again with the very same message (so the same request id) while the server is not
    /// available, [`TRIES_MAX`] times at most.
    ///
    /// # Errors
    /// The status of the last try.
    pub async fn call<M, R, F, A>(&self, bearer: &Bearer, message: &M, attempt: F) -> Result<R, Status>
    where
        M: Clone,
        F: Fn(Channel, Request<M>) -> A,
        A: Future<Output = Result<Response<R>, Status>>,
    {
        let mut backoff_ms = BACKOFF_MS;
        let mut tries = 1;
        loop {
            let request = bearer.request(message.clone());
            let answered = tokio::time::timeout(Duration::from_millis(ANSWER_WITHIN_MS), attempt(self.channel(), request)).await;
            let status = match answered {
                Ok(Ok(response)) => return Ok(response.into_inner()),
                Ok(Err(status)) => status,
                Err(_) => Status::unavailable(format!("no answer within {ANSWER_WITHIN_MS} ms")),
            };
            if tries >= TRIES_MAX || !is_worth_a_retry(status.code()) {
                return Err(status);
            }
            tracing::debug!(code = ?status.code(), tries, "a request is sent again: {}", status.message());
            tries += 1;
            self.retried.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(Duration::from_millis(backoff_ms)).await;
            backoff_ms = (backoff_ms * 2).min(BACKOFF_MAX_MS);
        }
    }
}

/// Whether the same request may be taken a moment later.
fn is_worth_a_retry(code: Code) -> bool {
    matches!(code, Code::Unavailable | Code::ResourceExhausted)
}

/// A token, ready to be sent.
#[derive(Clone)]
pub struct Bearer(MetadataValue<Ascii>);

impl Bearer {
    /// A token as it goes into the `authorization` header; none when it has characters that a header can't carry.
    #[must_use]
    pub fn new(token: &str) -> Option<Self> {
        let mut value = MetadataValue::try_from(format!("Bearer {token}")).ok()?;
        value.set_sensitive(true);
        Some(Self(value))
    }

    /// A request of this token's principal.
    pub fn request<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        request.metadata_mut().insert("authorization", self.0.clone());
        request
    }
}

/// A fresh request id as the API carries it.
#[must_use]
pub fn fresh_request_id() -> String {
    RequestId(Uuid::now_v7()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_server_that_may_take_it_later_is_asked_again() {
        assert!(is_worth_a_retry(Code::Unavailable));
        assert!(!is_worth_a_retry(Code::InvalidArgument));
        assert!(!is_worth_a_retry(Code::Aborted));
    }

    #[test]
    fn a_token_with_a_line_break_is_no_header() {
        assert!(Bearer::new("abc").is_some());
        assert!(Bearer::new("a\nb").is_none());
    }
}
