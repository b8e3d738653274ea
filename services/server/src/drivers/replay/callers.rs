//! Sends every call of a file over gRPC, so many at a time, and keeps what it was answered.

use super::input::CallFile;
use super::progress::Progress;
use super::request::{reason, request};
use crate::drivers::clock::now;
use crate::drivers::link::{Bearer, Link};
use crate::drivers::report::{Counts, count};
use crate::exit::Failure;
use domain::ids::{IncidentId, LogId, Seq};
use domain::time::Timestamp;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use sim::calls::{CallFileError, RecordedCall};
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::sync::mpsc;
use tonic::Status;
use uuid::Uuid;
use wire::v1alpha1::ReportIncidentResponse;
use wire::v1alpha1::intake_service_client::IntakeServiceClient;

/// Rows that are read ahead at most.
const READ_AHEAD: usize = 1_024;
/// What all calls were answered.
#[derive(Default)]
pub(super) struct Answers {
    /// The log's head before the first call: what is answered with an earlier place was recorded before.
    pub(super) begin: Seq,
    /// Calls sent.
    pub(super) sent: u64,
    /// Calls answered with an incident.
    pub(super) accepted: u64,
    /// Calls refused, by reason.
    pub(super) refused: Counts,
    /// Of the incidents those that an earlier run recorded.
    pub(super) earlier: BTreeSet<IncidentId>,
}

impl Answers {
    /// No answers yet to calls that come after `begin`.
    pub(super) fn after(begin: Seq) -> Self {
        Self { begin, ..Self::default() }
    }

    /// Takes one answer.
    pub(super) fn take(&mut self, answer: Result<ReportIncidentResponse, Status>) {
        self.sent += 1;
        match answer {
            Ok(response) => match Uuid::parse_str(&response.incident_id) {
                Ok(id) => {
                    self.accepted += 1;
                    if response.receipt.is_some_and(|receipt| receipt.seq <= self.begin.0) {
                        self.earlier.insert(IncidentId(id));
                    }
                }
                Err(_) => count(&mut self.refused, "answer_without_incident"),
            },
            Err(status) => count(&mut self.refused, &reason(&status)),
        }
    }
}

/// How calls are sent.
pub(super) struct Sending {
    /// The way to the server.
    pub(super) link: Arc<Link>,
    /// Who takes the calls.
    pub(super) bearer: Bearer,
    /// The desk that takes calls whose place decides none.
    pub(super) desk: LogId,
    /// Calls under way at the same time.
    pub(super) at_once: usize,
    /// How many times faster than they came in; none as fast as they are answered.
    pub(super) speed: Option<f64>,
}

impl Sending {
    /// Sends all calls of `file`.
    ///
    /// # Errors
    /// [`Failure::BadInput`] when the file can't be read on; it was read through before, so it has changed since.
    pub(super) async fn send_all(&self, file: Arc<CallFile>, begin: Seq, progress: &Progress) -> Result<Answers, Failure> {
        let (rows, mut calls) = mpsc::channel(READ_AHEAD);
        let reading = tokio::task::spawn_blocking(move || read(&file, &rows));
        let mut answers = Answers::after(begin);
        let mut under_way = FuturesUnordered::new();
        let mut pace = self.speed.map(Pace::new);
        while let Some(call) = calls.recv().await {
            let call = call.map_err(Failure::input)?;
            let due = match (&mut pace, call.time) {
                (Some(pace), Some(time)) => pace.due(time),
                _ => now(),
            };
            let wait = tokio::time::sleep(crate::drivers::clock::until(due));
            tokio::pin!(wait);
            let mut early = now() < due;
            while early || under_way.len() >= self.at_once {
                tokio::select! {
                    () = &mut wait, if early => early = false,
                    Some(answer) = under_way.next() => {
                        answers.take(answer);
                        progress.answered();
                    }
                }
            }
            under_way.push(self.send(call).boxed());
            // Answers that are there already are taken without waiting.
            while let Some(Some(answer)) = under_way.next().now_or_never() {
                answers.take(answer);
                progress.answered();
            }
        }
        while let Some(answer) = under_way.next().await {
            answers.take(answer);
            progress.answered();
        }
        reading.await.map_err(|error| Failure::DoesNotHold(error.to_string()))??;
        Ok(answers)
    }

    async fn send(&self, call: RecordedCall) -> Result<ReportIncidentResponse, Status> {
        let message = request(&call, &self.desk, now(), true);
        let sent = self.link.call(&self.bearer, &message, |channel, request| async move {
            IntakeServiceClient::new(channel).report_incident(request).await
        });
        sent.await
    }
}

fn read(file: &CallFile, rows: &mpsc::Sender<Result<RecordedCall, CallFileError>>) -> Result<(), Failure> {
    for call in file.read()? {
        if rows.blocking_send(call).is_err() {
            break;
        }
    }
    Ok(())
}

/// When calls are due: as far apart as they came in, `speed` times faster.
struct Pace {
    speed: f64,
    first: Option<Timestamp>,
    begin: Timestamp,
}

impl Pace {
    fn new(speed: f64) -> Self {
        Self { speed, first: None, begin: now() }
    }

    fn due(&mut self, time: Timestamp) -> Timestamp {
        let first = *self.first.get_or_insert(time);
        // Milliseconds of a recording, far below 2^53; not negative.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
        let after_ms = (time.since_ms(first) as f64 / self.speed) as u64;
        self.begin.plus_ms(after_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pace_keeps_the_gaps_and_a_step_back_is_due_at_once() {
        let mut pace = Pace::new(10.0);
        let begin = pace.begin;
        assert_eq!(pace.due(Timestamp(5_000)), begin);
        assert_eq!(pace.due(Timestamp(15_000)), begin.plus_ms(1_000));
        assert_eq!(pace.due(Timestamp(1_000)), begin);
    }
}
