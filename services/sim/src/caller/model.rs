//! The parameters of invented callers, read from data: each with its value and where it comes from.

use super::behaviour::Behaviour;
use super::calendar::Calendar;
use domain::ids::{CategoryKey, TypeKey};
use serde::Deserialize;
use std::collections::BTreeMap;

const ARRIVALS: &str = include_str!("arrivals.toml");
const BEHAVIOUR: &str = include_str!("behaviour.toml");
const HOLIDAYS: &str = include_str!("holidays.toml");

/// Largest file accepted, bytes.
pub const MODEL_MAX_BYTES: usize = 1 << 20;
/// Most shapes a model may have.
pub const SHAPES_MAX: usize = 64;
/// Largest factor of a holiday or a festive night.
const FACTOR_MAX: f64 = 20.0;
/// Thousandths in which the files write relative rates.
const PER_MILLE: f64 = 1_000.0;

/// A file of the model was refused: where, what is wrong and what was expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}, {field}: {problem}: expected {expected}")]
pub struct ModelError {
    /// The name the file was given under.
    pub file: String,
    /// The key it is about.
    pub field: String,
    /// What is wrong.
    pub problem: String,
    /// What would be right.
    pub expected: String,
}

impl ModelError {
    pub(super) fn new(file: &str, field: &str, problem: String, expected: &str) -> Self {
        Self { file: file.to_owned(), field: field.to_owned(), problem, expected: expected.to_owned() }
    }

    pub(super) fn syntax(file: &str, error: &toml::de::Error) -> Self {
        let problem = error.to_string().trim().replace('\n', " ");
        Self::new(file, "file", problem, "TOML of the documented form, every value with its source")
    }
}

/// A value with its source: `fit: …`, `published: …` or `assumption: …`.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// The value; its unit is in the parameter's name.
    pub value: f64,
    /// Where it comes from.
    pub source: String,
}

/// Values by category with their source; a category that is not listed has 0.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ByCategory {
    /// Values by category key.
    pub of: BTreeMap<String, f64>,
    /// Where they come from.
    pub source: String,
}

impl ByCategory {
    /// The value of a category.
    #[must_use]
    pub fn of(&self, category: &CategoryKey) -> f64 {
        self.of.get(category.as_str()).copied().unwrap_or(0.0)
    }
}

/// Relative rates by hour of the week for some categories.
#[derive(Clone, PartialEq, Debug)]
pub struct Shape {
    /// Category keys; the shape with none serves every other category.
    pub categories: Vec<String>,
    /// Monday 00:00 first; their mean is 1.
    pub relative: Vec<f64>,
    /// Where it comes from.
    pub source: String,
}

/// What a holiday does to calls.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HolidayFactor {
    /// Key of the holiday.
    pub key: String,
    /// Calls, against an ordinary day of the weekday it is like.
    pub factor: f64,
    /// The weekday whose shape it has: 0 is Monday.
    pub like_weekday: usize,
    /// Further factors by category.
    #[serde(default)]
    pub categories: BTreeMap<String, f64>,
    /// Where they come from.
    pub source: String,
}

/// Over-dispersion: what varies beyond a Poisson process with the shape.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Noise {
    /// Standard deviation of a factor of a whole day (log-normal, mean 1).
    pub day_sd: Parameter,
    /// Standard deviation of a factor of a single hour (log-normal, mean 1).
    pub hour_sd: Parameter,
    /// Share of all calls that come in bursts: a storm, a power cut.
    pub burst_share: Parameter,
    /// Mean time between bursts, hours.
    pub burst_every_hours: Parameter,
    /// Mean time of a burst's events after its begin, minutes.
    pub burst_minutes: Parameter,
    /// Standard deviation of a burst's places about its middle, metres.
    pub burst_radius_m: Parameter,
    /// Factor of the first three hours after a festive night, by category; a category that is not listed has 1.
    pub festive_night: ByCategory,
}

impl Noise {
    fn parameters(&self) -> [(&'static str, &Parameter, f64); 6] {
        [
            ("noise.day_sd", &self.day_sd, 1.0),
            ("noise.hour_sd", &self.hour_sd, 1.0),
            ("noise.burst_share", &self.burst_share, 0.5),
            ("noise.burst_every_hours", &self.burst_every_hours, 100_000.0),
            ("noise.burst_minutes", &self.burst_minutes, 1_440.0),
            ("noise.burst_radius_m", &self.burst_radius_m, 100_000.0),
        ]
    }
}

/// What calls taken as one thing turn out to be.
#[derive(Clone, PartialEq, Debug)]
pub struct TurnsOut {
    /// Other category and type, with their shares; the rest stays what it was taken as.
    pub becomes: Vec<((CategoryKey, TypeKey), f64)>,
    /// Where it comes from.
    pub source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ArrivalsFile {
    noise: Noise,
    holiday: Vec<HolidayFactor>,
    shape: Vec<ShapeEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ShapeEntry {
    categories: Vec<String>,
    source: String,
    week: Vec<Vec<u32>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BehaviourFile {
    behaviour: Behaviour,
    turns_out: Vec<TurnsOutEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TurnsOutEntry {
    taken_as: String,
    becomes: BTreeMap<String, f64>,
    source: String,
}

/// All that callers are made from, apart from how many call.
#[derive(Clone, PartialEq, Debug)]
pub struct CallerModel {
    /// Shapes by category; exactly one serves all other categories.
    pub shapes: Vec<Shape>,
    /// Over-dispersion.
    pub noise: Noise,
    /// Which days are holidays.
    pub calendar: Calendar,
    /// What holidays do.
    pub holidays: Vec<HolidayFactor>,
    /// What callers do.
    pub behaviour: Behaviour,
    /// What calls turn out to be, by `category/type` or `category` they were taken as.
    pub turns_out: BTreeMap<String, TurnsOut>,
}

impl CallerModel {
    /// The model that ships.
    ///
    /// # Errors
    /// [`ModelError`], which the built-in files never cause.
    pub fn shipped() -> Result<Self, ModelError> {
        Self::parse(("arrivals.toml", ARRIVALS), ("behaviour.toml", BEHAVIOUR), ("holidays.toml", HOLIDAYS))
    }

    /// Reads a model from three TOML texts, each with the name errors speak of: arrivals, behaviour, holidays.
    ///
    /// # Errors
    /// [`ModelError`] with file and key.
    pub fn parse(arrivals: (&str, &str), behaviour: (&str, &str), holidays: (&str, &str)) -> Result<Self, ModelError> {
        for (file, text) in [arrivals, behaviour, holidays] {
            if text.len() > MODEL_MAX_BYTES {
                let expected = format!("at most {MODEL_MAX_BYTES} bytes");
                return Err(ModelError::new(file, "file", format!("{} bytes", text.len()), &expected));
            }
        }
        let file = arrivals.0;
        let raw: ArrivalsFile = toml::from_str(arrivals.1).map_err(|error| ModelError::syntax(file, &error))?;
        for (name, parameter, limit) in raw.noise.parameters() {
            check(file, name, parameter.value, limit)?;
            check_source(file, name, &parameter.source)?;
        }
        check_source(file, "noise.festive_night", &raw.noise.festive_night.source)?;
        for factor in raw.noise.festive_night.of.values() {
            check(file, "noise.festive_night", *factor, FACTOR_MAX)?;
        }
        if raw.shape.len() > SHAPES_MAX || raw.shape.iter().filter(|shape| shape.categories.is_empty()).count() != 1 {
            let problem = format!("{} shapes", raw.shape.len());
            return Err(ModelError::new(file, "shape", problem, "at most 64, exactly one of them without categories"));
        }
        let shapes = raw.shape.into_iter().map(|entry| shape(file, entry)).collect::<Result<Vec<_>, _>>()?;
        let calendar = Calendar::parse(holidays.0, holidays.1)?;
        for holiday in &raw.holiday {
            check_source(file, &holiday.key, &holiday.source)?;
            for factor in holiday.categories.values().chain([&holiday.factor]) {
                check(file, &holiday.key, *factor, FACTOR_MAX)?;
            }
            if holiday.like_weekday > 6 {
                return Err(ModelError::new(file, &holiday.key, format!("weekday {}", holiday.like_weekday), "0 (Monday) to 6"));
            }
        }
        if let Some(key) = calendar.keys().find(|key| !raw.holiday.iter().any(|holiday| holiday.key == *key)) {
            return Err(ModelError::new(file, key, "the calendar has it".to_owned(), "a [[holiday]] that says what it does"));
        }
        let file = behaviour.0;
        let told: BehaviourFile = toml::from_str(behaviour.1).map_err(|error| ModelError::syntax(file, &error))?;
        told.behaviour.check(file)?;
        let turns_out = told.turns_out.into_iter().map(|entry| turns_out(file, entry)).collect::<Result<_, _>>()?;
        Ok(Self { shapes, noise: raw.noise, calendar, holidays: raw.holiday, behaviour: told.behaviour, turns_out })
    }

    /// The same with nothing but the shape: each event one call, told as it is, no noise, no bursts. A plain Poisson process.
    #[must_use]
    pub fn plain(mut self) -> Self {
        for parameter in [&mut self.noise.day_sd, &mut self.noise.hour_sd, &mut self.noise.burst_share] {
            parameter.value = 0.0;
        }
        self.behaviour = self.behaviour.nothing();
        self.turns_out.clear();
        self
    }

    /// What calls taken as a category and type turn out to be, if ever anything else.
    #[must_use]
    pub fn turns_out(&self, category: &CategoryKey, call_type: &TypeKey) -> Option<&TurnsOut> {
        let whole = format!("{category}/{call_type}");
        self.turns_out.get(&whole).or_else(|| self.turns_out.get(category.as_str()))
    }
}

pub(super) fn check(file: &str, field: &str, value: f64, limit: f64) -> Result<(), ModelError> {
    if (0.0..=limit).contains(&value) {
        return Ok(());
    }
    Err(ModelError::new(file, field, value.to_string(), &format!("0 to {limit}")))
}

pub(super) fn check_source(file: &str, field: &str, source: &str) -> Result<(), ModelError> {
    if ["fit: ", "published: ", "assumption: "].iter().any(|begin| source.starts_with(begin)) {
        return Ok(());
    }
    Err(ModelError::new(file, field, format!("its source is {source:?}"), "fit: …, published: … or assumption: …"))
}

fn shape(file: &str, entry: ShapeEntry) -> Result<Shape, ModelError> {
    let name = if entry.categories.is_empty() { "shape of all others".to_owned() } else { entry.categories.join(", ") };
    check_source(file, &name, &entry.source)?;
    let sum: f64 = entry.week.iter().flatten().map(|rate| f64::from(*rate)).sum();
    if entry.week.len() != 7 || entry.week.iter().any(|day| day.len() != 24) || sum <= 0.0 {
        return Err(ModelError::new(file, &name, "week is incomplete".to_owned(), "7 days of 24 thousandths, not all 0"));
    }
    let mean = sum / PER_MILLE / 168.0;
    let relative = entry.week.iter().flatten().map(|rate| f64::from(*rate) / PER_MILLE / mean).collect();
    Ok(Shape { categories: entry.categories, relative, source: entry.source })
}

fn turns_out(file: &str, entry: TurnsOutEntry) -> Result<(String, TurnsOut), ModelError> {
    check_source(file, &entry.taken_as, &entry.source)?;
    let mut becomes = Vec::new();
    for (what, share) in entry.becomes {
        check(file, &entry.taken_as, share, 1.0)?;
        let parts = what.split_once('/').map(|(category, call_type)| (CategoryKey::new(category), TypeKey::new(call_type)));
        let Some((Ok(category), Ok(call_type))) = parts else {
            return Err(ModelError::new(file, &entry.taken_as, format!("{what:?} names no category"), "\"category/type\""));
        };
        becomes.push(((category, call_type), share));
    }
    check(file, &entry.taken_as, becomes.iter().map(|(_, share)| share).sum(), 1.0)?;
    Ok((entry.taken_as, TurnsOut { becomes, source: entry.source }))
}
