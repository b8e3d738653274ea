//! Public holidays by date: which days are holidays, and which weekends are worked instead.

use super::model::ModelError;
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Longest holiday accepted, days: a slip in a year must not make a decade of holidays.
const HOLIDAY_MAX_DAYS: i64 = 31;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CalendarFile {
    #[serde(default)]
    holiday: Vec<HolidayEntry>,
    #[serde(default)]
    worked: Vec<WorkedEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HolidayEntry {
    key: String,
    from: Date,
    to: Date,
    eve: Option<Date>,
    #[serde(rename = "source")]
    _source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WorkedEntry {
    dates: Vec<Date>,
    #[serde(rename = "source")]
    _source: String,
}

/// What a day is, beside its weekday.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DayKind {
    /// Key of the holiday it belongs to.
    pub holiday: Option<String>,
    /// Its night, to the next morning, is the festive one.
    pub eve: bool,
    /// A weekend day that is worked (调休).
    pub worked: bool,
}

/// Holidays by day since 1970-01-01.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Calendar {
    days: BTreeMap<i64, DayKind>,
}

/// Days since 1970-01-01.
#[must_use]
pub fn day_number(on: Date) -> i64 {
    const EPOCH: Date = Date::constant(1970, 1, 1);
    on.duration_since(EPOCH).as_hours() / 24
}

impl Calendar {
    /// Reads `[[holiday]]` (`key`, `from`, `to`, optional `eve`, `source`) and `[[worked]]` (`dates`, `source`) from TOML.
    ///
    /// # Errors
    /// [`ModelError`] when it is no such file, or a holiday ends before it begins or is too long.
    pub fn parse(file: &str, text: &str) -> Result<Self, ModelError> {
        let raw: CalendarFile = toml::from_str(text).map_err(|error| ModelError::syntax(file, &error))?;
        let mut calendar = Self::default();
        for entry in raw.holiday {
            let (from, to) = (day_number(entry.from), day_number(entry.to));
            if !(0..HOLIDAY_MAX_DAYS).contains(&(to - from)) {
                let expected = format!("an end at or after the begin, within {HOLIDAY_MAX_DAYS} days");
                return Err(ModelError::new(file, &entry.key, format!("{} to {}", entry.from, entry.to), &expected));
            }
            for day in from..=to {
                calendar.days.entry(day).or_default().holiday = Some(entry.key.clone());
            }
            if let Some(eve) = entry.eve {
                calendar.days.entry(day_number(eve)).or_default().eve = true;
            }
        }
        for date in raw.worked.into_iter().flat_map(|entry| entry.dates) {
            calendar.days.entry(day_number(date)).or_default().worked = true;
        }
        Ok(calendar)
    }

    /// What a day since 1970-01-01 is; none for a day that is only its weekday.
    #[must_use]
    pub fn day(&self, day: i64) -> Option<&DayKind> {
        self.days.get(&day)
    }

    /// Keys of all holidays in it.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.days.values().filter_map(|kind| kind.holiday.as_deref())
    }
}
