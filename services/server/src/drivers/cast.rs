//! Everybody who is simulated in a county: crews, gateway, the room's stream and its operator, started and stopped together.

use super::county::{County, bearer, cannot};
use super::crews::{CHANGES_BUFFER, CrewStyle, CrewTally, Crews};
use super::feed::{self, SharedRoom};
use super::follow_up::{FollowUp, FollowUpStyle};
use super::link::Link;
use super::operator::{Desk, DeskStyle, DeskTally};
use super::positions::{FixReport, FixTally, Gateway};
use crate::exit::Failure;
use sim::crew::Fix;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Units that sign on at the same time.
const SIGN_ON_AT_ONCE: usize = 64;
/// How long the first fixes and the first snapshot may take, in milliseconds.
const BEGIN_WITHIN_MS: u64 = 30_000;
/// How often the room is looked at while it is awaited, in milliseconds.
const LOOK_EVERY_MS: u64 = 10;

/// How everybody behaves.
pub struct CastPlan {
    /// The crews.
    pub crews: CrewStyle,
    /// The operator; none leaves the room to people.
    pub desk: Option<DeskStyle>,
    /// What the operator comes to know about calls once units have been there; none verifies and merges nothing.
    pub follow_up: Option<FollowUpStyle>,
}

/// Everybody, at work.
pub struct Cast {
    /// What the room sees.
    pub shared: Arc<SharedRoom>,
    /// What crews did.
    pub crews: Arc<CrewTally>,
    /// What the operator did.
    pub desk: Arc<DeskTally>,
    stop: CancellationToken,
    tasks: TaskTracker,
    gateway: JoinHandle<FixTally>,
}

impl Cast {
    /// Reports where every unit is, brings all on duty, and begins to follow and to answer.
    ///
    /// # Errors
    /// [`Failure::DoesNotHold`] when the server refuses somebody, or does not show its room in time.
    pub async fn start(link: &Arc<Link>, county: &County, plan: CastPlan) -> Result<Self, Failure> {
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        let (shared, crew_tally, desk_tally) = (Arc::default(), Arc::default(), Arc::default());
        let unit_ids = county.seats.iter().map(|seat| seat.plan.unit_id.clone()).collect();
        let (gateway, fixes) = Gateway::new(Arc::clone(link), bearer(&county.gateway)?, unit_ids);
        let seats = county.seats.clone();
        let crews = Crews::new(Arc::clone(link), county.log_id.clone(), seats, &plan.crews, fixes.clone(), Arc::clone(&crew_tally));
        // Only units on duty have a place in the fleet, so they sign on first.
        crews.sign_on(SIGN_ON_AT_ONCE).await.map_err(|status| cannot(format!("a unit was not let on duty: {}", status.message())))?;
        for seat in &county.seats {
            let fix = Fix { position: seat.plan.start, speed_m_per_s: 0.0, heading_deg: None };
            fixes.report(FixReport { unit: seat.number, fix, at: link.now() });
        }
        let (answered, first_answer) = oneshot::channel();
        let gateway = tokio::spawn(gateway.run(stop.clone(), answered));
        let cast = Self { shared, crews: crew_tally, desk: desk_tally, stop, tasks, gateway };
        let within = Duration::from_millis(BEGIN_WITHIN_MS);
        let answered = tokio::time::timeout(within, first_answer).await;
        answered.map_err(|_| cannot("no fix was answered"))?.map_err(|_| cannot("the position stream ended"))?;
        let (changes, heard) = mpsc::channel(CHANGES_BUFFER);
        cast.tasks.spawn(crews.run(heard, cast.stop.clone()));
        let operator = bearer(&county.operator)?;
        let (shared, log_id) = (Arc::clone(&cast.shared), county.log_id.clone());
        cast.tasks.spawn(feed::follow(Arc::clone(link), operator.clone(), log_id, shared, changes, cast.stop.clone()));
        let live = tokio::time::timeout(within, cast.until_live()).await;
        live.map_err(|_| cannot("the room's first snapshot did not come"))?;
        if let Some(style) = plan.follow_up {
            let work = FollowUp {
                link: Arc::clone(link),
                bearer: operator.clone(),
                log_id: county.log_id.clone(),
                shared: Arc::clone(&cast.shared),
                style,
            };
            cast.tasks.spawn(work.run(cast.stop.clone()));
        }
        if let Some(style) = plan.desk {
            let desk = Desk {
                link: Arc::clone(link),
                bearer: operator,
                log_id: county.log_id.clone(),
                shared: Arc::clone(&cast.shared),
                style,
                tally: Arc::clone(&cast.desk),
            };
            cast.tasks.spawn(desk.run(cast.stop.clone()));
        }
        Ok(cast)
    }

    async fn until_live(&self) {
        while !self.shared.room.lock().is_live() {
            tokio::time::sleep(Duration::from_millis(LOOK_EVERY_MS)).await;
        }
    }

    /// Stops everybody; what is under way is answered first. Says what became of the fixes.
    pub async fn stop(self) -> FixTally {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        self.gateway.await.unwrap_or_default()
    }
}
