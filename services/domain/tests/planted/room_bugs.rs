//! Planted bugs in the rules of the room: callers, queues, safety, and every other clock.

use super::{Bug, Planted, has, without};
use domain::event::{Event, Recorded};
use domain::ids::{IncidentId, UnitId};
use uuid::Uuid;

/// What the morning must do, so that each of these bugs has something to spoil.
pub(super) const NEEDED: [&str; 12] = [
    "assignment_queued",
    "assignment_activated",
    "unit_queue_reordered",
    "incident_call_added",
    "incident_merged",
    "incident_unmerged",
    "unit_emergency_raised",
    "unit_contact_lost",
    "assignment_safety_lapsed",
    "incident_arrival_lapsed",
    "shift_ended",
    "shift_hand_over_lapsed",
];

const NOWHERE: IncidentId = IncidentId(Uuid::max());

/// The alarm that goes with an event of this name is not raised.
fn unheard(events: &mut Vec<Recorded>, name: &str) {
    if has(events, name) {
        without(events, "alarm_raised");
    }
}

/// A commit with an event of this name is forgotten.
fn forgotten(events: &mut Vec<Recorded>, name: &str) {
    if has(events, name) {
        events.clear();
    }
}

fn each(events: &mut [Recorded], change: impl Fn(&mut Event)) {
    events.iter_mut().for_each(|recorded| change(&mut recorded.event));
}

/// Bugs in the rules of the room.
pub(super) fn bugs() -> Vec<Planted> {
    let mut bugs = callers();
    bugs.extend(queues());
    bugs.extend(safety());
    bugs.extend(clocks());
    bugs
}

fn callers() -> Vec<Planted> {
    vec![
        (
            "a second call is recorded for an incident that is not there",
            "INC-3",
            Bug::Events(|events| {
                each(events, |event| {
                    if let Event::IncidentCallAdded(added) = event {
                        added.incident_id = NOWHERE;
                    }
                });
            }),
        ),
        (
            "a merge sends the callers nowhere",
            "INC-3",
            Bug::Events(|events| {
                each(events, |event| {
                    if let Event::IncidentMerged { into, .. } = event {
                        *into = NOWHERE;
                    }
                });
            }),
        ),
        (
            "an unmerged incident's callers stay with the other too",
            "INC-3",
            Bug::Events(|events| {
                each(events, |event| {
                    if let Event::IncidentUnmerged(unmerged) = event {
                        unmerged.from = NOWHERE;
                    }
                });
            }),
        ),
        (
            "a call comes in twice",
            "INC-3",
            Bug::Events(|events| {
                let doubled: Vec<_> = events.iter().filter(|recorded| recorded.event.name() == "incident_call_added").cloned().collect();
                events.extend(doubled);
            }),
        ),
    ]
}

fn queues() -> Vec<Planted> {
    vec![
        (
            "an order waits for a unit that does not know of it",
            "UNIT-1",
            Bug::Events(|events| {
                each(events, |event| {
                    if let Event::AssignmentQueued(queued) = event {
                        queued.unit_id = UnitId::new("610825-a12").unwrap();
                    }
                });
            }),
        ),
        (
            "a queue that is put in order loses one",
            "UNIT-1",
            Bug::Events(|events| {
                each(events, |event| {
                    if let Event::UnitQueueReordered { queue, .. } = event {
                        queue.pop();
                    }
                });
            }),
        ),
        (
            "a queue that is put in order has one twice",
            "UNIT-1",
            Bug::Events(|events| {
                each(events, |event| {
                    if let Event::UnitQueueReordered { queue, .. } = event {
                        queue.extend(queue.first().copied());
                    }
                });
            }),
        ),
    ]
}

fn safety() -> Vec<Planted> {
    vec![
        ("the room is not alarmed of an emergency", "SAFE-1", Bug::Events(|events| unheard(events, "unit_emergency_raised"))),
        (
            "an emergency is of an incident that is not there",
            "SAFE-1",
            Bug::Events(|events| {
                each(events, |event| {
                    if let Event::UnitEmergencyRaised(raised) = event {
                        raised.incident_id = NOWHERE;
                    }
                });
            }),
        ),
        ("an emergency is not ended with its alarm", "SAFE-1", Bug::Events(|events| without(events, "unit_emergency_cleared"))),
        ("the room is not alarmed of a missed safety check", "DLV-1", Bug::Events(|events| unheard(events, "assignment_safety_lapsed"))),
        ("the room is not alarmed of lost contact", "DLV-1", Bug::Events(|events| unheard(events, "unit_contact_lost"))),
    ]
}

fn clocks() -> Vec<Planted> {
    vec![
        ("the room is not alarmed that nobody came", "DLV-1", Bug::Events(|events| unheard(events, "incident_arrival_lapsed"))),
        ("the room is not alarmed of an unsigned hand-over", "DLV-1", Bug::Events(|events| unheard(events, "shift_hand_over_lapsed"))),
        ("the end of a shift is forgotten", "DLV-1", Bug::Events(|events| forgotten(events, "shift_ended"))),
        ("a missed safety check is forgotten", "DLV-1", Bug::Events(|events| forgotten(events, "assignment_safety_lapsed"))),
        (
            "the room is alarmed twice of one thing",
            "DLV-1",
            Bug::Events(|events| {
                let doubled: Vec<_> = events.iter().filter(|recorded| recorded.event.name() == "alarm_raised").cloned().collect();
                for mut recorded in doubled {
                    if let Event::AlarmRaised { alarm_id, .. } = &mut recorded.event {
                        alarm_id.0 = Uuid::from_u128(u128::MAX - alarm_id.0.as_u128());
                    }
                    events.push(recorded);
                }
            }),
        ),
    ]
}
