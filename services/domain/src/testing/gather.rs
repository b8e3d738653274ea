//! What the runtime gathers for a decision, worked out in a straight line.

use crate::agency::AgencyTree;
use crate::command::Command;
use crate::ids::UnitId;
use crate::incident::Incident;
use crate::place::Position;
use crate::policy::Policy;
use crate::situation::{Candidate, MAX_CANDIDATES, TravelSource};
use crate::unit::Unit;
use crate::world::World;
use std::collections::BTreeMap;

const EARTH_RADIUS_M: f64 = 6_371_008.8;
/// Straight-line speed where the policy says nothing of a kind.
const DEFAULT_SPEED_M_PER_S: u32 = 10;

/// Great-circle distance in metres.
#[must_use]
pub fn distance_m(a: Position, b: Position) -> f64 {
    let (lat_a, lat_b) = (a.lat().to_radians(), b.lat().to_radians());
    let half_lat = (lat_b - lat_a) / 2.0;
    let half_lon = (b.lon() - a.lon()).to_radians() / 2.0;
    let h = half_lat.sin().powi(2) + lat_a.cos() * lat_b.cos() * half_lon.sin().powi(2);
    2.0 * EARTH_RADIUS_M * h.sqrt().min(1.0).asin()
}

/// Straight-line travel time of `unit` between two positions.
#[must_use]
pub fn travel_ms(policy: &Policy, unit: &Unit, from: Position, to: Position) -> u64 {
    let speed = policy.kind(unit.profile.kind).map_or(DEFAULT_SPEED_M_PER_S, |rule| rule.speed_m_per_s);
    // A distance on Earth at 1 m/s or more fits a u64 by far and is never negative.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let milliseconds = (distance_m(from, to) / f64::from(speed) * 1000.0).round() as u64;
    milliseconds
}

/// The units as candidates for what happens at `target`: those that can be sent first, nearest first, cut to the bound.
pub(super) fn candidates(
    world: &World,
    policy: &Policy,
    agencies: &AgencyTree,
    fixes: &BTreeMap<UnitId, Position>,
    target: Option<Position>,
) -> Vec<Candidate> {
    let mut lines: Vec<_> = world
        .units()
        .map(|unit| {
            let unit_id = &unit.profile.unit_id;
            let fix = fixes.get(unit_id).copied();
            let seat = agencies.room_of(&unit.profile.home).and_then(|room| room.seat);
            let travel = target.zip(fix.or(seat)).map(|(to, from)| travel_ms(policy, unit, from, to));
            let source = match (travel, fix) {
                (None, _) => TravelSource::Unknown,
                (Some(_), Some(_)) => TravelSource::StraightLine,
                (Some(_), None) => TravelSource::FromStation,
            };
            let candidate = Candidate { unit_id: unit_id.clone(), travel_ms: travel.unwrap_or(0), source, fix_age_ms: fix.map(|_| 0) };
            (!unit.is_assignable(), candidate)
        })
        .collect();
    lines.sort_by(|(busy_a, a), (busy_b, b)| (busy_a, a.travel_ms, &a.unit_id).cmp(&(busy_b, b.travel_ms, &b.unit_id)));
    lines.into_iter().map(|(_, candidate)| candidate).take(MAX_CANDIDATES).collect()
}

/// The position a decision on `command` ranks for.
pub(super) fn target(incident: Option<&Incident>, command: &Command) -> Option<Position> {
    match command {
        Command::ReportIncident(call) => call.place.position(),
        Command::OpenOnTheSpot(opened) => opened.place.position(),
        Command::SplitIncident(split) => split.place.position(),
        Command::RaiseEmergency(raised) => raised.place.position(),
        _ => incident.and_then(|incident| incident.place.position()),
    }
}
