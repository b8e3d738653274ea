//! The rest of a simulated operator's work over gRPC: verifies what a call turned out to be, merges what is the same, ends
//! emergencies, answers for those who are asked.

use super::facts::{Facts, Open};
use super::feed::SharedRoom;
use super::link::{Bearer, Link, fresh_request_id};
use super::truths::Truths;
use domain::ids::{IncidentId, LogId, UnitId};
use domain::time::Timestamp;
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use tonic::Status;
use uuid::Uuid;
use wire::v1alpha1::dispatch_service_client::DispatchServiceClient;
use wire::v1alpha1::intake_service_client::IntakeServiceClient;
use wire::v1alpha1::{
    AnswerSupportRequest, AnswerTransferRequest, Classification, ClearEmergencyRequest, MergeIncidentsRequest, ReclassifyRequest,
    SuggestDuplicatesRequest,
};

/// Why an emergency is over.
const EMERGENCY_ENDED_AS: &str = "safe";
/// Incidents remembered as looked at; beyond it the oldest ids are looked at again, which changes nothing.
const LOOKED_AT_MAX: usize = 20_000;

/// How long an operator takes over each, in milliseconds of the clock, and when it is sure.
#[derive(Clone)]
pub struct FollowUpStyle {
    /// What calls are really about.
    pub truths: Arc<Truths>,
    /// First unit on scene → it says what it is, and the room verifies it. Assumption.
    pub verify_after_ms: u64,
    /// Call → compared with what stands nearby. Assumption.
    pub compare_after_ms: u64,
    /// Merged from this score on, 0 to 100. Assumption: only what is all but certain.
    pub merge_from_score: u32,
    /// Button pressed → the unit is known to be safe. Assumption.
    pub emergency_ms: u64,
    /// Asked → answered, for support and transfers: the invented other side. Assumption; the policy's clocks allow two minutes.
    pub answer_after_ms: u64,
    /// Pause between two looks.
    pub pause_ms: u64,
}

impl FollowUpStyle {
    /// A calm operator.
    #[must_use]
    pub fn calm(truths: Arc<Truths>) -> Self {
        Self {
            truths,
            verify_after_ms: 75_000,
            compare_after_ms: 25_000,
            merge_from_score: 80,
            emergency_ms: 300_000,
            answer_after_ms: 60_000,
            pause_ms: 2_000,
        }
    }
}

/// The operator's second half, at work.
pub struct FollowUp {
    /// The way to the server.
    pub link: Arc<Link>,
    /// The operator's token.
    pub bearer: Bearer,
    /// The log.
    pub log_id: LogId,
    /// What it looks at.
    pub shared: Arc<SharedRoom>,
    /// How it works.
    pub style: FollowUpStyle,
}

#[derive(Clone, PartialEq, Debug)]
enum Step {
    Verify(IncidentId, Classification),
    Compare(IncidentId),
    EndEmergency(UnitId),
    AnswerWhistle(Uuid),
    AnswerTransfer(IncidentId),
}

/// What was done once and need not be done again.
#[derive(Default)]
struct Done {
    verified: BTreeSet<IncidentId>,
    compared: BTreeSet<IncidentId>,
}

fn remember(set: &mut BTreeSet<IncidentId>, id: IncidentId) {
    if set.len() >= LOOKED_AT_MAX {
        set.pop_first();
    }
    set.insert(id);
}

impl FollowUp {
    /// Works until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        let mut done = Done::default();
        loop {
            let steps = {
                let room = self.shared.room.lock();
                if room.is_live() { steps(room.facts(), &self.style, &done, self.link.now()) } else { Vec::new() }
            };
            for step in steps {
                if stop.is_cancelled() {
                    return;
                }
                match &step {
                    Step::Verify(id, _) => remember(&mut done.verified, *id),
                    Step::Compare(id) => remember(&mut done.compared, *id),
                    Step::EndEmergency(_) | Step::AnswerWhistle(_) | Step::AnswerTransfer(_) => {}
                }
                if let Err(status) = self.take(step).await {
                    tracing::debug!(code = ?status.code(), "the simulated operator was refused: {}", status.message());
                }
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.link.reached(self.link.now().plus_ms(self.style.pause_ms)) => {}
            }
        }
    }

    async fn take(&self, step: Step) -> Result<(), Status> {
        let (request_id, log_id) = (fresh_request_id(), self.log_id.to_string());
        match step {
            Step::Verify(id, verified_as) => {
                let message = ReclassifyRequest {
                    request_id,
                    log_id,
                    incident_id: id.to_string(),
                    verified_as: Some(verified_as),
                    expected_revision: 0,
                };
                let call = |channel, request| async move { IntakeServiceClient::new(channel).reclassify(request).await };
                self.link.call(&self.bearer, &message, call).await.map(drop)
            }
            Step::Compare(id) => self.compare(id).await,
            Step::EndEmergency(unit_id) => {
                let reason = EMERGENCY_ENDED_AS.to_owned();
                let message = ClearEmergencyRequest { request_id, log_id, unit_id: unit_id.to_string(), reason };
                let call = |channel, request| async move { DispatchServiceClient::new(channel).clear_emergency(request).await };
                self.link.call(&self.bearer, &message, call).await.map(drop)
            }
            Step::AnswerWhistle(id) => {
                let message =
                    AnswerSupportRequest { request_id, log_id, whistle_id: id.to_string(), accepted: true, reason: String::new() };
                let call = |channel, request| async move { DispatchServiceClient::new(channel).answer_support(request).await };
                self.link.call(&self.bearer, &message, call).await.map(drop)
            }
            Step::AnswerTransfer(id) => {
                let message =
                    AnswerTransferRequest { request_id, log_id, incident_id: id.to_string(), accepted: true, reason: String::new() };
                let call = |channel, request| async move { IntakeServiceClient::new(channel).answer_transfer(request).await };
                self.link.call(&self.bearer, &message, call).await.map(drop)
            }
        }
    }

    /// Asks what the incident may be a duplicate of, and merges it into the likeliest, where that came first and is all but certain.
    async fn compare(&self, id: IncidentId) -> Result<(), Status> {
        let message = SuggestDuplicatesRequest {
            log_id: self.log_id.to_string(),
            incident_id: id.to_string(),
            ..SuggestDuplicatesRequest::default()
        };
        let call = |channel, request| async move { IntakeServiceClient::new(channel).suggest_duplicates(request).await };
        let answer = self.link.call(&self.bearer, &message, call).await?;
        let Some(best) = answer.suggestions.into_iter().find(|suggestion| suggestion.score >= self.style.merge_from_score) else {
            return Ok(());
        };
        let Ok(into) = Uuid::parse_str(&best.incident_id).map(IncidentId) else { return Ok(()) };
        let earlier = {
            let room = self.shared.room.lock();
            let reported = |id| room.facts().of(id).map(|open: &Open| (open.reported_at, id));
            reported(into).zip(reported(id)).is_some_and(|(into, this)| into < this)
        };
        if !earlier {
            return Ok(());
        }
        let message = MergeIncidentsRequest {
            request_id: fresh_request_id(),
            log_id: self.log_id.to_string(),
            incident_id: id.to_string(),
            into_incident_id: best.incident_id,
            expected_revision: 0,
        };
        let call = |channel, request| async move { IntakeServiceClient::new(channel).merge_incidents(request).await };
        self.link.call(&self.bearer, &message, call).await.map(drop)
    }
}

/// What is due at `now`.
fn steps(facts: &Facts, style: &FollowUpStyle, done: &Done, now: Timestamp) -> Vec<Step> {
    let due = |since: Timestamp, after_ms: u64| now.since_ms(since) >= after_ms;
    let emergencies = facts.emergencies().filter(|(_, at)| due(*at, style.emergency_ms)).map(|(id, _)| Step::EndEmergency(id.clone()));
    let whistles = facts.whistles().filter(|(_, at)| due(*at, style.answer_after_ms)).map(|(id, _)| Step::AnswerWhistle(id));
    let mut steps: Vec<Step> = emergencies.chain(whistles).collect();
    for (id, open) in facts.open() {
        if open.transfer_since.is_some_and(|at| due(at, style.answer_after_ms)) {
            steps.push(Step::AnswerTransfer(id));
        }
        if open.located && !done.compared.contains(&id) && due(open.reported_at, style.compare_after_ms) {
            steps.push(Step::Compare(id));
        }
        if open.on_scene_since.is_some_and(|at| due(at, style.verify_after_ms)) && !done.verified.contains(&id) {
            // What an invented caller got wrong is seen by whoever stands there; that nothing is there, by the outcome.
            let truth = style.truths.of(id).filter(|truth| !truth.no_incident);
            let differs = truth.filter(|truth| (truth.category.as_str(), truth.call_type.as_str()) != (&open.kind.0, &open.kind.1));
            steps.extend(differs.map(|truth| {
                let kind = Classification { category: truth.category.to_string(), r#type: truth.call_type.to_string() };
                Step::Verify(id, kind)
            }));
        }
    }
    steps
}
