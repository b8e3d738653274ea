//! Small org directories for tests.

use domain::ids::AgencyId;
use domain::place::Position;
use places::{Import, ImportErrors, OrgFiles, import_files};

/// A manifest with a root county `c` and WGS-84 boundaries.
pub(crate) const MANIFEST: &str = r#"
log_id = "c"
time_zone = "Asia/Shanghai"

[[agency]]
agency_id = "c"
level = "county"
name_zh = "县"
name_en = "County"
"#;

/// A feature of the county with a geometry given as JSON.
pub(crate) fn feature(agency_id: &str, level: &str, geometry: &str) -> String {
    format!(
        r#"{{"type":"Feature","properties":{{"agency_id":"{agency_id}","parent":"c","level":"{level}","name_zh":"所","name_en":"Station"}},"geometry":{geometry}}}"#
    )
}

/// A polygon geometry from rings.
pub(crate) fn polygon(rings: &[&[[f64; 2]]]) -> String {
    serde_json::json!({"type": "Polygon", "coordinates": rings}).to_string()
}

/// A file of features, each on its own line from line 2.
pub(crate) fn collection(features: &[String]) -> String {
    format!("{{\"type\":\"FeatureCollection\",\"features\":[\n{}\n]}}", features.join(",\n"))
}

/// Imports one file beside a manifest.
pub(crate) fn import(manifest: &str, file: &str) -> Result<Import, ImportErrors> {
    import_files(&OrgFiles {
        manifest: manifest.as_bytes().to_vec(),
        boundaries: vec![("boundaries.geojson".to_owned(), file.as_bytes().to_vec())],
    })
}

/// The errors' lines, as the command prints them.
pub(crate) fn errors(manifest: &str, file: &str) -> String {
    import(manifest, file).map(|_| ()).unwrap_err().to_string()
}

pub(crate) fn at(lat: f64, lon: f64) -> Position {
    Position::from_degrees(lat, lon).unwrap()
}

pub(crate) fn id(text: &str) -> AgencyId {
    AgencyId::new(text).unwrap()
}
