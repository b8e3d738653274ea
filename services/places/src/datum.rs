//! Datum conversion: GCJ-02 and BD-09 to WGS-84 and back.
//!
//! GCJ-02 is a WGS-84 position moved by a smooth, position-dependent shift of up to about 700 m. The authority never published
//! the shift; the formula here is the one that became public in 2010 and that every open converter uses, on the Krasovsky 1940
//! ellipsoid (see Wikipedia, "Restrictions on geographic data in China", section "GCJ-02"; the test points are those of the
//! `eviltransform` project). BD-09 is Baidu's further shift on top of GCJ-02 (same article, section "BD-09").
//!
//! The shift applies only inside the rectangle that the formula declares as China; positions outside are unchanged. Whether a
//! position to convert lies in the rectangle is judged by the position given, so within a kilometre of the rectangle's edge
//! (open sea and other countries) a round trip need not come back.

use domain::place::{Datum, InvalidPosition, Position};
use std::f64::consts::PI;

/// Semi-major axis of the Krasovsky 1940 ellipsoid, metres.
const KRASOVSKY_A_M: f64 = 6_378_245.0;
/// First eccentricity squared of the Krasovsky 1940 ellipsoid.
const KRASOVSKY_EE: f64 = 0.006_693_421_622_965_943;
/// BD-09's angular factor.
const BD09_PI: f64 = PI * 3000.0 / 180.0;
/// The inverse stops when a step is smaller than this, in degrees (0.1 mm): well below the 10⁻⁷ that a position stores.
const INVERSE_STEP_DEG: f64 = 1e-9;
/// Steps of the inverse. Each gains about two decimal digits, so six are enough; the bound is only a bound.
const INVERSE_STEPS_MAX: usize = 20;

/// Latitude and longitude in degrees.
#[derive(Clone, Copy, Debug)]
struct Degrees {
    lat: f64,
    lon: f64,
}

/// Reads a position that was declared in `datum`, in degrees, as WGS-84.
///
/// # Errors
/// [`InvalidPosition`] when a value is not finite or out of range.
pub fn to_wgs84(lat: f64, lon: f64, datum: Datum) -> Result<Position, InvalidPosition> {
    Position::from_degrees(lat, lon)?;
    let given = Degrees { lat, lon };
    let wgs84 = match datum {
        Datum::Wgs84 => given,
        Datum::Gcj02 => gcj02_to_wgs84(given),
        Datum::Bd09 => gcj02_to_wgs84(bd09_to_gcj02(given)),
    };
    Position::from_degrees(wgs84.lat, wgs84.lon)
}

/// A WGS-84 position as `(latitude, longitude)` in degrees of `datum`: for base maps and systems that are not in WGS-84.
#[must_use]
pub fn from_wgs84(position: Position, datum: Datum) -> (f64, f64) {
    let wgs84 = Degrees { lat: position.lat(), lon: position.lon() };
    let out = match datum {
        Datum::Wgs84 => wgs84,
        Datum::Gcj02 => wgs84_to_gcj02(wgs84),
        Datum::Bd09 => gcj02_to_bd09(wgs84_to_gcj02(wgs84)),
    };
    (out.lat, out.lon)
}

/// The rectangle in which the shift applies, as the published formula has it.
fn in_china(at: Degrees) -> bool {
    (0.8293..=55.8271).contains(&at.lat) && (72.004..=137.8347).contains(&at.lon)
}

/// The GCJ-02 shift at a WGS-84 position, degrees.
fn gcj02_shift(at: Degrees) -> Degrees {
    let (x, y) = (at.lon - 105.0, at.lat - 35.0);
    let root = x.abs().sqrt();
    let waves = 20.0 * (6.0 * x * PI).sin() + 20.0 * (2.0 * x * PI).sin();
    let north = -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * root
        + (waves + 20.0 * (y * PI).sin() + 40.0 * (y / 3.0 * PI).sin() + 160.0 * (y / 12.0 * PI).sin() + 320.0 * (y * PI / 30.0).sin())
            * 2.0
            / 3.0;
    let east = 300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * root
        + (waves + 20.0 * (x * PI).sin() + 40.0 * (x / 3.0 * PI).sin() + 150.0 * (x / 12.0 * PI).sin() + 300.0 * (x / 30.0 * PI).sin())
            * 2.0
            / 3.0;
    let lat_rad = at.lat.to_radians();
    let w = 1.0 - KRASOVSKY_EE * lat_rad.sin().powi(2);
    let meridian_m = KRASOVSKY_A_M * (1.0 - KRASOVSKY_EE) / (w * w.sqrt());
    let parallel_m = KRASOVSKY_A_M / w.sqrt() * lat_rad.cos();
    Degrees { lat: (north / meridian_m).to_degrees(), lon: (east / parallel_m).to_degrees() }
}

fn wgs84_to_gcj02(at: Degrees) -> Degrees {
    if !in_china(at) {
        return at;
    }
    let shift = gcj02_shift(at);
    Degrees { lat: at.lat + shift.lat, lon: at.lon + shift.lon }
}

fn gcj02_to_wgs84(given: Degrees) -> Degrees {
    if !in_china(given) {
        return given;
    }
    invert(given, |at| {
        let shift = gcj02_shift(at);
        Degrees { lat: at.lat + shift.lat, lon: at.lon + shift.lon }
    })
}

fn gcj02_to_bd09(at: Degrees) -> Degrees {
    if !in_china(at) {
        return at;
    }
    bd09_forward(at)
}

fn bd09_to_gcj02(given: Degrees) -> Degrees {
    if !in_china(given) {
        return given;
    }
    invert(given, bd09_forward)
}

fn bd09_forward(at: Degrees) -> Degrees {
    let radius = at.lon.hypot(at.lat) + 0.000_02 * (at.lat * BD09_PI).sin();
    let angle = at.lat.atan2(at.lon) + 0.000_003 * (at.lon * BD09_PI).cos();
    Degrees { lat: radius * angle.sin() + 0.006, lon: radius * angle.cos() + 0.0065 }
}

/// Solves `forward(x) = target` by fixed-point steps: the shift changes by about 1 % of a step, so each step gains two digits.
fn invert(target: Degrees, forward: impl Fn(Degrees) -> Degrees) -> Degrees {
    let mut guess = target;
    for _ in 0..INVERSE_STEPS_MAX {
        let there = forward(guess);
        let (step_lat, step_lon) = (target.lat - there.lat, target.lon - there.lon);
        guess = Degrees { lat: guess.lat + step_lat, lon: guess.lon + step_lon };
        if step_lat.abs().max(step_lon.abs()) < INVERSE_STEP_DEG {
            break;
        }
    }
    guess
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// (WGS-84 lat, lon, GCJ-02 lat, lon), from the eviltransform project's tests.
    const KNOWN: [(f64, f64, f64, f64); 3] = [
        (31.1774276, 121.5272106, 31.175_303_983_645_97, 121.531_541_859_215),
        (22.543847, 113.912316, 22.540_796_131_694_766, 113.917_176_480_836_3),
        (39.911954, 116.377817, 39.913_345_455_360_69, 116.384_047_224_554_57),
    ];

    fn metres(a: (f64, f64), b: (f64, f64)) -> f64 {
        let north_m = (a.0 - b.0) * 111_195.0;
        let east_m = (a.1 - b.1) * 111_195.0 * a.0.to_radians().cos();
        north_m.hypot(east_m)
    }

    #[test]
    fn the_published_points_come_out_both_ways() {
        for (lat, lon, gcj_lat, gcj_lon) in KNOWN {
            let wgs84 = Position::from_degrees(lat, lon).unwrap();
            let out = from_wgs84(wgs84, Datum::Gcj02);
            assert!(metres(out, (gcj_lat, gcj_lon)) < 0.02, "{out:?}");
            let back = to_wgs84(gcj_lat, gcj_lon, Datum::Gcj02).unwrap();
            assert!((back.lat_e7() - wgs84.lat_e7()).abs() <= 1 && (back.lon_e7() - wgs84.lon_e7()).abs() <= 1, "{back:?}");
        }
    }

    #[test]
    fn the_shift_at_beijing_is_about_555_m() {
        let wgs84 = Position::from_degrees(39.911954, 116.377817).unwrap();
        let shift_m = metres((wgs84.lat(), wgs84.lon()), from_wgs84(wgs84, Datum::Gcj02));
        assert!((545.0..565.0).contains(&shift_m), "{shift_m}");
    }

    #[test]
    fn baidus_datum_lies_more_than_a_kilometre_off_at_beijing() {
        // Tiananmen: a widely published pair, 39.908823,116.397470 in GCJ-02 and 39.915, 116.404 in BD-09.
        let wgs84 = to_wgs84(39.908_823, 116.397_470, Datum::Gcj02).unwrap();
        let bd09 = from_wgs84(wgs84, Datum::Bd09);
        assert!(metres(bd09, (39.915, 116.404)) < 30.0, "{bd09:?}");
        assert!(metres(bd09, (wgs84.lat(), wgs84.lon())) > 1000.0);
    }

    #[test]
    fn outside_china_nothing_moves_and_bad_values_are_refused() {
        let seattle = to_wgs84(47.6, -122.3, Datum::Gcj02).unwrap();
        assert_eq!(seattle, Position::from_degrees(47.6, -122.3).unwrap());
        assert_eq!(to_wgs84(47.6, -122.3, Datum::Bd09).unwrap(), seattle);
        assert_eq!(from_wgs84(seattle, Datum::Bd09), (seattle.lat(), seattle.lon()));
        assert_eq!(to_wgs84(f64::NAN, 0.0, Datum::Gcj02).unwrap_err().field, "latitude");
        assert_eq!(to_wgs84(0.0, 180.1, Datum::Bd09).unwrap_err().field, "longitude");
    }

    proptest! {
        #[test]
        fn there_and_back_is_the_same_position(lat in 3.0f64..54.0, lon in 73.0f64..136.0) {
            let wgs84 = Position::from_degrees(lat, lon).unwrap();
            for datum in [Datum::Wgs84, Datum::Gcj02, Datum::Bd09] {
                let (there_lat, there_lon) = from_wgs84(wgs84, datum);
                let back = to_wgs84(there_lat, there_lon, datum).unwrap();
                prop_assert!((back.lat_e7() - wgs84.lat_e7()).abs() <= 1, "{datum:?} {back:?} {wgs84:?}");
                prop_assert!((back.lon_e7() - wgs84.lon_e7()).abs() <= 1, "{datum:?} {back:?} {wgs84:?}");
            }
        }
    }
}
