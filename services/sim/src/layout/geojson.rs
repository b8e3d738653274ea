//! A layout's boundaries and posts as GeoJSON.

use super::Layout;
use domain::agency::{AgencyNode, Organisation};
use domain::place::Position;
use serde_json::{Map, Value, json};

fn point(position: Position) -> Value {
    json!([position.lon(), position.lat()])
}

/// All boundaries, then all posts.
pub(super) fn collection(layout: &Layout) -> String {
    let areas = layout.nodes.iter().zip(&layout.boundaries).map(|(node, boundary)| {
        let ring: Vec<_> = boundary.ring.iter().chain(boundary.ring.first()).map(|corner| point(*corner)).collect();
        feature(node, json!({ "type": "Polygon", "coordinates": [ring] }))
    });
    let posts = layout.posts.iter().map(|node| feature(node, json!({ "type": "Point", "coordinates": node.seat.map(point) })));
    let features: Vec<Value> = areas.chain(posts).collect();
    json!({ "type": "FeatureCollection", "features": features }).to_string()
}

fn feature(node: &AgencyNode, geometry: Value) -> Value {
    let mut properties = Map::new();
    let mut set = |key: &str, value: Value| properties.insert(key.to_owned(), value);
    set("agency_id", json!(node.agency_id));
    set("parent", json!(node.parent));
    set("level", json!(node.level));
    set("name_zh", json!(node.name_zh));
    set("name_en", json!(node.name_en));
    set("seat", json!(node.seat.map(point)));
    if node.organisation != Organisation::TwoTeams {
        set("organisation", json!(node.organisation));
    }
    for (key, value) in [("place_class", &node.place_class), ("staffing", &node.staffing)] {
        if let Some(value) = value {
            set(key, json!(value));
        }
    }
    json!({ "type": "Feature", "properties": properties, "geometry": geometry })
}
