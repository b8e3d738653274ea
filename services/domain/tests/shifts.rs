//! Shifts and their signed hand-over (交接班): planned, ended in mid-assignment, handed over, signed.
#![allow(clippy::unwrap_used, clippy::panic)]

use domain::alarm::AlarmKind;
use domain::assignment::AssignmentState;
use domain::command::{
    AssignUnits, Clear, ClearEmergency, Command, OfferHandOver, PlanShift, RaiseEmergency, SignHandOver, SignOff, UnitOrder, WhenEngaged,
};
use domain::ids::{AgencyId, AssignmentId, IncidentId, ReasonKey, ShiftId, UnitId};
use domain::place::Place;
use domain::reason::Reason;
use domain::rejection::Rejection;
use domain::shift::{ShiftPlan, ShiftState};
use domain::testing::{Bench, Step, call, locate, operator, profile, station_id, tap, unit_principal};
use domain::time::Timestamp;
use domain::unit::Duty;
use std::collections::BTreeSet;
use uuid::Uuid;

const HOUR_MS: u64 = 3_600_000;

fn key(text: &str) -> ReasonKey {
    ReasonKey::new(text).unwrap()
}

fn shift(number: u128) -> ShiftId {
    ShiftId(Uuid::from_u128(number))
}

fn room() -> (Bench, UnitId, UnitId) {
    let mut bench = Bench::new(2);
    let a1 = bench.unit(profile("A1", station_id(1)), 37.55, 108.80);
    let a2 = bench.unit(profile("A2", station_id(1)), 37.55, 108.83);
    (bench, a1, a2)
}

fn plan(number: u128, starts_at: Timestamp, hours: u64, units: &[&UnitId]) -> ShiftPlan {
    let units = units.iter().map(|id| (*id).clone()).collect::<BTreeSet<_>>();
    ShiftPlan { shift_id: shift(number), station: station_id(1), starts_at, ends_at: starts_at.plus_ms(hours * HOUR_MS), units }
}

fn put(bench: &mut Bench, plan: ShiftPlan) -> Result<Step, Rejection> {
    bench.run(&operator("610824-01"), Command::PlanShift(PlanShift { plan }))
}

fn refused(bench: &mut Bench, plan: ShiftPlan) -> String {
    put(bench, plan).unwrap_err().to_string()
}

fn send(bench: &mut Bench, unit_id: &UnitId, when_engaged: WhenEngaged) -> (IncidentId, AssignmentId) {
    let place = locate(&bench.agencies, 37.55, 108.81);
    let step = bench.run(&operator("610824-01"), Command::ReportIncident(call("criminal/theft", place))).unwrap();
    let incident_id = step.reply.reported.unwrap().0;
    let order = UnitOrder { unit_id: unit_id.clone(), role: None, when_engaged };
    let assign = AssignUnits { incident_id, orders: vec![order], expected_revision: 0 };
    (incident_id, bench.run(&operator("610824-01"), Command::AssignUnits(assign)).unwrap().reply.assignments[0])
}

fn done(bench: &mut Bench, unit_id: &UnitId, id: AssignmentId) {
    let clear = Clear { tap: tap(id), reason: key("done"), disposition: Some(key("handled")), feedback: None };
    bench.run(&unit_principal(unit_id), Command::Clear(clear)).unwrap();
}

fn is_on_duty(bench: &Bench, unit_id: &UnitId) -> bool {
    bench.world.unit(unit_id).unwrap().duty != Duty::Off
}

#[test]
fn a_plan_that_can_not_be_is_refused_and_says_what_is_wrong() {
    let (mut bench, a1, _) = room();
    let now = bench.now;
    assert!(refused(&mut bench, plan(1, now, 0, &[])).contains("plan.ends_at \"0 ms after its start\""));
    assert!(refused(&mut bench, plan(1, now, 25, &[])).contains("expected 1 to 86400000 ms after its start"));
    let past = Timestamp(now.0 - 7_200_000);
    assert!(refused(&mut bench, plan(1, past, 2, &[])).contains("a time that is still to come"));
    let (ghost, other) = (UnitId::new("610824-z9").unwrap(), UnitId::new("610824-z8").unwrap());
    let unknown = refused(&mut bench, plan(1, now, 8, &[&a1, &ghost, &other]));
    assert!(unknown.contains("unit 610824-z8, 610824-z9 is not known"), "{unknown}");
    let b1 = bench.unit(profile("B1", station_id(2)), 37.55, 108.90);
    let foreign = refused(&mut bench, plan(1, now, 8, &[&a1, &b1]));
    assert!(foreign.contains("\"610824-b1\" is not valid: expected units of 610824-01 or below"), "{foreign}");
    let many: Vec<_> = (0..201).map(|number| UnitId::new(&format!("610824-x{number}")).unwrap()).collect();
    let many = refused(&mut bench, plan(1, now, 8, &many.iter().collect::<Vec<_>>()));
    assert!(many.contains("expected at most 200"), "{many}");
    let nowhere = ShiftPlan { station: AgencyId::new("610824-99").unwrap(), ..plan(1, now, 8, &[]) };
    assert!(bench.run(&operator("610824"), Command::PlanShift(PlanShift { plan: nowhere })).is_err());
    assert_eq!(bench.world.shifts().count(), 0, "nothing half-applied");
    bench.assert_sound();
}

#[test]
fn no_unit_works_in_two_shifts_at_a_time() {
    let (mut bench, a1, a2) = room();
    let now = bench.now;
    put(&mut bench, plan(1, now, 8, &[&a1])).unwrap();
    let both = refused(&mut bench, plan(2, now.plus_ms(7 * HOUR_MS), 8, &[&a1, &a2]));
    assert!(both.contains("610824-a1 in shift 00000000-0000-0000-0000-000000000002"), "{both}");
    assert!(both.contains("not in shift 00000000-0000-0000-0000-000000000001 of 610824-01"), "{both}");
    put(&mut bench, plan(2, now.plus_ms(7 * HOUR_MS), 8, &[&a2])).unwrap();
    put(&mut bench, plan(3, now.plus_ms(8 * HOUR_MS), 7, &[&a1])).unwrap();
    // Planned anew it does not stand in its own way, but it stays its station's.
    put(&mut bench, plan(1, now, 7, &[&a1])).unwrap();
    let stolen = ShiftPlan { station: station_id(2), ..plan(1, now, 7, &[]) };
    let stolen = bench.run(&operator("610824-02"), Command::PlanShift(PlanShift { plan: stolen })).unwrap_err().to_string();
    assert!(stolen.contains("expected 610824-01, whose shift it is"), "{stolen}");
    assert_eq!(bench.world.unit(&a1).unwrap().shift, Some(shift(1)), "the earliest it is in");
    bench.assert_sound();
}

#[test]
fn at_its_end_the_free_go_off_and_the_engaged_when_their_assignment_ends() {
    let (mut bench, a1, a2) = room();
    let now = bench.now;
    put(&mut bench, plan(1, now, 8, &[&a1, &a2])).unwrap();
    bench.pass(8 * HOUR_MS - 10_000);
    let (_, id) = send(&mut bench, &a1, WhenEngaged::Refuse);
    bench.run(&unit_principal(&a1), Command::Acknowledge(tap(id))).unwrap();
    let (waiting, queued) = send(&mut bench, &a1, WhenEngaged::Queue);
    bench.pass(10_000);
    assert!(matches!(bench.world.shift(&shift(1)).unwrap().state, ShiftState::Ended { sign_by: Some(_) }));
    assert!(!is_on_duty(&bench, &a2) && is_on_duty(&bench, &a1));
    assert!(bench.world.unit(&a1).unwrap().off_after);
    // What waited for it is somebody else's at once, and it goes when it is done.
    assert!(
        matches!(&bench.world.assignment(&queued).unwrap().state, AssignmentState::Recalled { reason } if reason.as_str() == "replaced")
    );
    assert_eq!(bench.world.incident(&waiting).unwrap().state.name(), "classified");
    done(&mut bench, &a1, id);
    assert!(!is_on_duty(&bench, &a1));
    let anew = put(&mut bench, plan(1, now, 9, &[])).unwrap_err().to_string();
    assert!(anew.contains("is ended") && anew.contains("shift_planned is not possible"), "{anew}");
    bench.assert_sound();
}

#[test]
fn who_works_on_in_the_next_shift_stays_and_tomorrows_shift_does_not_hide_todays() {
    let (mut bench, a1, a2) = room();
    let now = bench.now;
    put(&mut bench, plan(1, now, 8, &[&a1, &a2])).unwrap();
    put(&mut bench, plan(2, now.plus_ms(8 * HOUR_MS), 8, &[&a1])).unwrap();
    put(&mut bench, plan(3, now.plus_ms(24 * HOUR_MS), 8, &[&a2])).unwrap();
    bench.pass(8 * HOUR_MS);
    assert!(is_on_duty(&bench, &a1), "its next shift has begun");
    assert!(!is_on_duty(&bench, &a2), "its next shift is tomorrow's");
    assert_eq!(bench.world.unit(&a2).unwrap().shift, Some(shift(3)));
    bench.pass(8 * HOUR_MS);
    assert!(!is_on_duty(&bench, &a1));
    bench.assert_sound();
}

#[test]
fn a_unit_whose_shift_has_ended_is_not_chosen_by_the_rules() {
    let (mut bench, a1, a2) = room();
    let now = bench.now;
    put(&mut bench, plan(1, now, 8, &[&a1])).unwrap();
    let (_, id) = send(&mut bench, &a1, WhenEngaged::Refuse);
    bench.run(&unit_principal(&a1), Command::Acknowledge(tap(id))).unwrap();
    bench.pass(8 * HOUR_MS);
    let place = locate(&bench.agencies, 37.55, 108.80);
    let step = bench.run(&operator("610824-01"), Command::ReportIncident(call("criminal/robbery", place))).unwrap();
    let order = bench.world.assignment(&step.reply.assignments[0]).unwrap();
    assert_eq!(order.unit_id, a2);
    let line = order.not_taken.iter().find(|line| line.unit_id == a1).unwrap();
    assert!(line.reasons.contains(&Reason::shift_ended()), "{line:?}");
    bench.assert_sound();
}

#[test]
fn a_unit_in_an_emergency_stays_on_duty_until_the_room_has_ended_it() {
    let (mut bench, a1, _) = room();
    let now = bench.now;
    put(&mut bench, plan(1, now, 8, &[&a1])).unwrap();
    bench.pass(8 * HOUR_MS - 1_000);
    let press = RaiseEmergency { unit_id: a1.clone(), place: Place::Unverified, occurred_at: None };
    bench.run(&unit_principal(&a1), Command::RaiseEmergency(press)).unwrap();
    bench.pass(1_000);
    assert!(is_on_duty(&bench, &a1));
    let safe = ClearEmergency { unit_id: a1.clone(), reason: key("safe") };
    bench.run(&operator("610824-01"), Command::ClearEmergency(safe)).unwrap();
    assert!(!is_on_duty(&bench, &a1));
    bench.assert_sound();
}

#[test]
fn a_hand_over_counts_what_is_open_and_is_signed_by_somebody_else() {
    let (mut bench, a1, _) = room();
    let now = bench.now;
    put(&mut bench, plan(1, now, 8, &[])).unwrap();
    let (ours, theirs) = (operator("610824-01"), operator("610824"));
    let sign = || Command::SignHandOver(SignHandOver { shift_id: shift(1) });
    let offer = || Command::OfferHandOver(OfferHandOver { shift_id: shift(1), notes: None });
    bench.pass(8 * HOUR_MS - 120_000);
    send(&mut bench, &a1, WhenEngaged::Refuse);
    let elsewhere = locate(&bench.agencies, 37.55, 108.90);
    bench.run(&theirs, Command::ReportIncident(call("criminal/theft", elsewhere))).unwrap();
    bench.pass(15_000);
    bench.run(&ours, offer()).unwrap();
    let hand_over = bench.world.shift(&shift(1)).unwrap().hand_over.clone().unwrap();
    assert_eq!((hand_over.open_incidents, hand_over.standing_alarms, hand_over.open_whistles), (1, 1, 0));
    let early = bench.run(&theirs, sign()).unwrap_err().to_string();
    assert!(early.contains("is planned") && early.contains("shift_hand_over_signed is not possible"), "{early}");
    bench.pass(105_000);
    assert!(bench.world.shift(&shift(1)).unwrap().hand_over.is_some(), "the offer stands");
    let own = bench.run(&ours, sign()).unwrap_err().to_string();
    assert!(own.contains("expected an operator other than op-610824-01"), "{own}");
    bench.run(&theirs, sign()).unwrap();
    let handed_over = bench.world.shift(&shift(1)).unwrap();
    assert_eq!(handed_over.state, ShiftState::HandedOver);
    assert_eq!(handed_over.hand_over.as_ref().unwrap().signed.as_ref().unwrap().0.as_str(), "op-610824");
    assert!(bench.run(&ours, offer()).is_err());
    bench.pass(3_600_000);
    assert!(!bench.world.alarms().any(|alarm| alarm.kind == AlarmKind::HandOverUnsigned));
    bench.assert_sound();
}

#[test]
fn an_unsigned_hand_over_alarms_the_stations_room_once_until_all_of_them_are_signed() {
    let (mut bench, ..) = room();
    let now = bench.now;
    put(&mut bench, plan(1, now, 8, &[])).unwrap();
    put(&mut bench, plan(2, now, 8, &[])).unwrap();
    let standing = |bench: &Bench| {
        let alarms = bench.world.alarms().filter(|alarm| alarm.kind == AlarmKind::HandOverUnsigned && alarm.end.is_none());
        alarms.map(|alarm| alarm.station.clone()).collect::<Vec<_>>()
    };
    bench.pass(8 * HOUR_MS + 899_999);
    assert!(standing(&bench).is_empty());
    bench.pass(1);
    assert_eq!(standing(&bench), [station_id(1)]);
    bench.pass(24 * HOUR_MS);
    assert_eq!(standing(&bench), [station_id(1)]);
    for (number, left) in [(1, 1), (2, 0)] {
        let unsigned = bench.run(&operator("610824"), Command::SignHandOver(SignHandOver { shift_id: shift(number) }));
        assert!(unsigned.unwrap_err().to_string().contains("ended and not handed over"));
        let offer = OfferHandOver { shift_id: shift(number), notes: None };
        bench.run(&operator("610824-01"), Command::OfferHandOver(offer)).unwrap();
        bench.run(&operator("610824"), Command::SignHandOver(SignHandOver { shift_id: shift(number) })).unwrap();
        assert_eq!(standing(&bench).len(), left);
    }
    bench.assert_sound();
}

#[test]
fn signing_off_takes_back_what_waited_and_is_refused_while_engaged() {
    let (mut bench, a1, _) = room();
    let (_, id) = send(&mut bench, &a1, WhenEngaged::Refuse);
    bench.run(&unit_principal(&a1), Command::Acknowledge(tap(id))).unwrap();
    let off = || Command::SignOff(SignOff { unit_id: unit_id_of("a1"), occurred_at: None });
    assert!(bench.run(&unit_principal(&a1), off()).is_err());
    done(&mut bench, &a1, id);
    bench.run(&unit_principal(&a1), off()).unwrap();
    assert!(!is_on_duty(&bench, &a1) && bench.world.unit(&a1).unwrap().queue.is_empty());
    bench.assert_sound();
}

fn unit_id_of(name: &str) -> UnitId {
    UnitId::new(&format!("610824-{name}")).unwrap()
}
