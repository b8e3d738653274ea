//! What may happen in the test, who does it, and how often each is tried.

use super::rules::{AREAS, CALLS, CARS, ROOMS, SPOTS};
use domain::assignment::AssignmentRole as Role;
use domain::classification::Team;
use domain::command::WhenEngaged;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// Who gives a command.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Who {
    /// Who should.
    Right,
    /// The county's operator, also where a unit should.
    Operator,
    /// The operator of one station.
    Station(usize),
    /// A unit that has nothing to do with it.
    Stranger,
    /// An observer.
    Observer,
}

/// One thing that happens.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    Report {
        call: usize,
        spot: usize,
        priority: Option<u8>,
        ahead_ms: i64,
        passed_down: bool,
    },
    Assign {
        case: Index,
        orders: Vec<(Index, Option<Role>, WhenEngaged)>,
        stale: bool,
    },
    Reorder {
        car: Index,
        turned: bool,
        short: bool,
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
    ConfirmSafe {
        order: Index,
    },
    FeedBack {
        order: Index,
        known: bool,
    },
    Resolve {
        case: Index,
        known: bool,
        stale: bool,
    },
    Close {
        case: Index,
        excuse: Option<bool>,
        stale: bool,
    },
    Excuse {
        case: Index,
        known: bool,
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
    PassDown {
        case: Index,
        from_desk: bool,
        stale: bool,
    },
    Sign {
        case: Index,
    },
    ConfirmProposal {
        case: Index,
        stale: bool,
    },
    RejectProposal {
        case: Index,
        stale: bool,
    },
    Merge {
        case: Index,
        into: Index,
        stale: bool,
    },
    Unmerge {
        case: Index,
    },
    Split {
        case: Index,
        call: Index,
        what: usize,
        spot: usize,
        stale: bool,
    },
    Transfer {
        case: Index,
        known: bool,
        stale: bool,
    },
    Answer {
        case: Index,
        accepted: bool,
        reason: Option<bool>,
    },
    /// Of the change that was last, or of one before.
    Undo {
        case: Index,
        right: bool,
    },
    StartWar {
        area: usize,
        for_ms: i64,
        known: bool,
    },
    EndWar {
        area: usize,
    },
    OnTheSpot {
        car: Index,
        call: usize,
        spot: usize,
    },
    Press {
        car: Index,
        spot: usize,
    },
    Settle {
        car: Index,
        known: bool,
    },
    Contact {
        car: Index,
        lost: bool,
    },
    Plan {
        shift: Index,
        station: usize,
        in_ms: i64,
        for_ms: i64,
        cars: Vec<Index>,
    },
    OfferHandOver {
        shift: Index,
    },
    SignHandOver {
        shift: Index,
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
    /// Time passes until the next deadline is due, or almost.
    WaitForNext {
        short_ms: i64,
    },
}

/// One thing that happens, who does it, and who is near: each unit's travel time in seconds, none is not a candidate.
#[derive(Clone, Debug)]
pub(crate) struct Turn {
    pub(crate) who: Who,
    pub(crate) act: Act,
    pub(crate) near: Vec<Option<u64>>,
}

fn mostly() -> impl Strategy<Value = bool> {
    prop::bool::weighted(0.9)
}

fn rarely() -> impl Strategy<Value = bool> {
    prop::bool::weighted(0.08)
}

fn index() -> impl Strategy<Value = Index> {
    any::<Index>()
}

/// What a unit does.
fn by_unit() -> impl Strategy<Value = Act> {
    let to = select(vec!["delivered", "seen", "acknowledged", "acknowledged", "acknowledged", "en_route", "on_scene", "on_scene"]);
    let outcome = prop_oneof![2 => Just(None), 4 => Just(Some(true)), 1 => Just(Some(false))];
    prop_oneof![
        14 => (index(), to, prop::option::of(-100_000i64..100_000)).prop_map(|(order, to, said_ms)| Act::Tap { order, to, said_ms }),
        3 => (index(), mostly()).prop_map(|(order, known)| Act::Decline { order, known }),
        6 => (index(), mostly(), outcome).prop_map(|(order, known, outcome)| Act::Clear { order, known, outcome }),
        2 => index().prop_map(|order| Act::ConfirmSafe { order }),
        2 => (index(), mostly()).prop_map(|(order, known)| Act::FeedBack { order, known }),
        2 => (index(), prop::option::of(0u8..3)).prop_map(|(car, sworn)| Act::SignOn { car, sworn }),
        1 => index().prop_map(|car| Act::SignOff { car }),
        2 => (index(), 0u8..3, mostly()).prop_map(|(car, to, known)| Act::SetFree { car, to, known }),
    ]
}

/// What an operator says of an incident.
fn by_room() -> impl Strategy<Value = Act> {
    let call = 0..CALLS.len();
    let excuse = prop_oneof![Just(None), Just(Some(true)), Just(Some(false))];
    prop_oneof![
        2 => (index(), mostly(), rarely()).prop_map(|(case, known, stale)| Act::Resolve { case, known, stale }),
        2 => (index(), excuse, rarely()).prop_map(|(case, excuse, stale)| Act::Close { case, excuse, stale }),
        3 => (index(), prop::bool::weighted(0.7)).prop_map(|(case, known)| Act::Excuse { case, known }),
        3 => (index(), call, rarely()).prop_map(|(case, call, stale)| Act::Reclassify { case, call, stale }),
        2 => (index(), -5_000i64..100_000, mostly(), rarely())
            .prop_map(|(case, for_ms, known, stale)| Act::Hold { case, for_ms, known, stale }),
        1 => index().prop_map(|case| Act::Release { case }),
        1 => (index(), mostly(), rarely()).prop_map(|(case, known, stale)| Act::Cancel { case, known, stale }),
        2 => (index(), mostly(), rarely()).prop_map(|(case, known, stale)| Act::Reopen { case, known, stale }),
        1 => index().prop_map(|case| Act::AddCall { case }),
        2 => (index(), 1u8..=4, rarely()).prop_map(|(case, priority, stale)| Act::SetPriority { case, priority, stale }),
        1 => (index(), select(Team::ALL.to_vec()), mostly(), rarely())
            .prop_map(|(case, owner, known, stale)| Act::SetOwner { case, owner, known, stale }),
        1 => (index(), mostly(), rarely()).prop_map(|(case, from_desk, stale)| Act::PassDown { case, from_desk, stale }),
        2 => index().prop_map(|case| Act::Sign { case }),
        1 => (index(), rarely()).prop_map(|(case, stale)| Act::ConfirmProposal { case, stale }),
        1 => (index(), rarely()).prop_map(|(case, stale)| Act::RejectProposal { case, stale }),
    ]
}

/// What an operator makes of incidents together.
fn joint() -> impl Strategy<Value = Act> {
    let reason = prop_oneof![1 => Just(None), 4 => Just(Some(true)), 1 => Just(Some(false))];
    prop_oneof![
        4 => (index(), index(), rarely()).prop_map(|(case, into, stale)| Act::Merge { case, into, stale }),
        2 => index().prop_map(|case| Act::Unmerge { case }),
        2 => (index(), index(), 0..CALLS.len(), 0..SPOTS.len(), rarely())
            .prop_map(|(case, call, what, spot, stale)| Act::Split { case, call, what, spot, stale }),
        2 => (index(), mostly(), rarely()).prop_map(|(case, known, stale)| Act::Transfer { case, known, stale }),
        2 => (index(), any::<bool>(), reason).prop_map(|(case, accepted, reason)| Act::Answer { case, accepted, reason }),
        6 => (index(), mostly()).prop_map(|(case, right)| Act::Undo { case, right }),
    ]
}

/// What is not everyday.
fn special() -> impl Strategy<Value = Act> {
    let spot = 0..SPOTS.len();
    let cars = prop::collection::vec(index(), 0..4);
    prop_oneof![
        2 => (0..AREAS.len(), -1_000i64..400_000, mostly()).prop_map(|(area, for_ms, known)| Act::StartWar { area, for_ms, known }),
        1 => (0..AREAS.len()).prop_map(|area| Act::EndWar { area }),
        3 => (index(), 0..CALLS.len(), spot.clone()).prop_map(|(car, call, spot)| Act::OnTheSpot { car, call, spot }),
        2 => (index(), spot).prop_map(|(car, spot)| Act::Press { car, spot }),
        3 => (index(), mostly()).prop_map(|(car, known)| Act::Settle { car, known }),
        2 => (index(), prop::bool::weighted(0.7)).prop_map(|(car, lost)| Act::Contact { car, lost }),
        4 => (index(), 0..ROOMS.len(), -60_000i64..60_000, -1_000i64..300_000, cars)
            .prop_map(|(shift, station, in_ms, for_ms, cars)| Act::Plan { shift, station, in_ms, for_ms, cars }),
        2 => index().prop_map(|shift| Act::OfferHandOver { shift }),
        2 => index().prop_map(|shift| Act::SignHandOver { shift }),
    ]
}

fn act() -> impl Strategy<Value = Act> {
    let role = prop_oneof![
        5 => Just(None),
        1 => Just(Some(Role::Primary)),
        1 => Just(Some(Role::Backup)),
        1 => Just(Some(Role::Overwatch))
    ];
    let when = select(vec![WhenEngaged::Refuse, WhenEngaged::Queue, WhenEngaged::Queue, WhenEngaged::Divert]);
    let ahead = prop_oneof![5 => Just(0i64), 2 => -60_000i64..6_000, 1 => Just(5_001i64)];
    let wait = prop_oneof![
        4 => 0i64..4_000,
        4 => Just(5_000),
        4 => Just(10_000),
        6 => Just(30_000),
        2 => Just(60_000),
        4 => 0i64..400_000,
        1 => Just(600_000),
        1 => Just(1_800_000)
    ];
    prop_oneof![
        5 => (0..CALLS.len(), 0..SPOTS.len(), prop::option::weighted(0.2, 1u8..=4), ahead, prop::bool::weighted(0.3)).prop_map(
            |(call, spot, priority, ahead_ms, passed_down)| Act::Report { call, spot, priority, ahead_ms, passed_down }
        ),
        5 => (index(), prop::collection::vec((index(), role, when), 0..4), rarely())
            .prop_map(|(case, orders, stale)| Act::Assign { case, orders, stale }),
        1 => (index(), any::<bool>(), rarely()).prop_map(|(car, turned, short)| Act::Reorder { car, turned, short }),
        3 => (index(), mostly()).prop_map(|(order, known)| Act::Recall { order, known }),
        20 => by_unit(),
        16 => by_room(),
        10 => joint(),
        7 => special(),
        2 => index().prop_map(|bell| Act::Confirm { bell }),
        3 => index().prop_map(|deadline| Act::Fire { deadline }),
        5 => Just(Act::FireDue),
        5 => wait.prop_map(|ms| Act::Wait { ms }),
        3 => (0i64..2).prop_map(|short_ms| Act::WaitForNext { short_ms }),
    ]
}

/// What happens one after the other: mostly one thing, now and then a change that is undone about ten minutes later.
pub(crate) fn turns() -> impl Strategy<Value = Vec<Turn>> {
    let undone = (index(), 1u8..=4, turn(), 599_997i64..600_001).prop_map(|(case, priority, turn, ms)| {
        let acts = [Act::SetPriority { case, priority, stale: false }, Act::Wait { ms }, Act::Undo { case, right: true }];
        acts.map(|act| Turn { who: Who::Right, act, near: turn.near.clone() }).to_vec()
    });
    let episode = prop_oneof![30 => turn().prop_map(|turn| vec![turn]), 1 => undone];
    prop::collection::vec(episode, 1..80).prop_map(|episodes| episodes.concat())
}

fn turn() -> impl Strategy<Value = Turn> {
    let who = prop_oneof![
        18 => Just(Who::Right),
        2 => Just(Who::Operator),
        3 => (0..ROOMS.len()).prop_map(Who::Station),
        1 => Just(Who::Stranger),
        1 => Just(Who::Observer)
    ];
    let near = prop::collection::vec(prop::option::weighted(0.7, 0u64..400), CARS.len());
    (who, act(), near).prop_map(|(who, act, near)| Turn { who, act, near })
}
