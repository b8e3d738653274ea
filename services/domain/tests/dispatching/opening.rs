//! Opening an incident by a call: its times, and the desk that took it.

use crate::room::{LAT, LON, Room};
use domain::command::{Command, ReportIncident};
use domain::ids::AgencyId;
use domain::testing::{call, locate, operator};

fn a_call(room: &Room, kind: &str) -> ReportIncident {
    call(kind, locate(&room.bench.agencies, LAT, LON))
}

#[test]
fn a_call_rings_before_it_is_answered_and_not_in_the_future() {
    let mut room = Room::new();
    let now = room.bench.now;
    let rang = now.plus_ms(0);
    let given = |occurred_at, answered_at| ReportIncident { occurred_at, answered_at, ..a_call(&Room::new(), "dispute/family") };
    room.bench.pass(60_000);
    let later = room.bench.now.plus_ms(5_001);
    for (command, field) in [
        (given(Some(rang.plus_ms(10_000)), Some(rang)), "answered_at"),
        (given(Some(rang), Some(later)), "answered_at"),
        (given(Some(later), None), "occurred_at"),
    ] {
        let refused = room.operate(Command::ReportIncident(command)).unwrap_err().to_string();
        assert!(refused.starts_with(field), "{refused}");
    }
    let step = room.operate(Command::ReportIncident(given(Some(rang), Some(rang.plus_ms(8_000))))).unwrap();
    let id = step.reply.reported.unwrap().0;
    assert_eq!((room.incident(id).reported_at, room.incident(id).answered_at), (rang, Some(rang.plus_ms(8_000))));
    room.bench.assert_sound();
}

#[test]
fn what_a_desk_took_is_passed_down_and_priority_1_goes_at_once() {
    let mut room = Room::new();
    room.mode(2, domain::policy::DispatchMode::Automatic);
    room.car("A1", domain::classification::Team::Case, 1.0);
    room.car("A2", domain::classification::Team::Case, 2.0);
    let desk = Some(AgencyId::new("610824").unwrap());
    let report = |room: &mut Room, kind: &str| {
        let command = ReportIncident { desk: desk.clone(), ..a_call(room, kind) };
        let step = room.bench.run(&operator("610824"), Command::ReportIncident(command)).unwrap();
        step.reply.reported.unwrap().0
    };
    let urgent = report(&mut room, "criminal/robbery");
    assert_eq!((room.sent(urgent).len(), room.incident(urgent).passing.is_some()), (1, true));
    let id = report(&mut room, "public_order/fight");
    assert_eq!((room.sent(id).len(), room.incident(id).state_name()), (0, "passed_down"));
    room.bench.pass(60_000);
    assert_eq!(room.sent(id).len(), 1, "the desk above dispatches when nobody signed");
    room.bench.assert_sound();
}
