//! Gives one command to the core and to the reference model, and compares what came of it.

use super::reference::{CALLS, Car, Free, Paper};
use super::{Act, CARS, Turn, Who};
use domain::classification::{Priority, Team};
use domain::command::{
    AssignUnits, Clear, CloseIncident, Command, ConfirmAlarm, Decline, FireDeadline, Reclassify, ResolveIncident, SetAvailability, SignOff,
    SignOn, UnitOrder,
};
use domain::deadlines::{Deadline, DeadlineSubject};
use domain::event::Event;
use domain::ids::{AlarmId, AssignmentId, IncidentId, ReasonKey, UnitId};
use domain::incident::IncidentState;
use domain::place::Place;
use domain::policy::{DEFAULT_TEXT, Policy, parse};
use domain::principal::Principal;
use domain::situation::{Candidate, TravelSource};
use domain::testing::{
    Bench, DAY_MS, LOG, call, locate, observer, operator, profile, server, station_id, tap, tree, unit_principal, unknown_id,
};
use domain::time::Timestamp;
use domain::unit::{Availability, Duty, UnitKind};
use proptest::sample::Index;
use std::collections::BTreeSet;

/// The core, the model, and which id is which line on paper.
pub(crate) struct Both {
    bench: Bench,
    paper: Paper,
    units: Vec<UnitId>,
    pub(super) incidents: Vec<IncidentId>,
    pub(super) orders: Vec<AssignmentId>,
    alarms: Vec<AlarmId>,
    seen: Vec<Deadline>,
}

/// `None` stands for something that does not exist.
pub(super) fn pick(index: &Index, len: usize) -> Option<usize> {
    Some(index.index(len + 1)).filter(|place| *place < len)
}

pub(super) fn key(known: bool, right: &str) -> ReasonKey {
    ReasonKey::new(if known { right } else { "unheard_of" }).unwrap()
}

const ROOMS: [&str; 2] = ["610824-01", "610824-02"];

/// The shipped default without the rules that the model does not know: see `reference`.
fn policy() -> Policy {
    let mut policy = parse("default.toml", DEFAULT_TEXT).unwrap();
    policy.attendance.enabled = false;
    for rule in &mut policy.priorities {
        (rule.owner_follows, rule.arrival) = (false, false);
    }
    policy.room_clocks.safety_check_ms = 7 * DAY_MS;
    policy.room_clocks.feedback_ms = 7 * DAY_MS;
    policy
}

impl Both {
    pub(crate) fn new() -> Self {
        let mut bench = Bench::with(policy(), tree(2));
        bench.full_check_every = 8;
        let (mut units, mut cars) = (Vec::new(), Vec::new());
        for place in 0..CARS {
            let mut unit = profile(&format!("U{place}"), station_id(place % 2 + 1));
            unit.team = [Team::Case, Team::Community, Team::Case, Team::Patrol, Team::Community, Team::Case, Team::Case][place];
            unit.kind = if place == 5 { UnitKind::Drone } else { UnitKind::Car };
            unit.sworn = u8::from(place != 6);
            let (room, team, can_lead, sworn) = (ROOMS[place % 2], unit.team, place != 5, unit.sworn);
            cars.push(Car { room, team, can_lead, sworn, on_duty: true, free: Free::Fully, queue: Vec::new() });
            units.push(bench.unit(unit, 37.6, 108.8));
        }
        bench.caught_up = false;
        let paper = Paper { now: bench.now.0, cars, ..Paper::default() };
        Self { bench, paper, units, incidents: vec![], orders: vec![], alarms: vec![], seen: vec![] }
    }

    /// One turn.
    pub(crate) fn turn(&mut self, turn: &Turn) -> Result<(), String> {
        self.paper.near = turn.near.iter().enumerate().filter_map(|(car, travel)| travel.map(|s| (car, s * 1000))).collect();
        match &turn.act {
            Act::Wait { ms } => {
                self.paper.now += ms;
                self.bench.now = Timestamp(self.paper.now);
                return Ok(());
            }
            Act::FireDue => {
                while let Some(due) = self.next_due() {
                    self.give(&server(), Command::FireDeadline(FireDeadline { deadline: due.clone() }), |paper, both| {
                        both.fire_on_paper(paper, &due)
                    })?;
                }
                // Everything is caught up with, so now every deadline must have been heard.
                self.bench.caught_up = true;
                self.bench.check_all();
                self.bench.caught_up = false;
                return self.sound();
            }
            _ => {}
        }
        self.act(turn)
    }

    fn act(&mut self, turn: &Turn) -> Result<(), String> {
        match &turn.act {
            Act::Report { call: what, place, priority, ahead_ms } => {
                let spots = [(37.61, 108.80), (37.55, 108.90), (37.60, 108.96), (39.0, 110.0)];
                let room = [ROOMS[0], ROOMS[1], LOG, LOG, LOG][*place];
                let at = spots.get(*place).map_or(Place::Unverified, |(lat, lon)| locate(&self.bench.agencies, *lat, *lon));
                let mut report = call(CALLS[*what].0, at);
                report.priority = priority.map(|level| Priority::new(level).unwrap());
                report.occurred_at = (*ahead_ms != 0).then(|| Timestamp(self.paper.now + ahead_ms));
                let (what, priority, ahead_ms) = (*what, *priority, *ahead_ms);
                self.by_room(turn, Command::ReportIncident(report), |paper| paper.report(what, room, priority, ahead_ms))
            }
            Act::Assign { case, orders, stale } => {
                let case = pick(case, self.incidents.len());
                let cars: Vec<_> = orders.iter().map(|(car, role, when)| (car.index(CARS), *role, *when)).collect();
                let order =
                    |(car, role, when): &(usize, _, _)| UnitOrder { unit_id: self.units[*car].clone(), role: *role, when_engaged: *when };
                let orders = cars.iter().map(order).collect();
                let (incident_id, expected_revision, stale) = self.incident(case, *stale);
                let command = Command::AssignUnits(AssignUnits { incident_id, orders, expected_revision });
                self.by_room(turn, command, |paper| case.is_some_and(|case| !stale && paper.assign(case, &cars)))
            }
            Act::Resolve { case, known, stale } => {
                let (case, known) = (pick(case, self.incidents.len()), *known);
                let (incident_id, expected_revision, stale) = self.incident(case, *stale);
                let disposition = key(known, "handled");
                let command = Command::ResolveIncident(ResolveIncident { incident_id, disposition, expected_revision });
                self.by_room(turn, command, |paper| case.is_some_and(|case| !stale && paper.resolve(case, known)))
            }
            Act::Close { case, stale } => {
                let case = pick(case, self.incidents.len());
                let (incident_id, expected_revision, stale) = self.incident(case, *stale);
                let command = Command::CloseIncident(CloseIncident { incident_id, excuse: None, expected_revision });
                self.by_room(turn, command, |paper| case.is_some_and(|case| !stale && paper.close(case)))
            }
            Act::Reclassify { case, call: what, stale } => {
                let (case, what) = (pick(case, self.incidents.len()), *what);
                let (incident_id, expected_revision, stale) = self.incident(case, *stale);
                let verified_as = call(CALLS[what].0, Place::Unverified).classification;
                let command = Command::Reclassify(Reclassify { incident_id, verified_as, expected_revision });
                self.by_room(turn, command, |paper| case.is_some_and(|case| !stale && paper.reclassify(case, what)))
            }
            Act::Confirm { bell } => {
                let bell = pick(bell, self.alarms.len());
                let alarm_id = bell.map_or(AlarmId(unknown_id()), |bell| self.alarms[bell]);
                let command = Command::ConfirmAlarm(ConfirmAlarm { alarm_id });
                self.by_room(turn, command, |paper| bell.is_some_and(|bell| paper.confirm(bell)))
            }
            Act::Fire { deadline } => {
                if self.seen.is_empty() {
                    return Ok(());
                }
                let deadline = self.seen[deadline.index(self.seen.len())].clone();
                let by_server = matches!(turn.who, Who::Right);
                let who = if by_server { server() } else { operator(LOG) };
                let command = Command::FireDeadline(FireDeadline { deadline: deadline.clone() });
                self.give(&who, command, |paper, both| by_server && both.fire_on_paper(paper, &deadline))
            }
            Act::Tap { .. } | Act::Decline { .. } | Act::Clear { .. } | Act::SignOn { .. } | Act::SignOff { .. } | Act::SetFree { .. } => {
                self.unit_act(turn)
            }
            _ => self.room_act(turn),
        }
    }

    fn unit_act(&mut self, turn: &Turn) -> Result<(), String> {
        let order_id = |both: &Self, order: Option<usize>| order.map_or(AssignmentId(unknown_id()), |order| both.orders[order]);
        match &turn.act {
            Act::Tap { order, to, said_ms } => {
                let (order, to) = (pick(order, self.orders.len()), *to);
                let mut tap = tap(order_id(self, order));
                tap.occurred_at = said_ms.map(|said| Timestamp(self.paper.now + said));
                let command = match to {
                    "delivered" => Command::MarkDelivered(tap),
                    "seen" => Command::MarkSeen(tap),
                    "acknowledged" => Command::Acknowledge(tap),
                    "en_route" => Command::MarkEnRoute(tap),
                    _ => Command::MarkOnScene(tap),
                };
                // Only a device knows what it has and shows.
                let by_operator = !["delivered", "seen"].contains(&to);
                let car = order.map(|order| self.paper.orders[order].car);
                self.by_unit(turn, car, by_operator, command, |paper| order.is_some_and(|order| paper.tap(order, to)))
            }
            Act::Decline { order, known } => {
                let (order, known) = (pick(order, self.orders.len()), *known);
                let command = Command::Decline(Decline { tap: tap(order_id(self, order)), reason: key(known, "too_far") });
                let car = order.map(|order| self.paper.orders[order].car);
                self.by_unit(turn, car, true, command, |paper| order.is_some_and(|order| paper.decline(order, known)))
            }
            Act::Clear { order, known, outcome } => {
                let (order, known, outcome) = (pick(order, self.orders.len()), *known, *outcome);
                let disposition = outcome.map(|known| key(known, "handled"));
                let tap = tap(order_id(self, order));
                let command = Command::Clear(Clear { tap, reason: key(known, "done"), disposition, feedback: None });
                let car = order.map(|order| self.paper.orders[order].car);
                self.by_unit(turn, car, true, command, |paper| order.is_some_and(|order| paper.clear(order, known, outcome)))
            }
            Act::SignOn { car, sworn } => {
                let (car, sworn) = (car.index(CARS), *sworn);
                let crew = sworn.map(|sworn| (sworn, 1));
                let command = Command::SignOn(SignOn { unit_id: self.units[car].clone(), crew, occurred_at: None });
                self.by_unit(turn, Some(car), true, command, |paper| paper.sign_on(car, sworn))
            }
            Act::SignOff { car } => {
                let car = car.index(CARS);
                let command = Command::SignOff(SignOff { unit_id: self.units[car].clone(), occurred_at: None });
                self.by_unit(turn, Some(car), true, command, |paper| paper.sign_off(car))
            }
            Act::SetFree { car, to, known } => {
                let (car, known) = (car.index(CARS), *known);
                let reason = key(known, "meal");
                let (free, availability) = match to {
                    0 => (Free::Fully, Availability::Available),
                    1 => (Free::UrgentOnly, Availability::Conditional { reason }),
                    _ => (Free::NotAtAll, Availability::OutOfService { reason }),
                };
                let command =
                    Command::SetAvailability(SetAvailability { unit_id: self.units[car].clone(), availability, occurred_at: None });
                self.by_unit(turn, Some(car), true, command, |paper| paper.set_free(car, free, known))
            }
            other => unreachable!("{other:?} is not a unit's"),
        }
    }

    pub(super) fn now(&self) -> i64 {
        self.paper.now
    }

    /// The id and revision to send for a case, and whether that revision is stale.
    pub(super) fn incident(&self, case: Option<usize>, stale: bool) -> (IncidentId, u64, bool) {
        let incident_id = case.map_or(IncidentId(unknown_id()), |case| self.incidents[case]);
        let revision = self.bench.world.incident(&incident_id).map_or(0, |incident| incident.revision.0);
        // What is closed and gone has no revision to be stale against, and is refused anyway.
        (incident_id, if stale { revision + 1 } else { revision }, stale)
    }

    pub(super) fn by_room(&mut self, turn: &Turn, command: Command, on_paper: impl Fn(&mut Paper) -> bool) -> Result<(), String> {
        let (who, allowed) = match turn.who {
            Who::Right | Who::Operator => (operator(LOG), true),
            Who::Stranger => (unit_principal(&self.units[0]), false),
            Who::Observer => (observer(LOG), false),
        };
        self.give(&who, command, |paper, _| allowed && on_paper(paper))
    }

    fn by_unit(
        &mut self,
        turn: &Turn,
        car: Option<usize>,
        by_operator: bool,
        command: Command,
        on_paper: impl Fn(&mut Paper) -> bool,
    ) -> Result<(), String> {
        let car = car.unwrap_or(0);
        let (who, allowed) = match turn.who {
            Who::Right => (unit_principal(&self.units[car]), true),
            Who::Operator => (operator(LOG), by_operator),
            Who::Stranger => (unit_principal(&self.units[(car + 1) % CARS]), false),
            Who::Observer => (observer(LOG), false),
        };
        self.give(&who, command, |paper, _| allowed && on_paper(paper))
    }

    /// Gives a command to both, and compares.
    fn give(&mut self, who: &Principal, command: Command, on_paper: impl Fn(&mut Paper, &Self) -> bool) -> Result<(), String> {
        let text = format!("{command:?}");
        let mut paper = self.paper.clone();
        let expected = on_paper(&mut paper, self);
        let near = self.paper.near.iter().map(|(car, travel_ms)| Candidate {
            unit_id: self.units[*car].clone(),
            travel_ms: *travel_ms,
            source: TravelSource::Road,
            fix_age_ms: Some(0),
        });
        let near = near.collect();
        let answer = self.bench.run_with(who, command, near);
        if answer.is_ok() != expected {
            let answer = answer.map(|step| step.events);
            return Err(format!("the model {} {text}, the core says {answer:?}", if expected { "accepts" } else { "refuses" }));
        }
        if let Ok(step) = answer {
            self.paper = paper;
            for recorded in &step.events {
                match &recorded.event {
                    Event::IncidentReported(reported) => self.incidents.push(reported.incident_id),
                    Event::AssignmentOffered(offered) => self.orders.push(offered.assignment_id),
                    Event::AssignmentQueued(queued) => self.orders.push(queued.assignment_id),
                    Event::AlarmRaised { alarm_id, .. } => self.alarms.push(*alarm_id),
                    _ => {}
                }
            }
            self.seen.extend(self.bench.deadlines().filter(|deadline| !self.seen.contains(deadline)).cloned().collect::<Vec<_>>());
        }
        self.compare().map_err(|error| format!("after {text}: {error}"))?;
        self.sound()
    }

    fn next_due(&self) -> Option<Deadline> {
        self.bench.deadlines().next().cloned().filter(|deadline| deadline.due_at <= self.bench.now)
    }

    fn fire_on_paper(&self, paper: &mut Paper, deadline: &Deadline) -> bool {
        self.on_paper(deadline).is_some_and(|deadline| paper.fire(deadline))
    }

    fn on_paper(&self, deadline: &Deadline) -> Option<(i64, &'static str, usize)> {
        let case = |id: &IncidentId| self.incidents.iter().position(|known| known == id);
        let order = |id: &AssignmentId| self.orders.iter().position(|known| known == id);
        let (what, index) = match &deadline.subject {
            DeadlineSubject::Dispatch(id) => ("dispatch", case(id)?),
            DeadlineSubject::Retry(id) => ("retry", case(id)?),
            DeadlineSubject::Hold(id) => ("hold", case(id)?),
            DeadlineSubject::SeekPrimary(id) => ("seek", case(id)?),
            DeadlineSubject::Deliver(id) => ("deliver", order(id)?),
            DeadlineSubject::Acknowledge(id) => ("acknowledge", order(id)?),
            _ => return None,
        };
        Some((deadline.due_at.0, what, index))
    }

    fn sound(&self) -> Result<(), String> {
        if self.bench.violations.is_empty() { Ok(()) } else { Err(format!("{:#?}", self.bench.violations)) }
    }

    fn compare(&self) -> Result<(), String> {
        let world = &self.bench.world;
        for (place, (expected, id)) in self.paper.cases.iter().zip(&self.incidents).enumerate() {
            let Some(actual) = world.incident(id) else {
                let gone = expected.closed_at.is_some_and(|at| at + 600_000 <= self.paper.now);
                if !gone {
                    return Err(format!("incident {place} is gone, the model has {expected:?}"));
                }
                continue;
            };
            let tried: BTreeSet<_> = actual.tried.iter().filter_map(|unit| self.units.iter().position(|known| known == unit)).collect();
            let alarmed = !matches!(actual.state, IncidentState::Classified { alarmed, .. } if alarmed != expected.waits.alarmed);
            let core =
                (actual.state.name(), actual.owner, actual.priority.level(), actual.station.as_str(), tried, alarmed, actual.calls.len());
            let model = (expected.state, expected.owner, expected.priority, expected.room, expected.tried.clone(), true, expected.calls);
            same(&format!("incident {place}"), &core, &model)?;
        }
        for (place, (expected, id)) in self.paper.orders.iter().zip(&self.orders).enumerate() {
            let Some(actual) = world.assignment(id) else { continue };
            let core = (&actual.unit_id, actual.role, actual.state.name(), actual.incident_id);
            let model = (&self.units[expected.car], expected.role, expected.state, self.incidents[expected.case]);
            same(&format!("order {place}"), &core, &model)?;
        }
        for (place, (expected, id)) in self.paper.cars.iter().zip(&self.units).enumerate() {
            let actual = world.unit(id).ok_or("a unit is gone")?;
            let engaged_in = self.paper.order_of(place).map(|order| self.orders[order]);
            let state = match (expected.on_duty, engaged_in, expected.free) {
                (false, ..) => "off_duty",
                (_, Some(_), _) => "engaged",
                (_, _, Free::Fully) => "available",
                (_, _, Free::UrgentOnly) => "conditionally_available",
                (_, _, Free::NotAtAll) => "out_of_service",
            };
            let queue: Vec<_> = expected.queue.iter().map(|order| self.orders[*order]).collect();
            same(&format!("queue of unit {place}"), &actual.queue, &queue)?;
            let on_duty = actual.duty != Duty::Off;
            let core = (actual.duty.name(), actual.engaged_in(), actual.profile.sworn, on_duty);
            same(&format!("unit {place}"), &core, &(state, engaged_in, expected.sworn, expected.on_duty))?;
        }
        for (place, (expected, id)) in self.paper.bells.iter().zip(&self.alarms).enumerate() {
            let Some(actual) = world.alarm(id) else { continue };
            let core = (actual.kind, actual.incident_id, actual.unit_id.as_ref(), actual.end.is_none());
            let model = (expected.kind, Some(self.incidents[expected.case]), expected.car.map(|car| &self.units[car]), expected.stands);
            same(&format!("alarm {place}"), &core, &model)?;
        }
        let counts = (self.incidents.len(), self.orders.len(), self.alarms.len());
        same("how many", &counts, &(self.paper.cases.len(), self.paper.orders.len(), self.paper.bells.len()))?;
        let running: BTreeSet<_> = self.bench.deadlines().filter_map(|deadline| self.on_paper(deadline)).collect();
        same("deadlines", &running, &self.paper.deadlines())
    }
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, core: &T, model: &T) -> Result<(), String> {
    if core == model { Ok(()) } else { Err(format!("{what}: the core has {core:?}, the model {model:?}")) }
}
