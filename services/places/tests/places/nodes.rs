//! What nodes say beside their ground: posts, organisation, keys of the policy; and trees that are none.

use crate::common::{MANIFEST, at, collection, errors, feature, id, import, polygon};
use domain::agency::{AgencyLevel, Organisation};
use places::Places;

const SQUARE: [[f64; 2]; 5] = [[108.0, 37.0], [108.1, 37.0], [108.1, 37.1], [108.0, 37.1], [108.0, 37.0]];
const POINT: &str = r#"{"type":"Point","coordinates":[108.05,37.05]}"#;

fn with(feature: &str, properties: &str) -> String {
    feature.replacen("\"name_en\"", &format!("{properties},\"name_en\""), 1)
}

fn station(properties: &str) -> String {
    with(&feature("c-1", "station", &polygon(&[&SQUARE])), properties)
}

#[test]
fn a_station_says_how_it_is_organised_and_what_it_is_held_to() {
    let file = collection(&[
        station(r#""organisation":"by_post","place_class":"rural","staffing":"rural_station""#),
        feature("c-9", "post", POINT),
    ]);
    let import = import(MANIFEST, &file).unwrap();
    assert_eq!(import.notes, []);
    let node = import.tree.get(&id("c-1")).unwrap();
    assert_eq!(node.organisation, Organisation::ByPost);
    assert_eq!(node.place_class.as_ref().unwrap().as_str(), "rural");
    assert_eq!(node.staffing.as_ref().unwrap().as_str(), "rural_station");
    assert_eq!(import.declared[&id("c-1")].field("staffing").to_string(), "boundaries.geojson:2: feature 0: properties.staffing");
    assert_eq!(import.declared[&id("c-9")].field("staffing").to_string(), "boundaries.geojson:3: feature 1", "it says nothing of it");
    let post = import.tree.get(&id("c-9")).unwrap();
    assert_eq!((post.level, post.seat), (AgencyLevel::Post, Some(at(37.05, 108.05))));
    let places = Places::new(import.tree.clone(), import.boundaries).unwrap();
    assert_eq!(places.agency_at(at(37.05, 108.05)), Some(&id("c-1")), "a post has no ground");
}

#[test]
fn the_manifest_says_the_same_of_nodes_without_ground() {
    let more = r#"
[[agency]]
agency_id = "c-9"
parent = "c"
level = "post"
name_zh = "站前警务站"
name_en = "Square Post"
seat = [108.05, 37.05]
place_class = "one_minute"

[properties]
organisation = "kind"
constant = { parent = "c", level = "station", place_class = "urban" }
"#;
    let manifest = format!("{MANIFEST}{more}");
    let import = import(&manifest, &collection(&[station(r#""kind":"by_post""#)])).unwrap();
    assert_eq!(import.tree.get(&id("c-9")).unwrap().place_class.as_ref().unwrap().as_str(), "one_minute");
    let node = import.tree.get(&id("c-1")).unwrap();
    assert_eq!((node.organisation, node.place_class.as_ref().unwrap().as_str()), (Organisation::ByPost, "urban"));
    let wrong = more
        .replace("seat = [108.05, 37.05]", "organisation = \"two\"")
        .replace("one_minute", "One minute")
        .replace("level = \"station\", place_class = \"urban\"", "level = \"station\"");
    assert_eq!(
        errors(&format!("{MANIFEST}{wrong}"), &collection(&[])),
        "org.toml:11: agency[1].seat: is missing: expected [longitude, latitude]: a post is where its seat is\n\
         org.toml:17: agency[1].organisation: is \"two\": expected two_teams or by_post\n\
         org.toml:18: agency[1].place_class: is \"One minute\": expected a key of the policy, 1 to 32 characters of a-z, 0-9 and _, \
         for place_class"
    );
}

#[test]
fn what_a_node_cannot_say_is_refused_by_feature_and_field() {
    let beat = with(&feature("c-1", "beat", &polygon(&[&SQUARE])), r#""organisation":"by_post""#);
    let post = with(&feature("c-1", "post", POINT), r#""staffing":"urban_beat""#);
    for (feature, expected) in [
        (station(r#""organisation":"three_teams""#), "properties.organisation: is \"three_teams\": expected two_teams or by_post"),
        (station(r#""organisation":2"#), "properties.organisation: is 2: expected two_teams or by_post"),
        (station(r#""place_class":"Urban""#), "properties.place_class: is \"Urban\": expected a key of the policy"),
        (station(r#""staffing":7"#), "properties.staffing: is 7: expected a key of the policy as text"),
        (beat, "properties.organisation: is \"by_post\" on a beat: expected only on a station"),
        (post, "properties.staffing: is \"urban_beat\" on a post: expected only on a station or a beat"),
        (feature("c-1", "post", &polygon(&[&SQUARE])), "geometry.type: is an area: expected a Point: a post has no ground of its own"),
        (feature("c-1", "post", r#"{"type":"Point","coordinates":[108]}"#), "geometry.coordinates: not valid JSON: invalid length 1"),
        (feature("c-1", "post", r#"{"type":"Point","coordinates":[108,97]}"#), "geometry.coordinates: latitude 97 is out of range"),
        (feature("c-1", "post", r#"{"type":"Point"}"#), "geometry.coordinates: is missing: expected [longitude, latitude]"),
    ] {
        let found = errors(MANIFEST, &collection(&[feature]));
        assert!(found.starts_with("boundaries.geojson:2: feature 0: ") && found.contains(expected), "expected {expected:?} in {found:?}");
        assert_eq!(found.lines().count(), 1, "{found}");
    }
}

#[test]
fn a_circle_of_parents_is_named_as_one() {
    let under = |code: &str, parent: &str| {
        feature(code, "station", &polygon(&[&SQUARE])).replace("\"parent\":\"c\"", &format!("\"parent\":\"{parent}\""))
    };
    let found = errors(MANIFEST, &collection(&[under("c-3", "c-1"), under("c-1", "c-2"), under("c-2", "c-3"), under("c-4", "c-4")]));
    assert_eq!(
        found,
        "boundaries.geojson:3: feature 1: properties.parent: the tree runs in a circle: c-1 → c-2 → c-3 → c-1: expected every node to \
         lead up to one root\n\
         boundaries.geojson:5: feature 3: properties.parent: the tree runs in a circle: c-4 → c-4: expected every node to lead up to one \
         root"
    );
    let leads_in = under("c-5", "c-4");
    let found = errors(MANIFEST, &collection(&[under("c-4", "c-4"), leads_in]));
    assert!(found.contains("feature 1: properties.parent: agency c-5 (Station) stands under c-4 (Station)"), "{found}");
    let rootless = MANIFEST.replace("level = \"county\"", "parent = \"c\"\nlevel = \"county\"");
    assert_eq!(
        errors(&rootless, &collection(&[])),
        "org.toml:7: agency[0].parent: the tree runs in a circle: c → c: expected every node to lead up to one root"
    );
}

#[test]
fn a_beat_outside_its_station_is_refused_and_a_sliver_is_noted() {
    let beat = |by: f64| {
        let ring = [[108.05, 37.0], [108.1, 37.0], [108.1, 37.05], [108.05, 37.05], [108.05, 37.0]].map(|[lon, lat]| [lon + by, lat]);
        feature("c-1-1", "beat", &polygon(&[&ring])).replace("\"parent\":\"c\"", "\"parent\":\"c-1\"")
    };
    let file = |by: f64| collection(&[feature("c-1", "station", &polygon(&[&SQUARE])), beat(by)]);
    assert_eq!(import(MANIFEST, &file(0.0)).unwrap().notes, []);
    let note = import(MANIFEST, &file(0.0002)).unwrap().notes[0].to_string();
    assert!(note.starts_with("boundaries.geojson:3: feature 1: geometry: agency c-1-1 reaches out of c-1 in slivers"), "{note}");
    let partly = errors(MANIFEST, &file(0.025));
    assert!(partly.starts_with("boundaries.geojson:3: feature 1: geometry: agency c-1-1 lies outside c-1 with"), "{partly}");
    assert!(partly.contains("(50 % of it)"), "{partly}");
    let wholly = errors(MANIFEST, &file(1.0));
    assert!(wholly.contains("agency c-1-1 lies outside c-1 with") && wholly.contains("(100 % of it)"), "{wholly}");
}

#[test]
fn a_seat_outside_is_noted() {
    let import = import(MANIFEST, &collection(&[station(r#""seat":[109.0,37.0]"#)])).unwrap();
    assert_eq!(
        import.notes[0].to_string(),
        "boundaries.geojson:2: feature 0: properties.seat: the seat of agency c-1 lies outside the ground of c-1"
    );
}

#[test]
fn a_blob_from_before_these_fields_is_read() {
    let good = import(MANIFEST, &collection(&[station(r#""place_class":"urban""#)])).unwrap();
    let text = String::from_utf8(places::AgencyBlob::new((*good.tree).clone(), good.boundaries).to_bytes().unwrap()).unwrap();
    let old = text.replace(",\"organisation\":\"two_teams\"", "").replace(",\"place_class\":\"urban\"", "");
    assert!(old.len() < text.len() && !old.contains("organisation"), "{old}");
    let places = Places::from_blob(old.as_bytes()).unwrap();
    assert_eq!(places.tree().get(&id("c-1")).unwrap().organisation, Organisation::TwoTeams);
}
