//! The feed of one log: follows its commits and hands each view class its frame, each unit its own.

use crate::class::ViewClass;
use crate::convert;
use crate::frame::SharedFrame;
use domain::ids::{LogId, UnitId};
use domain::world::PostImage;
use parking_lot::Mutex;
use runtime::fleet::{Fix, Tick};
use runtime::{Committed, LogView, Runtime};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

/// Frames a viewer may be behind before it must take a new snapshot.
pub(crate) const FRAME_BUFFER: usize = 512;
/// Orders a unit may be behind; it has few.
const UNIT_BUFFER: usize = 32;
/// Fix ticks a viewer may be behind; older ones are dropped, the newest wins.
const FIX_BUFFER: usize = 4;
/// How often fixes go out, in milliseconds.
const FIX_TICK_MS: u64 = 250;

/// Fixes that changed in one tick.
pub(crate) type FixTick = Arc<Vec<(UnitId, Fix)>>;

#[derive(Default)]
struct Viewers {
    rooms: BTreeMap<ViewClass, broadcast::Sender<Arc<SharedFrame>>>,
    units: BTreeMap<UnitId, broadcast::Sender<Arc<Committed>>>,
}

/// The feed of one log.
pub(crate) struct LogFeed {
    log_id: LogId,
    runtime: Arc<Runtime>,
    viewers: Mutex<Viewers>,
    fixes: broadcast::Sender<FixTick>,
}

impl LogFeed {
    /// Starts following; none when this node does not serve the log.
    pub(crate) fn start(runtime: Arc<Runtime>, log_id: LogId, stop: CancellationToken) -> Option<Arc<Self>> {
        let (_, commits) = runtime.follow(&log_id)?;
        let feed = Arc::new(Self { log_id, runtime, viewers: Mutex::new(Viewers::default()), fixes: broadcast::Sender::new(FIX_BUFFER) });
        tokio::spawn(Arc::clone(&feed).run(commits, stop));
        Some(feed)
    }

    /// The log as it is now. Subscribe first, then look: a frame may come twice, never not at all.
    pub(crate) fn view(&self) -> Option<Arc<LogView>> {
        self.runtime.view(&self.log_id)
    }

    /// The shared frames of a room's class from now on.
    pub(crate) fn subscribe_room(&self, class: &ViewClass) -> broadcast::Receiver<Arc<SharedFrame>> {
        let mut viewers = self.viewers.lock();
        viewers.rooms.entry(class.clone()).or_insert_with(|| broadcast::Sender::new(FRAME_BUFFER)).subscribe()
    }

    /// The commits that touch a unit from now on.
    pub(crate) fn subscribe_unit(&self, unit_id: &UnitId) -> broadcast::Receiver<Arc<Committed>> {
        let mut viewers = self.viewers.lock();
        viewers.units.entry(unit_id.clone()).or_insert_with(|| broadcast::Sender::new(UNIT_BUFFER)).subscribe()
    }

    /// The changed fixes, tick by tick, from now on.
    pub(crate) fn subscribe_fixes(&self) -> broadcast::Receiver<FixTick> {
        self.fixes.subscribe()
    }

    async fn run(self: Arc<Self>, mut commits: broadcast::Receiver<Arc<Committed>>, stop: CancellationToken) {
        let mut tick = tokio::time::interval(Duration::from_millis(FIX_TICK_MS));
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut seen = Tick::default();
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                committed = commits.recv() => match committed {
                    Ok(committed) => self.hand_out(&committed),
                    Err(broadcast::error::RecvError::Lagged(missed)) => {
                        // Every viewer has a gap now: dropping the senders makes each take a new snapshot.
                        metrics::counter!("oneroom_feed_gaps_total").increment(missed);
                        *self.viewers.lock() = Viewers::default();
                    }
                    Err(broadcast::error::RecvError::Closed) => return,
                },
                _ = tick.tick() => self.hand_out_fixes(&mut seen),
            }
        }
    }

    fn hand_out(&self, committed: &Arc<Committed>) {
        let Some(view) = self.view() else { return };
        let tree = view.context.agencies();
        let mut viewers = self.viewers.lock();
        viewers.rooms.retain(|_, sender| sender.receiver_count() > 0);
        for (class, sender) in &viewers.rooms {
            let message = convert::delta_or_advance(committed, class, tree);
            // A class whose last viewer just left is dropped next time.
            let _ = sender.send(SharedFrame::new(committed.prev_seq.0, committed.head.seq.0, message));
        }
        for image in &committed.changed {
            let unit_id = match image {
                PostImage::Unit(unit) => &unit.profile.unit_id,
                PostImage::Assignment(assignment) => &assignment.unit_id,
                _ => continue,
            };
            if let Some(sender) = viewers.units.get(unit_id)
                && sender.send(Arc::clone(committed)).is_err()
            {
                viewers.units.remove(unit_id);
            }
        }
    }

    fn hand_out_fixes(&self, seen: &mut Tick) {
        if self.fixes.receiver_count() == 0 {
            return;
        }
        let Some(view) = self.view() else { return };
        let through = view.fleet.close_tick();
        if through == *seen {
            return;
        }
        let changes = view.fleet.changed_since(*seen);
        *seen = changes.through;
        if !changes.fixes.is_empty() {
            let _ = self.fixes.send(Arc::new(changes.fixes));
        }
    }
}
