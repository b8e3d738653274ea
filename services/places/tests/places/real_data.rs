//! The real boundaries and calls, where `ONEROOM_DATA_DIR` is set.

use domain::ids::AgencyId;
use domain::place::Position;
use places::{AgencyBlob, Import, Places, import_dir};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

fn data_dir(test: &str) -> Option<PathBuf> {
    let dir = std::env::var_os("ONEROOM_DATA_DIR").map(PathBuf::from);
    if dir.is_none() {
        println!("SKIPPED {test}: ONEROOM_DATA_DIR is not set");
    }
    dir
}

/// An org directory over county files of one city, imported.
fn counties(data: &Path, city: &str, code: &str) -> Import {
    let dir = tempfile::tempdir().unwrap();
    let manifest = format!(
        r#"
log_id = "{code}"
time_zone = "Asia/Shanghai"
datum = "gcj02"

[properties]
agency_id = "adcode"
parent = "parent.adcode"
name_zh = "name"
name_en = "name"
seat = "center"
levels = {{ district = "county" }}

[[agency]]
agency_id = "{code}"
level = "city"
name_zh = "市"
name_en = "{city}"
"#
    );
    fs::write(dir.path().join("org.toml"), manifest).unwrap();
    fs::create_dir(dir.path().join("boundaries")).unwrap();
    for entry in fs::read_dir(data.join("boundaries").join(city)).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, dir.path().join("boundaries").join(path.file_name().unwrap())).unwrap();
    }
    import_dir(dir.path()).unwrap_or_else(|errors| panic!("{errors}"))
}

fn seattle(data: &Path) -> Import {
    let dir = tempfile::tempdir().unwrap();
    let manifest = r#"
log_id = "seattle"
time_zone = "America/Los_Angeles"

[properties]
agency_id = "name"
name_zh = "name"
name_en = "name"
lowercase_codes = true
constant = { parent = "seattle", level = "beat" }

[[agency]]
agency_id = "seattle"
level = "city"
name_zh = "西雅图"
name_en = "Seattle"
"#;
    fs::write(dir.path().join("org.toml"), manifest).unwrap();
    fs::copy(data.join("boundaries/seattle_beats.geojson"), dir.path().join("boundaries.geojson")).unwrap();
    import_dir(dir.path()).unwrap_or_else(|errors| panic!("{errors}"))
}

fn seattle_calls(data: &Path) -> Vec<Position> {
    let file = fs::File::open(data.join("calls/seattle_2015.csv.gz")).unwrap();
    let mut reader = csv::Reader::from_reader(flate2::read::GzDecoder::new(file));
    let parse = |row: csv::StringRecord| Position::from_degrees(row[0].parse().unwrap(), row[1].parse().unwrap()).unwrap();
    reader.records().map(|row| parse(row.unwrap())).collect()
}

/// Pairs of neighbours, the lower code first.
fn borders(import: &Import) -> Vec<(&str, &str)> {
    let tree = &import.tree;
    for node in tree.nodes() {
        for other in &node.neighbours {
            let back = tree.get(other).unwrap();
            assert!(back.neighbours.contains(&node.agency_id) && back.level == node.level, "{} and {other}", node.agency_id);
        }
    }
    let both = tree.nodes().flat_map(|node| node.neighbours.iter().map(|other| (node.agency_id.as_str(), other.as_str())));
    both.filter(|(a, b)| a < b).collect()
}

#[test]
fn the_borders_of_real_beats_and_counties_are_found() {
    let Some(data) = data_dir("the_borders_of_real_beats_and_counties_are_found") else { return };
    let import = seattle(&data);
    let start = Instant::now();
    let again = places::with_neighbours(&import.tree, &import.boundaries).unwrap();
    let pairs = borders(&import);
    println!("Seattle: {} pairs of neighbours among {} beats, worked out in {:?}", pairs.len(), import.boundaries.len(), start.elapsed());
    assert_eq!(again, *import.tree, "worked out again from the boundaries it is the same");
    // With a tolerance of 30 m instead of 5 there are 126: the ten others touch at a corner, for 9 to 13 m; the shortest border is
    // 108 m long.
    assert_eq!(pairs.len(), 116);
    for (a, b, expected) in [("d1", "m2", true), ("k1", "k3", true), ("b1", "q2", false), ("l2", "n2", false), ("n1", "w3", false)] {
        assert_eq!(pairs.contains(&(a, b)), expected, "{a} and {b}");
    }
    let lonely: Vec<_> = import.tree.nodes().filter(|n| n.parent.is_some() && n.neighbours.len() < 2).collect();
    assert!(lonely.is_empty(), "{lonely:?}");
    for (city, code, count) in [("yulin", "610800", 19), ("yancheng", "320900", 14)] {
        let import = counties(&data, city, code);
        let pairs = borders(&import);
        println!("{city}: {} pairs of neighbours: {pairs:?}", pairs.len());
        assert_eq!(pairs.len(), count, "{pairs:?}");
    }
    let import = counties(&data, "yulin", "610800");
    let jingbian = import.tree.get(&AgencyId::new("610824").unwrap()).unwrap();
    let around: Vec<_> = jingbian.neighbours.iter().map(AgencyId::as_str).collect();
    assert_eq!(around, ["610803", "610825"], "of its own city: Hengshan and Dingbian");
}

#[test]
fn all_21_counties_import_and_contain_their_seats() {
    let Some(data) = data_dir("all_21_counties_import_and_contain_their_seats") else { return };
    let mut count = 0;
    for (city, code, expected_joined) in [
        ("yulin", "610800", vec!["boundaries/610802.json"]),
        ("yancheng", "320900", vec!["boundaries/320922.json", "boundaries/320924.json"]),
    ] {
        let import = counties(&data, city, code);
        for note in &import.notes {
            println!("{note}");
        }
        let joined: Vec<&str> = import.notes.iter().filter(|n| n.text.contains("joined into")).map(|n| n.at.file.as_str()).collect();
        assert_eq!(joined, expected_joined, "parts that share edges");
        let start = Instant::now();
        let places = Places::new(import.tree, import.boundaries).unwrap();
        println!("{city}: built in {:?}, {:?}", start.elapsed(), places.stats());
        for node in places.tree().nodes().filter(|n| n.parent.is_some()) {
            count += 1;
            let area_km2 = places.boundaries()[&node.agency_id].area_m2() / 1e6;
            assert!((300.0..8000.0).contains(&area_km2), "{} {area_km2}", node.agency_id);
            let seat = node.seat.unwrap();
            assert_eq!(places.agency_at(seat), Some(&node.agency_id), "seat of {}", node.name_zh);
        }
        let jingbian = AgencyId::new("610824").unwrap();
        if let Some(boundary) = places.boundaries().get(&jingbian) {
            let area_km2 = boundary.area_m2() / 1e6;
            println!("610824: {area_km2:.0} km²");
            // 4,975 to 5,088 km² are published for the county.
            assert!((4900.0..5150.0).contains(&area_km2), "{area_km2}");
        }
        // A grid over the whole city, and points beside every boundary vertex.
        let mut probes: Vec<(i32, i32)> = Vec::new();
        for ring in places.boundaries().values().flat_map(places::Boundary::rings) {
            probes.extend(
                ring.vertices().iter().step_by(7).flat_map(|v| [(v[1], v[0]), (v[1] + 40, v[0] - 30), (v[1] - 9_000, v[0] + 7_000)]),
            );
        }
        for (lat, lon) in probes {
            let position = Position::from_e7(lat, lon).unwrap();
            assert_eq!(places.agency_at(position), places.agency_by_every_edge(position), "{position:?}");
        }
    }
    assert_eq!(count, 21);
}

#[test]
fn nearly_every_seattle_call_falls_into_exactly_one_beat() {
    let Some(data) = data_dir("nearly_every_seattle_call_falls_into_exactly_one_beat") else { return };
    let import = seattle(&data);
    assert_eq!(import.boundaries.len(), 51);
    for note in &import.notes {
        println!("{note}");
    }
    let bytes = AgencyBlob::new((*import.tree).clone(), import.boundaries.clone()).to_bytes().unwrap();
    let start = Instant::now();
    let places = Places::new(import.tree, import.boundaries).unwrap();
    println!("built in {:?}, blob {} bytes, {:?}", start.elapsed(), bytes.len(), places.stats());
    for tolerance_m in [0.0, 5.0, 20.0] {
        println!("GeoJSON at {tolerance_m} m: {} bytes", places.boundaries_geojson(tolerance_m).unwrap().len());
    }
    let calls = seattle_calls(&data);
    let mut in_how_many: BTreeMap<usize, usize> = BTreeMap::new();
    for call in &calls {
        *in_how_many.entry(places.all_at(*call).len()).or_default() += 1;
        assert_eq!(places.agency_at(*call), places.all_at(*call).first().copied(), "{call:?}");
    }
    let share = in_how_many[&1] as f64 / calls.len() as f64;
    println!("{} calls; in how many beats: {in_how_many:?}; in exactly one: {:.3} %", calls.len(), share * 100.0);
    assert!((0.997..0.9995).contains(&share), "{share}");
    for call in calls.iter().step_by(calls.len() / 5000) {
        assert_eq!(places.agency_at(*call), places.agency_by_every_edge(*call), "{call:?}");
    }
}
