//! Layouts partition their extent exactly, ignore wild points and follow the load.

use super::*;
use crate::geometry::doubled_area;
use domain::classification::Team;
use proptest::prelude::*;

fn params(seed: u64) -> LayoutParams {
    LayoutParams::new(LogId::new("990002").unwrap(), "UTC", seed)
}

fn level(layout: &Layout, level: AgencyLevel) -> Vec<(&AgencyNode, &Boundary)> {
    layout.nodes.iter().zip(&layout.boundaries).filter(|(node, _)| node.level == level).collect()
}

/// The areas of a level add up to the root's, and every probe lies strictly inside one part or on the edge of several.
fn assert_partition(layout: &Layout, probes: &[Position]) {
    let whole = doubled_area(&layout.boundaries[0].ring);
    for wanted in [AgencyLevel::Station, AgencyLevel::Beat] {
        let parts = level(layout, wanted);
        assert!(parts.iter().all(|(_, b)| doubled_area(&b.ring) > 0), "every ring goes counter-clockwise");
        assert_eq!(parts.iter().map(|(_, b)| doubled_area(&b.ring)).sum::<i128>(), whole, "{wanted:?}");
        for probe in probes {
            let sides: Vec<Side> = parts.iter().map(|(_, b)| side_of_ring(&b.ring, *probe)).collect();
            let (inside, edge) = (sides.iter().filter(|s| **s == Side::Inside).count(), sides.iter().filter(|s| **s == Side::Edge).count());
            match side_of_ring(&layout.boundaries[0].ring, *probe) {
                Side::Inside => assert!((inside == 1 && edge == 0) || (inside == 0 && edge >= 2), "{probe:?}: {inside} {edge}"),
                Side::Edge => assert!(inside == 0 && edge >= 1, "{probe:?}"),
                Side::Outside => assert_eq!((inside, edge), (0, 0), "{probe:?}"),
            }
        }
    }
}

fn town(points: usize, seed: u64) -> Vec<Position> {
    let mut rng = seeded(seed, 9);
    let mut normal = |scale: f64| crate::random::normal(&mut rng) * scale;
    (0..points).map(|_| Position::from_degrees(43.05 + normal(0.04), -87.95 + normal(0.03)).unwrap()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn a_layout_partitions_its_extent(
        points in prop::collection::vec((-400_000..400_000i32, -400_000..400_000i32), 1..300),
        stations in 1..24usize,
        beats in 1..6usize,
        same_spot in any::<bool>(),
        seed in any::<u64>(),
    ) {
        let base = (-337_000_000, 1_510_000_000);
        let positions: Vec<Position> = points
            .iter()
            .map(|(lat, lon)| if same_spot { (0, 0) } else { (*lat, *lon) })
            .map(|(lat, lon)| Position::from_e7(base.0 + lat, base.1 + lon).unwrap())
            .collect();
        let params = LayoutParams { stations: Some(stations), beats_per_station: beats, ..params(seed) };
        let layout = layout_over_calls(&positions, 1.0, &params).unwrap();
        prop_assert_eq!(level(&layout, AgencyLevel::Station).len(), stations);
        prop_assert_eq!(level(&layout, AgencyLevel::Beat).len(), stations * beats);
        // The calls, every corner, and every corner moved by the smallest step.
        let corners = layout.boundaries.iter().flat_map(|b| b.ring.clone());
        let near = corners.flat_map(|c| [(0, 0), (1, 1), (-1, 1)].map(|(a, b)| Position::from_e7(c.lat_e7() + a, c.lon_e7() + b).unwrap()));
        let probes: Vec<Position> = positions.iter().copied().chain(near).collect();
        assert_partition(&layout, &probes);
        prop_assert!(layout.tree().is_ok());
        prop_assert_eq!(&layout, &layout_over_calls(&positions, 1.0, &params).unwrap());
    }
}

#[test]
fn wild_points_stay_outside() {
    let mut positions = town(2_000, 1);
    let clean = robust_extent(&positions).unwrap();
    let wild = [(0.000_01, -0.000_01), (13.0, 77.6), (54.3, -123.3), (42.0, -74.0)];
    positions.extend(wild.iter().cycle().take(60).map(|(lat, lon)| Position::from_degrees(*lat, *lon).unwrap()));
    let extent = robust_extent(&positions).unwrap();
    assert!(wild.iter().all(|(lat, lon)| !extent.contains(Position::from_degrees(*lat, *lon).unwrap())));
    assert!(town(2_000, 1).iter().all(|point| extent.contains(*point)), "nothing of the town is lost");
    assert_eq!(extent, clean);
    let layout = layout_over_calls(&positions, 1.0, &params(1)).unwrap();
    let outside = positions.iter().filter(|p| layout.containing(AgencyLevel::County, **p).next().is_none()).count();
    assert_eq!(outside, 60);
}

#[test]
fn stations_share_the_load_and_units_follow_it() {
    let positions = town(3_000, 2);
    let layout = layout_over_calls(&positions, 1.0, &params(2)).unwrap();
    let stations = level(&layout, AgencyLevel::Station);
    assert_eq!(stations.len(), 20, "3,000 calls a day at 150 each");
    for (node, boundary) in &stations {
        let calls = positions.iter().filter(|p| side_of_ring(&boundary.ring, **p) != Side::Outside).count();
        assert!((120..=180).contains(&calls), "{} has {calls}", node.agency_id);
        let tree = layout.tree().unwrap();
        let teams: BTreeSet<Team> = layout.units.iter().filter(|u| tree.is_within(&u.home, &node.agency_id)).map(|u| u.team).collect();
        assert_eq!(teams.len(), 3, "every team is there");
    }
    assert!((250..=255).contains(&layout.units.len()), "3,000 calls a day at 12 each: {}", layout.units.len());
    let ids: BTreeSet<_> = layout.units.iter().map(|u| &u.unit_id).collect();
    assert_eq!(ids.len(), layout.units.len());
    assert_eq!(layout.units[0].unit_id.as_str(), "990002-a01");
    assert!(layout.units.iter().all(|u| layout.containing(AgencyLevel::County, u.start).count() == 1));
}

#[test]
fn boundaries_come_out_as_geojson() {
    let layout = layout_over_calls(&town(500, 3), 1.0, &params(3)).unwrap();
    let parsed: serde_json::Value = serde_json::from_str(&layout.boundaries_geojson()).unwrap();
    let features = parsed["features"].as_array().unwrap();
    assert_eq!(features.len(), layout.nodes.len());
    for (feature, boundary) in features.iter().zip(&layout.boundaries) {
        let ring = feature["geometry"]["coordinates"][0].as_array().unwrap();
        assert_eq!(ring.first(), ring.last(), "rings are closed");
        let read: Vec<Position> = ring
            .iter()
            .take(boundary.ring.len())
            .map(|corner| Position::from_degrees(corner[1].as_f64().unwrap(), corner[0].as_f64().unwrap()).unwrap())
            .collect();
        assert_eq!(read, boundary.ring, "no corner moves on the way through text");
        assert!(feature["properties"]["seat"].is_array());
    }
    assert_eq!(features[0]["properties"]["level"], "county");
    assert!(features[0]["properties"]["parent"].is_null());
    assert_eq!(features[1]["properties"]["parent"], "990002");
}

#[test]
fn what_cannot_be_laid_out_is_refused() {
    assert_eq!(layout_over_calls(&[], 1.0, &params(0)), Err(LayoutError::NoPositions));
    let one = town(1, 0);
    assert!(layout_over_calls(&one, 0.0, &params(0)).is_err());
    assert!(layout_over_calls(&one, f64::NAN, &params(0)).is_err());
    assert!(layout_over_calls(&one, 1.0, &LayoutParams { stations: Some(0), ..params(0) }).is_err());
    assert!(layout_over_calls(&one, 1.0, &LayoutParams { beats_per_station: 17, ..params(0) }).is_err());
    let long = LogId::new(&"a".repeat(32)).unwrap();
    assert!(matches!(layout_over_calls(&one, 1.0, &LayoutParams { log_id: long, ..params(0) }), Err(LayoutError::Code(_))));
    assert_eq!([0, 25, 26, 255].map(call_letters), ["A", "Z", "AA", "IV"]);
    assert_eq!(apportion(&[1, 1, 2], 8, 0), [2, 2, 4]);
    assert_eq!(apportion(&[0, 10], 10, 3), [3, 10]);
}

#[test]
fn places_import_what_is_laid_out() {
    for layout in [layout_over_calls(&town(2_000, 5), 1.0, &params(5)).unwrap(), crate::county::invented_county(5).unwrap()] {
        let files = places::OrgFiles {
            manifest: layout.org_toml().into_bytes(),
            boundaries: vec![("boundaries.geojson".to_owned(), layout.boundaries_geojson().into_bytes())],
        };
        let import = places::import_files(&files).unwrap_or_else(|errors| panic!("{errors:?}"));
        assert_eq!(import.notes.len(), 0, "nothing to repair: {:?}", import.notes);
        let mut laid_out = [layout.nodes.clone(), layout.posts.clone()].concat();
        for (node, imported) in laid_out.iter_mut().zip(import.tree.nodes()) {
            // Who borders on whom, the import works out from the boundaries.
            node.neighbours.clone_from(&imported.neighbours);
        }
        assert_eq!(import.tree.nodes().cloned().collect::<Vec<_>>(), laid_out);
        let places = places::Places::new(import.tree, import.boundaries).unwrap();
        let mut rng = seeded(5, 7);
        let county = robust_extent(&layout.boundaries[0].ring).unwrap();
        for _ in 0..2_000 {
            let probe = county.at(rng.random_range(-0.1..1.1), rng.random_range(-0.1..1.1));
            let mut beats: Vec<&AgencyId> = layout.containing(AgencyLevel::Beat, probe).map(|node| &node.agency_id).collect();
            beats.sort();
            match places.agency_at(probe) {
                Some(agency) => assert!(beats.contains(&agency), "{probe:?}: {agency} of {beats:?}"),
                None => assert!(beats.is_empty(), "{probe:?}: {beats:?}"),
            }
        }
    }
}

#[test]
fn days_with_calls_are_counted_once() {
    let hour = 3_600_000;
    let times = [0, 1, 23 * hour, 24 * hour, 24 * 30 * hour, -1].map(Timestamp);
    assert_eq!(active_days(times.into_iter()), 4);
}
