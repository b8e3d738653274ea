//! Diverting: off what a unit is on, for something more urgent.

use crate::room::{Room, codes, reason};
use domain::alarm::AlarmKind;
use domain::assignment::AssignmentRole::{Backup, Primary};
use domain::assignment::AssignmentState;
use domain::classification::Team;
use domain::command::WhenEngaged;
use domain::policy::DispatchMode;
use domain::rejection::Rejection;

#[test]
fn a_unit_goes_to_what_is_more_urgent() {
    let mut room = Room::new();
    let a1 = room.car("A1", Team::Case, 1.0);
    let less = room.report("public_order/trespass");
    let left = room.order(less, &a1, WhenEngaged::Refuse).unwrap();
    let more = room.report("public_order/fight");
    let order = room.order(more, &a1, WhenEngaged::Divert).unwrap();
    assert_eq!(room.assignment(left).state, AssignmentState::Recalled { reason: reason("diverted") });
    assert_eq!((room.incident(less).state.name(), room.incident(more).state.name()), ("classified", "dispatched"));
    assert_eq!(room.on(&a1).engaged_in(), Some(order));
    let why: Vec<String> = room.assignment(order).ranking.reasons.iter().map(ToString::to_string).collect();
    let number = room.incident(less).number;
    assert!(why.contains(&format!("diverted_from({number})")) && codes(room.assignment(order)).contains(&"chosen_by_operator"));
    // It waits for an operator, with a clock of its own.
    room.bench.pass(60_000);
    assert_eq!(room.alarms(less), [AlarmKind::NotDispatched]);
    room.bench.assert_sound();
}

#[test]
fn what_it_leaves_is_looked_at_at_once_where_the_rules_dispatch() {
    let mut room = Room::new();
    room.mode(2, DispatchMode::Automatic);
    let a1 = room.car("A1", Team::Case, 1.0);
    let less = room.report("public_order/fight");
    assert_eq!(room.sent(less).len(), 1);
    room.car("A2", Team::Case, 5.0);
    let more = room.report("criminal/robbery");
    assert_eq!(room.sent(more), [("A2".to_owned(), Primary)]);
    room.order(more, &a1, WhenEngaged::Divert).unwrap();
    let a3 = room.car("A3", Team::Case, 7.0);
    assert!(room.sent(less).is_empty(), "the candidates of the order are for another place");
    room.bench.pass(0);
    assert_eq!(room.sent(less), [("A3".to_owned(), Primary)]);
    assert_eq!(room.on(&a3).engaged_in().is_some(), room.alarms(less).is_empty());
    room.bench.assert_sound();
}

#[test]
fn a_primary_that_is_diverted_is_sought_while_others_are_on_it() {
    let mut room = Room::new();
    room.mode(2, DispatchMode::Automatic);
    let a1 = room.car("A1", Team::Case, 1.0);
    let b1 = room.car("B1", Team::Case, 6.0);
    let less = room.report("public_order/fight");
    room.order(less, &b1, WhenEngaged::Refuse).unwrap();
    let more = room.report("criminal/robbery");
    room.order(more, &a1, WhenEngaged::Divert).unwrap();
    assert_eq!(room.sent(less), [("B1".to_owned(), Backup)]);
    assert_eq!(room.incident(less).seek_primary_at, Some(room.bench.now));
    room.car("A2", Team::Case, 2.0);
    room.bench.pass(0);
    assert!(room.sent(less).contains(&("A2".to_owned(), Primary)), "{:?}", room.sent(less));
    room.bench.assert_sound();
}

#[test]
fn only_for_something_more_urgent_and_not_from_a_scene() {
    let mut room = Room::new();
    let a1 = room.car("A1", Team::Case, 1.0);
    let first = room.report("public_order/fight");
    let order = room.order(first, &a1, WhenEngaged::Refuse).unwrap();
    let number = room.incident(first).number;
    let same = room.report("public_order/fight");
    let why = |refused: Result<_, Rejection>| match refused {
        Err(Rejection::NotEligible { reasons, .. }) => reasons.iter().map(ToString::to_string).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    assert_eq!(why(room.order(same, &a1, WhenEngaged::Divert)), [format!("not_more_urgent({number}, 2)")]);
    room.acknowledge(order);
    room.arrive(order);
    let more = room.report("criminal/robbery");
    assert_eq!(why(room.order(more, &a1, WhenEngaged::Divert)), [format!("on_scene_elsewhere({number})")]);
    let less = room.report("public_order/trespass");
    let both = [format!("not_more_urgent({number}, 2)"), format!("on_scene_elsewhere({number})")];
    assert_eq!(why(room.order(less, &a1, WhenEngaged::Divert)), both);
    room.bench.assert_sound();
}

#[test]
fn what_is_settled_already_is_not_looked_at_again() {
    let mut room = Room::new();
    let (a1, a2) = (room.car("A1", Team::Case, 1.0), room.car("A2", Team::Case, 2.0));
    let less = room.report("public_order/trespass");
    let first = room.order(less, &a1, WhenEngaged::Refuse).unwrap();
    room.order(less, &a2, WhenEngaged::Refuse).unwrap();
    room.acknowledge(first);
    room.clear(first, Some("handled"));
    let more = room.report("public_order/fight");
    room.order(more, &a2, WhenEngaged::Divert).unwrap();
    assert_eq!(room.incident(less).state.name(), "resolved");
    room.bench.assert_sound();
}
