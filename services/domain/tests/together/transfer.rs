//! Transfers: the first receiver keeps the incident until the other side accepts.

use crate::room::{give, go_on_scene, incident, key, order, order_as, report, standing, unit};
use domain::alarm::AlarmKind;
use domain::assignment::AssignmentState;
use domain::classification::TransferTarget;
use domain::command::{AnswerTransfer, Command, TransferIncident, WhenEngaged};
use domain::ids::IncidentId;
use domain::incident::IncidentState;
use domain::rejection::Rejection;
use domain::testing::{Bench, Step};

fn ask(bench: &mut Bench, incident_id: IncidentId, reason: &str) -> Result<Step, Rejection> {
    let command = TransferIncident { incident_id, to: TransferTarget::CitizensLine12345, reason: key(reason), expected_revision: 0 };
    give(bench, Command::TransferIncident(command))
}

fn answer(bench: &mut Bench, incident_id: IncidentId, accepted: bool, reason: Option<&str>) -> Result<Step, Rejection> {
    give(bench, Command::AnswerTransfer(AnswerTransfer { incident_id, accepted, reason: reason.map(key) }))
}

#[test]
fn an_accepted_one_is_theirs_and_its_units_go_on_to_what_waits_for_them() {
    let mut bench = Bench::new(1);
    let a1 = unit(&mut bench, "A1");
    let id = report(&mut bench, "public_order/disturbance");
    let next = report(&mut bench, "public_order/fight");
    let held = order(&mut bench, id, &a1);
    go_on_scene(&mut bench, held);
    let waits = order_as(&mut bench, next, &a1, None, WhenEngaged::Queue);
    ask(&mut bench, id, "not_police").unwrap();
    assert_eq!(incident(&bench, id).state, IncidentState::OnScene, "the unit stays until they accept");
    answer(&mut bench, id, true, None).unwrap();
    assert_eq!(incident(&bench, id).state, IncidentState::Transferred { to: TransferTarget::CitizensLine12345 });
    assert!(
        matches!(&bench.world.assignment(&held).unwrap().state, AssignmentState::Recalled { reason } if reason.as_str() == "superseded")
    );
    assert_eq!(bench.world.assignment(&waits).unwrap().state.name(), "offered");
    assert_eq!(incident(&bench, next).state, IncidentState::Dispatched);
    assert!(standing(&bench, id).is_empty());
    bench.assert_sound();
}

#[test]
fn a_refused_one_goes_on_as_it_was_and_the_room_hears_of_it() {
    let mut bench = Bench::new(1);
    let id = report(&mut bench, "non_police/noise");
    let before = incident(&bench, id).state.clone();
    ask(&mut bench, id, "not_police").unwrap();
    let without = answer(&mut bench, id, false, None).unwrap_err();
    assert!(matches!(&without, Rejection::Invalid { field: "reason", .. }), "{without}");
    answer(&mut bench, id, false, Some("no_capacity")).unwrap();
    assert_eq!((&incident(&bench, id).state, &incident(&bench, id).transfer), (&before, &None));
    assert_eq!(standing(&bench, id), vec![AlarmKind::TransferRefused]);
    let again = answer(&mut bench, id, true, None).unwrap_err();
    assert!(matches!(&again, Rejection::IllegalMove { event: "incident_transfer_ended", .. }), "{again}");
    ask(&mut bench, id, "not_police").unwrap();
    bench.assert_sound();
}

#[test]
fn an_unanswered_one_alarms_once_and_can_still_be_answered() {
    let mut bench = Bench::new(1);
    let id = report(&mut bench, "non_police/noise");
    ask(&mut bench, id, "not_police").unwrap();
    bench.pass(119_999);
    assert!(standing(&bench, id).is_empty());
    bench.pass(600_000);
    assert_eq!(standing(&bench, id), vec![AlarmKind::TransferUnanswered]);
    assert_eq!(bench.world.alarms_of(id).count(), 1);
    answer(&mut bench, id, true, None).unwrap();
    assert_eq!(incident(&bench, id).state.name(), "transferred");
    assert!(standing(&bench, id).is_empty());
    bench.assert_sound();
}

#[test]
fn a_second_one_is_refused_while_the_first_waits_and_names_whom_it_waits_for() {
    let mut bench = Bench::new(1);
    let id = report(&mut bench, "non_police/noise");
    let unknown = ask(&mut bench, id, "tired").unwrap_err().to_string();
    assert!(unknown.contains("not_police"), "{unknown}");
    ask(&mut bench, id, "not_police").unwrap();
    let refused = ask(&mut bench, id, "not_police").unwrap_err().to_string();
    assert!(refused.contains("citizens_line12345"), "{refused}");
}
