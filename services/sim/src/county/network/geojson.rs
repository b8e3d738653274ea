//! A network's roads for a map.

use super::{Link, Network};
use domain::place::Position;
use serde_json::{Value, json};

impl Network {
    /// The roads as a GeoJSON feature collection (RFC 7946, WGS-84) of lines with `class`, `name_zh`, `name_en`, `bridge` and
    /// `one_way`. Links that follow each other on one road are one line.
    #[must_use]
    pub fn geojson_roads(&self) -> String {
        let mut features = Vec::new();
        let mut line: Vec<Position> = Vec::new();
        let mut last: Option<&Link> = None;
        for link in &self.links {
            let Some((from, to)) = self.ends(link) else { continue };
            let alike = |before: &Link| {
                (before.to, before.class, before.name, before.bridge, before.one_way)
                    == (link.from, link.class, link.name, link.bridge, link.one_way)
            };
            if !last.is_some_and(alike) {
                features.extend(last.map(|last| self.road(last, &line)));
                line = vec![from];
            }
            line.push(to);
            last = Some(link);
        }
        features.extend(last.map(|last| self.road(last, &line)));
        json!({ "type": "FeatureCollection", "features": features }).to_string()
    }

    fn road(&self, link: &Link, line: &[Position]) -> Value {
        let name = link.name.and_then(|name| self.names.get(name as usize));
        json!({
            "type": "Feature",
            "properties": {
                "class": link.class.key(),
                "name_zh": name.map(|name| &name.zh),
                "name_en": name.map(|name| &name.en),
                "bridge": link.bridge,
                "one_way": link.one_way,
            },
            "geometry": { "type": "LineString", "coordinates": line.iter().map(|p| json!([p.lon(), p.lat()])).collect::<Vec<_>>() },
        })
    }
}
