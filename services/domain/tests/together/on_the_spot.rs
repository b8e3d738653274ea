//! OpenOnTheSpot: an officer on the spot opens an incident and is on it.

use crate::room::{LAT, LON, at, incident, names, order, report, unit};
use domain::assignment::AssignmentRole;
use domain::classification::{CallSource, Classification};
use domain::command::{Command, OpenOnTheSpot, SetAvailability, SignOff};
use domain::ids::{CategoryKey, IncidentId, TypeKey, UnitId};
use domain::incident::IncidentState;
use domain::reason::Reason;
use domain::rejection::Rejection;
use domain::testing::{Bench, Step, profile, station_id, unit_principal};
use domain::time::Timestamp;
use domain::unit::{Availability, UnitKind};

fn open(bench: &mut Bench, unit_id: &UnitId, kind: &str, occurred_at: Option<Timestamp>) -> Result<(Step, IncidentId), Rejection> {
    let classification = Classification { category: CategoryKey::new("dispute").unwrap(), kind: Some(TypeKey::new(kind).unwrap()) };
    let place = at(bench, LAT, LON);
    let command = OpenOnTheSpot { unit_id: unit_id.clone(), classification, place, private: None, occurred_at };
    let step = bench.run(&unit_principal(unit_id), Command::OpenOnTheSpot(command))?;
    let id = step.reply.reported.unwrap().0;
    Ok((step, id))
}

#[test]
fn the_unit_is_on_scene_in_the_same_commit_as_of_when_it_tapped() {
    let mut bench = Bench::new(1);
    let a1 = unit(&mut bench, "A1");
    let tapped = bench.now;
    bench.pass(90_000);
    let (step, id) = open(&mut bench, &a1, "neighbour", Some(tapped)).unwrap();
    let expected = [
        "incident_reported",
        "assignment_offered",
        "incident_dispatched",
        "assignment_acknowledged",
        "assignment_on_scene",
        "incident_on_scene",
    ];
    assert_eq!(names(&step), expected);
    let opened = incident(&bench, id);
    assert_eq!((&opened.state, opened.reported_at, opened.calls[0].source), (&IncidentState::OnScene, tapped, CallSource::Officer));
    let held = bench.world.active_assignments(&opened).next().unwrap();
    assert_eq!((&held.unit_id, held.role, held.automatic), (&a1, AssignmentRole::Primary, false));
    assert_eq!((held.times.acknowledged_at, held.times.on_scene_at), (Some(tapped), Some(tapped)));
    assert_eq!(held.ranking.reasons, vec![Reason::opened_on_the_spot(&a1)]);
    assert_eq!(held.safety_check.unwrap().due_at, bench.now.plus_ms(600_000));
    bench.assert_sound();
}

#[test]
fn a_unit_that_may_not_be_primary_loses_nothing_the_incident_is_dispatched_like_any_other() {
    let mut bench = Bench::new(1);
    let a1 = unit(&mut bench, "A1");
    let worker = domain::unit::UnitProfile { kind: UnitKind::GridWorker, sworn: 0, auxiliary: 1, ..profile("G1", station_id(1)) };
    let worker = bench.unit(worker, LAT, LON);
    let (_, id) = open(&mut bench, &worker, "family_violence", None).unwrap();
    let opened = incident(&bench, id);
    assert!(opened.owner_reasons.contains(&Reason::opened_on_the_spot(&worker)));
    assert!(opened.owner_reasons.contains(&Reason::no_sworn_officer()));
    let primary = bench.world.active_assignments(&opened).find(|held| held.role == AssignmentRole::Primary).unwrap();
    assert_eq!(primary.unit_id, a1, "priority 1 is ordered at once");
    bench.assert_sound();
}

#[test]
fn a_unit_out_of_service_reports_like_any_other() {
    let mut bench = Bench::new(1);
    let a1 = unit(&mut bench, "A1");
    let availability = Availability::OutOfService { reason: crate::room::key("meal") };
    let command = SetAvailability { unit_id: a1.clone(), availability, occurred_at: None };
    bench.run(&unit_principal(&a1), Command::SetAvailability(command)).unwrap();
    let (_, id) = open(&mut bench, &a1, "neighbour", None).unwrap();
    assert_eq!(incident(&bench, id).state.name(), "classified");
    assert!(incident(&bench, id).owner_reasons.contains(&Reason::out_of_service(&crate::room::key("meal"))));
    bench.assert_sound();
}

#[test]
fn a_unit_that_is_engaged_or_off_duty_is_refused_and_told_why() {
    let mut bench = Bench::new(1);
    let (a1, a2) = (unit(&mut bench, "A1"), unit(&mut bench, "A2"));
    let id = report(&mut bench, "public_order/fight");
    order(&mut bench, id, &a1);
    let refused = open(&mut bench, &a1, "neighbour", None).unwrap_err();
    assert_eq!(refused, Rejection::LostRace { unit: "A1".to_owned(), holder: 1 });
    bench.run(&unit_principal(&a2), Command::SignOff(SignOff { unit_id: a2.clone(), occurred_at: None })).unwrap();
    let refused = open(&mut bench, &a2, "neighbour", None).unwrap_err();
    assert!(matches!(&refused, Rejection::NotEligible { reasons, .. } if reasons == &[Reason::off_duty()]), "{refused}");
    bench.assert_sound();
}
