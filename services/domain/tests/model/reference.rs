//! The reference model: the rules of the room written for clarity alone, on plain lists. It shares no code with the core.

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
}

/// An alarm, in the order they were raised.
#[derive(Clone, Debug)]
pub(crate) struct Bell {
    pub(crate) kind: AlarmKind,
    pub(crate) case: usize,
    pub(crate) car: Option<usize>,
    pub(crate) stands: bool,
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
const NOT_TAKEN_YET: [&str; 3] = ["offered", "delivered", "seen"];

impl Paper {
    pub(crate) fn order_of(&self, car: usize) -> Option<usize> {
        self.orders.iter().position(|order| order.car == car && ACTIVE.contains(&order.state))
    }

    fn on_it(&self, case: usize) -> usize {
        self.orders.iter().filter(|order| order.case == case && ACTIVE.contains(&order.state)).count()
    }

    fn ring(&mut self, kind: AlarmKind, case: usize, car: Option<usize>) {
        if !self.bells.iter().any(|bell| bell.stands && bell.kind == kind && bell.case == case && bell.car == car) {
            self.bells.push(Bell { kind, case, car, stands: true });
        }
    }

    fn silence(&mut self, case: usize, kinds: &[AlarmKind]) {
        for bell in self.bells.iter_mut().filter(|bell| bell.case == case && kinds.contains(&bell.kind)) {
            bell.stands = false;
        }
    }

    /// A fresh place in the queue.
    fn queue(&mut self, case: usize, sends: bool) {
        let red_at = sends.then(|| self.now + DISPATCH_MS[usize::from(self.cases[case].priority) - 1]);
        self.cases[case].state = "classified";
        self.cases[case].waits = Waits { red_at, alarmed: false, retry_at: None };
    }

    /// The unit the rules would send as primary now.
    fn best(&self, case: usize) -> Option<usize> {
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
            car.on_duty && free && self.order_of(index).is_none() && !it.tried.contains(&index) && car.can_lead && car.sworn > 0
        };
        let going = self.near.iter().filter(|(index, _)| can_go(*index));
        going.map(|(index, travel)| (cost(&self.cars[*index], *travel), *index)).min().map(|(_, index)| index)
    }

    fn send(&mut self, case: usize, car: usize, role: Role) {
        let (deliver_by, acknowledge_by) = (self.now + DELIVER_MS, self.now + ACKNOWLEDGE_MS);
        self.orders.push(Order { case, car, role, state: "offered", deliver_by, acknowledge_by, reported: false });
        if self.cases[case].state == "classified" {
            self.cases[case].state = "dispatched";
            self.silence(case, &[AlarmKind::NoUnit, AlarmKind::NotDispatched]);
        }
    }

    fn look_for_a_unit(&mut self, case: usize) {
        if let Some(car) = self.best(case) {
            return self.send(case, car, Role::Primary);
        }
        self.cases[case].waits.retry_at = Some(self.now + RETRY_MS);
        if !self.cases[case].waits.alarmed {
            self.cases[case].waits.alarmed = true;
            self.ring(AlarmKind::NoUnit, case, None);
        }
    }

    fn back_to_the_queue(&mut self, case: usize) {
        let sends = self.cases[case].sends;
        self.queue(case, sends);
        if sends && self.cases[case].priority == 1 {
            self.look_for_a_unit(case);
        }
    }

    fn not_taken(&mut self, order: usize, state: &'static str, kind: AlarmKind) {
        self.orders[order].state = state;
        let Order { case, car, role, .. } = self.orders[order];
        self.cases[case].tried.insert(car);
        self.ring(kind, case, Some(car));
        let others = self.on_it(case) > 0;
        if !others && self.has_outcome(case) {
            return self.settle(case);
        }
        if others && role != Role::Primary {
            return;
        }
        match self.best(case) {
            Some(next) => self.send(case, next, Role::Primary),
            None if others => {}
            None => self.back_to_the_queue(case),
        }
    }

    pub(crate) fn report(&mut self, call: usize, room: &'static str, priority: Option<u8>, ahead_ms: i64) -> bool {
        let Some((owner, by_table, sends)) = CALLS[call].1 else { return false };
        if ahead_ms > 5_000 {
            return false;
        }
        let case = self.cases.len();
        let priority = priority.unwrap_or(by_table);
        let (tried, waits) = (BTreeSet::new(), Waits::default());
        self.cases.push(Case { state: "classified", room, owner, priority, sends, tried, waits, closed_at: None });
        self.queue(case, sends);
        if sends && priority == 1 {
            self.look_for_a_unit(case);
        }
        true
    }

    pub(crate) fn assign(&mut self, case: usize, who: &[(usize, Option<Role>)]) -> bool {
        let distinct: BTreeSet<_> = who.iter().map(|(car, _)| car).collect();
        let open = ["classified", "dispatched", "on_scene"].contains(&self.cases[case].state);
        if who.is_empty() || distinct.len() != who.len() || !open {
            return false;
        }
        for (index, role) in who {
            let led = self.orders.iter().any(|o| o.case == case && o.role == Role::Primary && ACTIVE.contains(&o.state));
            let role = role.unwrap_or(if led { Role::Backup } else { Role::Primary });
            let Some(car) = self.cars.get(*index) else { return false };
            let leads = role != Role::Primary || (!led && car.can_lead && car.sworn > 0);
            if !leads || !car.on_duty || car.free == Free::NotAtAll || self.order_of(*index).is_some() {
                return false;
            }
            self.send(case, *index, role);
        }
        true
    }

    /// delivered, seen, acknowledged, en_route, on_scene
    pub(crate) fn tap(&mut self, order: usize, to: &'static str) -> bool {
        let from: &[&str] = match to {
            "delivered" => &["offered"],
            "seen" => &["offered", "delivered"],
            "acknowledged" => &NOT_TAKEN_YET,
            "en_route" => &["acknowledged"],
            _ => &["acknowledged", "en_route"],
        };
        if !from.contains(&self.orders[order].state) {
            return false;
        }
        self.orders[order].state = to;
        let case = self.orders[order].case;
        if to == "acknowledged" {
            self.silence(case, &[AlarmKind::Undelivered, AlarmKind::Unacknowledged, AlarmKind::Declined]);
        }
        if to == "on_scene" {
            self.cases[case].state = "on_scene";
        }
        true
    }

    pub(crate) fn decline(&mut self, order: usize, reason_known: bool) -> bool {
        let possible = reason_known && NOT_TAKEN_YET.contains(&self.orders[order].state);
        if possible {
            self.not_taken(order, "declined", AlarmKind::Declined);
        }
        possible
    }

    pub(crate) fn clear(&mut self, order: usize, reason_known: bool, outcome: Option<bool>) -> bool {
        if !reason_known || outcome == Some(false) || !["acknowledged", "en_route", "on_scene"].contains(&self.orders[order].state) {
            return false;
        }
        (self.orders[order].state, self.orders[order].reported) = ("cleared", outcome.is_some());
        let case = self.orders[order].case;
        if self.on_it(case) == 0 && self.has_outcome(case) {
            self.settle(case);
        } else if self.on_it(case) == 0 {
            self.back_to_the_queue(case);
        }
        true
    }

    fn has_outcome(&self, case: usize) -> bool {
        self.orders.iter().any(|order| order.case == case && order.reported)
    }

    fn settle(&mut self, case: usize) {
        self.cases[case].state = "resolved";
        self.bells.iter_mut().filter(|bell| bell.case == case).for_each(|bell| bell.stands = false);
    }

    pub(crate) fn resolve(&mut self, case: usize, outcome_known: bool) -> bool {
        let open = ["classified", "dispatched", "on_scene"].contains(&self.cases[case].state);
        let possible = outcome_known && open && self.on_it(case) == 0;
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

    pub(crate) fn reclassify(&mut self, case: usize, call: usize) -> bool {
        let Some((owner, priority, sends)) = CALLS[call].1 else { return false };
        if self.cases[case].state == "closed" {
            return false;
        }
        let runs_on = (self.cases[case].sends, self.cases[case].priority) == (sends, priority);
        (self.cases[case].owner, self.cases[case].priority, self.cases[case].sends) = (owner, priority, sends);
        if self.cases[case].state == "classified" {
            if !runs_on {
                self.queue(case, sends);
            }
            if !sends {
                self.silence(case, &[AlarmKind::NoUnit, AlarmKind::NotDispatched]);
            } else if priority == 1 {
                self.look_for_a_unit(case);
            }
        }
        true
    }

    pub(crate) fn sign_on(&mut self, car: usize, sworn: Option<u8>) -> bool {
        let car = &mut self.cars[car];
        if car.on_duty {
            return false;
        }
        (car.on_duty, car.free, car.sworn) = (true, Free::Fully, sworn.unwrap_or(car.sworn));
        true
    }

    pub(crate) fn sign_off(&mut self, car: usize) -> bool {
        let possible = self.cars[car].on_duty && self.order_of(car).is_none();
        self.cars[car].on_duty &= !possible;
        possible
    }

    pub(crate) fn set_free(&mut self, car: usize, free: Free, reason_known: bool) -> bool {
        let possible = self.cars[car].on_duty && (reason_known || free == Free::Fully);
        if possible {
            self.cars[car].free = free;
        }
        possible
    }

    pub(crate) fn confirm(&mut self, bell: usize) -> bool {
        std::mem::take(&mut self.bells[bell].stands)
    }

    /// The deadlines that run: what, of which case or order, when.
    pub(crate) fn deadlines(&self) -> BTreeSet<(i64, &'static str, usize)> {
        let mut running = BTreeSet::new();
        for (index, case) in self.cases.iter().enumerate().filter(|(_, case)| case.state == "classified") {
            running.extend(case.waits.red_at.filter(|_| !case.waits.alarmed).map(|at| (at, "dispatch", index)));
            running.extend(case.waits.retry_at.map(|at| (at, "retry", index)));
        }
        for (index, order) in self.orders.iter().enumerate().filter(|(_, order)| NOT_TAKEN_YET.contains(&order.state)) {
            running.insert((order.acknowledge_by, "acknowledge", index));
            if order.state == "offered" {
                running.insert((order.deliver_by, "deliver", index));
            }
        }
        running
    }

    pub(crate) fn fire(&mut self, deadline: (i64, &'static str, usize)) -> bool {
        let (due_at, what, index) = deadline;
        if due_at > self.now || !self.deadlines().contains(&deadline) {
            return false;
        }
        match what {
            "dispatch" => {
                self.cases[index].waits.alarmed = true;
                self.ring(AlarmKind::NotDispatched, index, None);
            }
            "retry" => self.look_for_a_unit(index),
            "deliver" => self.not_taken(index, "expired", AlarmKind::Undelivered),
            _ => self.not_taken(index, "expired", AlarmKind::Unacknowledged),
        }
        true
    }
}
