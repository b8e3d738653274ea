//! A viewer of the live stream over a WebSocket, in either form, and the picture it builds of the room.

use super::house::{LOG, PATIENCE};
use futures_util::{SinkExt, StreamExt};
use prost::Message as _;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};
use wire::v1alpha1::resource::Resource as Kind;
use wire::v1alpha1::watch_client_frame::Frame as ClientFrame;
use wire::v1alpha1::watch_response::Frame;
use wire::v1alpha1::{Resource, ResumePoint, WatchClientFrame, WatchRequest, WatchResponse};

/// How the frames are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Form {
    Json,
    Protobuf,
}

/// A connected viewer.
pub(crate) struct Viewer {
    pub(crate) socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    form: Form,
}

impl Viewer {
    /// Connects; says nothing yet.
    pub(crate) async fn connect(address: SocketAddr, form: Form) -> Self {
        let mut request = format!("ws://{address}/v1alpha1/watch").into_client_request().unwrap();
        let spoken = if form == Form::Json { "oneroom.json" } else { "oneroom.pb" };
        request.headers_mut().insert("sec-websocket-protocol", spoken.parse().unwrap());
        let (socket, answer) = tokio_tungstenite::connect_async(request).await.unwrap();
        assert_eq!(answer.headers()["sec-websocket-protocol"], spoken);
        Self { socket, form }
    }

    /// Connects and says hello, from `resume` on.
    pub(crate) async fn hello(address: SocketAddr, form: Form, token: &str, resume: Option<ResumePoint>) -> Self {
        let mut viewer = Self::connect(address, form).await;
        let hello = WatchRequest { token: token.to_owned(), resume: resume.into_iter().collect(), ..WatchRequest::default() };
        viewer.say(ClientFrame::Hello(hello)).await;
        viewer
    }

    pub(crate) async fn say(&mut self, frame: ClientFrame) {
        let frame = WatchClientFrame { frame: Some(frame) };
        let message = match self.form {
            Form::Json => Message::Text(serde_json::to_string(&frame).unwrap().into()),
            Form::Protobuf => Message::Binary(frame.encode_to_vec().into()),
        };
        self.socket.send(message).await.unwrap();
    }

    /// The next frame that is neither a heartbeat nor fixes.
    pub(crate) async fn next(&mut self) -> Frame {
        loop {
            match self.next_of_any().await {
                Frame::Heartbeat(_) | Frame::Fixes(_) => {}
                frame => return frame,
            }
        }
    }

    /// The next frame.
    pub(crate) async fn next_of_any(&mut self) -> Frame {
        loop {
            let message = tokio::time::timeout(PATIENCE, self.socket.next()).await.expect("no frame came").unwrap().unwrap();
            let frame: WatchResponse = match (self.form, message) {
                (Form::Json, Message::Text(text)) => serde_json::from_str(&text).unwrap(),
                (Form::Protobuf, Message::Binary(bytes)) => WatchResponse::decode(bytes).unwrap(),
                (_, Message::Ping(_) | Message::Pong(_)) => continue,
                (form, other) => panic!("{form:?}: {other:?}"),
            };
            return frame.frame.expect("an empty frame");
        }
    }
}

/// What a viewer knows of its log.
#[derive(Clone, Default)]
pub(crate) struct Picture {
    pub(crate) seq: u64,
    pub(crate) hash: String,
    pub(crate) things: BTreeMap<String, Resource>,
    pub(crate) snapshots: usize,
    pub(crate) deltas: usize,
    pub(crate) resyncs: Vec<String>,
    whole: bool,
}

impl Picture {
    /// Where to go on from; none before the first whole snapshot.
    pub(crate) fn point(&self) -> Option<ResumePoint> {
        self.whole.then(|| ResumePoint { log_id: LOG.to_owned(), seq: self.seq, hash: self.hash.clone() })
    }

    /// Takes a frame in. A delta that does not begin where the picture ends is a gap or a repetition, and fails.
    pub(crate) fn take(&mut self, frame: Frame) {
        match frame {
            Frame::Snapshot(part) => {
                if part.first {
                    self.things.clear();
                    self.whole = false;
                    self.snapshots += 1;
                }
                (self.seq, self.hash) = (part.seq, part.hash);
                self.merge(part.resources);
                self.whole = part.last;
            }
            Frame::Delta(delta) => {
                assert_eq!(delta.prev_seq, self.seq, "a gap or a repetition before {}", delta.seq);
                assert!(delta.seq > delta.prev_seq, "a delta that goes nowhere: {delta:?}");
                (self.seq, self.hash) = (delta.seq, delta.hash);
                self.merge(delta.changed);
                self.deltas += 1;
            }
            Frame::Advance(advance) => {
                assert_eq!(advance.prev_seq, self.seq, "a gap or a repetition before {}", advance.through_seq);
                (self.seq, self.hash) = (advance.through_seq, advance.hash);
            }
            Frame::Resync(resync) => self.resyncs.push(resync.reason),
            Frame::Welcome(_) | Frame::Heartbeat(_) | Frame::Fixes(_) => {}
        }
    }

    fn merge(&mut self, resources: Vec<Resource>) {
        self.things.extend(resources.into_iter().map(|resource| (key(&resource), resource)));
    }

    /// Reads frames until the first snapshot is whole.
    pub(crate) async fn of(viewer: &mut Viewer) -> Self {
        let mut picture = Self::default();
        while !picture.whole {
            picture.take(viewer.next().await);
        }
        picture
    }

    /// Reads frames until the picture is at `seq` or later.
    pub(crate) async fn until(&mut self, viewer: &mut Viewer, seq: u64) {
        while !self.whole || self.seq < seq {
            self.take(viewer.next().await);
        }
    }
}

fn key(resource: &Resource) -> String {
    match resource.resource.as_ref().expect("an empty resource") {
        Kind::Incident(incident) => format!("incident {}", incident.incident_id),
        Kind::Assignment(assignment) => format!("assignment {}", assignment.assignment_id),
        Kind::Unit(unit) => format!("unit {}", unit.unit_id),
        Kind::Alarm(alarm) => format!("alarm {}", alarm.alarm_id),
        Kind::Whistle(whistle) => format!("whistle {}", whistle.whistle_id),
        Kind::Shift(shift) => format!("shift {}", shift.shift_id),
        Kind::Wartime(mode) => format!("wartime {}", mode.area_id),
        Kind::PremiseNote(note) => format!("premise note {}", note.premise_note_id),
    }
}
