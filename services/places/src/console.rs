//! The agency tree for the console: boundaries as GeoJSON, simplified to a tolerance, the same bytes for the same places.

use crate::boundary::Ring;
use crate::index::Places;
use crate::simplify::Junctions;
use serde::Serialize;

#[derive(Serialize)]
struct Collection<'a> {
    r#type: &'static str,
    features: Vec<Feature<'a>>,
}

#[derive(Serialize)]
struct Feature<'a> {
    r#type: &'static str,
    id: &'a str,
    properties: Properties<'a>,
    geometry: Option<Geometry>,
}

#[derive(Serialize)]
struct Properties<'a> {
    agency_id: &'a str,
    parent: Option<&'a str>,
    level: domain::agency::AgencyLevel,
    name_zh: &'a str,
    name_en: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    seat: Option<[f64; 2]>,
}

#[derive(Serialize)]
struct Geometry {
    r#type: &'static str,
    coordinates: Vec<Vec<Vec<[f64; 2]>>>,
}

impl Places {
    /// All nodes as a GeoJSON FeatureCollection (RFC 7946, WGS-84) in order of codes; the geometry of one without a boundary is
    /// null. Properties: `agency_id`, `parent` (null for the root), `level`, `name_zh`, `name_en`, `seat` where known. Lines deviate by at most `tolerance_m` metres
    /// and neighbours keep their common border; 0 or less keeps every vertex.
    ///
    /// # Errors
    /// None in practice: all values are finite. The writer's error is passed on rather than hidden.
    pub fn boundaries_geojson(&self, tolerance_m: f64) -> Result<String, serde_json::Error> {
        let junctions = (tolerance_m > 0.0).then(|| Junctions::of(self.boundaries()));
        let ring = |r: &Ring| -> Vec<[f64; 2]> {
            let simplified = junctions.as_ref().map(|j| j.simplify(r.vertices(), tolerance_m));
            let vertices = simplified.as_deref().unwrap_or(r.vertices());
            vertices.iter().chain(vertices.first()).map(|v| [f64::from(v[0]) / 1e7, f64::from(v[1]) / 1e7]).collect()
        };
        let features = self.tree().nodes().map(|node| {
            let id = node.agency_id.as_str();
            let properties = Properties {
                agency_id: id,
                parent: node.parent.as_ref().map(|p| p.as_str()),
                level: node.level,
                name_zh: &node.name_zh,
                name_en: &node.name_en,
                seat: node.seat.map(|s| [s.lon(), s.lat()]),
            };
            let geometry = self.boundaries().get(&node.agency_id).map(|boundary| Geometry {
                r#type: "MultiPolygon",
                coordinates: boundary.polygons().iter().map(|p| std::iter::once(&p.outer).chain(&p.holes).map(ring).collect()).collect(),
            });
            Feature { r#type: "Feature", id, properties, geometry }
        });
        serde_json::to_string(&Collection { r#type: "FeatureCollection", features: features.collect() })
    }
}
