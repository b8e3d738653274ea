//! Lending (借力): in timed steps, against a budget that protects community time.

use super::{
    agency, alarms, arrive, assign, beat, clear, community, county, incident, report, says, south, stands, with_border, with_mode,
    with_policy,
};
use domain::alarm::AlarmKind;
use domain::assignment::AssignmentRole;
use domain::command::{Command, SignIncident};
use domain::event::Event;
use domain::ids::{IncidentId, UnitId};
use domain::incident::LendingStep;
use domain::matching::{Ranking, lending_step, rank, rank_for_operator};
use domain::policy::DispatchMode;
use domain::testing::{Bench, LOG, locate, profile, station_id};

fn rankings(bench: &Bench, id: IncidentId) -> (Ranking, Ranking) {
    let situation = bench.gather(&Command::SignIncident(SignIncident { incident_id: id }));
    let incident = bench.world.incident(&id).unwrap();
    let role = AssignmentRole::Primary;
    (rank(&bench.world, incident, role, &situation), rank_for_operator(&bench.world, incident, role, &situation))
}

fn primary(bench: &Bench, id: IncidentId) -> Option<UnitId> {
    bench.world.active_assignments(&incident(bench, id)).next().map(|order| order.unit_id.clone())
}

#[test]
fn each_unit_stands_at_its_step() {
    let mut bench = Bench::new(4);
    // Station 2 and its beat border on station 1 and its beat; a border that only one side lists is one too.
    with_border(&mut bench, &station_id(4), &station_id(1));
    let place = locate(&bench.agencies, 37.65, 108.80);
    let id = report(&mut bench, "dispute/neighbour", place);
    for (profile, step) in [
        (community("C1", station_id(1)), LendingStep::OwnTeam),
        (community("C2", beat(1)), LendingStep::OwnTeam),
        (profile("A1", beat(1)), LendingStep::OtherTeam),
        (community("C3", beat(2)), LendingStep::AdjacentBeat),
        (community("C4", station_id(2)), LendingStep::NeighbourStation),
        (community("C5", beat(3)), LendingStep::County),
        (profile("A6", station_id(3)), LendingStep::County),
        (profile("A7", beat(4)), LendingStep::NeighbourStation),
        (profile("A8", agency(LOG)), LendingStep::County),
    ] {
        let unit_id = bench.unit(profile, 37.65, 108.80);
        let (incident, unit) = (incident(&bench, id), bench.world.unit(&unit_id).unwrap());
        assert_eq!(lending_step(&bench.agencies, &incident, unit), step, "{unit_id}");
    }
    // On the county's own land the desk sends its stations' units as its own.
    let place = locate(&bench.agencies, 37.55, 109.16);
    let id = report(&mut bench, "dispute/neighbour", place);
    for (unit_id, step) in [("610824-c3", LendingStep::OwnTeam), ("610824-a7", LendingStep::OtherTeam)] {
        let unit = bench.world.unit(&UnitId::new(unit_id).unwrap()).unwrap();
        assert_eq!(lending_step(&bench.agencies, &incident(&bench, id), unit), step, "{unit_id}");
    }
    bench.assert_sound();
}

#[test]
fn the_rules_borrow_step_by_step_and_each_step_has_its_time() {
    let mut bench = Bench::new(2);
    with_mode(&mut bench, 3, DispatchMode::Automatic);
    let a2 = bench.unit(community("C2", station_id(2)), 37.55, 108.80);
    let place = south(&bench);
    let id = report(&mut bench, "dispute/neighbour", place);
    let (rules, operator) = rankings(&bench, id);
    assert!(says(&rules.not_eligible[0].reasons, "beyond_lending_step(neighbour_station, own_team)"), "{rules:?}");
    assert!(says(&operator.eligible[0].reasons, "lending_step(neighbour_station)"), "an operator may send anyone: {operator:?}");
    assert_eq!(alarms(&bench, id, AlarmKind::NoUnit), 0, "wider steps are still to be taken");
    for (passed_ms, step) in [(29_999, LendingStep::OwnTeam), (1, LendingStep::OtherTeam), (30_000, LendingStep::AdjacentBeat)] {
        bench.pass(passed_ms);
        assert_eq!((incident(&bench, id).lending.step, primary(&bench, id)), (step, None));
    }
    bench.pass(30_000);
    assert_eq!((incident(&bench, id).lending.step, primary(&bench, id)), (LendingStep::NeighbourStation, Some(a2)));
    bench.assert_sound();
}

#[test]
fn after_the_last_step_the_room_is_alarmed_once_and_the_whistle_was_blown_once() {
    let mut bench = Bench::new(1);
    with_mode(&mut bench, 4, DispatchMode::Automatic);
    let place = south(&bench);
    let id = report(&mut bench, "dispute/debt", place);
    bench.pass(600_000);
    let steps: Vec<_> = bench
        .log()
        .iter()
        .filter_map(|recorded| match &recorded.event {
            Event::IncidentWidened(widened) => Some((widened.step.key(), widened.next_at.is_some())),
            _ => None,
        })
        .collect();
    let keys = ["own_team", "other_team", "adjacent_beat", "neighbour_station", "whistle", "county", "city"];
    assert_eq!(steps, keys.map(|key| (key, key != "city")));
    let whistles: Vec<_> = bench.world.whistles().map(|whistle| (whistle.to.as_str(), whistle.reason.as_str())).collect();
    assert_eq!(whistles, [(LOG, "more_units")]);
    assert_eq!(alarms(&bench, id, AlarmKind::NoUnit) + alarms(&bench, id, AlarmKind::NotDispatched), 1);
    assert!(stands(&bench, id, AlarmKind::NoUnit) && stands(&bench, id, AlarmKind::SupportUnanswered));
    bench.assert_sound();
}

#[test]
fn steps_that_the_policy_does_not_list_are_skipped() {
    let mut bench = Bench::new(2);
    with_mode(&mut bench, 3, DispatchMode::Automatic);
    with_policy(&mut bench, |policy| policy.lending.steps = vec![LendingStep::OwnTeam, LendingStep::County]);
    let a1 = bench.unit(profile("A1", station_id(1)), 37.55, 108.80);
    let place = south(&bench);
    let id = report(&mut bench, "dispute/neighbour", place);
    bench.pass(30_000);
    assert_eq!((incident(&bench, id).lending.step, primary(&bench, id)), (LendingStep::County, Some(a1)));
    bench.assert_sound();
}

#[test]
fn a_unit_of_the_own_team_that_becomes_free_goes_before_the_next_step() {
    let mut bench = Bench::new(1);
    with_mode(&mut bench, 3, DispatchMode::Automatic);
    bench.unit(profile("A1", station_id(1)), 37.55, 108.80);
    let place = south(&bench);
    let id = report(&mut bench, "dispute/neighbour", place);
    let c1 = bench.unit(community("C1", station_id(1)), 37.50, 108.76);
    bench.pass(5_000);
    assert_eq!(primary(&bench, id), Some(c1));
    bench.assert_sound();
}

/// Sends a community unit to a case, for `minutes`.
fn lend(bench: &mut Bench, unit_id: &UnitId, minutes: u64) {
    let place = south(bench);
    let id = report(bench, "public_order/disturbance", place);
    assign(bench, &county(), id, unit_id).unwrap();
    arrive(bench, unit_id);
    bench.now = bench.now.plus_ms(minutes * 60_000 - 1);
    bench.pass(1);
    clear(bench, unit_id, Some("handled"));
}

#[test]
fn community_time_that_is_lent_is_counted_and_the_rules_stop_at_the_budget() {
    let mut bench = Bench::new(1);
    with_policy(&mut bench, |policy| policy.lending.community_minutes_per_month = 5);
    let c1 = bench.unit(community("C1", station_id(1)), 37.55, 108.80);
    let place = south(&bench);
    let case = report(&mut bench, "public_order/disturbance", place.clone());
    let (month, station) = (202_611, station_id(1));
    lend(&mut bench, &c1, 4);
    assert_eq!(bench.world.lent_ms(&station, month), 240_000);
    assert_eq!(rankings(&bench, case).0.eligible.len(), 1);
    lend(&mut bench, &c1, 1);
    let (rules, operator) = rankings(&bench, case);
    assert!(says(&rules.not_eligible[0].reasons, "lending_budget_spent(610824-01)"), "{rules:?}");
    assert!(says(&operator.eligible[0].reasons, "over_lending_budget(610824-01)"), "{operator:?}");
    // An operator may still order it, and what is community work or priority 1 is outside the budget.
    let own = report(&mut bench, "dispute/neighbour", place.clone());
    assert_eq!(rankings(&bench, own).0.eligible.len(), 1);
    assign(&mut bench, &county(), case, &c1).unwrap();
    let order = bench.world.assignment(&super::order_of(&bench, &c1)).unwrap();
    assert!(says(&order.ranking.reasons, "over_lending_budget(610824-01)") && order.lent.is_some());
    super::acknowledge(&mut bench, &c1);
    clear(&mut bench, &c1, Some("handled"));
    let robbery = report(&mut bench, "criminal/robbery", place);
    assert_eq!(primary(&bench, robbery), Some(c1.clone()));
    assert!(bench.world.assignment(&super::order_of(&bench, &c1)).unwrap().lent.is_none());
    bench.assert_sound();
}
