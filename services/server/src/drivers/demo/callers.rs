//! Invented callers over gRPC: each call when it comes in, with a place, a category and what is said. Story events come in between.

use super::control::Control;
use crate::drivers::clock::on_the_wire;
use crate::drivers::link::{Bearer, Link, fresh_request_id};
use crate::drivers::truths::Truths;
use domain::ids::{IncidentId, LogId};
use domain::place::E7;
use domain::time::Timestamp;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use sim::caller::{CallerProfile, Callers, InventedCall};
use sim::layout::Layout;
use sim::story::{Script, StoryCall, StoryKey};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use wire::api::call_source_to_api;
use wire::v1alpha1::intake_service_client::IntakeServiceClient;
use wire::v1alpha1::{Classification, Datum, Position, ReportIncidentRequest};

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
    /// What the calls are really about, for whoever verifies them.
    pub(super) truths: Arc<Truths>,
    /// Told which stories have begun.
    pub(super) control: Arc<Control>,
    /// Whether story events are told.
    pub(super) stories: bool,
}

impl Calling {
    /// Calls until `stop`; calls that are under way then are answered first.
    pub(super) async fn run(self, layout: Layout, stop: CancellationToken) {
        let begin = self.link.now();
        let utc_hour = begin.0.div_euclid(3_600_000).rem_euclid(24);
        let utc_offset_hours = i32::try_from(BEGINS_AT_HOUR - utc_hour).unwrap_or(0);
        let profile = CallerProfile { rate_per_hour: self.rate_per_hour, utc_offset_hours, ..CallerProfile::default() };
        let mut everybody = match Callers::new(&layout, profile, self.seed, begin) {
            Ok(callers) => Everybody::new(callers, Script::new(&layout, self.seed, begin), begin, self.stories),
            Err(error) => return tracing::error!(%error, "the built-in stories can not be told"),
        };
        let mut under_way = FuturesUnordered::new();
        let mut next = everybody.next();
        loop {
            let at = next.1.at;
            tokio::select! {
                () = stop.cancelled() => break,
                Some(()) = under_way.next(), if !under_way.is_empty() => {}
                () = self.link.reached(at), if under_way.len() < AT_ONCE => {
                    let (story, call) = std::mem::replace(&mut next, everybody.next());
                    under_way.push(self.call(story, call));
                }
            }
        }
        while under_way.next().await.is_some() {}
    }

    async fn call(&self, story: Option<StoryKey>, call: InventedCall) {
        let message = request(&call, &self.desk);
        let sent = self.link.call(&self.bearer, &message, |channel, request| async move {
            IntakeServiceClient::new(channel).report_incident(request).await
        });
        match sent.await {
            Ok(answer) => {
                if let Ok(uuid) = Uuid::parse_str(&answer.incident_id) {
                    self.truths.note(IncidentId(uuid), call.truth);
                }
                if let Some(story) = story {
                    self.control.told(story, answer.number, call.at);
                }
            }
            Err(status) => tracing::warn!(code = ?status.code(), "an invented call was refused: {}", status.message()),
        }
    }
}

/// Callers and stories, merged by time.
struct Everybody {
    callers: Callers,
    script: Option<Script>,
    call: InventedCall,
    told: Option<StoryCall>,
}

impl Everybody {
    fn new(mut callers: Callers, script: Script, begin: Timestamp, stories: bool) -> Self {
        let call = callers.next(begin);
        let mut everybody = Self { callers, script: stories.then_some(script), call, told: None };
        everybody.turn_page();
        everybody
    }

    fn turn_page(&mut self) {
        self.told = self.script.as_mut().and_then(|script| script.next_call().ok());
    }

    fn next(&mut self) -> (Option<StoryKey>, InventedCall) {
        if self.told.as_ref().is_some_and(|told| told.call.at <= self.call.at)
            && let Some(told) = self.told.take()
        {
            self.turn_page();
            return (Some(told.story), told.call);
        }
        let after = self.callers.next(self.call.at);
        (None, std::mem::replace(&mut self.call, after))
    }
}

fn request(call: &InventedCall, desk: &LogId) -> ReportIncidentRequest {
    let position = call.position.map(|at| Position { lat_e7: at.lat_e7(), lon_e7: at.lon_e7() });
    ReportIncidentRequest {
        request_id: fresh_request_id(),
        source: call_source_to_api(call.source).into(),
        classification: Some(Classification { category: call.category.to_string(), r#type: call.call_type.to_string() }),
        position,
        datum: Datum::Wgs84 as i32,
        address: call
            .position
            .map(|at| format!("{:.4}, {:.4}", f64::from(at.lat_e7()) / E7, f64::from(at.lon_e7()) / E7))
            .unwrap_or_default(),
        narrative: format!("{}\n{}", call.narrative_zh, call.narrative_en),
        caller_phone: call.caller_phone.clone(),
        occurred_at: Some(on_the_wire(call.at)),
        desk_log_id: desk.to_string(),
        ..ReportIncidentRequest::default()
    }
}
