//! `org.toml`: the log, its time zone, the datum of the files beside it, how features' properties are named, and nodes
//! without a boundary.

use crate::error::{Location, Problem, Report};
use crate::properties::{Declared, LEVELS, Located, ORGANISATIONS, PropertyMap, level_named, named_key, organisation_named};
use domain::agency::{AgencyLevel, AgencyNode};
use domain::ids::{AgencyId, LogId, ReasonKey};
use domain::place::Datum;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use toml::Spanned;

/// The manifest's file name.
pub(crate) const FILE: &str = "org.toml";
/// Most bytes it may have.
pub(crate) const BYTES_MAX: usize = 1 << 20;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    log_id: Spanned<String>,
    time_zone: Spanned<String>,
    #[serde(default)]
    datum: Datum,
    #[serde(default)]
    properties: PropertyMap,
    #[serde(default)]
    agency: Vec<Spanned<RawAgency>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAgency {
    agency_id: Spanned<String>,
    parent: Option<Spanned<String>>,
    level: Spanned<String>,
    name_zh: String,
    name_en: String,
    seat: Option<Spanned<[f64; 2]>>,
    organisation: Option<Spanned<String>>,
    place_class: Option<Spanned<String>>,
    staffing: Option<Spanned<String>>,
}

/// A manifest that was read.
pub(crate) struct Manifest {
    pub(crate) log_id: LogId,
    pub(crate) time_zone: String,
    pub(crate) datum: Datum,
    pub(crate) properties: PropertyMap,
    pub(crate) agencies: Vec<Located>,
}

fn line_at(text: &str, offset: usize) -> usize {
    1 + text.as_bytes()[..offset.min(text.len())].iter().filter(|b| **b == b'\n').count()
}

/// Reads the manifest; none when it is unusable, with every reason found in the report.
pub(crate) fn read(content: &[u8], report: &mut Report) -> Option<Manifest> {
    let whole = Location { file: FILE.to_owned(), ..Location::default() };
    if content.len() > BYTES_MAX {
        report.error(whole, Problem::TooLarge { what: "size in bytes", found: content.len(), limit: BYTES_MAX });
        return None;
    }
    let text = match std::str::from_utf8(content) {
        Ok(text) => text,
        Err(e) => {
            report.error(whole, Problem::Malformed { format: "UTF-8", reason: e.to_string() });
            return None;
        }
    };
    let raw: Raw = match toml::from_str(text) {
        Ok(raw) => raw,
        Err(e) => {
            let line = e.span().map(|s| line_at(text, s.start));
            let reason = e.message().chars().take(200).collect();
            report.error(Location { line, ..whole }, Problem::Malformed { format: "TOML", reason });
            return None;
        }
    };
    let at = |field: String, offset: usize| Location { line: Some(line_at(text, offset)), field: Some(field), ..whole.clone() };
    let log_id = match LogId::new(raw.log_id.get_ref()) {
        Ok(id) => Some(id),
        Err(e) => {
            report.error(at("log_id".to_owned(), raw.log_id.span().start), e);
            None
        }
    };
    if !is_zone_name(raw.time_zone.get_ref()) {
        let found = format!("{:?}", crate::error::shown(raw.time_zone.get_ref()));
        let problem = Problem::Unexpected { found, expected: "an IANA time zone such as \"Asia/Shanghai\"".to_owned() };
        report.error(at("time_zone".to_owned(), raw.time_zone.span().start), problem);
    }
    let mut agencies = Vec::new();
    for (n, agency) in raw.agency.into_iter().enumerate() {
        agencies.extend(read_agency(n, agency, raw.datum, &at, report));
    }
    Some(Manifest { log_id: log_id?, time_zone: raw.time_zone.into_inner(), datum: raw.datum, properties: raw.properties, agencies })
}

fn read_agency(
    n: usize,
    agency: Spanned<RawAgency>,
    datum: Datum,
    at: &dyn Fn(String, usize) -> Location,
    report: &mut Report,
) -> Option<Located> {
    let start = agency.span().start;
    let agency = agency.into_inner();
    let place = |field: &str, offset: usize| at(format!("agency[{n}].{field}"), offset);
    let mut fields = BTreeMap::from([("agency_id", place("agency_id", agency.agency_id.span().start))]);
    let mut code = |field: &str, text: &Spanned<String>| {
        AgencyId::new(text.get_ref()).map_err(|e| report.error(place(field, text.span().start), e)).ok()
    };
    let agency_id = code("agency_id", &agency.agency_id);
    let parent = agency.parent.as_ref().map(|p| code("parent", p));
    let level = word(&agency.level, LEVELS, level_named).map_err(|e| report.error(place("level", agency.level.span().start), e)).ok();
    let seat = agency.seat.as_ref().map(|s| {
        let [lon, lat] = *s.get_ref();
        crate::datum::to_wgs84(lat, lon, datum).map_err(|e| report.error(place("seat", s.span().start), e)).ok()
    });
    let organisation = agency.organisation.as_ref().map(|text| {
        let named = word(text, ORGANISATIONS, organisation_named);
        named.map_err(|e| report.error(place("organisation", text.span().start), e)).ok()
    });
    let mut key = |field: &str, text: &Spanned<String>| {
        ReasonKey::new(text.get_ref()).map_err(|e| report.error(place(field, text.span().start), named_key(field, e))).ok()
    };
    let place_class = agency.place_class.as_ref().map(|text| key("place_class", text));
    let staffing = agency.staffing.as_ref().map(|text| key("staffing", text));
    let texts = [
        ("parent", &agency.parent),
        ("organisation", &agency.organisation),
        ("place_class", &agency.place_class),
        ("staffing", &agency.staffing),
    ];
    fields.extend(texts.into_iter().filter_map(|(field, text)| Some((field, place(field, text.as_ref()?.span().start)))));
    fields.extend(agency.seat.as_ref().map(|seat| ("seat", place("seat", seat.span().start))));
    let declared = Declared { at: at(format!("agency[{n}]"), start), fields };
    if level == Some(AgencyLevel::Post) && agency.seat.is_none() {
        let missing = Problem::Missing { expected: "[longitude, latitude]: a post is where its seat is" };
        report.error(place("seat", start), missing);
    }
    let node = AgencyNode {
        agency_id: agency_id?,
        parent: given(parent)?,
        level: level?,
        name_zh: agency.name_zh,
        name_en: agency.name_en,
        seat: given(seat)?,
        organisation: given(organisation)?.unwrap_or_default(),
        place_class: given(place_class)?,
        staffing: given(staffing)?,
        neighbours: BTreeSet::new(),
    };
    Some(Located { node, declared })
}

/// A field that may be left out: none when it was given and is wrong.
fn given<T>(field: Option<Option<T>>) -> Option<Option<T>> {
    match field {
        Some(value) => value.map(Some),
        None => Some(None),
    }
}

fn word<T>(text: &Spanned<String>, expected: &str, named: fn(&str) -> Option<T>) -> Result<T, Problem> {
    let found = || format!("{:?}", crate::error::shown(text.get_ref()));
    named(text.get_ref()).ok_or_else(|| Problem::Unexpected { found: found(), expected: expected.to_owned() })
}

/// Whether the text has the shape of an IANA zone name; whether the zone exists is known to who computes local days.
fn is_zone_name(text: &str) -> bool {
    let part = |p: &str| !p.is_empty() && p.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+'));
    text.len() <= 64 && (text == "UTC" || (text.contains('/') && text.split('/').all(part)))
}
