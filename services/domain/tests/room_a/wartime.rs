//! Wartime mode: for an area and a period, posts, teams and stations are one pool. A station by post has no teams either.

use super::{agency, community, county, key, north, report, says, south, with_tree};
use domain::agency::Organisation;
use domain::assignment::AssignmentRole;
use domain::command::{Command, EndWartime, StartWartime};
use domain::ids::IncidentId;
use domain::matching::{RankedUnit, lending_step, rank, rank_for_operator};
use domain::rejection::Rejection;
use domain::testing::{Bench, LOG, call, operator, profile, station_id};
use domain::time::Timestamp;
use domain::unit::{UnitKind, UnitProfile};

fn start(area: &str, reason: &str, until: Timestamp) -> Command {
    Command::StartWartime(StartWartime { area: agency(area), reason: key(reason), until })
}

fn lines(bench: &Bench, id: IncidentId) -> Vec<RankedUnit> {
    let incident = bench.world.incident(&id).unwrap();
    let situation = bench.gather(&Command::SignIncident(domain::command::SignIncident { incident_id: id }));
    rank_for_operator(&bench.world, incident, AssignmentRole::Primary, &situation).eligible
}

#[test]
fn in_wartime_the_nearest_goes_whatever_its_team_and_station() {
    let mut bench = Bench::new(2);
    let far = bench.unit(community("C1", station_id(1)), 37.55, 108.76);
    let near = bench.unit(profile("A2", station_id(2)), 37.55, 108.805);
    let place = south(&bench);
    let id = report(&mut bench, "dispute/neighbour", place);
    assert_eq!(lines(&bench, id)[0].unit_id, far, "another team's and station's unit costs five minutes");
    let until = bench.now.plus_ms(3_600_000);
    bench.run(&county(), start(station_id(1).as_str(), "exercise", until)).unwrap();
    let pool = lines(&bench, id);
    assert_eq!(pool[0].unit_id, near);
    assert!(says(&pool[0].reasons, "wartime_pool(610824-01)"), "{:?}", pool[0].reasons);
    assert_eq!(pool[0].cost_ms, pool[0].travel_ms);
    bench.pass(3_600_001);
    assert!(!bench.world.wartime(&station_id(1)).unwrap().holds(), "the period ends it");
    assert_eq!(lines(&bench, id)[0].unit_id, far);
    bench.assert_sound();
}

#[test]
fn wartime_is_refused_where_it_makes_no_sense_and_the_one_that_holds_is_named() {
    let mut bench = Bench::new(1);
    let (hour, now) = (bench.now.plus_ms(3_600_000), bench.now);
    let month = now.plus_ms(31 * 24 * 3_600_000);
    for (area, reason, until, field) in [
        ("610824-99", "exercise", hour, "area"),
        (LOG, "no_such_reason", hour, "reason"),
        (LOG, "exercise", now, "until"),
        (LOG, "exercise", month, "until"),
    ] {
        let refused = bench.run(&county(), start(area, reason, until)).unwrap_err();
        assert!(matches!(&refused, Rejection::Invalid { field: f, .. } if *f == field), "{refused}");
    }
    let refused = bench.run(&operator("610824-01"), start("610824-01", "exercise", hour)).unwrap_err();
    assert!(matches!(refused, Rejection::Forbidden { .. }), "it is the county's to switch: {refused}");
    bench.run(&county(), start(LOG, "exercise", hour)).unwrap();
    // It holds below already.
    let refused = bench.run(&county(), start("610824-01", "exercise", hour)).unwrap_err().to_string();
    assert!(refused.contains("wartime mode of 610824 is on, held by op-610824"), "{refused}");
    let end = |area: &str| Command::EndWartime(EndWartime { area: agency(area) });
    assert!(matches!(bench.run(&county(), end("610824-01")).unwrap_err(), Rejection::NotFound { .. }));
    bench.run(&county(), end(LOG)).unwrap();
    assert!(bench.run(&county(), end(LOG)).unwrap_err().to_string().contains("is off"));
    bench.run(&county(), start("610824-01", "exercise", hour)).unwrap();
    bench.assert_sound();
}

#[test]
fn a_station_by_post_borrows_nothing_from_itself() {
    let mut bench = Bench::new(1);
    bench.unit(profile("A1", station_id(1)), 37.55, 108.80);
    let place = south(&bench);
    let id = report(&mut bench, "dispute/neighbour", place);
    assert!(says(&lines(&bench, id)[0].reasons, "borrowed(case, 120000)"));
    assert!(says(&lines(&bench, id)[0].reasons, "lending_step(other_team)"));
    with_tree(&mut bench, |node| {
        if node.agency_id == station_id(1) {
            node.organisation = Organisation::ByPost;
        }
    });
    let line = lines(&bench, id).remove(0);
    assert!(says(&line.reasons, "by_post_station(610824-01)") && says(&line.reasons, "lending_step(own_team)"), "{:?}", line.reasons);
    assert_eq!(line.cost_ms, line.travel_ms);
    bench.assert_sound();
}

#[test]
fn volunteers_get_only_the_categories_that_the_policy_allows() {
    let mut bench = Bench::new(1);
    let volunteers = UnitProfile { kind: UnitKind::Volunteers, ..profile("V1", station_id(1)) };
    let v1 = bench.unit(volunteers, 37.65, 108.80);
    let place = north(&bench);
    let theft = report(&mut bench, "criminal/theft", place.clone());
    let quarrel = report(&mut bench, "dispute/family", place.clone());
    let why_not = |bench: &Bench, id: IncidentId| {
        let situation = bench.gather(&Command::ReportIncident(call("dispute", place.clone())));
        let (incident, unit) = (bench.world.incident(&id).unwrap(), bench.world.unit(&v1).unwrap());
        assert_eq!(lending_step(&bench.agencies, incident, unit).key(), if id == theft { "own_team" } else { "other_team" });
        assert!(rank(&bench.world, incident, AssignmentRole::Primary, &situation).eligible.is_empty());
        domain::matching::why_not_at_all(&bench.world, incident, unit, AssignmentRole::Backup, &situation)
    };
    assert!(says(&why_not(&bench, theft), "kind_not_for_category(volunteers, criminal)"));
    assert!(why_not(&bench, quarrel).is_empty());
    let refused = super::assign(&mut bench, &county(), theft, &v1).unwrap_err().to_string();
    assert!(refused.contains("kind_not_for_category"), "{refused}");
    bench.assert_sound();
}
