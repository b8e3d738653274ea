//! The gateway: gathers the crews' fixes and streams them to the server in batches, the newest of each unit.

use super::clock::on_the_wire;
use super::link::{Bearer, Link};
use domain::ids::UnitId;
use domain::time::Timestamp;
use serde::Serialize;
use sim::crew::Fix;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use tonic::Status;
use wire::v1alpha1::position_service_client::PositionServiceClient;
use wire::v1alpha1::{Datum, StreamPositionsRequest, StreamPositionsResponse};

/// How often a batch goes out, in milliseconds.
const BATCH_EVERY_MS: u64 = 500;
/// Fixes in one batch at most.
const BATCH_MAX: usize = 1_000;
/// Fixes that wait for the gateway at most; beyond it new ones are dropped, the next fix of the unit is newer.
const FIXES_BUFFER: usize = 16_384;
/// Batches that wait for the connection at most.
const BATCHES_BUFFER: usize = 16;
/// Wait before a broken stream is opened again, in milliseconds.
const REOPEN_AFTER_MS: u64 = 1_000;
/// How long the last answers may take once the gateway stops, in milliseconds.
const END_WITHIN_MS: u64 = 5_000;

/// A fix of one unit, by the unit's number in the gateway's list.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct FixReport {
    /// Which unit.
    pub unit: usize,
    /// Where it is.
    pub fix: Fix,
    /// When the fix was taken.
    pub at: Timestamp,
}

/// Where crews leave their fixes.
#[derive(Clone)]
pub struct FixSender(mpsc::Sender<FixReport>);

impl FixSender {
    /// Leaves a fix; with a full buffer it is dropped, because positions are never waited for.
    pub fn report(&self, report: FixReport) {
        let _ = self.0.try_send(report);
    }
}

/// What the server answered to all batches together.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct FixTally {
    /// Batches that were answered.
    pub batches: u64,
    /// Fixes taken.
    pub accepted: u64,
    /// Fixes not taken because a newer one was known.
    pub older: u64,
    /// Fixes set aside because their time was in the future.
    pub future: u64,
    /// Fixes set aside because nobody can move that fast.
    pub impossible: u64,
    /// Fixes of units that are not the sender's to report.
    pub unknown_unit: u64,
    /// Fixes out of range.
    pub invalid: u64,
}

impl FixTally {
    fn add(&mut self, answer: &StreamPositionsResponse) {
        self.batches += 1;
        self.accepted += u64::from(answer.accepted);
        self.older += u64::from(answer.older);
        self.future += u64::from(answer.future);
        self.impossible += u64::from(answer.impossible);
        self.unknown_unit += u64::from(answer.unknown_unit);
        self.invalid += u64::from(answer.invalid);
    }
}

/// A gateway for a list of units.
pub struct Gateway {
    link: Arc<Link>,
    bearer: Bearer,
    unit_ids: Vec<UnitId>,
    fixes: mpsc::Receiver<FixReport>,
    latest: BTreeMap<usize, FixReport>,
    /// Grows with every fix; begins at the clock, so that a gateway that starts again is newer.
    sequence: u64,
    batch_number: u64,
    tally: FixTally,
}

impl Gateway {
    /// A gateway, and where its units leave their fixes.
    #[must_use]
    pub fn new(link: Arc<Link>, bearer: Bearer, unit_ids: Vec<UnitId>) -> (Self, FixSender) {
        let (sender, fixes) = mpsc::channel(FIXES_BUFFER);
        let sequence = u64::try_from(link.now().0).unwrap_or(0);
        let gateway =
            Self { link, bearer, unit_ids, fixes, latest: BTreeMap::new(), sequence, batch_number: 0, tally: FixTally::default() };
        (gateway, FixSender(sender))
    }

    /// Streams until `stop`. A stream that breaks is opened again. `first_answered` is told once the first batch was answered.
    pub async fn run(mut self, stop: CancellationToken, first_answered: oneshot::Sender<()>) -> FixTally {
        let mut first_answered = Some(first_answered);
        while !stop.is_cancelled() {
            if let Err(status) = self.stream(&stop, &mut first_answered).await {
                tracing::warn!(code = ?status.code(), "the position stream broke: {}", status.message());
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = tokio::time::sleep(Duration::from_millis(REOPEN_AFTER_MS)) => {}
                }
            }
        }
        self.tally
    }

    async fn stream(&mut self, stop: &CancellationToken, first_answered: &mut Option<oneshot::Sender<()>>) -> Result<(), Status> {
        let (batches, outgoing) = mpsc::channel(BATCHES_BUFFER);
        let request = self.bearer.request(ReceiverStream::new(outgoing));
        // A server may answer the call only with its first answer: the first batch must be on its way before.
        self.gather();
        for batch in self.batches() {
            let _ = batches.try_send(batch);
        }
        let mut answers = PositionServiceClient::new(self.link.channel()).stream_positions(request).await?.into_inner();
        let mut tick = tokio::time::interval(Duration::from_millis(BATCH_EVERY_MS));
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                answer = answers.message() => match answer? {
                    Some(answer) => {
                        self.tally.add(&answer);
                        first_answered.take().map(|first| first.send(()));
                    }
                    None => return Ok(()),
                },
                _ = tick.tick() => {
                    self.gather();
                    for batch in self.batches() {
                        // A connection that does not keep up loses batches, not memory.
                        let _ = batches.try_send(batch);
                    }
                }
            }
        }
        drop(batches);
        let tally = &mut self.tally;
        let rest = async {
            while let Some(answer) = answers.message().await? {
                tally.add(&answer);
            }
            Ok(())
        };
        tokio::time::timeout(Duration::from_millis(END_WITHIN_MS), rest).await.unwrap_or(Ok(()))
    }

    fn gather(&mut self) {
        while let Ok(report) = self.fixes.try_recv() {
            self.latest.insert(report.unit, report);
        }
    }

    /// What has been gathered, in batches; nothing when nothing has.
    fn batches(&mut self) -> Vec<StreamPositionsRequest> {
        let reports: Vec<FixReport> = std::mem::take(&mut self.latest).into_values().collect();
        reports.chunks(BATCH_MAX).map(|chunk| self.batch(chunk)).collect()
    }

    fn batch(&mut self, reports: &[FixReport]) -> StreamPositionsRequest {
        self.batch_number += 1;
        let mut batch = StreamPositionsRequest {
            batch_number: self.batch_number,
            sent_at: Some(on_the_wire(self.link.now())),
            datum: Datum::Wgs84 as i32,
            ..StreamPositionsRequest::default()
        };
        for report in reports {
            let Some(unit_id) = self.unit_ids.get(report.unit) else { continue };
            self.sequence += 1;
            batch.unit_ids.push(unit_id.to_string());
            batch.lat_e7.push(report.fix.position.lat_e7());
            batch.lon_e7.push(report.fix.position.lon_e7());
            batch.fix_time_ms.push(report.at.0);
            batch.sequences.push(self.sequence);
            batch.speed_cm_per_s.push(whole(report.fix.speed_m_per_s * 100.0));
            batch.heading_deg.push(whole(report.fix.heading_deg.unwrap_or(0.0)) % 360);
        }
        batch
    }
}

/// A number that is not negative, without its fraction.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // the cast saturates, and not a number becomes 0
fn whole(value: f64) -> u32 {
    value as u32
}
