//! Who goes: eligibility with why-nots, and a ranking that explains itself.

pub(crate) mod lending;

pub use lending::lending_step;

use crate::assignment::AssignmentRole;
use crate::classification::Classification;
use crate::ids::UnitId;
use crate::incident::Incident;
use crate::reason::Reason;
use crate::situation::{Candidate, Situation, TravelSource};
use crate::unit::{Availability, Duty, Unit};
use crate::world::World;
use serde::{Deserialize, Serialize};

/// Most lines of a ranking that are kept with a decision.
pub const MAX_KEPT_LINES: usize = 8;

/// One line of a ranking.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RankedUnit {
    /// The unit.
    pub unit_id: UnitId,
    /// Place from 1; 0 when it is not eligible.
    pub rank: u32,
    /// Travel time in milliseconds; 0 when unknown.
    pub travel_ms: u64,
    /// Where it comes from.
    pub source: TravelSource,
    /// Age of the fix, in milliseconds.
    pub fix_age_ms: Option<u64>,
    /// Travel time plus what the policy adds, in milliseconds: what the ranking sorts by.
    pub cost_ms: u64,
    /// Why here, or why not.
    pub reasons: Vec<Reason>,
}

/// A ranking: who can go, best first, and who can't.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Ranking {
    /// Eligible units, best first.
    pub eligible: Vec<RankedUnit>,
    /// The others, nearest first.
    pub not_eligible: Vec<RankedUnit>,
}

/// Who chooses from a ranking: lending binds the rules, while an operator may send anyone and is told what it costs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Chooser {
    Rules,
    Operator,
}

/// Ranks the Situation's candidates for `incident` in `role`, as the rules choose: not farther than the lending step that is
/// reached, and not against a lending budget that is spent.
///
/// The cost of a unit is its travel time plus what the policy adds for another team and another station; where the priority
/// opens every team, and in wartime mode, nothing is added, so that the nearest goes. Ties go to the lower unit id, so that two
/// nodes rank alike.
#[must_use]
pub fn rank(world: &World, incident: &Incident, role: AssignmentRole, situation: &Situation) -> Ranking {
    rank_for(world, incident, role, situation, Chooser::Rules)
}

/// Ranks the same candidates for an operator, who may send whoever can go: each line says which lending step it is and whether
/// the budget is spent.
#[must_use]
pub fn rank_for_operator(world: &World, incident: &Incident, role: AssignmentRole, situation: &Situation) -> Ranking {
    rank_for(world, incident, role, situation, Chooser::Operator)
}

fn rank_for(world: &World, incident: &Incident, role: AssignmentRole, situation: &Situation, chooser: Chooser) -> Ranking {
    let mut ranking = Ranking::default();
    for candidate in &situation.candidates {
        let Some(unit) = world.unit(&candidate.unit_id) else { continue };
        let why_not = why_not_for(world, incident, unit, role, situation, chooser);
        let (added_ms, mut reasons) =
            if why_not.is_empty() { added_cost(world, incident, unit, role, situation) } else { (0, why_not.clone()) };
        match candidate.source {
            TravelSource::FromStation => reasons.push(Reason::from_station()),
            TravelSource::Unknown => reasons.push(Reason::no_position()),
            TravelSource::StraightLine | TravelSource::Road => {}
        }
        let line = line_of(candidate, candidate.travel_ms.saturating_add(added_ms), reasons);
        if why_not.is_empty() { ranking.eligible.push(line) } else { ranking.not_eligible.push(line) }
    }
    ranking.eligible.sort_by(|a, b| (a.cost_ms, &a.unit_id).cmp(&(b.cost_ms, &b.unit_id)));
    ranking.not_eligible.sort_by(|a, b| (a.travel_ms, &a.unit_id).cmp(&(b.travel_ms, &b.unit_id)));
    let nearest_ms = ranking.eligible.iter().filter(|line| line.source != TravelSource::Unknown).map(|line| line.travel_ms).min();
    for (place, line) in (1u32..).zip(&mut ranking.eligible) {
        line.rank = place;
        if Some(line.travel_ms) == nearest_ms {
            line.reasons.insert(0, Reason::nearest());
        }
    }
    ranking
}

impl Ranking {
    /// The lines that stay with the decision for `chosen`: its own, and the best of the others with why they were not taken.
    #[must_use]
    pub fn explain(&self, chosen: &UnitId) -> Vec<RankedUnit> {
        let behind = self.eligible.iter().filter(|line| &line.unit_id != chosen).map(|line| {
            let mut line = line.clone();
            line.reasons.push(Reason::ranked_behind(chosen));
            line
        });
        let others = self.not_eligible.iter().filter(|line| &line.unit_id != chosen).cloned();
        behind.take(MAX_KEPT_LINES / 2).chain(others.take(MAX_KEPT_LINES / 2)).collect()
    }
}

fn line_of(candidate: &Candidate, cost_ms: u64, reasons: Vec<Reason>) -> RankedUnit {
    RankedUnit {
        unit_id: candidate.unit_id.clone(),
        rank: 0,
        travel_ms: candidate.travel_ms,
        source: candidate.source,
        fix_age_ms: candidate.fix_age_ms,
        cost_ms,
        reasons,
    }
}

/// Why `unit` cannot take `incident` in `role` by the rules, or on an operator's word; empty when it can.
fn why_not_for(
    world: &World,
    incident: &Incident,
    unit: &Unit,
    role: AssignmentRole,
    situation: &Situation,
    chooser: Chooser,
) -> Vec<Reason> {
    let mut reasons = why_not_at_all(world, incident, unit, role, situation);
    if let Duty::On { availability: Availability::Conditional { reason }, engaged_in: None } = &unit.duty
        && !opens_every_team(incident, situation)
    {
        reasons.push(Reason::urgent_work_only(reason));
    }
    if incident.tried.contains(&unit.profile.unit_id) {
        reasons.push(Reason::already_tried());
    }
    if unit.emergency.is_some() {
        reasons.push(Reason::in_emergency());
    }
    if chooser == Chooser::Rules {
        reasons.extend(why_not_lent(world, incident, unit, role, situation));
    }
    reasons
}

/// Why the rules do not borrow `unit`. The steps are about who answers for the incident, so they bind a primary alone: a backup
/// is what the response plan names.
fn why_not_lent(world: &World, incident: &Incident, unit: &Unit, role: AssignmentRole, situation: &Situation) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let (step, reached) = (lending_step(&situation.agencies, incident, unit), incident.lending.step);
    if role == AssignmentRole::Primary && lending::steps_bind(world, incident, situation) && !lending::is_within(step, reached) {
        reasons.push(Reason::beyond_lending_step(step, reached));
    }
    if let Some(lent) = lending::charge(world, incident, unit, role, situation).filter(|lent| lending::is_spent(world, lent, situation)) {
        reasons.push(Reason::lending_budget_spent(&lent.station));
    }
    reasons
}

/// Why nobody, not even an operator, can order `unit` to `incident` in `role` now. An operator may ask a unit again, may send
/// one that is free for urgent work only, and may borrow from anywhere.
#[must_use]
pub fn why_not_at_all(world: &World, incident: &Incident, unit: &Unit, role: AssignmentRole, situation: &Situation) -> Vec<Reason> {
    why_not_if_opened(world, incident.classification(), unit, role, situation)
}

/// The same for an incident of this classification that is not opened yet.
pub(crate) fn why_not_if_opened(
    world: &World,
    what: &Classification,
    unit: &Unit,
    role: AssignmentRole,
    situation: &Situation,
) -> Vec<Reason> {
    let mut reasons = Vec::new();
    match &unit.duty {
        Duty::Off => reasons.push(Reason::off_duty()),
        Duty::On { availability, engaged_in } => {
            if let Some(assignment_id) = engaged_in {
                let number = world.assignment(assignment_id).and_then(|a| world.incident(&a.incident_id)).map_or(0, |i| i.number);
                reasons.push(Reason::engaged(number));
            }
            // Of an engaged unit this holds from the end of its assignment: then it takes nothing either.
            if let Availability::OutOfService { reason } = availability {
                reasons.push(Reason::out_of_service(reason));
            }
        }
    }
    if unit.off_after {
        reasons.push(Reason::shift_ended());
    }
    let rule = situation.policy.kind(unit.profile.kind);
    if role == AssignmentRole::Primary {
        if unit.profile.sworn == 0 {
            reasons.push(Reason::no_sworn_officer());
        }
        if !rule.is_some_and(|rule| rule.may_be_primary) {
            reasons.push(Reason::kind_never_primary(unit.profile.kind.key()));
        }
    }
    let category = &what.category;
    if rule.is_some_and(|rule| !rule.only_categories.is_empty() && !rule.only_categories.contains(category)) {
        reasons.push(Reason::kind_not_for_category(unit.profile.kind.key(), category));
    }
    reasons
}

fn opens_every_team(incident: &Incident, situation: &Situation) -> bool {
    situation.policy.priority(incident.priority).is_some_and(|rule| rule.any_team)
}

fn added_cost(world: &World, incident: &Incident, unit: &Unit, role: AssignmentRole, situation: &Situation) -> (u64, Vec<Reason>) {
    if opens_every_team(incident, situation) {
        return (0, vec![Reason::any_team_for_p1()]);
    }
    if let Some(area) = lending::wartime_area(world, &situation.agencies, incident) {
        return (0, vec![Reason::wartime_pool(area)]);
    }
    let costs = &situation.policy.ranking;
    let mut added_ms = 0u64;
    let mut reasons = Vec::new();
    let room = situation.agencies.room_of(&unit.profile.home);
    let by_post = room.filter(|room| room.agency_id == incident.station && lending::is_by_post(room));
    if let Some(station) = by_post {
        reasons.push(Reason::by_post_station(&station.agency_id));
    } else if unit.profile.team == incident.owner {
        reasons.push(Reason::own_team(incident.owner));
    } else {
        added_ms = added_ms.saturating_add(costs.other_team_ms);
        reasons.push(Reason::borrowed(unit.profile.team, costs.other_team_ms));
    }
    match room.map(|room| &room.agency_id) {
        Some(station) if station == &incident.station => reasons.push(Reason::own_station(station)),
        Some(station) => {
            added_ms = added_ms.saturating_add(costs.other_station_ms);
            reasons.push(Reason::other_station(station, costs.other_station_ms));
        }
        None => {}
    }
    reasons.push(Reason::lending_step(lending_step(&situation.agencies, incident, unit)));
    let spent = lending::charge(world, incident, unit, role, situation).filter(|lent| lending::is_spent(world, lent, situation));
    reasons.extend(spent.map(|lent| Reason::over_lending_budget(&lent.station)));
    (added_ms, reasons)
}
