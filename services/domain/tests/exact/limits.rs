//! Bounds of commands: the last that is taken and the first that is refused.

use crate::room::{LAT, LON, agency, at, car, give, incident, invalid, key, order, orders, report, report_at};
use domain::classification::Team;
use domain::command::{
    AddPremiseNote, Command, HoldIncident, PlanShift, RegisterUnits, ReorderQueue, ReportIncident, StartWartime, Undo, WhenEngaged,
};
use domain::ids::{AssignmentId, ShiftId, UnitId};
use domain::place::Position;
use domain::shift::{MAX_SHIFT_UNITS, ShiftPlan};
use domain::testing::{Bench, Step, call, profile, server, station_id};
use domain::unit::{CALL_SIGN_MAX_LEN, MAX_QUEUED, UnitProfile};
use domain::{MAX_ORDERS, MAX_UNITS_PER_COMMAND};
use uuid::Uuid;

const HOUR_MS: u64 = 3_600_000;

fn register(bench: &mut Bench, profiles: Vec<UnitProfile>) -> Result<Step, domain::rejection::Rejection> {
    bench.run(&server(), Command::RegisterUnits(RegisterUnits { profiles }))
}

fn many(count: usize) -> Vec<UnitProfile> {
    (0..count).map(|number| profile(&format!("N{number}"), station_id(1))).collect()
}

#[test]
fn an_order_is_for_twenty_units_at_most() {
    let mut bench = Bench::new(1);
    bench.full_check_every = 100;
    let units: Vec<_> = (0..MAX_ORDERS + 2).map(|number| car(&mut bench, &format!("A{number}"), Team::Case, 1.0)).collect();
    let id = report(&mut bench, "criminal/theft");
    let take = |count: usize| orders(id, &units.iter().take(count).collect::<Vec<_>>(), WhenEngaged::Refuse);
    for count in [0, MAX_ORDERS + 1, MAX_ORDERS + 2] {
        assert_eq!(invalid(give(&mut bench, take(count))), ("orders", "1 to 20 units, each once".to_owned()));
    }
    assert_eq!(give(&mut bench, take(MAX_ORDERS)).unwrap().reply.assignments.len(), MAX_ORDERS);
    bench.assert_sound();
}

#[test]
fn a_thousand_units_are_registered_at_once_at_most() {
    let mut bench = Bench::new(1);
    for count in [MAX_UNITS_PER_COMMAND + 1, MAX_UNITS_PER_COMMAND + 2] {
        assert_eq!(invalid(register(&mut bench, many(count))), ("profiles", "at most 1000 units".to_owned()));
    }
    register(&mut bench, many(MAX_UNITS_PER_COMMAND)).unwrap();
    assert_eq!(bench.world.units().count(), MAX_UNITS_PER_COMMAND);
}

#[test]
fn a_call_sign_has_sixteen_characters_at_most() {
    let mut bench = Bench::new(1);
    let sign = |length: usize| vec![UnitProfile { call_sign: "长".repeat(length).into(), ..profile("A1", station_id(1)) }];
    register(&mut bench, sign(CALL_SIGN_MAX_LEN)).unwrap();
    assert_eq!(invalid(register(&mut bench, sign(CALL_SIGN_MAX_LEN + 1))).0, "call_sign");
}

fn plan(bench: &mut Bench, number: u128, from_ms: u64, to_ms: u64, units: &[UnitId]) -> Result<Step, domain::rejection::Rejection> {
    let starts_at = bench.now.plus_ms(from_ms);
    let plan = ShiftPlan {
        shift_id: ShiftId(Uuid::from_u128(number)),
        station: station_id(1),
        starts_at,
        ends_at: bench.now.plus_ms(to_ms),
        units: units.iter().cloned().collect(),
    };
    give(bench, Command::PlanShift(PlanShift { plan }))
}

#[test]
fn a_shift_lasts_a_day_at_most() {
    let mut bench = Bench::new(1);
    assert_eq!(invalid(plan(&mut bench, 1, 0, 24 * HOUR_MS + 1, &[])).0, "plan.ends_at");
    plan(&mut bench, 1, 0, 24 * HOUR_MS, &[]).unwrap();
    bench.assert_sound();
}

#[test]
fn a_shift_is_of_two_hundred_units_at_most_and_the_next_begins_where_it_ends() {
    let mut bench = Bench::new(1);
    register(&mut bench, many(MAX_SHIFT_UNITS + 1)).unwrap();
    let all: Vec<UnitId> = bench.world.units().map(|unit| unit.profile.unit_id.clone()).collect();
    assert_eq!(invalid(plan(&mut bench, 1, 0, HOUR_MS, &all)), ("plan.units", "at most 200".to_owned()));
    plan(&mut bench, 1, HOUR_MS, 2 * HOUR_MS, &all[1..]).unwrap();
    plan(&mut bench, 2, 2 * HOUR_MS, 3 * HOUR_MS, &all[..2]).unwrap();
    plan(&mut bench, 3, 0, HOUR_MS, &all[1..2]).unwrap();
    assert_eq!(invalid(plan(&mut bench, 4, HOUR_MS - 1, HOUR_MS, &all[1..2])).0, "plan.units");
    bench.assert_sound();
}

#[test]
fn wartime_mode_lasts_thirty_days_at_most() {
    let mut bench = Bench::new(1);
    let start = |bench: &mut Bench, ms: u64| {
        let command = StartWartime { area: agency("610824-01"), reason: key("exercise"), until: bench.now.plus_ms(ms) };
        give(bench, Command::StartWartime(command))
    };
    assert_eq!(invalid(start(&mut bench, 720 * HOUR_MS + 1)).0, "until");
    assert_eq!(invalid(start(&mut bench, 0)).0, "until");
    start(&mut bench, 720 * HOUR_MS).unwrap();
    bench.assert_sound();
}

#[test]
fn a_hold_lasts_as_long_as_the_policy_says_at_most() {
    let mut bench = Bench::new(1);
    let longest_ms = bench.policy.room_clocks.hold_max_ms;
    let id = report(&mut bench, "dispute/debt");
    let hold = |bench: &mut Bench, ms: u64| {
        let reason = bench.policy.reasons.hold[0].key.clone();
        give(bench, Command::HoldIncident(HoldIncident { incident_id: id, reason, until: bench.now.plus_ms(ms), expected_revision: 0 }))
    };
    assert_eq!(invalid(hold(&mut bench, longest_ms + 1)).0, "until");
    hold(&mut bench, longest_ms).unwrap();
    bench.assert_sound();
}

#[test]
fn a_change_is_undone_within_ten_minutes() {
    for (after_ms, undone) in [(600_000, true), (600_001, false)] {
        let mut bench = Bench::new(1);
        let a1 = car(&mut bench, "A1", Team::Case, 1.0);
        let id = report(&mut bench, "dispute/debt");
        let owner = domain::command::SetOwner { incident_id: id, owner: Team::Case, reason: key("capacity"), expected_revision: 0 };
        let seq = give(&mut bench, Command::SetOwner(owner)).unwrap().events[0].meta.seq;
        bench.now = bench.now.plus_ms(after_ms);
        bench.caught_up = false;
        assert_eq!(give(&mut bench, Command::Undo(Undo { incident_id: id, seq })).is_ok(), undone, "{after_ms} {a1}");
    }
}

#[test]
fn an_answer_is_not_before_the_ring() {
    let mut bench = Bench::new(1);
    bench.now = bench.now.plus_ms(60_000);
    let (rang, place) = (bench.now, at(&bench, LAT, LON));
    let report = |bench: &mut Bench, answered: i64| {
        let answered_at = Some(domain::time::Timestamp(rang.0 - 1_000 + answered));
        let occurred_at = Some(domain::time::Timestamp(rang.0 - 1_000));
        give(bench, Command::ReportIncident(ReportIncident { occurred_at, answered_at, ..call("dispute/debt", place.clone()) }))
    };
    assert_eq!(invalid(report(&mut bench, -1)).0, "answered_at");
    report(&mut bench, 0).unwrap();
}

#[test]
fn a_note_lives_a_leap_year_at_most() {
    assert_eq!(domain::premise::MAX_NOTE_LIFE_MS, 31_622_400_000);
    let mut bench = Bench::new(1);
    let kind = bench.policy.reasons.premise[0].key.clone();
    let position = Position::from_degrees(LAT, LON).unwrap();
    let add = |bench: &mut Bench, ms: u64| {
        let expires_at = bench.now.plus_ms(ms);
        let note = AddPremiseNote { position, kind: kind.clone(), text: None, expires_at, station: station_id(1) };
        give(bench, Command::AddPremiseNote(note))
    };
    assert_eq!(invalid(add(&mut bench, 31_622_400_001)).0, "expires_at");
    add(&mut bench, 31_622_400_000).unwrap();
}

#[test]
fn what_is_listed_of_a_wrong_queue_is_as_much_as_a_queue_holds() {
    let mut bench = Bench::new(1);
    let a1 = car(&mut bench, "A1", Team::Case, 1.0);
    let busy = report(&mut bench, "criminal/theft");
    order(&mut bench, busy, &a1);
    let next = report_at(&mut bench, "criminal/theft", LAT, LON + 0.01);
    give(&mut bench, orders(next, &[&a1], WhenEngaged::Queue)).unwrap();
    let given = |bench: &mut Bench, count: usize| {
        let queue: Vec<_> = (0..count).map(|number| AssignmentId(Uuid::from_u128(number as u128))).collect();
        let names: Vec<_> = queue.iter().take(MAX_QUEUED).map(ToString::to_string).collect();
        match give(bench, Command::ReorderQueue(ReorderQueue { unit_id: a1.clone(), queue })).unwrap_err() {
            domain::rejection::Rejection::Invalid { field: "queue", given, .. } => {
                if names.is_empty() {
                    given
                } else {
                    given.replace(&names.join(", "), "all")
                }
            }
            other => panic!("{other}"),
        }
    };
    let said: Vec<_> = [0, 2, MAX_QUEUED, MAX_QUEUED + 1, MAX_QUEUED + 2].into_iter().map(|count| given(&mut bench, count)).collect();
    assert_eq!(said, ["nothing", "all", "all", "all, and 1 more", "all, and 2 more"]);
    assert!(incident(&bench, next).assignments.len() == 1);
}
