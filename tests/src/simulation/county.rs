//! The county at work: one queue of happenings in time, given to the core one by one.

use super::{Chance, Faults, variants};
use domain::command::Command;
use domain::deadlines::Deadline;
use domain::event::Event;
use domain::ids::{AssignmentId, UnitId};
use domain::incident::IncidentState;
use domain::principal::Principal;
use domain::rejection::Rejection;
use domain::support::WhistleState;
use domain::testing::{Bench, profile, server};
use domain::time::Timestamp;
use domain::unit::{Duty, UnitKind};
use std::collections::{BTreeMap, BTreeSet};

/// Calls come in for this long, in milliseconds; then nothing goes wrong any more.
const TROUBLE_MS: u64 = 5 * 60_000;
/// By then everything must have come to its end.
const END_MS: u64 = 6 * 3_600_000;
/// The invariants that need everything are checked after so many steps; those of what changed after each.
const FULL_CHECK_EVERY: u64 = 1_000;

/// Something that will happen.
#[derive(Clone, Debug)]
pub(super) enum Happening {
    /// Somebody calls.
    Call,
    /// The room looks at its queue.
    RoomLooks,
    /// An order reaches its device.
    Arrives(AssignmentId),
    /// A message of a unit arrives.
    Message(UnitId, Command),
    /// A node fires a deadline.
    Fires(Deadline),
}

/// What happened in a run.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Tally {
    /// Events in the log.
    pub events: usize,
    /// Incidents.
    pub incidents: usize,
    /// Commands that were refused, as they must be when messages cross.
    pub refused: usize,
    /// Orders that nobody took.
    pub not_taken: usize,
    /// Alarms to the room.
    pub alarms: usize,
    /// Jumps of the clock.
    pub jumps: usize,
    /// The last event's time, in milliseconds.
    pub ended_at: i64,
    /// Names of the commands that were accepted.
    pub accepted: BTreeSet<&'static str>,
    /// How many events of each kind.
    pub kinds: BTreeMap<&'static str, usize>,
}

/// One run.
pub struct Simulation {
    /// The log. A test plants bugs in it.
    pub bench: Bench,
    pub(super) chance: Chance,
    pub(super) faults: Faults,
    pub(super) tally: Tally,
    pub(super) stations: usize,
    pub(super) last_spot: Option<(f64, f64)>,
    queue: BTreeMap<(Timestamp, u64), Happening>,
    next: u64,
    scheduled: BTreeSet<Deadline>,
    started_at: Timestamp,
}

impl Simulation {
    pub(super) fn new(seed: u64) -> Self {
        let mut chance = Chance::new(seed);
        let faults = Faults::draw(&mut chance);
        let stations = usize::try_from(chance.between(1, 6)).unwrap();
        let county = variants::county(&mut chance, stations);
        let homes = variants::homes(&county);
        let mut bench = Bench::with(variants::policy(&mut chance), county);
        bench.full_check_every = FULL_CHECK_EVERY;
        bench.vault = super::room::private_words();
        for number in 0..chance.between(3, 4 * stations as u64 + 3) {
            let mut unit = profile(&format!("U{number}"), chance.one(&homes));
            unit.team = chance.one(&domain::classification::Team::ALL);
            unit.kind = chance.one(&[UnitKind::Car, UnitKind::Car, UnitKind::Motorcycle, UnitKind::Drone, UnitKind::GridWorker]);
            unit.sworn = u8::try_from(chance.between(0, 2)).unwrap();
            let (lat, lon) = super::room::spot(&mut chance, stations);
            bench.unit(unit, lat, lon);
        }
        let started_at = bench.now;
        let (tally, queue, scheduled) = (Tally::default(), BTreeMap::new(), BTreeSet::new());
        let mut simulation = Self { bench, chance, faults, tally, stations, last_spot: None, queue, next: 0, scheduled, started_at };
        simulation.later(0, Happening::Call);
        simulation.later(1_000, Happening::RoomLooks);
        simulation
    }

    /// Whether things still go wrong and calls still come in.
    pub(super) fn in_trouble(&self) -> bool {
        self.bench.now.since_ms(self.started_at) < TROUBLE_MS
    }

    pub(super) fn later(&mut self, after_ms: u64, happening: Happening) {
        self.at(self.bench.now.plus_ms(after_ms), happening);
    }

    fn at(&mut self, time: Timestamp, happening: Happening) {
        self.next += 1;
        self.queue.insert((time, self.next), happening);
    }

    /// Runs to the end; `told` prints the last so many events of a run that fails.
    pub(super) fn run(mut self, told: usize) -> Result<Tally, String> {
        let outcome = self.run_to_the_end();
        if outcome.is_err() {
            let log = self.bench.log();
            for recorded in log.iter().skip(log.len().saturating_sub(told)) {
                println!("{:?} {:?}", recorded.meta, recorded.event);
            }
        }
        outcome
    }

    fn run_to_the_end(&mut self) -> Result<Tally, String> {
        while let Some(((time, _), happening)) = self.queue.pop_first() {
            if time.since_ms(self.started_at) > END_MS {
                return Err(format!("after {END_MS} ms it has not come to its end: {}", self.open()));
            }
            // Behind the clock after a jump, deadlines are late through no fault of the room: they are checked once caught up.
            self.bench.caught_up = time >= self.bench.now;
            self.bench.now = self.bench.now.max(time);
            self.happen(happening)?;
            self.schedule_deadlines();
            if let Some(violation) = self.bench.violations.first() {
                return Err(violation.to_string());
            }
            if !self.in_trouble() {
                self.faults = Faults::NONE;
                if self.open().is_empty() {
                    break;
                }
            }
        }
        self.bench.check_all();
        if let Some(violation) = self.bench.violations.first() {
            return Err(violation.to_string());
        }
        let log = self.bench.log();
        self.tally.events = log.len();
        self.tally.ended_at = self.bench.world.last_recorded_at().0;
        self.tally.incidents = log.iter().filter(|recorded| matches!(recorded.event, Event::IncidentReported(_))).count();
        self.tally.alarms = log.iter().filter(|recorded| matches!(recorded.event, Event::AlarmRaised { .. })).count();
        for recorded in log {
            *self.tally.kinds.entry(recorded.event.name()).or_default() += 1;
        }
        self.tally.accepted = std::mem::take(&mut self.bench.accepted);
        Ok(std::mem::take(&mut self.tally))
    }

    /// What has not come to its end: incidents, engaged units, alarms about what is over.
    fn open(&self) -> String {
        let world = &self.bench.world;
        let over = |state: &IncidentState| state.is_closed() || matches!(state, IncidentState::Resolved { .. });
        let incidents = world.incidents().filter(|incident| !over(&incident.state));
        let incidents = incidents.map(|incident| format!("incident {} is {}", incident.number, incident.state.name()));
        let engaged = world.units().filter(|unit| matches!(unit.duty, Duty::On { engaged_in: Some(_), .. }));
        let engaged = engaged.map(|unit| format!("{} is engaged", unit.profile.call_sign));
        let rings = world.alarms().filter(|alarm| alarm.end.is_none());
        let rings = rings.filter(|alarm| alarm.incident_id.and_then(|id| world.incident(&id)).is_none_or(|incident| over(&incident.state)));
        let rings = rings.map(|alarm| format!("alarm {:?} stands about what is over", alarm.kind));
        let waiting = world.units().flat_map(|unit| unit.queue.iter().map(|id| (unit.profile.call_sign.clone(), *id)));
        let of = |id: &AssignmentId| world.assignment(id).and_then(|assignment| world.incident(&assignment.incident_id));
        let waiting = waiting.filter(|(_, id)| of(id).is_none_or(|incident| over(&incident.state)));
        let waiting = waiting.map(|(call_sign, _)| format!("{call_sign} has an order queued for what is over"));
        let asked = world.whistles().filter(|whistle| matches!(whistle.state, WhistleState::Asked { .. }));
        let asked = asked.filter(|whistle| world.incident(&whistle.incident_id).is_none_or(|incident| over(&incident.state)));
        let asked = asked.map(|whistle| format!("{} is still asked for support for what is over", whistle.to));
        incidents.chain(engaged).chain(rings).chain(waiting).chain(asked).collect::<Vec<_>>().join(", ")
    }

    fn happen(&mut self, happening: Happening) -> Result<(), String> {
        match happening {
            Happening::Call => self.call(),
            Happening::RoomLooks => self.room_looks(),
            Happening::Arrives(assignment_id) => self.arrives(assignment_id),
            Happening::Message(unit_id, command) => self.message(&unit_id, command),
            Happening::Fires(deadline) => {
                let command = Command::FireDeadline(domain::command::FireDeadline { deadline });
                self.give(&server(), command).map(|_| ())
            }
        }
    }

    /// Every deadline is fired by one node at its time, by a second 500 ms later where the first is dead or slow, by a third after a
    /// second where both are.
    fn schedule_deadlines(&mut self) {
        let new: Vec<_> = self.bench.deadlines().filter(|deadline| !self.scheduled.contains(deadline)).cloned().collect();
        for deadline in new {
            self.scheduled.insert(deadline.clone());
            let mut fired = false;
            for (node, after_ms) in [(0, 0), (1, 500), (2, 1_000)] {
                let dead = node < 2 && self.chance.percent(self.faults.dead_node);
                let late_ms = self.chance.between(0, 200);
                let eager = self.chance.percent(5);
                if !dead && (eager || !fired) {
                    fired = true;
                    self.at(deadline.due_at.plus_ms(after_ms + late_ms), Happening::Fires(deadline.clone()));
                }
            }
        }
    }

    /// The clock jumps forward now and then.
    pub(super) fn maybe_jump(&mut self) {
        if self.chance.percent(self.faults.clock_jump) {
            self.tally.jumps += 1;
            let jump_ms = self.chance.between(1_000, 90_000);
            self.bench.now = self.bench.now.plus_ms(jump_ms);
            self.bench.caught_up = false;
        }
    }

    /// Gives a command to the core. What messages that cross are refused for is expected, anything else is not.
    pub(super) fn give(&mut self, who: &Principal, command: Command) -> Result<bool, String> {
        self.run_command(who, command, false)
    }

    /// The same of a move that may not be possible: then it must be refused by what was said or where things stand.
    pub(super) fn offer(&mut self, who: &Principal, command: Command) -> Result<bool, String> {
        self.run_command(who, command, true)
    }

    fn run_command(&mut self, who: &Principal, command: Command, may_be_invalid: bool) -> Result<bool, String> {
        match self.bench.run(who, command.clone()) {
            Ok(step) => {
                for recorded in &step.events {
                    match &recorded.event {
                        Event::AssignmentOffered(offered) => self.deliver(offered.assignment_id),
                        Event::AssignmentActivated(activated) => self.deliver(activated.assignment_id),
                        Event::AssignmentExpired { .. } | Event::AssignmentDeclined { .. } => self.tally.not_taken += 1,
                        _ => {}
                    }
                }
                Ok(true)
            }
            Err(
                Rejection::IllegalMove { .. }
                | Rejection::DeadlineGone
                | Rejection::LostRace { .. }
                | Rejection::StaleRevision { .. }
                | Rejection::NotEligible { .. }
                | Rejection::NotFound { .. },
            ) => {
                self.tally.refused += 1;
                Ok(false)
            }
            Err(Rejection::NotReady(lacks) | Rejection::SituationLacks(lacks)) => Err(format!("{command:?}: there is no {lacks}")),
            Err(_) if may_be_invalid => {
                self.tally.refused += 1;
                Ok(false)
            }
            Err(other) => Err(format!("{command:?} was refused: {other}")),
        }
    }
}
