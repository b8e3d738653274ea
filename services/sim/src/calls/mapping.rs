//! The mapping file of a call file: which column is what, how times are written, and which category each raw value is.

use domain::ids::{CategoryKey, TypeKey};
use domain::place::Datum;
use domain::time::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::TimeZone;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// Largest mapping file accepted, in bytes.
pub const MAPPING_MAX_BYTES: usize = 1 << 20;
/// Most raw categories a mapping may have.
pub const CATEGORIES_MAX: usize = 10_000;

/// A mapping file was refused: where, what is wrong and what was expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}, line {line}, {field}: {problem}: expected {expected}")]
pub struct MappingError {
    /// The name the file was given under.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// The key it is about.
    pub field: String,
    /// What is wrong.
    pub problem: String,
    /// What would be right.
    pub expected: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MappingFile {
    columns: ColumnsTable,
    time_format: Spanned<String>,
    time_zone: Spanned<String>,
    place_time_zone: Option<Spanned<String>>,
    datum: Option<Spanned<String>>,
    default: Option<Spanned<String>>,
    categories: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    cleared: BTreeMap<String, Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ColumnsTable {
    time: Spanned<String>,
    lat: Spanned<String>,
    lon: Spanned<String>,
    category: Spanned<String>,
    outcome: Option<Spanned<String>>,
    cleared: Option<Spanned<String>>,
    address: Option<Spanned<String>>,
    location: Option<Spanned<String>>,
    number: Option<Spanned<String>>,
}

/// The file's column names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Columns {
    pub(super) time: String,
    pub(super) lat: String,
    pub(super) lon: String,
    pub(super) category: String,
    pub(super) outcome: Option<String>,
    pub(super) cleared: Option<String>,
    pub(super) address: Option<String>,
    pub(super) location: Option<String>,
    pub(super) number: Option<String>,
}

/// A checked mapping.
#[derive(Clone, Debug)]
pub struct Mapping {
    pub(super) columns: Columns,
    time_format: String,
    time_zone: TimeZone,
    place_time_zone: String,
    datum: Datum,
    default: (CategoryKey, TypeKey),
    categories: BTreeMap<String, (CategoryKey, TypeKey)>,
    cleared: BTreeMap<String, (CategoryKey, TypeKey)>,
}

impl Mapping {
    /// Reads a mapping from TOML text. `file` is the name errors speak of.
    ///
    /// Keys: `time_format` (strftime conversions, as in jiff's `strtime`), `time_zone` (IANA name; of the times in the file),
    /// optional `place_time_zone` (where the calls happened, when the file's times are in another zone), optional `datum` (`wgs84`,
    /// `gcj02` or `bd09`), `default` (at the top or in `[categories]`), `[columns]` with `time`, `lat`, `lon`, `category` and optional
    /// `outcome`, `cleared` (what a call turned out to be), `address`, `location`, `number`, `[categories]` with `"raw" = "category/type"`, and
    /// optional `[cleared]` with the same for the values of `cleared`.
    ///
    /// # Errors
    /// [`MappingError`] with line and key.
    pub fn parse(file: &str, text: &str) -> Result<Self, MappingError> {
        let at = Place { file, text };
        if text.len() > MAPPING_MAX_BYTES {
            return Err(at.error(0, "file", format!("{} bytes", text.len()), format!("at most {MAPPING_MAX_BYTES} bytes")));
        }
        let mut raw: MappingFile = toml::from_str(text).map_err(|error| at.syntax_error(&error))?;
        for (table, count) in [("categories", raw.categories.len()), ("cleared", raw.cleared.len())] {
            if count > CATEGORIES_MAX {
                return Err(at.error(0, table, format!("{count} categories"), format!("at most {CATEGORIES_MAX}")));
            }
        }
        let Some(default) = raw.default.or_else(|| raw.categories.remove("default")) else {
            return Err(at.error(0, "default", "it is missing".to_owned(), DEFAULT_EXPECTED.to_owned()));
        };
        let default = at.category("default", &default)?;
        let categories = at.categories(&raw.categories)?;
        let cleared = at.categories(&raw.cleared)?;
        let time_zone = at.time_zone("time_zone", &raw.time_zone)?;
        let place_time_zone = raw.place_time_zone.as_ref().unwrap_or(&raw.time_zone);
        at.time_zone("place_time_zone", place_time_zone)?;
        Ok(Self {
            columns: at.columns(&raw.columns)?,
            time_zone,
            place_time_zone: place_time_zone.get_ref().clone(),
            time_format: at.time_format(&raw.time_format)?,
            datum: raw.datum.as_ref().map_or(Ok(Datum::Wgs84), |datum| at.datum(datum))?,
            default,
            categories,
            cleared,
        })
    }

    /// The datum of the file's coordinates.
    #[must_use]
    pub fn datum(&self) -> Datum {
        self.datum
    }

    /// IANA name of the zone the calls happened in: whose calendar day numbers incidents.
    #[must_use]
    pub fn place_time_zone(&self) -> &str {
        &self.place_time_zone
    }

    /// Category and type of a raw value, blanks at its ends aside; none when the mapping doesn't have it.
    #[must_use]
    pub fn category(&self, raw: &str) -> Option<&(CategoryKey, TypeKey)> {
        self.categories.get(raw.trim())
    }

    /// Category and type of a raw value of the column `cleared`, by `[cleared]`; none when it doesn't have it.
    #[must_use]
    pub fn cleared(&self, raw: &str) -> Option<&(CategoryKey, TypeKey)> {
        self.cleared.get(raw.trim())
    }

    /// What stands in for an unknown raw value.
    #[must_use]
    pub fn default_category(&self) -> &(CategoryKey, TypeKey) {
        &self.default
    }

    /// All raw values with their category and type.
    pub fn categories(&self) -> impl Iterator<Item = (&str, &(CategoryKey, TypeKey))> {
        self.categories.iter().map(|(raw, target)| (raw.as_str(), target))
    }

    /// The instant a text names; none when it doesn't have the mapping's format. A local time that occurs twice in a year means
    /// the earlier one, a skipped one means as much later as the clock was moved (RFC 5545's rule).
    #[must_use]
    pub fn time(&self, text: &str) -> Option<Timestamp> {
        let parsed = BrokenDownTime::parse(&self.time_format, text.trim()).ok()?;
        let instant = if parsed.offset().is_some() {
            parsed.to_timestamp().ok()?
        } else {
            self.time_zone.to_ambiguous_zoned(parsed.to_datetime().ok()?).compatible().ok()?.timestamp()
        };
        Some(Timestamp(instant.as_millisecond()))
    }
}

const CATEGORY_EXPECTED: &str = "\"category/type\", both of a-z, 0-9 and _";
const DEFAULT_EXPECTED: &str = "default = \"category/type\" before the first table";

/// Where errors are: the file's name, and its text to count lines in.
struct Place<'a> {
    file: &'a str,
    text: &'a str,
}

impl Place<'_> {
    fn error(&self, offset: usize, field: &str, problem: String, expected: String) -> MappingError {
        let before = self.text.get(..offset).unwrap_or("");
        MappingError { file: self.file.to_owned(), line: before.matches('\n').count() + 1, field: field.to_owned(), problem, expected }
    }

    fn syntax_error(&self, error: &toml::de::Error) -> MappingError {
        let offset = error.span().map_or(0, |span| span.start);
        let line = self.text.get(offset..).and_then(|rest| rest.lines().next()).unwrap_or("");
        let line_start = self.text.get(..offset).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1);
        let whole_line = self.text.get(line_start..offset).unwrap_or("").to_owned() + line;
        let field = whole_line.split('=').next().unwrap_or("").trim();
        let field = if field.is_empty() { "file" } else { field };
        self.error(
            offset,
            field,
            error.message().trim().replace('\n', " "),
            "time_format, time_zone, datum, default, [columns] and [categories] in TOML".to_owned(),
        )
    }

    fn category(&self, field: &str, given: &Spanned<String>) -> Result<(CategoryKey, TypeKey), MappingError> {
        let text = given.get_ref();
        let parts = text.split_once('/').map(|(category, call_type)| (CategoryKey::new(category), TypeKey::new(call_type)));
        if let Some((Ok(category), Ok(call_type))) = parts {
            return Ok((category, call_type));
        }
        Err(self.error(given.span().start, field, format!("{text:?} names no category"), CATEGORY_EXPECTED.to_owned()))
    }

    fn categories(&self, raw: &BTreeMap<String, Spanned<String>>) -> Result<BTreeMap<String, (CategoryKey, TypeKey)>, MappingError> {
        raw.iter().map(|(raw_category, target)| Ok((raw_category.trim().to_owned(), self.category(raw_category, target)?))).collect()
    }

    fn columns(&self, raw: &ColumnsTable) -> Result<Columns, MappingError> {
        let name = |field: &str, given: &Spanned<String>| {
            if given.get_ref().trim().is_empty() {
                return Err(self.error(given.span().start, field, "it is empty".to_owned(), "the name of a column".to_owned()));
            }
            Ok(given.get_ref().clone())
        };
        let optional = |field: &str, given: &Option<Spanned<String>>| given.as_ref().map(|given| name(field, given)).transpose();
        Ok(Columns {
            time: name("columns.time", &raw.time)?,
            lat: name("columns.lat", &raw.lat)?,
            lon: name("columns.lon", &raw.lon)?,
            category: name("columns.category", &raw.category)?,
            outcome: optional("columns.outcome", &raw.outcome)?,
            cleared: optional("columns.cleared", &raw.cleared)?,
            address: optional("columns.address", &raw.address)?,
            location: optional("columns.location", &raw.location)?,
            number: optional("columns.number", &raw.number)?,
        })
    }

    fn time_zone(&self, field: &str, given: &Spanned<String>) -> Result<TimeZone, MappingError> {
        TimeZone::get(given.get_ref()).map_err(|_| {
            let problem = format!("{:?} is not a time zone", given.get_ref());
            self.error(given.span().start, field, problem, "an IANA name such as \"Asia/Shanghai\" or \"UTC\"".to_owned())
        })
    }

    /// A format is good when a time written by it can be read back by it to the minute.
    fn time_format(&self, given: &Spanned<String>) -> Result<String, MappingError> {
        let format = given.get_ref();
        let example = DateTime::constant(2015, 11, 23, 16, 42, 0, 0);
        let written = example.to_zoned(TimeZone::UTC).ok().and_then(|zoned| jiff::fmt::strtime::format(format, &zoned).ok());
        let read = written.and_then(|text| BrokenDownTime::parse(format, text).ok()).and_then(|parsed| parsed.to_datetime().ok());
        if read == Some(example) {
            return Ok(format.clone());
        }
        let problem = format!("{format:?} can't name a minute");
        let expected = "strftime conversions for date and time, such as \"%Y-%m-%d %H:%M:%S\"".to_owned();
        Err(self.error(given.span().start, "time_format", problem, expected))
    }

    fn datum(&self, given: &Spanned<String>) -> Result<Datum, MappingError> {
        match given.get_ref().to_ascii_lowercase().as_str() {
            "wgs84" => Ok(Datum::Wgs84),
            "gcj02" => Ok(Datum::Gcj02),
            "bd09" => Ok(Datum::Bd09),
            other => {
                let problem = format!("{other:?} is not a known datum");
                Err(self.error(given.span().start, "datum", problem, "wgs84, gcj02 or bd09".to_owned()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"time_format = "%Y-%m-%d %H:%M:%S"
time_zone = "America/Chicago"
datum = "wgs84"
default = "help/other"

[columns]
time = "at"
lat = "lat"
lon = "lon"
category = "kind"

[categories]
"NOISE" = "non_police/noise"
"#;

    fn error_of(good: &str, bad: &str) -> MappingError {
        assert!(GOOD.contains(good), "{good}");
        Mapping::parse("m.toml", &GOOD.replace(good, bad)).unwrap_err()
    }

    #[test]
    fn a_good_mapping_reads_times_in_its_zone() {
        let mapping = Mapping::parse("m.toml", GOOD).unwrap();
        assert_eq!(mapping.time("2018-05-01 00:10:28"), Some(Timestamp(1_525_151_428_000)));
        assert_eq!(mapping.time("yesterday"), None);
        assert_eq!(mapping.place_time_zone(), "America/Chicago");
        assert_eq!(mapping.category(" NOISE ").unwrap().1.as_str(), "noise");
        assert!(mapping.category("noise").is_none());
        // 2018-11-04 01:30 occurs twice in Chicago: the earlier one. 2018-03-11 02:30 never occurs: 03:30.
        assert_eq!(mapping.time("2018-11-04 01:30:00"), Some(Timestamp(1_541_313_000_000)));
        assert_eq!(mapping.time("2018-03-11 02:30:00"), Some(Timestamp(1_520_757_000_000)));
    }

    #[test]
    fn an_offset_in_the_text_goes_before_the_zone() {
        let text = GOOD.replace("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S%z");
        let mapping = Mapping::parse("m.toml", &text).unwrap();
        assert_eq!(mapping.time("2018-05-01T05:10:28+0000"), Some(Timestamp(1_525_151_428_000)));
    }

    #[test]
    fn the_default_may_stand_among_the_categories() {
        let text = GOOD.replace("default = \"help/other\"\n", "") + "default = \"help/animal\"\n";
        assert_eq!(Mapping::parse("m.toml", &text).unwrap().default_category().1.as_str(), "animal");
        assert_eq!(error_of("default = \"help/other\"\n", "").field, "default");
    }

    #[test]
    fn each_mistake_is_named_by_line_and_key() {
        let cases = [
            ("America/Chicago", "America/Gotham", 2, "time_zone"),
            ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d", 1, "time_format"),
            ("%Y-%m-%d %H:%M:%S", "%!", 1, "time_format"),
            ("\"wgs84\"", "\"ed50\"", 3, "datum"),
            ("help/other", "help", 4, "default"),
            ("non_police/noise", "Non police/noise", 13, "NOISE"),
            ("lat = \"lat\"", "lat = \" \"", 8, "columns.lat"),
            ("lat = \"lat\"", "latt = \"lat\"", 8, "latt"),
            ("datum =", "datum", 3, "datum \"wgs84\""),
        ];
        for (good, bad, line, field) in cases {
            let error = error_of(good, bad);
            assert_eq!((error.line, error.field.as_str()), (line, field), "{error}");
        }
        let error = error_of("America/Chicago", "America/Gotham").to_string();
        assert!(error.starts_with("m.toml, line 2, time_zone: \"America/Gotham\" is not a time zone: expected an IANA name"), "{error}");
    }
}
