//! The reference model: the rules of the room written for clarity alone, on plain lists. It shares no code with the core.
//!
//! Written from the design and the decisions it rests on. This file is what is on paper and how it is read.

use super::rules::{AREAS, CALLS, CARS, ONE_PRIMARY, Rules, Slot, room_of};
use domain::alarm::AlarmKind;
use domain::assignment::AssignmentRole as Role;
use domain::classification::Team;
use domain::incident::LendingStep;
use domain::policy::DispatchMode;
use domain::unit::UnitKind;
use std::collections::{BTreeMap, BTreeSet};

/// Why a command is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum No {
    Invalid,
    NotFound,
    IllegalMove,
    LostRace,
    Stale,
    CanNotUndo,
    NotEligible,
    Forbidden,
    Gone,
}

/// Accepted, or everything that stands against it: the core may name any of these.
pub(crate) type Verdict = Result<(), Vec<No>>;

/// Refused for each objection that holds.
pub(crate) fn refuse_if(objections: &[(bool, No)]) -> Verdict {
    let raised: Vec<_> = objections.iter().filter(|(holds, _)| *holds).map(|(_, no)| *no).collect();
    if raised.is_empty() { Ok(()) } else { Err(raised) }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Free {
    Fully,
    UrgentOnly,
    NotAtAll,
}

/// A unit.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Car {
    pub(crate) home: &'static str,
    pub(crate) team: Team,
    pub(crate) kind: UnitKind,
    pub(crate) sworn: u8,
    pub(crate) auxiliary: u8,
    pub(crate) on_duty: bool,
    pub(crate) free: Free,
    /// Orders that wait for it, the next first.
    pub(crate) queue: Vec<usize>,
    /// Its shift has ended: it goes off duty once it is free.
    pub(crate) off_after: bool,
    /// The incident of its emergency, until the room has settled it.
    pub(crate) emergency: Option<usize>,
    /// Nothing is heard of it since.
    pub(crate) lost_at: Option<i64>,
}

/// A shift.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Shift {
    pub(crate) station: &'static str,
    pub(crate) starts_at: i64,
    pub(crate) ends_at: i64,
    pub(crate) cars: BTreeSet<usize>,
    pub(crate) state: &'static str,
    pub(crate) sign_by: Option<i64>,
    /// Who hands it over.
    pub(crate) offered_by: Option<&'static str>,
}

/// A clock that alarms once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Clock {
    pub(crate) due_at: i64,
    pub(crate) rang: bool,
}

/// Whether the beat's officer attends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Visit {
    Owed,
    Ordered(usize),
    Attended(usize),
    Excused,
}

/// Passed down by the desk above.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Passing {
    pub(crate) sign_by: i64,
    pub(crate) signed: bool,
    pub(crate) lapsed: bool,
}

/// What the rules are about to send.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Proposal {
    pub(crate) who: Vec<(Role, usize)>,
    pub(crate) send_at: i64,
}

/// What an undo takes back.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Undo {
    Standing { owner: Team, priority: u8, chosen: bool, call: usize },
    Ordered(Vec<usize>),
    Held,
    Closed,
    Cancelled,
    Merged,
}

/// The last change of an incident, if that can be undone.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct LastChange {
    pub(crate) what: Undo,
    pub(crate) at: i64,
}

/// An incident. `waits` holds what only an incident in the queue has.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Case {
    pub(crate) state: &'static str,
    pub(crate) room: &'static str,
    pub(crate) spot: usize,
    /// What it is held to be.
    pub(crate) call: usize,
    pub(crate) owner: Team,
    pub(crate) priority: u8,
    /// An operator chose the priority.
    pub(crate) chosen_priority: bool,
    pub(crate) tried: BTreeSet<usize>,
    pub(crate) waits: Waits,
    pub(crate) closed_at: Option<i64>,
    /// Closed so long that it is no longer on the table.
    pub(crate) gone: bool,
    /// Held by an operator until then.
    pub(crate) held_until: Option<i64>,
    /// When a primary is looked for again, while others are on it.
    pub(crate) seeks_at: Option<i64>,
    /// Its calls, by their number in the order they came in.
    pub(crate) calls: Vec<usize>,
    pub(crate) reopened_at: Option<i64>,
    pub(crate) visit: Option<Visit>,
    pub(crate) arrive: Option<Clock>,
    pub(crate) passing: Option<Passing>,
    pub(crate) proposal: Option<Proposal>,
    /// How far the rules look, and when they look wider.
    pub(crate) step: LendingStep,
    pub(crate) widens_at: Option<i64>,
    /// Offered to another side, which must answer by then; none once it is late.
    pub(crate) transfer: Option<Option<i64>>,
    pub(crate) undo: Option<LastChange>,
    /// The incident it was merged into, and the calls it brought there.
    pub(crate) merged: Option<(usize, Vec<usize>)>,
}

/// The clocks of an incident in the queue.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(crate) struct Waits {
    pub(crate) red_at: Option<i64>,
    pub(crate) alarmed: bool,
    pub(crate) retry_at: Option<i64>,
}

/// An order.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Order {
    pub(crate) case: usize,
    pub(crate) car: usize,
    pub(crate) role: Role,
    pub(crate) state: &'static str,
    pub(crate) deliver_by: i64,
    pub(crate) acknowledge_by: i64,
    /// Whether its unit reported an outcome.
    pub(crate) reported: bool,
    pub(crate) offered_at: i64,
    pub(crate) ended_at: Option<i64>,
    /// An operator took it back: the rules do not undo that.
    pub(crate) by_operator: bool,
    pub(crate) safe: Option<Clock>,
    pub(crate) feedback: Option<Clock>,
    /// The station whose community time it spends.
    pub(crate) lent_by: Option<&'static str>,
    /// With an incident that is no longer on the table.
    pub(crate) gone: bool,
}

/// An alarm, in the order they were raised.
#[derive(Clone, Debug)]
pub(crate) struct Bell {
    pub(crate) kind: AlarmKind,
    pub(crate) case: Option<usize>,
    pub(crate) car: Option<usize>,
    pub(crate) room: &'static str,
    pub(crate) stands: bool,
    pub(crate) raised_at: i64,
    pub(crate) gone: bool,
}

/// What happened, in order: beside what was asked for, something may follow from it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum News {
    Opened(usize),
    Ordered(usize),
    NobodyOnIt(usize),
    OrderMoved(usize),
    OrderEnded(usize),
    MayBeFree(usize),
}

/// Everything, as a dispatcher would keep it on paper. Each command says whether it is accepted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Paper {
    pub(crate) now: i64,
    pub(crate) rules: Rules,
    pub(crate) cars: Vec<Car>,
    pub(crate) cases: Vec<Case>,
    pub(crate) orders: Vec<Order>,
    pub(crate) bells: Vec<Bell>,
    pub(crate) shifts: Vec<Shift>,
    /// Until when wartime mode holds, for each area.
    pub(crate) wars: [Option<i64>; AREAS.len()],
    /// How many calls came in.
    pub(crate) calls: usize,
    /// Community time that each station has lent this month.
    pub(crate) lent_ms: BTreeMap<&'static str, i64>,
    /// Who could go and how long each would take, for the command at hand.
    pub(crate) near: Vec<(usize, u64)>,
    /// The agency whose operator gives the command at hand; none for a unit and the server.
    pub(crate) by: Option<&'static str>,
    pub(crate) news: Vec<News>,
}

pub(crate) const ACTIVE: [&str; 6] = ["offered", "delivered", "seen", "acknowledged", "en_route", "on_scene"];
pub(crate) const OPEN: [&str; 3] = ["classified", "dispatched", "on_scene"];
pub(crate) const NOT_TAKEN_YET: [&str; 3] = ["offered", "delivered", "seen"];

impl Paper {
    pub(crate) fn new(rules: Rules, now: i64) -> Self {
        let car = |(home, team, kind, sworn): (&'static str, Team, UnitKind, u8)| Car {
            home,
            team,
            kind,
            sworn,
            auxiliary: 0,
            on_duty: true,
            free: Free::Fully,
            queue: Vec::new(),
            off_after: false,
            emergency: None,
            lost_at: None,
        };
        Self { now, rules, cars: CARS.into_iter().map(car).collect(), ..Self::default() }
    }

    pub(crate) fn is_open(&self, case: usize) -> bool {
        OPEN.contains(&self.cases[case].state)
    }

    /// Whether it may still be changed: dealt with is not closed.
    pub(crate) fn is_unclosed(&self, case: usize) -> bool {
        self.is_open(case) || self.cases[case].state == "resolved"
    }

    pub(crate) fn is_active(&self, order: usize) -> bool {
        ACTIVE.contains(&self.orders[order].state)
    }

    pub(crate) fn has_ended(&self, order: usize) -> bool {
        !self.is_active(order) && self.orders[order].state != "queued"
    }

    pub(crate) fn order_of(&self, car: usize) -> Option<usize> {
        (0..self.orders.len()).find(|order| self.orders[*order].car == car && self.is_active(*order))
    }

    pub(crate) fn orders_of(&self, case: usize) -> impl Iterator<Item = usize> {
        (0..self.orders.len()).filter(move |order| self.orders[*order].case == case && !self.orders[*order].gone)
    }

    /// The orders that are being carried out.
    pub(crate) fn on_it(&self, case: usize) -> Vec<usize> {
        self.orders_of(case).filter(|order| self.is_active(*order)).collect()
    }

    /// The orders that wait in some unit's queue.
    pub(crate) fn waiting_for(&self, case: usize) -> Vec<usize> {
        self.orders_of(case).filter(|order| self.orders[*order].state == "queued").collect()
    }

    pub(crate) fn primary_of(&self, case: usize) -> Option<usize> {
        self.on_it(case).into_iter().find(|order| self.orders[*order].role == Role::Primary)
    }

    /// Nobody is on it but officers who attend for the beat: that is no response.
    pub(crate) fn only_visited(&self, case: usize) -> bool {
        self.on_it(case).iter().all(|order| self.orders[*order].role == Role::BeatAttendance)
    }

    /// A sworn officer leads, and no drone.
    pub(crate) fn may_lead(&self, car: usize) -> bool {
        self.cars[car].kind != UnitKind::Drone && self.cars[car].sworn > 0
    }

    pub(crate) fn mode(&self, case: usize) -> DispatchMode {
        self.rules.mode(self.cases[case].priority)
    }

    pub(crate) fn sends(&self, case: usize) -> bool {
        CALLS[self.cases[case].call].sends
    }

    pub(crate) fn slots(&self, case: usize) -> &'static [Slot] {
        let plan = CALLS[self.cases[case].call].plan;
        if plan.is_empty() { ONE_PRIMARY } else { plan }
    }

    pub(crate) fn room_of_car(&self, car: usize) -> &'static str {
        room_of(self.cars[car].home)
    }

    /// One alarm for one lapse: not while one stands for the same.
    pub(crate) fn ring(&mut self, kind: AlarmKind, case: usize, car: Option<usize>) {
        if !self.bells.iter().any(|bell| bell.stands && bell.kind == kind && bell.case == Some(case) && bell.car == car) {
            let room = self.cases[case].room;
            self.bells.push(Bell { kind, case: Some(case), car, room, stands: true, raised_at: self.now, gone: false });
        }
    }

    pub(crate) fn silence(&mut self, case: usize, kinds: &[AlarmKind]) {
        for bell in self.bells.iter_mut().filter(|bell| bell.case == Some(case) && kinds.contains(&bell.kind)) {
            bell.stands = false;
        }
    }

    pub(crate) fn silence_of(&mut self, case: usize, car: usize, kinds: &[AlarmKind]) {
        let about = |bell: &&mut Bell| bell.case == Some(case) && bell.car == Some(car) && kinds.contains(&bell.kind);
        for bell in self.bells.iter_mut().filter(about) {
            bell.stands = false;
        }
    }

    pub(crate) fn silence_all(&mut self, case: usize) {
        for bell in self.bells.iter_mut().filter(|bell| bell.case == Some(case) && bell.kind != AlarmKind::Emergency) {
            bell.stands = false;
        }
    }

    /// What has been closed for ten minutes is taken off the table, with its orders and alarms.
    pub(crate) fn tidy(&mut self) {
        for case in 0..self.cases.len() {
            let over = self.cases[case].closed_at.is_some_and(|at| at + super::rules::GONE_AFTER_MS <= self.now);
            if over && !self.cases[case].gone {
                self.cases[case].gone = true;
                self.orders.iter_mut().filter(|order| order.case == case).for_each(|order| order.gone = true);
                self.bells.iter_mut().filter(|bell| bell.case == Some(case)).for_each(|bell| bell.gone = true);
            }
        }
    }
}
