//! Positions at the edges of what is valid, and the squares of the grid around them.

use domain::grid::GridKey;
use domain::ids::AgencyId;
use domain::place::{Datum, H3Cell, Place, Position};

#[test]
fn the_poles_and_the_date_line_are_the_last_that_is_valid() {
    for (lat, lon) in [(90.0, 180.0), (-90.0, -180.0)] {
        let position = Position::from_degrees(lat, lon).unwrap();
        assert_eq!((position.lat(), position.lon()), (lat, lon));
        assert_eq!(Position::from_e7(position.lat_e7(), position.lon_e7()).unwrap(), position);
    }
    for (lat, lon, field, given) in [
        (90.000_000_1, 0.0, "latitude", 90.000_000_1),
        (-90.000_000_1, 0.0, "latitude", -90.000_000_1),
        (f64::NAN, 0.0, "latitude", f64::NAN),
        (0.0, 180.000_000_1, "longitude", 180.000_000_1),
        (0.0, -180.000_000_1, "longitude", -180.000_000_1),
        (0.0, f64::INFINITY, "longitude", f64::INFINITY),
    ] {
        let refused = Position::from_degrees(lat, lon).unwrap_err();
        assert_eq!((refused.field, refused.given.to_bits()), (field, given.to_bits()));
    }
    let refused = Position::from_e7(900_000_001, 0).unwrap_err();
    assert_eq!((refused.field, refused.given), ("latitude", 90.000_000_1));
    let refused = Position::from_e7(0, -1_800_000_001).unwrap_err();
    assert_eq!((refused.field, refused.given), ("longitude", -180.000_000_1));
}

#[test]
fn a_position_keeps_latitude_and_longitude_apart() {
    let position = Position::from_e7(376_000_001, 1_088_000_002).unwrap();
    assert_eq!((position.lat_e7(), position.lon_e7()), (376_000_001, 1_088_000_002));
    assert_eq!((position.lat(), position.lon()), (37.600_000_1, 108.800_000_2));
}

#[test]
fn a_place_has_the_cell_of_its_position() {
    let position = Position::from_degrees(37.6, 108.8).unwrap();
    let (datum, h3_cell) = (Datum::Wgs84, H3Cell(0x0089_1f1d_4894_7fff));
    let agency = AgencyId::new("610824-01").unwrap();
    let located = Place::Located { position, datum, h3_cell, agency };
    assert_eq!((located.position(), located.h3_cell()), (Some(position), Some(h3_cell)));
    let outside = Place::OutsideBoundaries { position, datum, h3_cell };
    assert_eq!((outside.position(), outside.h3_cell()), (Some(position), Some(h3_cell)));
    assert_eq!((Place::Unverified.position(), Place::Unverified.h3_cell()), (None, None));
}

#[test]
fn the_squares_around_are_those_the_radius_reaches_and_no_others() {
    // A square is 0.005° wide, 556 m from south to north; on the equator as much from west to east.
    let middle = Position::from_degrees(0.002_5, 0.002_5).unwrap();
    let squares = |lat: f64, lon: f64, radius_m| GridKey::around(Position::from_degrees(lat, lon).unwrap(), radius_m).count();
    assert_eq!(GridKey::around(middle, 277).collect::<Vec<_>>(), [GridKey::of(middle)]);
    assert_eq!([squares(0.002_5, 0.002_5, 279), squares(0.002_5, 0.002_5, 833)], [9, 9]);
    assert_eq!(squares(0.002_5, 0.002_5, 835), 25);
    // More than 2 km is taken as 2 km: 4 squares to each side.
    assert_eq!([squares(0.002_5, 0.002_5, 2_000), squares(0.002_5, 0.002_5, 50_000)], [81, 81]);
    // At 60° a degree from west to east is half as long: what reaches over no edge to the north does to east and west.
    assert_eq!(squares(60.002_5, 0.002_5, 200), 3);
    assert_eq!(squares(60.002_5, 0.002_5, 138), 1);
    // Close to a pole it is widened a hundredfold and no more: 200 m are 0.18° to each side.
    assert_eq!(squares(89.997_5, 0.002_5, 200), 73);
}
