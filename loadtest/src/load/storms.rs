//! Reconnect storms: consoles that lose their connection at the same moment, and all come back at once.

use super::consoles::{Consoles, Entrance};
use super::scenario::Storm;
use crate::engine::tally::Times;
use futures_util::{StreamExt, stream};
use server::exit::Failure;
use std::time::Duration;
use tokio::time::Instant;

/// A console that is not back in this time is given up: what the server must have recovered in.
const BACK_WITHIN: Duration = Duration::from_secs(60);

/// What became of one storm.
#[derive(Default)]
pub(crate) struct Aftermath {
    /// From the cut until each console had its whole picture again.
    pub(crate) back: Times,
    /// Consoles that did not come back.
    pub(crate) lost: u64,
}

/// Opens the storm's consoles; once `calls_began` and the storm's time have come, cuts and reconnects all of them.
pub(crate) async fn run(entrance: Entrance, storm: &Storm, calls_begin: Instant) -> Result<Aftermath, Failure> {
    let before = Consoles::open(&entrance, storm.consoles).await?;
    tokio::time::sleep_until(calls_begin + Duration::from_secs_f64(storm.at_s)).await;
    drop(before);
    let cut = Instant::now();
    let returning = (0..storm.consoles).map(|_| async { tokio::time::timeout(BACK_WITHIN, entrance.open()).await });
    let mut aftermath = Aftermath::default();
    let mut open = Vec::new();
    let mut returned = stream::iter(returning).buffer_unordered(storm.consoles);
    while let Some(result) = returned.next().await {
        match result {
            Ok(Ok(socket)) => {
                aftermath.back.record(cut.elapsed());
                open.push(socket);
            }
            Ok(Err(_)) | Err(_) => aftermath.lost += 1,
        }
    }
    Ok(aftermath)
}
