//! The null server's WebSockets: the handshake, a welcome, and then the frames it is given.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use futures_util::{SinkExt, StreamExt};
use http::header::{CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL, UPGRADE};
use http::{HeaderValue, StatusCode};
use hyper_util::rt::TokioIo;
use parking_lot::Mutex;
use prost::Message as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::Role;
use wire::v1alpha1::watch_client_frame::Frame as Said;
use wire::v1alpha1::watch_response::Frame;
use wire::v1alpha1::{Snapshot, WatchClientFrame, WatchResponse};

/// Frames that wait for one socket at most.
const QUEUE: usize = 256;

/// The sockets that are open: units' devices, and consoles.
#[derive(Default)]
pub(super) struct Sockets {
    open: Mutex<Vec<mpsc::Sender<Message>>>,
    consoles: Mutex<Vec<mpsc::Sender<Message>>>,
    next: AtomicUsize,
}

impl Sockets {
    /// Gives a frame to the next device in turn.
    pub(super) async fn send(&self, frame: &WatchResponse) {
        let message = Message::Binary(frame.encode_to_vec().into());
        let socket = {
            let open = self.open.lock();
            let turn = self.next.fetch_add(1, Ordering::Relaxed).checked_rem(open.len());
            turn.and_then(|turn| open.get(turn).cloned())
        };
        if let Some(socket) = socket {
            // A viewer that has gone gets nothing.
            let _ = socket.send(message).await;
        }
    }

    /// Gives the same bytes to every console.
    pub(super) fn tell_consoles(&self, frame: &Message) {
        // One that does not keep up, or has gone, gets nothing.
        self.consoles.lock().iter().for_each(|console| drop(console.try_send(frame.clone())));
    }
}

/// Answers the handshake of RFC 6455; always `oneroom.pb`.
pub(super) async fn upgrade(State(sockets): State<Arc<Sockets>>, mut request: Request) -> Response {
    let mut response = Response::new(Body::empty());
    let key = request.headers().get(SEC_WEBSOCKET_KEY).map(|key| derive_accept_key(key.as_bytes()));
    let Some(accept) = key.and_then(|key| HeaderValue::from_str(&key).ok()) else {
        *response.status_mut() = StatusCode::BAD_REQUEST;
        return response;
    };
    let upgraded = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        if let Ok(upgraded) = upgraded.await {
            serve(WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Server, None).await, &sockets).await;
        }
    });
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static("oneroom.pb"));
    headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
    response
}

async fn serve(mut socket: WebSocketStream<TokioIo<hyper::upgrade::Upgraded>>, sockets: &Sockets) {
    let Some(Ok(Message::Binary(hello))) = socket.next().await else { return };
    let is_console =
        matches!(WatchClientFrame::decode(hello).map(|said| said.frame), Ok(Some(Said::Hello(hello))) if hello.token == "operator");
    let snapshot = Snapshot { first: true, last: true, ..Snapshot::default() };
    let snapshot = WatchResponse { frame: Some(Frame::Snapshot(snapshot)) };
    let (sender, mut frames) = mpsc::channel(QUEUE);
    if is_console { &sockets.consoles } else { &sockets.open }.lock().push(sender);
    if socket.send(Message::Binary(snapshot.encode_to_vec().into())).await.is_err() {
        return;
    }
    loop {
        let goes_on = tokio::select! {
            frame = frames.recv() => match frame {
                Some(frame) => socket.send(frame).await.is_ok(),
                None => false,
            },
            heard = socket.next() => matches!(heard, Some(Ok(_))),
        };
        if !goes_on {
            return;
        }
    }
}
