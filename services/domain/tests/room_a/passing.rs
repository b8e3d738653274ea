//! Passed down and signed (签收): within its deadline, or the desk above dispatches directly.

use super::{alarms, assign, county, incident, north, report, south, stands, with_mode};
use domain::alarm::AlarmKind;
use domain::command::{Command, PassDown, ReportIncident, SignIncident};
use domain::ids::IncidentId;
use domain::place::Place;
use domain::policy::DispatchMode;
use domain::rejection::Rejection;
use domain::testing::{Bench, LOG, call, locate, operator, profile, station_id};

fn pass_down(bench: &mut Bench, what: &str, place: Place) -> IncidentId {
    let report = ReportIncident { desk: Some(super::agency(LOG)), ..call(what, place) };
    bench.run(&county(), Command::ReportIncident(report)).unwrap().reply.reported.unwrap().0
}

fn sign(id: IncidentId) -> Command {
    Command::SignIncident(SignIncident { incident_id: id })
}

fn station() -> domain::principal::Principal {
    operator(station_id(1).as_str())
}

#[test]
fn the_rules_wait_for_the_signature_and_then_dispatch() {
    let mut bench = Bench::new(1);
    with_mode(&mut bench, 2, DispatchMode::Automatic);
    bench.unit(profile("A1", station_id(1)), 37.55, 108.80);
    let place = south(&bench);
    let id = pass_down(&mut bench, "criminal/burglary", place);
    assert_eq!(incident(&bench, id).state_name(), "passed_down");
    bench.run(&station(), sign(id)).unwrap();
    let signed = incident(&bench, id);
    assert_eq!(signed.state_name(), "dispatched");
    assert_eq!(signed.passing.as_ref().unwrap().signed.as_ref().unwrap().by.as_str(), "op-610824-01");
    let refused = bench.run(&station(), sign(id)).unwrap_err().to_string();
    assert!(refused.contains("incident 1 is signed, held by op-610824-01"), "{refused}");
    bench.pass(120_000);
    assert_eq!(alarms(&bench, id, AlarmKind::NotSigned), 0);
    bench.assert_sound();
}

#[test]
fn unsigned_the_desk_above_dispatches_directly_whatever_the_mode_and_a_late_signature_ends_the_alarm() {
    let mut bench = Bench::new(1);
    bench.unit(profile("A1", station_id(1)), 37.55, 108.80);
    let place = south(&bench);
    let id = pass_down(&mut bench, "criminal/burglary", place);
    bench.pass(59_999);
    assert_eq!(incident(&bench, id).state_name(), "passed_down");
    bench.pass(1);
    let direct = incident(&bench, id);
    assert_eq!(direct.state_name(), "dispatched");
    assert!(direct.passing.as_ref().unwrap().lapsed && stands(&bench, id, AlarmKind::NotSigned));
    bench.run(&station(), sign(id)).unwrap();
    assert!(!stands(&bench, id, AlarmKind::NotSigned));
    bench.assert_sound();
}

#[test]
fn the_desk_above_may_send_any_team_where_the_station_does_not_sign() {
    let mut bench = Bench::new(1);
    with_mode(&mut bench, 3, DispatchMode::Automatic);
    bench.unit(profile("A1", station_id(1)), 37.55, 108.80);
    let place = south(&bench);
    let id = pass_down(&mut bench, "dispute/neighbour", place);
    bench.pass(60_000);
    assert_eq!(incident(&bench, id).state_name(), "dispatched", "no lending step binds the desk");
    bench.assert_sound();
}

#[test]
fn priority_one_goes_at_once_and_is_signed_beside() {
    let mut bench = Bench::new(1);
    let a1 = bench.unit(profile("A1", station_id(1)), 37.55, 108.80);
    let place = south(&bench);
    let id = pass_down(&mut bench, "criminal/robbery", place);
    let at_once = incident(&bench, id);
    assert_eq!(at_once.state_name(), "dispatched");
    assert!(at_once.passing.as_ref().unwrap().signed.is_none());
    // Its unit stays silent: it waits in the queue again, unsigned, and can still be signed.
    bench.pass(30_000);
    assert_eq!((incident(&bench, id).state_name(), bench.world.unit(&a1).unwrap().engaged_in()), ("classified", None));
    bench.run(&station(), sign(id)).unwrap();
    assert!(incident(&bench, id).passing.as_ref().unwrap().signed.is_some());
    bench.assert_sound();
}

#[test]
fn an_operator_of_the_station_signs_by_ordering_a_unit_and_one_of_the_desk_does_not() {
    for (who, signs) in [(station(), true), (county(), false)] {
        let mut bench = Bench::new(1);
        let a1 = bench.unit(profile("A1", station_id(1)), 37.55, 108.80);
        let place = south(&bench);
        let id = pass_down(&mut bench, "criminal/burglary", place);
        assign(&mut bench, &who, id, &a1).unwrap();
        assert_eq!(incident(&bench, id).passing.as_ref().unwrap().signed.is_some(), signs, "{}", who.principal_id);
        super::acknowledge(&mut bench, &a1);
        bench.pass(60_000);
        assert_eq!(alarms(&bench, id, AlarmKind::NotSigned), usize::from(!signs));
        bench.assert_sound();
    }
}

#[test]
fn only_a_station_below_the_desk_has_to_sign_and_only_once() {
    let mut bench = Bench::new(1);
    let county_land = locate(&bench.agencies, 37.55, 108.86);
    let own = pass_down(&mut bench, "criminal/burglary", county_land);
    assert!(incident(&bench, own).passing.is_none(), "the desk's own ground");
    let refused = bench.run(&station(), sign(own)).unwrap_err();
    assert!(matches!(&refused, Rejection::Forbidden { .. }), "{refused}");
    let refused = bench.run(&county(), sign(own)).unwrap_err().to_string();
    assert!(refused.contains("incident 1 is classified") && !refused.contains("only incident_signed"), "{refused}");
    let place = north(&bench);
    let unknown = ReportIncident { desk: Some(super::agency("610825")), ..call("dispute", place.clone()) };
    let refused = bench.run(&county(), Command::ReportIncident(unknown)).unwrap_err();
    assert!(matches!(&refused, Rejection::Invalid { field: "desk", .. }), "{refused}");

    let later = report(&mut bench, "criminal/burglary", place);
    let pass = |from: &str| Command::PassDown(PassDown { incident_id: later, from: super::agency(from), expected_revision: 0 });
    let refused = bench.run(&county(), pass("610824-01")).unwrap_err();
    assert!(matches!(&refused, Rejection::Invalid { field: "from", .. }), "{refused}");
    bench.run(&county(), pass(LOG)).unwrap();
    assert_eq!(incident(&bench, later).state_name(), "passed_down");
    assert!(bench.run(&county(), pass(LOG)).unwrap_err().to_string().contains("is passed_down"));
    bench.assert_sound();
}
