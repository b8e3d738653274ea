//! Invented callers over gRPC: each call when it comes in, with a place, a category and what is said.

use crate::drivers::clock::{now, on_the_wire, until};
use crate::drivers::link::{Bearer, Link, fresh_request_id};
use domain::ids::LogId;
use domain::place::E7;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use sim::caller::{CallerProfile, Callers, InventedCall};
use sim::layout::Layout;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use wire::v1alpha1::intake_service_client::IntakeServiceClient;
use wire::v1alpha1::{CallSource, Classification, Datum, Position, ReportIncidentRequest};

/// Calls under way at the same time at most; further callers wait.
const AT_ONCE: usize = 64;
/// The hour of the day that the demo begins in, whatever the clock says: a busy one.
const BEGINS_AT_HOUR: i64 = 19;

/// How callers call.
pub(super) struct Calling {
    pub(super) link: Arc<Link>,
    pub(super) bearer: Bearer,
    pub(super) desk: LogId,
    pub(super) seed: u64,
    pub(super) rate_per_hour: f64,
    pub(super) speed: f64,
}

impl Calling {
    /// Calls until `stop`; calls that are under way then are answered first.
    pub(super) async fn run(self, layout: Layout, stop: CancellationToken) {
        let begin = now();
        let utc_hour = begin.0.div_euclid(3_600_000).rem_euclid(24);
        let utc_offset_hours = i32::try_from(BEGINS_AT_HOUR - utc_hour).unwrap_or(0);
        let profile = CallerProfile { rate_per_hour: self.rate_per_hour, speed: self.speed, utc_offset_hours };
        let Ok(mut callers) = Callers::new(&layout, profile, self.seed, begin) else {
            return tracing::error!("the built-in stories can not be told");
        };
        let mut under_way = FuturesUnordered::new();
        let mut next = callers.next(begin);
        loop {
            let pause = until(next.at);
            tokio::select! {
                () = stop.cancelled() => break,
                Some(()) = under_way.next(), if !under_way.is_empty() => {}
                () = tokio::time::sleep(pause), if under_way.len() < AT_ONCE => {
                    let after = callers.next(next.at);
                    under_way.push(self.call(std::mem::replace(&mut next, after)));
                }
            }
        }
        while under_way.next().await.is_some() {}
    }

    async fn call(&self, call: InventedCall) {
        let message = request(&call, &self.desk);
        let sent = self.link.call(&self.bearer, &message, |channel, request| async move {
            IntakeServiceClient::new(channel).report_incident(request).await
        });
        if let Err(status) = sent.await {
            tracing::warn!(code = ?status.code(), "an invented call was refused: {}", status.message());
        }
    }
}

fn request(call: &InventedCall, desk: &LogId) -> ReportIncidentRequest {
    let position = call.position.map(|at| Position { lat_e7: at.lat_e7(), lon_e7: at.lon_e7() });
    ReportIncidentRequest {
        request_id: fresh_request_id(),
        source: CallSource::Emergency110 as i32,
        classification: Some(Classification { category: call.category.to_string(), r#type: call.call_type.to_string() }),
        position,
        datum: Datum::Wgs84 as i32,
        address: call
            .position
            .map(|at| format!("{:.4}, {:.4}", f64::from(at.lat_e7()) / E7, f64::from(at.lon_e7()) / E7))
            .unwrap_or_default(),
        narrative: format!("{}\n{}", call.narrative_zh, call.narrative_en),
        occurred_at: Some(on_the_wire(call.at)),
        desk_log_id: desk.to_string(),
        ..ReportIncidentRequest::default()
    }
}
