//! Crews take the steps of an assignment in order, once, and never touch one they declined.

use super::*;
use proptest::prelude::*;
use roads::sphere::great_circle_m;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

const START: Timestamp = Timestamp(1_000_000);

fn home() -> Position {
    Position::from_degrees(37.6, 108.8).unwrap()
}

fn id(number: u128) -> AssignmentId {
    AssignmentId(Uuid::from_u128(number))
}

fn order(number: u128, destination: Option<Position>) -> Input {
    Input::Order { assignment_id: id(number), destination, priority: 2 }
}

fn quiet(profile: CrewProfile) -> CrewProfile {
    CrewProfile { fix_interval_ms: 0, shift: None, confirm_safe: None, emergencies_per_hour: 0.0, ..profile }
}

fn drain(crew: &mut Crew, now: Timestamp) -> Vec<Intention> {
    std::iter::from_fn(|| crew.poll(now)).collect()
}

/// Everything until the crew waits for an input, at the times it asks for.
fn run(crew: &mut Crew) -> Vec<Intention> {
    let mut all = Vec::new();
    while let Some(due) = crew.next_due() {
        all.extend(drain(crew, due));
    }
    all
}

#[test]
fn a_prompt_crew_takes_every_step_in_time() {
    let mut crew = Crew::new(quiet(CrewProfile::prompt()), home(), 10.0, 1, 0, START);
    let there = crate::geometry::offset(home(), 0.0, 1_000.0);
    crew.handle(&order(1, Some(there)), START);
    let steps: Vec<(u64, Action)> = run(&mut crew).into_iter().map(|i| (i.at.since_ms(START), i.action)).collect();
    let expected = [
        (0, Action::MarkDelivered(id(1))),
        (0, Action::MarkSeen(id(1))),
        (0, Action::Acknowledge(id(1))),
        (0, Action::MarkEnRoute(id(1))),
        (100_000, Action::MarkOnScene(id(1))),
        (160_000, Action::Clear { assignment_id: id(1), reason: "done", disposition: "handled" }),
        (160_000, Action::SubmitFeedback { assignment_id: id(1), disposition: "handled" }),
    ];
    assert_eq!(steps.len(), expected.len());
    for ((at_ms, action), (expected_ms, expected)) in steps.iter().zip(&expected) {
        assert_eq!(action, expected);
        assert!(at_ms.abs_diff(*expected_ms) < 50, "{action:?} at {at_ms}");
    }
    assert_eq!(crew.position(START.plus_ms(200_000)), there);
}

#[test]
fn speed_shortens_everything_but_the_fix_interval() {
    let profile = CrewProfile::prompt().at_speed(10.0);
    let mut crew = Crew::new(profile, home(), 10.0, 1, 0, START);
    crew.handle(&order(1, Some(crate::geometry::offset(home(), 0.0, 1_000.0))), START);
    let (mut cleared, mut moving) = (None, Vec::new());
    while let Some(due) = crew.next_due().filter(|due| due.since_ms(START) < 30_000) {
        for intention in drain(&mut crew, due) {
            match intention.action {
                Action::Clear { .. } => cleared = Some(intention.at.since_ms(START)),
                Action::Fix(fix) if fix.speed_m_per_s > 0.0 => moving.push((intention.at, fix)),
                _ => {}
            }
        }
    }
    assert!(cleared.unwrap().abs_diff(16_000) < 50, "{cleared:?}");
    assert!(moving.len() >= 2);
    for two in moving.windows(2) {
        assert_eq!(two[1].0.since_ms(two[0].0), 5_000);
        assert!((great_circle_m(two[0].1.position, two[1].1.position) - 500.0).abs() < 1.0, "100 m/s on the clock");
    }
    let ways_m: Vec<f64> = moving.iter().map(|(_, fix)| great_circle_m(home(), fix.position)).collect();
    assert!(ways_m.is_sorted() && ways_m[0] < 500.1, "away from home, towards the call: {ways_m:?}");
    assert!(moving.iter().all(|(_, fix)| fix.heading_deg.is_some_and(|deg| !(1.0..=359.0).contains(&deg))), "north");
}

#[test]
fn a_late_poll_gives_one_fix_and_the_same_steps() {
    let steps = |late: bool| {
        let mut crew = Crew::new(CrewProfile::human(), home(), 10.0, 5, 3, START);
        crew.handle(&order(1, Some(crate::geometry::offset(home(), 3_000.0, 0.0))), START);
        let end = START.plus_ms(20_000_000);
        let mut all = Vec::new();
        if !late {
            while let Some(due) = crew.next_due().filter(|due| *due < end) {
                all.extend(drain(&mut crew, due));
            }
        }
        all.extend(drain(&mut crew, end));
        let (fixes, steps): (Vec<_>, Vec<_>) = all.into_iter().partition(|i| matches!(i.action, Action::Fix(_)));
        (fixes.len(), steps.into_iter().map(|i| i.action).collect::<Vec<_>>())
    };
    let ((many, prompt_steps), (few, late_steps)) = (steps(false), steps(true));
    assert_eq!(prompt_steps, late_steps);
    assert!(many > 500 && few == 1, "{many} {few}");
}

#[test]
fn an_order_pushed_twice_is_taken_once_and_a_withdrawn_one_is_left() {
    let mut crew = Crew::new(quiet(CrewProfile::human()), home(), 10.0, 1, 0, START);
    let far = crate::geometry::offset(home(), 50_000.0, 0.0);
    crew.handle(&order(1, Some(far)), START);
    crew.handle(&order(1, Some(far)), START);
    let now = START.plus_ms(600_000);
    let seen = drain(&mut crew, now);
    assert_eq!(seen.iter().filter(|i| matches!(i.action, Action::MarkDelivered(_))).count(), 1);
    assert!(seen.iter().any(|i| matches!(i.action, Action::MarkEnRoute(_))), "{seen:?}");
    crew.handle(&order(2, None), now);
    crew.handle(&Input::Withdrawn { assignment_id: id(1) }, now);
    assert_eq!(crew.current(), Some(id(2)), "the next order's turn");
    assert_ne!(crew.position(now), far);
    let rest = run(&mut crew);
    assert!(!rest.is_empty() && rest.iter().all(|i| i.action.assignment_id() == Some(id(2))));
}

#[test]
fn more_orders_than_a_crew_can_keep_are_declined() {
    let mut crew = Crew::new(quiet(CrewProfile::prompt()), home(), 10.0, 1, 0, START);
    for number in 0..20 {
        crew.handle(&order(number, None), START);
    }
    let all = run(&mut crew);
    let count = |wanted: fn(&Action) -> bool| all.iter().filter(|i| wanted(&i.action)).count();
    assert_eq!(count(|a| matches!(a, Action::MarkDelivered(_))), 20);
    assert_eq!(count(|a| matches!(a, Action::Clear { .. })), 1 + WAITING_MAX);
    assert_eq!(count(|a| matches!(a, Action::Decline(..))), 20 - 1 - WAITING_MAX);
}

#[test]
fn chances_come_as_often_as_the_profile_says() {
    let profile = CrewProfile { decline_probability: 0.2, silence_probability: 0.1, ..quiet(CrewProfile::human()) };
    let (mut declined, mut silent, mut delays) = (0, 0, Vec::new());
    for number in 0..2_000 {
        let mut crew = Crew::new(profile.clone(), home(), 10.0, 9, number, START);
        crew.handle(&order(1, None), START);
        let steps = run(&mut crew);
        declined += u32::from(steps.iter().any(|i| matches!(i.action, Action::Decline(..))));
        silent += u32::from(steps.len() == 1);
        delays.extend(steps.iter().find(|i| matches!(i.action, Action::Acknowledge(_))).map(|i| i.at.since_ms(START)));
    }
    assert!((300..420).contains(&declined), "{declined}: 20 % of the 90 % that answer");
    assert!((150..250).contains(&silent), "{silent}");
    let mean_ms = delays.iter().sum::<u64>() / delays.len() as u64;
    assert!((9_000..11_500).contains(&mean_ms), "{mean_ms}");
    assert!(delays.iter().all(|delay| (3_000..=60_000).contains(delay)));
}

/// The step numbers in which a crew may walk through an assignment.
fn rank(action: &Action) -> u8 {
    match action {
        Action::MarkDelivered(_) => 0,
        Action::MarkSeen(_) => 1,
        Action::Acknowledge(_) | Action::Decline(..) => 2,
        Action::MarkEnRoute(_) => 3,
        Action::MarkOnScene(_) | Action::ConfirmSafe(_) | Action::RaiseEmergency(_) => 4,
        Action::Clear { .. } => 5,
        Action::SubmitFeedback { .. } => 6,
        Action::Fix(_) | Action::OutOfService(_) | Action::BackInService | Action::SignOff | Action::SignOn => 7,
    }
}

proptest! {
    #[test]
    fn a_crew_never_acts_on_what_it_declined_or_lost(
        seed in any::<u64>(),
        events in prop::collection::vec((0..12u128, any::<bool>(), 0..400_000u64, 0..20_000i32), 1..60),
    ) {
        let profile = CrewProfile { decline_probability: 0.4, silence_probability: 0.1, emergencies_per_hour: 0.5, ..CrewProfile::human() };
        let play = || {
            let mut crew = Crew::new(profile.clone(), home(), 12.0, seed, 0, START);
            let mut log: Vec<(Intention, BTreeSet<AssignmentId>)> = Vec::new();
            let mut withdrawn = BTreeSet::new();
            let mut now = START;
            for (number, withdraw, wait_ms, north) in &events {
                now = now.plus_ms(*wait_ms);
                log.extend(drain(&mut crew, now).into_iter().map(|i| (i, withdrawn.clone())));
                if *withdraw {
                    crew.handle(&Input::Withdrawn { assignment_id: id(*number) }, now);
                    withdrawn.insert(id(*number));
                } else {
                    let to = crate::geometry::offset(home(), 0.0, f64::from(*north));
                    crew.handle(&order(*number, Some(to)), now);
                }
            }
            log.extend(drain(&mut crew, now.plus_ms(100_000_000)).into_iter().map(|i| (i, withdrawn.clone())));
            log
        };
        let log = play();
        prop_assert_eq!(&log, &play(), "the same seed and inputs, the same crew");
        let mut last: BTreeMap<AssignmentId, (u8, Timestamp, bool)> = BTreeMap::new();
        let mut engaged: Option<AssignmentId> = None;
        for (intention, withdrawn) in &log {
            let Some(assignment) = intention.action.assignment_id() else { continue };
            prop_assert!(!withdrawn.contains(&assignment), "acted on a withdrawn one: {:?}", intention);
            let step = rank(&intention.action);
            if let Some((before, at, declined)) = last.get(&assignment) {
                prop_assert!(!declined, "acted on a declined one: {:?}", intention);
                let again = step == 4 && *before == 4 && !matches!(intention.action, Action::MarkOnScene(_));
                prop_assert!((step > *before || again) && intention.at >= *at, "out of order: {:?} after {}", intention, before);
            } else {
                prop_assert_eq!(step, 0, "receipt comes first");
            }
            last.insert(assignment, (step, intention.at, matches!(intention.action, Action::Decline(..))));
            match intention.action {
                Action::Acknowledge(_) => {
                    prop_assert!(engaged.is_none_or(|other| withdrawn.contains(&other)), "on two assignments at once");
                    engaged = Some(assignment);
                }
                Action::Clear { .. } => engaged = None,
                _ => {}
            }
        }
    }
}
