//! Lending (各负其责又互相借力): how far from the owning team a unit stands, and whose community time it would spend.

use crate::agency::{AgencyLevel, AgencyNode, AgencyTree, Organisation};
use crate::assignment::{AssignmentRole, Lent};
use crate::classification::Team;
use crate::ids::AgencyId;
use crate::incident::{Incident, LendingStep};
use crate::place::Place;
use crate::policy::DispatchMode;
use crate::situation::Situation;
use crate::unit::Unit;
use crate::world::World;

const MINUTE_MS: u64 = 60_000;

/// How far the rules must look to take `unit` for `incident`: the owning team of its station, any team there, a beat beside
/// the incident's, a station beside, else anywhere in the county. A station by post (岗位制) has no teams: all of it is its own.
/// What a desk above the stations handles itself is the work of all below it.
#[must_use]
pub fn lending_step(agencies: &AgencyTree, incident: &Incident, unit: &Unit) -> LendingStep {
    let home = &unit.profile.home;
    let Some(room) = agencies.room_of(home) else { return LendingStep::County };
    if agencies.is_within(home, &incident.station) {
        let own = unit.profile.team == incident.owner || is_by_post(room);
        return if own { LendingStep::OwnTeam } else { LendingStep::OtherTeam };
    }
    if beat_of(agencies, incident).is_some_and(|beat| agencies.beat(home).is_some() && agencies.are_neighbours(home, &beat.agency_id)) {
        return LendingStep::AdjacentBeat;
    }
    if room.level == AgencyLevel::Station && agencies.are_neighbours(&room.agency_id, &incident.station) {
        return LendingStep::NeighbourStation;
    }
    LendingStep::County
}

/// The beat an incident is in; none where its place is in no beat.
pub(crate) fn beat_of<'a>(agencies: &'a AgencyTree, incident: &Incident) -> Option<&'a AgencyNode> {
    match &incident.place {
        Place::Located { agency, .. } => agencies.beat(agency),
        Place::OutsideBoundaries { .. } | Place::Unverified => None,
    }
}

/// Whether a node is a station without teams (岗位制).
pub(super) fn is_by_post(node: &AgencyNode) -> bool {
    node.level == AgencyLevel::Station && node.organisation == Organisation::ByPost
}

/// The area in wartime mode that the incident or its station lies in.
pub(super) fn wartime_area<'w>(world: &'w World, agencies: &AgencyTree, incident: &Incident) -> Option<&'w AgencyId> {
    let of_place = match &incident.place {
        Place::Located { agency, .. } => world.wartime_at(agencies, agency),
        Place::OutsideBoundaries { .. } | Place::Unverified => None,
    };
    of_place.or_else(|| world.wartime_at(agencies, &incident.station)).map(|mode| &mode.area)
}

/// Whether lending has no say: the priority opens every team, or wartime mode makes one pool.
pub(super) fn is_one_pool(world: &World, incident: &Incident, situation: &Situation) -> bool {
    super::opens_every_team(incident, situation) || wartime_area(world, &situation.agencies, incident).is_some()
}

/// Whether the rules may only look as far as the step the incident has reached: they dispatch by themselves, lending has a say,
/// and no desk above had to step in because the station did not sign.
pub(crate) fn steps_bind(world: &World, incident: &Incident, situation: &Situation) -> bool {
    let mode = situation.policy.priority(incident.priority).map(|rule| rule.mode);
    let by_rules = matches!(mode, Some(DispatchMode::Automatic | DispatchMode::Confirm));
    let desk_stepped_in = incident.passing.as_ref().is_some_and(|passing| passing.lapsed);
    by_rules && !desk_stepped_in && !is_one_pool(world, incident, situation)
}

/// Whether a unit that stands at `step` may be taken at the step reached: a checked policy lists its steps in the order of
/// [`LendingStep`], so a step that it skips is reached with the first listed one that is as wide.
pub(super) fn is_within(step: LendingStep, reached: LendingStep) -> bool {
    step <= reached
}

/// Whose lending budget the time of `unit` on `incident` is charged to: its station's, when it is of the community team and goes
/// to what that team does not own. Attendance in its own beat is its own work; one pool lends nothing.
pub(crate) fn charge(world: &World, incident: &Incident, unit: &Unit, role: AssignmentRole, situation: &Situation) -> Option<Lent> {
    if role == AssignmentRole::BeatAttendance || unit.profile.team != Team::Community || is_one_pool(world, incident, situation) {
        return None;
    }
    let room = situation.agencies.room_of(&unit.profile.home)?;
    if room.agency_id == incident.station && (incident.owner == Team::Community || is_by_post(room)) {
        return None;
    }
    Some(Lent { station: room.agency_id.clone(), month: situation.local_day.0 / 100 })
}

/// Whether the budget that `lent` would be charged to is spent: minutes of the month, 0 is no limit.
pub(super) fn is_spent(world: &World, lent: &Lent, situation: &Situation) -> bool {
    let limit_ms = u64::from(situation.policy.lending.community_minutes_per_month) * MINUTE_MS;
    limit_ms > 0 && world.lent_ms(&lent.station, lent.month) >= limit_ms
}
