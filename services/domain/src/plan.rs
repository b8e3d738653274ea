//! Response plans: who goes to an incident, chosen jointly, and why nobody else. Pure: a ranking of the Situation's candidates
//! for each place of the plan, and the assignment of units to places that is best for all of them together.

use crate::agency::Organisation;
use crate::assignment::{AssignmentRole, AssignmentState};
use crate::classification::Team;
use crate::ids::{ReasonKey, UnitId};
use crate::incident::Incident;
use crate::matching::{self, RankedUnit, Ranking};
use crate::place::Place;
use crate::policy::PlanSlot;
use crate::reason::Reason;
use crate::recall::Recall;
use crate::situation::Situation;
use crate::unit::{Unit, UnitKind};
use crate::world::World;
use pathfinding::matrix::Matrix;
use pathfinding::prelude::kuhn_munkres_min;
use std::collections::{BTreeMap, BTreeSet};

/// Who goes, chosen jointly.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Choice {
    /// The plan; none where the policy has none for this incident, which then gets one primary.
    pub plan: Option<ReasonKey>,
    /// What for, which unit with its line of the ranking, and why not the others. The primary comes first.
    pub chosen: Vec<(AssignmentRole, RankedUnit, Vec<RankedUnit>)>,
    /// Roles that nobody could be found for, one entry for each unit that is missing.
    pub unfilled: Vec<AssignmentRole>,
}

impl Choice {
    /// The unit that would be primary.
    #[must_use]
    pub fn primary(&self) -> Option<&RankedUnit> {
        self.chosen.iter().find(|(role, ..)| *role == AssignmentRole::Primary).map(|(_, line, _)| line)
    }
}

/// Chooses who goes to `incident` as if nobody were on it yet: its response plan's places are filled jointly.
///
/// A place that is filled beats any saving of time; then the primary's time counts, then the sum of the others'; what is equal
/// goes to the lower unit ids. Where the priority says that the owner follows and the primary is of another team, the best unit
/// of the owning team is chosen too.
#[must_use]
pub fn choose(world: &World, incident: &Incident, situation: &Situation) -> Choice {
    let plan = situation.policy.decide(incident.classification()).and_then(|decided| decided.plan);
    let slots = slots(plan.as_ref(), situation);
    let rankings: Vec<Ranking> = slots.iter().map(|slot| rank_for(world, incident, slot, situation)).collect();
    let mut choice = Choice { plan: plan.filter(|key| situation.policy.plan(key).is_some()), ..Choice::default() };
    let taken = assign(&costs(&slots, &rankings));
    let units = units_of(&rankings);
    let roles: BTreeMap<&UnitId, AssignmentRole> =
        slots.iter().zip(&taken).filter_map(|(slot, column)| Some((*units.get((*column)?)?, slot.role))).collect();
    for ((slot, ranking), column) in slots.iter().zip(&rankings).zip(&taken) {
        let line = column.and_then(|column| units.get(column)).and_then(|id| ranking.eligible.iter().find(|line| line.unit_id == **id));
        match line {
            Some(line) => choice.chosen.push((slot.role, line.clone(), explain(ranking, &line.unit_id, &roles))),
            None => choice.unfilled.push(slot.role),
        }
    }
    choice.chosen.extend(owner_follows(world, incident, situation, &choice));
    choice
}

/// The best unit for `role` alone, and why not the others: where one is missing while others are on it. A primary is what the
/// response plan wants of one.
#[must_use]
pub fn best(world: &World, incident: &Incident, role: AssignmentRole, situation: &Situation) -> Option<(RankedUnit, Vec<RankedUnit>)> {
    let plan = situation.policy.decide(incident.classification()).and_then(|decided| decided.plan);
    let of_plan = slots(plan.as_ref(), situation).into_iter().find(|_| role == AssignmentRole::Primary);
    let ranking = rank_for(world, incident, &of_plan.unwrap_or_else(|| any(role)), situation);
    let best = ranking.eligible.first()?;
    Some((best.clone(), ranking.explain(&best.unit_id)))
}

/// Whether `unit`, which is of the owning team, may take over an incident that another team's unit went to first: not where the
/// owner is the room, at a station by post (岗位制), or in wartime mode, where no unit is of another team.
#[must_use]
pub fn may_take_over(world: &World, incident: &Incident, unit: &Unit, situation: &Situation) -> bool {
    let policy = &situation.policy;
    unit.profile.team == incident.owner
        && unit.profile.sworn > 0
        && policy.kind(unit.profile.kind).is_some_and(|rule| rule.may_be_primary)
        && policy.priority(incident.priority).is_some_and(|rule| rule.owner_follows)
        && !teams_are_one(world, incident, situation)
}

fn teams_are_one(world: &World, incident: &Incident, situation: &Situation) -> bool {
    let tree = &situation.agencies;
    let place = match &incident.place {
        Place::Located { agency, .. } => agency,
        Place::OutsideBoundaries { .. } | Place::Unverified => &incident.station,
    };
    incident.owner == Team::Room
        || tree.get(&incident.station).is_some_and(|node| node.organisation == Organisation::ByPost)
        || world.wartime_at(tree, place).is_some()
}

/// One unit of any kind.
fn any(role: AssignmentRole) -> PlanSlot {
    PlanSlot { role, count: 1, kinds: Vec::new(), team: None, capabilities: BTreeSet::new(), sworn: 0 }
}

/// One entry for each unit that is to go, the primary first.
fn slots(plan: Option<&ReasonKey>, situation: &Situation) -> Vec<PlanSlot> {
    let Some(plan) = plan.and_then(|key| situation.policy.plan(key)) else { return vec![any(AssignmentRole::Primary)] };
    let mut slots: Vec<PlanSlot> = plan.slots.iter().flat_map(|slot| std::iter::repeat_n(slot.clone(), slot.count.into())).collect();
    slots.sort_by_key(|slot| slot.role != AssignmentRole::Primary);
    slots
}

/// Ranks for one place of the plan: by the rules for its role, and by what the place itself wants.
fn rank_for(world: &World, incident: &Incident, slot: &PlanSlot, situation: &Situation) -> Ranking {
    let mut ranking = matching::rank(world, incident, slot.role, situation);
    let lines = std::mem::take(&mut ranking.eligible);
    for (mut line, unit) in lines.into_iter().filter_map(|line| world.unit(&line.unit_id).map(|unit| (line, unit))) {
        let reasons = why_not_here(world, incident, slot, unit);
        if reasons.is_empty() {
            ranking.eligible.push(line);
        } else {
            line.reasons = reasons;
            line.rank = 0;
            ranking.not_eligible.push(line);
        }
    }
    for (place, line) in (1u32..).zip(&mut ranking.eligible) {
        line.rank = place;
    }
    ranking.not_eligible.sort_by(|a, b| (a.travel_ms, &a.unit_id).cmp(&(b.travel_ms, &b.unit_id)));
    ranking
}

fn why_not_here(world: &World, incident: &Incident, slot: &PlanSlot, unit: &Unit) -> Vec<Reason> {
    let profile = &unit.profile;
    let mut reasons = Vec::new();
    if !slot.kinds.is_empty() && !slot.kinds.contains(&profile.kind) {
        let kinds: Vec<&str> = slot.kinds.iter().map(|kind| kind.key()).collect();
        reasons.push(Reason::slot_wants_kind(&kinds));
    }
    if slot.kinds.is_empty() && profile.kind == UnitKind::Drone && slot.role == AssignmentRole::Backup {
        reasons.push(Reason::drone_is_overwatch());
    }
    if let Some(team) = slot.team.filter(|team| *team != profile.team) {
        reasons.push(Reason::slot_wants_team(team));
    }
    for capability in slot.capabilities.difference(&profile.capabilities) {
        reasons.push(Reason::slot_wants_capability(capability));
    }
    if profile.sworn < slot.sworn {
        reasons.push(Reason::slot_wants_sworn(slot.sworn));
    }
    if was_recalled(world, incident, unit) {
        reasons.push(Reason::recalled_before());
    }
    reasons
}

/// Whether an operator took an order for this incident back from the unit: the rules do not undo that. What was ordered before the
/// incident was opened again says nothing of it.
fn was_recalled(world: &World, incident: &Incident, unit: &Unit) -> bool {
    let orders = incident.assignments.iter().filter_map(|id| world.assignment(id));
    let orders = orders.filter(|order| incident.reopened_at.is_none_or(|at| order.times.offered_at >= at));
    orders.filter(|order| order.unit_id == unit.profile.unit_id).any(|order| match &order.state {
        AssignmentState::Recalled { reason } => !Recall::ALL_BY_RULE.contains(reason),
        _ => false,
    })
}

/// The units that some place could have, by id: the columns of the table of costs.
fn units_of(rankings: &[Ranking]) -> Vec<&UnitId> {
    let units: BTreeSet<&UnitId> = rankings.iter().flat_map(|ranking| ranking.eligible.iter().map(|line| &line.unit_id)).collect();
    units.into_iter().collect()
}

/// A row for each place, primary first, a column for each unit; none where the unit is not eligible.
fn costs(slots: &[PlanSlot], rankings: &[Ranking]) -> Vec<Vec<Option<u64>>> {
    let units = units_of(rankings);
    let column: BTreeMap<&UnitId, usize> = units.iter().enumerate().map(|(column, id)| (*id, column)).collect();
    let row = |ranking: &Ranking| {
        let mut row = vec![None; units.len()];
        for line in &ranking.eligible {
            if let Some(cell) = column.get(&line.unit_id).and_then(|column| row.get_mut(*column)) {
                *cell = Some(line.cost_ms);
            }
        }
        row
    };
    debug_assert_eq!(slots.len(), rankings.len(), "a ranking for each place");
    rankings.iter().map(row).collect()
}

/// Costs above this count as this: 37 hours of travel.
const MAX_COST_MS: u64 = (1 << 27) - 1;
/// Below the milliseconds there is room for which unit it is: ties go to the lower ids.
const MILLISECOND: i128 = 1 << 20;
/// The primary's milliseconds weigh more than those of all others together.
const PRIMARY_MILLISECOND: i128 = 1 << 60;
/// A place that stays empty weighs more than any time, and that of the primary more than another.
const EMPTY: i128 = 1 << 90;
const EMPTY_PRIMARY: i128 = 2 * EMPTY;
const NOT_ELIGIBLE: i128 = 4 * EMPTY;

/// What it weighs that the place in `row` (0 is the primary's) goes to the unit in `column`, or that it can not.
pub(crate) fn weight(row: usize, rows: usize, column: usize, cost_ms: Option<u64>) -> i128 {
    let Some(cost_ms) = cost_ms else { return NOT_ELIGIBLE };
    let unit = if row == 0 { PRIMARY_MILLISECOND } else { MILLISECOND };
    // Counts of places and units are small; the product stays far below a millisecond.
    let tie = i128::try_from((rows - row) * column).unwrap_or_default();
    i128::from(cost_ms.min(MAX_COST_MS)) * unit + tie
}

/// Which column each row gets, so that the sum of the weights is least; none where nobody is left for it.
///
/// The Hungarian algorithm (Kuhn 1955, Munkres 1957), exact. A column is added for each row that stands for nobody, so that
/// there are never more rows than columns.
pub(crate) fn assign(costs: &[Vec<Option<u64>>]) -> Vec<Option<usize>> {
    let (rows, columns) = (costs.len(), costs.first().map_or(0, Vec::len));
    if let [only] = costs {
        let best = only.iter().enumerate().filter_map(|(column, cost)| cost.map(|cost| (cost, column))).min();
        return vec![best.map(|(_, column)| column)];
    }
    let cell = |row: usize, column: usize| match costs.get(row).and_then(|costs| costs.get(column)) {
        Some(cost) => weight(row, rows, column, *cost),
        None if row == 0 => EMPTY_PRIMARY,
        None => EMPTY,
    };
    let weights = Matrix::from_fn(rows, columns + rows, |(row, column)| cell(row, column));
    let (_, taken) = kuhn_munkres_min(&weights);
    taken.into_iter().map(|column| (column < columns).then_some(column)).collect()
}

/// Why not the others: who goes in another role is said to.
fn explain(ranking: &Ranking, chosen: &UnitId, roles: &BTreeMap<&UnitId, AssignmentRole>) -> Vec<RankedUnit> {
    let mut lines = ranking.explain(chosen);
    for line in lines.iter_mut().filter(|line| line.rank > 0) {
        if let Some(role) = roles.get(&line.unit_id) {
            line.reasons.pop();
            line.reasons.push(Reason::taken_for(role.key()));
        }
    }
    lines
}

/// The unit of the owning team that goes too, where the first to go is of another.
fn owner_follows(
    world: &World,
    incident: &Incident,
    situation: &Situation,
    choice: &Choice,
) -> Option<(AssignmentRole, RankedUnit, Vec<RankedUnit>)> {
    let takes_over = |id: &UnitId| world.unit(id).is_some_and(|unit| may_take_over(world, incident, unit, situation));
    choice.primary()?;
    let goes_already = choice.chosen.iter().any(|(_, line, _)| takes_over(&line.unit_id));
    if goes_already || world.active_assignments(incident).any(|order| takes_over(&order.unit_id)) {
        return None;
    }
    let mut ranking = rank_for(world, incident, &any(AssignmentRole::Primary), situation);
    let chosen: BTreeSet<&UnitId> = choice.chosen.iter().map(|(_, line, _)| &line.unit_id).collect();
    let of_owner = |line: &RankedUnit| world.unit(&line.unit_id).is_some_and(|unit| unit.profile.team == incident.owner);
    ranking.eligible.retain(|line| takes_over(&line.unit_id) && !chosen.contains(&line.unit_id));
    ranking.not_eligible.retain(of_owner);
    let mut line = ranking.eligible.first()?.clone();
    let not_taken = ranking.explain(&line.unit_id);
    line.reasons.push(Reason::owner_follows(incident.owner));
    Some((AssignmentRole::Backup, line, not_taken))
}

#[cfg(test)]
mod tests;
