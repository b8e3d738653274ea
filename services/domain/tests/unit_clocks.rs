//! The clocks of a unit on its way, on scene and after it: arrival, safety check, lost contact, feedback. Each alarms the room once.
#![allow(clippy::unwrap_used, clippy::panic)]

use domain::alarm::{Alarm, AlarmKind};
use domain::assignment::AssignmentState;
use domain::command::{
    AssignUnits, Clear, CloseIncident, Command, ConfirmAlarm, ConfirmSafe, NoteContact, ReopenIncident, SubmitFeedback, UnitOrder,
    WhenEngaged,
};
use domain::event::Event;
use domain::ids::{AssignmentId, IncidentId, ReasonKey, UnitId};
use domain::policy::ArrivalModel;
use domain::rejection::Rejection;
use domain::testing::{Bench, Step, call, locate, operator, profile, server, station_id, tap, unit_principal};
use domain::unit::UnitKind;
use std::sync::Arc;

fn key(text: &str) -> ReasonKey {
    ReasonKey::new(text).unwrap()
}

fn bench() -> (Bench, UnitId) {
    let mut bench = Bench::new(1);
    let a1 = bench.unit(profile("A1", station_id(1)), 37.55, 108.80);
    (bench, a1)
}

fn report(bench: &mut Bench, what: &str) -> (IncidentId, Option<AssignmentId>) {
    let place = locate(&bench.agencies, 37.55, 108.81);
    let step = bench.run(&operator("610824-01"), Command::ReportIncident(call(what, place))).unwrap();
    (step.reply.reported.unwrap().0, step.reply.assignments.first().copied())
}

fn robbery(bench: &mut Bench) -> (IncidentId, AssignmentId) {
    let (incident_id, order) = report(bench, "criminal/robbery");
    (incident_id, order.unwrap())
}

fn take(bench: &mut Bench, id: AssignmentId, on_scene: bool) {
    let unit = unit_principal(&bench.world.assignment(&id).unwrap().unit_id.clone());
    bench.run(&unit, Command::Acknowledge(tap(id))).unwrap();
    if on_scene {
        bench.run(&unit, Command::MarkOnScene(tap(id))).unwrap();
    }
}

fn clear(bench: &mut Bench, id: AssignmentId, disposition: Option<&str>) -> Step {
    let unit = unit_principal(&bench.world.assignment(&id).unwrap().unit_id.clone());
    let clear = Clear { tap: tap(id), reason: key("done"), disposition: disposition.map(key), feedback: None };
    bench.run(&unit, Command::Clear(clear)).unwrap()
}

fn submit(bench: &mut Bench, id: AssignmentId, disposition: &str) -> Result<Step, Rejection> {
    let unit = unit_principal(&bench.world.assignment(&id).unwrap().unit_id.clone());
    bench.run(&unit, Command::SubmitFeedback(SubmitFeedback { tap: tap(id), disposition: key(disposition), feedback: None }))
}

fn safe(bench: &mut Bench, id: AssignmentId) -> Result<Step, Rejection> {
    let unit = unit_principal(&bench.world.assignment(&id).unwrap().unit_id.clone());
    bench.run(&unit, Command::ConfirmSafe(ConfirmSafe { tap: tap(id) }))
}

fn contact(bench: &mut Bench, unit_id: &UnitId, lost: bool) -> usize {
    bench.run(&server(), Command::NoteContact(NoteContact { unit_id: unit_id.clone(), lost })).unwrap().events.len()
}

fn alarms(bench: &Bench, kind: AlarmKind) -> Vec<Alarm> {
    bench.world.alarms().filter(|alarm| alarm.kind == kind).map(|alarm| (**alarm).clone()).collect()
}

fn standing(bench: &Bench, kind: AlarmKind) -> usize {
    alarms(bench, kind).iter().filter(|alarm| alarm.end.is_none()).count()
}

fn confirm_all(bench: &mut Bench, kind: AlarmKind) {
    for alarm in alarms(bench, kind).iter().filter(|alarm| alarm.end.is_none()) {
        bench.run(&operator("610824"), Command::ConfirmAlarm(ConfirmAlarm { alarm_id: alarm.alarm_id })).unwrap();
    }
}

#[test]
fn by_place_class_the_room_hears_once_that_nobody_came_and_no_more_when_somebody_does() {
    let (mut bench, _) = bench();
    let (incident_id, id) = robbery(&mut bench);
    let arrive_by = bench.world.incident(&incident_id).unwrap().arrival.unwrap().arrive_by;
    assert_eq!(arrive_by, bench.now.plus_ms(300_000), "the first class of place holds where the place has none");
    take(&mut bench, id, false);
    bench.pass(299_999);
    assert!(alarms(&bench, AlarmKind::NotArrived).is_empty());
    bench.pass(1);
    assert_eq!(standing(&bench, AlarmKind::NotArrived), 1);
    confirm_all(&mut bench, AlarmKind::NotArrived);
    bench.pass(3_600_000);
    assert_eq!(alarms(&bench, AlarmKind::NotArrived).len(), 1, "one lapse, one alarm");
    bench.run(&unit_principal(&bench.world.assignment(&id).unwrap().unit_id.clone()), Command::MarkOnScene(tap(id))).unwrap();
    assert!(bench.world.incident(&incident_id).unwrap().arrival.is_none());
    bench.assert_sound();
}

#[test]
fn who_arrives_ends_the_alarm_and_who_leaves_again_is_not_late() {
    let (mut bench, a1) = bench();
    let (incident_id, id) = robbery(&mut bench);
    take(&mut bench, id, false);
    bench.pass(300_000);
    assert_eq!(standing(&bench, AlarmKind::NotArrived), 1);
    bench.run(&unit_principal(&a1), Command::MarkOnScene(tap(id))).unwrap();
    assert_eq!(standing(&bench, AlarmKind::NotArrived), 0);
    clear(&mut bench, id, None);
    assert_eq!(bench.world.incident(&incident_id).unwrap().state.name(), "dispatched", "A1 is asked again: nobody else is there");
    bench.pass(1_000_000);
    assert_eq!(alarms(&bench, AlarmKind::NotArrived).len(), 1);
    bench.assert_sound();
}

#[test]
fn places_of_a_class_without_a_clock_and_priorities_without_one_have_none() {
    let (mut bench, _) = bench();
    let (quiet, _) = report(&mut bench, "dispute/family");
    assert!(bench.world.incident(&quiet).unwrap().arrival.is_none());
    let nodes = bench.agencies.nodes().cloned().map(|mut node| {
        node.place_class = (node.agency_id == station_id(1)).then(|| key("rural"));
        node
    });
    let log_id = bench.agencies.log_id().clone();
    bench.agencies = Arc::new(domain::agency::AgencyTree::new(log_id, "Asia/Shanghai".to_owned(), nodes.collect()).unwrap());
    let (rural, _) = robbery(&mut bench);
    assert!(bench.world.incident(&rural).unwrap().arrival.is_none());
    bench.assert_sound();
}

#[test]
fn by_echelon_the_first_order_starts_the_clock_and_the_second_does_not() {
    let mut bench = Bench::new(1);
    let mut policy = (*bench.policy).clone();
    policy.arrival_model = ArrivalModel::Echelon;
    bench.policy = Arc::new(policy);
    let county = domain::ids::AgencyId::new("610824").unwrap();
    bench.unit(profile("C1", county), 37.55, 108.81);
    let a1 = bench.unit(profile("A1", station_id(1)), 37.55, 108.83);
    let (incident_id, _) = robbery(&mut bench);
    let arrive_by = bench.world.incident(&incident_id).unwrap().arrival.unwrap().arrive_by;
    assert_eq!(arrive_by, bench.now.plus_ms(180_000), "C1 is of the county");
    bench.pass(1_000);
    let order = UnitOrder { unit_id: a1, role: None, when_engaged: WhenEngaged::Refuse };
    let assign = AssignUnits { incident_id, orders: vec![order], expected_revision: 0 };
    bench.run(&operator("610824-01"), Command::AssignUnits(assign)).unwrap();
    assert_eq!(bench.world.incident(&incident_id).unwrap().arrival.unwrap().arrive_by, arrive_by);
    // Nobody takes it: a clock that was set is not set anew by the next order.
    bench.pass(179_000);
    assert_eq!(alarms(&bench, AlarmKind::NotArrived).len(), 1);
    bench.pass(600_000);
    assert_eq!(alarms(&bench, AlarmKind::NotArrived).len(), 1);
    bench.assert_sound();
}

#[test]
fn a_unit_on_scene_says_every_ten_minutes_that_it_is_safe_and_only_it_can() {
    let (mut bench, a1) = bench();
    let (_, id) = robbery(&mut bench);
    take(&mut bench, id, true);
    bench.pass(599_999);
    let confirm = Command::ConfirmSafe(ConfirmSafe { tap: tap(id) });
    assert!(matches!(bench.run(&operator("610824"), confirm).unwrap_err(), Rejection::Forbidden { .. }));
    safe(&mut bench, id).unwrap();
    bench.pass(599_999);
    assert!(alarms(&bench, AlarmKind::SafetyCheckMissed).is_empty(), "the check began anew");
    bench.pass(1);
    assert_eq!(alarms(&bench, AlarmKind::SafetyCheckMissed)[0].unit_id, Some(a1));
    confirm_all(&mut bench, AlarmKind::SafetyCheckMissed);
    bench.pass(3_600_000);
    assert_eq!(alarms(&bench, AlarmKind::SafetyCheckMissed).len(), 1, "one lapse, one alarm");
    safe(&mut bench, id).unwrap();
    bench.pass(600_000);
    assert_eq!(standing(&bench, AlarmKind::SafetyCheckMissed), 1, "the next lapse is another");
    safe(&mut bench, id).unwrap();
    assert_eq!(standing(&bench, AlarmKind::SafetyCheckMissed), 0, "it spoke");
    bench.pass(600_000);
    clear(&mut bench, id, Some("handled"));
    assert_eq!(standing(&bench, AlarmKind::SafetyCheckMissed), 0, "it left");
    assert!(safe(&mut bench, id).is_err(), "nobody asks any more");
    bench.assert_sound();
}

#[test]
fn a_drone_is_never_asked_and_does_not_arrive_in_place_of_the_unit_on_the_ground() {
    let (mut bench, a1) = bench();
    let mut drone = profile("D1", station_id(1));
    (drone.kind, drone.sworn) = (UnitKind::Drone, 0);
    let drone = bench.unit(drone, 37.55, 108.81);
    let (incident_id, id) = robbery(&mut bench);
    assert_eq!(bench.world.assignment(&id).unwrap().unit_id, a1);
    let role = Some(domain::assignment::AssignmentRole::Overwatch);
    let order = UnitOrder { unit_id: drone, role, when_engaged: WhenEngaged::Refuse };
    let assign = AssignUnits { incident_id, orders: vec![order], expected_revision: 0 };
    let over = bench.run(&operator("610824-01"), Command::AssignUnits(assign)).unwrap().reply.assignments[0];
    take(&mut bench, over, true);
    assert_eq!(bench.world.assignment(&over).unwrap().safety_check, None);
    assert_eq!(bench.world.incident(&incident_id).unwrap().state.name(), "dispatched");
    take(&mut bench, id, true);
    assert_eq!(bench.world.incident(&incident_id).unwrap().state.name(), "on_scene");
    bench.assert_sound();
}

#[test]
fn lost_contact_sounds_once_for_a_unit_that_took_its_order_and_for_no_other() {
    let (mut bench, a1) = bench();
    assert_eq!(contact(&mut bench, &a1, true), 0, "it is not engaged");
    let (incident_id, id) = robbery(&mut bench);
    assert_eq!(contact(&mut bench, &a1, true), 0, "the order's own clocks run");
    take(&mut bench, id, false);
    assert_eq!(contact(&mut bench, &a1, false), 0, "nothing was lost");
    assert_eq!(contact(&mut bench, &a1, true), 2);
    assert_eq!(contact(&mut bench, &a1, true), 0);
    confirm_all(&mut bench, AlarmKind::LostContact);
    assert_eq!(contact(&mut bench, &a1, true), 0, "one silence, one alarm");
    assert!(bench.world.unit(&a1).unwrap().contact_lost_at.is_some());
    assert_eq!(contact(&mut bench, &a1, false), 1);
    assert_eq!(contact(&mut bench, &a1, true), 2, "another silence");
    let alarm = alarms(&bench, AlarmKind::LostContact).into_iter().find(|alarm| alarm.end.is_none()).unwrap();
    assert_eq!((alarm.unit_id.as_ref(), alarm.incident_id), (Some(&a1), Some(incident_id)));
    assert_eq!(contact(&mut bench, &a1, false), 2);
    assert_eq!(standing(&bench, AlarmKind::LostContact), 0);
    contact(&mut bench, &a1, true);
    clear(&mut bench, id, Some("handled"));
    assert_eq!(standing(&bench, AlarmKind::LostContact), 0, "ends with the assignment");
    bench.assert_sound();
}

#[test]
fn a_primary_that_leaves_without_an_outcome_owes_one_and_the_room_hears_once() {
    let (mut bench, a1) = bench();
    let (incident_id, order) = report(&mut bench, "criminal/theft");
    assert!(order.is_none());
    let order = UnitOrder { unit_id: a1, role: None, when_engaged: WhenEngaged::Refuse };
    let assign = AssignUnits { incident_id, orders: vec![order], expected_revision: 0 };
    let id = bench.run(&operator("610824-01"), Command::AssignUnits(assign)).unwrap().reply.assignments[0];
    take(&mut bench, id, true);
    assert!(submit(&mut bench, id, "handled").is_err(), "it is not cleared yet");
    clear(&mut bench, id, None);
    let state = |bench: &Bench| bench.world.incident(&incident_id).unwrap().state.name();
    assert_eq!(state(&bench), "classified");
    bench.pass(1_799_999);
    assert!(alarms(&bench, AlarmKind::FeedbackOverdue).is_empty());
    bench.pass(1);
    confirm_all(&mut bench, AlarmKind::FeedbackOverdue);
    bench.pass(3_600_000);
    assert_eq!(alarms(&bench, AlarmKind::FeedbackOverdue).len(), 1, "one lapse, one alarm");
    let refused = submit(&mut bench, id, "went_well").unwrap_err();
    assert!(refused.to_string().contains("disposition \"went_well\" is not valid: expected one of handled"), "{refused}");
    submit(&mut bench, id, "report_filed").unwrap();
    assert_eq!(state(&bench), "resolved", "it waited with nobody on it: that is its outcome");
    assert_eq!(standing(&bench, AlarmKind::FeedbackOverdue), 0);
    let AssignmentState::Cleared { disposition, .. } = &bench.world.assignment(&id).unwrap().state else { panic!("cleared") };
    assert_eq!(disposition.as_ref().unwrap().as_str(), "report_filed");
    bench.assert_sound();
}

#[test]
fn disputes_have_a_day_and_what_was_given_or_not_owed_runs_no_clock() {
    let (mut bench, a1) = bench();
    let (incident_id, _) = report(&mut bench, "dispute/family");
    let a2 = bench.unit(profile("A2", station_id(1)), 37.55, 108.83);
    let order = |unit_id: &UnitId| UnitOrder { unit_id: unit_id.clone(), role: None, when_engaged: WhenEngaged::Refuse };
    let assign = AssignUnits { incident_id, orders: vec![order(&a1), order(&a2)], expected_revision: 0 };
    let ids = bench.run(&operator("610824-01"), Command::AssignUnits(assign)).unwrap().reply.assignments;
    ids.iter().for_each(|id| take(&mut bench, *id, true));
    clear(&mut bench, ids[1], None);
    assert_eq!(bench.world.assignment(&ids[1]).unwrap().feedback_clock, None, "a backup owes none");
    clear(&mut bench, ids[0], None);
    let clock = bench.world.assignment(&ids[0]).unwrap().feedback_clock.unwrap();
    assert_eq!(clock.due_at, bench.now.plus_ms(86_400_000));
    bench.assert_sound();
}

#[test]
fn an_outcome_of_before_does_not_settle_what_was_opened_again() {
    let (mut bench, a1) = bench();
    let a2 = bench.unit(profile("A2", station_id(1)), 37.55, 108.83);
    let (incident_id, _) = report(&mut bench, "criminal/theft");
    let order = |unit_id: &UnitId| UnitOrder { unit_id: unit_id.clone(), role: None, when_engaged: WhenEngaged::Refuse };
    let assign = AssignUnits { incident_id, orders: vec![order(&a1), order(&a2)], expected_revision: 0 };
    let ids = bench.run(&operator("610824-01"), Command::AssignUnits(assign)).unwrap().reply.assignments;
    ids.iter().for_each(|id| take(&mut bench, *id, true));
    clear(&mut bench, ids[0], None);
    clear(&mut bench, ids[1], Some("handled"));
    assert!(bench.world.assignment(&ids[0]).unwrap().feedback_clock.is_some(), "still owed until it is closed");
    let close = CloseIncident { incident_id, excuse: None, expected_revision: 0 };
    bench.run(&operator("610824-01"), Command::CloseIncident(close)).unwrap();
    assert!(bench.world.assignment(&ids[0]).unwrap().feedback_clock.is_none());
    let reopen = ReopenIncident { incident_id, reason: key("again"), expected_revision: 0 };
    bench.run(&operator("610824-01"), Command::ReopenIncident(reopen)).unwrap();
    submit(&mut bench, ids[0], "handled").unwrap();
    assert_eq!(bench.world.incident(&incident_id).unwrap().state.name(), "classified");
    bench.pass(7_200_000);
    assert!(alarms(&bench, AlarmKind::FeedbackOverdue).is_empty());
    let lapsed = |event: &Event| matches!(event, Event::AssignmentFeedbackLapsed(_));
    assert!(!bench.log().iter().any(|recorded| lapsed(&recorded.event)));
    bench.assert_sound();
}
