//! Police times, counted from the record: call → order → acknowledged → on scene → closed, by team, category, priority and class of the
//! place, against the policy's clocks; and what each local day had of it.

use super::spans::Spans;
use domain::agency::AgencyTree;
use domain::assignment::{Assignment, AssignmentRole, AssignmentState};
use domain::event::Event;
use domain::ids::{AgencyId, IncidentId};
use domain::incident::{Attendance, Incident};
use domain::place::Place;
use domain::policy::{ArrivalModel, Policy};
use domain::time::LocalDay;
use domain::world::{PostImage, World};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The class of a place that no boundary names one for.
const NO_CLASS: &str = "default";

/// The times of one group of incidents.
#[derive(Clone, Debug, Serialize)]
pub struct Times {
    /// Call → first unit ordered, against the dispatch clock of its priority. One that nobody was ever sent to counts as late.
    pub to_order: Spans,
    /// Order → acknowledged, of every order, against the policy's clock. One that was not taken counts as late.
    pub to_acknowledge: Spans,
    /// Call → first unit on scene, against the arrival clock where one runs. Officers who only attend for the beat do not count.
    pub to_scene: Spans,
    /// Call → closed.
    pub to_close: Spans,
}

impl Times {
    fn new(policy: &Policy) -> Self {
        let mut dispatch: Vec<u64> = policy.priorities.iter().map(|rule| rule.dispatch_ms).collect();
        dispatch.sort_unstable();
        dispatch.dedup();
        Self {
            to_order: Spans::new(&dispatch),
            to_acknowledge: Spans::new(&policy.bands.acknowledge_ms),
            to_scene: Spans::new(&policy.bands.arrive_ms),
            to_close: Spans::new(&[1_800_000, 3_600_000, 7_200_000, 14_400_000]),
        }
    }

    fn of_a_day() -> Self {
        let (coarse, counted) = (Spans::coarse, Spans::only_counted);
        Self { to_order: coarse(), to_acknowledge: counted(), to_scene: coarse(), to_close: counted() }
    }

    fn add(&mut self, taken: &Taken) {
        match taken.ordered_ms {
            Some(took_ms) => self.to_order.add(took_ms, taken.order_allowed_ms),
            None if taken.order_allowed_ms.is_some() => self.to_order.add_never(),
            None => {}
        }
        for acknowledged in &taken.acknowledged_ms {
            match acknowledged {
                Some(took_ms) => self.to_acknowledge.add(*took_ms, Some(taken.acknowledge_allowed_ms)),
                None => self.to_acknowledge.add_never(),
            }
        }
        match taken.on_scene_ms {
            Some(took_ms) => self.to_scene.add(took_ms, taken.arrive_allowed_ms),
            None if taken.arrive_allowed_ms.is_some() => self.to_scene.add_never(),
            None => {}
        }
        self.to_close.add(taken.closed_ms, None);
    }
}

/// What one incident took, in milliseconds.
struct Taken {
    ordered_ms: Option<u64>,
    order_allowed_ms: Option<u64>,
    acknowledged_ms: Vec<Option<u64>>,
    acknowledge_allowed_ms: u64,
    on_scene_ms: Option<u64>,
    arrive_allowed_ms: Option<u64>,
    closed_ms: u64,
}

/// What one local day had.
#[derive(Clone, Debug)]
pub struct Day {
    /// The times of its incidents; percentiles of the first order and the first arrival only.
    pub times: Times,
    /// … of those of priority 1.
    pub urgent: Times,
    /// Incidents that were closed.
    pub closed: u64,
    /// … by owner.
    pub by_team: BTreeMap<&'static str, u64>,
    /// Alarms about its incidents.
    pub alarms: u64,
    /// Incidents at which the beat's officer was due.
    pub attendance_due: u64,
    /// … and came.
    pub attended: u64,
    /// Orders charged to a lending budget.
    pub lent_orders: u64,
}

/// All police times of a run. Its size follows from the policy and from how many days there are, not from how many calls.
#[derive(Clone, Debug, Serialize)]
pub struct PoliceTimes {
    /// Of all incidents that were closed.
    pub all: Times,
    /// … by owner.
    pub by_team: BTreeMap<String, Times>,
    /// … by category, the verified one where there is one.
    pub by_category: BTreeMap<String, Times>,
    /// … by priority.
    pub by_priority: BTreeMap<u8, Times>,
    /// … by class of the place.
    pub by_place_class: BTreeMap<String, Times>,
    /// Alarms by kind.
    pub alarms: BTreeMap<String, u64>,
    /// Orders charged to a lending budget.
    pub lent_orders: u64,
    #[serde(skip)]
    days: BTreeMap<LocalDay, Day>,
    #[serde(skip)]
    policy: Arc<Policy>,
    #[serde(skip)]
    agencies: Arc<AgencyTree>,
}

impl PoliceTimes {
    /// Nothing yet, by these rules.
    #[must_use]
    pub fn new(policy: Arc<Policy>, agencies: Arc<AgencyTree>) -> Self {
        Self {
            all: Times::new(&policy),
            by_team: BTreeMap::new(),
            by_category: BTreeMap::new(),
            by_priority: BTreeMap::new(),
            by_place_class: BTreeMap::new(),
            alarms: BTreeMap::new(),
            lent_orders: 0,
            days: BTreeMap::new(),
            policy,
            agencies,
        }
    }

    /// What each local day had, by day.
    pub fn days(&self) -> impl Iterator<Item = (LocalDay, &Day)> {
        self.days.iter().map(|(day, had)| (*day, had))
    }

    /// Adds one event; `world` is after it and `changed` what it changed. Events come in the order of the log, each once.
    pub fn add(&mut self, world: &World, event: &Event, changed: &[PostImage]) {
        match event {
            Event::AlarmRaised { kind, incident_id, .. } => {
                *self.alarms.entry(kind.key().to_owned()).or_default() += 1;
                let incident = incident_id.as_ref().and_then(|id| world.incident(id)).map(|incident| incident.local_day);
                if let Some(day) = incident {
                    self.day(day).alarms += 1;
                }
            }
            Event::IncidentClosed { incident_id } => self.close(world, *incident_id),
            Event::AssignmentOffered(_) | Event::AssignmentActivated(_) => {
                for image in changed {
                    if let PostImage::Assignment(assignment) = image {
                        self.lent(world, assignment);
                    }
                }
            }
            _ => {}
        }
    }

    fn lent(&mut self, world: &World, assignment: &Assignment) {
        if assignment.lent.is_none() || !matches!(assignment.state, AssignmentState::Offered { .. }) {
            return;
        }
        self.lent_orders += 1;
        if let Some(day) = world.incident(&assignment.incident_id).map(|incident| incident.local_day) {
            self.day(day).lent_orders += 1;
        }
    }

    fn day(&mut self, day: LocalDay) -> &mut Day {
        self.days.entry(day).or_insert_with(|| Day {
            times: Times::of_a_day(),
            urgent: Times::of_a_day(),
            closed: 0,
            by_team: BTreeMap::new(),
            alarms: 0,
            attendance_due: 0,
            attended: 0,
            lent_orders: 0,
        })
    }

    fn close(&mut self, world: &World, incident_id: IncidentId) {
        let Some(incident) = world.incident(&incident_id).cloned() else { return };
        let taken = self.taken(world, &incident);
        let policy = Arc::clone(&self.policy);
        let new = || Times::new(&policy);
        self.all.add(&taken);
        self.by_team.entry(incident.owner.key().to_owned()).or_insert_with(new).add(&taken);
        self.by_category.entry(incident.classification().category.to_string()).or_insert_with(new).add(&taken);
        self.by_priority.entry(incident.priority.level()).or_insert_with(new).add(&taken);
        self.by_place_class.entry(self.place_class(&incident)).or_insert_with(new).add(&taken);
        let day = self.day(incident.local_day);
        day.times.add(&taken);
        if incident.priority.level() == 1 {
            day.urgent.add(&taken);
        }
        day.closed += 1;
        *day.by_team.entry(incident.owner.key()).or_default() += 1;
        if let Some(attendance) = &incident.attendance {
            day.attendance_due += 1;
            day.attended += u64::from(matches!(attendance, Attendance::Attended { .. }));
        }
    }

    /// The arrival clock of an urgent incident: by the class of its place, or by the echelon of the first unit, from its order on.
    fn arrive_allowed_ms<'a>(&self, world: &World, incident: &Incident, orders: impl Iterator<Item = &'a Arc<Assignment>>) -> Option<u64> {
        match self.policy.arrival_model {
            ArrivalModel::PlaceClass => self.policy.arrive_ms(self.agencies.place_class(agency_of(incident))),
            ArrivalModel::Echelon => {
                let first = orders.min_by_key(|order| order.times.offered_at)?;
                let home = &world.unit(&first.unit_id)?.profile.home;
                let allowed_ms = self.policy.echelon_ms(self.agencies.get(home)?.level)?;
                Some(first.times.offered_at.plus_ms(allowed_ms).since_ms(incident.reported_at))
            }
        }
    }

    fn place_class(&self, incident: &Incident) -> String {
        let class = self.agencies.place_class(agency_of(incident)).or_else(|| self.policy.place_classes.first().map(|rule| &rule.key));
        class.map_or_else(|| NO_CLASS.to_owned(), ToString::to_string)
    }

    fn taken(&self, world: &World, incident: &Incident) -> Taken {
        let since = incident.reported_at;
        let orders: Vec<&Arc<Assignment>> = incident
            .assignments
            .iter()
            .filter_map(|id| world.assignment(id))
            .filter(|order| !matches!(order.state, AssignmentState::Queued) && was_given(order))
            .collect();
        let responds = || orders.iter().filter(|order| order.role != AssignmentRole::BeatAttendance);
        let sends = self.policy.decide(incident.classification()).is_some_and(|decided| decided.dispatch);
        let rule = self.policy.priority(incident.priority);
        Taken {
            ordered_ms: responds().map(|order| order.times.offered_at.since_ms(since)).min(),
            order_allowed_ms: rule.filter(|_| sends).map(|rule| rule.dispatch_ms),
            acknowledged_ms: orders
                .iter()
                .filter(|order| !matches!(order.state, AssignmentState::Recalled { .. }) || order.times.acknowledged_at.is_some())
                .map(|order| order.times.acknowledged_at.map(|at| at.since_ms(order.times.offered_at)))
                .collect(),
            acknowledge_allowed_ms: self.policy.clocks.acknowledge_ms,
            on_scene_ms: responds().filter_map(|order| order.times.on_scene_at).min().map(|at| at.since_ms(since)),
            arrive_allowed_ms: rule
                .filter(|rule| sends && rule.arrival)
                .and_then(|_| self.arrive_allowed_ms(world, incident, responds().copied())),
            closed_ms: incident.updated_at.since_ms(since),
        }
    }
}

/// Where an incident is; the station whose room handles it where that is in no agency.
fn agency_of(incident: &Incident) -> &AgencyId {
    match &incident.place {
        Place::Located { agency, .. } => agency,
        Place::OutsideBoundaries { .. } | Place::Unverified => &incident.station,
    }
}

/// Whether an order ever reached its unit: one that was taken back from the unit's queue did not.
fn was_given(order: &Assignment) -> bool {
    let times = &order.times;
    let from_queue_only = times.queued_at.is_some_and(|at| at == times.offered_at) && times.delivered_at.is_none();
    !from_queue_only
}
