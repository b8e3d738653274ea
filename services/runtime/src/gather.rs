//! Gathers the Situation of a command: what it needs that is not in the log, cut to a bounded list before deciding.

use crate::clock::Clock;
use crate::context::Context;
use crate::fleet::{Fleet, NearestQuery, Placed};
use domain::command::Command;
use domain::deadlines::DeadlineSubject;
use domain::ids::{IncidentId, UnitId};
use domain::incident::Incident;
use domain::place::Position;
use domain::policy::DispatchMode;
use domain::situation::{Candidate, Incoming, MAX_CANDIDATES, Situation, TravelSource};
use domain::time::Timestamp;
use domain::unit::UnitKind;
use domain::world::World;
use std::sync::Arc;

/// Nearest units that may be assigned, looked at for one decision.
const NEAREST_ASSIGNABLE: usize = 16;
/// Nearest units of any state, looked at so that a why-not can be told for the ones an operator sees close by.
const NEAREST_OF_ALL: usize = 16;
/// Fresh ids for any command: an incident, its call, a response plan of assignments, alarms, a request for support.
const FRESH_IDS: usize = 64;

/// What was read from the record for a command before its Situation is put together.
#[derive(Default)]
pub struct FromRecord {
    /// Closed incidents that the command speaks of and the World has let go.
    pub rehydrated: Vec<Arc<Incident>>,
    /// Recent incidents by the same caller, the newest first.
    pub same_caller: Vec<IncidentId>,
    /// What an activation makes active.
    pub incoming: Option<Incoming>,
}

/// What a command is about: where, and which units it names.
struct About {
    position: Option<Position>,
    named: Vec<UnitId>,
}

/// Gathers for `command` on `world` as of `now`. Fresh ids are the clock's.
#[must_use]
pub fn gather(
    command: &Command,
    world: &World,
    context: &Context,
    fleet: &Fleet,
    (clock, now): (&dyn Clock, Timestamp),
    from_record: FromRecord,
) -> Situation {
    let about = about(command, world, context, &from_record.rehydrated);
    let named = about.as_ref().map_or(0, |about| about.named.len());
    let candidates = about.map(|about| candidates(about.position, &about.named, world, context, fleet, now)).unwrap_or_default();
    Situation {
        policy: Arc::clone(&context.policy),
        agencies: Arc::clone(context.agencies()),
        local_day: context.local_day(now),
        candidates,
        fresh_ids: (0..FRESH_IDS + named).map(|_| clock.fresh_id()).collect(),
        rehydrated: from_record.rehydrated,
        same_caller: from_record.same_caller,
        incoming: from_record.incoming,
    }
}

/// Whose candidates a command needs; none where the rules will not choose anybody.
fn about(command: &Command, world: &World, context: &Context, rehydrated: &[Arc<Incident>]) -> Option<About> {
    let at = |position| Some(About { position, named: Vec::new() });
    match command {
        Command::ReportIncident(command) => {
            let decided = context.policy.decide(&command.classification)?;
            let mode = context.policy.priority(command.priority.unwrap_or(decided.priority))?.mode;
            let chooses = decided.dispatch && mode != DispatchMode::Manual;
            chooses.then(|| About { position: command.place.position(), named: Vec::new() })
        }
        Command::SplitIncident(command) => at(command.place.position()),
        Command::RaiseEmergency(command) => at(command.place.position()),
        Command::OpenOnTheSpot(command) => Some(About { position: command.place.position(), named: vec![command.unit_id.clone()] }),
        Command::AssignUnits(command) => {
            let mut about = of_incidents(command.incident_id, world, rehydrated)?;
            about.named = command.orders.iter().take(domain::MAX_ORDERS).map(|order| order.unit_id.clone()).collect();
            Some(about)
        }
        // Nobody is chosen by these, or only from a unit's own queue.
        Command::MarkDelivered(_)
        | Command::MarkSeen(_)
        | Command::Acknowledge(_)
        | Command::MarkEnRoute(_)
        | Command::MarkOnScene(_)
        | Command::ConfirmSafe(_)
        | Command::ReadPrivate(_)
        | Command::CloseIncident(_)
        | Command::AddCall(_)
        | Command::ExcuseAttendance(_) => None,
        Command::Clear(command) if command.disposition.is_some() => None,
        Command::FireDeadline(command) if matches!(command.deadline.subject, DeadlineSubject::Dispatch(_) | DeadlineSubject::Arrive(_)) => {
            None
        }
        // Of two incidents the first is the one that stays.
        other => of_incidents(*other.speaks_of().incidents(world).first()?, world, rehydrated),
    }
}

fn of_incidents(id: IncidentId, world: &World, rehydrated: &[Arc<Incident>]) -> Option<About> {
    let incident = world.incident(&id).or_else(|| rehydrated.iter().find(|incident| incident.incident_id == id))?;
    Some(About { position: incident.place.position(), named: Vec::new() })
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
