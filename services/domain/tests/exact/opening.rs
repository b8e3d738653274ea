//! What an incident that is opened by whom is: words in the vault, station, urgency, place, flags.

use crate::room::{LAT, LON, at, car, give, incident, order, report};
use domain::classification::{CallSource, Classification, Team};
use domain::command::{AddCall, Command, OpenOnTheSpot, RaiseEmergency, Reclassify, ReportIncident, SetPriority, SplitIncident};
use domain::ids::{AgencyId, CategoryKey, PrivateRef, TypeKey};
use domain::incident::{Incident, IncidentFlag, PrivateLink};
use domain::place::Place;
use domain::testing::{Bench, call, unit_principal};
use std::sync::Arc;
use uuid::Uuid;

fn what(text: &str) -> Classification {
    let (category, kind) = text.split_once('/').unwrap();
    Classification { category: CategoryKey::new(category).unwrap(), kind: TypeKey::new(kind).ok() }
}

fn link(number: u128) -> PrivateLink {
    PrivateLink { private_ref: PrivateRef(Uuid::from_u128(number)), commitment: [7; 32] }
}

#[test]
fn words_of_a_report_stay_with_its_first_call() {
    let mut bench = Bench::new(1);
    let said = ReportIncident { private: Some(link(1)), ..call("dispute/debt", at(&bench, LAT, LON)) };
    let id = give(&mut bench, Command::ReportIncident(said)).unwrap().reply.reported.unwrap().0;
    let more = AddCall { incident_id: id, source: CallSource::WalkIn, private: Some(link(2)), occurred_at: None };
    give(&mut bench, Command::AddCall(more)).unwrap();
    let incident = incident(&bench, id);
    assert_eq!(incident.private(), Some(link(1)));
    assert_eq!(incident.calls.iter().map(|call| call.private).collect::<Vec<_>>(), [Some(link(1)), Some(link(2))]);
    let without = report(&mut bench, "dispute/debt");
    assert_eq!(crate::room::incident(&bench, without).private(), None);
}

#[test]
fn what_is_opened_on_the_spot_is_the_units_stations_where_no_ground_says_otherwise() {
    let mut bench = Bench::new(2);
    let a1 = car(&mut bench, "A1", Team::Case, 1.0);
    let opened = OpenOnTheSpot {
        unit_id: a1.clone(),
        classification: what("public_order/fight"),
        place: Place::Unverified,
        private: Some(link(3)),
        occurred_at: None,
    };
    let id = bench.run(&unit_principal(&a1), Command::OpenOnTheSpot(opened)).unwrap().reply.reported.unwrap().0;
    let incident = incident(&bench, id);
    assert_eq!((incident.station.as_str(), incident.private()), ("610824-01", Some(link(3))));
    bench.assert_sound();
}

#[test]
fn what_is_split_off_stays_with_the_station() {
    let mut bench = Bench::new(2);
    let id = report(&mut bench, "dispute/debt");
    let add = AddCall { incident_id: id, source: CallSource::WalkIn, private: None, occurred_at: None };
    let call_id = give(&mut bench, Command::AddCall(add)).unwrap().reply.call.unwrap();
    let split =
        SplitIncident { incident_id: id, call_id, classification: what("dispute/debt"), place: Place::Unverified, expected_revision: 0 };
    let split = give(&mut bench, Command::SplitIncident(split)).unwrap().reply.reported.unwrap().0;
    assert_eq!(incident(&bench, split).station.as_str(), "610824-01");
    bench.assert_sound();
}

fn emergency(bench: &mut Bench, place: Place) -> Arc<Incident> {
    let a1 = car(bench, "A1", Team::Case, 1.0);
    let raise = RaiseEmergency { unit_id: a1.clone(), place, occurred_at: None };
    let id = bench.run(&unit_principal(&a1), Command::RaiseEmergency(raise)).unwrap().reply.reported.unwrap().0;
    incident(bench, id)
}

#[test]
fn an_emergency_is_of_priority_one_whatever_the_table_says() {
    let mut bench = Bench::new(1);
    let place = at(&bench, LAT, LON);
    let by_table = emergency(&mut bench, place.clone());
    assert_eq!((by_table.priority.level(), by_table.priority_by_operator), (1, false));
    assert_eq!(by_table.place, place, "a place in the tree is kept");
    let mut bench = Bench::new(1);
    let mut policy = (*bench.policy).clone();
    let types = policy.categories.iter_mut().flat_map(|rule| &mut rule.types);
    types.filter(|rule| rule.key.as_str() == "officer_emergency").for_each(|rule| rule.priority = Some(3));
    bench.policy = Arc::new(policy);
    let place = at(&bench, LAT, LON);
    assert_eq!(emergency(&mut bench, place).priority.level(), 1);
    bench.assert_sound();
}

#[test]
fn a_place_that_the_tree_does_not_have_is_outside_of_it() {
    let mut bench = Bench::new(1);
    let Place::Located { position, datum, h3_cell, .. } = at(&bench, LAT, LON) else { panic!() };
    let unknown = Place::Located { position, datum, h3_cell, agency: AgencyId::new("610899").unwrap() };
    assert_eq!(emergency(&mut bench, unknown).place, Place::OutsideBoundaries { position, datum, h3_cell });
    bench.assert_sound();
}

#[test]
fn a_nuisance_is_flagged_once() {
    let mut bench = Bench::new(1);
    let id = report(&mut bench, "dispute/debt");
    let reclassify = |bench: &mut Bench, kind: &str| {
        let command = Reclassify { incident_id: id, verified_as: what(kind), expected_revision: 0 };
        let step = give(bench, Command::Reclassify(command)).unwrap();
        step.events.iter().filter(|recorded| recorded.event.name() == "incident_flagged").count()
    };
    assert_eq!((reclassify(&mut bench, "nuisance/other"), reclassify(&mut bench, "nuisance/false_alarm")), (1, 0));
    assert!(incident(&bench, id).flags.contains(&IncidentFlag::Nuisance));
    bench.assert_sound();
}

#[test]
fn of_an_operators_words_on_urgency_the_last_one_stands_beside_why_it_is_owned() {
    let mut bench = Bench::new(1);
    let id = report(&mut bench, "dispute/debt");
    let codes = |bench: &Bench| incident(bench, id).owner_reasons.iter().map(|reason| reason.code.to_string()).collect::<Vec<_>>();
    let before = codes(&bench);
    assert!(!before.is_empty());
    for level in [2, 3] {
        let priority = domain::classification::Priority::new(level).unwrap();
        give(&mut bench, Command::SetPriority(SetPriority { incident_id: id, priority, expected_revision: 0 })).unwrap();
        assert_eq!(codes(&bench), [before.clone(), vec!["priority_by_operator".to_owned()]].concat());
    }
    let a1 = car(&mut bench, "A9", Team::Community, 1.0);
    order(&mut bench, id, &a1);
    bench.assert_sound();
}
