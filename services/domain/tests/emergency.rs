//! The emergency button: one press, one incident, help on its way, and an alarm that only the room ends.
#![allow(clippy::unwrap_used, clippy::panic)]

use domain::alarm::{AlarmEnd, AlarmKind};
use domain::assignment::AssignmentRole;
use domain::classification::{CallSource, Priority, Team};
use domain::command::{
    Clear, ClearEmergency, CloseIncident, Command, ConfirmAlarm, RaiseEmergency, RegisterUnits, ResolveIncident, SignOff,
};
use domain::event::Event;
use domain::ids::{AgencyId, CategoryKey, IncidentId, ReasonKey, UnitId};
use domain::incident::IncidentState;
use domain::place::{Datum, H3Cell, Place, Position};
use domain::reason::Reason;
use domain::rejection::Rejection;
use domain::testing::{Bench, Step, call, locate, operator, profile, server, station_id, tap, unit_principal};
use domain::unit::Duty;
use std::sync::Arc;

fn key(text: &str) -> ReasonKey {
    ReasonKey::new(text).unwrap()
}

/// Four cars of different teams along one road; the southern land of station 1 is no beat.
fn room() -> (Bench, [UnitId; 4]) {
    let mut bench = Bench::new(1);
    let teams = [Team::Case, Team::Community, Team::Traffic, Team::Case];
    let units = [1u8, 2, 3, 4].map(|number| {
        let mut car = profile(&format!("A{number}"), station_id(1));
        car.team = teams[usize::from(number) - 1];
        bench.unit(car, 37.55, 108.80 + f64::from(number) * 0.005)
    });
    (bench, units)
}

fn here(bench: &Bench) -> Place {
    locate(&bench.agencies, 37.55, 108.80)
}

fn press(bench: &mut Bench, unit_id: &UnitId, place: Place) -> Step {
    let command = RaiseEmergency { unit_id: unit_id.clone(), place, occurred_at: None };
    bench.run(&unit_principal(unit_id), Command::RaiseEmergency(command)).unwrap()
}

fn emergency_of(bench: &Bench, unit_id: &UnitId) -> IncidentId {
    bench.world.unit(unit_id).unwrap().emergency.as_ref().unwrap().incident_id
}

fn end(bench: &mut Bench, unit_id: &UnitId) -> Result<Step, Rejection> {
    let command = ClearEmergency { unit_id: unit_id.clone(), reason: key("safe") };
    bench.run(&operator("610824-01"), Command::ClearEmergency(command))
}

fn helpers(bench: &Bench, incident_id: IncidentId) -> Vec<(UnitId, AssignmentRole)> {
    let incident = bench.world.incident(&incident_id).unwrap();
    bench.world.active_assignments(incident).map(|order| (order.unit_id.clone(), order.role)).collect()
}

#[test]
fn the_nearest_two_of_any_team_are_sent_and_the_unit_itself_is_not() {
    let (mut bench, [a1, a2, a3, _]) = room();
    let place = here(&bench);
    let step = press(&mut bench, &a1, place);
    let incident = bench.world.incident(&emergency_of(&bench, &a1)).unwrap().clone();
    assert_eq!(step.reply.reported.unwrap().0, incident.incident_id);
    assert_eq!((incident.priority, incident.calls[0].source), (Priority::P1, CallSource::Officer));
    assert_eq!(incident.classification().to_string(), "public_order/officer_emergency");
    let sent = helpers(&bench, incident.incident_id);
    assert_eq!(sent, [(a2.clone(), AssignmentRole::Primary), (a3.clone(), AssignmentRole::Backup)]);
    let alarm = bench.world.standing_alarms(incident.incident_id).find(|alarm| alarm.kind == AlarmKind::Emergency).unwrap();
    assert_eq!((alarm.unit_id.as_ref(), &alarm.station), (Some(&a1), &station_id(1)));
    let orders: Vec<_> = incident.assignments.iter().map(|id| bench.world.assignment(id).unwrap().clone()).collect();
    assert!(orders[1].ranking.reasons.contains(&Reason::helps_officer(&a1)), "{:?}", orders[1].ranking);
    let own = orders[0].not_taken.iter().find(|line| line.unit_id == a1).unwrap();
    assert!(own.reasons.contains(&Reason::in_emergency()), "{own:?}");
    // Each acknowledges for itself.
    bench.run(&unit_principal(&a2), Command::Acknowledge(tap(orders[0].assignment_id))).unwrap();
    assert_eq!(orders[1].state.name(), "offered");
    bench.assert_sound();
}

#[test]
fn pressing_again_while_it_stands_opens_nothing_and_names_the_incident() {
    let (mut bench, [a1, ..]) = room();
    let place = here(&bench);
    let first = press(&mut bench, &a1, place.clone());
    bench.pass(3_000);
    let again = press(&mut bench, &a1, place.clone());
    assert!(again.events.is_empty());
    assert_eq!(again.reply.reported, first.reply.reported);
    end(&mut bench, &a1).unwrap();
    let anew = press(&mut bench, &a1, place);
    assert_ne!(anew.reply.reported.unwrap().0, first.reply.reported.unwrap().0);
    bench.assert_sound();
}

#[test]
fn off_duty_engaged_without_a_place_and_with_a_policy_that_lacks_its_row_it_is_never_refused() {
    let (mut bench, [a1, a2, ..]) = room();
    bench.run(&unit_principal(&a1), Command::SignOff(SignOff { unit_id: a1.clone(), occurred_at: None })).unwrap();
    press(&mut bench, &a1, Place::Unverified);
    let incident = bench.world.incident(&emergency_of(&bench, &a1)).unwrap();
    assert_eq!((&incident.station, incident.place.clone()), (&station_id(1), Place::Unverified));
    assert_eq!(bench.world.unit(&a1).unwrap().duty, Duty::Off);

    // A2 is engaged in helping A1 by now.
    assert!(bench.world.unit(&a2).unwrap().engaged_in().is_some());
    let mut policy = (*bench.policy).clone();
    policy.safety.category = CategoryKey::new("withdrawn").unwrap();
    bench.policy = Arc::new(policy);
    let position = Position::from_degrees(37.56, 108.81).unwrap();
    let unknown = AgencyId::new("610824-77").unwrap();
    let place = Place::Located { position, datum: Datum::Wgs84, h3_cell: H3Cell(7), agency: unknown };
    press(&mut bench, &a2, place);
    let incident = bench.world.incident(&emergency_of(&bench, &a2)).unwrap();
    assert_eq!((incident.priority, incident.classification().to_string()), (Priority::P1, "criminal/robbery".to_owned()));
    assert_eq!(incident.place.position(), Some(position));
    assert!(bench.world.unit(&a2).unwrap().engaged_in().is_some(), "its own assignment is untouched");
    bench.assert_sound();
}

#[test]
fn an_operator_raises_it_for_a_unit_whose_radio_is_all_it_has_and_another_unit_can_not() {
    let (mut bench, [a1, a2, ..]) = room();
    let command = |place| Command::RaiseEmergency(RaiseEmergency { unit_id: a1.clone(), place, occurred_at: None });
    let refused = bench.run(&unit_principal(&a2), command(Place::Unverified)).unwrap_err();
    assert!(matches!(refused, Rejection::Forbidden { .. }), "{refused}");
    bench.run(&operator("610824-01"), command(Place::Unverified)).unwrap();
    assert!(bench.world.unit(&a1).unwrap().emergency.is_some());
    bench.assert_sound();
}

#[test]
fn its_alarm_is_ended_by_the_room_only_and_confirming_it_leaves_the_emergency() {
    let (mut bench, [a1, a2, a3, _]) = room();
    let place = here(&bench);
    press(&mut bench, &a1, place);
    let incident_id = emergency_of(&bench, &a1);
    let standing = |bench: &Bench| bench.world.standing_alarms(incident_id).any(|alarm| alarm.kind == AlarmKind::Emergency);
    // The outcome of the helpers settles the incident, not the emergency.
    for (unit_id, _) in helpers(&bench, incident_id) {
        let id = bench.world.unit(&unit_id).unwrap().engaged_in().unwrap();
        let clear = Clear { tap: tap(id), reason: key("done"), disposition: Some(key("handled")), feedback: None };
        for command in [Command::Acknowledge(tap(id)), Command::MarkOnScene(tap(id)), Command::Clear(clear)] {
            bench.run(&unit_principal(&unit_id), command).unwrap();
        }
    }
    assert_eq!(bench.world.incident(&incident_id).unwrap().state.name(), "resolved");
    assert!(standing(&bench));
    let close = CloseIncident { incident_id, excuse: None, expected_revision: 0 };
    let refused = bench.run(&operator("610824-01"), Command::CloseIncident(close.clone())).unwrap_err();
    assert!(refused.to_string().contains("an emergency that stands, held by A1"), "{refused}");

    let alarm_id = bench.world.standing_alarms(incident_id).next().unwrap().alarm_id;
    bench.run(&operator("610824-01"), Command::ConfirmAlarm(ConfirmAlarm { alarm_id })).unwrap();
    assert!(matches!(bench.world.alarm(&alarm_id).unwrap().end, Some(AlarmEnd::Confirmed { .. })));
    assert!(bench.world.unit(&a1).unwrap().emergency.is_some());
    assert!(bench.run(&operator("610824-01"), Command::CloseIncident(close.clone())).is_err());

    let wrong = ClearEmergency { unit_id: a1.clone(), reason: key("bored") };
    let refused = bench.run(&operator("610824-01"), Command::ClearEmergency(wrong)).unwrap_err();
    assert!(refused.to_string().contains("expected one of safe, false_alarm, injured"), "{refused}");
    assert!(end_by_unit(&mut bench, &a1).is_err(), "the unit does not end it itself");
    end(&mut bench, &a1).unwrap();
    assert!(bench.world.unit(&a1).unwrap().emergency.is_none());
    bench.run(&operator("610824-01"), Command::CloseIncident(close)).unwrap();
    let refused = end(&mut bench, &a1).unwrap_err();
    assert!(refused.to_string().contains("not in an emergency"), "{refused}");
    assert!(bench.world.unit(&a2).unwrap().engaged_in().is_none() && bench.world.unit(&a3).unwrap().engaged_in().is_none());
    bench.assert_sound();
}

fn end_by_unit(bench: &mut Bench, unit_id: &UnitId) -> Result<Step, Rejection> {
    let command = ClearEmergency { unit_id: unit_id.clone(), reason: key("safe") };
    bench.run(&unit_principal(unit_id), Command::ClearEmergency(command))
}

#[test]
fn without_anybody_it_waits_as_the_most_urgent_and_takes_whoever_comes_on_duty() {
    let mut bench = Bench::new(1);
    let a1 = bench.unit(profile("A1", station_id(1)), 37.55, 108.80);
    let place = here(&bench);
    press(&mut bench, &a1, place);
    let incident_id = emergency_of(&bench, &a1);
    let kinds = |bench: &Bench| bench.world.standing_alarms(incident_id).map(|alarm| alarm.kind).collect::<Vec<_>>();
    assert!(kinds(&bench).contains(&AlarmKind::NoUnit));
    let a2 = bench.unit(profile("A2", station_id(1)), 37.55, 108.81);
    let a3 = bench.unit(profile("A3", station_id(1)), 37.55, 108.82);
    bench.pass(bench.policy.clocks.retry_ms);
    assert_eq!(helpers(&bench, incident_id), [(a2, AssignmentRole::Primary), (a3, AssignmentRole::Backup)]);
    assert_eq!(kinds(&bench), [AlarmKind::Emergency]);
    bench.assert_sound();
}

#[test]
fn a_unit_whose_emergency_stands_is_not_sent_to_anything_by_the_rules() {
    let mut bench = Bench::new(1);
    let a1 = bench.unit(profile("A1", station_id(1)), 37.55, 108.80);
    let place = here(&bench);
    press(&mut bench, &a1, place.clone());
    let step = bench.run(&operator("610824-01"), Command::ReportIncident(call("criminal/robbery", place))).unwrap();
    assert!(step.reply.assignments.is_empty());
    let id = step.reply.reported.unwrap().0;
    assert!(matches!(bench.world.incident(&id).unwrap().state, IncidentState::Classified { .. }));
    end(&mut bench, &a1).unwrap();
    bench.pass(bench.policy.clocks.retry_ms);
    assert!(bench.world.unit(&a1).unwrap().engaged_in().is_some());
    bench.assert_sound();
}

#[test]
fn a_drone_overhead_is_no_help_of_its_own() {
    let mut bench = Bench::new(1);
    let a1 = bench.unit(profile("A1", station_id(1)), 37.55, 108.80);
    let mut drone = profile("D1", station_id(1));
    (drone.kind, drone.sworn) = (domain::unit::UnitKind::Drone, 0);
    bench.run(&server(), Command::RegisterUnits(RegisterUnits { profiles: vec![drone.clone()] })).unwrap();
    let drone = bench.unit(drone, 37.55, 108.8001);
    let a2 = bench.unit(profile("A2", station_id(1)), 37.55, 108.82);
    let place = here(&bench);
    press(&mut bench, &a1, place);
    let incident_id = emergency_of(&bench, &a1);
    assert!(helpers(&bench, incident_id).iter().all(|(unit_id, _)| *unit_id != drone));
    assert_eq!(helpers(&bench, incident_id)[0].0, a2);
    assert!(bench.log().iter().any(|recorded| matches!(&recorded.event, Event::UnitEmergencyRaised(raised) if raised.unit_id == a1)));
    let resolve = ResolveIncident { incident_id, disposition: key("handled"), expected_revision: 0 };
    assert!(bench.run(&operator("610824-01"), Command::ResolveIncident(resolve)).is_err(), "A2 is on it");
    bench.assert_sound();
}
