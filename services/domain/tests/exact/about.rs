//! What an event is about, as time lines and projections find it.

use crate::room::{LAT, LON};
use crate::room::{agency, car, give, key, order, orders, report, report_at};
use domain::alarm::AlarmKind;
use domain::classification::Team;
use domain::command::{AnswerSupport, Command, EndSupport, MergeIncidents, RaiseEmergency, RequestSupport, WhenEngaged};
use domain::event::About;
use domain::testing::{Bench, operator, unit_principal};

fn about(bench: &Bench, name: &str) -> About {
    bench.log().iter().rev().find(|recorded| recorded.event.name() == name).unwrap_or_else(|| panic!("no {name}")).event.about()
}

#[test]
fn orders_are_about_their_incident_their_unit_and_themselves() {
    let mut bench = Bench::new(1);
    let (a1, a2) = (car(&mut bench, "A1", Team::Case, 1.0), car(&mut bench, "A2", Team::Case, 2.0));
    assert_eq!(about(&bench, "unit_registered"), About { unit_id: Some(a2.clone()), ..About::default() });
    let first = report(&mut bench, "public_order/disturbance");
    assert_eq!(about(&bench, "incident_reported"), About { incident_id: Some(first), ..About::default() });
    let offered = order(&mut bench, first, &a1);
    let all_three = |assignment_id, incident_id| About {
        incident_id: Some(incident_id),
        assignment_id: Some(assignment_id),
        unit_id: Some(a1.clone()),
        ..About::default()
    };
    assert_eq!(about(&bench, "assignment_offered"), all_three(offered, first));
    let second = report_at(&mut bench, "public_order/disturbance", LAT, LON + 0.02);
    let queued = give(&mut bench, orders(second, &[&a1], WhenEngaged::Queue)).unwrap().reply.assignments[0];
    assert_eq!(about(&bench, "assignment_queued"), all_three(queued, second));
    let other = order(&mut bench, second, &a2);
    give(&mut bench, Command::MergeIncidents(MergeIncidents { incident_id: second, into: first, expected_revision: 0 })).unwrap();
    let moved = About { incident_id: Some(first), assignment_id: Some(other), ..About::default() };
    assert_eq!(about(&bench, "assignment_moved"), moved, "where it is now");
    bench.pass(10_000);
    let raised = About { incident_id: Some(first), unit_id: Some(a2), ..About::default() };
    assert_eq!(about(&bench, "alarm_raised"), raised);
    assert!(bench.world.standing_alarms(first).all(|alarm| alarm.kind == AlarmKind::Undelivered));
    let last = bench.world.alarms_of(first).last().unwrap().alarm_id;
    give(&mut bench, Command::ConfirmAlarm(domain::command::ConfirmAlarm { alarm_id: last })).unwrap();
    assert_eq!(about(&bench, "alarm_ended"), About { alarm_id: Some(last), ..About::default() });
    let place = crate::room::at(&bench, LAT, LON);
    let raise = RaiseEmergency { unit_id: a1.clone(), place, occurred_at: None };
    let step = bench.run(&unit_principal(&a1), Command::RaiseEmergency(raise)).unwrap();
    let opened = step.reply.reported.unwrap().0;
    let pressed = About { incident_id: Some(opened), unit_id: Some(a1), ..About::default() };
    assert_eq!(about(&bench, "unit_emergency_raised"), pressed);
    bench.assert_sound();
}

#[test]
fn support_is_about_its_incident_when_asked_and_about_itself_from_then_on() {
    let mut bench = Bench::new(2);
    let id = report(&mut bench, "dispute/debt");
    let request = RequestSupport { incident_id: id, to: agency("610824-02"), team: None, reason: key("more_units") };
    let whistle_id = bench.run(&operator("610824-01"), Command::RequestSupport(request)).unwrap().reply.whistle.unwrap();
    assert_eq!(about(&bench, "support_requested"), About { incident_id: Some(id), ..About::default() });
    let itself = About { whistle_id: Some(whistle_id), ..About::default() };
    bench.pass(120_000);
    assert_eq!(about(&bench, "support_climbed"), itself);
    give(&mut bench, Command::AnswerSupport(AnswerSupport { whistle_id, accepted: true, reason: None })).unwrap();
    assert_eq!(about(&bench, "support_answered"), itself);
    give(&mut bench, Command::EndSupport(EndSupport { whistle_id })).unwrap();
    assert_eq!(about(&bench, "support_ended"), itself);
    bench.assert_sound();
}
