//! Scenarios: who loads a server and how, composed in TOML.

use super::calls::Rate;
use crate::engine::schedule::Arrivals;
use serde::Deserialize;
use wire::v1alpha1::Viewport;

/// Longest run, in seconds: an hour.
const SECONDS_MAX: f64 = 3_600.0;
/// Calls a second of one kind of callers, at most.
const CALLS_MAX: f64 = 10_000.0;
/// Units of one fleet, at most.
const UNITS_MAX: usize = 4_000_000;
/// Gateways of one fleet, at most.
const GATEWAYS_MAX: usize = 256;
/// Fixes in one batch, at most: what the server takes.
const BATCH_MAX: usize = 10_000;
/// Consoles at once, at most.
const CONSOLES_MAX: usize = 15_000;
const E7: f64 = 1e7;

/// A scenario. Every part may be there several times or not at all.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scenario {
    pub(crate) name: String,
    /// How long calls come in.
    pub(crate) seconds: f64,
    /// Calls before anything is measured, in seconds.
    #[serde(default = "one")]
    pub(crate) warm_up_s: f64,
    /// A part without calls before them, to know what the rest costs, in seconds.
    #[serde(default = "one")]
    pub(crate) calm_s: f64,
    #[serde(default)]
    pub(crate) callers: Vec<Callers>,
    #[serde(default)]
    pub(crate) fleets: Vec<FleetPart>,
    #[serde(default)]
    pub(crate) consoles: Vec<ConsolesPart>,
    #[serde(default)]
    pub(crate) storms: Vec<Storm>,
}

fn one() -> f64 {
    1.0
}

/// Callers with an urgent call each.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Callers {
    pub(crate) per_second: f64,
    #[serde(default)]
    pub(crate) arrivals: Arrivals,
    #[serde(default)]
    pub(crate) seed: u64,
}

/// Units that report through gateways.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FleetPart {
    pub(crate) units: usize,
    /// Time between two fixes of a unit, in seconds.
    pub(crate) fix_every_s: f64,
    pub(crate) gateways: usize,
    pub(crate) batch: usize,
}

/// Consoles that watch all the time.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConsolesPart {
    pub(crate) count: usize,
    /// The window of their maps; without one they get no fixes.
    pub(crate) viewport: Option<Window>,
}

/// A window of a map, in degrees of WGS-84.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Window {
    pub(crate) south: f64,
    pub(crate) west: f64,
    pub(crate) north: f64,
    pub(crate) east: f64,
}

/// Consoles that lose their connection at the same moment, and all come back at once.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Storm {
    /// When, in seconds after calls began.
    pub(crate) at_s: f64,
    pub(crate) consoles: usize,
}

/// Why a scenario can't be run: which field, what it says, what was expected.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ScenarioError {
    #[error("{0}")]
    Toml(#[from] toml::de::Error),
    #[error("{field} is {given}: expected {expected}")]
    Field { field: String, given: String, expected: String },
}

impl Scenario {
    /// Reads and checks a scenario.
    ///
    /// # Errors
    /// [`ScenarioError`].
    pub(crate) fn parse(text: &str) -> Result<Self, ScenarioError> {
        let scenario: Self = toml::from_str(text)?;
        scenario.check()?;
        Ok(scenario)
    }

    fn check(&self) -> Result<(), ScenarioError> {
        number("seconds", self.seconds, 0.1, SECONDS_MAX)?;
        number("warm_up_s", self.warm_up_s, 0.0, SECONDS_MAX)?;
        number("calm_s", self.calm_s, 0.0, SECONDS_MAX)?;
        for (at, callers) in self.callers.iter().enumerate() {
            number(&format!("callers[{at}].per_second"), callers.per_second, 0.001, CALLS_MAX)?;
        }
        for (at, fleet) in self.fleets.iter().enumerate() {
            whole(&format!("fleets[{at}].units"), fleet.units, UNITS_MAX)?;
            number(&format!("fleets[{at}].fix_every_s"), fleet.fix_every_s, 0.001, SECONDS_MAX)?;
            whole(&format!("fleets[{at}].gateways"), fleet.gateways, GATEWAYS_MAX)?;
            whole(&format!("fleets[{at}].batch"), fleet.batch, BATCH_MAX)?;
        }
        for (at, consoles) in self.consoles.iter().enumerate() {
            whole(&format!("consoles[{at}].count"), consoles.count, CONSOLES_MAX)?;
            if let Some(window) = consoles.viewport {
                let side = |name: &str| format!("consoles[{at}].viewport.{name}");
                number(&side("south"), window.south, -90.0, 90.0)?;
                number(&side("north"), window.north, window.south, 90.0)?;
                number(&side("west"), window.west, -180.0, 180.0)?;
                number(&side("east"), window.east, -180.0, 180.0)?;
            }
        }
        for (at, storm) in self.storms.iter().enumerate() {
            number(&format!("storms[{at}].at_s"), storm.at_s, 0.0, self.seconds)?;
            whole(&format!("storms[{at}].consoles"), storm.consoles, CONSOLES_MAX)?;
        }
        Ok(())
    }

    /// The callers, with `seed` mixed into theirs: rounds differ, servers of a round don't.
    pub(crate) fn rates(&self, seed: u64) -> Vec<Rate> {
        let of = |callers: &Callers| Rate {
            per_second: callers.per_second,
            arrivals: callers.arrivals,
            seed: callers.seed.wrapping_mul(1_000_003).wrapping_add(seed),
        };
        self.callers.iter().map(of).collect()
    }

    /// The most units that one fleet has.
    pub(crate) fn units(&self) -> usize {
        self.fleets.iter().map(|fleet| fleet.units).max().unwrap_or(0)
    }
}

impl FleetPart {
    /// Fixes a second of the whole fleet.
    pub(crate) fn per_second(&self) -> f64 {
        self.units as f64 / self.fix_every_s
    }
}

impl From<Window> for Viewport {
    fn from(window: Window) -> Self {
        // Checked to be degrees.
        #[allow(clippy::cast_possible_truncation)]
        let e7 = |degrees: f64| (degrees * E7) as i32;
        Self { south_e7: e7(window.south), west_e7: e7(window.west), north_e7: e7(window.north), east_e7: e7(window.east) }
    }
}

fn number(field: &str, given: f64, low: f64, high: f64) -> Result<(), ScenarioError> {
    // Not a number is in no range.
    if (low..=high).contains(&given) {
        return Ok(());
    }
    Err(ScenarioError::Field { field: field.to_owned(), given: given.to_string(), expected: format!("{low} to {high}") })
}

fn whole(field: &str, given: usize, high: usize) -> Result<(), ScenarioError> {
    if (1..=high).contains(&given) {
        return Ok(());
    }
    Err(ScenarioError::Field { field: field.to_owned(), given: given.to_string(), expected: format!("1 to {high}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scenario_that_comes_along_can_be_run() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
        let files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert!(files.len() >= 3, "{files:?}");
        for file in files {
            let scenario = Scenario::parse(&std::fs::read_to_string(&file).unwrap());
            assert_eq!(scenario.unwrap().name, file.file_stem().unwrap().to_string_lossy());
        }
    }

    #[test]
    fn parts_are_composed_and_what_is_not_there_is_nobody() {
        let text =
            "name = \"x\"\nseconds = 2.0\n[[callers]]\nper_second = 3.0\n[[callers]]\nper_second = 1.0\narrivals = \"even\"\nseed = 4\n";
        let scenario = Scenario::parse(text).unwrap();
        assert_eq!(scenario.callers.iter().map(|callers| callers.arrivals).collect::<Vec<_>>(), [Arrivals::Poisson, Arrivals::Even]);
        assert!(scenario.fleets.is_empty() && scenario.consoles.is_empty() && scenario.storms.is_empty());
        let seeds = |round| scenario.rates(round).iter().map(|rate| rate.seed).collect::<Vec<_>>();
        assert_eq!(seeds(1), seeds(1));
        assert!(seeds(1) != seeds(2) && seeds(1)[0] != seeds(1)[1]);
    }

    #[test]
    fn what_is_wrong_is_named_by_its_field() {
        let with = |rest: &str| format!("name = \"x\"\nseconds = 2.0\n{rest}");
        let wrong = [
            ("name = \"x\"\nseconds = 0.0\n".to_owned(), "seconds is 0: expected 0.1 to 3600"),
            ("name = \"x\"\nseconds = nan\n".to_owned(), "seconds is NaN"),
            (with("[[callers]]\nper_second = 1.0\n[[callers]]\nper_second = -1.0\n"), "callers[1].per_second is -1"),
            (with("[[fleets]]\nunits = 5\nfix_every_s = 1.0\ngateways = 0\nbatch = 5\n"), "fleets[0].gateways is 0: expected 1 to 256"),
            (
                with("[[consoles]]\ncount = 1\nviewport = { south = 2.0, west = 1.0, north = 1.0, east = 3.0 }\n"),
                "consoles[0].viewport.north is 1",
            ),
            (with("[[storms]]\nat_s = 3.0\nconsoles = 5\n"), "storms[0].at_s is 3: expected 0 to 2"),
            (with("[[callers]]\nper_second = 1.0\nrate = 4\n"), "unknown field `rate`"),
            (with("[[callers]]\n"), "missing field `per_second`"),
            (with("[[callers]]\nper_second = 1.0\narrivals = \"odd\"\n"), "unknown variant `odd`"),
        ];
        for (text, expected) in wrong {
            let error = Scenario::parse(&text).unwrap_err().to_string();
            assert!(error.contains(expected), "{error:?} for {text:?}");
        }
    }
}
