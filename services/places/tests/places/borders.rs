//! Which nodes border on each other.

use crate::common::{MANIFEST, collection, feature, id, import, polygon};
use places::{Import, with_neighbours};
use proptest::prelude::*;

/// Degrees per metre of latitude, near enough.
const M: f64 = 1.0 / 111_195.0;

/// A rectangle from metres east and north of a corner of the county.
fn rectangle(west: f64, south: f64, east: f64, north: f64) -> String {
    let cos_lat = 37.0_f64.to_radians().cos();
    let at = |x: f64, y: f64| [108.0 + x * M / cos_lat, 37.0 + y * M];
    polygon(&[&[at(west, south), at(east, south), at(east, north), at(west, north), at(west, south)]])
}

fn stations(shapes: &[String]) -> Import {
    let features: Vec<String> = shapes.iter().enumerate().map(|(n, shape)| feature(&format!("c-{n}"), "station", shape)).collect();
    import(MANIFEST, &collection(&features)).unwrap()
}

fn are(import: &Import, a: &str, b: &str) -> bool {
    let one_way = |from: &str, to: &str| import.tree.get(&id(from)).unwrap().neighbours.contains(&id(to));
    assert_eq!(one_way(a, b), one_way(b, a), "{a} and {b}: a border has two sides");
    one_way(a, b)
}

#[test]
fn a_common_border_makes_neighbours_and_a_corner_does_not() {
    let home = rectangle(0.0, 0.0, 1000.0, 1000.0);
    for (other, expected, why) in [
        (rectangle(1000.0, 0.0, 2000.0, 1000.0), true, "a whole side"),
        (rectangle(1000.0, 300.0, 2000.0, 350.0), true, "50 m of a side, without a common vertex"),
        (rectangle(1000.0, 985.0, 2000.0, 2000.0), false, "15 m of a side"),
        (rectangle(1000.0, 1000.0, 2000.0, 2000.0), false, "a corner"),
        (rectangle(1004.0, 0.0, 2000.0, 1000.0), true, "drawn 4 m apart"),
        (rectangle(1007.0, 0.0, 2000.0, 1000.0), false, "a strip of 7 m between them"),
        (rectangle(980.0, 0.0, 2000.0, 1000.0), true, "drawn 20 m over each other"),
        (rectangle(3000.0, 0.0, 4000.0, 1000.0), false, "far away"),
    ] {
        assert_eq!(are(&stations(&[home.clone(), other]), "c-0", "c-1"), expected, "{why}");
    }
}

#[test]
fn an_island_borders_on_what_is_around_it() {
    let cos_lat = 37.0_f64.to_radians().cos();
    let ring = |low: f64, high: f64| {
        let at = |x: f64, y: f64| [108.0 + x * M / cos_lat, 37.0 + y * M];
        [at(low, low), at(high, low), at(high, high), at(low, high), at(low, low)]
    };
    let around = polygon(&[&ring(0.0, 3000.0), &ring(1000.0, 2000.0)]);
    assert!(are(&stations(&[around, polygon(&[&ring(1000.0, 2000.0)])]), "c-0", "c-1"));
}

#[test]
fn only_nodes_of_one_level_are_neighbours() {
    let station = feature("c-0", "station", &rectangle(0.0, 0.0, 1000.0, 1000.0));
    let beat = |code: &str, west: f64, east: f64| {
        feature(code, "beat", &rectangle(west, 0.0, east, 1000.0)).replace("\"parent\":\"c\"", "\"parent\":\"c-0\"")
    };
    let file = collection(&[station, beat("c-0-1", 0.0, 500.0), beat("c-0-2", 500.0, 1000.0)]);
    let import = import(MANIFEST, &file).unwrap();
    assert!(are(&import, "c-0-1", "c-0-2"));
    assert!(!are(&import, "c-0", "c-0-1"));
    assert!(import.tree.get(&id("c-0")).unwrap().neighbours.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Fields of a grid whose inner lines are drawn crooked, each line the same for the fields on its two sides but cut into
    /// different pieces: exactly those with a common side are neighbours.
    #[test]
    fn in_a_crooked_grid_the_fields_with_a_common_side_are_neighbours(
        columns in 2usize..5, rows in 2usize..4, bends in prop::collection::vec(-0.2f64..0.2, 80), cuts in prop::collection::vec(any::<bool>(), 80)
    ) {
        const SIDE_M: f64 = 400.0;
        let cos_lat = 37.0_f64.to_radians().cos();
        // A corner of the grid, moved a little; the same for all four fields that meet there.
        let corner = |x: usize, y: usize| {
            let n = (x * 7 + y) % 40;
            [(x as f64 + bends[n]) * SIDE_M, (y as f64 + bends[n + 40]) * SIDE_M]
        };
        // The side between two corners, with a point in its middle for some of those who draw it.
        let side = |from: [f64; 2], to: [f64; 2], n: usize| {
            let middle = cuts[n % 80].then(|| [(from[0] + to[0]) / 2.0, (from[1] + to[1]) / 2.0]);
            std::iter::once(from).chain(middle)
        };
        let field = |x: usize, y: usize| {
            let corners = [corner(x, y), corner(x + 1, y), corner(x + 1, y + 1), corner(x, y + 1)];
            let mut ring: Vec<[f64; 2]> = (0..4).flat_map(|s| side(corners[s], corners[(s + 1) % 4], x * 19 + y * 5 + s)).collect();
            ring.push(ring[0]);
            let degrees: Vec<[f64; 2]> = ring.iter().map(|[e, n]| [108.0 + e * M / cos_lat, 37.0 + n * M]).collect();
            polygon(&[&degrees])
        };
        let shapes: Vec<String> = (0..columns * rows).map(|n| field(n % columns, n / columns)).collect();
        let import = stations(&shapes);
        for a in 0..shapes.len() {
            for b in 0..a {
                let apart = (a % columns).abs_diff(b % columns) + (a / columns).abs_diff(b / columns);
                prop_assert_eq!(are(&import, &format!("c-{a}"), &format!("c-{b}")), apart == 1, "fields {} and {}", a, b);
            }
        }
        let again = with_neighbours(&import.tree, &import.boundaries).unwrap();
        prop_assert_eq!(&again, &*import.tree);
    }
}
