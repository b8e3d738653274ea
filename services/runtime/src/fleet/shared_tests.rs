//! Tests of the shared fleet: batches, searches, stations, ticks, and many threads at once.

use super::*;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

const NOW: Timestamp = Timestamp(1_795_000_000_000);

fn unit(number: usize) -> UnitId {
    UnitId::new(&format!("610824-a{number:05}")).unwrap()
}

fn at(lat: f64, lon: f64) -> Position {
    Position::from_degrees(lat, lon).unwrap()
}

fn reported(number: usize, sequence: u64, position: Position, device_time: Timestamp) -> ReportedFix {
    ReportedFix {
        unit: unit(number),
        lat_e7: position.lat_e7(),
        lon_e7: position.lon_e7(),
        device_time,
        device_epoch: 0,
        sequence,
        speed_cm_per_s: None,
        heading_deg: None,
        accuracy_m: None,
    }
}

fn send(fleet: &Fleet, fixes: &[ReportedFix], now: Timestamp) -> BatchReceipt {
    fleet.apply_batch(&FixBatch { sent_at: Some(now), fixes }, now).unwrap()
}

fn units(hits: &[Hit]) -> Vec<UnitId> {
    hits.iter().map(|hit| hit.unit.clone()).collect()
}

fn names(changes: &Changes) -> Vec<UnitId> {
    changes.fixes.iter().map(|(unit, _)| unit.clone()).collect()
}

#[test]
fn a_hint_is_checked_before_it_is_believed() {
    let fleet = Fleet::new();
    for number in 1..=3 {
        fleet.register(unit(number), None).unwrap();
    }
    let here = at(37.6, 108.8);
    let mut hints = Vec::new();
    let apply = |fixes: &[ReportedFix], hints: &mut Vec<Hint>| {
        fleet.apply_batch_hinted(&FixBatch { sent_at: None, fixes }, hints, NOW).unwrap().verdicts
    };
    assert_eq!(apply(&[reported(1, 1, here, NOW), reported(2, 1, here, NOW)], &mut hints), [Verdict::Accepted; 2]);
    assert!(hints.iter().all(|hint| *hint != Hint::default()), "{hints:?}");
    // Hints of one unit with fixes of others: of a known one, and of one that was never registered.
    let mut wrong = vec![hints[0]; 2];
    assert_eq!(apply(&[reported(3, 1, here, NOW), reported(9, 1, here, NOW)], &mut wrong), [Verdict::Accepted, Verdict::UnknownUnit]);
    // The unit leaves, and another takes its slot.
    fleet.unregister(&unit(1));
    fleet.register(unit(4), None).unwrap();
    let mut old = vec![hints[0]; 2];
    assert_eq!(apply(&[reported(1, 2, here, NOW), reported(4, 1, here, NOW)], &mut old), [Verdict::UnknownUnit, Verdict::Accepted]);
    assert_eq!(fleet.latest(&unit(4)).map(|fix| fix.sequence), Some(1));
}

#[test]
fn a_receipt_says_what_became_of_every_fix() {
    let fleet = Fleet::new();
    fleet.register(unit(1), None).unwrap();
    let here = at(37.6, 108.8);
    let receipt = send(
        &fleet,
        &[
            reported(1, 5, here, NOW),
            reported(1, 4, here, NOW),
            reported(1, 5, here, NOW),
            reported(1, 6, here, NOW.plus_ms(11_000)),
            reported(1, 7, at(30.0, 100.0), NOW),
            reported(2, 1, here, NOW),
            ReportedFix { lat_e7: 910_000_000, ..reported(1, 8, here, NOW) },
            ReportedFix { lat_e7: 910_000_000, ..reported(2, 8, here, NOW) },
            reported(1, 9, at(30.0, 100.0001), NOW),
        ],
        NOW,
    );
    let names: Vec<_> = receipt.verdicts.iter().map(|verdict| verdict.name()).collect();
    let expected =
        ["accepted", "older", "duplicate", "future", "impossible", "unknown_unit", "invalid_position", "unknown_unit", "accepted"];
    assert_eq!(names, expected);
    assert_eq!((receipt.counts.accepted(), receipt.counts.of(Verdict::UnknownUnit), receipt.counts.total()), (2, 2, 9));
    assert_eq!(receipt.released.len(), 1);
    assert_eq!(receipt.released[0].1.sequence, 7);
    assert_eq!(fleet.latest(&unit(1)).unwrap().sequence, 9);
    assert_eq!(fleet.latest(&unit(2)), None);
}

#[test]
fn a_batch_that_is_too_large_is_refused_whole() {
    let fleet = Fleet::new();
    fleet.register(unit(1), None).unwrap();
    let fixes = vec![reported(1, 1, at(37.6, 108.8), NOW); MAX_BATCH + 1];
    let error = fleet.apply_batch(&FixBatch { sent_at: None, fixes: &fixes }, NOW).unwrap_err();
    assert_eq!(error.to_string(), "a batch has 10001 fixes: expected at most 10000");
    assert_eq!(fleet.latest(&unit(1)), None);
}

#[test]
fn only_assignable_units_are_offered_and_the_flag_follows_the_unit() {
    let fleet = Fleet::new();
    for number in 0..4 {
        fleet.register(unit(number), None).unwrap();
    }
    assert!(fleet.set_assignable(&unit(1), true), "before it has any place");
    let fixes: Vec<_> = (0..4).map(|number| reported(number, 1, at(37.6 + number as f64 * 0.01, 108.8), NOW)).collect();
    send(&fleet, &fixes, NOW);
    assert!(fleet.set_assignable(&unit(3), true));
    assert!(!fleet.set_assignable(&unit(9), true));
    let query = NearestQuery::assignable(at(37.6, 108.8), 10);
    assert_eq!(units(&fleet.nearest(&query, |_, _| true)), [unit(1), unit(3)]);
    // Unit 1 drives past unit 3 into other cells; its flag goes with it.
    send(&fleet, &[reported(1, 2, at(37.7, 108.8), NOW.plus_ms(200_000))], NOW.plus_ms(200_000));
    assert_eq!(units(&fleet.nearest(&query, |_, _| true)), [unit(3), unit(1)]);
    assert_eq!(units(&fleet.nearest(&query, |unit, _| unit.as_str().ends_with('1'))), [unit(1)]);
    fleet.set_assignable(&unit(3), false);
    assert_eq!(units(&fleet.nearest(&query, |_, _| true)), [unit(1)]);
    let all = fleet.nearest(&NearestQuery::all(at(37.6, 108.8), 3), |_, _| true);
    assert_eq!(units(&all), [unit(0), unit(2), unit(3)]);
    assert!((all[1].distance_m - 2_223.9).abs() < 0.1, "{}", all[1].distance_m);
    let near = NearestQuery { within_m: Some(2_300.0), ..NearestQuery::all(at(37.6, 108.8), 3) };
    assert_eq!(units(&fleet.nearest(&near, |_, _| true)), [unit(0), unit(2)]);
    assert!(fleet.unregister(&unit(0)) && !fleet.unregister(&unit(0)));
    assert_eq!((fleet.len(), units(&fleet.nearest(&near, |_, _| true))), (3, vec![unit(2)]));
}

#[test]
fn a_silent_unit_is_found_at_its_station() {
    let fleet = Fleet::new();
    let (station, far) = (at(37.6, 108.8), at(37.9, 108.8));
    fleet.register(unit(1), Some(station)).unwrap();
    fleet.register(unit(2), None).unwrap();
    let nearest = |now: Timestamp| {
        let hits = fleet.nearest(&NearestQuery::all(station, 5), |_, _| true);
        hits.into_iter().map(|hit| (hit.unit.clone(), hit.placed, hit.fix_age_ms(now))).collect::<Vec<_>>()
    };
    assert_eq!(nearest(NOW), [(unit(1), Placed::Station, None)]);
    send(&fleet, &[reported(1, 1, far, NOW), reported(2, 1, far, NOW)], NOW);
    assert_eq!(fleet.relegate_stale(NOW.plus_ms(STALE_AFTER_MS), STALE_AFTER_MS), 0, "60 s is not stale");
    assert_eq!(nearest(NOW), [(unit(1), Placed::Fix, Some(0)), (unit(2), Placed::Fix, Some(0))]);
    let later = NOW.plus_ms(STALE_AFTER_MS + 1);
    assert_eq!(fleet.relegate_stale(later, STALE_AFTER_MS), 1, "the other has no station");
    assert_eq!(fleet.relegate_stale(later, STALE_AFTER_MS), 0);
    assert_eq!(nearest(later), [(unit(1), Placed::Station, Some(60_001)), (unit(2), Placed::Fix, Some(60_001))]);
    send(&fleet, &[reported(1, 2, far, later)], later);
    assert_eq!(nearest(later)[0], (unit(1), Placed::Fix, Some(0)));
    fleet.forget_fix(&unit(1));
    assert_eq!(nearest(later)[0], (unit(1), Placed::Station, None));
    fleet.register(unit(1), Some(at(38.5, 108.8))).unwrap();
    assert_eq!(nearest(later)[1].0, unit(1), "its station moved");
    assert_eq!(send(&fleet, &[reported(1, 1, far, later)], later).counts.accepted(), 1, "another device starts lower");
}

#[test]
fn the_map_gets_each_changed_unit_once_with_its_latest_fix() {
    let fleet = Fleet::new();
    for number in 0..5 {
        fleet.register(unit(number), None).unwrap();
    }
    let (here, there) = (at(37.6, 108.8), at(37.6003, 108.8));
    send(&fleet, &[reported(0, 1, here, NOW), reported(1, 1, here, NOW), reported(0, 2, there, NOW)], NOW);
    assert!(fleet.changed_since(Tick::default()).fixes.is_empty(), "the tick is open");
    let first = fleet.close_tick();
    let changes = fleet.changed_since(Tick::default());
    assert_eq!((changes.through, names(&changes)), (first, vec![unit(0), unit(1)]));
    assert_eq!(changes.fixes[0].1.position, there);
    send(&fleet, &[reported(1, 1, here, NOW), reported(2, 1, here, NOW)], NOW);
    fleet.unregister(&unit(0));
    let second = fleet.close_tick();
    let changes = fleet.changed_since(first);
    assert_eq!((names(&changes), &changes.gone[..]), (vec![unit(2)], &[unit(0)][..]));
    // A new unit takes the free slot: it is not mistaken for the one that left.
    fleet.register(unit(9), None).unwrap();
    assert_eq!(names(&fleet.changed_since(Tick::default())), [unit(1), unit(2)]);
    send(&fleet, &[reported(9, 1, here, NOW), reported(2, 2, there, NOW)], NOW);
    fleet.close_tick();
    let changes = fleet.changed_since(Tick::default());
    assert_eq!((names(&changes), changes.everything), (vec![unit(9), unit(1), unit(2)], false));
    assert_eq!(names(&fleet.changed_since(second)), [unit(9), unit(2)]);
    let everything = fleet.changed_since(Tick(1_000));
    assert!(everything.everything && everything.fixes.len() == 3);
}

#[test]
fn readers_and_writers_at_once_see_whole_fixes_only() {
    let fleet = Fleet::new();
    const UNITS: usize = 200;
    // Latitude and longitude move together, so that a torn fix would show.
    let position = |step: u64| at(37.0 + step as f64 * 1e-4, 108.0 + step as f64 * 1e-4);
    for number in 0..UNITS {
        fleet.register(unit(number), None).unwrap();
        fleet.set_assignable(&unit(number), true);
    }
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let writers: Vec<_> = (0..2)
            .map(|writer| {
                let fleet = &fleet;
                scope.spawn(move || {
                    for step in 0..100 {
                        let now = NOW.plus_ms(step * 1_000);
                        let mine = (0..UNITS).filter(|number| number % 2 == writer);
                        let fixes: Vec<_> = mine.map(|number| reported(number, step, position(step), now)).collect();
                        assert_eq!(send(fleet, &fixes, now).counts.accepted(), 100);
                    }
                })
            })
            .collect();
        let map = scope.spawn(|| {
            let (mut seen, mut tick) = (BTreeMap::new(), Tick::default());
            loop {
                let last = done.load(Ordering::Acquire);
                fleet.close_tick();
                let changes = fleet.changed_since(tick);
                tick = changes.through;
                for (unit, fix) in changes.fixes {
                    let before = seen.insert(unit, fix.sequence);
                    assert!(before.is_none_or(|before| before <= fix.sequence), "the map never goes back");
                }
                if last {
                    return seen;
                }
            }
        });
        for _ in 0..2 {
            scope.spawn(|| {
                while !done.load(Ordering::Acquire) {
                    let hits = fleet.nearest(&NearestQuery::assignable(position(50), 8), |_, _| true);
                    assert!(hits.is_sorted_by(|a, b| (a.distance_m, &a.unit) <= (b.distance_m, &b.unit)));
                    for fix in hits.iter().filter_map(|hit| hit.fix) {
                        assert_eq!(fix.position, position(fix.sequence));
                    }
                }
            });
        }
        for writer in writers {
            writer.join().unwrap();
        }
        done.store(true, Ordering::Release);
        let seen = map.join().unwrap();
        assert_eq!(seen.len(), UNITS);
        assert!(seen.values().all(|&sequence| sequence == 99), "no change is lost between two ticks");
    });
}
