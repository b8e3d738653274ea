//! No input makes an import or a blob panic, and the index is the exact test, whatever the shapes.

use crate::common::{MANIFEST, collection, feature, import};
use domain::place::Position;
use places::{AgencyBlob, OrgFiles, Places, import_files};
use proptest::prelude::*;

fn json() -> impl Strategy<Value = serde_json::Value> {
    let number = prop_oneof![(-200i32..200).prop_map(f64::from), any::<f64>().prop_filter("finite", |f| f.is_finite()), -1.0f64..1.0];
    let word = prop_oneof![
        Just("Feature"),
        Just("FeatureCollection"),
        Just("Polygon"),
        Just("MultiPolygon"),
        Just("c"),
        Just("station"),
        Just("é\u{0}")
    ];
    let leaf =
        prop_oneof![Just(serde_json::Value::Null), number.prop_map(|n| serde_json::json!(n)), word.prop_map(|w| serde_json::json!(w))];
    leaf.prop_recursive(7, 120, 6, |inner| {
        let key = prop_oneof![
            Just("type"),
            Just("features"),
            Just("geometry"),
            Just("coordinates"),
            Just("properties"),
            Just("agency_id"),
            Just("level")
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(serde_json::Value::Array),
            prop::collection::vec((key.prop_map(str::to_owned), inner), 0..6)
                .prop_map(|m| serde_json::Value::Object(m.into_iter().collect())),
        ]
    })
}

/// Rings of few, coarse positions: touching, crossing, overlapping, degenerate.
fn wild_ring() -> impl Strategy<Value = Vec<[f64; 2]>> {
    prop::collection::vec((0i32..12, 0i32..12).prop_map(|(x, y)| [108.0 + f64::from(x) * 0.01, 37.0 + f64::from(y) * 0.01]), 0..14)
}

/// A star-shaped ring round a centre: simple, any size from metres to hundreds of kilometres.
fn star() -> impl Strategy<Value = Vec<[f64; 2]>> {
    (prop::collection::vec(0.3f64..1.0, 3..40), -0.3f64..0.3, -0.3f64..0.3, prop_oneof![Just(0.0005), Just(0.02), Just(0.4)]).prop_map(
        |(radii, x, y, size)| {
            let turn = std::f64::consts::TAU / radii.len() as f64;
            let mut ring: Vec<[f64; 2]> = radii
                .iter()
                .enumerate()
                .map(|(i, r)| [108.0 + x + r * size * (i as f64 * turn).cos(), 37.0 + y + r * size * (i as f64 * turn).sin()])
                .collect();
            ring.push(ring[0]);
            ring
        },
    )
}

fn probe(places: &Places, lat_e7: i32, lon_e7: i32) -> Result<(), TestCaseError> {
    let position = Position::from_e7(lat_e7.clamp(-900_000_000, 900_000_000), lon_e7.clamp(-1_800_000_000, 1_800_000_000)).unwrap();
    prop_assert_eq!(places.agency_at(position), places.agency_by_every_edge(position), "{:?}", position);
    Ok(())
}

/// Vertices, middles of edges, and points a few centimetres to hundreds of metres off them.
fn probe_near_edges(places: &Places, offsets: &[(i32, i32)]) -> Result<(), TestCaseError> {
    for ring in places.boundaries().values().flat_map(places::Boundary::rings) {
        let vertices = ring.vertices();
        for (i, a) in vertices.iter().enumerate() {
            let b = vertices[(i + 1) % vertices.len()];
            for base in [*a, [((i64::from(a[0]) + i64::from(b[0])) / 2) as i32, ((i64::from(a[1]) + i64::from(b[1])) / 2) as i32]] {
                for (dx, dy) in offsets {
                    probe(places, base[1].saturating_add(*dy), base[0].saturating_add(*dx))?;
                }
            }
        }
    }
    Ok(())
}

/// Even-odd containment in floating point, independent of the crate.
fn even_odd(ring: &[[f64; 2]], [x, y]: [f64; 2]) -> bool {
    let next = ring.iter().cycle().skip(1);
    let crossed = ring.iter().zip(next).filter(|(a, b)| (a[1] > y) != (b[1] > y) && x < a[0] + (y - a[1]) * (b[0] - a[0]) / (b[1] - a[1]));
    crossed.count() % 2 == 1
}

fn build(rings: &[Vec<Vec<[f64; 2]>>]) -> Option<Places> {
    let features: Vec<String> = rings
        .iter()
        .enumerate()
        .map(|(n, rings)| {
            let level = if n % 2 == 0 { "station" } else { "beat" };
            feature(&format!("c-{n}"), level, &serde_json::json!({"type": "Polygon", "coordinates": rings}).to_string())
        })
        .collect();
    let import = import(MANIFEST, &collection(&features)).ok()?;
    Some(Places::new(import.tree, import.boundaries).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), text in "\\PC{0,80}") {
        for content in [bytes.clone(), text.clone().into_bytes()] {
            let files = OrgFiles { manifest: MANIFEST.into(), boundaries: vec![("b".to_owned(), content.clone())] };
            let _ = import_files(&files);
            let _ = import_files(&OrgFiles { manifest: content.clone(), boundaries: vec![] });
            prop_assert!(AgencyBlob::from_bytes(&content).is_err());
        }
    }

    #[test]
    fn arbitrary_json_never_panics(value in json()) {
        let files = OrgFiles { manifest: MANIFEST.into(), boundaries: vec![("b".to_owned(), value.to_string().into_bytes())] };
        let _ = import_files(&files);
        let wrapped = collection(&[feature("c-1", "station", &value.to_string())]);
        let _ = import(MANIFEST, &wrapped);
        let _ = AgencyBlob::from_bytes(value.to_string().as_bytes());
    }

    #[test]
    fn what_a_repair_accepts_covers_what_the_rings_say(outer in wild_ring(), hole in prop_oneof![Just(None), wild_ring().prop_map(Some)], points in prop::collection::vec((0u32..1_200_000, 0u32..1_200_000), 100)) {
        let rings: Vec<Vec<[f64; 2]>> = std::iter::once(outer.clone()).chain(hole.clone()).collect();
        if let Some(places) = build(&[rings]) {
            for (x, y) in points {
                let at = [108.0 + f64::from(x) * 1e-7, 37.0 + f64::from(y) * 1e-7];
                let expected = even_odd(&outer, at) && !hole.as_ref().is_some_and(|h| even_odd(h, at));
                let position = Position::from_degrees(at[1], at[0]).unwrap();
                prop_assert_eq!(places.agency_at(position).is_some(), expected, "{:?} in {:?}", position, places.boundaries());
            }
        }
    }

    #[test]
    fn wild_rings_are_made_usable_or_refused(rings in prop::collection::vec(prop::collection::vec(wild_ring(), 1..3), 1..3), offsets in prop::collection::vec((-30_000i32..30_000, -30_000i32..30_000), 1..3)) {
        if let Some(places) = build(&rings) {
            probe_near_edges(&places, &[(0, 0), (1, 0), (0, -1)])?;
            probe_near_edges(&places, &offsets)?;
            let blob = AgencyBlob::new((**places.tree()).clone(), places.boundaries().clone()).to_bytes().unwrap();
            let rebuilt = Places::from_blob(&blob).unwrap();
            prop_assert_eq!(rebuilt.boundaries(), places.boundaries());
            places.boundaries_geojson(100.0).unwrap();
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn the_index_is_the_exact_test(
        stars in prop::collection::vec(star(), 1..6),
        hole in 0.1f64..0.9,
        offsets in prop::collection::vec((-3_000_000i32..3_000_000, -3_000_000i32..3_000_000), 2),
        scattered in prop::collection::vec((366_000_000i32..374_000_000, 1_076_000_000i32..1_084_000_000), 200),
    ) {
        // Boundaries are made without import's overlap check, so that overlapping siblings are tried too.
        let mut boundaries = places::Boundaries::new();
        let mut features = Vec::new();
        for (n, ring) in stars.iter().enumerate() {
            let center = ring.iter().fold([0.0, 0.0], |c, p| [c[0] + p[0] / ring.len() as f64, c[1] + p[1] / ring.len() as f64]);
            let inner: Vec<[f64; 2]> = ring.iter().map(|p| [center[0] + (p[0] - center[0]) * hole * 0.2, center[1] + (p[1] - center[1]) * hole * 0.2]).collect();
            let level = if n % 2 == 0 { "station" } else { "beat" };
            let file = collection(&[feature(&format!("c-{n}"), level, &serde_json::json!({"type": "Polygon", "coordinates": [ring, inner]}).to_string())]);
            if let Ok(import) = import(MANIFEST, &file) {
                boundaries.extend(import.boundaries);
                features.extend(import.tree.nodes().filter(|n| n.parent.is_some()).cloned());
            }
        }
        let root = import(MANIFEST, &collection(&[])).unwrap().tree.root().unwrap().clone();
        features.push(root);
        let tree = domain::agency::AgencyTree::new(domain::ids::LogId::new("c").unwrap(), "UTC".to_owned(), features).unwrap();
        let places = Places::new(std::sync::Arc::new(tree), boundaries).unwrap();
        probe_near_edges(&places, &[(0, 0), (1, 1), (-7, 3), (900, -400)])?;
        probe_near_edges(&places, &offsets)?;
        for (lat, lon) in scattered {
            probe(&places, lat, lon)?;
        }
    }
}

#[test]
fn the_index_is_exact_at_the_antimeridian_and_the_poles() {
    let cap =
        |lon: [f64; 2], lat: [f64; 2]| vec![vec![[lon[0], lat[0]], [lon[1], lat[0]], [lon[1], lat[1]], [lon[0], lat[1]], [lon[0], lat[0]]]];
    let places = build(&[
        cap([179.5, 180.0], [51.0, 52.0]),
        cap([-180.0, -179.5], [51.0, 52.0]),
        cap([-90.0, 90.0], [89.0, 90.0]),
        cap([170.0, 180.0], [-90.0, -89.9]),
    ])
    .unwrap();
    assert_eq!(places.boundaries().len(), 4);
    let mut inside = 0;
    for lat in [
        -900_000_000,
        -899_999_000,
        -899_500_000,
        509_999_999,
        510_000_000,
        515_000_000,
        519_999_999,
        889_999_999,
        895_000_000,
        899_999_999,
        900_000_000,
    ] {
        for lon in (-18..=18).map(|l| l * 100_000_000).chain([
            -1_799_999_999,
            -1_795_000_000,
            -1_797_000_000,
            1_799_999_999,
            1_797_000_000,
            1_795_000_000,
        ]) {
            let position = Position::from_e7(lat, lon).unwrap();
            let found = places.agency_at(position);
            assert_eq!(found, places.agency_by_every_edge(position), "{position:?}");
            inside += usize::from(found.is_some());
        }
    }
    assert!(inside > 40, "{inside}");
}
