//! What callers do: how many call on one event, who comes again, what is not there, what nobody hears, and within which memory.

use super::*;
use domain::classification::CallSource;
use roads::sphere::great_circle_m;
use std::collections::{BTreeSet, HashMap};

const WEEKS: u64 = 12;

/// Twelve weeks of the shipped model.
static CALLS: LazyLock<Vec<InventedCall>> = LazyLock::new(|| {
    let mut callers = Callers::new(&COUNTY, CallerProfile { rate_per_hour: 30.0, ..CallerProfile::default() }, 21, MONDAY).unwrap();
    between(&mut callers, MONDAY, WEEKS * 7 * DAY_MS)
});

fn share(of: impl Fn(&&InventedCall) -> bool, among: impl Fn(&&InventedCall) -> bool) -> f64 {
    let among: Vec<_> = CALLS.iter().filter(|call| among(call)).collect();
    among.iter().filter(|call| of(call)).count() as f64 / among.len() as f64
}

fn first_calls() -> HashMap<u64, &'static InventedCall> {
    let firsts = CALLS.iter().filter(|call| matches!(call.occasion, Occasion::First | Occasion::Repeat));
    firsts.map(|call| (call.truth.event, call)).collect()
}

#[test]
fn all_calls_together_have_the_rate() {
    let expected = 30.0 * 24.0 * 7.0 * WEEKS as f64;
    let ratio = CALLS.len() as f64 / expected;
    // Bursts and the days' factors move twelve weeks by some percent; holidays take a little away.
    assert!((0.93..1.05).contains(&ratio), "{ratio}");
}

#[test]
fn several_callers_tell_of_one_event_within_minutes_and_metres() {
    let firsts = first_calls();
    let more: Vec<_> = CALLS.iter().filter(|call| call.occasion == Occasion::SameEvent).collect();
    let (mut minutes, mut metres, mut otherwise) = (Vec::new(), Vec::new(), 0_u32);
    for call in &more {
        let first = firsts[&call.truth.event];
        assert_ne!(call.caller_phone, first.caller_phone);
        assert_eq!(call.truth, first.truth);
        assert_ne!(call.narrative_zh, first.narrative_zh);
        minutes.push(call.at.since_ms(first.at) / 60_000);
        metres.extend(call.position.zip(call.truth.position).map(|(told, real)| great_circle_m(told, real)));
        otherwise += u32::from(first.manner == Manner::Told && call.call_type != first.call_type);
    }
    minutes.sort_unstable();
    metres.sort_by(f64::total_cmp);
    assert!(minutes[minutes.len() / 2] <= 3 && minutes[minutes.len() * 99 / 100] <= 20, "median and 99 % of minutes");
    assert!((40.0..110.0).contains(&metres[metres.len() / 2]), "1.18 × 60 m: {}", metres[metres.len() / 2]);
    let otherwise = f64::from(otherwise) / more.len() as f64;
    assert!((0.15..0.30).contains(&otherwise), "{otherwise}");
    // Traffic: 0.3 further callers on an event that is there.
    let on_traffic = |call: &&InventedCall| firsts.get(&call.truth.event).is_some_and(|first| first.category.as_str() == "traffic");
    let further = CALLS.iter().filter(|call| call.occasion == Occasion::SameEvent && on_traffic(call)).count() as f64;
    let events = firsts.values().filter(|first| first.category.as_str() == "traffic" && !first.truth.no_incident).count() as f64;
    assert!((0.25..0.37).contains(&(further / events)), "{further} {events}");
}

#[test]
fn who_comes_again_is_the_same_caller_at_the_same_place_days_later() {
    let mut before: HashMap<&str, Vec<&InventedCall>> = HashMap::new();
    let mut days = Vec::new();
    for call in CALLS.iter() {
        let same = before.entry(&call.caller_phone).or_default();
        if call.occasion == Occasion::Repeat {
            let earlier = same.iter().rev().find(|earlier| earlier.truth.position == call.truth.position);
            let earlier = earlier.unwrap();
            assert_ne!(earlier.truth.event, call.truth.event, "another incident");
            assert!(call.narrative_zh.starts_with("前几天报过警"));
            days.push(call.at.since_ms(earlier.at) as f64 / DAY_MS as f64);
        }
        same.push(call);
    }
    let mean = days.iter().sum::<f64>() / days.len() as f64;
    assert!((1.9..3.1).contains(&mean), "2.5 days: {mean}");
    let of_disputes = share(|call| call.occasion == Occasion::Repeat, |call| call.category.as_str() == "dispute");
    assert!((0.05..0.10).contains(&of_disputes), "{of_disputes}");
}

#[test]
fn some_calls_are_about_nothing() {
    let hoaxes = share(|call| call.truth.no_incident, |call| call.category.as_str() != "nuisance" && call.manner == Manner::Told);
    assert!((0.01..0.03).contains(&hoaxes), "{hoaxes}");
    for call in CALLS.iter().filter(|call| call.category.as_str() == "nuisance" || call.truth.no_incident) {
        assert!(call.truth.no_incident && call.truth.category.as_str() == "nuisance");
        assert_ne!(call.occasion, Occasion::SameEvent, "nobody else sees what is not there");
    }
    let phones: BTreeSet<_> = CALLS.iter().filter(|call| call.category.as_str() == "nuisance").map(|call| &call.caller_phone).collect();
    assert_eq!(phones.len(), 6);
}

#[test]
fn what_nobody_heard_is_called_back() {
    let first = |call: &&InventedCall| call.occasion == Occasion::First;
    let (silent, abandoned) = (share(|call| call.manner == Manner::Silent, first), share(|call| call.manner == Manner::Abandoned, first));
    assert!((0.015..0.025).contains(&silent) && (0.042..0.058).contains(&abandoned), "{silent} {abandoned}");
    let real = share(|call| !call.truth.no_incident, |call| call.manner == Manner::Silent);
    assert!((0.05..0.16).contains(&real), "{real}");
    let firsts = first_calls();
    let backs: Vec<_> = CALLS.iter().filter(|call| call.occasion == Occasion::CallBack).collect();
    for back in &backs {
        let first = firsts[&back.truth.event];
        assert_eq!((first.manner, &first.caller_phone, &first.truth), (Manner::Abandoned, &back.caller_phone, &back.truth));
        assert_eq!(first.call_type.as_str(), "other", "a desk that heard nothing knows nothing");
        assert!(back.narrative_en.starts_with("We were cut off. "));
    }
    let hung_up = CALLS.iter().filter(|call| call.manner == Manner::Abandoned).count() as f64;
    assert!((0.43..0.57).contains(&(backs.len() as f64 / hung_up)));
}

#[test]
fn calls_are_verified_as_something_else_as_often_as_the_tables_say() {
    let accident = |call: &&InventedCall| call.call_type.as_str() == "injury_accident" && call.occasion == Occasion::First;
    let harmless = share(|call| call.truth.call_type.as_str() == "damage_accident", accident);
    assert!((0.25..0.35).contains(&harmless), "0.3 less the hoaxes: {harmless}");
    let advice = |call: &&InventedCall| call.call_type.as_str() == "advice" && call.manner == Manner::Told;
    assert!(
        share(|call| call.truth.call_type == call.call_type || call.truth.no_incident, advice) > 0.999,
        "what the tables don't name stays"
    );
}

#[test]
fn positions_are_missing_as_often_as_said() {
    let without = share(|call| call.position.is_none(), |_| true);
    assert!((0.07..0.09).contains(&without), "0.02 + 0.06: {without}");
    let nowhere = share(|call| call.narrative_zh.contains("不清楚的地方"), |call| call.manner == Manner::Told);
    assert!((0.012..0.025).contains(&nowhere), "{nowhere}");
}

#[test]
fn other_numbers_pass_calls_on_and_phones_are_no_phones() {
    let passed_on =
        share(|call| call.source == CallSource::Traffic122, |call| call.category.as_str() == "traffic" && call.occasion == Occasion::First);
    assert!((0.12..0.18).contains(&passed_on), "{passed_on}");
    let sources: BTreeSet<_> = CALLS.iter().map(|call| format!("{:?}", call.source)).collect();
    assert_eq!(sources.into_iter().collect::<Vec<_>>(), ["CitizensLine12345", "Emergency110", "Fire119", "Medical120", "Traffic122"]);
    assert!(CALLS.iter().all(|call| call.caller_phone.starts_with("000") && call.caller_phone.len() == 11));
}

#[test]
fn memory_is_bounded_at_any_rate() {
    let mut callers = callers(2, CallerProfile { rate_per_hour: 2e6, ..CallerProfile::default() });
    let mut now = MIDNIGHT;
    let mut most = 0;
    for _ in 0..150_000 {
        now = callers.next(now).at;
        most = most.max(callers.pending());
    }
    assert_eq!(most, PENDING_MAX, "full, and no fuller");
}

#[test]
fn who_called_while_nobody_listened_is_gone() {
    let mut callers = callers(6, CallerProfile { rate_per_hour: 600.0, ..CallerProfile::default() });
    let mut now = MIDNIGHT.plus_ms(20 * HOUR);
    for _ in 0..2_000 {
        now = callers.next(now).at;
    }
    let woken = now.plus_ms(30 * 60_000);
    let (mut in_a_second, mut at) = (0, woken);
    while at.since_ms(woken) < 1_000 {
        at = callers.next(at).at;
        in_a_second += 1;
    }
    assert!(in_a_second < 60, "half an hour of follow-up calls does not come at once: {in_a_second}");
}

#[test]
fn a_told_story_is_what_it_is_told_as() {
    let mut callers = callers(9, CallerProfile::default());
    for (index, story) in STORIES.iter().enumerate() {
        let call = callers.tell(MIDNIGHT, index);
        assert_eq!((call.category.as_str(), call.call_type.as_str()), (story.category, story.call_type));
        assert_eq!((&call.truth.category, &call.truth.call_type), (&call.category, &call.call_type));
        assert_eq!((call.at, call.occasion, call.manner), (MIDNIGHT, Occasion::First, Manner::Told));
    }
}
