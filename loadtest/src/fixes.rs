//! The gateway: one stream that reports every unit over and over, at a fixed rate.

use crate::ready::Ready;
use serde::Serialize;
use server::drivers::clock::{now, on_the_wire};
use server::drivers::link::Bearer;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use tonic::Status;
use tonic::transport::Channel;
use wire::v1alpha1::position_service_client::PositionServiceClient;
use wire::v1alpha1::{Datum, StreamPositionsRequest};

/// Fixes in one batch.
pub(crate) const BATCH: usize = 250;
/// Batches that wait for the connection at most; beyond it the stream falls behind and says so by its rate.
const QUEUE: usize = 64;
/// A unit moves this much from one of its fixes to the next, in degrees × 10⁷: about a decimetre.
const STEP_E7: i32 = 10;
/// A unit turns back after this many steps.
const STEPS: u64 = 100;

/// What became of the fixes.
#[derive(Default, Clone, Copy, Serialize)]
pub(crate) struct FixCount {
    pub(crate) accepted: u64,
    pub(crate) refused: u64,
}

/// Streams until `stop`.
pub(crate) async fn stream(
    channel: Channel,
    bearer: Bearer,
    ready: Ready,
    per_second: u32,
    counted: std::sync::Arc<parking_lot::Mutex<FixCount>>,
    stop: CancellationToken,
) -> Result<(), Status> {
    if per_second == 0 {
        return Ok(());
    }
    let (batches, outgoing) = mpsc::channel(QUEUE);
    let mut gateway = Gateway { ready, next: 0, sequence: u64::try_from(now().0).unwrap_or(0), batch_number: 0 };
    // A server may answer only with its first answer: the first batch must be on its way before.
    let _ = batches.try_send(gateway.batch());
    let mut answers =
        PositionServiceClient::new(channel).stream_positions(bearer.request(ReceiverStream::new(outgoing))).await?.into_inner();
    let sending = async {
        let (begin, every) = (Instant::now(), Duration::from_secs_f64(BATCH as f64 / f64::from(per_second)));
        let mut sent = 0u32;
        while !stop.is_cancelled() {
            sent += 1;
            sleep_until(begin + every * sent).await;
            if batches.send(gateway.batch()).await.is_err() {
                break;
            }
        }
        drop(batches);
    };
    let hearing = async {
        while let Some(answer) = answers.message().await? {
            let mut counted = counted.lock();
            counted.accepted += u64::from(answer.accepted);
            counted.refused += u64::from(answer.older + answer.future + answer.impossible + answer.unknown_unit + answer.invalid);
        }
        Ok(())
    };
    tokio::join!(sending, hearing).1
}

struct Gateway {
    ready: Ready,
    next: usize,
    sequence: u64,
    batch_number: u64,
}

impl Gateway {
    fn batch(&mut self) -> StreamPositionsRequest {
        self.batch_number += 1;
        let at = now();
        let mut batch = StreamPositionsRequest {
            batch_number: self.batch_number,
            sent_at: Some(on_the_wire(at)),
            datum: Datum::Wgs84 as i32,
            ..StreamPositionsRequest::default()
        };
        for _ in 0..BATCH {
            let Some(unit) = self.ready.units.get(self.next) else { break };
            self.next = (self.next + 1) % self.ready.units.len();
            self.sequence += 1;
            let step = i32::try_from((self.sequence / self.ready.units.len() as u64) % STEPS).unwrap_or(0);
            batch.unit_ids.push(unit.unit_id.clone());
            batch.lat_e7.push(unit.lat_e7 + step * STEP_E7);
            batch.lon_e7.push(unit.lon_e7);
            batch.fix_time_ms.push(at.0);
            batch.sequences.push(self.sequence);
        }
        batch
    }
}
