//! Sends every call of a file over gRPC, so many at a time, and keeps what it was answered.

use super::input::CallFile;
use super::progress::Progress;
use crate::drivers::clock::{now, on_the_wire};
use crate::drivers::link::{Bearer, Link};
use crate::drivers::report::{Counts, count};
use crate::exit::Failure;
use domain::ids::{IncidentId, LogId};
use domain::place::Datum;
use domain::time::Timestamp;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use sim::calls::{CallFileError, RecordedCall};
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::sync::mpsc;
use tonic::{Code, Status};
use tonic_types::StatusExt;
use uuid::Uuid;
use wire::v1alpha1::intake_service_client::IntakeServiceClient;
use wire::v1alpha1::{CallSource, Classification, Datum as WireDatum, Position, ReportIncidentRequest, ReportIncidentResponse};

/// Rows that are read ahead at most.
const READ_AHEAD: usize = 1_024;
/// Longest address sent, in characters, as the service takes it.
const ADDRESS_MAX_CHARS: usize = 500;

/// What all calls were answered.
#[derive(Default)]
pub(super) struct Answers {
    /// Calls sent.
    pub(super) sent: u64,
    /// Calls answered with an incident.
    pub(super) accepted: u64,
    /// Calls refused, by reason.
    pub(super) refused: Counts,
    /// The incidents.
    pub(super) incidents: BTreeSet<IncidentId>,
}

impl Answers {
    fn take(&mut self, answer: Result<ReportIncidentResponse, Status>) {
        self.sent += 1;
        match answer {
            Ok(response) => match Uuid::parse_str(&response.incident_id) {
                Ok(id) => {
                    self.accepted += 1;
                    self.incidents.insert(IncidentId(id));
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
    pub(super) async fn send_all(&self, file: Arc<CallFile>, progress: &Progress) -> Result<Answers, Failure> {
        let (rows, mut calls) = mpsc::channel(READ_AHEAD);
        let reading = tokio::task::spawn_blocking(move || read(&file, &rows));
        let mut answers = Answers::default();
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
        let message = request(&call, &self.desk);
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

/// The request of a call. A row number and the file make its id, so that a second run is answered from the record.
fn request(call: &RecordedCall, desk: &LogId) -> ReportIncidentRequest {
    let position = call.position.map(|at| Position { lat_e7: e7(at.lat), lon_e7: e7(at.lon) });
    let datum = match call.datum {
        Datum::Wgs84 => WireDatum::Wgs84,
        Datum::Gcj02 => WireDatum::Gcj02,
        Datum::Bd09 => WireDatum::Bd09,
    };
    let words: Vec<&str> = call.address.iter().chain(&call.location).map(String::as_str).collect();
    ReportIncidentRequest {
        request_id: call.request_id.to_string(),
        source: CallSource::Emergency110 as i32,
        classification: Some(Classification { category: call.category.to_string(), r#type: call.call_type.to_string() }),
        position,
        datum: datum as i32,
        address: words.join(", ").chars().take(ADDRESS_MAX_CHARS).collect(),
        occurred_at: call.time.filter(|time| *time <= now()).map(on_the_wire),
        desk_log_id: desk.to_string(),
        ..ReportIncidentRequest::default()
    }
}

/// Degrees × 10⁷. What is out of range stays out of range, and what is no number becomes so: the service must refuse it.
fn e7(degrees: f64) -> i32 {
    if degrees.is_nan() {
        return i32::MAX;
    }
    #[allow(clippy::cast_possible_truncation)] // the cast saturates
    {
        (degrees * domain::place::E7).round() as i32
    }
}

/// A word for a refusal: `invalid_` and the field for bad input, else the status code's name.
fn reason(status: &Status) -> String {
    let details = status.get_error_details();
    let violation = details.bad_request().and_then(|bad| bad.field_violations.first());
    match (status.code(), violation) {
        (Code::InvalidArgument, Some(violation)) => format!("invalid_{}", violation.field.replace(['.', ' '], "_")),
        (code, _) => snake(&format!("{code:?}")),
    }
}

fn snake(camel: &str) -> String {
    let mut words = String::new();
    for letter in camel.chars() {
        if letter.is_ascii_uppercase() && !words.is_empty() {
            words.push('_');
        }
        words.push(letter.to_ascii_lowercase());
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_out_of_range_are_sent_as_such() {
        assert_eq!(e7(97.6), 976_000_000);
        assert_eq!(e7(f64::NAN), i32::MAX);
        assert_eq!(e7(-1e300), i32::MIN);
        assert_eq!(e7(37.554_288_1), 375_542_881);
    }

    #[test]
    fn refusals_have_words() {
        assert_eq!(reason(&Status::failed_precondition("x")), "failed_precondition");
        assert_eq!(reason(&Status::invalid_argument("x")), "invalid_argument");
        let details = tonic_types::ErrorDetails::with_bad_request_violation("position.latitude", "97.6");
        assert_eq!(reason(&Status::with_error_details(Code::InvalidArgument, "x", details)), "invalid_position_latitude");
    }

    #[test]
    fn a_pace_keeps_the_gaps_and_a_step_back_is_due_at_once() {
        let mut pace = Pace::new(10.0);
        let begin = pace.begin;
        assert_eq!(pace.due(Timestamp(5_000)), begin);
        assert_eq!(pace.due(Timestamp(15_000)), begin.plus_ms(1_000));
        assert_eq!(pace.due(Timestamp(1_000)), begin);
    }
}
