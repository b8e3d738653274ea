//! Follows the live stream of one log as its county's operator, and passes on what crews must hear of.

use super::link::{Bearer, Link};
use super::room::{Change, Room};
use domain::ids::LogId;
use parking_lot::Mutex;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;
use tonic::Status;
use wire::v1alpha1::watch_service_client::WatchServiceClient;
use wire::v1alpha1::{ResumePoint, WatchRequest};

/// Wait before a broken stream is opened again, in milliseconds.
const REOPEN_AFTER_MS: u64 = 500;
/// A stream without a frame for this long is taken for dead, in milliseconds: heartbeats come each second.
const SILENCE_MAX_MS: u64 = 10_000;
/// Largest frame accepted, in bytes: a part of a snapshot.
const FRAME_MAX_BYTES: usize = 16 << 20;

/// A room that others look at while the stream keeps it current.
#[derive(Default)]
pub struct SharedRoom {
    /// The room.
    pub room: Mutex<Room>,
    /// Told after every frame.
    pub changed: Notify,
}

/// Keeps `shared` current until `stop`, from where it stands; opens the stream again when it breaks.
pub async fn follow(
    link: Arc<Link>,
    bearer: Bearer,
    log_id: LogId,
    shared: Arc<SharedRoom>,
    changes: mpsc::Sender<Change>,
    stop: CancellationToken,
) {
    loop {
        let followed = tokio::select! {
            () = stop.cancelled() => return,
            followed = read(&link, &bearer, &log_id, &shared, &changes) => followed,
        };
        if let Err(status) = followed {
            tracing::warn!(code = ?status.code(), "the live stream broke: {}", status.message());
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(Duration::from_millis(REOPEN_AFTER_MS)) => {}
        }
    }
}

async fn read(link: &Link, bearer: &Bearer, log_id: &LogId, shared: &SharedRoom, changes: &mpsc::Sender<Change>) -> Result<(), Status> {
    let resume = {
        let room = shared.room.lock();
        let (seq, hash) = room.at();
        let point = ResumePoint { log_id: log_id.to_string(), seq, hash: hash.to_owned() };
        if room.is_live() { vec![point] } else { Vec::new() }
    };
    let hello = WatchRequest { token: String::new(), resume, log_ids: vec![log_id.to_string()], viewport: None };
    let mut client = WatchServiceClient::new(link.channel()).max_decoding_message_size(FRAME_MAX_BYTES);
    let mut frames = client.watch(bearer.request(hello)).await?.into_inner();
    loop {
        let message = tokio::time::timeout(Duration::from_millis(SILENCE_MAX_MS), frames.message()).await;
        let message = message.map_err(|_| Status::unavailable("no frame and no heartbeat"))??;
        let Some(message) = message else { return Ok(()) };
        let Some(frame) = message.frame else { continue };
        let heard = shared.room.lock().apply(frame);
        shared.changed.notify_one();
        for change in heard {
            if changes.send(change).await.is_err() {
                return Ok(());
            }
        }
    }
}
