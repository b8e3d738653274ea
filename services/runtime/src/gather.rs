//! Gathers the Situation of a command: what it needs that is not in the log, cut to a bounded list before deciding.

use crate::context::Context;
use crate::fleet::{Fleet, NearestQuery, Placed};
use domain::command::Command;
use domain::deadlines::DeadlineSubject;
use domain::ids::{AssignmentId, IncidentId, UnitId};
use domain::incident::Incident;
use domain::place::Position;
use domain::policy::DispatchMode;
use domain::situation::{Candidate, MAX_CANDIDATES, Situation, TravelSource};
use domain::time::Timestamp;
use domain::unit::UnitKind;
use domain::world::World;
use std::sync::Arc;
use uuid::Uuid;

/// Nearest units that may be assigned, looked at for one decision.
const NEAREST_ASSIGNABLE: usize = 16;
/// Nearest units of any state, looked at so that a why-not can be told for the ones an operator sees close by.
const NEAREST_OF_ALL: usize = 8;
/// Fresh ids for any command: an incident, its call, an assignment, alarms.
const FRESH_IDS: usize = 8;

/// What a command is about: where, and which units it names.
struct About {
    position: Option<Position>,
    named: Vec<UnitId>,
    ids: usize,
}

/// Gathers for `command` on `world` as of `now`.
#[must_use]
pub fn gather(
    command: &Command,
    world: &World,
    context: &Context,
    fleet: &Fleet,
    now: Timestamp,
    rehydrated: Vec<Arc<Incident>>,
) -> Situation {
    let about = about(command, world, context);
    let ids = about.as_ref().map_or(FRESH_IDS, |about| about.ids);
    let candidates = about.map(|about| candidates(about.position, &about.named, world, context, fleet, now)).unwrap_or_default();
    Situation {
        policy: Arc::clone(&context.policy),
        agencies: Arc::clone(context.agencies()),
        local_day: context.local_day(now),
        candidates,
        fresh_ids: (0..ids).map(|_| Uuid::now_v7()).collect(),
        rehydrated,
    }
}

/// Whose candidates a command needs; none where the rules will not choose anybody.
fn about(command: &Command, world: &World, context: &Context) -> Option<About> {
    let of_incident = |id: &IncidentId| {
        let incident = world.incident(id)?;
        Some(About { position: incident.place.position(), named: Vec::new(), ids: FRESH_IDS })
    };
    let of_assignment = |id: &AssignmentId| of_incident(&world.assignment(id)?.incident_id);
    match command {
        Command::ReportIncident(command) => {
            let decided = context.policy.decide(&command.classification)?;
            let mode = context.policy.priority(command.priority.unwrap_or(decided.priority))?.mode;
            let automatic = decided.dispatch && mode == DispatchMode::Automatic;
            automatic.then(|| About { position: command.place.position(), named: Vec::new(), ids: FRESH_IDS })
        }
        Command::AssignUnits(command) => {
            let mut about = of_incident(&command.incident_id)?;
            about.named = command.orders.iter().take(domain::MAX_ORDERS).map(|order| order.unit_id.clone()).collect();
            about.ids += about.named.len();
            Some(about)
        }
        Command::Decline(command) => of_assignment(&command.tap.assignment_id),
        Command::Clear(command) if command.disposition.is_none() => of_assignment(&command.tap.assignment_id),
        Command::Reclassify(command) => of_incident(&command.incident_id),
        Command::FireDeadline(command) => match command.deadline.subject {
            DeadlineSubject::Retry(id) => of_incident(&id),
            DeadlineSubject::Deliver(id) | DeadlineSubject::Acknowledge(id) => of_assignment(&id),
            DeadlineSubject::Dispatch(_) => None,
        },
        _ => None,
    }
}

/// The candidates for one incident: the nearest that may be assigned, the nearest of any state, and those named.
#[must_use]
pub fn candidates(
    position: Option<Position>,
    named: &[UnitId],
    world: &World,
    context: &Context,
    fleet: &Fleet,
    now: Timestamp,
) -> Vec<Candidate> {
    let Some(position) = position else { return without_position(named, world) };
    let mut units: Vec<(UnitId, Option<Position>, Placed, Option<u64>)> = Vec::with_capacity(MAX_CANDIDATES);
    let mut take = |unit_id: &UnitId, place: Option<Position>, placed: Placed, age: Option<u64>| {
        if units.len() < MAX_CANDIDATES.max(named.len()) && !units.iter().any(|(known, ..)| known == unit_id) {
            units.push((unit_id.clone(), place, placed, age));
        }
    };
    for unit_id in named {
        let (place, placed, age) = place_of(unit_id, world, context, fleet, now);
        take(unit_id, place, placed, age);
    }
    for query in [NearestQuery::assignable(position, NEAREST_ASSIGNABLE), NearestQuery::all(position, NEAREST_OF_ALL)] {
        for hit in fleet.nearest(&query, |unit_id, _| world.unit(unit_id).is_some()) {
            let (place, placed, age) = place_of(&hit.unit, world, context, fleet, now);
            take(&hit.unit, place, placed, age);
        }
    }
    let origins: Vec<_> = units
        .iter()
        .filter_map(|(unit_id, place, ..)| Some(((*place)?, world.unit(unit_id).map_or(UnitKind::Foot, |unit| unit.profile.kind))))
        .collect();
    let mut times = context.travel_ms(position, &origins).into_iter();
    let candidates = units.into_iter().map(|(unit_id, place, placed, fix_age_ms)| match place.and_then(|_| times.next()) {
        Some(time) => {
            let source = match (placed, time.source) {
                (Placed::Station, _) => TravelSource::FromStation,
                (Placed::Fix, roads::TravelSource::StraightLine) => TravelSource::StraightLine,
                (Placed::Fix, roads::TravelSource::Road) => TravelSource::Road,
            };
            Candidate { unit_id, travel_ms: time.travel_ms, source, fix_age_ms }
        }
        None => Candidate { unit_id, travel_ms: 0, source: TravelSource::Unknown, fix_age_ms },
    });
    candidates.collect()
}

/// Where a unit is taken to be: its fresh fix, else its station.
fn place_of(unit_id: &UnitId, world: &World, context: &Context, fleet: &Fleet, now: Timestamp) -> (Option<Position>, Placed, Option<u64>) {
    let fix = fleet.latest(unit_id);
    let age = fix.map(|fix| fix.age_ms(now));
    let fresh = fix.filter(|fix| !fix.is_stale(now, context.policy.clocks.stale_fix_ms));
    if let Some(fix) = fresh {
        return (Some(fix.position), Placed::Fix, age);
    }
    let seat = world.unit(unit_id).and_then(|unit| context.seat_of(&unit.profile.home));
    (seat.or(fix.map(|fix| fix.position)), Placed::Station, age)
}

/// Without a position nobody is nearer: units that may be assigned, in the order of their ids.
fn without_position(named: &[UnitId], world: &World) -> Vec<Candidate> {
    let free = world.units().filter(|unit| unit.is_assignable()).map(|unit| &unit.profile.unit_id);
    let mut chosen: Vec<&UnitId> = named.iter().collect();
    for unit_id in free.take(MAX_CANDIDATES) {
        if chosen.len() < MAX_CANDIDATES && !chosen.contains(&unit_id) {
            chosen.push(unit_id);
        }
    }
    chosen
        .into_iter()
        .map(|unit_id| Candidate { unit_id: unit_id.clone(), travel_ms: 0, source: TravelSource::Unknown, fix_age_ms: None })
        .collect()
}
