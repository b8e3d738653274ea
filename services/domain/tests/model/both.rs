//! Gives one command to the core and to the reference model, and compares what came of it.

use super::acts::{Act, Turn, Who};
use super::clocks::Due;
use super::reference::{No, Paper, Verdict};
use super::rules::{AREAS, CARS, DESK, ROOMS, Rules, agencies, agency};
use domain::alarm::AlarmKind;
use domain::command::{Command, ConfirmAlarm, FireDeadline};
use domain::deadlines::{Deadline, DeadlineSubject};
use domain::event::{Event, Recorded};
use domain::ids::{AlarmId, AssignmentId, CallId, IncidentId, ReasonKey, UnitId};
use domain::principal::Principal;
use domain::rejection::Rejection;
use domain::situation::{Candidate, TravelSource};
use domain::testing::{Bench, observer, operator, profile, server, unit_principal, unknown_id};
use domain::time::Timestamp;
use proptest::sample::Index;

/// The core, the model, and which id is which line on paper.
pub(crate) struct Both {
    pub(super) bench: Bench,
    pub(super) paper: Paper,
    pub(super) units: Vec<UnitId>,
    pub(super) incidents: Vec<IncidentId>,
    pub(super) orders: Vec<AssignmentId>,
    pub(super) alarms: Vec<AlarmId>,
    pub(super) calls: Vec<CallId>,
    seen: Vec<Deadline>,
}

/// Most of what is spoken of is among the last so many.
const RECENT: usize = 8;

/// One of the last, or of all now and then. `None` stands for something that does not exist.
pub(super) fn pick(index: &Index, len: usize) -> Option<usize> {
    let among = if index.index(1000).is_multiple_of(8) { len } else { len.min(RECENT) };
    Some(index.index(among + 1)).filter(|place| *place < among).map(|place| len - among + place)
}

pub(super) fn key(known: bool, right: &str) -> ReasonKey {
    ReasonKey::new(if known { right } else { "unheard_of" }).unwrap()
}

/// What is said of something that may not exist.
pub(super) fn of(what: Option<usize>, say: impl FnOnce(usize) -> Verdict) -> Verdict {
    what.map_or_else(|| Err(vec![No::NotFound]), say)
}

impl Both {
    pub(crate) fn new(rules: &Rules) -> Self {
        let mut bench = Bench::with(rules.policy(), agencies());
        bench.full_check_every = 8;
        let unit = |(place, (home, team, kind, sworn)): (usize, (&str, _, _, u8))| {
            let unit = profile(&format!("U{place}"), agency(home));
            bench.unit(domain::unit::UnitProfile { team, kind, sworn, ..unit }, 37.6, 108.8)
        };
        let units = CARS.into_iter().enumerate().map(unit).collect();
        bench.caught_up = false;
        let paper = Paper::new(rules.clone(), bench.now.0);
        Self { bench, paper, units, incidents: vec![], orders: vec![], alarms: vec![], calls: vec![], seen: vec![] }
    }

    /// One turn.
    pub(crate) fn turn(&mut self, turn: &Turn) -> Result<(), String> {
        // Two units that are as near as each other come in pairs: ties are met, and are never between whole plans.
        let travel_ms = |(car, seconds): (usize, Option<u64>)| seconds.map(|seconds| (car, seconds * 1000 + (1 << (car / 2))));
        self.paper.near = turn.near.iter().copied().enumerate().filter_map(travel_ms).collect();
        // No two commands are given in the same millisecond.
        if !matches!(turn.act, Act::Wait { .. } | Act::WaitForNext { .. } | Act::FireDue | Act::Fire { .. }) {
            self.paper.now += 1;
            self.bench.now = Timestamp(self.paper.now);
        }
        match &turn.act {
            Act::Wait { ms } => {
                self.paper.now += ms;
                self.bench.now = Timestamp(self.paper.now);
                Ok(())
            }
            Act::WaitForNext { short_ms } => {
                let next = self.bench.deadlines().next().map_or(self.paper.now, |next| next.due_at.0 - short_ms);
                self.paper.now = self.paper.now.max(next);
                self.bench.now = Timestamp(self.paper.now);
                Ok(())
            }
            Act::FireDue => {
                while let Some(due) = self.next_due() {
                    self.fire(server(), true, due)?;
                }
                // Everything is caught up with, so now every deadline must have been heard.
                self.bench.caught_up = true;
                self.bench.check_all();
                self.bench.caught_up = false;
                self.sound()
            }
            Act::Fire { deadline } => {
                let Some(last) = self.seen.len().checked_sub(1) else { return Ok(()) };
                let deadline = self.seen[pick(deadline, self.seen.len()).unwrap_or(last)].clone();
                let by_server = matches!(turn.who, Who::Right);
                self.fire(if by_server { server() } else { operator(DESK) }, by_server, deadline)
            }
            Act::Confirm { bell } => {
                let bell = pick(bell, self.alarms.len());
                let alarm_id = bell.map_or(AlarmId(unknown_id()), |bell| self.alarms[bell]);
                let room: Vec<_> = bell.map(|bell| self.paper.bells[bell].room).into_iter().collect();
                let command = Command::ConfirmAlarm(ConfirmAlarm { alarm_id });
                self.by_room(turn, &room, command, |paper| of(bell, |bell| paper.confirm(bell)))
            }
            _ => self.unit_act(turn),
        }
    }

    fn next_due(&self) -> Option<Deadline> {
        self.bench.deadlines().next().cloned().filter(|deadline| deadline.due_at <= self.bench.now)
    }

    fn fire(&mut self, who: Principal, by_server: bool, deadline: Deadline) -> Result<(), String> {
        let due = self.on_paper(&deadline).ok_or_else(|| format!("the model knows no {deadline:?}"))?;
        self.paper.by = None;
        self.give(&who, by_server, Command::FireDeadline(FireDeadline { deadline }), |paper| paper.fire(due))
    }

    /// The id and revision to send for a case, and whether that revision is stale.
    pub(super) fn incident(&self, case: Option<usize>, stale: bool) -> (IncidentId, u64) {
        let incident_id = case.map_or(IncidentId(unknown_id()), |case| self.incidents[case]);
        let known = self.bench.world.incident(&incident_id).map(|incident| incident.revision.0);
        // What is closed and gone is known to nobody here: no revision is not checked, a wrong one is stale.
        let revision = known.unwrap_or(0);
        (incident_id, if stale { revision + 1 } else { revision })
    }

    pub(super) fn rooms_of(&self, cases: &[Option<usize>]) -> Vec<&'static str> {
        cases.iter().flatten().map(|case| self.paper.cases[*case].room).collect()
    }

    /// A command on what these rooms handle: an operator of all of them gives it.
    pub(super) fn by_room(
        &mut self,
        turn: &Turn,
        rooms: &[&'static str],
        command: Command,
        on_paper: impl FnOnce(&mut Paper) -> Verdict,
    ) -> Result<(), String> {
        let by = match turn.who {
            Who::Right | Who::Operator => DESK,
            Who::Station(number) => ROOMS[number],
            Who::Stranger => return self.give(&unit_principal(&self.units[0].clone()), false, command, on_paper),
            Who::Observer => return self.give(&observer(DESK), false, command, on_paper),
        };
        self.paper.by = Some(by);
        let allowed = by == DESK || rooms.iter().all(|room| *room == by);
        self.give(&operator(by), allowed, command, on_paper)
    }

    /// A command that a unit gives, or an operator for it where `by_operator`.
    pub(super) fn by_unit(
        &mut self,
        turn: &Turn,
        car: Option<usize>,
        by_operator: bool,
        command: Command,
        on_paper: impl FnOnce(&mut Paper) -> Verdict,
    ) -> Result<(), String> {
        let home = car.map(|car| self.paper.room_of_car(car));
        let car = car.unwrap_or(0);
        self.paper.by = None;
        let (who, allowed) = match turn.who {
            Who::Right => (unit_principal(&self.units[car]), true),
            Who::Operator => (operator(DESK), by_operator),
            Who::Station(number) => (operator(ROOMS[number]), by_operator && home.is_none_or(|home| home == ROOMS[number])),
            Who::Stranger => (unit_principal(&self.units[(car + 1) % CARS.len()]), false),
            Who::Observer => (observer(DESK), false),
        };
        if let Who::Operator | Who::Station(_) = turn.who {
            self.paper.by = Some(if let Who::Station(number) = turn.who { ROOMS[number] } else { DESK });
        }
        self.give(&who, allowed, command, on_paper)
    }

    /// Gives a command to both, and compares.
    pub(super) fn give(
        &mut self,
        who: &Principal,
        allowed: bool,
        command: Command,
        on_paper: impl FnOnce(&mut Paper) -> Verdict,
    ) -> Result<(), String> {
        let text = format!("{command:?} by {}", who.principal_id);
        let mut paper = self.paper.clone();
        let mut verdict = on_paper(&mut paper);
        if !allowed {
            // Whoever may not is told so, or that there is no such thing.
            verdict = Err(vec![No::Forbidden, No::NotFound]);
        }
        let near = self.paper.near.iter().map(|(car, travel_ms)| Candidate {
            unit_id: self.units[*car].clone(),
            travel_ms: *travel_ms,
            source: TravelSource::Road,
            fix_age_ms: Some(0),
        });
        let near = near.collect();
        match (self.bench.run_with(who, command, near), verdict) {
            (Ok(step), Ok(())) => {
                paper.follow_up();
                if !step.events.is_empty() {
                    paper.tidy();
                }
                self.paper = paper;
                self.number(&step.events).map_err(|error| format!("after {text}: {error}"))?;
                self.seen.extend(self.bench.deadlines().filter(|deadline| !self.seen.contains(deadline)).cloned().collect::<Vec<_>>());
            }
            (Err(refused), Err(reasons)) if kind_of(&refused).is_some_and(|kind| reasons.contains(&kind)) => {}
            (core, model) => {
                let core = core.map(|step| step.events.into_iter().map(|recorded| recorded.event).collect::<Vec<_>>());
                return Err(format!("{text}: the model says {model:?}, the core {core:?}"));
            }
        }
        self.compare().map_err(|error| format!("after {text}: {error}"))?;
        self.sound()
    }

    /// Which id is which new line on paper.
    fn number(&mut self, events: &[Recorded]) -> Result<(), String> {
        let mut orders = Vec::new();
        let mut bells = Vec::new();
        for recorded in events {
            match &recorded.event {
                Event::IncidentReported(reported) => {
                    self.incidents.push(reported.incident_id);
                    if !self.calls.contains(&reported.call.call_id) {
                        self.calls.push(reported.call.call_id);
                    }
                }
                Event::IncidentCallAdded(added) => self.calls.push(added.call.call_id),
                Event::AssignmentOffered(offered) => orders.push((offered.assignment_id, offered.incident_id, offered.unit_id.clone())),
                Event::AssignmentQueued(queued) => orders.push((queued.assignment_id, queued.incident_id, queued.unit_id.clone())),
                Event::AlarmRaised { alarm_id, kind, incident_id, unit_id, .. } => {
                    bells.push((*alarm_id, *kind, *incident_id, unit_id.clone()));
                }
                _ => {}
            }
        }
        while let Some(order) = self.paper.orders.get(self.orders.len()) {
            let (case, car) = (self.incidents.get(order.case), &self.units[order.car]);
            let place = orders.iter().position(|(_, incident_id, unit_id)| Some(incident_id) == case && unit_id == car);
            let place = place.ok_or_else(|| format!("the core did not give {order:?}, it gave {orders:?}"))?;
            self.orders.push(orders.remove(place).0);
        }
        while let Some(bell) = self.paper.bells.get(self.alarms.len()) {
            let (case, car) = (bell.case.map(|case| self.incidents[case]), bell.car.map(|car| &self.units[car]));
            let is_it = |(_, kind, incident_id, unit_id): &(AlarmId, AlarmKind, Option<IncidentId>, Option<UnitId>)| {
                *kind == bell.kind && *incident_id == case && unit_id.as_ref() == car
            };
            let place = bells.iter().position(is_it).ok_or_else(|| format!("the core did not raise {bell:?}, it raised {bells:?}"))?;
            self.alarms.push(bells.remove(place).0);
        }
        if orders.is_empty() && bells.is_empty() { Ok(()) } else { Err(format!("the model has no {orders:?} {bells:?}")) }
    }

    /// A deadline as it stands on paper.
    pub(super) fn on_paper(&self, deadline: &Deadline) -> Option<Due> {
        let case = |id: &IncidentId| self.incidents.iter().position(|known| known == id);
        let order = |id: &AssignmentId| self.orders.iter().position(|known| known == id);
        let index = match &deadline.subject {
            DeadlineSubject::Dispatch(id)
            | DeadlineSubject::Retry(id)
            | DeadlineSubject::Sign(id)
            | DeadlineSubject::Send(id)
            | DeadlineSubject::Widen(id)
            | DeadlineSubject::Hold(id)
            | DeadlineSubject::Arrive(id)
            | DeadlineSubject::SeekPrimary(id)
            | DeadlineSubject::Transfer(id) => case(id)?,
            DeadlineSubject::Deliver(id)
            | DeadlineSubject::Acknowledge(id)
            | DeadlineSubject::SafetyCheck(id)
            | DeadlineSubject::Feedback(id) => order(id)?,
            DeadlineSubject::ShiftEnd(id) | DeadlineSubject::HandOver(id) => {
                (0..self.paper.shifts.len()).find(|shift| super::both_special::shift_id(*shift) == *id)?
            }
            DeadlineSubject::Wartime(area) => AREAS.iter().position(|known| *known == area.as_str())?,
            DeadlineSubject::Support(_) | DeadlineSubject::PremiseNote(_) => return None,
        };
        Some((deadline.due_at.0, deadline.subject.kind(), index))
    }

    fn sound(&self) -> Result<(), String> {
        if self.bench.violations.is_empty() { Ok(()) } else { Err(format!("{:#?}", self.bench.violations)) }
    }
}

/// The model's word for a refusal.
fn kind_of(refused: &Rejection) -> Option<No> {
    Some(match refused {
        Rejection::Invalid { .. } => No::Invalid,
        Rejection::NotFound { .. } => No::NotFound,
        Rejection::IllegalMove { .. } => No::IllegalMove,
        Rejection::LostRace { .. } => No::LostRace,
        Rejection::StaleRevision { .. } => No::Stale,
        Rejection::CanNotUndo { .. } => No::CanNotUndo,
        Rejection::NotEligible { .. } => No::NotEligible,
        Rejection::Forbidden { .. } => No::Forbidden,
        Rejection::DeadlineGone => No::Gone,
        Rejection::NotReady(_) | Rejection::SituationLacks(_) => return None,
    })
}
