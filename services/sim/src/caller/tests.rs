//! Invented calls come at the wanted rate, by week and holiday, inside the county, in every category, the same for the same seed.

mod arrivals;
mod people;

use super::*;
use crate::layout::{LayoutParams, layout_over_calls};
use crate::shipped_policy::{knows, shipped};
use domain::agency::AgencyLevel;
use std::sync::LazyLock;

/// 2026-03-02 00:00 in Shanghai, a Monday; four weeks without a holiday or a worked weekend begin.
const MONDAY: Timestamp = Timestamp(1_772_380_800_000);
/// 2026-03-14 00:00 in Shanghai, a Saturday.
const MIDNIGHT: Timestamp = Timestamp(1_773_417_600_000);
const DAY_MS: u64 = 86_400_000;
const HOUR: u64 = 3_600_000;

/// Four stations of some beats over half a degree.
static COUNTY: LazyLock<Layout> = LazyLock::new(|| {
    let grid = (0..40).flat_map(|row| (0..40).map(move |column| (37.4 + 0.01 * f64::from(row), 108.6 + 0.01 * f64::from(column))));
    let positions: Vec<Position> = grid.map(|(lat, lon)| Position::from_degrees(lat, lon).unwrap()).collect();
    let params = LayoutParams { stations: Some(4), ..LayoutParams::new(domain::ids::LogId::new("990001").unwrap(), "Asia/Shanghai", 1) };
    layout_over_calls(&positions, 1.0, &params).unwrap()
});

fn callers(seed: u64, profile: CallerProfile) -> Callers {
    Callers::new(&COUNTY, profile, seed, MIDNIGHT).unwrap()
}

fn plain(rate_per_hour: f64) -> CallerProfile {
    let model = Some(Arc::new(CallerModel::shipped().unwrap().plain()));
    CallerProfile { rate_per_hour, model, ..CallerProfile::default() }
}

fn between(callers: &mut Callers, from: Timestamp, duration_ms: u64) -> Vec<InventedCall> {
    let mut now = from;
    let mut calls = Vec::new();
    loop {
        let call = callers.next(now);
        assert!(call.at > now);
        now = call.at;
        if now.since_ms(from) >= duration_ms {
            return calls;
        }
        calls.push(call);
    }
}

fn during(callers: &mut Callers, duration_ms: u64) -> Vec<InventedCall> {
    between(callers, MIDNIGHT, duration_ms)
}

#[test]
fn at_speed_a_day_passes_in_a_fraction() {
    let calls = during(&mut callers(3, CallerProfile { speed: 24.0, ..plain(200.0) }), DAY_MS / 24);
    assert!((4_100..4_700).contains(&calls.len()), "a Saturday has a little less than the week's mean: {}", calls.len());
    let count =
        |minutes: std::ops::Range<u64>| calls.iter().filter(|call| minutes.contains(&(call.at.since_ms(MIDNIGHT) / 60_000))).count();
    let (quiet, busy) = (count(10..15), count(48..53));
    assert!(2 * busy > 5 * quiet, "the simulated evening is at its place: {quiet} {busy}");
}

#[test]
fn calls_lie_in_the_county_and_say_where() {
    let calls = during(&mut callers(4, CallerProfile { rate_per_hour: 100.0, ..CallerProfile::default() }), DAY_MS);
    let mut by_category: BTreeMap<&str, u32> = BTreeMap::new();
    for call in &calls {
        assert!(!call.narrative_zh.contains('{') && !call.narrative_en.contains('{'), "{}", call.narrative_zh);
        for position in call.position.iter().chain(&call.truth.position) {
            assert!(COUNTY.containing(AgencyLevel::Station, *position).next().is_some());
        }
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
    assert!(call.at > MIDNIGHT && call.at.since_ms(MIDNIGHT) <= 367 * DAY_MS);
}

#[test]
fn what_calls_turn_out_to_be_is_in_the_policy() {
    let (policy, model) = (shipped(), CallerModel::shipped().unwrap());
    for (taken_as, turns_out) in &model.turns_out {
        let (category, call_type) = taken_as.split_once('/').map_or((taken_as.as_str(), None), |(category, kind)| (category, Some(kind)));
        let known = |story: &&Story| story.category == category && call_type.is_none_or(|kind| kind == story.call_type);
        assert!(STORIES.iter().any(|story| known(&story)), "no story is taken as {taken_as}");
        for ((category, call_type), _) in &turns_out.becomes {
            assert!(knows(&policy, category.as_str(), call_type.as_str()), "{taken_as} becomes {category}/{call_type}");
        }
    }
    let categories = model.behaviour.tables().into_iter().flat_map(|(_, table, _)| table.of.keys());
    let shaped = model.shapes.iter().flat_map(|shape| &shape.categories);
    let at_night = model.noise.festive_night.of.keys();
    let on_holidays = model.holidays.iter().flat_map(|holiday| holiday.categories.keys());
    for category in categories.chain(shaped).chain(at_night).chain(on_holidays) {
        assert!(policy.categories.iter().any(|rule| rule.key.as_str() == category), "{category}");
    }
}
