//! The reference model: the rules of the room written for clarity alone, on plain lists. It shares no code with the core.
//!
//! It knows priority 1 by the rules and the others by an operator, with every team open to priority 1. It does not know beat
//! attendance, arrival and safety clocks, response plans, the owner that follows, proposals, lending, passing down, merging,
//! splitting, transfers, emergencies, shifts and wartime mode: the test switches off what can be, and gives no command of the rest.

use domain::alarm::AlarmKind;
use domain::assignment::AssignmentRole as Role;
use domain::classification::Team;
use std::collections::BTreeSet;

/// Owner, priority, and whether a unit is sent.
type Row = (Team, u8, bool);

/// What the default policy says of the calls that the test makes; none is unknown to it.
pub(crate) const CALLS: [(&str, Option<Row>); 8] = [
    ("criminal/robbery", Some((Team::Case, 1, true))),
    ("help/suicide_risk", Some((Team::Community, 1, true))),
    ("criminal/burglary", Some((Team::Case, 2, true))),
    ("dispute/family", Some((Team::Community, 3, true))),
    ("dispute/debt", Some((Team::Community, 4, true))),
    ("tip_off/drugs", Some((Team::Case, 4, false))),
    ("nuisance", Some((Team::Room, 4, false))),
    ("alien", None),
];

const DELIVER_MS: i64 = 10_000;
const ACKNOWLEDGE_MS: i64 = 30_000;
const RETRY_MS: i64 = 5_000;
pub(crate) const LONGEST_HOLD_MS: i64 = 1_800_000;
pub(crate) const LONGEST_QUEUE: usize = 8;
const OTHER_TEAM_MS: u64 = 120_000;
const OTHER_STATION_MS: u64 = 180_000;
const DISPATCH_MS: [i64; 4] = [0, 15_000, 60_000, 300_000];

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Free {
    Fully,
    UrgentOnly,
    NotAtAll,
}

/// A unit.
#[derive(Clone, Debug)]
pub(crate) struct Car {
    pub(crate) room: &'static str,
    pub(crate) team: Team,
    pub(crate) can_lead: bool,
    pub(crate) sworn: u8,
    pub(crate) on_duty: bool,
    pub(crate) free: Free,
    /// Orders that wait for it, the next first.
    pub(crate) queue: Vec<usize>,
}

/// An incident. `waits` holds what only an incident in the queue has.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) state: &'static str,
    pub(crate) room: &'static str,
    pub(crate) owner: Team,
    pub(crate) priority: u8,
    pub(crate) sends: bool,
    pub(crate) tried: BTreeSet<usize>,
    pub(crate) waits: Waits,
    pub(crate) closed_at: Option<i64>,
    /// An operator chose the priority.
    pub(crate) chosen_priority: bool,
    /// Held by an operator until then.
    pub(crate) held_until: Option<i64>,
    /// When a primary is looked for again, while others are on it.
    pub(crate) seeks_at: Option<i64>,
    pub(crate) calls: usize,
    pub(crate) reopened_at: Option<i64>,
}

/// The clocks of an incident in the queue.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Waits {
    pub(crate) red_at: Option<i64>,
    pub(crate) alarmed: bool,
    pub(crate) retry_at: Option<i64>,
}

/// An order.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    pub(crate) case: usize,
    pub(crate) car: usize,
    pub(crate) role: Role,
    pub(crate) state: &'static str,
    pub(crate) deliver_by: i64,
    pub(crate) acknowledge_by: i64,
    /// Whether its unit reported an outcome when it left.
    pub(crate) reported: bool,
    pub(crate) offered_at: i64,
    pub(crate) ended_at: Option<i64>,
    /// An operator took it back: the rules do not undo that.
    pub(crate) by_operator: bool,
}

/// An alarm, in the order they were raised.
#[derive(Clone, Debug)]
pub(crate) struct Bell {
    pub(crate) kind: AlarmKind,
    pub(crate) case: usize,
    pub(crate) car: Option<usize>,
    pub(crate) stands: bool,
    pub(crate) raised_at: i64,
}

/// Everything, as a dispatcher would keep it on paper. Each method says whether the command is accepted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Paper {
    pub(crate) now: i64,
    pub(crate) cars: Vec<Car>,
    pub(crate) cases: Vec<Case>,
    pub(crate) orders: Vec<Order>,
    pub(crate) bells: Vec<Bell>,
    /// Who could go and how long each would take, for the command at hand.
    pub(crate) near: Vec<(usize, u64)>,
}

const ACTIVE: [&str; 6] = ["offered", "delivered", "seen", "acknowledged", "en_route", "on_scene"];
pub(crate) const OPEN: [&str; 3] = ["classified", "dispatched", "on_scene"];
pub(crate) const NOT_TAKEN_YET: [&str; 3] = ["offered", "delivered", "seen"];

impl Paper {
    pub(crate) fn order_of(&self, car: usize) -> Option<usize> {
        self.orders.iter().position(|order| order.car == car && ACTIVE.contains(&order.state))
    }

    pub(crate) fn on_it(&self, case: usize) -> usize {
        self.orders.iter().filter(|order| order.case == case && ACTIVE.contains(&order.state)).count()
    }

    pub(crate) fn has_primary(&self, case: usize) -> bool {
        self.orders.iter().any(|o| o.case == case && o.role == Role::Primary && ACTIVE.contains(&o.state))
    }

    pub(crate) fn may_lead(&self, car: usize) -> bool {
        self.cars[car].can_lead && self.cars[car].sworn > 0
    }

    pub(crate) fn ring(&mut self, kind: AlarmKind, case: usize, car: Option<usize>) {
        if !self.bells.iter().any(|bell| bell.stands && bell.kind == kind && bell.case == case && bell.car == car) {
            self.bells.push(Bell { kind, case, car, stands: true, raised_at: self.now });
        }
    }

    pub(crate) fn silence(&mut self, case: usize, kinds: &[AlarmKind]) {
        for bell in self.bells.iter_mut().filter(|bell| bell.case == case && kinds.contains(&bell.kind)) {
            bell.stands = false;
        }
    }

    /// A fresh place in the queue.
    pub(crate) fn queue(&mut self, case: usize, sends: bool) {
        let red_at = sends.then(|| self.now + DISPATCH_MS[usize::from(self.cases[case].priority) - 1]);
        self.cases[case].state = "classified";
        self.cases[case].waits = Waits { red_at, alarmed: false, retry_at: None };
    }

    /// The unit the rules would send as primary now.
    pub(crate) fn best(&self, case: usize) -> Option<usize> {
        let it = &self.cases[case];
        let urgent = it.priority == 1;
        let cost = |car: &Car, travel: u64| {
            let team = if urgent || car.team == it.owner { 0 } else { OTHER_TEAM_MS };
            let room = if urgent || car.room == it.room { 0 } else { OTHER_STATION_MS };
            travel + team + room
        };
        let can_go = |index: usize| {
            let car = &self.cars[index];
            let free = car.free == Free::Fully || (car.free == Free::UrgentOnly && urgent);
            let since = it.reopened_at.unwrap_or(0);
            let taken_back = self.orders.iter().any(|o| o.case == case && o.car == index && o.by_operator && o.offered_at >= since);
            let new = !it.tried.contains(&index) && !taken_back;
            car.on_duty && free && self.order_of(index).is_none() && new && self.may_lead(index)
        };
        let going = self.near.iter().filter(|(index, _)| can_go(*index));
        going.map(|(index, travel)| (cost(&self.cars[*index], *travel), *index)).min().map(|(_, index)| index)
    }

    pub(crate) fn write_order(&mut self, case: usize, car: usize, role: Role, state: &'static str) -> usize {
        let (deliver_by, acknowledge_by, offered_at) = (self.now + DELIVER_MS, self.now + ACKNOWLEDGE_MS, self.now);
        let (reported, ended_at, by_operator) = (false, None, false);
        self.orders.push(Order { case, car, role, state, deliver_by, acknowledge_by, reported, offered_at, ended_at, by_operator });
        self.orders.len() - 1
    }

    pub(crate) fn send(&mut self, case: usize, car: usize, role: Role) {
        self.write_order(case, car, role, "offered");
        self.went_out(case, role);
    }

    fn went_out(&mut self, case: usize, role: Role) {
        if self.cases[case].state == "classified" {
            (self.cases[case].state, self.cases[case].held_until) = ("dispatched", None);
            self.silence(case, &[AlarmKind::NoUnit, AlarmKind::NotDispatched, AlarmKind::HoldExpired]);
        }
        if role == Role::Primary {
            self.found_a_primary(case);
            for order in self.waiting_for(case) {
                if self.orders[order].role == Role::Primary {
                    self.take_back(order, false);
                }
            }
        }
    }

    /// Nobody is asked to be primary any more: there is one, or none is needed.
    pub(crate) fn found_a_primary(&mut self, case: usize) {
        if self.cases[case].seeks_at.take().is_some() {
            self.silence(case, &[AlarmKind::NoUnit]);
        }
    }

    /// The orders of a case that wait in some unit's queue.
    pub(crate) fn waiting_for(&self, case: usize) -> Vec<usize> {
        (0..self.orders.len()).filter(|order| self.orders[*order].case == case && self.orders[*order].state == "queued").collect()
    }

    /// An order is over, however it ended.
    pub(crate) fn end(&mut self, order: usize, state: &'static str) {
        (self.orders[order].state, self.orders[order].ended_at) = (state, Some(self.now));
        let car = self.orders[order].car;
        self.cars[car].queue.retain(|waits| *waits != order);
    }

    pub(crate) fn take_back(&mut self, order: usize, by_operator: bool) {
        self.end(order, "recalled");
        self.orders[order].by_operator = by_operator;
    }

    /// A unit may be free: the next that waits for it and can still be carried out goes out.
    pub(crate) fn freed(&mut self, car: usize) {
        if !self.cars[car].on_duty || self.cars[car].free == Free::NotAtAll || self.order_of(car).is_some() {
            return;
        }
        for order in self.cars[car].queue.clone() {
            let (case, role) = (self.orders[order].case, self.orders[order].role);
            if role == Role::Primary && self.has_primary(case) {
                self.take_back(order, false);
            } else if role == Role::Primary && !self.may_lead(car) {
                self.take_back(order, false);
                self.look_soon(case);
            } else {
                let (deliver_by, acknowledge_by) = (self.now + DELIVER_MS, self.now + ACKNOWLEDGE_MS);
                self.cars[car].queue.retain(|waits| *waits != order);
                let order = &mut self.orders[order];
                (order.state, order.deliver_by, order.acknowledge_by, order.offered_at) = ("offered", deliver_by, acknowledge_by, self.now);
                return self.went_out(case, role);
            }
        }
    }

    /// The rules look at a waiting case at once.
    pub(crate) fn look_soon(&mut self, case: usize) {
        let it = &mut self.cases[case];
        let waits = it.state == "classified" && it.waits.red_at.is_some() && it.waits.retry_at.is_none();
        if waits && it.held_until.is_none() && it.priority == 1 {
            it.waits.retry_at = Some(self.now);
        }
    }

    pub(crate) fn look_for_a_unit(&mut self, case: usize) {
        if let Some(car) = self.best(case) {
            return self.send(case, car, Role::Primary);
        }
        self.cases[case].waits.retry_at = Some(self.now + RETRY_MS);
        if !self.cases[case].waits.alarmed {
            self.cases[case].waits.alarmed = true;
            self.ring(AlarmKind::NoUnit, case, None);
        }
    }

    pub(crate) fn put_back(&mut self, case: usize) {
        let sends = self.cases[case].sends;
        self.cases[case].seeks_at = None;
        self.queue(case, sends);
    }

    pub(crate) fn back_to_the_queue(&mut self, case: usize) {
        self.put_back(case);
        if self.cases[case].sends && self.cases[case].priority == 1 {
            self.look_for_a_unit(case);
        }
    }

    pub(crate) fn not_taken(&mut self, order: usize, state: &'static str, kind: AlarmKind) {
        self.end(order, state);
        let (case, car, role) = (self.orders[order].case, self.orders[order].car, self.orders[order].role);
        self.cases[case].tried.insert(car);
        self.ring(kind, case, Some(car));
        self.ask_next(case, role);
        self.freed(car);
    }

    fn ask_next(&mut self, case: usize, role: Role) {
        let others = self.on_it(case) > 0;
        if !others && self.has_outcome(case) {
            self.settle(case);
        } else if others && role == Role::Primary {
            self.primary_fell_out(case, true);
        } else if !others {
            match self.best(case) {
                Some(next) => self.send(case, next, Role::Primary),
                None => self.back_to_the_queue(case),
            }
        }
    }

    /// The primary left while others are on it. Where an operator chooses, only who did not take the order is replaced.
    pub(crate) fn primary_fell_out(&mut self, case: usize, not_taken: bool) {
        let by_the_rules = self.cases[case].priority == 1;
        if self.has_primary(case) || (!by_the_rules && !not_taken) {
            return;
        }
        match self.best(case) {
            Some(next) => self.send(case, next, Role::Primary),
            None if by_the_rules => self.seek_later(case),
            None => {}
        }
    }

    pub(crate) fn seek_later(&mut self, case: usize) {
        self.cases[case].seeks_at = Some(self.now + RETRY_MS);
        let primaries = self.orders.iter().filter(|order| order.case == case && order.role == Role::Primary);
        let left = primaries.filter_map(|order| order.ended_at).max().unwrap_or(i64::MIN);
        if !self.bells.iter().any(|bell| bell.case == case && bell.kind == AlarmKind::NoUnit && bell.raised_at >= left) {
            self.ring(AlarmKind::NoUnit, case, None);
        }
    }

    pub(crate) fn report(&mut self, call: usize, room: &'static str, priority: Option<u8>, ahead_ms: i64) -> bool {
        let Some((owner, by_table, sends)) = CALLS[call].1 else { return false };
        if ahead_ms > 5_000 {
            return false;
        }
        let case = self.cases.len();
        let priority = priority.unwrap_or(by_table);
        self.cases.push(Case {
            state: "classified",
            room,
            owner,
            priority,
            sends,
            tried: BTreeSet::new(),
            waits: Waits::default(),
            closed_at: None,
            chosen_priority: priority != by_table,
            held_until: None,
            seeks_at: None,
            calls: 1,
            reopened_at: None,
        });
        self.queue(case, sends);
        if sends && priority == 1 {
            self.look_for_a_unit(case);
        }
        true
    }

    pub(crate) fn has_outcome(&self, case: usize) -> bool {
        let since = self.cases[case].reopened_at.unwrap_or(0);
        self.orders.iter().any(|order| order.case == case && order.reported && order.offered_at >= since)
    }

    pub(crate) fn settle(&mut self, case: usize) {
        self.found_a_primary(case);
        self.cases[case].held_until = None;
        for order in self.waiting_for(case) {
            self.take_back(order, false);
        }
        self.cases[case].state = "resolved";
        self.bells.iter_mut().filter(|bell| bell.case == case).for_each(|bell| bell.stands = false);
    }

    pub(crate) fn resolve(&mut self, case: usize, outcome_known: bool) -> bool {
        let possible = outcome_known && OPEN.contains(&self.cases[case].state) && self.on_it(case) == 0;
        if possible {
            self.settle(case);
        }
        possible
    }

    pub(crate) fn close(&mut self, case: usize) -> bool {
        let possible = self.cases[case].state == "resolved";
        if possible {
            self.cases[case].state = "closed";
            self.cases[case].closed_at = Some(self.now);
        }
        possible
    }
}
