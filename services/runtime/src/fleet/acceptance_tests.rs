//! Tests of which fixes are believed.

use super::acceptance::{Judged, Track, prepare};
use super::*;
use proptest::prelude::*;

const NOW: Timestamp = Timestamp(1_795_000_000_000);

fn fix(sequence: u64, lat: f64, lon: f64) -> Fix {
    // One fix a second, received as it is taken.
    let time = NOW.plus_ms(sequence * 1000);
    Fix {
        position: Position::from_degrees(lat, lon).unwrap(),
        fix_time: time,
        received: time,
        device_epoch: 1,
        sequence,
        speed_cm_per_s: None,
        heading_deg: None,
        accuracy_m: None,
    }
}

fn reported(lat_e7: i32, lon_e7: i32, device_time: Timestamp) -> ReportedFix {
    ReportedFix {
        unit: UnitId::new("610824-a1").unwrap(),
        lat_e7,
        lon_e7,
        device_time,
        device_epoch: 0,
        sequence: 1,
        speed_cm_per_s: Some(1_000),
        heading_deg: Some(360),
        accuracy_m: Some(8),
    }
}

const ACCEPTED: Judged = Judged { verdict: Verdict::Accepted, released: None };

fn is_impossible(judged: &Judged) -> bool {
    matches!(judged, Judged { verdict: Verdict::Impossible { .. }, released: None })
}

#[test]
fn a_wrong_device_clock_is_corrected_by_the_time_of_sending() {
    // The device is an hour ahead; it took the fix 3 s before it sent it.
    let device_now = NOW.plus_ms(3_600_000);
    let batch = FixBatch { sent_at: Some(device_now), fixes: &[] };
    let fix = prepare(&reported(376_000_000, 1_088_000_000, Timestamp(device_now.0 - 3_000)), &batch, NOW).unwrap();
    assert_eq!((fix.fix_time, fix.age_ms(NOW)), (Timestamp(NOW.0 - 3_000), 3_000));
    assert_eq!(fix.heading_deg, None, "360 is no heading");
    assert_eq!(Track::default().judge(fix), ACCEPTED);
    // Without the time of sending the same fix is an hour in the future.
    let batch = FixBatch { sent_at: None, fixes: &[] };
    let fix = prepare(&reported(376_000_000, 1_088_000_000, device_now), &batch, NOW).unwrap();
    assert_eq!(Track::default().judge(fix).verdict, Verdict::Future { ahead_ms: 3_600_000 });
}

#[test]
fn absurd_clocks_neither_overflow_nor_panic() {
    for sent_at in [i64::MIN, -1, 0, i64::MAX] {
        for device_time in [i64::MIN, 0, i64::MAX] {
            let batch = FixBatch { sent_at: Some(Timestamp(sent_at)), fixes: &[] };
            let fix = prepare(&reported(1, 1, Timestamp(device_time)), &batch, NOW).unwrap();
            let mut track = Track::default();
            track.judge(fix);
            track.judge(Fix { sequence: 2, ..fix });
        }
    }
}

#[test]
fn positions_that_are_none_are_refused() {
    let batch = FixBatch { sent_at: None, fixes: &[] };
    for (lat_e7, lon_e7) in [(0, 0), (900_000_001, 0), (0, -1_800_000_001), (i32::MIN, i32::MAX)] {
        assert_eq!(prepare(&reported(lat_e7, lon_e7, NOW), &batch, NOW), Err(Verdict::InvalidPosition));
    }
}

#[test]
fn ten_seconds_ahead_is_accepted_and_more_is_not() {
    let mut track = Track::default();
    track.judge(fix(1, 37.6, 108.8));
    let ahead = |sequence, ahead_ms| {
        let fix = fix(sequence, 37.6, 108.8);
        Fix { fix_time: fix.received.plus_ms(ahead_ms), ..fix }
    };
    assert_eq!(track.judge(ahead(3, FUTURE_TOLERANCE_MS + 1)).verdict, Verdict::Future { ahead_ms: 10_001 });
    assert_eq!(track.judge(ahead(2, FUTURE_TOLERANCE_MS)), ACCEPTED, "a quarantined fix doesn't make later ones older");
}

#[test]
fn a_new_device_epoch_is_newer_whatever_its_sequence() {
    let mut track = Track::default();
    assert_eq!(track.judge(fix(500, 37.6, 108.8)), ACCEPTED);
    assert_eq!(track.judge(Fix { device_epoch: 2, ..fix(1, 37.6, 108.8) }), ACCEPTED);
    assert_eq!(track.judge(fix(501, 37.6, 108.8)).verdict, Verdict::Older);
    assert_eq!(track.judge(Fix { device_epoch: 2, ..fix(1, 37.6, 108.8) }).verdict, Verdict::Duplicate);
}

#[test]
fn one_slip_is_held_and_dropped() {
    let mut track = Track::default();
    track.judge(fix(1, 37.6, 108.8));
    let slip = track.judge(fix(2, 38.6, 108.8));
    assert_eq!(slip.verdict, Verdict::Impossible { distance_m: 111_195, elapsed_ms: 1_000 });
    assert_eq!(track.judge(fix(2, 38.6, 108.8)).verdict, Verdict::Duplicate, "the held fix again is no second witness");
    assert_eq!(track.judge(fix(3, 37.6001, 108.8)), ACCEPTED);
    assert!(is_impossible(&track.judge(fix(4, 38.6, 108.8))), "the dropped fix is no witness any more");
}

#[test]
fn a_unit_that_was_carried_is_believed_with_the_second_fix() {
    let mut track = Track::default();
    track.judge(fix(1, 37.6, 108.8));
    assert!(is_impossible(&track.judge(fix(2, 38.6, 108.8))));
    assert!(is_impossible(&track.judge(fix(3, -10.0, 20.0))), "this one agrees with neither");
    let judged = track.judge(fix(4, -10.0001, 20.0));
    assert_eq!(judged, Judged { verdict: Verdict::Accepted, released: Some(fix(3, -10.0, 20.0)) });
    assert_eq!(track.latest, Some(fix(4, -10.0001, 20.0)));
}

#[test]
fn a_late_fix_is_no_second_witness_but_may_still_be_the_newest_believable() {
    let mut track = Track::default();
    track.judge(fix(1, 37.6, 108.8));
    assert!(is_impossible(&track.judge(fix(9, 38.6, 108.8))));
    assert!(is_impossible(&track.judge(fix(5, 38.6, 108.8))), "older than the held fix");
    assert_eq!(track.judge(fix(3, 37.6002, 108.8)), ACCEPTED);
    assert_eq!(track.judge(fix(10, 38.6, 108.8)).released, Some(fix(9, 38.6, 108.8)), "the held fix was kept");
}

#[test]
fn the_limit_of_speed_is_where_it_says() {
    let after_s = |seconds: u64, distance_m: f64| {
        let mut track = Track::default();
        track.judge(fix(0, 0.0, 50.0));
        // Along the equator, where the reckoning is plain.
        track.judge(fix(seconds, 0.0, 50.0 + (distance_m / roads::EARTH_RADIUS_M).to_degrees())).verdict
    };
    let reach_m = |seconds: f64| JUMP_ALLOWANCE_M + MAX_UNIT_SPEED_M_PER_S * seconds;
    assert_eq!(after_s(100, reach_m(100.0) - 1.0), Verdict::Accepted);
    assert!(matches!(after_s(100, reach_m(100.0) + 1.0), Verdict::Impossible { .. }));
    assert_eq!(after_s(1, reach_m(1.0) - 1.0), Verdict::Accepted);
    assert_eq!(after_s(86_400, 10_000_000.0), Verdict::Accepted, "a day later it may be anywhere it could have got to");
}

proptest! {
    /// Whatever order fixes come in and however often, the latest is the newest believable one.
    #[test]
    fn the_newest_wins_in_every_order(
        keys in prop::collection::vec((0..3u32, 0..20u64), 1..60),
        ahead in prop::collection::vec(0..20_000u64, 60),
    ) {
        let mut track = Track::default();
        let mut newest = None;
        for (&(device_epoch, sequence), &ahead_ms) in keys.iter().zip(&ahead) {
            // All within the jump allowance of each other, so that only order and time decide.
            let position = Position::from_e7(376_000_000 + i32::try_from(sequence).unwrap(), 1_088_000_000).unwrap();
            let fix = Fix { position, fix_time: NOW.plus_ms(ahead_ms), received: NOW, device_epoch, ..fix(sequence, 0.0, 0.0) };
            let key = (device_epoch, sequence);
            let expected = match newest {
                Some(newest) if key < newest => Verdict::Older,
                Some(newest) if key == newest => Verdict::Duplicate,
                _ if ahead_ms > FUTURE_TOLERANCE_MS => Verdict::Future { ahead_ms },
                _ => Verdict::Accepted,
            };
            prop_assert_eq!(track.judge(fix).verdict, expected);
            if expected == Verdict::Accepted {
                newest = Some(key);
            }
            prop_assert_eq!(track.latest.map(|latest| latest.order_key()), newest);
        }
    }
}
