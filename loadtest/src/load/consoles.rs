//! Consoles: sockets that watch. Whatever comes is counted and thrown away.

use futures_util::{SinkExt, StreamExt, TryStreamExt, stream};
use prost::Message as _;
use server::drivers::county::cannot;
use server::exit::Failure;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Bytes, Message};
use tokio_util::sync::CancellationToken;
use wire::v1alpha1::watch_client_frame::Frame as ClientFrame;
use wire::v1alpha1::watch_response::Frame;
use wire::v1alpha1::{Viewport, WatchClientFrame, WatchRequest, WatchResponse};

/// Sockets that are opened at the same time.
const AT_ONCE: usize = 32;
/// Bytes read at once: many sockets are open.
const READ_BUFFER_BYTES: usize = 4 << 10;
/// First byte of a frame with changed resources: field 3 of `WatchResponse`, with a length.
pub(crate) const DELTA: u8 = 3 << 3 | 2;
/// First byte of a frame with fixes: field 5.
pub(crate) const FIXES: u8 = 5 << 3 | 2;

/// A console's socket, as anybody's server speaks it.
pub(crate) type Socket = WebSocketStream<TcpStream>;

/// Where and how consoles connect.
#[derive(Clone)]
pub(crate) struct Entrance {
    pub(crate) addr: SocketAddr,
    pub(crate) path: &'static str,
    /// The subprotocol, for servers that want one.
    pub(crate) protocol: Option<&'static str>,
    /// What is said first, for servers that want that, and then waits for a whole snapshot.
    pub(crate) hello: Option<Bytes>,
}

impl Entrance {
    /// The live stream of OneRoom for the holder of a token.
    pub(crate) fn watch(addr: SocketAddr, token: &str, viewport: Option<Viewport>) -> Self {
        let hello = WatchRequest { token: token.to_owned(), viewport, ..WatchRequest::default() };
        let hello = WatchClientFrame { frame: Some(ClientFrame::Hello(hello)) }.encode_to_vec().into();
        Self { addr, path: "/v1alpha1/watch", protocol: Some("oneroom.pb"), hello: Some(hello) }
    }

    /// Opens one socket, and reads until it has everything.
    pub(crate) async fn open(&self) -> Result<Socket, Failure> {
        let mut request = format!("ws://{}{}", self.addr, self.path).into_client_request().map_err(cannot)?;
        if let Some(protocol) = self.protocol {
            request.headers_mut().insert("sec-websocket-protocol", http::HeaderValue::from_static(protocol));
        }
        let stream = TcpStream::connect(self.addr).await.map_err(cannot)?;
        stream.set_nodelay(true).map_err(cannot)?;
        let config = WebSocketConfig::default().read_buffer_size(READ_BUFFER_BYTES).write_buffer_size(0);
        let (mut socket, _) = tokio_tungstenite::client_async_with_config(request, stream, Some(config)).await.map_err(cannot)?;
        let Some(hello) = self.hello.clone() else { return Ok(socket) };
        socket.send(Message::Binary(hello)).await.map_err(cannot)?;
        loop {
            let message = socket.next().await.ok_or_else(|| cannot("a console's socket was closed"))?.map_err(cannot)?;
            match message {
                Message::Binary(bytes) => {
                    if let Some(Frame::Snapshot(snapshot)) = WatchResponse::decode(bytes).map_err(cannot)?.frame
                        && snapshot.last
                    {
                        return Ok(socket);
                    }
                }
                Message::Close(why) => return Err(cannot(format!("a console's socket was closed: {why:?}"))),
                _ => {}
            }
        }
    }
}

/// What consoles have got.
#[derive(Default)]
pub(crate) struct Heard {
    pub(crate) frames: AtomicU64,
    pub(crate) bytes: AtomicU64,
    /// Frames that begin with [`DELTA`], and their bytes.
    pub(crate) deltas: AtomicU64,
    pub(crate) delta_bytes: AtomicU64,
    /// Frames that begin with [`FIXES`].
    pub(crate) fixes: AtomicU64,
    /// Sockets that ended before they were told to.
    pub(crate) lost: AtomicU64,
}

impl Heard {
    pub(crate) fn deltas(&self) -> u64 {
        self.deltas.load(Ordering::Relaxed)
    }

    fn count(&self, frame: &Bytes) {
        let length = frame.len() as u64;
        self.frames.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(length, Ordering::Relaxed);
        match frame.first() {
            Some(&DELTA) => {
                self.deltas.fetch_add(1, Ordering::Relaxed);
                self.delta_bytes.fetch_add(length, Ordering::Relaxed);
            }
            Some(&FIXES) => drop(self.fixes.fetch_add(1, Ordering::Relaxed)),
            _ => {}
        }
    }
}

/// Open consoles; closed when dropped.
pub(crate) struct Consoles {
    pub(crate) heard: Arc<Heard>,
    stop: CancellationToken,
    tasks: Vec<JoinHandle<()>>,
}

impl Consoles {
    /// Opens `count` consoles; all have their snapshot when it returns.
    pub(crate) async fn open(entrance: &Entrance, count: usize) -> Result<Self, Failure> {
        let (heard, stop) = (Arc::new(Heard::default()), CancellationToken::new());
        let opening = (0..count).map(|_| {
            let (heard, stop) = (Arc::clone(&heard), stop.clone());
            async move { Ok::<_, Failure>(tokio::spawn(read(entrance.open().await?, heard, stop))) }
        });
        let tasks = stream::iter(opening).buffer_unordered(AT_ONCE).try_collect().await?;
        Ok(Self { heard, stop, tasks })
    }

    /// Closes them and waits until they are.
    pub(crate) async fn close(mut self) {
        self.stop.cancel();
        for task in std::mem::take(&mut self.tasks) {
            let _ = task.await;
        }
    }
}

impl Drop for Consoles {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

async fn read(mut socket: Socket, heard: Arc<Heard>, stop: CancellationToken) {
    loop {
        let message = tokio::select! {
            message = socket.next() => message,
            () = stop.cancelled() => break,
        };
        match message {
            Some(Ok(Message::Binary(frame))) => heard.count(&frame),
            Some(Ok(Message::Close(_)) | Err(_)) | None => {
                heard.lost.fetch_add(1, Ordering::Relaxed);
                return;
            }
            Some(Ok(_)) => {}
        }
    }
    // Whoever is left on the other side need not wait for it.
    let _ = socket.close(None).await;
}
