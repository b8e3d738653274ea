//! One port: HTTP/1.1, HTTP/2 with and without TLS, WebSocket upgrades; with bounds on everything a stranger can make it hold.

use super::Peer;
use axum::Router;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use rustls::ServerConfig;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

/// Connections at once, at most; more are closed at the door.
pub const MAX_CONNECTIONS: usize = 20_000;
/// How long a peer may take for the TLS handshake, for its first bytes, and for the headers of an HTTP/1.1 request.
pub const OPENING_TIMEOUT: Duration = Duration::from_secs(8);
/// How long requests that are under way may take once the server is told to stop.
pub const DRAIN_TIMEOUT: Duration = Duration::from_secs(10);
/// Streams at once on one HTTP/2 connection, at most.
const MAX_STREAMS: u32 = 256;
/// Bytes of headers of one request, at most.
const MAX_HEADER_BYTES: u32 = 16 << 10;
/// Headers of one HTTP/1.1 request, at most.
const MAX_HEADERS: usize = 64;
/// Bytes buffered for one HTTP/1.1 connection, at most.
const MAX_HTTP1_BUFFER: usize = 64 << 10;
/// Bytes buffered for sending on one HTTP/2 stream, at most.
const MAX_HTTP2_SEND_BUFFER: usize = 256 << 10;
const STREAM_WINDOW: u32 = 256 << 10;
const CONNECTION_WINDOW: u32 = 1 << 20;
const PING_EVERY: Duration = Duration::from_secs(20);
const PING_TIMEOUT: Duration = Duration::from_secs(10);
/// After a failed accept (no more file handles), how long to wait before the next.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// How every HTTP/2 connection starts (RFC 9113 § 3.4).
const HTTP2_PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// How often a connection that has sent a part of the preface is looked at again.
const PREFACE_PAUSE: Duration = Duration::from_millis(10);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Protocol {
    Http1,
    Http2,
}

/// What every connection needs.
#[derive(Clone)]
struct Door {
    router: Router,
    tls: Option<TlsAcceptor>,
    places: Arc<Semaphore>,
    abort: CancellationToken,
}

/// Serves until `stop`, then finishes what is under way, [`DRAIN_TIMEOUT`] at most.
pub async fn serve(listener: TcpListener, tls: Option<Arc<ServerConfig>>, router: Router, stop: CancellationToken) {
    let abort = CancellationToken::new();
    let door = Door { router, tls: tls.map(TlsAcceptor::from), places: Arc::new(Semaphore::new(MAX_CONNECTIONS)), abort: abort.clone() };
    let graceful = GracefulShutdown::new();
    let tasks = TaskTracker::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.cancelled() => break,
        };
        match accepted {
            Ok((stream, peer)) => accept(&door, stream, peer, &graceful, &tasks),
            Err(error) => {
                metrics::counter!("oneroom_accept_errors_total").increment(1);
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    tasks.close();
    if timeout(DRAIN_TIMEOUT, graceful.shutdown()).await.is_err() {
        tracing::warn!("requests were still under way after {} s: their connections are closed", DRAIN_TIMEOUT.as_secs());
    }
    abort.cancel();
    tasks.wait().await;
}

fn accept(door: &Door, stream: TcpStream, peer: SocketAddr, graceful: &GracefulShutdown, tasks: &TaskTracker) {
    let Ok(place) = Arc::clone(&door.places).try_acquire_owned() else {
        metrics::counter!("oneroom_connections_refused_total").increment(1);
        return;
    };
    let (door, watcher) = (door.clone(), graceful.watcher());
    tasks.spawn(async move {
        metrics::gauge!("oneroom_connections").increment(1.0);
        let abort = door.abort.clone();
        tokio::select! {
            served = connection(door, stream, peer, watcher) => if let Err(error) = served {
                tracing::debug!(%error, "a connection ended early");
            },
            () = abort.cancelled() => {}
        }
        metrics::gauge!("oneroom_connections").decrement(1.0);
        drop(place);
    });
}

async fn connection(door: Door, stream: TcpStream, peer: SocketAddr, watcher: Watcher) -> io::Result<()> {
    stream.set_nodelay(true)?;
    match door.tls {
        None => {
            let protocol = timeout(OPENING_TIMEOUT, spoken_on(&stream)).await??;
            http(protocol, stream, peer, door.router, watcher).await
        }
        Some(acceptor) => {
            let stream = timeout(OPENING_TIMEOUT, acceptor.accept(stream)).await??;
            let chosen = stream.get_ref().1.alpn_protocol();
            let protocol = if chosen == Some(b"h2") { Protocol::Http2 } else { Protocol::Http1 };
            http(protocol, stream, peer, door.router, watcher).await
        }
    }
}

/// Looks at the first bytes without taking them.
async fn spoken_on(stream: &TcpStream) -> io::Result<Protocol> {
    let mut first = [0u8; HTTP2_PREFACE.len()];
    loop {
        let seen = stream.peek(&mut first).await?;
        if seen == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if first[..seen] != HTTP2_PREFACE[..seen] {
            return Ok(Protocol::Http1);
        }
        if seen == HTTP2_PREFACE.len() {
            return Ok(Protocol::Http2);
        }
        tokio::time::sleep(PREFACE_PAUSE).await;
    }
}

async fn http<S>(protocol: Protocol, stream: S, peer: SocketAddr, router: Router, watcher: Watcher) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let service = hyper::service::service_fn(move |mut request: http::Request<Incoming>| {
        request.extensions_mut().insert(Peer(peer));
        router.clone().oneshot(request)
    });
    let builder = builder(protocol);
    let connection = builder.serve_connection_with_upgrades(TokioIo::new(stream), service);
    watcher.watch(connection).await.map_err(io::Error::other)
}

fn builder(protocol: Protocol) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(OPENING_TIMEOUT)
        .keep_alive(true)
        .max_headers(MAX_HEADERS)
        .max_buf_size(MAX_HTTP1_BUFFER);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(PING_EVERY)
        .keep_alive_timeout(PING_TIMEOUT)
        .max_concurrent_streams(MAX_STREAMS)
        .max_header_list_size(MAX_HEADER_BYTES)
        .max_send_buf_size(MAX_HTTP2_SEND_BUFFER)
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW);
    match protocol {
        Protocol::Http1 => builder.http1_only(),
        Protocol::Http2 => builder.http2_only(),
    }
}
