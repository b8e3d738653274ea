//! Random commands, legal and not, against the core and a reference model: both accept the same and come to the same.
//!
//! `PROPTEST_CASES` sets how many sequences are tried, 256 without it. A failure prints the shortest sequence that fails.
#![allow(clippy::unwrap_used)]

mod both;
mod both_room;
mod orders;
mod reference;
mod room;

use both::Both;
use domain::assignment::AssignmentRole as Role;
use domain::classification::Team;
use domain::command::WhenEngaged;
use proptest::prelude::*;
use proptest::sample::Index;
use reference::CALLS;

/// Who gives a command.
#[derive(Clone, Copy, Debug)]
enum Who {
    /// Who should.
    Right,
    /// The county's operator, also where a unit should.
    Operator,
    /// A unit that has nothing to do with it.
    Stranger,
    /// An observer.
    Observer,
}

/// One thing that happens.
#[derive(Clone, Debug)]
enum Act {
    Report {
        call: usize,
        place: usize,
        priority: Option<u8>,
        ahead_ms: i64,
    },
    Assign {
        case: Index,
        orders: Vec<(Index, Option<Role>, WhenEngaged)>,
        stale: bool,
    },
    Tap {
        order: Index,
        to: &'static str,
        said_ms: Option<i64>,
    },
    Decline {
        order: Index,
        known: bool,
    },
    Clear {
        order: Index,
        known: bool,
        outcome: Option<bool>,
    },
    Resolve {
        case: Index,
        known: bool,
        stale: bool,
    },
    Close {
        case: Index,
        stale: bool,
    },
    Reclassify {
        case: Index,
        call: usize,
        stale: bool,
    },
    Recall {
        order: Index,
        known: bool,
    },
    Hold {
        case: Index,
        for_ms: i64,
        known: bool,
        stale: bool,
    },
    Release {
        case: Index,
    },
    Cancel {
        case: Index,
        known: bool,
        stale: bool,
    },
    Reopen {
        case: Index,
        known: bool,
        stale: bool,
    },
    AddCall {
        case: Index,
    },
    SetPriority {
        case: Index,
        priority: u8,
        stale: bool,
    },
    SetOwner {
        case: Index,
        owner: Team,
        known: bool,
        stale: bool,
    },
    SignOn {
        car: Index,
        sworn: Option<u8>,
    },
    SignOff {
        car: Index,
    },
    SetFree {
        car: Index,
        to: u8,
        known: bool,
    },
    Confirm {
        bell: Index,
    },
    /// Some deadline that ever ran: due or not, running or not.
    Fire {
        deadline: Index,
    },
    /// Everything that is due.
    FireDue,
    /// Time passes, and no deadline fires.
    Wait {
        ms: i64,
    },
}

/// One thing that happens, who does it, and who is near: each unit's travel time in seconds, none is not a candidate.
#[derive(Clone, Debug)]
struct Turn {
    who: Who,
    act: Act,
    near: Vec<Option<u64>>,
}

const CARS: usize = 7;

fn act() -> impl Strategy<Value = Act> {
    let role = prop_oneof![
        4 => Just(None),
        1 => Just(Some(Role::Primary)),
        1 => Just(Some(Role::Backup)),
        1 => Just(Some(Role::Overwatch))
    ];
    let when = prop::sample::select(vec![WhenEngaged::Refuse, WhenEngaged::Queue, WhenEngaged::Queue, WhenEngaged::Divert]);
    let index = any::<Index>;
    let call = 0..CALLS.len();
    let mostly = || prop::bool::weighted(0.9);
    let rarely = || prop::bool::weighted(0.1);
    let ahead = prop_oneof![5 => Just(0i64), 2 => -60_000i64..6_000, 1 => Just(5_001i64)];
    let to = prop::sample::select(vec!["delivered", "seen", "acknowledged", "acknowledged", "en_route", "on_scene"]);
    let outcome = prop_oneof![Just(None), Just(Some(true)), Just(Some(true)), Just(Some(false))];
    let wait = prop_oneof![0i64..4_000, Just(5_000), Just(10_000), Just(30_000), 0i64..400_000];
    prop_oneof![
        4 => (call.clone(), 0usize..5, prop::option::weighted(0.2, 1u8..=4), ahead)
            .prop_map(|(call, place, priority, ahead_ms)| Act::Report { call, place, priority, ahead_ms }),
        4 => (index(), prop::collection::vec((index(), role, when), 0..4), rarely())
            .prop_map(|(case, orders, stale)| Act::Assign { case, orders, stale }),
        9 => (index(), to, prop::option::of(-100_000i64..100_000)).prop_map(|(order, to, said_ms)| Act::Tap { order, to, said_ms }),
        3 => (index(), mostly()).prop_map(|(order, known)| Act::Decline { order, known }),
        4 => (index(), mostly(), outcome).prop_map(|(order, known, outcome)| Act::Clear { order, known, outcome }),
        2 => (index(), mostly(), rarely()).prop_map(|(case, known, stale)| Act::Resolve { case, known, stale }),
        2 => (index(), rarely()).prop_map(|(case, stale)| Act::Close { case, stale }),
        3 => (index(), call, rarely()).prop_map(|(case, call, stale)| Act::Reclassify { case, call, stale }),
        3 => (index(), mostly()).prop_map(|(order, known)| Act::Recall { order, known }),
        2 => (index(), -5_000i64..100_000, mostly(), rarely())
            .prop_map(|(case, for_ms, known, stale)| Act::Hold { case, for_ms, known, stale }),
        1 => index().prop_map(|case| Act::Release { case }),
        1 => (index(), mostly(), rarely()).prop_map(|(case, known, stale)| Act::Cancel { case, known, stale }),
        2 => (index(), mostly(), rarely()).prop_map(|(case, known, stale)| Act::Reopen { case, known, stale }),
        1 => index().prop_map(|case| Act::AddCall { case }),
        2 => (index(), 1u8..=4, rarely()).prop_map(|(case, priority, stale)| Act::SetPriority { case, priority, stale }),
        1 => (index(), prop::sample::select(Team::ALL.to_vec()), mostly(), rarely())
            .prop_map(|(case, owner, known, stale)| Act::SetOwner { case, owner, known, stale }),
        2 => (index(), prop::option::of(0u8..3)).prop_map(|(car, sworn)| Act::SignOn { car, sworn }),
        1 => index().prop_map(|car| Act::SignOff { car }),
        2 => (index(), 0u8..3, mostly()).prop_map(|(car, to, known)| Act::SetFree { car, to, known }),
        2 => index().prop_map(|bell| Act::Confirm { bell }),
        3 => index().prop_map(|deadline| Act::Fire { deadline }),
        4 => Just(Act::FireDue),
        4 => wait.prop_map(|ms| Act::Wait { ms }),
    ]
}

fn turn() -> impl Strategy<Value = Turn> {
    let who = prop_oneof![16 => Just(Who::Right), 2 => Just(Who::Operator), 1 => Just(Who::Stranger), 1 => Just(Who::Observer)];
    let near = prop::collection::vec(prop::option::weighted(0.8, 0u64..400), CARS);
    (who, act(), near).prop_map(|(who, act, near)| Turn { who, act, near })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, max_shrink_iters: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn the_core_and_the_reference_model_agree(turns in prop::collection::vec(turn(), 1..80)) {
        let mut both = Both::new();
        for turn in &turns {
            both.turn(turn).map_err(TestCaseError::fail)?;
        }
    }
}
