//! AddCall: more calls about one incident.

use crate::room::{add_call, call_ids, close, give, incident, report, resolve};
use domain::classification::CallSource;
use domain::command::{AddCall, Command};
use domain::incident::MAX_CALLS;
use domain::rejection::Rejection;
use domain::testing::Bench;

#[test]
fn a_call_is_added_and_no_clock_starts_anew() {
    let mut bench = Bench::new(1);
    let id = report(&mut bench, "dispute/neighbour");
    let before = incident(&bench, id).state.clone();
    bench.pass(20_000);
    let call_id = add_call(&mut bench, id).unwrap();
    assert_eq!(call_ids(&bench, id).last(), Some(&call_id));
    assert_eq!(incident(&bench, id).calls.len(), 2);
    assert_eq!(incident(&bench, id).state, before, "the first caller has waited since the first call");
    bench.assert_sound();
}

#[test]
fn a_call_about_what_is_dealt_with_is_added_and_about_what_is_closed_refused() {
    let mut bench = Bench::new(1);
    let id = report(&mut bench, "consultation/advice");
    resolve(&mut bench, id, "advised");
    add_call(&mut bench, id).unwrap();
    close(&mut bench, id);
    let refused = add_call(&mut bench, id).unwrap_err();
    assert!(matches!(&refused, Rejection::IllegalMove { state: "closed", event: "incident_call_added", .. }), "{refused}");
}

#[test]
fn a_call_too_many_is_refused_with_how_many_there_are() {
    let mut bench = Bench::new(1);
    bench.full_check_every = 1_000;
    let id = report(&mut bench, "tip_off/other");
    for _ in 1..MAX_CALLS {
        add_call(&mut bench, id).unwrap();
    }
    let refused = add_call(&mut bench, id).unwrap_err().to_string();
    assert!(refused.contains("with 200 calls") && refused.contains("fewer than 200"), "{refused}");
    assert_eq!(incident(&bench, id).calls.len(), MAX_CALLS);
}

#[test]
fn a_call_that_rings_in_the_future_is_refused() {
    let mut bench = Bench::new(1);
    let incident_id = report(&mut bench, "dispute/neighbour");
    let occurred_at = Some(bench.now.plus_ms(60_000));
    let command = AddCall { incident_id, source: CallSource::Web, private: None, occurred_at };
    let refused = give(&mut bench, Command::AddCall(command)).unwrap_err();
    assert!(matches!(&refused, Rejection::Invalid { field: "occurred_at", .. }), "{refused}");
}
