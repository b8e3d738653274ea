//! A county on a virtual clock: the real core, its log loop and its record, with crews and operators from `sim` in this process and
//! without a network. The clock jumps from one thing to the next, so a month takes minutes; what happens depends on the calls, the
//! county, the rules and the seed alone: the same again writes the same record to the byte.
//!
//! *Assumptions.* Crews behave as [`CrewProfile::human`] says, with straight ways made longer by the usual detour, stay where their last
//! order left them, and are on duty around the clock. One operator at each station works by [`DeskRules`]. A call's own randomness
//! (how long a unit needs to answer, to drive, on the scene) follows from the call and not from who is sent, so that two sets of rules
//! meet the same world: common random numbers.

mod crews;
mod desk;
mod engine;
mod room;
pub mod spans;
pub mod times;
mod write_behind;

#[cfg(test)]
mod tests;

pub use desk::DeskRules;
pub use engine::{Activity, POSITIONS_EVERY_MS, VirtualCall};
pub use write_behind::WriteBehind;

use super::county::{cannot, write};
use super::positions::FixTally;
use super::site::Site;
use crate::exit::Failure;
use crate::record::Record;
use bus::LocalBus;
use crews::Crews;
use desk::Desk;
use domain::ids::{PrincipalId, Seq};
use domain::principal::{Principal, Role};
use domain::time::Timestamp;
use engine::Engine;
use room::Room;
use runtime::Runtime;
use runtime::clock::{Clock, VirtualClock};
use sim::crew::CrewProfile;
use std::collections::BTreeSet;
use std::sync::Arc;
use store::{Head, Store};
use tokio::runtime::Handle;
use tonic::Status;
use wire::v1alpha1::ReportIncidentResponse;

/// How long before the first call everybody comes on duty, in milliseconds.
const ON_DUTY_BEFORE_MS: u64 = 60_000;
/// How long after the last call open incidents are worked on, in milliseconds: a day.
pub const FINISH_WITHIN_MS: u64 = 86_400_000;

/// What a run is made of.
pub struct VirtualPlan {
    /// The county with its rules and units.
    pub site: Site,
    /// When the first call comes in.
    pub begin: Timestamp,
    /// Seed of everything random.
    pub seed: u64,
    /// How crews behave.
    pub crews: CrewProfile,
    /// How operators work.
    pub desk: DeskRules,
    /// How long after the last call open incidents are worked on, in milliseconds.
    pub finish_within_ms: u64,
}

impl VirtualPlan {
    /// People as they are, on this county.
    #[must_use]
    pub fn new(site: Site, begin: Timestamp, seed: u64) -> Self {
        let desk = DeskRules::for_stations(site.stations);
        Self { site, begin, seed, crews: CrewProfile::human(), desk, finish_within_ms: FINISH_WITHIN_MS }
    }
}

/// How a run ended.
#[derive(Clone, PartialEq, Debug)]
pub struct VirtualEnd {
    /// The log's head after everything: with its hash the whole record is compared.
    pub head: Head,
    /// The head before the first call.
    pub begin: Seq,
    /// Virtual time at the end.
    pub ended_at: Timestamp,
    /// Incidents that were not closed.
    pub left_open: usize,
    /// What everybody did.
    pub activity: Activity,
    /// What became of the units' fixes.
    pub positions: FixTally,
}

/// Runs `calls`, which come in the order of their time, into an empty `record`. `answered` hears what each call was answered. The record
/// is whole when this returns. Blocks: call it where blocking is allowed; `writer` is the runtime that writes the record meanwhile.
///
/// # Errors
/// [`Failure::BadInput`] when the record is not empty; [`Failure::DoesNotHold`] when the record can't be written, or a call can't be read.
pub fn run(
    plan: &VirtualPlan,
    record: &Record,
    writer: &Handle,
    calls: impl Iterator<Item = Result<VirtualCall, Failure>>,
    answered: impl FnMut(Result<ReportIncidentResponse, Status>),
) -> Result<VirtualEnd, Failure> {
    let alone = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(cannot)?;
    let store = WriteBehind::new(record.store(), writer);
    alone.block_on(async {
        let clock = Arc::new(VirtualClock::repeatable(Timestamp(plan.begin.0 - ON_DUTY_BEFORE_MS.cast_signed()), plan.seed));
        let runtime = Arc::new(Runtime::stepped(
            Arc::clone(&store) as Arc<dyn Store>,
            Arc::new(LocalBus::default()),
            Arc::clone(&clock) as Arc<dyn Clock>,
        ));
        let ended = play(plan, &runtime, clock, calls, answered).await;
        runtime.drain().await;
        store.flush().await.map_err(cannot)?;
        ended
    })
}

async fn play(
    plan: &VirtualPlan,
    runtime: &Arc<Runtime>,
    clock: Arc<VirtualClock>,
    calls: impl Iterator<Item = Result<VirtualCall, Failure>>,
    answered: impl FnMut(Result<ReportIncidentResponse, Status>),
) -> Result<VirtualEnd, Failure> {
    let (site, log_id) = (&plan.site, &plan.site.log_id);
    if runtime.store().head(log_id).await.map_err(cannot)? != Head::EMPTY {
        return Err(Failure::input(format!("the record has log {log_id} already: expected an empty directory for a virtual run")));
    }
    write(runtime, site).await?;
    let (_, commits) = runtime.follow(log_id).ok_or_else(|| cannot(format!("log {log_id} is not served")))?;
    let begin = clock.now();
    let operator = Principal {
        principal_id: PrincipalId::new(&format!("{log_id}-op")).map_err(cannot)?,
        role: Role::Operator { jurisdictions: BTreeSet::from([site.root.clone()]) },
    };
    let mut engine = Engine {
        runtime: Arc::clone(runtime),
        log_id: log_id.clone(),
        commits,
        operator,
        room: Room::default(),
        crews: Crews::new(site, &plan.crews, plan.seed, begin)?,
        desk: Desk::new(plan.desk, begin),
        activity: Activity::default(),
        positions_at: begin,
        clock,
    };
    engine.sign_on().await?;
    let before = runtime.store().head(log_id).await.map_err(cannot)?.seq;
    engine.run(calls, plan.finish_within_ms, answered).await?;
    Ok(VirtualEnd {
        head: runtime.store().head(log_id).await.map_err(cannot)?,
        begin: before,
        ended_at: engine.clock.now(),
        left_open: engine.room.open(),
        activity: engine.activity,
        positions: engine.crews.positions,
    })
}
