//! One frame of the stream, encoded once per form and shared.

use bytes::Bytes;
use prost::Message as _;
use std::sync::{Arc, OnceLock};
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};
use wire::v1alpha1::WatchResponse;

/// The form of the frames on a WebSocket, chosen by its subprotocol.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// `oneroom.pb`: binary protobuf.
    Protobuf,
    /// `oneroom.json`: the same frames as proto3 JSON.
    Json,
}

/// A frame that several viewers share.
pub(crate) struct SharedFrame {
    /// The sequence number before it.
    pub(crate) prev_seq: u64,
    /// The sequence number after it.
    pub(crate) seq: u64,
    message: WatchResponse,
    protobuf: OnceLock<Bytes>,
    json: OnceLock<Utf8Bytes>,
}

impl SharedFrame {
    pub(crate) fn new(prev_seq: u64, seq: u64, message: WatchResponse) -> Arc<Self> {
        Arc::new(Self { prev_seq, seq, message, protobuf: OnceLock::new(), json: OnceLock::new() })
    }

    pub(crate) fn message(&self) -> &WatchResponse {
        &self.message
    }

    /// The WebSocket message, encoded by whoever needs it first.
    pub(crate) fn socket_message(&self, format: Format) -> Message {
        match format {
            Format::Protobuf => Message::Binary(self.protobuf.get_or_init(|| self.message.encode_to_vec().into()).clone()),
            Format::Json => Message::Text(self.json.get_or_init(|| to_json(&self.message)).clone()),
        }
    }
}

/// A WebSocket message of a frame for one viewer.
pub(crate) fn socket_message(message: &WatchResponse, format: Format) -> Message {
    match format {
        Format::Protobuf => Message::Binary(message.encode_to_vec().into()),
        Format::Json => Message::Text(to_json(message)),
    }
}

fn to_json(message: &WatchResponse) -> Utf8Bytes {
    // Generated messages have no keys or floats that JSON can't hold.
    serde_json::to_string(message).unwrap_or_else(|_| "{}".to_owned()).into()
}
