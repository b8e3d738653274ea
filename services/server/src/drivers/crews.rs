//! All crews of a county in one task: they hear of orders from the room's stream and answer over gRPC, each in its order.

use super::county::CrewSeat;
use super::link::Link;
use super::positions::{FixReport, FixSender};
use super::room::{Change, Order};
use super::taps;
use domain::ids::{AssignmentId, LogId, UnitId};
use domain::time::Timestamp;
use domain::unit::UnitKind;
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use roads::SpeedClass;
use sim::county::Router;
use sim::crew::{Action, CrewProfile, Device, Input, Intention, LineProfile, Streets};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tonic::Status;
use wire::v1alpha1::AssignmentState;

/// Changes that wait for the crews at most; the stream's reader waits beyond it.
pub const CHANGES_BUFFER: usize = 8_192;
/// The crews wake up at least this often when nothing is due, in milliseconds.
const IDLE_MS: u64 = 1_000;

/// How crews behave.
#[derive(Clone)]
pub struct CrewStyle {
    /// Delays and chances.
    pub profile: CrewProfile,
    /// How reliable their devices' lines are; none is a line that never fails.
    pub line: Option<LineProfile>,
    /// The roads they drive on; none goes straight.
    pub roads: Option<Arc<Router>>,
    /// Whether they drive to the place; otherwise they work where they stand and no driving time is spent.
    pub drives: bool,
    /// Seed of the run.
    pub seed: u64,
    /// Call sign of a unit without a crew: only its device is switched on.
    pub left_to_people: Option<&'static str>,
}

/// What the crews did.
#[derive(Default)]
pub struct CrewTally {
    /// Steps that the server took.
    pub taken: AtomicU64,
    /// Steps that it refused: an order that was over, mostly.
    pub refused: AtomicU64,
}

struct Slot {
    device: Device,
    /// Only the device is there: it confirms that an order arrived, and says where it is.
    device_only: bool,
    seat: CrewSeat,
    /// Steps that wait for the one that is under way.
    queue: VecDeque<Intention>,
    busy: bool,
    /// An order that was taken over half-way, and how far it was.
    taken_over: Option<(AssignmentId, AssignmentState)>,
}

/// A crew's number, the step it took, and what became of it.
type Answer = (usize, Intention, Result<(), Status>);

/// The crews and what they are about.
pub struct Crews {
    link: Arc<Link>,
    log_id: LogId,
    drives: bool,
    slots: Vec<Slot>,
    by_unit: BTreeMap<UnitId, usize>,
    due: BinaryHeap<Reverse<(Timestamp, usize)>>,
    fixes: FixSender,
    tally: Arc<CrewTally>,
    under_way: FuturesUnordered<BoxFuture<'static, Answer>>,
}

impl Crews {
    /// Crews on these seats, standing where their units begin.
    #[must_use]
    pub fn new(link: Arc<Link>, log_id: LogId, seats: Vec<CrewSeat>, style: &CrewStyle, fixes: FixSender, tally: Arc<CrewTally>) -> Self {
        let begin = link.now();
        let slot = |(number, seat): (usize, CrewSeat)| {
            let plan = &seat.plan;
            let device_only = style.left_to_people == Some(plan.call_sign.as_str());
            let behaviour = match (device_only, plan.kind == UnitKind::Drone) {
                (true, _) => (CrewProfile::prompt(), None),
                // Flown from a desk: its line is the desk's.
                (false, true) if style.drives => (style.profile.clone().drone(), None),
                (false, _) => (style.profile.clone(), style.line),
            };
            let device = Device::new(behaviour, plan.start, plan.speed_m_per_s, style.seed, number as u64, begin);
            let device = match (&style.roads, class_of(plan.kind)) {
                (Some(router), Some(class)) => device.on_roads(Streets { router: Arc::clone(router), class }),
                _ => device,
            };
            Slot { device, device_only, seat, queue: VecDeque::new(), busy: false, taken_over: None }
        };
        let slots: Vec<Slot> = seats.into_iter().enumerate().map(slot).collect();
        let by_unit = slots.iter().enumerate().map(|(index, slot)| (slot.seat.plan.unit_id.clone(), index)).collect();
        let mut crews = Self {
            link,
            log_id,
            drives: style.drives,
            slots,
            by_unit,
            due: BinaryHeap::new(),
            fixes,
            tally,
            under_way: FuturesUnordered::new(),
        };
        (0..crews.slots.len()).for_each(|index| crews.plan_next(index));
        crews
    }

    /// Brings every unit on duty, as its own device would.
    ///
    /// # Errors
    /// The first refusal.
    pub async fn sign_on(&self, at_once: usize) -> Result<(), Status> {
        let signing = self.slots.iter().map(|slot| taps::sign_on(&self.link, &slot.seat.bearer, &self.log_id, &slot.seat.plan.unit_id));
        let mut signing = futures_util::stream::iter(signing).buffer_unordered(at_once.max(1));
        while let Some(answer) = signing.next().await {
            answer?;
        }
        Ok(())
    }

    /// Runs until `stop`; what is under way then is answered first.
    pub async fn run(mut self, mut changes: mpsc::Receiver<Change>, stop: CancellationToken) {
        loop {
            self.poll_due();
            let wake_at = self.due.peek().map_or(self.link.now().plus_ms(IDLE_MS), |Reverse((at, _))| *at);
            let link = Arc::clone(&self.link);
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                Some(answer) = self.under_way.next(), if !self.under_way.is_empty() => self.answered(answer),
                change = changes.recv() => match change {
                    Some(change) => self.hear(change),
                    None => break,
                },
                () = link.reached(wake_at) => {}
            }
        }
        while self.under_way.next().await.is_some() {}
    }

    fn hear(&mut self, change: Change) {
        match change {
            Change::Order(Order { unit_id, assignment_id, destination, priority, state }) => {
                let Some(index) = self.by_unit.get(&unit_id).copied() else { return };
                let Some(slot) = self.slots.get_mut(index) else { return };
                if slot.device_only {
                    slot.queue.push_back(Intention { at: self.link.now(), action: Action::MarkDelivered(assignment_id) });
                    return self.send_next(index);
                }
                if state != AssignmentState::Offered {
                    slot.taken_over = Some((assignment_id, state));
                }
                let destination = destination.filter(|_| self.drives);
                self.give(index, &Input::Order { assignment_id, destination, priority });
            }
            Change::Withdrawn { unit_id, assignment_id } => {
                let Some(index) = self.by_unit.get(&unit_id).copied() else { return };
                self.withdraw(index, assignment_id);
            }
        }
    }

    fn give(&mut self, index: usize, input: &Input) {
        let at = self.link.now();
        if let Some(slot) = self.slots.get_mut(index) {
            slot.device.handle(input, at);
        }
        self.plan_next(index);
    }

    fn withdraw(&mut self, index: usize, assignment_id: AssignmentId) {
        if let Some(slot) = self.slots.get_mut(index) {
            slot.queue.retain(|intention| intention.action.assignment_id() != Some(assignment_id));
            slot.device.forget(assignment_id);
        }
        self.give(index, &Input::Withdrawn { assignment_id });
    }

    /// Notes when a crew will next want something. A stale note only wakes it up for nothing.
    fn plan_next(&mut self, index: usize) {
        if let Some(at) = self.slots.get(index).and_then(|slot| slot.device.next_due()) {
            self.due.push(Reverse((at, index)));
        }
    }

    fn poll_due(&mut self) {
        let at = self.link.now();
        while let Some(Reverse((due, index))) = self.due.peek().copied().filter(|Reverse((due, _))| *due <= at) {
            self.due.pop();
            // Several notes of one crew: the first one that is due does for all.
            while self.due.peek().is_some_and(|Reverse(next)| *next == (due, index)) {
                self.due.pop();
            }
            self.poll(index, at);
        }
    }

    fn poll(&mut self, index: usize, at: Timestamp) {
        let Some(slot) = self.slots.get_mut(index) else { return };
        while let Some(intention) = slot.device.poll(at) {
            if let Action::Fix(fix) = &intention.action {
                self.fixes.report(FixReport { unit: slot.seat.number, fix: *fix, at: intention.at });
            } else if !passed(slot.taken_over, &intention) {
                slot.queue.push_back(intention);
            }
        }
        self.plan_next(index);
        self.send_next(index);
    }

    fn send_next(&mut self, index: usize) {
        let Some(slot) = self.slots.get_mut(index).filter(|slot| !slot.busy) else { return };
        let Some(intention) = slot.queue.pop_front() else { return };
        slot.busy = true;
        let (link, bearer, log_id) = (Arc::clone(&self.link), slot.seat.bearer.clone(), self.log_id.clone());
        let unit_id = slot.seat.plan.unit_id.clone();
        self.under_way.push(Box::pin(async move {
            let result = taps::send(&link, &bearer, (&log_id, &unit_id), &intention).await;
            (index, intention, result)
        }));
    }

    fn answered(&mut self, (index, intention, result): Answer) {
        if let Some(slot) = self.slots.get_mut(index) {
            slot.busy = false;
        }
        match result {
            Ok(()) => drop(self.tally.taken.fetch_add(1, Ordering::Relaxed)),
            Err(status) => {
                self.tally.refused.fetch_add(1, Ordering::Relaxed);
                tracing::debug!(code = ?status.code(), "a crew's step was refused: {}", status.message());
                if let Some(assignment_id) = intention.action.assignment_id() {
                    self.withdraw(index, assignment_id);
                }
            }
        }
        self.send_next(index);
    }
}

/// What a kind of unit moves by on the roads; none flies.
fn class_of(kind: UnitKind) -> Option<SpeedClass> {
    match kind {
        UnitKind::Car => Some(SpeedClass::Car),
        UnitKind::Motorcycle => Some(SpeedClass::Motorcycle),
        UnitKind::Foot | UnitKind::GridWorker | UnitKind::Guards | UnitKind::Volunteers => Some(SpeedClass::Foot),
        UnitKind::Drone => None,
    }
}

fn passed(taken_over: Option<(AssignmentId, AssignmentState)>, intention: &Intention) -> bool {
    taken_over.is_some_and(|(id, state)| intention.action.assignment_id() == Some(id) && taps::is_behind(&intention.action, state))
}
