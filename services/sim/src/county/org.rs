//! A county as files: the agency folder that `oneroom org import` takes, the road network, and what a map shows.

use super::names::Name;
use super::network::NetworkError;
use super::{County, Water};
use crate::layout::Layout;
use domain::place::Position;
use serde_json::{Value, json};

/// Columns of `units.csv`.
const UNIT_COLUMNS: [&str; 8] = ["unit_id", "call_sign", "kind", "home", "team", "sworn", "auxiliary", "capabilities"];

/// A file of a folder: its path there, with `/`, and what is in it.
pub type FolderFile = (&'static str, Vec<u8>);

impl Layout {
    /// The units as `units.csv` of an agency folder.
    ///
    /// # Errors
    /// [`csv::Error`], which writing to memory never causes.
    pub fn units_csv(&self) -> Result<Vec<u8>, csv::Error> {
        let mut out = csv::Writer::from_writer(Vec::new());
        out.write_record(UNIT_COLUMNS)?;
        for unit in &self.units {
            let (sworn, auxiliary) = (unit.sworn.to_string(), unit.auxiliary.to_string());
            let capabilities = unit.capabilities.join("|");
            let (id, home) = (unit.unit_id.as_str(), unit.home.as_str());
            out.write_record([id, &unit.call_sign, unit.kind.key(), home, unit.team.key(), &sworn, &auxiliary, &capabilities])?;
        }
        out.into_inner().map_err(|error| csv::Error::from(error.into_error()))
    }
}

impl County {
    /// The county as a folder: `org.toml`, `boundaries.geojson` and `units.csv` as `oneroom org import` reads them;
    /// `network/nodes.csv` and `network/links.csv`; `map/roads.geojson`, `map/water.geojson`, `map/facilities.geojson`;
    /// `points.csv` with the 1·3·5 points (`id,name_zh,name_en,lon,lat,place_class`).
    ///
    /// # Errors
    /// [`NetworkError`], which writing to memory never causes.
    pub fn folder(&self) -> Result<Vec<FolderFile>, NetworkError> {
        let (mut nodes, mut links) = (Vec::new(), Vec::new());
        self.network.write_network(&mut nodes, &mut links)?;
        Ok(vec![
            ("org.toml", self.layout.org_toml().into_bytes()),
            ("boundaries.geojson", self.layout.boundaries_geojson().into_bytes()),
            ("units.csv", self.layout.units_csv()?),
            ("points.csv", self.points_csv()?),
            ("network/nodes.csv", nodes),
            ("network/links.csv", links),
            ("map/roads.geojson", self.geojson_roads().into_bytes()),
            ("map/water.geojson", self.geojson_water().into_bytes()),
            ("map/facilities.geojson", self.geojson_facilities().into_bytes()),
        ])
    }

    fn points_csv(&self) -> Result<Vec<u8>, csv::Error> {
        let mut out = csv::Writer::from_writer(Vec::new());
        out.write_record(["id", "name_zh", "name_en", "lon", "lat", "place_class"])?;
        for point in &self.response_points {
            let (lon, lat) = (format!("{:.7}", point.position.lon()), format!("{:.7}", point.position.lat()));
            out.write_record([point.id.as_str(), &point.name.zh, &point.name.en, &lon, &lat, point.place_class])?;
        }
        out.into_inner().map_err(|error| csv::Error::from(error.into_error()))
    }

    /// The roads as GeoJSON; see [`super::Network::geojson_roads`].
    #[must_use]
    pub fn geojson_roads(&self) -> String {
        self.network.geojson_roads()
    }

    /// The waters as a GeoJSON feature collection (RFC 7946, WGS-84): polygons with `kind` `water`, `name_zh` and `name_en`, and
    /// the middle lines of rivers with `kind` `river`.
    #[must_use]
    pub fn geojson_water(&self) -> String {
        let areas = self.water.iter().map(|water| {
            let ring: Vec<Value> = water.ring.iter().chain(water.ring.first()).map(|p| point(*p)).collect();
            feature(json!({ "type": "Polygon", "coordinates": [ring] }), "water", "", &water.name, &[])
        });
        let line = |water: &Water| {
            let line: Vec<Value> = water.line.iter().map(|p| point(*p)).collect();
            feature(json!({ "type": "LineString", "coordinates": line }), "river", "", &water.name, &[])
        };
        collection(areas.chain(self.water.iter().filter(|water| !water.line.is_empty()).map(line)))
    }

    /// What stands in the county as a GeoJSON feature collection of points with `kind`, `id`, `name_zh` and `name_en`: facilities
    /// (`school`, `hospital`, `transport_station`, `square`, `market`, `government`, each with the `place_class` of its 1·3·5
    /// point), `camera` (with `stream`), `dock`, `checkpoint`.
    #[must_use]
    pub fn geojson_facilities(&self) -> String {
        let at = |position: Position| json!({ "type": "Point", "coordinates": point(position) });
        let facilities = self.facilities.iter().map(|facility| {
            let class = [("place_class", facility.kind.place_class())];
            feature(at(facility.position), facility.kind.key(), &facility.id, &facility.name, &class)
        });
        let cameras = self.cameras.iter().map(|camera| {
            let stream = [("stream", camera.stream.as_str())];
            feature(at(camera.position), "camera", &camera.id, &camera.name, &stream)
        });
        let docks = self.docks.iter().map(|dock| feature(at(dock.position), "dock", &dock.id, &dock.name, &[]));
        let checkpoints = self.checkpoints.iter().map(|point| feature(at(point.position), "checkpoint", &point.id, &point.name, &[]));
        collection(facilities.chain(cameras).chain(docks).chain(checkpoints))
    }
}

fn point(position: Position) -> Value {
    json!([position.lon(), position.lat()])
}

fn feature(geometry: Value, kind: &str, id: &str, name: &Name, more: &[(&str, &str)]) -> Value {
    let mut properties = json!({ "kind": kind, "name_zh": name.zh, "name_en": name.en });
    let id = (!id.is_empty()).then_some(("id", id));
    if let Some(object) = properties.as_object_mut() {
        object.extend(id.iter().chain(more).map(|(key, value)| ((*key).to_owned(), json!(value))));
    }
    json!({ "type": "Feature", "properties": properties, "geometry": geometry })
}

fn collection(features: impl Iterator<Item = Value>) -> String {
    json!({ "type": "FeatureCollection", "features": features.collect::<Vec<_>>() }).to_string()
}
