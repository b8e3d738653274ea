//! What the World lists, what it lets go of and when, and what a record beyond every bound does to it.

use crate::room::{LAT, LON, car, close, give, incident, key, order, report, report_at, resolve};
use domain::apply::apply;
use domain::classification::{CallSource, Team};
use domain::command::{AddPremiseNote, Command, EndPremiseNote, EndWartime, RegisterUnits, ReopenIncident, StartWartime};
use domain::event::{AssignmentQueued, CallAdded, Event, EventMeta, Recorded};
use domain::ids::{AssignmentId, CallId, PrincipalId, UnitId};
use domain::incident::{Call, Incident, MAX_CALLS, MAX_TRIED_UNITS};
use domain::matching::RankedUnit;
use domain::place::Position;
use domain::situation::TravelSource;
use domain::testing::{Bench, profile, server, station_id};
use domain::time::Timestamp;
use domain::unit::MAX_QUEUED;
use domain::world::{KEEP_CLOSED_MS, World};
use serde::Deserialize;
use uuid::Uuid;

fn record(world: &mut World, at: Timestamp, event: Event) {
    let actor = PrincipalId::new("server").unwrap();
    let meta = EventMeta { seq: world.head().next(), actor, recorded_at: at, occurred_at: None, clamped: false };
    apply(world, &Recorded { meta, event });
}

#[test]
fn wartime_and_notes_are_listed_while_they_are_here() {
    let mut bench = Bench::new(2);
    for number in 1..=2 {
        let until = bench.now.plus_ms(3_600_000);
        give(&mut bench, Command::StartWartime(StartWartime { area: station_id(number), reason: key("exercise"), until })).unwrap();
    }
    give(&mut bench, Command::EndWartime(EndWartime { area: station_id(2) })).unwrap();
    let areas: Vec<_> = bench.world.wartimes().map(|mode| (mode.area.to_string(), mode.holds())).collect();
    assert_eq!(areas, [("610824-01".to_owned(), true), ("610824-02".to_owned(), false)]);
    let kind = bench.policy.reasons.premise[0].key.clone();
    let position = Position::from_degrees(LAT, LON).unwrap();
    let expires_at = bench.now.plus_ms(3_600_000);
    let note = AddPremiseNote { position, kind, text: None, expires_at, station: station_id(1) };
    give(&mut bench, Command::AddPremiseNote(note)).unwrap();
    let note_id = bench.world.premise_notes().next().unwrap().note_id;
    let step = give(&mut bench, Command::EndPremiseNote(EndPremiseNote { note_id })).unwrap();
    let note = bench.world.premise_note(&note_id).unwrap();
    assert_eq!((note.revision, note.ended_at), (step.events[0].meta.seq, Some(bench.now)));
    assert_eq!(bench.world.last_recorded_at(), bench.now);
    // What has ended stays ten minutes of event time, to the millisecond.
    bench.now = bench.now.plus_ms(KEEP_CLOSED_MS - 1);
    bench.caught_up = false;
    report(&mut bench, "dispute/debt");
    assert_eq!(bench.world.premise_notes().count(), 1);
    bench.now = bench.now.plus_ms(1);
    report(&mut bench, "dispute/debt");
    assert_eq!(bench.world.premise_notes().count(), 0);
}

#[test]
fn a_unit_that_moves_home_is_listed_there_alone() {
    let mut bench = Bench::new(2);
    let a1 = car(&mut bench, "A1", Team::Case, 1.0);
    let profiles = vec![profile("A1", station_id(2))];
    bench.run(&server(), Command::RegisterUnits(RegisterUnits { profiles })).unwrap();
    let of = |bench: &Bench, number| bench.world.units_of(&station_id(number)).map(|unit| unit.profile.unit_id.clone()).collect::<Vec<_>>();
    assert_eq!((of(&bench, 1), of(&bench, 2)), (vec![], vec![a1]));
    bench.assert_sound();
}

#[test]
fn since_when_a_unit_does_what_it_does_is_when_that_changed() {
    let mut bench = Bench::new(1);
    let a1 = car(&mut bench, "A1", Team::Case, 1.0);
    let since = |bench: &Bench| bench.world.unit(&a1).unwrap().since;
    let signed_on = bench.now;
    bench.pass(1_000);
    let profiles = vec![domain::unit::UnitProfile { team: Team::Patrol, ..profile("A1", station_id(1)) }];
    bench.run(&server(), Command::RegisterUnits(RegisterUnits { profiles })).unwrap();
    assert_eq!(since(&bench), signed_on, "another team is another word for it, not another work");
    let id = report(&mut bench, "criminal/theft");
    order(&mut bench, id, &a1);
    assert_eq!(since(&bench), bench.now);
    bench.assert_sound();
}

#[test]
fn an_incident_that_is_about_to_leave_comes_back_whole_and_one_that_stays_is_not_brought() {
    for (after_ms, brought) in [(KEEP_CLOSED_MS - 1, false), (KEEP_CLOSED_MS, true)] {
        let mut bench = Bench::new(1);
        let id = report(&mut bench, "dispute/debt");
        resolve(&mut bench, id, "mediated");
        close(&mut bench, id);
        bench.now = bench.now.plus_ms(after_ms);
        let reopen = ReopenIncident { incident_id: id, reason: key("new_information"), expected_revision: 0 };
        let step = give(&mut bench, Command::ReopenIncident(reopen)).unwrap();
        let Event::IncidentReopened(reopened) = &step.events[0].event else { panic!("{step:?}") };
        assert_eq!(reopened.rehydrated.is_some(), brought, "{after_ms}");
        assert!(!incident(&bench, id).state.is_closed());
        bench.assert_sound();
    }
}

fn ranking(unit_id: &UnitId) -> RankedUnit {
    let source = TravelSource::Unknown;
    RankedUnit { unit_id: unit_id.clone(), rank: 1, travel_ms: 0, source, fix_age_ms: None, cost_ms: 0, reasons: Vec::new() }
}

/// A record that says more than any command would.
#[test]
fn queues_calls_and_who_was_tried_are_bounded_whatever_is_in_the_record() {
    let mut bench = Bench::new(1);
    let a1 = car(&mut bench, "A1", Team::Case, 1.0);
    let id = report(&mut bench, "dispute/debt");
    let (mut world, now) = (bench.world.clone(), bench.now);
    let assignment = |number: usize| AssignmentId(Uuid::from_u128(1_000 + number as u128));
    for number in 0..=MAX_QUEUED {
        let queued = AssignmentQueued {
            assignment_id: assignment(number),
            incident_id: id,
            unit_id: a1.clone(),
            role: domain::assignment::AssignmentRole::Backup,
            automatic: true,
            ranking: ranking(&a1),
        };
        record(&mut world, now, Event::AssignmentQueued(Box::new(queued)));
    }
    assert_eq!(world.unit(&a1).unwrap().queue.len(), MAX_QUEUED);
    for number in 0..MAX_CALLS {
        let call_id = CallId(Uuid::from_u128(2_000 + number as u128));
        let call = Call { call_id, source: CallSource::WalkIn, ..incident(&bench, id).calls[0].clone() };
        record(&mut world, now, Event::IncidentCallAdded(CallAdded { incident_id: id, call }));
    }
    assert_eq!(world.incident(&id).unwrap().calls.len(), MAX_CALLS);
    let mut tried = 0;
    for number in 0..MAX_TRIED_UNITS + 2 {
        let unit_id = UnitId::new(&format!("610824-n{number}")).unwrap();
        let queued = AssignmentQueued {
            assignment_id: assignment(100 + number),
            incident_id: id,
            unit_id: unit_id.clone(),
            role: domain::assignment::AssignmentRole::Backup,
            automatic: true,
            ranking: ranking(&unit_id),
        };
        record(&mut world, now, Event::AssignmentQueued(Box::new(queued)));
        let declined = Event::AssignmentDeclined { assignment_id: assignment(100 + number), reason: key("too_far") };
        record(&mut world, now, declined.clone());
        record(&mut world, now, declined);
        tried = world.incident(&id).unwrap().tried.len();
        assert_eq!(tried, (number + 1).min(MAX_TRIED_UNITS), "each once");
    }
    assert_eq!(tried, MAX_TRIED_UNITS);
}

#[test]
fn an_incident_of_before_the_rules_of_the_room_is_read_with_its_one_call() {
    let mut bench = Bench::new(1);
    let id = report_at(&mut bench, "dispute/debt", LAT, LON);
    let now = incident(&bench, id);
    let mut written = toml::Table::try_from(&*now).unwrap();
    let read = |table: &toml::Table| Incident::deserialize(table.clone()).unwrap();
    assert_eq!(read(&written), *now);
    let name = written.keys().find(|name| name.starts_with("call")).unwrap().clone();
    let one = written[&name].as_array().unwrap()[0].clone();
    written.insert(name, one);
    assert_eq!(read(&written), *now);
}
