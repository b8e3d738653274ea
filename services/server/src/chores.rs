//! What the server does now and then: personal data leaves the vault on schedule, old requests and trails are forgotten, incidents of
//! a category that the policy has withdrawn are flagged.

use crate::record::Record;
use domain::command::{ActivatePolicy, Command, ErasePrivate};
use domain::ids::{LogId, PrincipalId, PrivateRef};
use domain::principal::{Principal, Role};
use runtime::{Request, Runtime};
use std::sync::Arc;
use std::time::Duration;
use store::trails::Trails;
use tokio_util::sync::CancellationToken;

/// How often.
const EVERY: Duration = Duration::from_secs(3_600);
/// Requests are remembered this long, in milliseconds: an outbox may be offline for 7 days, and a day more is given.
pub const REQUESTS_KEPT_MS: i64 = 8 * 86_400_000;
/// Exact trails are kept this long, in milliseconds.
pub const TRAILS_KEPT_MS: i64 = 30 * 86_400_000;
/// How often incidents are looked for whose category the policy has withdrawn.
const FLAG_EVERY: Duration = Duration::from_secs(5);
/// Most commits that flag them in one round of one log; the others follow in the next.
const FLAG_COMMITS_AT_ONCE: usize = 16;
/// Entries erased in one round.
const ERASED_AT_ONCE: usize = 500;

/// Does them until `stop` is cancelled.
pub async fn keep(record: Record, runtime: Arc<Runtime>, trails: Arc<Trails>, stop: CancellationToken) {
    let mut tick = tokio::time::interval(EVERY);
    let mut flag_tick = tokio::time::interval(FLAG_EVERY);
    flag_tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = tick.tick() => once(&record, &runtime, &trails).await,
            _ = flag_tick.tick() => flag_withdrawn(&runtime).await,
            () = stop.cancelled() => return,
        }
    }
}

async fn once(record: &Record, runtime: &Runtime, trails: &Trails) {
    let now_ms = runtime.clock().now().0;
    match record.store().forget_requests(now_ms - REQUESTS_KEPT_MS).await {
        Ok(0) => {}
        Ok(count) => tracing::info!(count, "old requests were forgotten"),
        Err(error) => tracing::warn!(%error, "old requests could not be forgotten"),
    }
    if let Err(error) = trails.delete_before(now_ms - TRAILS_KEPT_MS).await {
        tracing::warn!(%error, "old trails could not be deleted");
    }
    for log_id in runtime.logs() {
        match record.store().due_private(&log_id, now_ms, ERASED_AT_ONCE).await {
            Ok(due) => erase(record, runtime, &log_id, due).await,
            Err(error) => tracing::warn!(log = %log_id, %error, "what is due for erasure can not be read"),
        }
    }
}

/// An activation flags what one commit may hold; what it leaves is flagged here, and what was closed then and is open again.
async fn flag_withdrawn(runtime: &Runtime) {
    let Ok(principal_id) = PrincipalId::new("system") else { return };
    for log_id in runtime.logs() {
        for _ in 0..FLAG_COMMITS_AT_ONCE {
            let Some(view) = runtime.view(&log_id) else { break };
            let Some(hash) = view.world.policy().filter(|hash| *hash == view.context.policy_hash) else { break };
            if !view.world.incidents().any(|incident| incident.is_withdrawn_by(&view.context.policy)) {
                break;
            }
            let request = Request {
                principal: Principal { principal_id: principal_id.clone(), role: Role::System },
                command: Command::ActivatePolicy(ActivatePolicy { hash }),
                request: None,
                private: Vec::new(),
                trace_parent: String::new(),
            };
            if let Err(error) = runtime.execute(&log_id, request).await {
                tracing::warn!(log = %log_id, %error, "incidents of a withdrawn category could not be flagged, it is tried again");
                break;
            }
            metrics::counter!("oneroom_withdrawn_commits_total").increment(1);
        }
    }
}

/// The event first, then the bytes: a restore erases again whatever the log says was erased.
async fn erase(record: &Record, runtime: &Runtime, log_id: &LogId, due: Vec<PrivateRef>) {
    let Ok(principal_id) = PrincipalId::new("system") else { return };
    for private_ref in due {
        let request = Request {
            principal: Principal { principal_id: principal_id.clone(), role: Role::System },
            command: Command::ErasePrivate(ErasePrivate { private_ref }),
            request: None,
            private: Vec::new(),
            trace_parent: String::new(),
        };
        if let Err(error) = runtime.execute(log_id, request).await {
            tracing::warn!(log = %log_id, %error, "an erasure could not be recorded, it is tried again");
            return;
        }
        match record.store().erase_private(private_ref).await {
            Ok(_) => metrics::counter!("oneroom_private_erased_total").increment(1),
            Err(error) => tracing::warn!(log = %log_id, %error, "an entry of the vault could not be erased, it is tried again"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::classification::{CallSource, Classification};
    use domain::command::{CloseIncident, ReopenIncident, ReportIncident, ResolveIncident};
    use domain::ids::CategoryKey;
    use domain::incident::IncidentFlag;
    use domain::place::Place;
    use domain::policy::DEFAULT_TEXT;
    use runtime::testing::{Bench, LOG, operator};

    #[tokio::test]
    async fn what_was_closed_when_its_category_was_withdrawn_is_flagged_once_it_is_open_again() {
        let bench = Bench::county().await;
        let log = LogId::new(LOG).unwrap();
        let give = |command: Command| async {
            let request = Request { principal: operator(&[LOG]), command, request: None, private: Vec::new(), trace_parent: String::new() };
            bench.edge.runtime.execute(&log, request).await.unwrap()
        };
        let flagged = |incident_id| {
            let view = bench.edge.runtime.view(&log).unwrap();
            view.world.incident(&incident_id).unwrap().flags.contains(&IncidentFlag::CategoryWithdrawn)
        };
        let reported = give(Command::ReportIncident(report("tip_off"))).await.reply.reported;
        let (incident_id, ..) = reported.unwrap();
        let disposition = domain::ids::ReasonKey::new("advised").unwrap();
        give(Command::ResolveIncident(ResolveIncident { incident_id, disposition, expected_revision: 0 })).await;
        give(Command::CloseIncident(CloseIncident { incident_id, excuse: None, expected_revision: 0 })).await;

        let renamed = DEFAULT_TEXT.replace("key = \"tip_off\"", "key = \"tip\"");
        assert_ne!(renamed, DEFAULT_TEXT);
        let hash = bench.edge.runtime.store().put_blob(renamed.into_bytes()).await.unwrap();
        bench.as_server(LOG, Command::ActivatePolicy(ActivatePolicy { hash })).await;
        let reason = domain::ids::ReasonKey::new("again").unwrap();
        give(Command::ReopenIncident(ReopenIncident { incident_id, reason, expected_revision: 0 })).await;
        assert!(!flagged(incident_id), "it was closed when the policy came");
        flag_withdrawn(&bench.edge.runtime).await;
        assert!(flagged(incident_id));
        let head = bench.edge.runtime.view(&log).unwrap().head.seq;
        flag_withdrawn(&bench.edge.runtime).await;
        assert_eq!(bench.edge.runtime.view(&log).unwrap().head.seq, head, "once");
    }

    fn report(category: &str) -> ReportIncident {
        ReportIncident {
            source: CallSource::Emergency110,
            classification: Classification { category: CategoryKey::new(category).unwrap(), kind: None },
            place: Place::Unverified,
            private: None,
            occurred_at: None,
            answered_at: None,
            priority: None,
            desk: None,
        }
    }
}
