//! What the server does now and then: personal data leaves the vault on schedule, old requests and trails are forgotten.

use crate::record::Record;
use domain::command::{Command, ErasePrivate};
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
/// Entries erased in one round.
const ERASED_AT_ONCE: usize = 500;

/// Does them until `stop` is cancelled.
pub async fn keep(record: Record, runtime: Arc<Runtime>, trails: Arc<Trails>, stop: CancellationToken) {
    let mut tick = tokio::time::interval(EVERY);
    loop {
        tokio::select! {
            _ = tick.tick() => once(&record, &runtime, &trails).await,
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
