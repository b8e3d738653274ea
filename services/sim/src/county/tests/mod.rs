//! Counties of many seeds hold together: boundaries, roads, river, names, units, files.

mod files;
mod planted;
mod routes;

use super::*;
use crate::geometry::{Side, doubled_area, offset, side_of_ring};
use crate::layout::Boundary;
use domain::agency::AgencyLevel;
use domain::policy::{DEFAULT_TEXT, for_nobody, parse, unknown_place_classes};
use domain::unit::{UnitKind, UnitProfile};
use proptest::prelude::*;
use roads::sphere::great_circle_m;
use std::collections::{BTreeMap, BTreeSet};

fn made(seed: u64) -> County {
    county(&CountyPlan::new(seed).unwrap()).unwrap()
}

/// Positive when `b` lies to the left of the way from `o` to `a`, exactly.
fn cross(o: Position, a: Position, b: Position) -> i64 {
    let d = |p: Position| (i64::from(p.lon_e7() - o.lon_e7()), i64::from(p.lat_e7() - o.lat_e7()));
    let ((ax, ay), (bx, by)) = (d(a), d(b));
    ax * by - ay * bx
}

/// Whether two stretches have a point in common.
fn meet((a, b): (Position, Position), (c, d): (Position, Position)) -> bool {
    let apart = |p: i64, q: i64| (p > 0 && q > 0) || (p < 0 && q < 0);
    !(apart(cross(a, b, c), cross(a, b, d)) || apart(cross(c, d, a), cross(c, d, b)))
}

fn edges(ring: &[Position]) -> impl Iterator<Item = (Position, Position)> {
    ring.iter().copied().zip(ring.iter().copied().cycle().skip(1))
}

/// Whether no two edges of a ring meet that are not next to each other.
pub(crate) fn is_simple(ring: &[Position]) -> bool {
    let edges: Vec<_> = edges(ring).collect();
    let bounds = |(a, b): (Position, Position)| (a.lon_e7().min(b.lon_e7()), a.lon_e7().max(b.lon_e7()));
    edges.iter().enumerate().all(|(i, one)| {
        let (west, east) = bounds(*one);
        let others = edges.iter().enumerate().skip(i + 2).filter(|(j, _)| !(i == 0 && *j == edges.len() - 1));
        others.filter(|(_, other)| bounds(**other).0 <= east && bounds(**other).1 >= west).all(|(_, other)| !meet(*one, *other))
    })
}

/// Siblings' areas add up to their parent's, nothing overlaps at the corners, every seat is inside, the tree is one.
pub(crate) fn assert_boundaries_fit(layout: &Layout) {
    assert!(layout.tree().is_ok());
    let of = |id: &domain::ids::AgencyId| layout.boundary(id).unwrap();
    for (node, boundary) in layout.nodes.iter().zip(&layout.boundaries) {
        assert_eq!(node.agency_id, boundary.agency_id);
        assert!(doubled_area(&boundary.ring) > 0, "{} goes counter-clockwise", node.agency_id);
        let seat = node.seat.unwrap();
        assert_eq!(side_of_ring(&boundary.ring, seat), Side::Inside, "{} has its seat inside", node.agency_id);
        let children: Vec<&Boundary> =
            layout.nodes.iter().filter(|n| n.parent.as_ref() == Some(&node.agency_id)).map(|n| of(&n.agency_id)).collect();
        if children.is_empty() {
            continue;
        }
        assert_eq!(children.iter().map(|b| doubled_area(&b.ring)).sum::<i128>(), doubled_area(&boundary.ring), "{}", node.agency_id);
        // Every corner of a child lies on its parent's or on another child's boundary, and in nobody.
        for corner in children.iter().flat_map(|b| &b.ring).step_by(5) {
            let sides: Vec<Side> = children.iter().map(|b| side_of_ring(&b.ring, *corner)).collect();
            assert!(!sides.contains(&Side::Inside), "{corner:?} of {}", node.agency_id);
            let edges = sides.iter().filter(|side| **side == Side::Edge).count();
            assert!(edges >= 2 || side_of_ring(&boundary.ring, *corner) == Side::Edge, "{corner:?} of {}", node.agency_id);
        }
    }
}

fn assert_roads_are_sound(county: &County) {
    let network = &county.network;
    assert!(network.is_strongly_connected());
    let river = &county.water[0];
    let (south, north) = (river.ring.iter().map(|p| p.lat_e7()).min().unwrap(), river.ring.iter().map(|p| p.lat_e7()).max().unwrap());
    let banks: Vec<_> = edges(&river.ring).collect();
    let spans = |a: i32, b: i32, c: i32, d: i32| a.min(b) <= c.max(d) && c.min(d) <= a.max(b);
    let near = |(a, b): (Position, Position), (c, d): (Position, Position)| {
        spans(a.lat_e7(), b.lat_e7(), c.lat_e7(), d.lat_e7()) && spans(a.lon_e7(), b.lon_e7(), c.lon_e7(), d.lon_e7())
    };
    let mut bridges = 0;
    for link in &network.links {
        let ends = network.ends(link).unwrap();
        assert_ne!(link.from, link.to);
        assert!(network.length_m(link) < 1_500.0, "{link:?}");
        if ends.0.lat_e7().max(ends.1.lat_e7()) < south || ends.0.lat_e7().min(ends.1.lat_e7()) > north {
            assert!(!link.bridge);
            continue;
        }
        let wet = banks.iter().any(|bank| near(*bank, ends) && meet(*bank, ends));
        assert_eq!(wet, link.bridge, "{link:?} {ends:?}: bridges cross the water, and nothing else does");
        assert_eq!(side_of_ring(&river.ring, ends.0), Side::Outside, "{link:?}");
        bridges += usize::from(link.bridge);
    }
    assert!((1..=16).contains(&bridges), "{bridges} bridges");
    let degrees = network.degrees();
    let mean = f64::from(degrees.iter().sum::<u32>()) / degrees.len() as f64;
    assert!((2.1..2.8).contains(&mean), "mean degree {mean}");
    assert!(degrees.iter().all(|degree| (1..=10).contains(degree)), "{:?}", degrees.iter().max());
    let ring = &county.layout.boundaries[0].ring;
    assert!(network.nodes.iter().step_by(7).all(|node| side_of_ring(ring, *node) == Side::Inside));
    let classes: BTreeSet<RoadClass> = network.links.iter().map(|link| link.class).collect();
    assert_eq!(classes.len(), ROAD_CLASSES.len(), "every class is there");
}

fn assert_towns_are_dense(county: &County) {
    let seat = county.layout.nodes[0].seat.unwrap();
    let near = county.network.nodes.iter().filter(|node| great_circle_m(seat, **node) < 1_000.0).count() as f64;
    let ring = &county.layout.boundaries[0].ring;
    let per_m = |p: Position| (great_circle_m(p, offset(p, 1_000.0, 0.0)), offset(p, 1_000.0, 1_000.0));
    let (_, corner) = per_m(seat);
    let square = f64::from(corner.lat_e7() - seat.lat_e7()) * f64::from(corner.lon_e7() - seat.lon_e7());
    let area_km2 = doubled_area(ring) as f64 / 2.0 / square;
    let (town, country) = (near / std::f64::consts::PI, county.network.nodes.len() as f64 / area_km2);
    assert!((500.0..2_500.0).contains(&area_km2), "{area_km2} km²");
    assert!(town > 8.0 * country, "{town} nodes in a square kilometre of the town, {country} in one of the county");
}

fn assert_names_are_unique(county: &County) {
    let nodes = county.layout.nodes.iter().chain(&county.layout.posts).map(|node| Name::new(&node.name_zh, &node.name_en));
    let places = county.facilities.iter().map(|f| f.name.clone()).chain(county.docks.iter().map(|d| d.name.clone()));
    let places = places.chain(county.checkpoints.iter().map(|c| c.name.clone())).chain(county.cameras.iter().map(|c| c.name.clone()));
    let all: Vec<Name> = nodes.chain(places).chain(county.network.names.iter().cloned()).collect();
    let mut seen: BTreeMap<&str, &Name> = BTreeMap::new();
    for name in &all {
        assert!(!name.zh.is_empty() && !name.en.is_empty());
        for text in [&name.zh, &name.en] {
            assert_eq!(seen.insert(text, name), None, "{name:?}");
        }
    }
}

fn assert_units_are_as_the_policy_asks(county: &County) {
    let policy = parse("default.toml", DEFAULT_TEXT).unwrap();
    let (layout, tree) = (&county.layout, county.layout.tree().unwrap());
    let profiles: Vec<UnitProfile> = layout.units.iter().map(crate::layout::UnitPlan::profile).collect();
    assert_eq!(domain::staffing::check(&tree, &profiles, &policy), Vec::new());
    assert_eq!(for_nobody(&policy, &tree, &profiles), Vec::new());
    assert_eq!(unknown_place_classes(&policy, &tree), Vec::new());
    let distinct = |of: fn(&UnitProfile) -> &str| profiles.iter().map(of).collect::<BTreeSet<_>>().len();
    assert_eq!((distinct(|unit| unit.unit_id.as_str()), distinct(|unit| &unit.call_sign)), (profiles.len(), profiles.len()));
    let stations = || layout.nodes.iter().filter(|node| node.level == AgencyLevel::Station);
    assert!(stations().all(|station| station.staffing.is_some()), "every station is held to a template");
    for unit in &layout.units {
        assert!(tree.get(&unit.home).is_some());
        let ground = layout.boundary(&unit.home);
        assert!(ground.is_none_or(|ground| side_of_ring(&ground.ring, unit.start) == Side::Inside), "{} begins at home", unit.unit_id);
    }
}

fn assert_holds_together(seed: u64) {
    let county = made(seed);
    let layout = &county.layout;
    assert_boundaries_fit(layout);
    assert!(layout.boundaries.iter().all(|boundary| is_simple(&boundary.ring)));
    assert!(is_simple(&county.water[0].ring));
    assert_roads_are_sound(&county);
    assert_towns_are_dense(&county);
    assert_names_are_unique(&county);
    assert_units_are_as_the_policy_asks(&county);
    let of_level = |level| layout.nodes.iter().filter(|node| node.level == level).count();
    assert_eq!((of_level(AgencyLevel::Station), of_level(AgencyLevel::Beat), layout.units.len()), (STATIONS, 20, UNITS));
    assert_eq!(layout.posts.len(), 4);
    let kinds: BTreeSet<UnitKind> = layout.units.iter().map(|unit| unit.kind).collect();
    assert_eq!(kinds.len(), 7, "cars, motorcycles, foot, drones, grid workers, guards, volunteers");
    assert!(county.cameras.iter().all(|camera| camera.stream.starts_with("rtsp://camera.invalid/")));
    let docked = |start: Position| county.docks.iter().any(|dock| dock.position == start);
    assert!(layout.units.iter().filter(|unit| unit.is_drone()).all(|unit| docked(unit.start)));
}

// 64 seeds in four tests, so that they run side by side.
proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn every_seed_makes_a_county_that_holds_together_1(seed in 0..=u64::MAX / 4) {
        assert_holds_together(seed);
    }

    #[test]
    fn every_seed_makes_a_county_that_holds_together_2(seed in u64::MAX / 4..=u64::MAX / 2) {
        assert_holds_together(seed);
    }

    #[test]
    fn every_seed_makes_a_county_that_holds_together_3(seed in u64::MAX / 2..=u64::MAX / 4 * 3) {
        assert_holds_together(seed);
    }

    #[test]
    fn every_seed_makes_a_county_that_holds_together_4(seed in u64::MAX / 4 * 3..=u64::MAX) {
        assert_holds_together(seed);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn counties_of_every_size_hold_together(seed in any::<u64>(), stations in 1..10_usize, each in 8..60_usize) {
        let plan = CountyPlan { stations, units: stations * each, ..CountyPlan::new(seed).unwrap() };
        let county = county(&plan).unwrap();
        assert_boundaries_fit(&county.layout);
        prop_assert!(county.network.is_strongly_connected());
        prop_assert_eq!(county.layout.units.len(), plan.units);
        assert_names_are_unique(&county);
        let policy = parse("default.toml", DEFAULT_TEXT).unwrap();
        let profiles: Vec<UnitProfile> = county.layout.units.iter().map(crate::layout::UnitPlan::profile).collect();
        prop_assert_eq!(domain::staffing::check(&county.layout.tree().unwrap(), &profiles, &policy), Vec::new());
    }
}

#[test]
fn the_same_plan_gives_the_same_county_and_another_seed_another() {
    let (one, again, other) = (made(1), made(1), made(2));
    assert_eq!(one, again);
    assert_eq!(one.layout, invented_county(1).unwrap());
    assert_ne!(one.network, other.network);
    assert_ne!(one.layout.boundaries, other.layout.boundaries);
}

#[test]
fn a_county_of_the_greatest_size_is_made() {
    let plan = CountyPlan { stations: COUNTY_STATIONS_MAX, units: 3_000, ..CountyPlan::new(4).unwrap() };
    let county = county(&plan).unwrap();
    assert_boundaries_fit(&county.layout);
    assert!(county.network.is_strongly_connected());
    assert_eq!(county.layout.units.len(), 3_000);
    assert_units_are_as_the_policy_asks(&county);
    assert_names_are_unique(&county);
}

#[test]
fn a_plan_out_of_range_is_refused() {
    let plan = CountyPlan::new(1).unwrap();
    let refused = |plan: CountyPlan| county(&plan).unwrap_err().to_string();
    assert!(refused(CountyPlan { stations: 0, ..plan.clone() }).starts_with("stations is 0: expected 1 to 24"));
    assert!(refused(CountyPlan { units: 47, ..plan.clone() }).starts_with("units is 47: expected 48 to 100000"));
    assert!(refused(CountyPlan { code: "9".repeat(25), ..plan.clone() }).starts_with("code is"));
    assert!(refused(CountyPlan { centre: Position::from_degrees(80.0, 0.0).unwrap(), ..plan }).starts_with("centre is"));
}

#[test]
fn the_first_seed_is_held_as_figures() {
    let county = made(1);
    let bridges = county.network.links.iter().filter(|link| link.bridge).count();
    let roads = (county.network.nodes.len(), county.network.links.len(), bridges, county.network.names.len());
    let places = (county.facilities.len(), county.schools().count(), county.hospitals().count(), county.cameras.len());
    let watch = (county.response_points.len(), county.docks.len(), county.checkpoints.len(), county.layout.posts.len());
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for unit in &county.layout.units {
        *kinds.entry(unit.kind.key()).or_default() += 1;
    }
    assert_eq!((roads, places, watch), ((4389, 5121, 6, 287), (65, 38, 6, 96), (65, 6, 4, 4)));
    let counts = [("car", 46), ("drone", 4), ("foot", 18), ("grid_worker", 8), ("guards", 3), ("motorcycle", 33), ("volunteers", 8)];
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), counts);
    let your_unit = county.layout.units.iter().find(|unit| unit.call_sign == "A01").unwrap();
    assert_eq!((your_unit.home.as_str(), your_unit.sworn), ("990001-01-1", 1), "the demo's officer is a beat's community officer");
}
