//! An operator for unattended runs: orders the first recommended unit for what waits longest at the highest priority.

use domain::ids::{IncidentId, UnitId};
use domain::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// Most incidents an operator remembers having asked for; beyond it the oldest are forgotten.
pub const ASKED_MAX: usize = 10_000;
/// Most units remembered as already asked for one incident; beyond it the round begins again.
pub const UNITS_ASKED_MAX: usize = 16;

/// An incident without a unit, as the room sees it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PendingIncident {
    /// Which one.
    pub incident_id: IncidentId,
    /// Priority, 1 (most urgent) to 4.
    pub priority: u8,
    /// Since when it has been waiting.
    pub since: Timestamp,
    /// Recommended units, best first.
    pub recommended: Vec<UnitId>,
}

/// An order the operator wants to give.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Assign {
    /// For which incident.
    pub incident_id: IncidentId,
    /// To which unit.
    pub unit_id: UnitId,
}

struct Asked {
    at: Timestamp,
    units: Vec<UnitId>,
}

/// The operator: what it has already asked, and how patient it is.
pub struct Operator {
    retry_ms: u64,
    orders_per_round_max: usize,
    asked: BTreeMap<IncidentId, Asked>,
}

impl Operator {
    /// An operator who asks again for an incident that still waits after `retry_ms`, and gives at most `orders_per_round_max` orders
    /// at a time.
    #[must_use]
    pub fn new(retry_ms: u64, orders_per_round_max: usize) -> Self {
        Self { retry_ms, orders_per_round_max, asked: BTreeMap::new() }
    }

    /// Decides on what is pending now: by priority, then by waiting time. For each the best unit that it has not asked for it before
    /// and not given another order in this round. What is no longer pending is forgotten.
    pub fn decide(&mut self, pending: &[PendingIncident], now: Timestamp) -> Vec<Assign> {
        let still: BTreeSet<IncidentId> = pending.iter().map(|incident| incident.incident_id).collect();
        self.asked.retain(|incident, _| still.contains(incident));
        let mut queue: Vec<&PendingIncident> = pending.iter().collect();
        queue.sort_by_key(|incident| (incident.priority, incident.since, incident.incident_id));
        let mut taken: BTreeSet<&UnitId> = BTreeSet::new();
        let mut orders = Vec::new();
        for incident in queue {
            if orders.len() >= self.orders_per_round_max {
                break;
            }
            let before = self.asked.get(&incident.incident_id);
            if before.is_some_and(|asked| now.since_ms(asked.at) < self.retry_ms) {
                continue;
            }
            let tried = before.map(|asked| asked.units.as_slice()).unwrap_or_default();
            let free = |unit: &&UnitId| !taken.contains(*unit);
            // When all were tried the round begins again: a unit that declined may be free by now.
            let fresh = incident.recommended.iter().filter(free).find(|unit| !tried.contains(unit));
            let Some(unit) = fresh.or_else(|| incident.recommended.iter().find(free)) else { continue };
            taken.insert(unit);
            orders.push(Assign { incident_id: incident.incident_id, unit_id: unit.clone() });
            self.remember(incident.incident_id, unit, now);
        }
        orders
    }

    fn remember(&mut self, incident: IncidentId, unit: &UnitId, now: Timestamp) {
        if self.asked.len() >= ASKED_MAX && !self.asked.contains_key(&incident) {
            let oldest = self.asked.iter().min_by_key(|(id, asked)| (asked.at, **id)).map(|(id, _)| *id);
            oldest.and_then(|id| self.asked.remove(&id));
        }
        let asked = self.asked.entry(incident).or_insert_with(|| Asked { at: now, units: Vec::new() });
        asked.at = now;
        if asked.units.contains(unit) || asked.units.len() >= UNITS_ASKED_MAX {
            asked.units.clear();
        }
        asked.units.push(unit.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn unit(name: &str) -> UnitId {
        UnitId::new(name).unwrap()
    }

    fn pending(number: u128, priority: u8, since: i64, units: &[&str]) -> PendingIncident {
        let recommended = units.iter().map(|name| unit(name)).collect();
        PendingIncident { incident_id: IncidentId(Uuid::from_u128(number)), priority, since: Timestamp(since), recommended }
    }

    fn told(orders: &[Assign]) -> Vec<(u128, &str)> {
        orders.iter().map(|order| (order.incident_id.0.as_u128(), order.unit_id.as_str())).collect()
    }

    #[test]
    fn the_urgent_come_first_and_no_unit_is_ordered_twice() {
        let mut operator = Operator::new(10_000, 10);
        let queue = [pending(1, 3, 0, &["a", "b"]), pending(2, 1, 9, &["a"]), pending(3, 3, 5, &["a", "b"]), pending(4, 2, 0, &[])];
        assert_eq!(told(&operator.decide(&queue, Timestamp(10))), [(2, "a"), (1, "b")]);
        assert_eq!(told(&operator.decide(&queue, Timestamp(11))), [(3, "a")], "the others were asked a moment ago");
    }

    #[test]
    fn it_asks_the_next_unit_after_a_while_and_begins_again_at_the_end() {
        let mut operator = Operator::new(10_000, 10);
        let queue = [pending(1, 2, 0, &["a", "b"])];
        let mut asked = Vec::new();
        for second in 0..40 {
            asked.extend(operator.decide(&queue, Timestamp(second * 1_000)).into_iter().map(|order| (second, order.unit_id.to_string())));
        }
        let expected = [(0, "a"), (10, "b"), (20, "a"), (30, "b")].map(|(second, name)| (second, name.to_owned()));
        assert_eq!(asked, expected);
        assert!(operator.decide(&[], Timestamp(50_000)).is_empty());
        assert!(operator.asked.is_empty(), "what is no longer pending is forgotten");
    }

    #[test]
    fn rounds_and_memory_are_bounded() {
        let mut operator = Operator::new(u64::MAX, 100);
        let queue: Vec<PendingIncident> = (0..ASKED_MAX as u128 + 500).map(|n| pending(n, 2, 0, &[&format!("u{n}")])).collect();
        let mut orders = 0;
        for round in 0..105 {
            let now = operator.decide(&queue, Timestamp(round)).len();
            assert!(now <= 100);
            orders += now;
            assert!(operator.asked.len() <= ASKED_MAX);
        }
        assert_eq!(orders, ASKED_MAX + 500);
    }
}
