//! Importing boundaries: what is accepted, what is repaired, and how each error reads.

use crate::common::{MANIFEST, at, collection, errors, feature, id, import, polygon};
use domain::place::{Datum, Place};
use places::{AgencyBlob, Places};
use std::fs;

const SQUARE: [[f64; 2]; 5] = [[108.0, 37.0], [108.1, 37.0], [108.1, 37.1], [108.0, 37.1], [108.0, 37.0]];
const NEXT: [[f64; 2]; 5] = [[108.1, 37.0], [108.2, 37.0], [108.2, 37.1], [108.1, 37.1], [108.1, 37.0]];

fn one(geometry: &str) -> String {
    collection(&[feature("c-1", "station", geometry)])
}

#[test]
fn a_tree_with_boundaries_answers_and_its_blob_rebuilds_it() {
    let hole: [[f64; 2]; 5] = [[108.04, 37.04], [108.06, 37.04], [108.06, 37.06], [108.04, 37.06], [108.04, 37.04]];
    let beat = [[108.01, 37.01], [108.02, 37.01], [108.02, 37.02], [108.01, 37.02], [108.01, 37.01]];
    let mut beat_feature = feature("c-1-1", "beat", &polygon(&[&beat]));
    beat_feature = beat_feature.replace("\"parent\":\"c\"", "\"parent\":\"c-1\"");
    let file =
        collection(&[feature("c-1", "station", &polygon(&[&SQUARE, &hole])), beat_feature, feature("c-2", "station", &polygon(&[&NEXT]))]);
    let import = import(MANIFEST, &file).unwrap();
    assert_eq!(import.notes, []);
    let bytes = AgencyBlob::new((*import.tree).clone(), import.boundaries.clone()).to_bytes().unwrap();
    let places = Places::from_blob(&bytes).unwrap();
    let who = |lat, lon| places.agency_at(at(lat, lon)).map(|a| a.as_str().to_owned());
    assert_eq!(who(37.015, 108.015).as_deref(), Some("c-1-1"), "the deepest node");
    assert_eq!(who(37.03, 108.015).as_deref(), Some("c-1"));
    assert_eq!(who(37.05, 108.15).as_deref(), Some("c-2"));
    assert_eq!(who(37.05, 108.1).as_deref(), Some("c-2"), "a point on the common border has one owner");
    assert_eq!(who(37.05, 108.05), None, "in the hole");
    assert_eq!(who(36.0, 108.05), None);
    let Place::Located { agency, h3_cell, datum, .. } = places.locate(at(37.03, 108.015), Datum::Gcj02) else { panic!("inside") };
    assert_eq!((agency, datum), (id("c-1"), Datum::Gcj02));
    assert!(h3_cell.to_string().len() == 15 && h3_cell.to_string().starts_with("89"), "{h3_cell}");
    assert!(matches!(places.locate(at(37.05, 108.05), Datum::Wgs84), Place::OutsideBoundaries { .. }));
    let again = AgencyBlob::new((**places.tree()).clone(), places.boundaries().clone()).to_bytes().unwrap();
    assert_eq!(AgencyBlob::address(&again), AgencyBlob::address(&bytes));
}

#[test]
fn rings_are_closed_rewound_and_separated() {
    let open = [[108.0, 37.0], [108.1, 37.0], [108.1, 37.1], [108.0, 37.1]];
    let clockwise: Vec<[f64; 2]> = SQUARE.iter().rev().copied().collect();
    // Two squares joined at one corner, drawn as one ring that passes the corner twice.
    let touching = [
        [108.0, 37.0],
        [108.1, 37.0],
        [108.1, 37.1],
        [108.2, 37.1],
        [108.2, 37.2],
        [108.1, 37.2],
        [108.1, 37.1],
        [108.0, 37.1],
        [108.0, 37.0],
    ];
    let spike = [[108.0, 37.0], [108.1, 37.0], [108.1, 37.1], [108.15, 37.15], [108.1, 37.1], [108.0, 37.1], [108.0, 37.0]];
    for (ring, note, inside) in [
        (&open[..], "coordinates[0]: ring was not closed; closed", vec![(37.05, 108.05)]),
        (&clockwise[..], "", vec![(37.05, 108.05)]),
        (&touching[..], "coordinates[0]: ring touched itself; separated into 2 simple part(s)", vec![(37.05, 108.05), (37.15, 108.15)]),
        (&spike[..], "coordinates[0]: ring touched itself; separated into 1 simple part(s)", vec![(37.05, 108.05)]),
    ] {
        let import = import(MANIFEST, &one(&polygon(&[ring]))).unwrap();
        let notes: Vec<String> = import.notes.iter().map(|n| n.text.clone()).collect();
        assert_eq!(notes.join("|"), note);
        let places = Places::new(import.tree, import.boundaries).unwrap();
        for (lat, lon) in inside {
            assert_eq!(places.agency_at(at(lat, lon)), Some(&id("c-1")), "{ring:?}");
        }
        assert_eq!(places.agency_at(at(37.15, 108.05)), None);
        assert_eq!(places.agency_at(at(37.12, 108.12)).is_some(), ring.len() == touching.len());
        let outer = &places.boundaries()[&id("c-1")].polygons()[0].outer;
        let first_turn: i64 = {
            let v = outer.vertices();
            (0..v.len())
                .map(|i| (v[i], v[(i + 1) % v.len()]))
                .map(|(a, b)| {
                    (i64::from(a[0]) - 1_080_000_000) * (i64::from(b[1]) - 370_000_000)
                        - (i64::from(b[0]) - 1_080_000_000) * (i64::from(a[1]) - 370_000_000)
                })
                .sum()
        };
        assert!(first_turn > 0, "outer rings run counter-clockwise");
    }
}

#[test]
fn every_refusal_says_where_and_what_was_expected() {
    let bow_tie = [[108.0, 37.0], [108.1, 37.1], [108.1, 37.0], [108.0, 37.1], [108.0, 37.0]];
    let line = [[108.0, 37.0], [108.1, 37.0], [108.0, 37.0]];
    let flat = [[108.0, 37.0], [108.1, 37.0], [108.2, 37.0], [108.0, 37.0]];
    let wide = [[-179.0, 60.0], [179.0, 60.0], [179.0, 61.0], [-179.0, 61.0], [-179.0, 60.0]];
    let out = [[108.0, 37.0], [108.1, 97.0], [108.1, 37.1], [108.0, 37.0]];
    let outside_hole = [[109.0, 37.0], [109.01, 37.0], [109.01, 37.01], [109.0, 37.01], [109.0, 37.0]];
    for (geometry, expected) in [
        (polygon(&[&bow_tie]), "geometry.coordinates[0]: crosses itself near 37.0"),
        (polygon(&[&line]), "geometry.coordinates[0]: has 2 different positions: expected a closed ring of at least 4 positions"),
        (polygon(&[&flat]), "geometry.coordinates[0]: encloses no area"),
        (polygon(&[&wide]), "geometry.coordinates[0]: spans 358.0° of longitude: expected at most 180°; cut the area at the antimeridian"),
        (polygon(&[&out]), "geometry.coordinates[0][1]: latitude 97 is out of range: expected a finite value from -90 to 90"),
        (polygon(&[&SQUARE, &outside_hole]), "geometry.coordinates: has parts that overlap or holes outside their part"),
        (polygon(&[]), "geometry.coordinates: is missing: expected an outer ring"),
        (r#"{"type":"MultiPolygon","coordinates":[]}"#.to_owned(), "geometry.coordinates: is missing: expected at least one polygon"),
        (
            r#"{"type":"Point","coordinates":[1,2]}"#.to_owned(),
            "geometry.type: is \"Point\": expected Polygon or MultiPolygon, or Point for a post",
        ),
        (
            r#"{"type":"LineString","coordinates":[[1,2],[2,3]]}"#.to_owned(),
            "geometry.type: is \"LineString\": expected Polygon or MultiPolygon",
        ),
        (
            r#"{"type":"Polygon","coordinates":[[[1]]]}"#.to_owned(),
            "geometry.coordinates: not valid JSON: invalid length 1, expected [longitude, latitude]",
        ),
        (r#"{"type":"Polygon","coordinates":[[[1e999,0]]]}"#.to_owned(), "not valid JSON: number out of range"),
        (r#"{"type":"Polygon"}"#.to_owned(), "geometry.coordinates: is missing: expected an array of rings"),
        ("null".to_owned(), "geometry: is missing: expected a Polygon or MultiPolygon"),
    ] {
        let found = errors(MANIFEST, &one(&geometry));
        assert!(found.starts_with("boundaries.geojson:2"), "{found}");
        assert!(found.contains(expected), "expected {expected:?} in {found:?}");
        assert_eq!(found.lines().count(), 1, "{found}");
    }
}

#[test]
fn all_errors_are_reported_by_file_line_feature_and_field() {
    let manifest = MANIFEST.replace("log_id = \"c\"", "log_id = \"County\"").replace("Asia/Shanghai", "Peking");
    let bad_level = feature("c-1", "precinct", &polygon(&[&SQUARE]));
    let bad_code = feature("C 2", "station", &polygon(&[&NEXT]));
    let found = errors(&manifest, &collection(&[bad_level.clone(), bad_code.clone()]));
    assert!(found.contains("org.toml:2: log_id: log_id \"County\" is not valid"), "{found}");
    assert!(found.contains("org.toml:3: time_zone: is \"Peking\": expected an IANA time zone"), "{found}");
    let found =
        errors(MANIFEST, &collection(&[bad_level, bad_code, feature("c-3", "station", r#"{"type":"Polygon","coordinates":[[[1,2]]]}"#)]));
    let lines: Vec<&str> = found.lines().collect();
    assert_eq!(
        lines,
        [
            "boundaries.geojson:2: feature 0: properties.level: is \"precinct\": expected city, county, station, beat or post",
            "boundaries.geojson:3: feature 1: properties.agency_id: agency_id \"C 2\" is not valid: expected 1 to 32 characters of a-z, 0-9 and -",
            "boundaries.geojson:4: feature 2: geometry.coordinates[0]: has 1 different positions: expected a closed ring of at least 4 positions, \
             the first repeated at the end",
        ]
    );
}

#[test]
fn a_tree_that_is_not_one_is_refused_node_by_node() {
    let twice = feature("c-1", "station", &polygon(&[&SQUARE]));
    let orphan = feature("c-2", "station", &polygon(&[&NEXT])).replace("\"parent\":\"c\"", "\"parent\":\"nobody\"");
    let above = feature("c-3", "city", &polygon(&[&NEXT]));
    let found = errors(MANIFEST, &collection(&[twice.clone(), twice, orphan, above]));
    assert!(
        found.contains(
            "boundaries.geojson:3: feature 1: properties.agency_id: agency c-1 appears twice, first at boundaries.geojson:2: feature 0"
        ),
        "{found}"
    );
    assert!(found.contains("boundaries.geojson:4: feature 2: properties.parent: agency c-2 names parent nobody"), "{found}");
    assert!(found.contains("boundaries.geojson:5: feature 3: properties.parent: agency c-3 (City) stands under c (County)"), "{found}");
    let rootless = MANIFEST.replace("level = \"county\"", "level = \"county\"\nparent = \"d\"");
    let found = errors(&rootless, &one(&polygon(&[&SQUARE])));
    assert!(found.contains("org.toml:8: agency[0].parent: agency c names parent d"), "{found}");
    let extra = feature("d", "county", &polygon(&[&SQUARE])).replace("\"parent\":\"c\",", "");
    let found = errors(MANIFEST, &collection(&[extra]));
    assert_eq!(found, "org.toml: the tree has 2 nodes without a parent (d, c): expected exactly one");
}

#[test]
fn siblings_may_overlap_by_slivers_only() {
    let shifted = |by: f64| NEXT.map(|[lon, lat]| [lon - by, lat]);
    let pair =
        |by: f64| collection(&[feature("c-1", "station", &polygon(&[&SQUARE])), feature("c-2", "station", &polygon(&[&shifted(by)]))]);
    let import = import(MANIFEST, &pair(0.0002)).unwrap();
    assert_eq!(import.notes.len(), 1);
    assert!(import.notes[0].to_string().contains("agency c-1 and agency c-2 overlap in slivers"), "{}", import.notes[0]);
    let places = Places::new(import.tree, import.boundaries).unwrap();
    assert_eq!(places.agency_at(at(37.05, 108.0999)), Some(&id("c-1")), "in a sliver the lower code answers");
    let found = errors(MANIFEST, &pair(0.01));
    assert!(found.starts_with("boundaries.geojson:3: feature 1: geometry: agency c-1 and agency c-2 overlap by 98"), "{found}");
    // A beat inside its station is no overlap: only nodes of one level compete.
    let nested = collection(&[feature("c-1", "station", &polygon(&[&SQUARE])), feature("c-2", "beat", &polygon(&[&shifted(0.05)]))]);
    assert!(self::import(MANIFEST, &nested).is_ok());
}

#[test]
fn a_declared_datum_is_converted_once() {
    let manifest = MANIFEST.replace("time_zone", "datum = \"gcj02\"\ntime_zone");
    let import = import(&manifest, &one(&polygon(&[&SQUARE]))).unwrap();
    let places = Places::new(import.tree, import.boundaries).unwrap();
    for (lat, lon) in [(37.0001, 108.0001), (37.0999, 108.0999), (37.0001, 108.0999)] {
        assert!(places.agency_at(places::to_wgs84(lat, lon, Datum::Gcj02).unwrap()).is_some(), "{lat} {lon}");
    }
    assert!(places.agency_at(places::to_wgs84(37.0999, 108.1001, Datum::Gcj02).unwrap()).is_none());
    assert!(places.agency_at(at(37.0999, 108.0999)).is_none(), "the shift is to the south-east there, several hundred metres");
}

#[test]
fn a_directory_is_read_whole_or_not_at_all() {
    let dir = tempfile::tempdir().unwrap();
    let found = places::import_dir(dir.path()).map(|_| ()).unwrap_err();
    assert_eq!(found.errors.len(), 2, "{found}");
    assert!(found.to_string().contains("org.toml: cannot be read"), "{found}");
    fs::write(dir.path().join("org.toml"), MANIFEST).unwrap();
    fs::create_dir(dir.path().join("boundaries")).unwrap();
    fs::write(dir.path().join("boundaries/b.geojson"), feature("c-2", "station", &polygon(&[&NEXT]))).unwrap();
    fs::write(dir.path().join("boundaries/a.json"), one(&polygon(&[&SQUARE]))).unwrap();
    fs::write(dir.path().join("boundaries/readme.txt"), "not a boundary").unwrap();
    let import = places::import_dir(dir.path()).unwrap();
    assert_eq!(import.boundaries.len(), 2);
    fs::write(dir.path().join("boundaries/b.geojson"), "{\n\"type\":\n}").unwrap();
    let found = places::import_dir(dir.path()).map(|_| ()).unwrap_err().to_string();
    assert!(found.starts_with("boundaries/b.geojson:3: not valid JSON"), "{found}");
}

#[test]
fn the_consoles_boundaries_are_the_same_bytes_for_the_same_places() {
    let file = collection(&[feature("c-1", "station", &polygon(&[&SQUARE])), feature("c-2", "station", &polygon(&[&NEXT]))]);
    let build = || {
        let import = import(MANIFEST, &file).unwrap();
        Places::new(import.tree, import.boundaries).unwrap()
    };
    let text = build().boundaries_geojson(50.0).unwrap();
    assert_eq!(text, build().boundaries_geojson(50.0).unwrap());
    let (county, stations) = text.split_once(r#"{"type":"Feature","id":"c-1","#).unwrap();
    // A node without ground is there by its name.
    assert!(county.contains(r#""agency_id":"c","parent":null,"level":"county""#) && county.ends_with(r#""geometry":null},"#), "{county}");
    assert_eq!(
        stations.split_once(",{").unwrap().0,
        r#""properties":{"agency_id":"c-1","parent":"c","level":"station","name_zh":"所","name_en":"Station"},"geometry":{"type":"MultiPolygon","coordinates":[[[[108.1,37.0],[108.1,37.1],[108.0,37.1],[108.0,37.0],[108.1,37.0]]]]}}"#
    );
}

#[test]
fn a_blob_that_cannot_be_used_is_refused_with_the_reason() {
    let good = import(MANIFEST, &one(&polygon(&[&SQUARE]))).unwrap();
    let bytes = AgencyBlob::new((*good.tree).clone(), good.boundaries).to_bytes().unwrap();
    let text = String::from_utf8(bytes).unwrap();
    for (from, to, expected) in [
        ("\"format\":1", "\"format\":2", "the agency blob has format 2: expected 1"),
        ("\"parent\":\"c\"", "\"parent\":\"x\"", "the agency blob's tree: agency c-1 names parent x"),
        ("\"boundaries\":{\"c-1\"", "\"boundaries\":{\"c-9\"", "there is a boundary for agency c-9, which is not in the tree"),
        ("[1080000000,370000000]", "[1080000000,970000000]", "the boundary of agency c-1: vertex 1080000000, 970000000"),
        ("\"format\":1,", "\"format\":1,\"more\":1,", "unknown field `more`"),
    ] {
        assert!(text.contains(from), "{from} in {text}");
        let found = Places::from_blob(text.replacen(from, to, 1).as_bytes()).unwrap_err().to_string();
        assert!(found.contains(expected), "{found}");
    }
}
