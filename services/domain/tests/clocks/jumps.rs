//! A restart, and a clock that jumps: every deadline is still there, and fires once.

use domain::alarm::AlarmKind;
use domain::apply::apply;
use domain::command::{Command, FireDeadline, PlanShift};
use domain::deadlines::{Deadline, deadlines_of};
use domain::ids::{ShiftId, UnitId};
use domain::rejection::Rejection;
use domain::shift::ShiftPlan;
use domain::testing::{Bench, call, locate, operator, profile, server, station_id, tap, unit_principal};
use domain::world::World;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A robbery with its unit on scene, a theft that nobody was sent to, an order that is not answered, and a shift that runs.
fn busy() -> (Bench, [UnitId; 2]) {
    let mut bench = Bench::new(1);
    bench.full_check_every = 1_000;
    let report = |bench: &mut Bench, what| {
        let place = locate(&bench.agencies, 37.55, 108.81);
        bench.run(&operator("610824"), Command::ReportIncident(call(what, place))).unwrap().reply.assignments
    };
    let a1 = bench.unit(profile("A1", station_id(1)), 37.55, 108.80);
    let id = report(&mut bench, "criminal/robbery")[0];
    bench.run(&unit_principal(&a1), Command::Acknowledge(tap(id))).unwrap();
    bench.run(&unit_principal(&a1), Command::MarkOnScene(tap(id))).unwrap();
    report(&mut bench, "criminal/theft");
    let a2 = bench.unit(profile("A2", station_id(1)), 37.55, 108.83);
    report(&mut bench, "criminal/robbery");
    let plan = ShiftPlan {
        shift_id: ShiftId(Uuid::from_u128(9)),
        station: station_id(1),
        starts_at: bench.now,
        ends_at: bench.now.plus_ms(7_200_000),
        units: BTreeSet::from([a2.clone()]),
    };
    bench.run(&operator("610824"), Command::PlanShift(PlanShift { plan })).unwrap();
    (bench, [a1, a2])
}

fn raised(bench: &Bench) -> BTreeMap<AlarmKind, usize> {
    let mut raised = BTreeMap::new();
    bench.log().iter().for_each(|recorded| {
        if let domain::event::Event::AlarmRaised { kind, .. } = &recorded.event {
            *raised.entry(*kind).or_default() += 1;
        }
    });
    raised
}

#[test]
fn what_runs_follows_from_the_record_alone_so_a_restart_forgets_nothing() {
    let (mut bench, _) = busy();
    bench.pass(45_000);
    let mut world = World::new(bench.world.log_id().clone());
    for recorded in bench.log() {
        apply(&mut world, recorded);
    }
    let running: BTreeSet<Deadline> = world.post_images().flat_map(|image| deadlines_of(&image)).collect();
    assert!(running.len() >= 4, "{running:?}");
    assert_eq!(running, bench.deadlines().cloned().collect());
}

#[test]
fn a_clock_that_jumps_three_hours_ahead_fires_each_deadline_once_and_what_follows_counts_from_then() {
    let (mut jumped, [a1, a2]) = busy();
    jumped.caught_up = false;
    jumped.now = jumped.now.plus_ms(3 * 3_600_000);
    let arrived_at = jumped.now;
    jumped.fire_due(arrived_at);
    jumped.caught_up = true;
    jumped.check_all();
    jumped.assert_sound();
    assert!(jumped.deadlines().all(|deadline| deadline.due_at > arrived_at), "nothing is due any more");
    let heard = raised(&jumped);
    for kind in [AlarmKind::SafetyCheckMissed, AlarmKind::Undelivered, AlarmKind::NotArrived, AlarmKind::NotDispatched] {
        assert_eq!(heard.get(&kind), Some(&1), "{kind:?}: {heard:?}");
    }
    assert!(!heard.contains_key(&AlarmKind::HandOverUnsigned), "the shift ended late, and its hand-over has its whole time: {heard:?}");
    jumped.pass(900_000);
    assert_eq!(raised(&jumped).get(&AlarmKind::HandOverUnsigned), Some(&1));
    assert_eq!(jumped.world.unit(&a1).unwrap().duty.name(), "engaged");
    assert_eq!(jumped.world.unit(&a2).unwrap().duty.name(), "off_duty");
    jumped.assert_sound();
}

#[test]
fn two_nodes_that_fire_the_same_deadline_and_one_that_fires_too_early_do_it_once() {
    let (mut bench, _) = busy();
    let all: Vec<_> = bench.deadlines().cloned().collect();
    let fire = |deadline: &Deadline| Command::FireDeadline(FireDeadline { deadline: deadline.clone() });
    for deadline in &all {
        assert_eq!(bench.run(&server(), fire(deadline)).unwrap_err(), Rejection::DeadlineGone, "too early");
    }
    bench.pass(8_000_000);
    let before = bench.log().len();
    for deadline in &all {
        assert_eq!(bench.run(&server(), fire(deadline)).unwrap_err(), Rejection::DeadlineGone, "long fired");
    }
    assert_eq!(bench.log().len(), before);
    bench.assert_sound();
}
