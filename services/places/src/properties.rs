//! From a feature's properties to an agency node, through names that `org.toml` may change.

use crate::error::{Location, Problem, Report, shown};
use domain::agency::{AgencyLevel, AgencyNode, Organisation};
use domain::ids::{AgencyId, InvalidCode, ReasonKey};
use domain::place::{Datum, Position};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// The levels, as an error names them.
pub(crate) const LEVELS: &str = "city, county, station, beat or post";
/// Longest name of a node, in characters.
const NAME_CHARS_MAX: usize = 100;

/// The words for how a station is organised, as an error names them.
pub(crate) const ORGANISATIONS: &str = "two_teams or by_post";

/// Where a node was declared.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Declared {
    /// The feature, or the `[[agency]]`.
    pub at: Location,
    /// Its fields by the names of [`AgencyNode`], for those that were given.
    pub fields: BTreeMap<&'static str, Location>,
}

impl Declared {
    /// Where a field is; the node's own place when it was not given.
    #[must_use]
    pub fn field(&self, name: &str) -> &Location {
        self.fields.get(name).unwrap_or(&self.at)
    }
}

/// A node and where it was declared.
pub(crate) struct Located {
    pub(crate) node: AgencyNode,
    pub(crate) declared: Declared,
}

impl Located {
    /// What only stations, or only stations and beats, may say.
    pub(crate) fn check_level(&self, report: &mut Report) {
        let (node, level) = (&self.node, self.node.level);
        if node.organisation == Organisation::ByPost && level != AgencyLevel::Station {
            let problem = Problem::WrongLevel { found: "\"by_post\"".to_owned(), level, allowed: "a station" };
            report.error(self.declared.field("organisation").clone(), problem);
        }
        if let (Some(template), false) = (&node.staffing, matches!(level, AgencyLevel::Station | AgencyLevel::Beat)) {
            let problem = Problem::WrongLevel { found: format!("{:?}", template.as_str()), level, allowed: "a station or a beat" };
            report.error(self.declared.field("staffing").clone(), problem);
        }
    }
}

/// `[properties]` of `org.toml`: which property of a feature holds what. A dot goes into an object: `parent.adcode`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct PropertyMap {
    agency_id: String,
    parent: String,
    level: String,
    name_zh: String,
    name_en: String,
    seat: String,
    organisation: String,
    place_class: String,
    staffing: String,
    /// Put before every `agency_id` that is read from a feature (not before parents).
    agency_id_prefix: String,
    /// Whether codes are turned to lower case, for files that write `B1`.
    lowercase_codes: bool,
    /// Other words for levels: `district = "county"`.
    levels: BTreeMap<String, AgencyLevel>,
    /// Values for properties that no feature carries.
    constant: Constants,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Constants {
    parent: Option<AgencyId>,
    level: Option<AgencyLevel>,
    organisation: Option<Organisation>,
    place_class: Option<ReasonKey>,
    staffing: Option<ReasonKey>,
}

impl Default for PropertyMap {
    fn default() -> Self {
        Self {
            agency_id: "agency_id".to_owned(),
            parent: "parent".to_owned(),
            level: "level".to_owned(),
            name_zh: "name_zh".to_owned(),
            name_en: "name_en".to_owned(),
            seat: "seat".to_owned(),
            organisation: "organisation".to_owned(),
            place_class: "place_class".to_owned(),
            staffing: "staffing".to_owned(),
            agency_id_prefix: String::new(),
            lowercase_codes: false,
            levels: BTreeMap::new(),
            constant: Constants::default(),
        }
    }
}

/// The level of a name.
pub(crate) fn level_named(name: &str) -> Option<AgencyLevel> {
    match name {
        "city" => Some(AgencyLevel::City),
        "county" => Some(AgencyLevel::County),
        "station" => Some(AgencyLevel::Station),
        "beat" => Some(AgencyLevel::Beat),
        "post" => Some(AgencyLevel::Post),
        _ => None,
    }
}

/// The organisation of a name.
pub(crate) fn organisation_named(name: &str) -> Option<Organisation> {
    match name {
        "two_teams" => Some(Organisation::TwoTeams),
        "by_post" => Some(Organisation::ByPost),
        _ => None,
    }
}

/// An error that speaks of a policy's key by the field it stands in.
pub(crate) fn named_key(field: &str, error: InvalidCode) -> Problem {
    let expected = format!("a key of the policy, 1 to 32 characters of {}, for {field}", error.alphabet);
    Problem::Unexpected { found: format!("{:?}", error.given), expected }
}

/// One feature's properties while they are read.
struct Reader<'a> {
    map: &'a PropertyMap,
    properties: &'a Map<String, Value>,
    at: &'a Location,
    report: &'a mut Report,
}

impl PropertyMap {
    /// The node a feature describes; none when a property is missing or wrong, with every reason in the report.
    pub(crate) fn node(&self, properties: &Map<String, Value>, at: &Location, datum: Datum, report: &mut Report) -> Option<Located> {
        let mut reader = Reader { map: self, properties, at, report };
        let agency_id = reader.code(&self.agency_id, &self.agency_id_prefix);
        let parent = reader.parent();
        let level = reader.level();
        let name_zh = reader.name(&self.name_zh);
        let name_en = reader.name(&self.name_en);
        let seat = reader.seat(datum);
        let organisation = reader.organisation();
        let place_class = reader.key(&self.place_class, self.constant.place_class.as_ref());
        let staffing = reader.key(&self.staffing, self.constant.staffing.as_ref());
        let declared = reader.declared();
        let node = AgencyNode {
            agency_id: agency_id?,
            parent: parent?,
            level: level?,
            name_zh: name_zh?,
            name_en: name_en?,
            seat: seat?,
            organisation: organisation?,
            place_class: place_class?,
            staffing: staffing?,
            neighbours: BTreeSet::new(),
        };
        Some(Located { node, declared })
    }
}

impl<'a> Reader<'a> {
    fn get(&self, path: &str) -> Option<&'a Value> {
        let properties = self.properties;
        let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
        let top = properties.get(first)?;
        let value = match rest {
            Some(rest) => rest.split('.').try_fold(top, |value, key| value.get(key))?,
            None => top,
        };
        (!value.is_null()).then_some(value)
    }

    /// Where the feature and those of its properties are that are checked against others.
    fn declared(&self) -> Declared {
        let map = self.map;
        let named = [
            ("agency_id", &map.agency_id),
            ("parent", &map.parent),
            ("seat", &map.seat),
            ("organisation", &map.organisation),
            ("place_class", &map.place_class),
            ("staffing", &map.staffing),
        ];
        let given = named.into_iter().filter(|(_, path)| self.get(path).is_some());
        let at = |path: &str| Location { field: Some(format!("properties.{path}")), ..self.at.clone() };
        Declared { at: self.at.clone(), fields: given.map(|(name, path)| (name, at(path))).collect() }
    }

    fn organisation(&mut self) -> Option<Organisation> {
        let map = self.map;
        match self.get(&map.organisation) {
            Some(value) => {
                let named = value.as_str().and_then(organisation_named);
                named.or_else(|| self.unexpected(&map.organisation, value, ORGANISATIONS))
            }
            None => Some(map.constant.organisation.unwrap_or_default()),
        }
    }

    /// A key of the policy. The outer option is none when it is wrong; the inner one when there is none.
    fn key(&mut self, path: &str, constant: Option<&ReasonKey>) -> Option<Option<ReasonKey>> {
        match self.get(path) {
            Some(Value::String(text)) => {
                ReasonKey::new(text).map_err(|e| named_key(path, e)).map_or_else(|e| self.fail(path, e), |key| Some(Some(key)))
            }
            Some(other) => self.unexpected(path, other, "a key of the policy as text"),
            None => Some(constant.cloned()),
        }
    }

    fn fail<T>(&mut self, path: &str, problem: impl Into<Problem>) -> Option<T> {
        self.report.error(Location { field: Some(format!("properties.{path}")), ..self.at.clone() }, problem);
        None
    }

    fn unexpected<T>(&mut self, path: &str, value: &Value, expected: &str) -> Option<T> {
        self.fail(path, Problem::Unexpected { found: shown(&value.to_string()), expected: expected.to_owned() })
    }

    /// A code from a string or a whole number (files write 610824 either way).
    fn code(&mut self, path: &str, prefix: &str) -> Option<AgencyId> {
        let text = match self.get(path) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) if number.is_u64() => number.to_string(),
            Some(other) => return self.unexpected(path, other, "a code as text or a whole number"),
            None => return self.fail(path, Problem::Missing { expected: "a code of 1 to 32 characters of a-z, 0-9 and -" }),
        };
        let text = if self.map.lowercase_codes { text.to_lowercase() } else { text };
        AgencyId::new(&format!("{prefix}{text}")).map_or_else(|e| self.fail(path, e), Some)
    }

    /// The outer option is none when the property is wrong; the inner one when the node is a root.
    fn parent(&mut self) -> Option<Option<AgencyId>> {
        let map = self.map;
        match self.get(&map.parent) {
            Some(_) => self.code(&map.parent, "").map(Some),
            None => Some(map.constant.parent.clone()),
        }
    }

    fn level(&mut self) -> Option<AgencyLevel> {
        let map = self.map;
        match self.get(&map.level) {
            Some(value) => {
                let level = value.as_str().and_then(|word| map.levels.get(word).copied().or_else(|| level_named(word)));
                level.or_else(|| self.unexpected(&map.level, value, LEVELS))
            }
            None => map.constant.level.or_else(|| self.fail(&map.level, Problem::Missing { expected: LEVELS })),
        }
    }

    fn name(&mut self, path: &str) -> Option<String> {
        match self.get(path) {
            Some(Value::String(text)) if !text.trim().is_empty() && text.chars().count() <= NAME_CHARS_MAX => Some(text.clone()),
            Some(other) => self.unexpected(path, other, "a name of 1 to 100 characters"),
            None => self.fail(path, Problem::Missing { expected: "a name of 1 to 100 characters" }),
        }
    }

    /// The outer option is none when the property is wrong; the inner one when there is none.
    fn seat(&mut self, datum: Datum) -> Option<Option<Position>> {
        let path = &self.map.seat;
        let Some(value) = self.get(path) else { return Some(None) };
        let pair = value.as_array().map(Vec::as_slice).and_then(|v| match v {
            [lon, lat] => Some((lon.as_f64()?, lat.as_f64()?)),
            _ => None,
        });
        let Some((lon, lat)) = pair else { return self.unexpected(path, value, "[longitude, latitude]") };
        crate::datum::to_wgs84(lat, lon, datum).map_or_else(|e| self.fail(path, e), |seat| Some(Some(seat)))
    }
}
