//! Contact with units on an assignment: positions are not events, so the server notices when they stop and tells the log.

use domain::assignment::AssignmentState;
use domain::command::{Command, NoteContact};
use domain::ids::{PrincipalId, UnitId};
use domain::principal::{Principal, Role};
use domain::time::Timestamp;
use domain::unit::Unit;
use runtime::{LogView, Request, Runtime};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often units are looked at.
const EVERY: Duration = Duration::from_secs(5);
/// Most changes told in one round of one log; the others follow in the next.
const CHANGES_AT_ONCE: usize = 100;

/// Watches until `stop` is cancelled. What was heard before it begins is not known: who says nothing from here on counts from here.
pub async fn watch(runtime: Arc<Runtime>, stop: CancellationToken) {
    let since = runtime.clock().now();
    let mut tick = tokio::time::interval(EVERY);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = tick.tick() => once(&runtime, since).await,
            () = stop.cancelled() => return,
        }
    }
}

async fn once(runtime: &Runtime, since: Timestamp) {
    let Ok(principal_id) = PrincipalId::new("system") else { return };
    let now = runtime.clock().now();
    for log_id in runtime.logs() {
        let Some(view) = runtime.view(&log_id) else { continue };
        for (unit_id, lost) in changes(&view, since, now) {
            let request = Request {
                principal: Principal { principal_id: principal_id.clone(), role: Role::System },
                command: Command::NoteContact(NoteContact { unit_id, lost }),
                request: None,
                private: Vec::new(),
                trace_parent: String::new(),
            };
            if let Err(error) = runtime.execute(&log_id, request).await {
                tracing::warn!(log = %log_id, %error, "a change of contact could not be recorded, it is tried again");
                break;
            }
            metrics::counter!("oneroom_contact_changes_total", "lost" => if lost { "true" } else { "false" }).increment(1);
        }
    }
}

/// Units with which contact was lost or regained, as the log does not know yet.
///
/// A unit counts as lost while it is on an order that it took and its last fix is older than the policy's `lost_contact_ms`. Without
/// any fix the time runs from its last tap on the order, itself a word of it, or from `since`, when the server began to listen, if that is
/// later: a restart makes nobody lost, and hides nobody either. A unit counts as heard again by a newer fix, or once it is on no order
/// any more; no fix at all is none.
fn changes(view: &LogView, since: Timestamp, now: Timestamp) -> Vec<(UnitId, bool)> {
    let after_ms = view.context.policy.room_clocks.lost_contact_ms;
    let engaged = view.world.units().filter(|unit| unit.engaged_in().is_some() || unit.contact_lost_at.is_some());
    let changed = engaged.filter_map(|unit| {
        let unit_id = &unit.profile.unit_id;
        let known_lost = unit.contact_lost_at.is_some();
        let Some(tapped_at) = tapped_at(view, unit) else { return known_lost.then(|| (unit_id.clone(), false)) };
        let silent_ms = view.fleet.latest(unit_id).map(|fix| fix.age_ms(now));
        let lost = silent_ms.map_or_else(|| known_lost || now.since_ms(tapped_at.max(since)) > after_ms, |age_ms| age_ms > after_ms);
        (lost != known_lost).then(|| (unit_id.clone(), lost))
    });
    changed.take(CHANGES_AT_ONCE).collect()
}

/// When a unit last said where it stands with the order that it took; none while it has taken none.
fn tapped_at(view: &LogView, unit: &Unit) -> Option<Timestamp> {
    let assignment = unit.engaged_in().and_then(|id| view.world.assignment(&id))?;
    let taken = matches!(assignment.state, AssignmentState::Acknowledged | AssignmentState::EnRoute | AssignmentState::OnScene);
    let times = &assignment.times;
    let tapped = [times.acknowledged_at, times.en_route_at, times.on_scene_at].into_iter().flatten();
    taken.then(|| tapped.fold(times.offered_at, Timestamp::max))
}

#[cfg(test)]
mod tests;
