//! The WebSocket at `/v1alpha1/watch`: the handshake of RFC 6455, then the stream takes over.

use super::Peer;
use super::web::Web;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use futures_util::future::BoxFuture;
use http::header::{CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION, UPGRADE};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

/// Bytes of one message or frame from a viewer, at most; a larger one ends the socket.
pub const MAX_MESSAGE_BYTES: usize = 64 << 10;
/// Bytes that wait for one viewer, at most.
pub const MAX_WAITING_BYTES: usize = 1 << 20;
/// Read buffer of one socket: viewers say little, and there are many.
const READ_BUFFER_BYTES: usize = 1 << 10;
/// Bytes gathered before they are written to the socket.
const WRITE_BUFFER_BYTES: usize = 4 << 10;

/// A viewer's socket.
pub type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// What serves a viewer until it goes or the server stops.
pub type ServeSocket = Arc<dyn Fn(Socket, Subprotocol, SocketAddr) -> BoxFuture<'static, ()> + Send + Sync>;

/// How frames are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Subprotocol {
    /// `oneroom.pb`: protobuf in binary messages.
    Protobuf,
    /// `oneroom.json`: proto3 JSON in text messages.
    Json,
}

impl Subprotocol {
    /// The name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Protobuf => "oneroom.pb",
            Self::Json => "oneroom.json",
        }
    }

    /// The first of the offered ones that is spoken here.
    fn choose(headers: &HeaderMap) -> Option<Self> {
        let offered = headers.get_all(SEC_WEBSOCKET_PROTOCOL).iter().filter_map(|value| value.to_str().ok());
        offered.flat_map(|list| list.split(',')).find_map(|name| match name.trim() {
            "oneroom.pb" => Some(Self::Protobuf),
            "oneroom.json" => Some(Self::Json),
            _ => None,
        })
    }
}

/// Why a handshake is not completed, and the header that says what would be.
struct Refusal {
    status: StatusCode,
    text: &'static str,
    header: Option<(HeaderName, &'static str)>,
}

impl Refusal {
    const fn bad(text: &'static str) -> Self {
        Self { status: StatusCode::BAD_REQUEST, text, header: None }
    }

    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.text));
        *response.status_mut() = self.status;
        if let Some((name, value)) = self.header {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        response
    }
}

fn has_token(headers: &HeaderMap, name: HeaderName, token: &str) -> bool {
    let values = headers.get_all(name);
    let mut listed = values.iter().filter_map(|value| value.to_str().ok()).flat_map(|list| list.split(','));
    listed.any(|item| item.trim().eq_ignore_ascii_case(token))
}

/// Checks the handshake; gives the subprotocol and the accept key.
fn handshake(method: &Method, headers: &HeaderMap) -> Result<(Subprotocol, String), Refusal> {
    let upgrade = |text, header| Err(Refusal { status: StatusCode::UPGRADE_REQUIRED, text, header: Some(header) });
    if method != Method::GET || !has_token(headers, UPGRADE, "websocket") || !has_token(headers, CONNECTION, "upgrade") {
        return upgrade("expected a WebSocket handshake over HTTP/1.1\n", (UPGRADE, "websocket"));
    }
    if headers.get(SEC_WEBSOCKET_VERSION).is_none_or(|version| version != "13") {
        return upgrade("expected sec-websocket-version: 13\n", (SEC_WEBSOCKET_VERSION, "13"));
    }
    // A key is 16 bytes in base64.
    let key = headers.get(SEC_WEBSOCKET_KEY).map(HeaderValue::as_bytes).filter(|key| key.len() == 24);
    let key = key.ok_or(Refusal::bad("expected a sec-websocket-key of 16 bytes in base64\n"))?;
    let spoken = "expected sec-websocket-protocol oneroom.pb (binary protobuf) or oneroom.json (proto3 JSON)\n";
    let chosen = Subprotocol::choose(headers).ok_or(Refusal::bad(spoken))?;
    Ok((chosen, derive_accept_key(key)))
}

fn limits() -> WebSocketConfig {
    WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(WRITE_BUFFER_BYTES)
        .max_write_buffer_size(MAX_WAITING_BYTES)
        .max_message_size(Some(MAX_MESSAGE_BYTES))
        .max_frame_size(Some(MAX_MESSAGE_BYTES))
}

/// Answers the handshake and lets the stream take over. The origin was checked before.
pub async fn upgrade(State(web): State<Web>, mut request: Request) -> Response {
    let (subprotocol, accept) = match handshake(request.method(), request.headers()) {
        Ok(agreed) => agreed,
        Err(refusal) => return refusal.into_response(),
    };
    let Some(Peer(peer)) = request.extensions().get::<Peer>().copied() else {
        return Refusal { status: StatusCode::INTERNAL_SERVER_ERROR, text: "the connection has no peer\n", header: None }.into_response();
    };
    let upgraded = hyper::upgrade::on(&mut request);
    web.sockets.spawn({
        let serve = Arc::clone(&web.serve_socket);
        async move {
            match upgraded.await {
                Ok(upgraded) => {
                    let stream = WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Server, Some(limits())).await;
                    serve(stream, subprotocol, peer).await;
                }
                Err(error) => tracing::debug!(%error, "a WebSocket upgrade did not complete"),
            }
        }
    });
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(subprotocol.name()));
    if let Ok(accept) = HeaderValue::from_str(&accept) {
        headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_offered_subprotocol_that_is_spoken_here_is_chosen() {
        let of = |values: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(SEC_WEBSOCKET_PROTOCOL, value.parse().unwrap());
            }
            Subprotocol::choose(&headers)
        };
        assert_eq!(of(&["oneroom.pb"]), Some(Subprotocol::Protobuf));
        assert_eq!(of(&["graphql-ws, oneroom.json,oneroom.pb"]), Some(Subprotocol::Json));
        assert_eq!(of(&["x", "oneroom.pb"]), Some(Subprotocol::Protobuf));
        assert_eq!(of(&["ONEROOM.PB"]), None);
        assert_eq!(of(&[]), None);
    }
}
