//! Duplicates are suggested by place, time and kind, explained, and nearer or newer never counts less.

use crate::room::{LAT, LON, close, report_at, resolve};
use domain::classification::Classification;
use domain::duplicates::{MAX_SUGGESTIONS, Suggestion, suggest};
use domain::ids::{CategoryKey, IncidentId, TypeKey};
use domain::place::Position;
use domain::reason::Reason;
use domain::testing::Bench;
use proptest::prelude::*;

/// About 111 m north, in degrees.
const NORTH_111_M: f64 = 0.001;

fn what(text: &str) -> Classification {
    let (category, kind) = text.split_once('/').map_or((text, None), |(category, kind)| (category, Some(kind)));
    Classification { category: CategoryKey::new(category).unwrap(), kind: kind.map(|kind| TypeKey::new(kind).unwrap()) }
}

fn suggested(bench: &Bench, text: &str, lat: f64, lon: f64, except: Option<IncidentId>) -> Vec<Suggestion> {
    let position = Position::from_degrees(lat, lon).unwrap();
    suggest(&bench.world, &bench.policy, &what(text), Some(position), bench.now, except)
}

#[test]
fn a_second_call_about_the_same_fight_suggests_it_and_says_why() {
    let mut bench = Bench::new(1);
    let fight = report_at(&mut bench, "public_order/fight", LAT, LON);
    bench.pass(6 * 60_000);
    let found = suggested(&bench, "public_order/fight", LAT + NORTH_111_M, LON, None);
    let number = bench.world.incident(&fight).unwrap().number;
    // 40 × 189 / 300 = 25, 30 × 24 / 30 = 24, the same type 30.
    let reasons = vec![Reason::near(111), Reason::recent(6), Reason::same_type(&what("public_order/fight"))];
    let expected = Suggestion { incident_id: fight, number, score: 79, distance_m: Some(111), age_ms: 360_000, reasons };
    assert_eq!(found, vec![expected]);
    bench.assert_sound();
}

#[test]
fn kind_counts_less_the_less_alike_it_is() {
    let mut bench = Bench::new(1);
    report_at(&mut bench, "public_order/fight", LAT, LON);
    let score = |text| suggested(&bench, text, LAT, LON, None)[0].score;
    assert_eq!([score("public_order/fight"), score("public_order/liquor"), score("public_order"), score("help")], [100, 90, 90, 75]);
    let of_another_kind = &suggested(&bench, "help", LAT, LON, None)[0].reasons;
    assert_eq!(of_another_kind, &vec![Reason::near(0), Reason::recent(0)]);
}

#[test]
fn nothing_is_suggested_too_far_too_long_ago_closed_or_without_a_position() {
    let mut bench = Bench::new(1);
    let first = report_at(&mut bench, "dispute/neighbour", LAT, LON);
    assert!(suggested(&bench, "dispute/neighbour", LAT + 3.0 * NORTH_111_M, LON, None).is_empty(), "333 m is beyond 300 m");
    assert!(suggested(&bench, "dispute/neighbour", LAT, LON, Some(first)).is_empty(), "not the incident itself");
    let nowhere = suggest(&bench.world, &bench.policy, &what("dispute/neighbour"), None, bench.now, None);
    assert!(nowhere.is_empty(), "{nowhere:?}");
    bench.pass(1_800_001);
    assert!(suggested(&bench, "dispute/neighbour", LAT, LON, None).is_empty(), "30 minutes are over");
    let second = report_at(&mut bench, "dispute/neighbour", LAT, LON);
    assert_eq!(suggested(&bench, "dispute/neighbour", LAT, LON, None).len(), 1);
    resolve(&mut bench, second, "advised");
    assert_eq!(suggested(&bench, "dispute/neighbour", LAT, LON, None).len(), 1, "a call can still be added to it");
    close(&mut bench, second);
    assert!(suggested(&bench, "dispute/neighbour", LAT, LON, None).is_empty(), "it is closed");
}

#[test]
fn the_best_are_first_and_not_too_many() {
    let mut bench = Bench::new(1);
    for step in 0..8_u32 {
        report_at(&mut bench, "dispute/neighbour", LAT + NORTH_111_M * 0.2 * f64::from(step), LON);
        bench.pass(1_000);
    }
    let found = suggested(&bench, "dispute/neighbour", LAT, LON, None);
    assert_eq!(found.len(), MAX_SUGGESTIONS);
    assert!(found.is_sorted_by(|a, b| a.score >= b.score), "{found:?}");
    assert_eq!(found[0].distance_m, Some(0));
}

#[test]
fn what_scores_below_the_limit_is_not_suggested() {
    let mut bench = Bench::new(1);
    report_at(&mut bench, "public_order/fight", LAT, LON);
    // 222 m off: 10 + 30 + 5 = 45, and 10 + 30 + 20 = 60.
    let far = LAT + 2.0 * NORTH_111_M;
    assert!(suggested(&bench, "help", far, LON, None).is_empty());
    assert_eq!(suggested(&bench, "public_order/liquor", far, LON, None)[0].score, 60);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Nearer or newer never scores less.
    #[test]
    fn the_score_is_monotone(near_e7 in 0_i32..27_000, farther_e7 in 0_i32..27_000, young_ms in 0_u64..1_800_000, older_ms in 0_u64..1_800_000) {
        let mut bench = Bench::new(1);
        bench.full_check_every = 1_000;
        std::sync::Arc::make_mut(&mut bench.policy).duplicates.min_score = 1;
        report_at(&mut bench, "tip_off/drugs", LAT, LON);
        let start = bench.now;
        let centre = Position::from_degrees(LAT, LON).unwrap();
        let score = |distance_e7: i32, age_ms: u64| {
            let here = Position::from_e7(centre.lat_e7() + distance_e7, centre.lon_e7()).unwrap();
            let found = suggest(&bench.world, &bench.policy, &what("tip_off/drugs"), Some(here), start.plus_ms(age_ms), None);
            found.first().map_or(0, |suggestion| suggestion.score)
        };
        let (near, far) = (near_e7.min(farther_e7), near_e7.max(farther_e7));
        let (young, old) = (young_ms.min(older_ms), young_ms.max(older_ms));
        prop_assert!(score(near, old) >= score(far, old));
        prop_assert!(score(near, young) >= score(near, old));
        prop_assert!(score(near, young) >= score(far, old));
        prop_assert!(score(near, young) <= 100);
    }
}
