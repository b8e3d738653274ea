//! A session over a WebSocket: binary protobuf or JSON by its subprotocol.

use crate::frame::{Format, socket_message};
use crate::hub::Hub;
use crate::session::{self, End, Outgoing, Sink};
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use prost::Message as _;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use wire::v1alpha1::WatchClientFrame;
use wire::v1alpha1::watch_client_frame::Frame as ClientFrame;

/// Largest message a viewer may send, in bytes.
pub const MAX_MESSAGE_BYTES: usize = 64 * 1024;
/// A viewer must say hello within this, in milliseconds.
const HELLO_WITHIN_MS: u64 = 10_000;
/// A viewer that takes no bytes for this long is gone, in milliseconds.
const WRITE_WITHIN_MS: u64 = 10_000;
/// A viewer that is told to go is gone after this, in milliseconds, whether it has read why or not.
const PART_WITHIN_MS: u64 = 1_000;
/// Bytes of such a viewer that are thrown away at most.
const PART_BYTES: u64 = 1 << 20;
/// Why a viewer that sends too much is told to go.
const TOO_LARGE: &str = "the message is over 64 KiB";
/// Frames of a viewer that wait at most; it sends few.
const INBOUND_LIMIT: usize = 64;

struct SocketSink<'a, T> {
    socket: &'a mut SplitSink<WebSocketStream<T>, Message>,
    format: Format,
}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> SocketSink<'_, T> {
    async fn write(&mut self, message: Message) -> bool {
        metrics::counter!("oneroom_watch_bytes_total").increment(message.len() as u64);
        let sent = tokio::time::timeout(Duration::from_millis(WRITE_WITHIN_MS), self.socket.send(message)).await;
        matches!(sent, Ok(Ok(())))
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Sink for SocketSink<'_, T> {
    async fn send(&mut self, frame: Outgoing) -> bool {
        let message = match &frame {
            Outgoing::Own(message) => socket_message(message, self.format),
            Outgoing::Shared(shared) => shared.socket_message(self.format),
        };
        self.write(message).await
    }
}

/// Serves one WebSocket until its viewer goes away or the hub stops. The handshake, its Origin and its subprotocol were checked
/// by the server.
pub async fn serve_socket<T>(socket: WebSocketStream<T>, format: Format, hub: Arc<Hub>)
where
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut outbound, mut inbound) = socket.split();
    let hello = match tokio::time::timeout(Duration::from_millis(HELLO_WITHIN_MS), hear(&mut inbound, format)).await {
        Ok(Heard::Frame(ClientFrame::Hello(hello))) => hello,
        Ok(Heard::Frame(_)) => return close(&mut outbound, CloseCode::Policy, "expected hello first").await,
        Ok(Heard::Malformed(why)) => return part(outbound, inbound, CloseCode::Invalid, &why).await,
        Ok(Heard::TooLarge) => return part(outbound, inbound, CloseCode::Size, TOO_LARGE).await,
        Ok(Heard::Gone) => return,
        Err(_) => return close(&mut outbound, CloseCode::Policy, "expected hello within 10 s").await,
    };
    let (sender, frames) = mpsc::channel(INBOUND_LIMIT);
    let mut reader = tokio::spawn(read(inbound, format, sender));
    let mut sink = SocketSink { socket: &mut outbound, format };
    let why = match session::run(&hub, hello, None, &mut sink, frames).await {
        End::Refused(reason) => Some((CloseCode::Policy, reason)),
        End::Stopping => Some((CloseCode::Away, "the server is stopping, connect again")),
        End::Gone => None,
    };
    if let Some((code, reason)) = why {
        close(&mut outbound, code, reason).await;
    }
    // The reader ends with the session, or when the viewer answers the close. One that does not is not waited for.
    match tokio::time::timeout(Duration::from_millis(PART_WITHIN_MS), &mut reader).await {
        Ok(Ok((inbound, Some((code, reason))))) if why.is_none() => part(outbound, inbound, code, &reason).await,
        Ok(_) => {}
        Err(_) => reader.abort(),
    }
}

enum Heard {
    Frame(ClientFrame),
    Malformed(String),
    TooLarge,
    Gone,
}

/// Passes the viewer's frames on; gives the socket's half back, and how to close when a frame can't be taken.
async fn read<T>(
    mut inbound: SplitStream<WebSocketStream<T>>,
    format: Format,
    sender: mpsc::Sender<ClientFrame>,
) -> (SplitStream<WebSocketStream<T>>, Option<(CloseCode, String)>)
where
    T: AsyncRead + AsyncWrite + Unpin,
{
    let why = loop {
        match hear(&mut inbound, format).await {
            Heard::Frame(frame) => {
                if sender.send(frame).await.is_err() {
                    break None;
                }
            }
            Heard::Gone => break None,
            Heard::Malformed(why) => break Some((CloseCode::Invalid, why)),
            Heard::TooLarge => break Some((CloseCode::Size, TOO_LARGE.to_owned())),
        }
    };
    (inbound, why)
}

async fn hear<T>(inbound: &mut SplitStream<WebSocketStream<T>>, format: Format) -> Heard
where
    T: AsyncRead + AsyncWrite + Unpin,
{
    use tokio_tungstenite::tungstenite::Error;
    loop {
        let decoded = match inbound.next().await {
            Some(Ok(Message::Binary(bytes))) if format == Format::Protobuf => {
                WatchClientFrame::decode(bytes).map_err(|error| error.to_string())
            }
            Some(Ok(Message::Text(text))) if format == Format::Json => {
                serde_json::from_str::<WatchClientFrame>(&text).map_err(|error| error.to_string())
            }
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
            Some(Ok(Message::Binary(_))) => return Heard::Malformed("expected JSON text, as oneroom.json says".to_owned()),
            Some(Ok(Message::Text(_))) => return Heard::Malformed("expected binary protobuf, as oneroom.pb says".to_owned()),
            Some(Ok(Message::Close(_) | Message::Frame(_))) | None => return Heard::Gone,
            Some(Err(Error::Capacity(_))) => return Heard::TooLarge,
            Some(Err(_)) => return Heard::Gone,
        };
        return match decoded.map(|frame| frame.frame) {
            Ok(Some(frame)) => Heard::Frame(frame),
            Ok(None) => Heard::Malformed("expected one of hello, setViewport, seen, credit".to_owned()),
            Err(why) => Heard::Malformed(why),
        };
    }
}

/// Longest reason of a close frame, in bytes: RFC 6455 leaves 123 after the code.
const MAX_REASON_BYTES: usize = 123;

async fn close<T>(outbound: &mut SplitSink<WebSocketStream<T>, Message>, code: CloseCode, reason: &str)
where
    T: AsyncRead + AsyncWrite + Unpin,
{
    let cut = (0..=reason.len().min(MAX_REASON_BYTES)).rev().find(|at| reason.is_char_boundary(*at)).unwrap_or(0);
    let frame = CloseFrame { code, reason: reason.get(..cut).unwrap_or_default().to_owned().into() };
    let _ = tokio::time::timeout(Duration::from_millis(WRITE_WITHIN_MS), outbound.send(Message::Close(Some(frame)))).await;
}

/// Says why, and throws away what the viewer still sends: a socket that is closed over unread bytes is reset, and the viewer
/// would see the reset instead of the reason (RFC 6455 § 7.1.1).
async fn part<T>(
    mut outbound: SplitSink<WebSocketStream<T>, Message>,
    inbound: SplitStream<WebSocketStream<T>>,
    code: CloseCode,
    reason: &str,
) where
    T: AsyncRead + AsyncWrite + Unpin,
{
    close(&mut outbound, code, reason).await;
    let Ok(mut socket) = outbound.reunite(inbound) else { return };
    let stream = socket.get_mut();
    let drained = async {
        let _ = stream.shutdown().await;
        tokio::io::copy(&mut stream.take(PART_BYTES), &mut tokio::io::sink()).await
    };
    let _ = tokio::time::timeout(Duration::from_millis(PART_WITHIN_MS), drained).await;
}
