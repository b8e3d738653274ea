//! Proofs that a search gives exactly what brute force gives, everywhere on the globe, and that its cost grows with k.

use super::{Among, DEFAULT_LEVELS, Found, Handle, Target, Tree};
use domain::place::Position;
use h3o::{CellIndex, LatLng, Resolution};
use proptest::prelude::*;
use roads::{UnitVector, great_circle_m, sphere::chord_to_m};
use std::collections::BTreeMap;

fn at(lat: f64, lon: f64) -> Position {
    Position::from_degrees(lat, lon).unwrap()
}

/// What a unit is by brute force: where, and whether it may be assigned.
type Everyone = BTreeMap<Handle, (Position, bool)>;

fn brute_force(everyone: &Everyone, target: &Target, keep: impl Fn(Handle) -> bool) -> Vec<Found> {
    let mut found: Vec<Found> = everyone
        .iter()
        .filter(|(unit, (_, assignable))| (target.among == Among::All || *assignable) && keep(**unit))
        .map(|(&unit, &(position, _))| Found { unit, chord_squared: UnitVector::of(position).chord_squared(target.from) })
        .filter(|found| found.chord_squared <= target.within_chord * target.within_chord)
        .collect();
    found.sort_by(|a, b| a.chord_squared.total_cmp(&b.chord_squared).then(a.unit.cmp(&b.unit)));
    found.truncate(target.k);
    found
}

/// The centre of one of the twelve pentagons, at a resolution of the tree.
fn pentagon() -> impl Strategy<Value = Position> {
    (0..12usize, prop::sample::select(DEFAULT_LEVELS)).prop_map(|(which, resolution)| {
        let centre = LatLng::from(resolution.pentagons().nth(which).unwrap());
        at(centre.lat(), centre.lng())
    })
}

/// Positions where grids and formulas go wrong, and usual ones.
fn anywhere() -> impl Strategy<Value = Position> {
    let near = |position: Position, north: f64, east: f64| {
        let lat = (position.lat() + north).clamp(-90.0, 90.0);
        let lon = position.lon() + east;
        at(
            lat,
            if lon > 180.0 {
                lon - 360.0
            } else if lon < -180.0 {
                lon + 360.0
            } else {
                lon
            },
        )
    };
    prop_oneof![
        3 => (-90.0..=90.0f64, -180.0..=180.0f64).prop_map(|(lat, lon)| at(lat, lon)),
        3 => (37.0..38.0f64, 108.0..109.0f64).prop_map(|(lat, lon)| at(lat, lon)),
        1 => (-180.0..=180.0f64).prop_map(|lon| at(90.0, lon)),
        1 => (89.99..=90.0f64, -180.0..=180.0f64).prop_map(|(lat, lon)| at(lat, lon)),
        1 => (-90.0..=-89.9f64, -180.0..=180.0f64).prop_map(|(lat, lon)| at(lat, lon)),
        1 => (-90.0..=90.0f64, prop::sample::select(vec![-180.0, 180.0, 179.999_999_9, -179.999_999_9])).prop_map(|(lat, lon)| at(lat, lon)),
        2 => (pentagon(), -0.02..0.02f64, -0.02..0.02f64).prop_map(move |(position, north, east)| near(position, north, east)),
        1 => pentagon(),
        2 => prop::sample::select(vec![at(37.599_5, 108.793_3), at(0.0, 180.0), at(0.0, -180.0), at(90.0, 0.0)]),
    ]
}

/// A change to the fleet: place or move a unit (also a little way), take it out, set its flag.
#[derive(Clone, Debug)]
enum Change {
    Place(Handle, Position),
    Nudge(Handle, i32, i32),
    Remove(Handle),
    SetAssignable(Handle, bool),
}

fn change(units: Handle) -> impl Strategy<Value = Change> {
    prop_oneof![
        5 => (0..units, anywhere()).prop_map(|(unit, position)| Change::Place(unit, position)),
        3 => (0..units, -20_000..20_000, -20_000..20_000).prop_map(|(unit, north, east)| Change::Nudge(unit, north, east)),
        1 => (0..units).prop_map(Change::Remove),
        2 => (0..units, any::<bool>()).prop_map(|(unit, assignable)| Change::SetAssignable(unit, assignable)),
    ]
}

fn make(tree: &mut Tree, everyone: &mut Everyone, change: &Change) {
    let mut place = |everyone: &mut Everyone, unit: Handle, position: Position| {
        let assignable = everyone.get(&unit).is_none_or(|(_, assignable)| *assignable);
        everyone.insert(unit, (position, assignable));
        tree.place(unit, position, UnitVector::of(position), assignable);
    };
    match *change {
        Change::Place(unit, position) => place(everyone, unit, position),
        Change::Nudge(unit, north, east) => {
            if let Some(&(position, _)) = everyone.get(&unit)
                && let Ok(nudged) = Position::from_e7(position.lat_e7() + north, position.lon_e7() + east)
            {
                place(everyone, unit, nudged);
            }
        }
        Change::Remove(unit) => {
            everyone.remove(&unit);
            tree.remove(unit);
        }
        Change::SetAssignable(unit, assignable) => {
            if let Some(state) = everyone.get_mut(&unit) {
                state.1 = assignable;
                tree.set_assignable(unit, assignable);
            }
        }
    }
}

fn levels() -> impl Strategy<Value = Vec<Resolution>> {
    prop_oneof![
        3 => Just(DEFAULT_LEVELS.to_vec()),
        1 => Just(vec![Resolution::Nine]),
        1 => Just(vec![Resolution::Zero, Resolution::One, Resolution::Two]),
        1 => Just(vec![Resolution::Four, Resolution::Seven, Resolution::Eleven]),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// Whatever happened to the fleet before, the answer is brute force's: the same units in the same order, to the last bit.
    #[test]
    fn a_search_equals_brute_force(
        levels in levels(),
        changes in prop::collection::vec(change(60), 1..200),
        targets in prop::collection::vec((anywhere(), 0..80usize, any::<bool>(), prop::option::of(0.0..2_000_000.0f64), 1..4u32), 1..12),
    ) {
        let (mut tree, mut everyone) = (Tree::new(&levels), Everyone::new());
        for change in &changes {
            make(&mut tree, &mut everyone, change);
        }
        prop_assert_eq!(tree.check(), Ok(()));
        prop_assert_eq!(tree.len(), everyone.len());
        for (position, k, all, within_m, every) in targets {
            let target = Target {
                from: UnitVector::of(position),
                k,
                among: if all { Among::All } else { Among::Assignable },
                within_chord: within_m.map_or(2.0, roads::sphere::m_to_chord),
            };
            let (found, _) = tree.nearest(&target, |a, b| a.cmp(&b), |unit| unit % every == 0);
            prop_assert_eq!(&found, &brute_force(&everyone, &target, |unit| unit % every == 0));
            for found in found {
                // The distance is the textbook's, worked out another way.
                let haversine_m = great_circle_m(position, everyone[&found.unit].0);
                let tolerance_m = if haversine_m > 20_000_000.0 { 1.0 } else { 0.001 };
                prop_assert!((chord_to_m(found.chord_squared.sqrt()) - haversine_m).abs() < tolerance_m);
            }
        }
        for unit in 0..60 {
            tree.remove(unit);
        }
        prop_assert_eq!((tree.len(), tree.node_count()), (0, 0));
    }
}

/// A county's fleet, laid out by a fixed rule (the fractional parts of multiples of the plastic number are spread evenly).
fn county(units: u32, size_deg: f64) -> Tree {
    let mut tree = Tree::default();
    for unit in 0..units {
        let (a, b) = ((f64::from(unit) * 0.754_877_666_246_693).fract(), (f64::from(unit) * 0.569_840_290_998_053).fract());
        let position = at(37.0 + a * size_deg, 108.0 + b * size_deg);
        tree.place(unit, position, UnitVector::of(position), unit % 3 == 0);
    }
    tree
}

fn work(tree: &Tree, k: usize) -> usize {
    let target = Target { from: UnitVector::of(at(37.3, 108.4)), k, among: Among::Assignable, within_chord: 2.0 };
    let (found, work) = tree.nearest(&target, |a, b| a.cmp(&b), |_| true);
    assert_eq!(found.len(), k.min(tree.len() / 3 + 1));
    work.cells + work.units
}

#[test]
fn the_cost_of_a_search_grows_with_k_and_hardly_with_the_fleet() {
    let large = county(100_000, 1.0);
    let by_size = [work(&county(100, 1.0), 8), work(&county(10_000, 1.0), 8), work(&large, 8)];
    assert!(by_size.iter().all(|work| *work < 250), "{by_size:?}");
    let (one, many) = (work(&large, 1), work(&large, 512));
    assert!(one * 4 < many && many < 512 * 10, "{one} {many}");
}

#[test]
fn cells_without_assignable_units_are_passed_over_whole() {
    let mut tree = county(50_000, 1.0);
    for unit in 0..50_000 {
        tree.set_assignable(unit, unit == 777);
    }
    tree.check().unwrap();
    let target = Target { from: UnitVector::of(at(-37.0, -70.0)), k: 8, among: Among::Assignable, within_chord: 2.0 };
    let (found, work) = tree.nearest(&target, |a, b| a.cmp(&b), |_| true);
    assert_eq!(found.iter().map(|found| found.unit).collect::<Vec<_>>(), [777]);
    assert!(work.units == 1 && work.cells <= DEFAULT_LEVELS.len(), "{work:?}");
}

#[test]
fn coincident_units_come_in_the_order_of_the_tie() {
    let mut tree = Tree::default();
    for unit in [5, 3, 9, 1] {
        tree.place(unit, at(37.6, 108.8), UnitVector::of(at(37.6, 108.8)), true);
    }
    let target = Target { from: UnitVector::of(at(37.0, 108.0)), k: 3, among: Among::All, within_chord: 2.0 };
    let units = |found: Vec<Found>| found.iter().map(|found| found.unit).collect::<Vec<_>>();
    assert_eq!(units(tree.nearest(&target, |a, b| a.cmp(&b), |_| true).0), [1, 3, 5]);
    assert_eq!(units(tree.nearest(&target, |a, b| b.cmp(&a), |unit| unit != 5).0), [9, 3, 1]);
}

#[test]
fn every_pentagon_is_a_place_like_any_other() {
    for &resolution in DEFAULT_LEVELS {
        for cell in resolution.pentagons() {
            let (mut tree, mut everyone) = (Tree::default(), Everyone::new());
            let ring: Vec<CellIndex> = cell.grid_disk::<Vec<_>>(2);
            for (unit, cell) in (0..).zip(ring) {
                let centre = LatLng::from(cell);
                make(&mut tree, &mut everyone, &Change::Place(unit, at(centre.lat(), centre.lng())));
            }
            tree.check().unwrap();
            let centre = LatLng::from(cell);
            let target = Target { from: UnitVector::of(at(centre.lat(), centre.lng())), k: 8, among: Among::All, within_chord: 2.0 };
            assert_eq!(tree.nearest(&target, |a, b| a.cmp(&b), |_| true).0, brute_force(&everyone, &target, |_| true));
        }
    }
}
