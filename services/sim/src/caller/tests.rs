//! Invented calls come at the wanted rate, by day and hour, inside the county, in every category, the same for the same seed.

use super::*;
use crate::county::invented_county;
use crate::shipped_policy::shipped;
use std::collections::BTreeMap;

/// 2026-03-14 00:00 in Shanghai.
const MIDNIGHT: Timestamp = Timestamp(1_773_417_600_000);
const DAY_MS: u64 = 86_400_000;

fn callers(seed: u64, profile: CallerProfile) -> Callers {
    Callers::new(&invented_county(1).unwrap(), profile, seed, MIDNIGHT).unwrap()
}

fn during(callers: &mut Callers, duration_ms: u64) -> Vec<InventedCall> {
    let mut now = MIDNIGHT;
    let mut calls = Vec::new();
    loop {
        let call = callers.next(now);
        assert!(call.at > now);
        now = call.at;
        if now.since_ms(MIDNIGHT) >= duration_ms {
            return calls;
        }
        calls.push(call);
    }
}

#[test]
fn a_day_has_its_rate_and_its_shape() {
    let calls = during(&mut callers(3, CallerProfile { rate_per_hour: 200.0, ..CallerProfile::default() }), DAY_MS);
    assert!((4_550..5_050).contains(&calls.len()), "{}: 4,800 ± 3.6 standard deviations", calls.len());
    let mut hours = [0_u32; 24];
    for call in &calls {
        hours[usize::try_from(call.at.since_ms(MIDNIGHT) / 3_600_000).unwrap()] += 1;
    }
    assert!(hours[20] > 4 * hours[4], "{hours:?}");
    assert_eq!(HOUR_SHARES.iter().sum::<u32>(), 1_000);
}

#[test]
fn at_speed_a_day_passes_in_a_fraction() {
    let calls = during(&mut callers(3, CallerProfile { rate_per_hour: 200.0, speed: 24.0, ..CallerProfile::default() }), DAY_MS / 24);
    assert!((4_550..5_050).contains(&calls.len()), "{}", calls.len());
    let quiet = calls.iter().filter(|call| (10..15).contains(&(call.at.since_ms(MIDNIGHT) / 60_000))).count();
    let busy = calls.iter().filter(|call| (48..53).contains(&(call.at.since_ms(MIDNIGHT) / 60_000))).count();
    assert!(busy > 3 * quiet, "the simulated evening is at its place: {quiet} {busy}");
}

#[test]
fn calls_lie_in_the_county_and_say_where() {
    let layout = invented_county(1).unwrap();
    let calls = during(&mut callers(4, CallerProfile { rate_per_hour: 100.0, ..CallerProfile::default() }), DAY_MS);
    let mut nowhere = 0;
    for call in &calls {
        assert!(!call.narrative_zh.contains('{') && !call.narrative_en.contains('{'), "{}", call.narrative_zh);
        match call.position {
            Some(position) => assert!(layout.containing(AgencyLevel::Station, position).next().is_some()),
            None => nowhere += 1,
        }
    }
    assert!((20..90).contains(&nowhere), "{nowhere}");
    let mut by_category: BTreeMap<&str, u32> = BTreeMap::new();
    for call in &calls {
        *by_category.entry(call.category.as_str()).or_default() += 1;
    }
    assert_eq!(by_category.len(), shipped().categories.len(), "{by_category:?}");
}

#[test]
fn a_seed_is_a_day() {
    let day = |seed| during(&mut callers(seed, CallerProfile::default()), DAY_MS);
    assert_eq!(day(7), day(7));
    assert_ne!(day(7), day(8));
}

#[test]
fn a_rate_of_nothing_still_ends() {
    let call = callers(1, CallerProfile { rate_per_hour: 0.0, ..CallerProfile::default() }).next(MIDNIGHT);
    assert!(call.at.since_ms(MIDNIGHT) <= DAY_MS);
}
