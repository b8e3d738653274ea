//! Fleets through gateways: a stream each over a connection of its own, paced or as fast as the server answers.

use super::batches::Batches;
use crate::engine::tally::Times;
use futures_util::stream::unfold;
use parking_lot::Mutex;
use prost::bytes::{BufMut, Bytes};
use server::drivers::county::{bearer, cannot};
use server::drivers::link::Link;
use server::exit::Failure;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;
use tonic::Status;
use tonic::codec::{Codec, EncodeBuf, Encoder};
use tonic_prost::{ProstCodec, ProstDecoder};
use wire::v1alpha1::StreamPositionsResponse;

const PATH: &str = "/oneroom.v1alpha1.PositionService/StreamPositions";
/// Batches of a paced gateway that are not answered yet, at most: beyond it the gateway waits and is late.
const UNANSWERED_MAX: usize = 64;

/// Batches that are encoded already go out as they are.
#[derive(Clone, Copy, Default)]
struct Encoded;

impl Encoder for Encoded {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, item: Bytes, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put(item);
        Ok(())
    }
}

impl Codec for Encoded {
    type Encode = Bytes;
    type Decode = StreamPositionsResponse;
    type Encoder = Self;
    type Decoder = ProstDecoder<StreamPositionsResponse>;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self::Decoder {
        ProstCodec::<StreamPositionsResponse, StreamPositionsResponse>::default().decoder()
    }
}

/// How fast fixes go out.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Pace {
    /// So many fixes a second over all gateways, at times fixed before.
    PerSecond(f64),
    /// Each gateway keeps so many batches on the way.
    Window(usize),
}

/// What became of the fixes of all gateways.
#[derive(Default)]
pub(crate) struct Answered {
    pub(crate) accepted: AtomicU64,
    pub(crate) refused: AtomicU64,
    /// Streams that the server ended.
    pub(crate) broken: AtomicU64,
    /// Those of them that it ended with ENHANCE_YOUR_CALM.
    pub(crate) calmed: AtomicU64,
    /// How late batches were sent, by a pace.
    pub(crate) lateness: Mutex<Times>,
}

impl Answered {
    pub(crate) fn accepted(&self) -> u64 {
        self.accepted.load(Ordering::Relaxed)
    }

    pub(crate) fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }

    fn count(&self, answer: &StreamPositionsResponse) {
        let refused = answer.older + answer.future + answer.impossible + answer.unknown_unit + answer.invalid;
        self.accepted.fetch_add(u64::from(answer.accepted), Ordering::Relaxed);
        self.refused.fetch_add(u64::from(refused), Ordering::Relaxed);
    }

    fn broke(&self, status: &Status) {
        let said = format!("{status:?}");
        if self.broken.fetch_add(1, Ordering::Relaxed) == 0 {
            eprintln!("loadtest: a stream of positions was ended, the first of them: {said}");
        }
        self.calmed.fetch_add(u64::from(said.contains("ENHANCE_YOUR_CALM")), Ordering::Relaxed);
    }
}

/// Gateways that stream until they are stopped.
pub(crate) struct Streaming {
    pub(crate) answered: Arc<Answered>,
    stop: CancellationToken,
    tasks: Vec<JoinHandle<()>>,
}

impl Streaming {
    /// Opens a stream for each gateway. Their batches go on where the last run ended.
    pub(crate) async fn start(addr: SocketAddr, token: &str, gateways: &[Arc<Mutex<Batches>>], pace: Pace) -> Result<Self, Failure> {
        let (answered, stop) = (Arc::new(Answered::default()), CancellationToken::new());
        let units: usize = gateways.iter().map(|gateway| gateway.lock().units()).sum();
        let mut tasks = Vec::new();
        for (number, gateway) in gateways.iter().enumerate() {
            let link = Link::open(addr, 1).await.map_err(cannot)?;
            let (request, permits) = {
                let (size, own) = {
                    let gateway = gateway.lock();
                    (gateway.size(), gateway.units())
                };
                let share = own as f64 / units.max(1) as f64;
                let (every, window) = match pace {
                    Pace::PerSecond(rate) => (Some(Duration::from_secs_f64(size as f64 / (rate * share).max(1e-6))), UNANSWERED_MAX),
                    Pace::Window(window) => (None, window),
                };
                let permits = Arc::new(Semaphore::new(window));
                // Gateways don't send in step.
                let first = every.map(|every| Instant::now() + every.mul_f64(number as f64 / gateways.len() as f64));
                let outgoing = Outgoing {
                    batches: Arc::clone(gateway),
                    permits: Arc::clone(&permits),
                    stop: stop.clone(),
                    answered: Arc::clone(&answered),
                    next: first.zip(every),
                };
                (bearer(token)?.request(unfold(outgoing, Outgoing::next)), permits)
            };
            tasks.push(tokio::spawn(hear(link, request, permits, Arc::clone(&answered))));
        }
        Ok(Self { answered, stop, tasks })
    }

    /// Ends the streams and waits for what is still on its way.
    pub(crate) async fn stop(self) -> Arc<Answered> {
        self.stop.cancel();
        for task in self.tasks {
            // A task ends with its stream; it does not panic.
            let _ = task.await;
        }
        self.answered
    }
}

/// What a gateway sends next, and when.
struct Outgoing {
    batches: Arc<Mutex<Batches>>,
    permits: Arc<Semaphore>,
    stop: CancellationToken,
    answered: Arc<Answered>,
    next: Option<(Instant, Duration)>,
}

impl Outgoing {
    async fn next(mut self) -> Option<(Bytes, Self)> {
        let due = async {
            if let Some((at, _)) = self.next {
                sleep_until(at).await;
            }
            self.permits.acquire().await.map(tokio::sync::SemaphorePermit::forget).is_ok()
        };
        let goes_on = tokio::select! {
            goes_on = due => goes_on,
            () = self.stop.cancelled() => false,
        };
        if !goes_on {
            return None;
        }
        if let Some((at, every)) = &mut self.next {
            self.answered.lateness.lock().record(at.elapsed());
            *at += *every;
        }
        let batch = self.batches.lock().encode();
        Some((batch, self))
    }
}

async fn hear<S>(link: Link, request: tonic::Request<S>, permits: Arc<Semaphore>, answered: Arc<Answered>)
where
    S: futures_util::Stream<Item = Bytes> + Send + 'static,
{
    let stream = async {
        let mut client = tonic::client::Grpc::new(link.channel());
        client.ready().await.map_err(|error| Status::unavailable(error.to_string()))?;
        let path = http::uri::PathAndQuery::from_static(PATH);
        let mut answers = client.streaming(request, path, Encoded).await?.into_inner();
        while let Some(answer) = answers.message().await? {
            answered.count(&answer);
            permits.add_permits(1);
        }
        Ok::<(), Status>(())
    };
    if let Err(status) = stream.await {
        answered.broke(&status);
    }
}
