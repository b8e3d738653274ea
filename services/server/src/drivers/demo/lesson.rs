//! How a training shift went: folded from the record, compared with what the calls really were.

use domain::classification::Classification;
use domain::event::{Event, Recorded};
use domain::ids::{AlarmId, AssignmentId, IncidentId};
use domain::time::Timestamp;
use serde::Serialize;
use sim::caller::Truth;
use std::collections::{BTreeMap, BTreeSet};

/// Incident numbers listed with a mark at most.
const LISTED_MAX: usize = 20;

#[derive(Default)]
struct Case {
    number: u32,
    priority: u8,
    reported_at: Timestamp,
    /// Whether a unit had to be ordered.
    to_dispatch: bool,
    first_order: Option<FirstOrder>,
    /// Whether the clock of the first order ran out.
    lapsed: bool,
    /// What it was reported as, and what it is taken for now: category and type.
    reported_as: (String, String),
    kind: (String, String),
    merged: bool,
}

struct FirstOrder {
    at: Timestamp,
    by_rules: bool,
    /// Place in the ranking of the moment, 1 first.
    rank: u32,
}

/// What happened, as far as it has been read.
#[derive(Default)]
pub(super) struct Course {
    cases: BTreeMap<IncidentId, Case>,
    orders: BTreeMap<AssignmentId, IncidentId>,
    alarms: BTreeMap<AlarmId, (Timestamp, Option<Timestamp>)>,
}

/// How often something that should be done was done.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub(super) struct Mark {
    /// Which, the key of its words.
    pub key: &'static str,
    /// Done.
    pub done: u64,
    /// … of so many.
    pub of: u64,
    /// Numbers of the incidents where it was not, the first few.
    pub missed: Vec<u32>,
}

/// How the shift went.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
pub(super) struct Lesson {
    /// Incidents that came in.
    pub incidents: u64,
    /// … that the rules dispatched before anybody had to.
    pub by_rules: u64,
    /// … that the operator dispatched.
    pub by_operator: u64,
    /// Median time from call to first order where the operator gave it, in milliseconds; none where none was given.
    pub first_order_median_ms: Option<u64>,
    /// Median time from an alarm to its confirmation, in milliseconds; none where none was confirmed.
    pub alarm_median_ms: Option<u64>,
    /// What should be done, and how often it was.
    pub marks: Vec<Mark>,
}

impl Course {
    /// Takes in one event.
    pub(super) fn add(&mut self, recorded: &Recorded) {
        let at = recorded.meta.recorded_at;
        match &recorded.event {
            Event::IncidentReported(reported) => {
                let kind = words_of(&reported.reported_as);
                let case = Case {
                    number: reported.number,
                    priority: reported.priority.level(),
                    reported_at: at,
                    to_dispatch: reported.clock.is_some(),
                    reported_as: kind.clone(),
                    kind,
                    ..Case::default()
                };
                self.cases.insert(reported.incident_id, case);
            }
            Event::IncidentReclassified { incident_id, verified_as, .. } => {
                if let Some(case) = self.cases.get_mut(incident_id) {
                    case.kind = words_of(verified_as);
                }
            }
            Event::AssignmentOffered(offered) => {
                self.orders.insert(offered.assignment_id, offered.incident_id);
                if let Some(case) = self.cases.get_mut(&offered.incident_id)
                    && case.first_order.is_none()
                {
                    case.first_order = Some(FirstOrder { at, by_rules: offered.automatic, rank: offered.ranking.rank });
                }
            }
            Event::IncidentDispatchLapsed { incident_id } => self.with(*incident_id, |case| case.lapsed = true),
            Event::IncidentMerged { incident_id, .. } => self.with(*incident_id, |case| case.merged = true),
            Event::AlarmRaised { alarm_id, .. } => drop(self.alarms.insert(*alarm_id, (at, None))),
            Event::AlarmEnded { alarm_id, confirmed } => {
                if *confirmed {
                    if let Some(alarm) = self.alarms.get_mut(alarm_id) {
                        alarm.1 = Some(at);
                    }
                } else {
                    // Over before anybody had to look.
                    self.alarms.remove(alarm_id);
                }
            }
            _ => {}
        }
    }

    fn with(&mut self, incident_id: IncidentId, change: impl FnOnce(&mut Case)) {
        if let Some(case) = self.cases.get_mut(&incident_id) {
            change(case);
        }
    }

    /// How it went until now. `truth` says what an incident really was.
    pub(super) fn lesson(&self, truth: impl Fn(IncidentId) -> Option<Truth>) -> Lesson {
        let mut marks = ["p1_in_time", "in_time", "best_unit", "merged", "verified", "alarms"].map(|key| Mark { key, ..Mark::default() });
        let [p1, in_time, best, merged, verified, alarms] = &mut marks;
        let (mut by_rules, mut by_operator, mut waits) = (0, 0, Vec::new());
        let mut events: BTreeSet<u64> = BTreeSet::new();
        for (id, case) in &self.cases {
            if case.to_dispatch {
                let mark = if case.priority == 1 { &mut *p1 } else { &mut *in_time };
                mark.count(!case.lapsed, case.number);
            }
            match &case.first_order {
                Some(order) if order.by_rules => by_rules += 1,
                Some(order) => {
                    by_operator += 1;
                    waits.push(order.at.since_ms(case.reported_at));
                    best.count(order.rank == 1, case.number);
                }
                None => {}
            }
            let Some(truth) = truth(*id) else { continue };
            if !events.insert(truth.event) {
                merged.count(case.merged, case.number);
                continue;
            }
            let real = (truth.category.to_string(), truth.call_type.to_string());
            // What was right from the start is no merit.
            if !truth.no_incident && case.reported_as != real {
                verified.count(case.kind == real, case.number);
            }
        }
        for (raised, confirmed) in self.alarms.values() {
            alarms.of += 1;
            alarms.done += u64::from(confirmed.is_some_and(|at| at >= *raised));
        }
        let confirmed = self.alarms.values().filter_map(|(raised, confirmed)| Some(confirmed.as_ref()?.since_ms(*raised))).collect();
        Lesson {
            incidents: self.cases.len() as u64,
            by_rules,
            by_operator,
            first_order_median_ms: median(waits),
            alarm_median_ms: median(confirmed),
            marks: marks.into_iter().filter(|mark| mark.of > 0).collect(),
        }
    }
}

impl Mark {
    fn count(&mut self, done: bool, number: u32) {
        self.of += 1;
        if done {
            self.done += 1;
        } else if self.missed.len() < LISTED_MAX {
            self.missed.push(number);
        }
    }
}

/// Category and type, the type empty where there is none.
fn words_of(classification: &Classification) -> (String, String) {
    let kind = classification.kind.as_ref().map(ToString::to_string).unwrap_or_default();
    (classification.category.to_string(), kind)
}

fn median(mut values: Vec<u64>) -> Option<u64> {
    values.sort_unstable();
    values.get(values.len().checked_sub(1)? / 2).copied()
}
