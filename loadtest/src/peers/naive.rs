//! The naive broadcast: tokio-tungstenite, and a loop that sends the event to one socket after the other. Also what it has in common
//! with every peer that publishes to sockets.

use super::{Contender, Peer, Work, unable};
use crate::child::Server;
use crate::engine::process::Process;
use crate::engine::schedule::{Arrivals, schedule};
use crate::engine::tally::Times;
use crate::figures::{Figures, count};
use crate::load::consoles::{Consoles, DELTA, Entrance, Heard};
use crate::oneroom::any_port;
use crate::ready::Ready;
use crate::rows::sizes::EventSize;
use futures_util::stream::SplitSink;
use futures_util::{SinkExt, StreamExt};
use server::drivers::county::cannot;
use server::exit::Failure;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};

/// What was published has reached everybody within this time.
pub(crate) const DELIVERED_WITHIN: Duration = Duration::from_secs(10);
/// How long consoles are left alone before their memory is looked at.
pub(crate) const SETTLE: Duration = Duration::from_secs(3);

/// A server of sockets that publishes what it is given.
pub(crate) struct Room {
    pub(crate) process: Process,
    pub(crate) watch: Entrance,
    pub(crate) publish: Entrance,
}

/// Events to all consoles; deliveries by each second of the server's processor time.
pub(crate) async fn broadcast(room: &Room, bytes: usize, seconds: f64, events_per_s: f64, consoles: usize) -> Result<Figures, Failure> {
    let watching = Consoles::open(&room.watch, consoles).await?;
    let mut publisher = room.publish.open().await?;
    // It looks like a frame of ours, so that the consoles count it as one.
    let mut event = vec![b'x'; bytes.max(1)];
    event[0] = DELTA;
    let event = tokio_tungstenite::tungstenite::Bytes::from(event);
    let (cpu_us, begin) = (room.process.cpu_us()?, Instant::now());
    let (times, mut lateness) = (schedule(seconds, events_per_s, Arrivals::Even, 0), Times::default());
    for &at in &times {
        sleep_until(begin + at).await;
        lateness.record((begin + at).elapsed());
        publisher.send(Message::Binary(event.clone())).await.map_err(cannot)?;
    }
    let expected = (times.len() * consoles) as u64;
    delivered(&watching.heard, expected).await;
    let figures = broadcast_figures(&watching.heard, expected, begin.elapsed(), room.process.cpu_us()? - cpu_us, &lateness);
    watching.close().await;
    Ok(figures)
}

/// Waits until everything has been delivered.
pub(crate) async fn delivered(heard: &Heard, expected: u64) {
    let begin = Instant::now();
    while heard.deltas() < expected && begin.elapsed() < DELIVERED_WITHIN {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// The figures of a broadcast.
pub(crate) fn broadcast_figures(heard: &Heard, expected: u64, elapsed: Duration, cpu_us: f64, lateness: &Times) -> Figures {
    let deliveries = count(heard.deltas());
    Figures::default()
        .with("deliveries_per_core_s", deliveries / (cpu_us / 1e6).max(1e-9))
        .with("deliveries_per_s", deliveries / elapsed.as_secs_f64())
        .with("deliveries_missing", count(expected.saturating_sub(heard.deltas())))
        .with("bytes_per_delivery", count(heard.delta_bytes.load(Ordering::Relaxed)) / deliveries.max(1.0))
        .with("cpu_percent", cpu_us / 1e4 / elapsed.as_secs_f64())
        .with("load_late_p99_ms", lateness.percentile_ms(99.0))
}

/// Memory of consoles that are connected and get nothing.
pub(crate) async fn idle(room: &Room, consoles: usize) -> Result<Figures, Failure> {
    idle_at(&room.process, &room.watch, consoles).await
}

/// The same of any server.
pub(crate) async fn idle_at(process: &Process, entrance: &Entrance, consoles: usize) -> Result<Figures, Failure> {
    // The first connections make what all share.
    let first = Consoles::open(entrance, 10).await?;
    tokio::time::sleep(SETTLE).await;
    let before = process.resident_bytes()?;
    let watching = Consoles::open(entrance, consoles).await?;
    tokio::time::sleep(SETTLE).await;
    let (bytes, cpu_us) = (process.resident_bytes()? - before, process.cpu_us()?);
    tokio::time::sleep(SETTLE).await;
    let cpu_percent = (process.cpu_us()? - cpu_us) / 1e4 / SETTLE.as_secs_f64();
    let lost = count(watching.heard.lost.load(Ordering::Relaxed));
    watching.close().await;
    first.close().await;
    Ok(Figures::default()
        .with("bytes_per_console", bytes / consoles.max(1) as f64)
        .with("consoles_lost", lost)
        .with("cpu_percent", cpu_percent))
}

/// The naive loop as a peer.
pub(crate) struct Naive {
    room: Room,
    event: EventSize,
    _dir: TempDir,
}

/// A naive loop, started as a child of this program.
pub(crate) fn naive(event: EventSize) -> Result<Contender, Failure> {
    let dir = tempfile::tempdir().map_err(cannot)?;
    let server = Server::start(&["serve-naive"], dir.path())?;
    let entrance = |path| Entrance { addr: server.ready.addr, path, protocol: None, hello: None };
    let (watch, publish) = (entrance("/watch"), entrance("/publish"));
    Ok(Contender::here(Naive { room: Room { process: server.process, watch, publish }, event, _dir: dir }))
}

#[tonic::async_trait]
impl Peer for Naive {
    fn name(&self) -> String {
        "naive loop (tokio-tungstenite 0.29)".to_owned()
    }

    async fn load(&mut self, work: &Work, _: u64) -> Result<Figures, Failure> {
        match *work {
            Work::Broadcast { seconds, events_per_s, consoles } => {
                broadcast(&self.room, self.event.get(), seconds, events_per_s, consoles).await
            }
            _ => Err(unable(&self.name(), work)),
        }
    }
}

type Sinks = Arc<Mutex<Vec<SplitSink<WebSocketStream<TcpStream>, Message>>>>;

/// Serves until the parent goes away.
pub(crate) async fn serve() -> Result<(), Failure> {
    let listener = TcpListener::bind(any_port()).await.map_err(cannot)?;
    let ready = Ready::bare(listener.local_addr().map_err(cannot)?);
    let sinks = Sinks::default();
    let serving = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(connection(stream, Arc::clone(&sinks)));
        }
    });
    let announced = ready.announce().await;
    serving.abort();
    announced
}

async fn connection(stream: TcpStream, sinks: Sinks) {
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let mut publishes = false;
    #[allow(clippy::result_large_err, clippy::unnecessary_wraps)] // the library's own signature
    let path = |request: &Request, response: Response| -> Result<Response, ErrorResponse> {
        publishes = request.uri().path() == "/publish";
        Ok(response)
    };
    let Ok(socket) = tokio_tungstenite::accept_hdr_async(stream, path).await else { return };
    let (sink, mut incoming) = socket.split();
    if !publishes {
        sinks.lock().await.push(sink);
        while let Some(Ok(_)) = incoming.next().await {}
        return;
    }
    while let Some(Ok(message)) = incoming.next().await {
        let mut sinks = sinks.lock().await;
        let mut open = Vec::with_capacity(sinks.len());
        for mut sink in sinks.drain(..) {
            if sink.send(message.clone()).await.is_ok() {
                open.push(sink);
            }
        }
        *sinks = open;
    }
}
