//! What callers do, as parameters: each is data with a source.

use super::model::{ByCategory, ModelError, Parameter, check, check_source};
use domain::ids::CategoryKey;
use serde::Deserialize;

/// Most further callers on one event.
pub const MORE_CALLERS_MAX: usize = 40;

/// What callers do. Shares are of events unless a name says otherwise; 0 switches a behaviour off.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Behaviour {
    /// Mean number of further callers on the same event, by its category (geometric).
    pub more_callers: ByCategory,
    /// Mean time after the first call that a further one comes, seconds (exponential).
    pub more_callers_after_s: Parameter,
    /// Share of further callers who tell another type of the same category.
    pub told_otherwise: Parameter,
    /// Standard deviation of a told position about the place, metres.
    pub position_error_m: Parameter,
    /// Share of calls that name a place in words only: no coordinates come with them.
    pub landmark_only: Parameter,
    /// Share of calls that name no place at all: the caller doesn't know, and nothing locates the phone.
    pub no_position: Parameter,
    /// Share of events whose first caller says nothing.
    pub silent: Parameter,
    /// Share of silent calls behind which something does happen.
    pub silent_is_real: Parameter,
    /// Share of events whose first caller hangs up before anybody answers.
    pub abandoned: Parameter,
    /// Share of those who call back, or are called back.
    pub calls_back: Parameter,
    /// Mean time until then, seconds (exponential).
    pub calls_back_after_s: Parameter,
    /// Share of events that are a hoax: told like any other, and nothing is there.
    pub hoax: Parameter,
    /// Phones that nuisance callers of a county use: they call again and again.
    pub nuisance_phones: Parameter,
    /// Share of events, by category, whose caller comes again with the same within days.
    pub repeat: ByCategory,
    /// Mean time until then, days (exponential).
    pub repeat_after_days: Parameter,
    /// Share of events, by category, that another number passed on: 122, 120, 119, 12345.
    pub transferred: ByCategory,
}

impl Behaviour {
    /// Every parameter with its name and its largest sensible value.
    #[must_use]
    pub fn parameters(&self) -> [(&'static str, &Parameter, f64); 13] {
        [
            ("more_callers_after_s", &self.more_callers_after_s, 86_400.0),
            ("told_otherwise", &self.told_otherwise, 1.0),
            ("position_error_m", &self.position_error_m, 10_000.0),
            ("landmark_only", &self.landmark_only, 1.0),
            ("no_position", &self.no_position, 1.0),
            ("silent", &self.silent, 1.0),
            ("silent_is_real", &self.silent_is_real, 1.0),
            ("abandoned", &self.abandoned, 1.0),
            ("calls_back", &self.calls_back, 1.0),
            ("calls_back_after_s", &self.calls_back_after_s, 86_400.0),
            ("hoax", &self.hoax, 1.0),
            ("nuisance_phones", &self.nuisance_phones, 1e6),
            ("repeat_after_days", &self.repeat_after_days, 365.0),
        ]
    }

    /// Every table by category with its name and its largest sensible value.
    #[must_use]
    pub fn tables(&self) -> [(&'static str, &ByCategory, f64); 3] {
        [("more_callers", &self.more_callers, 10.0), ("repeat", &self.repeat, 0.9), ("transferred", &self.transferred, 1.0)]
    }

    pub(super) fn check(&self, file: &str) -> Result<(), ModelError> {
        for (name, parameter, limit) in self.parameters() {
            check(file, name, parameter.value, limit)?;
            check_source(file, name, &parameter.source)?;
        }
        for (name, table, limit) in self.tables() {
            check_source(file, name, &table.source)?;
            for (category, value) in &table.of {
                check(file, &format!("{name}.of.{category}"), *value, limit)?;
            }
        }
        Ok(())
    }

    /// The same with everything switched off.
    pub(super) fn nothing(mut self) -> Self {
        for table in [&mut self.more_callers, &mut self.repeat, &mut self.transferred] {
            table.of.clear();
        }
        let shares = [
            &mut self.told_otherwise,
            &mut self.landmark_only,
            &mut self.no_position,
            &mut self.silent,
            &mut self.abandoned,
            &mut self.hoax,
            &mut self.position_error_m,
        ];
        shares.into_iter().for_each(|parameter| parameter.value = 0.0);
        self
    }

    /// Mean number of calls that one event of a category brings, its repeats included.
    pub(super) fn calls_per_event(&self, category: &CategoryKey) -> f64 {
        let again = self.repeat.of(category);
        // Of a hoax or a phone in a pocket there is no more than the one call.
        let real = (1.0 - self.hoax.value) * (1.0 - self.silent.value * (1.0 - self.silent_is_real.value));
        1.0 + real * (self.more_callers.of(category) + again / (1.0 - again)) + self.abandoned.value * self.calls_back.value
    }
}
