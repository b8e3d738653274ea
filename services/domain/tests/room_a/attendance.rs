//! Beat attendance (社区案事件必到现场): ordered once somebody responds, queued when busy, excused only by a reason.

use super::{
    acknowledge, alarms, arrive, assign, beat, clear, community, county, incident, key, names, north, order_of, report, stands, with_mode,
    with_policy,
};
use domain::alarm::AlarmKind;
use domain::assignment::AssignmentRole;
use domain::command::{CloseIncident, Command, Decline, ExcuseAttendance, RecallUnit, ResolveIncident, SignOff, SignOn, Undo};
use domain::ids::{IncidentId, UnitId};
use domain::policy::DispatchMode;
use domain::rejection::Rejection;
use domain::testing::{Bench, Step, profile, station_id, tap, unit_principal};

fn attendance(bench: &Bench, id: IncidentId) -> &'static str {
    incident(bench, id).attendance.as_ref().map_or("none", domain::incident::Attendance::name)
}

fn role_of(bench: &Bench, unit_id: &UnitId) -> AssignmentRole {
    bench.world.assignment(&order_of(bench, unit_id)).unwrap().role
}

fn close(bench: &mut Bench, id: IncidentId, excuse: Option<&str>) -> Result<Step, Rejection> {
    bench.run(&county(), Command::CloseIncident(CloseIncident { incident_id: id, excuse: excuse.map(key), expected_revision: 0 }))
}

fn excuse(id: IncidentId, reason: &str) -> Command {
    Command::ExcuseAttendance(ExcuseAttendance { incident_id: id, reason: key(reason) })
}

/// The station's case car A1 near, the beat's officer C1 and an incident of the beat.
fn bench(what: &str) -> (Bench, UnitId, UnitId, IncidentId) {
    let mut bench = Bench::new(1);
    let a1 = bench.unit(profile("A1", station_id(1)), 37.651, 108.80);
    let c1 = bench.unit(community("C1", beat(1)), 37.69, 108.84);
    let place = north(&bench);
    let id = report(&mut bench, what, place);
    (bench, a1, c1, id)
}

#[test]
fn the_officer_is_ordered_beside_the_primary_and_has_attended_on_arrival() {
    let (mut bench, a1, c1, id) = bench("criminal/shooting");
    // By the table the owner is the case team, so that nobody of the community team goes but for attendance.
    assert_eq!((role_of(&bench, &a1), role_of(&bench, &c1)), (AssignmentRole::Primary, AssignmentRole::BeatAttendance));
    let order = bench.world.assignment(&order_of(&bench, &c1)).unwrap();
    assert_eq!((order.ranking.reasons[0].to_string(), order.lent.is_none()), ("officer_of_beat(610824-01-01)".to_owned(), true));
    assert_eq!(attendance(&bench, id), "ordered");
    arrive(&mut bench, &c1);
    assert_eq!(attendance(&bench, id), "attended");
    arrive(&mut bench, &a1);
    clear(&mut bench, &a1, Some("handled"));
    assert_eq!(incident(&bench, id).state_name(), "on_scene", "the officer is still there");
    clear(&mut bench, &c1, None);
    assert_eq!(incident(&bench, id).state_name(), "resolved");
    close(&mut bench, id, None).unwrap();
    bench.assert_sound();
}

#[test]
fn nobody_attends_before_somebody_responds_and_what_needs_no_unit_needs_no_attendance() {
    let (mut bench, a1, c1, id) = bench("public_order/disturbance");
    assert_eq!((attendance(&bench, id), bench.world.unit(&c1).unwrap().engaged_in()), ("owed", None));
    assign(&mut bench, &county(), id, &a1).unwrap();
    assert_eq!((attendance(&bench, id), role_of(&bench, &c1)), ("ordered", AssignmentRole::BeatAttendance));
    assert!(bench.world.assignment(&order_of(&bench, &c1)).unwrap().lent.is_none(), "attendance is the officer's own work");
    let place = north(&bench);
    let tip = report(&mut bench, "tip_off/drugs", place.clone());
    with_policy(&mut bench, |policy| policy.attendance.enabled = false);
    let off = report(&mut bench, "public_order/disturbance", place);
    assert_eq!((attendance(&bench, tip), attendance(&bench, off)), ("none", "none"));
    bench.assert_sound();
}

#[test]
fn an_officer_who_responds_has_attended_by_it() {
    let (mut bench, _, c1, id) = bench("dispute/neighbour");
    assign(&mut bench, &county(), id, &c1).unwrap();
    assert_eq!((attendance(&bench, id), role_of(&bench, &c1)), ("ordered", AssignmentRole::Primary));
    arrive(&mut bench, &c1);
    assert_eq!(attendance(&bench, id), "attended");
    clear(&mut bench, &c1, Some("mediated"));
    close(&mut bench, id, None).unwrap();
    bench.assert_sound();
}

#[test]
fn a_busy_officer_has_it_queued_and_goes_when_free() {
    let (mut bench, a1, c1, first) = bench("dispute/neighbour");
    assign(&mut bench, &county(), first, &c1).unwrap();
    arrive(&mut bench, &c1);
    let place = north(&bench);
    let second = report(&mut bench, "public_order/disturbance", place);
    assign(&mut bench, &county(), second, &a1).unwrap();
    assert_eq!((attendance(&bench, second), bench.world.unit(&c1).unwrap().queue.len()), ("ordered", 1));
    acknowledge(&mut bench, &a1);
    clear(&mut bench, &c1, Some("mediated"));
    assert_eq!((role_of(&bench, &c1), bench.world.unit(&c1).unwrap().queue.len()), (AssignmentRole::BeatAttendance, 0));
    arrive(&mut bench, &c1);
    assert_eq!(attendance(&bench, second), "attended");
    bench.assert_sound();
}

#[test]
fn a_queued_attendance_never_goes_out_alone() {
    let (mut bench, a1, c1, first) = bench("dispute/neighbour");
    assign(&mut bench, &county(), first, &c1).unwrap();
    arrive(&mut bench, &c1);
    let place = north(&bench);
    let second = report(&mut bench, "public_order/disturbance", place);
    assign(&mut bench, &county(), second, &a1).unwrap();
    acknowledge(&mut bench, &a1);
    clear(&mut bench, &a1, None);
    assert_eq!((incident(&bench, second).state_name(), attendance(&bench, second)), ("classified", "owed"));
    clear(&mut bench, &c1, Some("mediated"));
    assert!(bench.world.unit(&c1).unwrap().engaged_in().is_none());
    assign(&mut bench, &county(), second, &a1).unwrap();
    assert_eq!(role_of(&bench, &c1), AssignmentRole::BeatAttendance, "once somebody responds again");
    bench.assert_sound();
}

#[test]
fn declined_it_is_owed_again_and_closing_names_who_did_not_attend_until_it_is_excused() {
    let (mut bench, a1, c1, id) = bench("criminal/shooting");
    let decline = Decline { tap: tap(order_of(&bench, &c1)), reason: key("busy_on_scene") };
    bench.run(&unit_principal(&c1), Command::Decline(decline)).unwrap();
    assert_eq!((attendance(&bench, id), bench.world.unit(&c1).unwrap().engaged_in()), ("owed", None), "not asked again");
    arrive(&mut bench, &a1);
    clear(&mut bench, &a1, Some("handled"));
    let refused = close(&mut bench, id, None).unwrap_err().to_string();
    assert!(refused.contains("C1 of beat 610824-01-01 has not attended") && refused.contains("busy_on_scene"), "{refused}");
    let refused = close(&mut bench, id, Some("no_such_reason")).unwrap_err();
    assert!(matches!(&refused, Rejection::Invalid { field: "excuse", .. }), "{refused}");
    close(&mut bench, id, Some("busy_on_scene")).unwrap();
    assert_eq!((incident(&bench, id).state_name(), attendance(&bench, id)), ("closed", "excused"));
    bench.assert_sound();
}

#[test]
fn an_excuse_takes_the_order_back_and_the_incident_waits_when_nobody_else_is_on_it() {
    let (mut bench, a1, c1, id) = bench("criminal/shooting");
    acknowledge(&mut bench, &a1);
    acknowledge(&mut bench, &c1);
    let refused = bench.run(&county(), excuse(id, "no_such_reason")).unwrap_err();
    assert!(matches!(&refused, Rejection::Invalid { field: "reason", .. }), "{refused}");
    bench.run(&county(), excuse(id, "settled_by_phone")).unwrap();
    assert_eq!((attendance(&bench, id), bench.world.unit(&c1).unwrap().engaged_in()), ("excused", None));
    assert_eq!(incident(&bench, id).state_name(), "dispatched");
    let refused = bench.run(&county(), excuse(id, "settled_by_phone")).unwrap_err().to_string();
    assert!(refused.contains("attendance at incident 1 is excused"), "{refused}");
    bench.assert_sound();
}

#[test]
fn an_officer_who_signs_on_has_what_is_owed_oldest_first() {
    let (mut bench, a1, c1, first) = bench("public_order/disturbance");
    bench.run(&unit_principal(&c1), Command::SignOff(SignOff { unit_id: c1.clone(), occurred_at: None })).unwrap();
    let a2 = bench.unit(profile("A2", station_id(1)), 37.651, 108.80);
    bench.now = bench.now.plus_ms(1_000);
    let place = north(&bench);
    let second = report(&mut bench, "public_order/disturbance", place);
    assign(&mut bench, &county(), second, &a2).unwrap();
    assign(&mut bench, &county(), first, &a1).unwrap();
    assert_eq!((attendance(&bench, first), attendance(&bench, second)), ("owed", "owed"));
    let step = bench.run(&unit_principal(&c1), Command::SignOn(SignOn { unit_id: c1.clone(), crew: None, occurred_at: None })).unwrap();
    assert!(names(&step.events).contains(&"assignment_queued"), "{:?}", names(&step.events));
    assert_eq!(bench.world.assignment(&order_of(&bench, &c1)).unwrap().incident_id, first);
    let queued = bench.world.unit(&c1).unwrap().queue[0];
    assert_eq!(bench.world.assignment(&queued).unwrap().incident_id, second);
    bench.assert_sound();
}

#[test]
fn an_officer_who_attends_alone_is_no_response() {
    // A primary that declines: the rules look on for one beside the officer.
    let (mut bench, a1, c1, id) = bench("criminal/shooting");
    acknowledge(&mut bench, &c1);
    let decline = Decline { tap: tap(order_of(&bench, &a1)), reason: key("vehicle_trouble") };
    bench.run(&unit_principal(&a1), Command::Decline(decline)).unwrap();
    assert!(incident(&bench, id).seek_primary_at.is_some() && stands(&bench, id, AlarmKind::NoUnit));
    let a2 = bench.unit(profile("A2", station_id(1)), 37.651, 108.80);
    bench.pass(5_000);
    assert_eq!(role_of(&bench, &a2), AssignmentRole::Primary);
    // One that leaves without an outcome: the same.
    acknowledge(&mut bench, &a2);
    clear(&mut bench, &a2, None);
    bench.pass(5_000);
    assert!(bench.world.unit(&a2).unwrap().engaged_in().is_some());
    bench.assert_sound();

    // Where an operator chooses, it waits in the queue again with its clock, and attendance with it.
    for leaves in ["cleared", "recalled", "undone"] {
        let (mut bench, a1, c1, id) = super::attendance::bench("public_order/disturbance");
        assign(&mut bench, &county(), id, &a1).unwrap();
        let order = order_of(&bench, &a1);
        match leaves {
            "cleared" => {
                acknowledge(&mut bench, &a1);
                clear(&mut bench, &a1, None);
            }
            "recalled" => {
                let recall = RecallUnit { assignment_id: order, reason: key("mistake") };
                bench.run(&county(), Command::RecallUnit(recall)).unwrap();
            }
            "undone" => {
                let last = incident(&bench, id).last_change.as_ref().unwrap().seq;
                bench.run(&county(), Command::Undo(Undo { incident_id: id, seq: last })).unwrap();
            }
            _ => unreachable!(),
        }
        assert_eq!((incident(&bench, id).state_name(), attendance(&bench, id)), ("classified", "owed"), "{leaves}");
        assert!(bench.world.unit(&c1).unwrap().engaged_in().is_none(), "{leaves}");
        bench.assert_sound();
    }

    // One that stays silent: the rules look for another there too.
    let (mut bench, a1, c1, id) = super::attendance::bench("public_order/disturbance");
    assign(&mut bench, &county(), id, &a1).unwrap();
    acknowledge(&mut bench, &c1);
    bench.pass(10_000);
    assert!(incident(&bench, id).seek_primary_at.is_some() && bench.world.unit(&c1).unwrap().engaged_in().is_some());
    bench.assert_sound();

    // An officer who is there already stays there, and the room hears that nobody responds.
    let (mut bench, a1, c1, id) = super::attendance::bench("public_order/disturbance");
    assign(&mut bench, &county(), id, &a1).unwrap();
    acknowledge(&mut bench, &a1);
    arrive(&mut bench, &c1);
    clear(&mut bench, &a1, None);
    assert_eq!((incident(&bench, id).state_name(), alarms(&bench, id, AlarmKind::NotDispatched)), ("on_scene", 1));
    bench.assert_sound();
}

#[test]
fn a_silent_officer_is_alarmed_of_like_any_other_unit() {
    let (mut bench, a1, _, id) = bench("criminal/shooting");
    acknowledge(&mut bench, &a1);
    bench.pass(30_000);
    assert_eq!(attendance(&bench, id), "owed");
    assert!(alarms(&bench, id, AlarmKind::Unacknowledged) + alarms(&bench, id, AlarmKind::Undelivered) > 0);
    bench.assert_sound();
}

#[test]
fn the_rules_do_not_take_the_officer_for_attendance_from_a_confirm_mode_room() {
    let mut bench = Bench::new(1);
    with_mode(&mut bench, 3, DispatchMode::Confirm);
    let c1 = bench.unit(community("C1", beat(1)), 37.651, 108.80);
    let place = north(&bench);
    let id = report(&mut bench, "dispute/neighbour", place);
    assert!(incident(&bench, id).proposal.is_some() && attendance(&bench, id) == "owed");
    bench.pass(10_000);
    assert_eq!((role_of(&bench, &c1), attendance(&bench, id)), (AssignmentRole::Primary, "ordered"));
    let resolve = ResolveIncident { incident_id: id, disposition: key("advised"), expected_revision: 0 };
    assert!(bench.run(&county(), Command::ResolveIncident(resolve)).unwrap_err().to_string().contains("C1"));
    bench.assert_sound();
}
