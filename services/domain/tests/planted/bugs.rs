//! Planted bugs in calls, orders, the queue, the record and what is private.

use super::{Bug, NARRATIVE, PHONE, Planted, has, without};
use domain::event::{Event, Recorded};
use domain::ids::{AgencyId, UnitId};
use domain::testing::{locate, tree};

fn offers(events: &mut [Recorded]) -> impl Iterator<Item = &mut Box<domain::event::AssignmentOffered>> {
    events.iter_mut().filter_map(|recorded| match &mut recorded.event {
        Event::AssignmentOffered(offered) => Some(offered),
        _ => None,
    })
}

fn reports(events: &mut [Recorded]) -> impl Iterator<Item = &mut Box<domain::event::IncidentReported>> {
    events.iter_mut().filter_map(|recorded| match &mut recorded.event {
        Event::IncidentReported(reported) => Some(reported),
        _ => None,
    })
}

/// Bugs in calls, orders, the queue, the record and what is private.
pub(super) fn bugs() -> Vec<Planted> {
    vec![
        (
            "a busy unit is offered a second order",
            "UNIT-1",
            Bug::Events(|events| {
                let busy = UnitId::new("610824-a12").unwrap();
                offers(events).for_each(|offered| offered.unit_id = busy.clone());
            }),
        ),
        (
            "one order is written twice",
            "UNIT-1",
            Bug::Events(|events| {
                let doubled: Vec<_> = events.iter().filter(|recorded| recorded.event.name() == "assignment_offered").cloned().collect();
                for mut recorded in doubled {
                    if let Event::AssignmentOffered(offered) = &mut recorded.event {
                        offered.assignment_id.0 = uuid::Uuid::from_u128(u128::MAX - u128::from(recorded.meta.seq.0));
                    }
                    events.push(recorded);
                }
            }),
        ),
        (
            "a unit signs off in the middle of its order",
            "UNIT-1",
            Bug::Events(|events| {
                for recorded in events.iter_mut().filter(|recorded| recorded.event.name() == "assignment_en_route") {
                    recorded.event = Event::UnitSignedOff { unit_id: UnitId::new(recorded.meta.actor.as_str()).unwrap() };
                }
            }),
        ),
        (
            "an order is offered to a unit of another log",
            "UNIT-1",
            Bug::Events(|events| {
                let foreign = UnitId::new("610825-a12").unwrap();
                offers(events).for_each(|offered| offered.unit_id = foreign.clone());
            }),
        ),
        ("the unit's outcome does not resolve the incident", "INC-2", Bug::Events(|events| without(events, "incident_resolved"))),
        ("an order does not move its incident", "INC-2", Bug::Events(|events| without(events, "incident_dispatched"))),
        (
            "an incident nobody took does not return to the queue",
            "INC-2",
            Bug::Events(|events| {
                without(events, "incident_returned_to_queue");
            }),
        ),
        (
            "an order that was not delivered does not expire",
            "DLV-1",
            Bug::Events(|events| {
                if has(events, "assignment_expired") {
                    events.clear();
                }
            }),
        ),
        ("the room is not alarmed of an order that was not taken", "DLV-1", Bug::Events(|events| without(events, "alarm_raised"))),
        (
            "the room is not alarmed of an incident nobody was sent to",
            "DLV-1",
            Bug::Events(|events| {
                if has(events, "incident_dispatch_lapsed") {
                    without(events, "alarm_raised");
                }
            }),
        ),
        (
            "an incident in the queue loses its clock's alarm",
            "DLV-1",
            Bug::Events(|events| {
                if has(events, "incident_dispatch_lapsed") {
                    events.clear();
                }
            }),
        ),
        (
            "an incident goes to a station of another county",
            "JUR-1",
            Bug::Events(|events| {
                reports(events).for_each(|reported| reported.station = AgencyId::new("610825-01").unwrap());
            }),
        ),
        (
            "an incident is placed in a beat of another county",
            "JUR-1",
            Bug::Events(|events| {
                let foreign = locate(&tree(9), 37.6, 109.5);
                reports(events).for_each(|reported| reported.place = foreign.clone());
            }),
        ),
        (
            "a unit is registered with a home of another county",
            "JUR-1",
            Bug::Events(|events| {
                for recorded in events {
                    if let Event::UnitRegistered { profile } = &mut recorded.event {
                        profile.home = AgencyId::new("610825-01").unwrap();
                    }
                }
            }),
        ),
        (
            "what the caller said is in a reason",
            "PRV-1",
            Bug::Events(|events| {
                reports(events).for_each(|reported| reported.owner_reasons[0].values.push(NARRATIVE.to_owned()));
            }),
        ),
        (
            "the caller's number is in a reason, written together",
            "PRV-1",
            Bug::Events(|events| {
                reports(events).for_each(|reported| reported.owner_reasons[0].values[0] = PHONE.replace(' ', ""));
            }),
        ),
        ("an acknowledged incident is lost", "INC-1", Bug::After(|bench| bench.lose_last("incident_reported"))),
        ("a byte of a stored event is changed", "AUD-1", Bug::After(|bench| bench.tamper(5))),
    ]
}
