//! Hours: how long each unit was on duty, by activity and local day, folded from the record alone.
//!
//! A fold is deterministic: the same events and the same calendar always give the same hours, on every node and at every replay.

use crate::event::{Event, Recorded};
use crate::ids::{AssignmentId, UnitId};
use crate::time::{LocalDay, Timestamp};
use crate::unit::Availability;
use std::collections::BTreeMap;
use std::ops::{AddAssign, RangeInclusive};

/// Days of a month are numbered up to this in a [`LocalDay`]: 20261131.
const DAYS_PER_MONTH: u32 = 100;
/// Longest time at once that is spread over days, in milliseconds: 400 days. What is longer counts on its first day.
const LONGEST_SPAN_MS: u64 = 400 * 24 * 3_600_000;

/// One local day: which, and when it is over. A day on which clocks are put forward has 23 hours.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DaySpan {
    /// The day.
    pub day: LocalDay,
    /// When the next one begins.
    pub ends_at: Timestamp,
}

/// The calendar at the log's place. The core knows no time zones: who has them says which day it is.
pub trait Calendar {
    /// The local day that `at` lies in. It ends after `at`.
    fn day_at(&self, at: Timestamp) -> DaySpan;
}

impl<F: Fn(Timestamp) -> DaySpan> Calendar for F {
    fn day_at(&self, at: Timestamp) -> DaySpan {
        self(at)
    }
}

/// Time worked, in milliseconds.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Worked {
    /// On duty and free.
    pub available_ms: u64,
    /// On duty and free for urgent work only.
    pub conditional_ms: u64,
    /// Engaged in an assignment.
    pub engaged_ms: u64,
    /// On duty and not to be sent.
    pub out_of_service_ms: u64,
    /// Of the time engaged: lent to another team, beat or station.
    pub lent_ms: u64,
}

impl Worked {
    /// On duty, whatever it did.
    #[must_use]
    pub fn on_duty_ms(&self) -> u64 {
        self.available_ms + self.conditional_ms + self.engaged_ms + self.out_of_service_ms
    }

    /// On duty in the service of its own home: a beat officer's hours in the beat (社区民警下沉).
    #[must_use]
    pub fn own_service_ms(&self) -> u64 {
        self.on_duty_ms().saturating_sub(self.lent_ms)
    }
}

impl AddAssign for Worked {
    fn add_assign(&mut self, other: Self) {
        self.available_ms += other.available_ms;
        self.conditional_ms += other.conditional_ms;
        self.engaged_ms += other.engaged_ms;
        self.out_of_service_ms += other.out_of_service_ms;
        self.lent_ms += other.lent_ms;
    }
}

/// What a unit on duty is doing.
#[derive(Clone, Debug)]
struct OnDuty {
    since: Timestamp,
    availability: Availability,
    /// The assignment, and whether it is lent for it.
    engaged_in: Option<(AssignmentId, bool)>,
}

impl OnDuty {
    fn worked(&self, duration_ms: u64) -> Worked {
        let mut worked = Worked::default();
        match (&self.engaged_in, &self.availability) {
            (Some((_, lent)), _) => {
                worked.engaged_ms = duration_ms;
                worked.lent_ms = if *lent { duration_ms } else { 0 };
            }
            (None, Availability::Available) => worked.available_ms = duration_ms,
            (None, Availability::Conditional { .. }) => worked.conditional_ms = duration_ms,
            (None, Availability::OutOfService { .. }) => worked.out_of_service_ms = duration_ms,
        }
        worked
    }
}

/// The hours of all units of one log.
#[derive(Clone, Debug)]
pub struct Hours<C> {
    calendar: C,
    on_duty: BTreeMap<UnitId, OnDuty>,
    /// Whose an order is, while it waits or is active.
    orders: BTreeMap<AssignmentId, UnitId>,
    by_day: BTreeMap<(UnitId, LocalDay), Worked>,
}

impl<C: Calendar> Hours<C> {
    /// No hours yet.
    #[must_use]
    pub fn new(calendar: C) -> Self {
        Self { calendar, on_duty: BTreeMap::new(), orders: BTreeMap::new(), by_day: BTreeMap::new() }
    }

    /// Adds one event. Events come in the order of the log, each once.
    ///
    /// A change counts from when it happened, where that is known, but never from before the unit's last change.
    pub fn add(&mut self, recorded: &Recorded) {
        let at = recorded.meta.happened_at();
        match &recorded.event {
            Event::UnitSignedOn { unit_id, .. } => {
                self.settle(unit_id, at);
                let on_duty = OnDuty { since: at, availability: Availability::Available, engaged_in: None };
                self.on_duty.insert(unit_id.clone(), on_duty);
            }
            Event::UnitSignedOff { unit_id } => {
                self.settle(unit_id, at);
                self.on_duty.remove(unit_id);
            }
            Event::UnitAvailabilityChanged { unit_id, availability } => {
                self.change(unit_id, at, |on_duty| on_duty.availability = availability.clone());
            }
            Event::AssignmentOffered(offered) => {
                self.orders.insert(offered.assignment_id, offered.unit_id.clone());
                let engaged_in = Some((offered.assignment_id, offered.lent.is_some()));
                self.change(&offered.unit_id, at, |on_duty| on_duty.engaged_in = engaged_in);
            }
            Event::AssignmentQueued(queued) => {
                self.orders.insert(queued.assignment_id, queued.unit_id.clone());
            }
            Event::AssignmentActivated(activated) => {
                let Some(unit_id) = self.orders.get(&activated.assignment_id).cloned() else { return };
                self.change(&unit_id, at, |on_duty| on_duty.engaged_in = Some((activated.assignment_id, false)));
            }
            Event::AssignmentCleared { assignment_id, .. }
            | Event::AssignmentDeclined { assignment_id, .. }
            | Event::AssignmentExpired { assignment_id, .. }
            | Event::AssignmentRecalled { assignment_id, .. } => {
                let Some(unit_id) = self.orders.remove(assignment_id) else { return };
                let bound = self.on_duty.get(&unit_id).and_then(|on_duty| on_duty.engaged_in);
                if bound.is_some_and(|(id, _)| id == *assignment_id) {
                    self.change(&unit_id, at, |on_duty| on_duty.engaged_in = None);
                }
            }
            _ => {}
        }
    }

    /// Counts everybody on duty up to `now`, for a report while they work on.
    pub fn count_until(&mut self, now: Timestamp) {
        let units: Vec<_> = self.on_duty.keys().cloned().collect();
        for unit_id in units {
            self.settle(&unit_id, now);
        }
    }

    /// What was counted, by unit and local day.
    pub fn by_day(&self) -> impl Iterator<Item = (&UnitId, LocalDay, &Worked)> {
        self.by_day.iter().map(|((unit_id, day), worked)| (unit_id, *day, worked))
    }

    /// What `unit_id` worked on the local days of `days`: a week, a shift list, one day.
    #[must_use]
    pub fn of_days(&self, unit_id: &UnitId, days: RangeInclusive<LocalDay>) -> Worked {
        let mut sum = Worked::default();
        for (_, worked) in self.by_day.range((unit_id.clone(), *days.start())..=(unit_id.clone(), *days.end())) {
            sum += *worked;
        }
        sum
    }

    /// What `unit_id` worked in `month`: 202611.
    #[must_use]
    pub fn of_month(&self, unit_id: &UnitId, month: u32) -> Worked {
        let first = month.saturating_mul(DAYS_PER_MONTH);
        self.of_days(unit_id, LocalDay(first)..=LocalDay(first.saturating_add(DAYS_PER_MONTH - 1)))
    }

    fn change(&mut self, unit_id: &UnitId, at: Timestamp, edit: impl FnOnce(&mut OnDuty)) {
        self.settle(unit_id, at);
        if let Some(on_duty) = self.on_duty.get_mut(unit_id) {
            edit(on_duty);
        }
    }

    /// Counts what a unit has done since its last change, day by day.
    fn settle(&mut self, unit_id: &UnitId, until: Timestamp) {
        let Some(on_duty) = self.on_duty.get_mut(unit_id) else { return };
        let mut from = on_duty.since;
        on_duty.since = until.max(from);
        let whole = until.since_ms(from) > LONGEST_SPAN_MS;
        while from < until {
            let DaySpan { day, ends_at } = self.calendar.day_at(from);
            // A calendar that does not move on would never end.
            let part_until = if whole || ends_at <= from { until } else { ends_at.min(until) };
            *self.by_day.entry((unit_id.clone(), day)).or_default() += on_duty.worked(part_until.since_ms(from));
            from = part_until;
        }
    }
}
