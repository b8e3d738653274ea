//! CancelIncident and ReopenIncident.

use crate::room::{
    acknowledge, clear, close, give, go_on_scene, has, incident, key, merge, order, order_as, report, report_at, resolve, standing, unit,
};
use domain::assignment::AssignmentState;
use domain::command::{CancelIncident, Command, Decline, ReopenIncident, RequestSupport, WhenEngaged};
use domain::event::Event;
use domain::ids::IncidentId;
use domain::incident::{IncidentFlag, IncidentState};
use domain::rejection::Rejection;
use domain::support::WhistleState;
use domain::testing::{Bench, LOG, Step, tap};
use domain::world::KEEP_CLOSED_MS;

fn cancel(bench: &mut Bench, incident_id: IncidentId) -> Result<Step, Rejection> {
    give(bench, Command::CancelIncident(CancelIncident { incident_id, reason: key("caller_withdrew"), expected_revision: 0 }))
}

fn reopen(bench: &mut Bench, incident_id: IncidentId) -> Result<Step, Rejection> {
    give(bench, Command::ReopenIncident(ReopenIncident { incident_id, reason: key("new_information"), expected_revision: 0 }))
}

#[test]
fn a_cancelled_incident_lets_everybody_go() {
    let mut bench = Bench::new(1);
    let (a1, a2) = (unit(&mut bench, "A1"), unit(&mut bench, "A2"));
    let id = report(&mut bench, "public_order/disturbance");
    let other = report(&mut bench, "public_order/fight");
    let third = report(&mut bench, "criminal/theft");
    let bound = order(&mut bench, id, &a1);
    order(&mut bench, other, &a2);
    let queued = order_as(&mut bench, id, &a2, None, WhenEngaged::Queue);
    let next = order_as(&mut bench, third, &a1, None, WhenEngaged::Queue);
    acknowledge(&mut bench, bound);
    let support = RequestSupport { incident_id: id, to: domain::ids::AgencyId::new(LOG).unwrap(), team: None, reason: key("more_units") };
    let whistle_id = give(&mut bench, Command::RequestSupport(support)).unwrap().reply.whistle.unwrap();
    cancel(&mut bench, id).unwrap();
    assert_eq!(incident(&bench, id).state.name(), "cancelled");
    for order in [bound, queued] {
        let state = &bench.world.assignment(&order).unwrap().state;
        assert!(matches!(state, AssignmentState::Recalled { reason } if reason.as_str() == "cancelled"), "{state:?}");
    }
    assert_eq!(bench.world.assignment(&next).unwrap().state.name(), "offered", "the freed unit goes on");
    assert!(bench.world.unit(&a2).unwrap().queue.is_empty());
    assert_eq!(bench.world.whistle(&whistle_id).unwrap().state, WhistleState::Ended);
    assert!(standing(&bench, id).is_empty());
    let again = cancel(&mut bench, id).unwrap_err();
    assert!(matches!(&again, Rejection::IllegalMove { state: "cancelled", .. }), "{again}");
    bench.assert_sound();
}

#[test]
fn a_reason_that_is_not_in_the_policy_is_refused_with_those_that_are() {
    let mut bench = Bench::new(1);
    let incident_id = report(&mut bench, "dispute/debt");
    let command = CancelIncident { incident_id, reason: key("tired"), expected_revision: 0 };
    let refused = give(&mut bench, Command::CancelIncident(command)).unwrap_err().to_string();
    assert!(refused.contains("tired") && refused.contains("caller_withdrew"), "{refused}");
    let command = CancelIncident { incident_id, reason: key("test"), expected_revision: 1 };
    let stale = give(&mut bench, Command::CancelIncident(command)).unwrap_err();
    assert!(matches!(stale, Rejection::StaleRevision { expected: 1, .. }), "{stale}");
}

#[test]
fn an_incident_opens_again_from_every_way_it_can_end() {
    let mut bench = Bench::new(1);
    let resolved = report(&mut bench, "public_order/disturbance");
    resolve(&mut bench, resolved, "false_call");
    assert!(incident(&bench, resolved).flags.contains(&IncidentFlag::FalseCall));
    let closed = report(&mut bench, "public_order/disturbance");
    resolve(&mut bench, closed, "handled");
    close(&mut bench, closed);
    let cancelled = report(&mut bench, "public_order/disturbance");
    cancel(&mut bench, cancelled).unwrap();
    bench.pass(1_000);
    for (id, number) in [(resolved, 1), (closed, 2), (cancelled, 3)] {
        reopen(&mut bench, id).unwrap();
        let open = incident(&bench, id);
        let IncidentState::Classified { clock: Some(clock), alarmed: false, .. } = open.state else { panic!("{:?}", open.state) };
        assert_eq!(clock.dispatch_by, bench.now.plus_ms(60_000));
        assert_eq!((open.number, open.reopened, open.reopened_at), (number, 1, Some(bench.now)));
        assert!(!open.flags.contains(&IncidentFlag::FalseCall));
        assert!(bench.world.history().get(&id).unwrap().open);
    }
    bench.pass(2 * KEEP_CLOSED_MS);
    assert!(bench.world.incident(&closed).is_some(), "what is open does not leave");
    bench.assert_sound();
}

#[test]
fn what_was_let_go_comes_back_and_is_dispatched_by_its_mode() {
    let mut bench = Bench::new(1);
    let a1 = unit(&mut bench, "A1");
    let id = report(&mut bench, "criminal/robbery");
    let held = bench.world.active_assignments(&incident(&bench, id)).next().unwrap().assignment_id;
    acknowledge(&mut bench, held);
    clear(&mut bench, held, Some("handled"));
    close(&mut bench, id);
    bench.pass(KEEP_CLOSED_MS + 1);
    report_at(&mut bench, "consultation/advice", 37.56, 108.81);
    assert!(bench.world.incident(&id).is_none());
    let step = reopen(&mut bench, id).unwrap();
    assert!(has(&step, |event| matches!(event, Event::IncidentReopened(reopened) if reopened.rehydrated.is_some())));
    let on_it: Vec<_> = bench.world.active_assignments(&incident(&bench, id)).map(|held| held.unit_id.clone()).collect();
    assert_eq!(on_it, vec![a1]);
    bench.assert_sound();
}

#[test]
fn what_is_let_go_by_the_very_event_that_opens_it_again_is_not_lost() {
    let mut bench = Bench::new(1);
    let id = report(&mut bench, "public_order/disturbance");
    resolve(&mut bench, id, "handled");
    close(&mut bench, id);
    bench.pass(KEEP_CLOSED_MS);
    assert!(bench.world.incident(&id).is_some(), "nothing was recorded since");
    reopen(&mut bench, id).unwrap();
    assert_eq!(incident(&bench, id).state.name(), "classified");
    bench.assert_sound();
}

#[test]
fn what_nobody_is_sent_to_opens_again_without_a_clock() {
    let mut bench = Bench::new(1);
    let id = report(&mut bench, "tip_off/other");
    resolve(&mut bench, id, "report_filed");
    reopen(&mut bench, id).unwrap();
    assert!(matches!(incident(&bench, id).state, IncidentState::Classified { clock: None, .. }));
    bench.assert_sound();
}

#[test]
fn an_outcome_from_before_does_not_settle_what_was_opened_again() {
    let mut bench = Bench::new(1);
    let (a1, a2) = (unit(&mut bench, "A1"), unit(&mut bench, "A2"));
    let id = report(&mut bench, "public_order/disturbance");
    let first = order(&mut bench, id, &a1);
    go_on_scene(&mut bench, first);
    clear(&mut bench, first, Some("handled"));
    bench.pass(1_000);
    reopen(&mut bench, id).unwrap();
    let second = order(&mut bench, id, &a2);
    give(&mut bench, Command::Decline(Decline { tap: tap(second), reason: key("too_far") })).unwrap();
    assert_ne!(incident(&bench, id).state.name(), "resolved", "nobody has said how it ended this time");
    bench.assert_sound();
}

#[test]
fn a_merged_one_is_unmerged_not_opened_again_and_an_open_one_neither() {
    let mut bench = Bench::new(1);
    let merged = report(&mut bench, "dispute/neighbour");
    let stays = report(&mut bench, "dispute/neighbour");
    merge(&mut bench, merged, stays).unwrap();
    let refused = reopen(&mut bench, merged).unwrap_err();
    assert!(
        matches!(&refused, Rejection::IllegalMove { state: "merged", possible, .. } if possible == &["incident_unmerged"]),
        "{refused}"
    );
    let refused = reopen(&mut bench, stays).unwrap_err();
    assert!(matches!(&refused, Rejection::IllegalMove { state: "classified", .. }), "{refused}");
}
