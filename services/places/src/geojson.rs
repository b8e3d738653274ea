//! Reads GeoJSON (RFC 7946) with the line of every feature, so that an error can be found in a file of thousands.
//!
//! Only Feature and FeatureCollection with Polygon and MultiPolygon, and Point for posts, are read. Heights in positions are
//! ignored. A library reader would stop at the first error and know neither feature nor line; this one goes on to the next feature.

use crate::error::{ImportError, Location, Problem, Report, shown};
use crate::repair::{RawPolygon, RawPosition};
use serde::de::{Deserialize, Deserializer, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::fmt;

/// Most features one file may have.
pub(crate) const FEATURES_MAX: usize = 10_000;

/// A feature as read: where it is, its properties, and its geometry in the declared datum.
pub(crate) struct RawFeature {
    pub(crate) at: Location,
    pub(crate) properties: Map<String, Value>,
    /// None when the feature has no usable geometry; the reason is in the report.
    pub(crate) shape: Option<RawShape>,
}

/// A geometry as read.
pub(crate) enum RawShape {
    /// Ground.
    Area {
        polygons: Vec<RawPolygon>,
        /// Whether the geometry is a MultiPolygon.
        multi: bool,
    },
    /// A place without ground, and the line it stands on.
    Point(RawPosition, usize),
}

#[derive(serde::Deserialize)]
struct TopLevel<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    features: Option<Vec<&'a RawValue>>,
}

#[derive(serde::Deserialize)]
struct Feature<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    properties: Option<Map<String, Value>>,
    #[serde(borrow)]
    geometry: Option<&'a RawValue>,
}

#[derive(serde::Deserialize)]
struct Geometry<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    coordinates: Option<&'a RawValue>,
}

/// The text being read and where it came from.
struct Source<'a> {
    file: &'a str,
    text: &'a str,
}

impl Source<'_> {
    /// Offset of a part that was borrowed from the text.
    fn offset(&self, part: &RawValue) -> usize {
        (part.get().as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize).min(self.text.len())
    }

    fn line_of(&self, part: &RawValue) -> usize {
        1 + count_lines(&self.text.as_bytes()[..self.offset(part)])
    }
}

fn count_lines(bytes: &[u8]) -> usize {
    bytes.iter().filter(|b| **b == b'\n').count()
}

/// Reads all features of a file; what can't be read goes into the report.
pub(crate) fn read(file: &str, content: &[u8], report: &mut Report) -> Vec<RawFeature> {
    let whole = Location { file: file.to_owned(), ..Location::default() };
    let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
    let text = match std::str::from_utf8(content) {
        Ok(text) => text,
        Err(e) => {
            let line = Some(1 + count_lines(&content[..e.valid_up_to()]));
            report.error(Location { line, ..whole }, Problem::Malformed { format: "UTF-8", reason: e.to_string() });
            return Vec::new();
        }
    };
    let top: TopLevel<'_> = match serde_json::from_str(text) {
        Ok(top) => top,
        Err(e) => {
            report.error(Location { line: Some(e.line().max(1)), ..whole }, malformed(&e));
            return Vec::new();
        }
    };
    let source = Source { file, text };
    match (top.kind.as_ref(), top.features) {
        ("Feature", _) => match serde_json::from_str::<&RawValue>(text) {
            Ok(raw) => read_feature(&source, 0, raw.get(), source.line_of(raw), report).into_iter().collect(),
            Err(_) => Vec::new(),
        },
        ("FeatureCollection", Some(features)) if features.len() > FEATURES_MAX => {
            let problem = Problem::TooLarge { what: "number of features", found: features.len(), limit: FEATURES_MAX };
            report.error(Location { field: Some("features".to_owned()), ..whole }, problem);
            Vec::new()
        }
        ("FeatureCollection", Some(features)) => {
            let (mut line, mut upto) = (1, 0);
            let mut out = Vec::with_capacity(features.len());
            for (n, raw) in features.into_iter().enumerate() {
                let offset = source.offset(raw);
                line += count_lines(&text.as_bytes()[upto..offset]);
                upto = offset;
                out.extend(read_feature(&source, n, raw.get(), line, report));
            }
            out
        }
        ("FeatureCollection", None) => {
            report.error(Location { field: Some("features".to_owned()), ..whole }, Problem::Missing { expected: "an array of features" });
            Vec::new()
        }
        (other, _) => {
            let problem = Problem::Unexpected { found: format!("{:?}", shown(other)), expected: "Feature or FeatureCollection".to_owned() };
            report.error(Location { field: Some("type".to_owned()), ..whole }, problem);
            Vec::new()
        }
    }
}

fn malformed(error: &serde_json::Error) -> Problem {
    Problem::Malformed { format: "JSON", reason: shown_reason(error) }
}

/// The parser's message, bounded: it may quote the input.
fn shown_reason(error: &serde_json::Error) -> String {
    error.to_string().chars().take(200).collect()
}

fn read_feature(source: &Source<'_>, index: usize, raw: &str, line: usize, report: &mut Report) -> Option<RawFeature> {
    let at = Location { file: source.file.to_owned(), line: Some(line), feature: Some(index), field: None };
    let feature: Feature<'_> = match serde_json::from_str(raw) {
        Ok(feature) => feature,
        Err(e) => {
            report.error(Location { line: Some(line + e.line().max(1) - 1), ..at }, malformed(&e));
            return None;
        }
    };
    if feature.kind != "Feature" {
        let problem = Problem::Unexpected { found: format!("{:?}", shown(&feature.kind)), expected: "Feature".to_owned() };
        report.error(Location { field: Some("type".to_owned()), ..at }, problem);
        return None;
    }
    let properties = feature.properties.unwrap_or_default();
    let shape = match feature.geometry {
        Some(raw) => read_geometry(source, &at, raw).map_err(|error| report.error(error.at, error.problem)).ok(),
        None => {
            let missing = Problem::Missing {
                expected: "a Polygon or MultiPolygon, or a Point for a post (a node without either belongs into org.toml)",
            };
            report.error(Location { field: Some("geometry".to_owned()), ..at.clone() }, missing);
            None
        }
    };
    Some(RawFeature { at, properties, shape })
}

fn read_geometry(source: &Source<'_>, at: &Location, raw: &RawValue) -> Result<RawShape, Box<ImportError>> {
    let failed = |field: &str, line: usize, problem: Problem| {
        let at = Location { field: Some(field.to_owned()), line: Some(line), ..at.clone() };
        Box::new(ImportError { at, problem })
    };
    let line = source.line_of(raw);
    let geometry: Geometry<'_> =
        serde_json::from_str(raw.get()).map_err(|e| failed("geometry", line + e.line().max(1) - 1, malformed(&e)))?;
    let kind = geometry.kind.as_ref();
    if !["Polygon", "MultiPolygon", "Point"].contains(&kind) {
        let expected = "Polygon or MultiPolygon, or Point for a post".to_owned();
        return Err(failed("geometry.type", line, Problem::Unexpected { found: format!("{:?}", shown(kind)), expected }));
    }
    let field = "geometry.coordinates";
    let expected = if kind == "Point" { "[longitude, latitude]" } else { "an array of rings of [longitude, latitude]" };
    let missing = Problem::Missing { expected };
    let coordinates = geometry.coordinates.ok_or_else(|| failed(field, line, missing))?;
    let line = source.line_of(coordinates);
    let unreadable = |e: serde_json::Error| failed(field, line + e.line().max(1) - 1, malformed(&e));
    let text = coordinates.get();
    Ok(match kind {
        "Point" => RawShape::Point(serde_json::from_str(text).map_err(unreadable)?, line),
        "MultiPolygon" => RawShape::Area { polygons: serde_json::from_str(text).map_err(unreadable)?, multi: true },
        _ => RawShape::Area { polygons: vec![serde_json::from_str(text).map_err(unreadable)?], multi: false },
    })
}

impl<'de> Deserialize<'de> for RawPosition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PositionVisitor;
        impl<'de> Visitor<'de> for PositionVisitor {
            type Value = RawPosition;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a position [longitude, latitude] of two numbers")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<RawPosition, A::Error> {
                let short = |n| serde::de::Error::invalid_length(n, &"[longitude, latitude]");
                let lon = seq.next_element()?.ok_or_else(|| short(0))?;
                let lat = seq.next_element()?.ok_or_else(|| short(1))?;
                while seq.next_element::<f64>()?.is_some() {}
                Ok(RawPosition { lon, lat })
            }
        }
        deserializer.deserialize_seq(PositionVisitor)
    }
}
