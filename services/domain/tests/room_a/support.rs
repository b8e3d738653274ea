//! The whistle (吹哨): asked, answered, climbing, and over with its incident.

use super::{agency, alarms, county, key, report, south, stands, with_border};
use domain::agency::{AgencyLevel, AgencyNode, AgencyTree};
use domain::alarm::AlarmKind;
use domain::command::{AnswerSupport, Command, EndSupport, RequestSupport, ResolveIncident};
use domain::ids::{IncidentId, WhistleId};
use domain::rejection::Rejection;
use domain::testing::{Bench, LOG, operator, station_id};
use std::sync::Arc;

fn ask(bench: &mut Bench, id: IncidentId, to: &str) -> Result<WhistleId, Rejection> {
    let request = RequestSupport { incident_id: id, to: agency(to), team: None, reason: key("more_units") };
    bench.run(&operator("610824-01"), Command::RequestSupport(request)).map(|step| step.reply.whistle.unwrap())
}

fn answer(whistle_id: WhistleId, refused: Option<&str>) -> Command {
    Command::AnswerSupport(AnswerSupport { whistle_id, accepted: refused.is_none(), reason: refused.map(key) })
}

fn bench() -> (Bench, IncidentId) {
    let mut bench = Bench::new(3);
    let place = south(&bench);
    let id = report(&mut bench, "dispute/debt", place);
    (bench, id)
}

fn state(bench: &Bench, id: WhistleId) -> &'static str {
    bench.world.whistle(&id).unwrap().state.name()
}

#[test]
fn a_neighbour_is_asked_and_unanswered_it_climbs_above_the_station_that_asks() {
    let (mut bench, id) = bench();
    let whistle = ask(&mut bench, id, "610824-02").unwrap();
    bench.pass(120_000);
    let climbed = bench.world.whistle(&whistle).unwrap();
    assert_eq!((climbed.to.as_str(), climbed.climbed, climbed.state.name()), (LOG, 1, "asked"));
    let refused = bench.run(&operator("610824-02"), answer(whistle, None)).unwrap_err();
    assert!(matches!(refused, Rejection::Forbidden { .. }), "the level before may not any more: {refused}");
    bench.pass(120_000);
    assert_eq!((state(&bench, whistle), alarms(&bench, id, AlarmKind::SupportUnanswered)), ("unanswered", 1));
    let refused = bench.run(&county(), answer(whistle, None)).unwrap_err().to_string();
    assert!(refused.contains("the request for support for incident 1 is unanswered, held by 610824"), "{refused}");
    bench.assert_sound();
}

#[test]
fn a_refusal_alarms_and_an_acceptance_ends_the_alarm() {
    let (mut bench, id) = bench();
    let (beside, above) = (ask(&mut bench, id, "610824-02").unwrap(), ask(&mut bench, id, LOG).unwrap());
    for reason in [None, Some("no_such_reason")] {
        let command = Command::AnswerSupport(AnswerSupport { whistle_id: beside, accepted: false, reason: reason.map(key) });
        let refused = bench.run(&operator("610824-02"), command).unwrap_err();
        assert!(matches!(&refused, Rejection::Invalid { field: "reason", .. }), "{refused}");
    }
    bench.run(&operator("610824-02"), answer(beside, Some("no_capacity"))).unwrap();
    assert!(state(&bench, beside) == "refused" && stands(&bench, id, AlarmKind::SupportRefused));
    bench.run(&county(), answer(above, None)).unwrap();
    assert!(state(&bench, above) == "accepted" && !stands(&bench, id, AlarmKind::SupportRefused));
    let refused = bench.run(&county(), answer(above, None)).unwrap_err().to_string();
    assert!(refused.contains("is accepted, held by op-610824"), "{refused}");
    bench.run(&operator("610824-01"), Command::EndSupport(EndSupport { whistle_id: above })).unwrap();
    assert_eq!(state(&bench, above), "ended");
    assert!(bench.run(&operator("610824-01"), Command::EndSupport(EndSupport { whistle_id: beside })).is_err());
    bench.pass(660_000);
    let place = south(&bench);
    report(&mut bench, "dispute/debt", place);
    assert_eq!(bench.world.whistles().count(), 0, "what is over leaves");
    bench.assert_sound();
}

#[test]
fn only_a_neighbour_a_post_or_a_level_above_is_asked_and_three_at_most() {
    let (mut bench, id) = bench();
    with_border(&mut bench, &station_id(1), &station_id(3));
    for to in ["610824-01", "610824-01-01", "610824-02-01", "610899"] {
        let refused = ask(&mut bench, id, to).unwrap_err();
        assert!(matches!(&refused, Rejection::Invalid { field: "to", .. }), "{to}: {refused}");
    }
    ask(&mut bench, id, "610824-02").unwrap();
    let refused = ask(&mut bench, id, "610824-02").unwrap_err().to_string();
    assert!(refused.contains("it was asked for incident 1 already"), "{refused}");
    ask(&mut bench, id, "610824-03").unwrap();
    let third = ask(&mut bench, id, LOG).unwrap();
    bench.run(&county(), answer(third, None)).unwrap();
    let fourth =
        RequestSupport { incident_id: id, to: agency(LOG), team: Some(domain::classification::Team::Patrol), reason: key("specialist") };
    let refused = bench.run(&operator("610824-01"), Command::RequestSupport(fourth)).unwrap_err().to_string();
    assert!(refused.contains("at most 3"), "{refused}");
    bench.assert_sound();
}

#[test]
fn a_post_is_asked_wherever_it_stands_and_goes_on_above_the_station_that_asks() {
    let (mut bench, id) = bench();
    let post = |code: &str, parent: &str| AgencyNode {
        agency_id: agency(code),
        parent: Some(agency(parent)),
        level: AgencyLevel::Post,
        ..bench.agencies.get(&agency(LOG)).unwrap().clone()
    };
    let posts = [post("610824-p1", "610824-01"), post("610824-p2", LOG)];
    let nodes = bench.agencies.nodes().cloned().chain(posts).collect();
    bench.agencies = Arc::new(AgencyTree::new(bench.agencies.log_id().clone(), "Asia/Shanghai".to_owned(), nodes).unwrap());
    let (own, of_the_county) = (ask(&mut bench, id, "610824-p1").unwrap(), ask(&mut bench, id, "610824-p2").unwrap());
    bench.pass(120_000);
    assert_eq!(bench.world.whistle(&own).unwrap().to.as_str(), LOG, "not to itself");
    assert_eq!(bench.world.whistle(&of_the_county).unwrap().to.as_str(), LOG);
    bench.assert_sound();
}

#[test]
fn from_a_station_of_another_county_it_climbs_to_the_own_county() {
    let (mut bench, id) = bench();
    let county = |code: &str| AgencyNode {
        agency_id: agency(code),
        parent: Some(agency(LOG)),
        level: AgencyLevel::County,
        ..bench.agencies.get(&agency(LOG)).unwrap().clone()
    };
    let counties = [county("610824-west"), county("610824-east")];
    let below = |node: &AgencyNode| match node.agency_id.as_str() {
        LOG => AgencyNode { level: AgencyLevel::City, ..node.clone() },
        "610824-01" => AgencyNode { parent: Some(agency("610824-west")), ..node.clone() },
        "610824-02" => AgencyNode { parent: Some(agency("610824-east")), ..node.clone() },
        _ => node.clone(),
    };
    let nodes = bench.agencies.nodes().map(below).chain(counties).collect();
    bench.agencies = Arc::new(AgencyTree::new(bench.agencies.log_id().clone(), "Asia/Shanghai".to_owned(), nodes).unwrap());
    let whistle = ask(&mut bench, id, "610824-02").unwrap();
    for to in ["610824-west", LOG] {
        bench.pass(120_000);
        assert_eq!(bench.world.whistle(&whistle).unwrap().to.as_str(), to);
    }
    bench.assert_sound();
}

#[test]
fn support_is_over_with_its_incident() {
    let (mut bench, id) = bench();
    let (asked, accepted) = (ask(&mut bench, id, "610824-02").unwrap(), ask(&mut bench, id, LOG).unwrap());
    bench.run(&county(), answer(accepted, None)).unwrap();
    let resolve = ResolveIncident { incident_id: id, disposition: key("advised"), expected_revision: 0 };
    bench.run(&county(), Command::ResolveIncident(resolve)).unwrap();
    assert_eq!((state(&bench, asked), state(&bench, accepted)), ("ended", "ended"));
    assert!(matches!(ask(&mut bench, id, LOG).unwrap_err(), Rejection::IllegalMove { state: "resolved", .. }));
    bench.pass(300_000);
    assert_eq!(alarms(&bench, id, AlarmKind::SupportUnanswered), 0);
    bench.assert_sound();
}
