//! A simulated operator over gRPC: orders units to what waits, settles what needs nobody, closes what is resolved.

use super::feed::SharedRoom;
use super::link::{Bearer, Link, fresh_request_id};
use super::room::Waiting;
use domain::ids::{IncidentId, LogId, UnitId};
use domain::time::Timestamp;
use futures_util::{StreamExt, stream};
use sim::operator::{Assign, Operator, PendingIncident};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tonic::Status;
use uuid::Uuid;
use wire::v1alpha1::dispatch_service_client::DispatchServiceClient;
use wire::v1alpha1::{
    AssignUnitsRequest, AssignmentRole, CloseIncidentRequest, ConfirmAlarmRequest, RecommendUnitsRequest, ResolveIncidentRequest, UnitOrder,
};

/// Units asked for with each recommendation.
const RECOMMENDED: u32 = 10;
/// The outcome of what nobody was sent to: the caller was told what to do.
const SETTLED_AS: &str = "advised";
/// Why a beat's officer need not come any more, when an unattended run closes an incident that one was owed at.
const EXCUSED_AS: &str = "busy_on_scene";

/// How the operator works.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DeskStyle {
    /// Leaves everything alone until its row is amber: a person comes first.
    pub waits_for_amber: bool,
    /// Asks again for an incident that still waits after this time, in milliseconds.
    pub retry_ms: u64,
    /// Orders in one round at most.
    pub orders_per_round: usize,
    /// Incidents settled or closed in one round at most.
    pub closings_per_round: usize,
    /// Settles, closes and confirms what has stood this long, in milliseconds.
    pub leaves_standing_ms: u64,
    /// Pause between two rounds, in milliseconds.
    pub pause_ms: u64,
    /// Requests under way at the same time.
    pub at_once: usize,
}

impl DeskStyle {
    /// For replay: never rests.
    #[must_use]
    pub fn tireless() -> Self {
        Self {
            waits_for_amber: false,
            retry_ms: 1_000,
            orders_per_round: 256,
            closings_per_round: 256,
            leaves_standing_ms: 0,
            pause_ms: 0,
            at_once: 64,
        }
    }

    /// For the demo: one slow person who takes what others leave.
    #[must_use]
    pub fn slow() -> Self {
        Self {
            waits_for_amber: true,
            retry_ms: 45_000,
            orders_per_round: 1,
            closings_per_round: 2,
            leaves_standing_ms: 60_000,
            pause_ms: 3_000,
            at_once: 4,
        }
    }
}

/// What the operator did.
#[derive(Default)]
pub struct DeskTally {
    /// Orders that the server took.
    pub ordered: AtomicU64,
    /// Orders that it refused: somebody was faster, or the unit could not go.
    pub lost: AtomicU64,
    /// Incidents closed.
    pub closed: AtomicU64,
}

/// The operator at work.
pub struct Desk {
    /// The way to the server.
    pub link: Arc<Link>,
    /// The operator's token.
    pub bearer: Bearer,
    /// The log.
    pub log_id: LogId,
    /// What it looks at.
    pub shared: Arc<SharedRoom>,
    /// How it works.
    pub style: DeskStyle,
    /// What it did.
    pub tally: Arc<DeskTally>,
}

enum Step {
    Settle(IncidentId),
    /// With an excuse where the beat's officer still owes a visit.
    Close {
        id: IncidentId,
        attendance_owed: bool,
    },
    Confirm(Uuid),
}

#[derive(Default)]
struct Round {
    waiting: Vec<Waiting>,
    steps: Vec<Step>,
}

/// What was acted on, until the stream has shown the result: sequence number by incident or alarm.
type Handled = BTreeMap<Uuid, u64>;

impl Desk {
    /// Works until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        let mut mind = Operator::new(self.style.retry_ms, self.style.orders_per_round);
        let mut handled = Handled::new();
        loop {
            let round = self.look(&mut handled);
            let idle = round.waiting.is_empty() && round.steps.is_empty();
            let (ordered, done) = tokio::join!(self.order(&mut mind, &round.waiting), self.take_steps(round.steps));
            // Nothing to do, or nobody free to do it: look again when the picture changes.
            let fruitless = idle || (ordered.is_empty() && done.is_empty());
            handled.extend(ordered.into_iter().chain(done));
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.rest(fruitless) => {}
            }
        }
    }

    async fn rest(&self, fruitless: bool) {
        if self.style.pause_ms > 0 {
            return self.link.reached(self.link.now().plus_ms(self.style.pause_ms)).await;
        }
        if fruitless {
            let _ = tokio::time::timeout(Duration::from_millis(100), self.shared.changed.notified()).await;
        }
    }

    fn look(&self, handled: &mut Handled) -> Round {
        let at = self.link.now();
        let room = self.shared.room.lock();
        if !room.is_live() {
            return Round::default();
        }
        let (seq, _) = room.at();
        handled.retain(|_, until| *until > seq);
        let stood = |since: Timestamp| at.since_ms(since) >= self.style.leaves_standing_ms;
        let free = room.free().min(self.style.orders_per_round);
        let waiting = room.waiting().filter(|waiting| !handled.contains_key(&waiting.incident_id.0));
        let waiting = waiting.filter(|waiting| !self.style.waits_for_amber || waiting.amber_at <= at);
        let unsent = room.unsent().filter(|(_, since)| stood(*since)).map(|(id, _)| (id.0, Step::Settle(id)));
        let resolved = room.resolved().filter(|(_, settled)| stood(settled.since));
        let resolved = resolved.map(|(id, settled)| (id.0, Step::Close { id, attendance_owed: settled.attendance_owed }));
        // A replay's alarms end by themselves with their incidents.
        let alarms = room.alarms().filter(|(_, since)| self.style.leaves_standing_ms > 0 && stood(*since));
        let steps = resolved.chain(unsent).chain(alarms.map(|(id, _)| (id, Step::Confirm(id))));
        let steps = steps.filter(|(id, _)| !handled.contains_key(id)).map(|(_, step)| step);
        Round { waiting: waiting.take(free).copied().collect(), steps: steps.take(self.style.closings_per_round).collect() }
    }

    /// Orders units to what waits; says which incidents now have one, and at what sequence number.
    async fn order(&self, mind: &mut Operator, waiting: &[Waiting]) -> Vec<(Uuid, u64)> {
        let asked = stream::iter(waiting.to_vec()).map(|waiting| self.recommend(waiting)).buffer_unordered(self.style.at_once);
        let pending: Vec<PendingIncident> = asked.collect().await;
        let orders = mind.decide(&pending, self.link.now());
        let given = stream::iter(orders).map(|order| self.assign(order)).buffer_unordered(self.style.at_once);
        given.filter_map(|done| async move { done }).collect().await
    }

    async fn recommend(&self, waiting: Waiting) -> PendingIncident {
        let incident_id = waiting.incident_id;
        let message = RecommendUnitsRequest { log_id: self.log_id.to_string(), incident_id: incident_id.to_string(), limit: RECOMMENDED };
        let call = self.link.call(&self.bearer, &message, |channel, request| async move {
            DispatchServiceClient::new(channel).recommend_units(request).await
        });
        let recommended = match call.await {
            Ok(answer) => answer.recommended.iter().filter_map(|line| UnitId::new(&line.unit_id).ok()).collect(),
            Err(status) => {
                note(&status);
                Vec::new()
            }
        };
        PendingIncident { incident_id, priority: waiting.priority, since: waiting.since, recommended }
    }

    async fn assign(&self, order: Assign) -> Option<(Uuid, u64)> {
        let message = AssignUnitsRequest {
            request_id: fresh_request_id(),
            log_id: self.log_id.to_string(),
            incident_id: order.incident_id.to_string(),
            orders: vec![UnitOrder { unit_id: order.unit_id.to_string(), role: AssignmentRole::Primary as i32, when_engaged: 0 }],
            expected_revision: 0,
        };
        let call = self.link.call(&self.bearer, &message, |channel, request| async move {
            DispatchServiceClient::new(channel).assign_units(request).await
        });
        match call.await {
            Ok(answer) => {
                self.tally.ordered.fetch_add(1, Ordering::Relaxed);
                Some((order.incident_id.0, answer.receipt.map_or(0, |receipt| receipt.seq)))
            }
            Err(status) => {
                self.tally.lost.fetch_add(1, Ordering::Relaxed);
                note(&status);
                None
            }
        }
    }

    async fn take_steps(&self, steps: Vec<Step>) -> Vec<(Uuid, u64)> {
        let taken = stream::iter(steps).map(|step| self.step(step)).buffer_unordered(self.style.at_once);
        taken.filter_map(|done| async move { done }).collect().await
    }

    async fn step(&self, step: Step) -> Option<(Uuid, u64)> {
        let (request_id, log_id) = (fresh_request_id(), self.log_id.to_string());
        let (id, answer) = match step {
            Step::Settle(id) => {
                let disposition = SETTLED_AS.to_owned();
                let message = ResolveIncidentRequest { request_id, log_id, incident_id: id.to_string(), disposition, expected_revision: 0 };
                let call = self.link.call(&self.bearer, &message, |channel, request| async move {
                    DispatchServiceClient::new(channel).resolve_incident(request).await
                });
                (id.0, call.await.map(|answer| answer.receipt))
            }
            Step::Close { id, attendance_owed } => {
                let excuse = if attendance_owed { EXCUSED_AS.to_owned() } else { String::new() };
                let message = CloseIncidentRequest { request_id, log_id, incident_id: id.to_string(), expected_revision: 0, excuse };
                let call = self.link.call(&self.bearer, &message, |channel, request| async move {
                    DispatchServiceClient::new(channel).close_incident(request).await
                });
                let answer = call.await.map(|answer| answer.receipt);
                if answer.is_ok() {
                    self.tally.closed.fetch_add(1, Ordering::Relaxed);
                }
                (id.0, answer)
            }
            Step::Confirm(id) => {
                let message = ConfirmAlarmRequest { request_id, log_id, alarm_id: id.to_string() };
                let call = self.link.call(&self.bearer, &message, |channel, request| async move {
                    DispatchServiceClient::new(channel).confirm_alarm(request).await
                });
                (id, call.await.map(|answer| answer.receipt))
            }
        };
        match answer {
            Ok(receipt) => Some((id, receipt.map_or(0, |receipt| receipt.seq))),
            Err(status) => {
                note(&status);
                None
            }
        }
    }
}

/// A refusal is part of the play: somebody was faster. It is worth a line only for who looks closely.
fn note(status: &Status) {
    tracing::debug!(code = ?status.code(), "the simulated operator was refused: {}", status.message());
}
